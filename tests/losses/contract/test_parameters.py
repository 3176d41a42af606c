"""Parameters: documented, in range, and with the meaning they have in scikit-learn."""

import pickle
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import Custom, RegressionLoss, get_loss, list_losses
from skloss.losses.contract.parameters import parameter_defaults
from skloss.losses.contract.registry import REGISTRY

CLASSES = [REGISTRY[name] for name in list_losses()]
every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


@every_loss
def test_every_numeric_parameter_has_a_range_and_is_documented(cls):
    params = cls().get_params()
    numeric = {
        name
        for name, value in params.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    assert numeric <= set(cls.param_ranges) <= set(params)
    for name in params:
        assert re.search(rf"\b{name}\b", cls.__doc__)
    for low, high, log, domain in cls.param_ranges.values():
        assert low < high and (not log or low > 0)
        assert not domain.outside(np.array([low, high])).any()


@every_loss
def test_parameters_outside_their_domain_raise(cls):
    for name, (_, _, _, domain) in cls.param_ranges.items():
        invalid = [np.nan, *(end for end in domain[:2] if np.isfinite(end))]
        beyond = [domain.low - 1, domain.high + 1, *invalid]
        wrong = [v for v in beyond if np.isnan(v) or domain.outside(np.array(v))]
        for value in [*wrong, "0.5", ["a"]]:
            with pytest.raises(ValueError, match=f"{name} of {cls.name} must be"):
                get_loss(cls.name, **{name: value})
            with pytest.raises(ValueError, match=f"{name} of {cls.name} must be"):
                cls(**{name: value})(torch.zeros(3, 4), torch.zeros(3))
        assert len(wrong) > 1


@pytest.mark.parametrize(
    "delta", [Fraction(7, 10), Decimal("0.7"), np.float16(0.7), np.array(0.7)]
)
def test_numbers_of_any_type_are_valid(delta):
    assert get_loss("huber", delta=delta).delta is delta
    assert get_loss("multi_quantile", quantiles=[delta, 0.9]).quantiles[0] is delta


def test_a_subclass_may_leave_out_parameters_of_its_base():
    class Steep(REGISTRY["focal"]):
        name = "steep"

        def __init__(self, gamma=5.0):
            super().__init__(gamma=gamma)

    found = Steep()(torch.zeros(3, 1), torch.tensor([0, 1, 1]))
    assert found.item() == pytest.approx(0.5**5 * np.log(2))


def test_none_is_invalid_where_the_default_is_a_number():
    assert get_loss("focal", alpha=None).alpha is None
    with pytest.raises(ValueError, match="gamma of focal must be >= 0, got None"):
        get_loss("focal", gamma=None)


@pytest.mark.parametrize(
    "quantiles", [0.5, "abc", [], [np.nan], [0.5, None], [0.5, 0.5], [0, 1]]
)
def test_invalid_quantiles_raise(quantiles):
    with pytest.raises(ValueError, match="quantiles must be between 0 and 1"):
        get_loss("multi_quantile", quantiles=quantiles)


class Twin(BaseEstimator):
    """The same parameters on scikit-learn's own base class, as an oracle."""

    def __init__(self, gamma=2.0, alpha=None):
        self.gamma = gamma
        self.alpha = alpha


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"gamma": 2},
        {"gamma": 0.5},
        {"alpha": [0.2, 0.8]},
        {"gamma": 1.0, "alpha": 0.25},
        {"alpha": Ridge(alpha=2.0)},
    ],
)
def test_parameters_are_read_and_shown_as_scikit_learn_does(values):
    loss, twin = REGISTRY["focal"](**values), Twin(**values)
    assert list(loss.get_params(deep=False)) == list(twin.get_params(deep=False))
    assert set(loss.get_params()) == set(twin.get_params())
    assert repr(loss).replace("Focal", "Twin") == repr(twin)


def test_nested_parameters_are_set_as_scikit_learn_does():
    loss, twin = (kind(alpha=Ridge()) for kind in (REGISTRY["focal"], Twin))
    for one in (loss, twin):
        assert one.set_params(gamma=1.0, alpha__alpha=5.0) is one
        assert one.get_params()["alpha__alpha"] == 5.0
        assert one.alpha.alpha == 5.0
        assert one.gamma == 1.0


@pytest.mark.parametrize("name", ["delta", "nonsense", "gamma2"])
def test_an_unknown_parameter_raises_and_names_the_known_ones(name):
    for change in (
        lambda: get_loss("focal", **{name: 1.0}),
        lambda: REGISTRY["focal"]().set_params(**{name: 1.0}),
        lambda: get_loss(REGISTRY["focal"](), **{name: 1.0}),
    ):
        with pytest.raises(ValueError, match=f"parameter '{name}'.*alpha, gamma"):
            change()


def test_a_loss_without_parameters_reports_that_it_has_none():
    with pytest.raises(ValueError, match="It has no parameters"):
        get_loss("squared_error", delta=1.0)


def test_setting_nothing_returns_the_loss_itself():
    loss = REGISTRY["focal"]()
    assert loss.set_params() is loss


@every_loss
def test_a_clone_has_equal_parameters_and_is_another_object(cls):
    for loss in cls.examples():
        twin = clone(loss)
        assert twin is not loss
        assert type(twin) is cls
        assert twin.get_params() == loss.get_params()


@every_loss
def test_a_pickle_is_the_same_loss(cls):
    for loss in cls.examples():
        twin = pickle.loads(pickle.dumps(loss))
        assert (type(twin), vars(twin)) == (cls, vars(loss))


