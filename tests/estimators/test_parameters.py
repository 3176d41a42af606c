"""Parameters: what "auto" means, searches over them, and invalid values."""

import functools

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import (
    TorchAligner,
    TorchClassifier,
    TorchEmbedder,
    TorchRegressor,
    get_loss,
    list_losses,
)
from skloss.estimators import parameters
from skloss.losses import Focal, Huber, Quantile
from skloss.losses.contract.embedding_loss import JoinedViews
from skloss.training import Perceptron, UserModule
from tests.estimators.small import SMALL


def test_invalid_parameters_are_refused_in_a_sentence(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match="newton"):
        TorchRegressor(solver="newton").fit(X, y)
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        TorchRegressor(hidden_layer_sizes=(0,)).fit(X, y)
    with pytest.raises(ValueError, match="is not available"):
        TorchRegressor(device="cuda:99").fit(X, y)
    with pytest.raises(ValueError, match="not a valid torch device"):
        TorchRegressor(device="gpu").fit(X, y)
    with pytest.raises(ValueError, match="activation"):
        TorchRegressor(activation="softplus").fit(X, y)


NESTED = [
    ("huber", "delta", r"is a name; pass loss=get_loss\('huber', delta=\.\.\.\)"),
    ("mse", "delta", "squared_error does not have a parameter 'delta'"),
    (Huber, "delta", r"is a class; pass loss=get_loss\('huber', delta=\.\.\.\)"),
    ("hubre", "delta", "Did you mean 'huber'"),
    (torch.nn.HuberLoss(), "delta", r"the loss HuberLoss\(\) has no parameters"),
    (torch.nn.functional.l1_loss, "a", "the loss l1_loss has no parameters"),
]


@pytest.mark.parametrize(("loss", "name", "sentence"), NESTED)
def test_parameters_of_a_loss_need_an_instance(loss, name, sentence):
    nested = {f"loss__{name}": 2.0}
    with pytest.raises(ValueError, match=sentence):
        TorchRegressor(loss).set_params(**nested)
    with pytest.raises(ValueError, match=sentence):
        TorchRegressor(Huber()).set_params(loss=loss, **nested)
    search = GridSearchCV(TorchRegressor(loss, **SMALL), {f"loss__{name}": [2.0]}, cv=2)
    X, y = np.eye(4), np.arange(4.0)
    with pytest.raises(ValueError, match=sentence):
        search.fit(X, y)
    with pytest.raises(ValueError, match=sentence):
        make_pipeline(TorchRegressor(loss)).set_params(
            **{f"torchregressor__loss__{name}": 2.0}
        )


def test_a_loss_and_its_parameter_can_be_set_together():
    model = TorchRegressor().set_params(loss=Huber(), loss__delta=2.0)
    assert model.loss.delta == 2.0


def test_a_module_in_place_of_its_maker_is_refused():
    with pytest.raises(ValueError, match=r"instance of Linear; pass a function"):
        TorchRegressor(network=torch.nn.Linear(2, 1)).fit(np.eye(2), [0.0, 1.0])


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (lambda n: torch.nn.Linear(n, 1), "called with two numbers: too many positi"),
        (lambda n, k, depth: None, "two numbers: missing a required argument: 'depth'"),
        (lambda n, k: torch.nn.Linear(7, k), "cannot take 4 columns .*n_features inp"),
        (lambda n, k: torch.nn.Linear(n, 5), "returned shape .*4, 5., but the loss"),
    ],
)
def test_a_network_that_is_not_a_function_of_two_sizes_is_refused(network, sentence):
    with pytest.raises(ValueError, match=sentence):
        TorchClassifier(network=network).fit(np.eye(4), [0, 1, 0, 1])


def test_a_class_and_a_partial_function_build_networks(cancer):
    def build(n_features, n_outputs, width):
        hidden = torch.nn.Linear(n_features, width)
        return torch.nn.Sequential(hidden, torch.nn.Linear(width, n_outputs))

    for network in (torch.nn.Linear, functools.partial(build, width=3)):
        model = TorchClassifier(network=network, max_iter=2, random_state=0)
        assert isinstance(model.fit(*cancer).network_[1], torch.nn.Module)


