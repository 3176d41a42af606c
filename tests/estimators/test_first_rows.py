"""The first calls of `partial_fit`: units are learned again while rows are few."""

import numpy as np
import pytest
from scipy import sparse

from skloss import TorchClassifier, TorchRegressor
from tests.estimators.failing_losses import failing_estimator
from tests.estimators.small import SMALL

FIRST_CHUNKS = {
    "one row": [1, 50, 100, 200],
    "two rows": [2, 1, 1, 96, 300],
    "a row at a time": [1] * 40,
}


@pytest.mark.parametrize("sizes", FIRST_CHUNKS.values(), ids=FIRST_CHUNKS)
@pytest.mark.parametrize("hidden", [(), (8,)])
def test_units_of_a_small_first_chunk_are_those_of_all_rows_in_the_end(sizes, hidden):
    rng = np.random.default_rng(0)
    X, n = rng.normal(50, 7, size=(sum(sizes), 3)), sum(sizes)
    y = 1e6 + 1e3 * X[:, 0]
    model = TorchRegressor(hidden_layer_sizes=hidden, random_state=0)
    for part in np.split(np.arange(n), np.cumsum(sizes)[:-1]):
        model.partial_fit(X[part], y[part])
    known = 32 if n == 40 else n
    encoding, targets = model.network_[0], model._fitted.targets
    np.testing.assert_allclose(encoding.mean, X[:known].mean(0))
    np.testing.assert_allclose(encoding.scale, X[:known].std(0))
    assert targets.center == pytest.approx(y[:known].mean())
    assert targets.scale == pytest.approx(y[:known].std())
    assert len(model.loss_curve_) == len(sizes)


WIDE = np.random.default_rng(0).normal(1e3, 5, size=(600, 4))
DIFFERENCE = 1e3 * (WIDE[:, 0] - WIDE[:, 1])


@pytest.mark.parametrize(
    ("model", "y", "options"),
    [
        (TorchRegressor(random_state=0), DIFFERENCE, {}),
        (TorchRegressor(), DIFFERENCE, {}),
        (TorchClassifier(), DIFFERENCE > 0, {"classes": [False, True]}),
    ],
    ids=["seeded", "unseeded", "classes"],
)
def test_a_small_first_chunk_costs_no_accuracy(model, y, options):
    model.partial_fit(WIDE[:1], y[:1], **options)
    for _ in range(25):
        for part in np.array_split(np.arange(600), 12):
            model.partial_fit(WIDE[part], y[part])
    assert model.score(WIDE, y) > 0.9


def test_rows_of_the_first_calls_are_kept_until_there_are_enough(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL).partial_fit(X[:100], y[:100])
    assert model._fitted.first_rows.n == 100
    model.partial_fit(X[100:250], y[100:250], sample_weight=np.ones(150))
    assert model._fitted.first_rows.n == 250
    assert model.partial_fit(X[250:256], y[250:256])._fitted.first_rows is None
    assert TorchRegressor(**SMALL).partial_fit(X, y)._fitted.first_rows is None
    assert TorchRegressor(**SMALL).fit(X[:9], y[:9])._fitted.first_rows is None


def test_repeated_first_rows_change_nothing(diabetes):
    X, y = np.asarray(diabetes[0])[:64], np.asarray(diabetes[1])[:64]
    weight = np.linspace(0.5, 2, 64)
    repeated = TorchRegressor(**SMALL)
    for _ in range(3):
        repeated.partial_fit(X, y, sample_weight=weight)
    known = TorchRegressor(**SMALL | {"max_iter": 1, "early_stopping": False})
    known.fit(X, y, sample_weight=weight)
    for _ in range(2):
        known.partial_fit(X, y, sample_weight=weight)
    np.testing.assert_allclose(repeated.predict(X), known.predict(X), rtol=1e-9)


def test_an_error_in_a_later_call_leaves_units_and_rows_as_they_were(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL).partial_fit(X[:2], y[:2])
    before = model.predict(X)
    with pytest.raises(ValueError, match="must be"):
        model.set_params(hidden_layer_sizes=(0,)).partial_fit(X, y)
    model.set_params(hidden_layer_sizes=(16,))
    np.testing.assert_array_equal(model.predict(X), before)
    assert model._fitted.first_rows.n == 2


def test_rows_far_from_the_units_warn_by_name(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL).partial_fit(X, y)
    with pytest.warns(UserWarning, match="^column bmi of these rows: more than 30"):
        model.partial_fit(X.assign(bmi=X["bmi"] * 200), y)
    with pytest.warns(UserWarning, match="^y of these rows") as caught:
        model.partial_fit(X, y * 1000)
    assert caught[0].filename == __file__
    plain = TorchRegressor("poisson", **SMALL).partial_fit(X.to_numpy(), y)
    with pytest.warns(UserWarning, match=r"^column 0, column 1, column 2, \.\.\. of"):
        plain.partial_fit(X.to_numpy() + 1e6, y)


def test_classes_and_sparse_rows_of_a_small_first_chunk(cancer):
    X, y = cancer
    Z = sparse.csr_matrix(X)
    names = np.array(["no", "yes"])[y]
    model = TorchClassifier(**SMALL).partial_fit(Z[:1], names[:1], ["no", "yes"])
    for _ in range(25):
        model.partial_fit(Z[:200], names[:200])
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.score(Z, names) > 0.85


def test_ctrl_c_while_earlier_calls_are_repeated_leaves_the_model(diabetes):
    X, y = np.asarray(diabetes[0]), np.asarray(diabetes[1], dtype=float)
    model, alarm = failing_estimator("regressor", "adam")
    model.partial_fit(X[:2], y[:2])
    before, history = model.predict(X), model.loss_curve_
    alarm.set(KeyboardInterrupt(), calls=1)
    with pytest.raises(KeyboardInterrupt):
        model.partial_fit(X, y)
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.loss_curve_ == history
    assert len(model.partial_fit(X, y).loss_curve_) == 2


def test_a_first_call_of_partial_fit_trains_one_network(rng):
    X = rng.normal(size=(200, 2))
    model = TorchRegressor(hidden_layer_sizes=(4,)).partial_fit(X, X[:, 0])
    assert model.history_["member"].nunique() == 1
    assert model.partial_fit(X, X[:, 0]).history_["member"].nunique() == 1