REBUILT = [
    ("quantile", {"quantile": np.float64(0.9)}, "Quantile(quantile=0.9)"),
    ("huber", {"delta": np.float32(0.5)}, "Huber(delta=0.5)"),
    ("multi_quantile", {"quantiles": np.array([0.1, 0.9])},
     "MultiQuantile(quantiles=[0.1, 0.9])"),
    ("multi_quantile", {"quantiles": (np.float64(0.5),)},
     "MultiQuantile(quantiles=(0.5,))"),
    ("general_robust", {"alpha": -np.inf}, "GeneralRobust(alpha=float('-inf'))"),
    ("gaussian_nll", {"constant": True}, "GaussianNLL(constant=True)"),
    ("focal", {"gamma": 1, "alpha": [1, 2, 3]}, "Focal(alpha=[1, 2, 3], gamma=1)"),
    ("squared_error", {}, "SquaredError()"),
    ("huber", {"delta": None}, "Huber()"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "text"), REBUILT)
def test_the_repr_is_source_that_rebuilds_the_loss(name, values, text):
    loss = get_loss(name, **values)
    assert repr(loss) == text
    classes = {cls.__name__: cls for cls in CLASSES}
    rebuilt = eval(text, classes)
    assert repr(rebuilt) == text
    assert {k: np.asarray(v).tolist() for k, v in rebuilt.get_params().items()} == {
        k: np.asarray(v).tolist() for k, v in loss.get_params().items()
    }


def test_a_long_parameter_is_shown_as_a_whole():
    levels = tuple((np.arange(1, 100) / 100).tolist())
    loss = get_loss("multi_quantile", quantiles=levels)
    assert eval(repr(loss), {"MultiQuantile": type(loss)}).quantiles == levels


def test_a_parameter_without_default_is_always_shown():
    assert repr(Custom(len)) == "Custom(f=len)"


def test_a_loss_is_not_an_estimator():
    loss = REGISTRY["huber"]()
    assert not isinstance(loss, BaseEstimator)
    foreign = ("fit", "set_fit_request", "__sklearn_tags__", "get_metadata_routing")
    assert [name for name in foreign if hasattr(loss, name)] == []


def test_defaults_are_those_of_the_constructor_in_alphabetical_order():
    assert parameter_defaults(REGISTRY["focal"]) == {"alpha": None, "gamma": 2.0}
    assert list(parameter_defaults(REGISTRY["focal"])) == ["alpha", "gamma"]
    assert parameter_defaults(REGISTRY["squared_error"]) == {}


def test_a_constructor_with_variable_arguments_is_rejected():
    class Loose(RegressionLoss):
        def __init__(self, *values):
            self.values = values

    with pytest.raises(TypeError, match=r"Loose.__init__ takes \*args"):
        Loose(1, 2).get_params()


GRID = {"hidden_layer_sizes": (), "max_iter": 200, "random_state": 0}


@pytest.fixture
def line():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = X @ [1.0, -1.0] + 0.1 * rng.normal(size=60)
    y[:3] += 100.0
    return X, y


def test_a_grid_search_tries_the_parameters_of_a_loss(line):
    deltas = [0.01, 1000.0]
    search = GridSearchCV(
        TorchRegressor(get_loss("huber", delta=1.0), **GRID),
        {"loss__delta": deltas},
        scoring="neg_median_absolute_error",
        cv=3,
    ).fit(*line)
    tried = [params["loss__delta"] for params in search.cv_results_["params"]]
    scores = search.cv_results_["mean_test_score"]
    assert tried == deltas
    # With outliers the nearly absolute error is better than the nearly squared one.
    assert scores[0] > scores[1]
    assert search.best_estimator_.loss.delta == 0.01
    assert search.best_estimator_.loss_.delta == 0.01


def test_a_grid_search_leaves_the_loss_it_was_given_unchanged(line):
    loss = get_loss("huber", delta=1.0)
    GridSearchCV(TorchRegressor(loss, **GRID), {"loss__delta": [2.0]}, cv=2).fit(*line)
    assert loss.delta == 1.0
    assert loss.bound_ == {}


def test_nested_parameters_reach_a_loss_inside_a_pipeline():
    pipe = make_pipeline(StandardScaler(), TorchClassifier(REGISTRY["focal"]()))
    assert pipe.get_params()["torchclassifier__loss__gamma"] == 2.0
    pipe.set_params(torchclassifier__loss__gamma=0.5)
    assert pipe[-1].loss.gamma == 0.5
    assert "gamma=0.5" in repr(pipe)
    assert clone(pipe)[-1].loss.gamma == 0.5


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e5])
@pytest.mark.parametrize("cls", [c for c in CLASSES if c().unit_params])
def test_ranges_of_parameters_in_units_of_y_follow_its_spread(cls, unit):
    y = unit * np.array([1.0, 3.0, 1.0, 3.0])  # of standard deviation 1 unit
    found = cls().ranges_for(y)
    for name, bounds in cls.param_ranges.items():
        factor = unit if name in cls().unit_params else 1.0
        ends = [found[name].low, found[name].high]
        np.testing.assert_allclose(ends, [factor * end for end in bounds[:2]], rtol=0.1)
        assert found[name].domain == bounds.domain
    for degenerate in ([2.0, 2.0], [np.inf, 1.0]):
        assert cls().ranges_for(degenerate) == cls.param_ranges