@pytest.mark.parametrize("verbose", [0, 1, 2, 10, True, False, np.int64(3)])
def test_verbose_is_any_number_that_is_not_negative(verbose, capsys):
    model = TorchRegressor(hidden_layer_sizes=(), max_iter=2, verbose=verbose)
    model.fit(np.arange(6.0)[:, None], np.arange(6.0))
    assert bool("".join(capsys.readouterr())) == bool(verbose)


@pytest.mark.parametrize("verbose", [-1, 1.5, "yes", None])
def test_other_values_of_verbose_are_refused(verbose):
    with pytest.raises(ValueError, match="verbose"):
        TorchRegressor(verbose=verbose).fit(np.eye(3), np.arange(3.0))


def test_class_weight_needs_one_value_per_row():
    def mean(y_pred, y_true):
        return torch.nn.functional.binary_cross_entropy_with_logits(y_pred, y_true)

    model = TorchClassifier(mean, class_weight={0: 1, 1: 3}, **SMALL)
    with pytest.raises(ValueError, match=r"mean returns a single .* class_weight"):
        model.fit(np.eye(4), [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (TorchClassifier(class_weight={0: 1, 1: -3}), "negative weight -3"),
        (TorchClassifier(early_stopping=True, validation_fraction=0.99), "none to"),
        (TorchClassifier(network=lambda d, k: torch.nn.ReLU()), "no parameters"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_a_sentence(model, sentence):
    with pytest.raises(ValueError, match=sentence):
        model.fit(np.eye(4), [0, 1, 0, 1])


def test_pipeline_grid_search_over_losses_and_their_parameters(diabetes):
    X, y = diabetes
    pipe = make_pipeline(StandardScaler(), TorchRegressor(**SMALL))
    search = GridSearchCV(
        pipe, {"torchregressor__loss": ["huber", Quantile(0.9), "mae"]}, cv=2
    )
    assert search.fit(X, y).best_score_ > 0
    deltas = GridSearchCV(
        TorchRegressor(Huber(), **SMALL), {"loss__delta": [0.001, 50.0]}, cv=2
    )
    scores = deltas.fit(X, y).cv_results_["mean_test_score"]
    direct = [
        cross_val_score(TorchRegressor(Huber(delta), **SMALL), X, y, cv=2).mean()
        for delta in (0.001, 50.0)
    ]
    np.testing.assert_allclose(scores, direct, rtol=1e-6)
    assert scores[0] != scores[1]


def test_grid_search_over_gamma_gives_different_models(cancer):
    X, y = cancer
    search = GridSearchCV(
        TorchClassifier(Focal(), **SMALL),
        {"loss__gamma": [0.0, 5.0]},
        cv=2,
        scoring="neg_log_loss",
    ).fit(X, y)
    scores = search.cv_results_["mean_test_score"]
    # Probabilities are recovered from the scores, so that either may be better.
    assert scores[0] != pytest.approx(scores[1], abs=1e-5)


def test_cross_val_score_and_clone(cancer):
    X, y = cancer
    model = TorchClassifier(Focal(gamma=1.0), **SMALL)
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9
    assert clone(model).loss.gamma == 1.0
    assert not hasattr(clone(model.fit(X, y)), "network_")


def test_pandas_names_are_kept_and_checked(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL).fit(X, y)
    assert model.feature_names_in_.tolist() == X.columns.tolist()
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X.rename(columns={"age": "years"}))
    pipe = make_pipeline(StandardScaler(), TorchRegressor(**SMALL))
    pipe.set_output(transform="pandas").fit(X, y)
    assert pipe[-1].feature_names_in_.tolist() == X.columns.tolist()


@pytest.mark.parametrize(
    ("total_weight", "n_fit", "rows"),
    [
        (100, 85, 85),  # the last full batch
        (101, 86, 16),
        (1000, 850, 32),  # 850 / 20 = 42.5 is nearest to 2^5 in logarithms
        (1000, 1000, 64),
        (10**6, 10**6, 256),
    ],
)
def test_auto_batches_are_a_power_of_two_near_a_twentieth(total_weight, n_fit, rows):
    estimator = TorchRegressor()
    assert parameters.batch_size_for(estimator, total_weight, n_fit) == rows


def test_a_given_batch_size_is_at_most_all_rows():
    estimator = TorchRegressor(batch_size=50)
    assert parameters.batch_size_for(estimator, 1000, 900) == 50
    assert parameters.batch_size_for(estimator, 1000, 30) == 30


@pytest.mark.parametrize(
    ("early_stopping", "sizes", "solver", "total_weight", "stops"),
    [
        ("auto", (8,), "adam", 10, True),
        ("auto", (8,), "adam", 9.9, False),
        ("auto", (), "adam", 10**6, False),
        (True, (), "adam", 10, True),
        (False, (8,), "adam", 10**6, False),
        (True, (), "newton", 10**6, False),
    ],
)
def test_early_stopping_is_for_adam_and_auto_for_networks_of_10_rows(
    early_stopping, sizes, solver, total_weight, stops
):
    estimator = TorchRegressor(early_stopping=early_stopping)
    found = parameters.stops_early(estimator, Perceptron(sizes), solver, total_weight)
    assert found is stops


def test_members_have_seeds_of_their_own_and_share_the_first():
    many = parameters.seeds_for(TorchRegressor(random_state=3), 20)
    assert len(set(many)) == 20
    assert parameters.seeds_for(TorchRegressor(random_state=3), 1) == many[:1]
    assert parameters.seeds_for(TorchRegressor(random_state=4), 1) != many[:1]


@pytest.mark.parametrize(
    ("total", "n_members"), [(1, 8), (300, 8), (301, 2), (2000, 2), (2001, 1), (1e9, 1)]
)
def test_small_tables_have_more_members(total, n_members):
    network = Perceptron((64, 64), "relu")
    assert parameters.n_members_for(TorchRegressor(), network, total) == n_members
    assert parameters.n_members_for(TorchRegressor(n_members=3), network, total) == 3


@pytest.mark.parametrize(("total", "n_members"), [(300, 8), (1000, 4), (1001, 1)])
def test_embeddings_have_members_of_their_own_number(total, n_members):
    network = Perceptron((64, 64), "relu")
    assert parameters.n_members_for(TorchEmbedder(), network, total) == n_members


def test_models_that_gain_nothing_from_members_have_one():
    linear, custom = Perceptron((), "relu"), UserModule(torch.nn.Linear)
    network = Perceptron((64,), "relu")
    assert parameters.n_members_for(TorchRegressor(), linear, 100) == 1
    assert parameters.n_members_for(TorchRegressor(), custom, 100) == 1
    assert parameters.n_members_for(TorchAligner(), network, 100) == 1


def test_a_single_integer_is_one_hidden_layer():
    assert parameters.hidden_sizes(TorchRegressor(hidden_layer_sizes=5)) == (5,)
    assert parameters.hidden_sizes(TorchRegressor(hidden_layer_sizes=[5, 2])) == (5, 2)


def test_weights_are_read_as_float64_up_to_a_finite_sum():
    weight = parameters.check_weight([1, 2], np.zeros((2, 1)))
    assert weight.dtype == np.float64
    parameters.check_weight([1e150], np.zeros((1, 1)))
    with pytest.raises(ValueError, match=r"beyond 1e\+150"):
        parameters.check_weight([1e150, 1e150], np.zeros((2, 1)))
    with pytest.raises(ValueError, match="Negative values"):
        parameters.check_weight([1, -1], np.zeros((2, 1)))


def named(y_pred, y_true):
    return (y_pred - y_true) ** 2


@pytest.mark.parametrize(
    ("loss", "text"), [(named, "named"), (lambda f, y: f - y, "<lambda>")]
)
def test_an_estimator_is_printed_with_the_name_of_its_function(loss, text):
    assert repr(TorchRegressor(loss, n_members=2)).startswith(
        f"TorchRegressor(loss={text}, "
    )


def test_a_softmax_over_two_views_has_larger_batches():
    losses = {name: JoinedViews(get_loss(name), 2) for name in list_losses("pairs")}
    sizes = {
        name: parameters.batch_size_for(TorchAligner(), 640, 640, loss)
        for name, loss in losses.items()
    }
    assert sizes == {"info_nce": 256, "siglip": 32, "symmetric_cross_entropy": 256}
    with_softmax = losses["info_nce"]
    assert parameters.batch_size_for(TorchAligner(), 200, 200, with_softmax) == 64
