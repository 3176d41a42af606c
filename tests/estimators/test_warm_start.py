"""Continued fits: partial_fit, warm_start, and what they refuse."""

import pickle

import numpy as np
import pytest
import torch
from scipy import sparse

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import Quantile
from tests.estimators.failing_losses import failing_estimator
from tests.estimators.small import SMALL


def test_partial_fit_improves_and_accepts_later_classes(cancer):
    X, y = cancer
    model = TorchClassifier(hidden_layer_sizes=(16,), random_state=0)
    model.partial_fit(X[y == 0][:100], y[y == 0][:100], classes=[0, 1])
    assert model.classes_.tolist() == [0, 1]
    for _ in range(30):
        model.partial_fit(X, y)
    assert model.score(X, y) > 0.93
    with pytest.raises(ValueError, match="not one of the classes"):
        model.partial_fit(X, np.full(len(y), 7))


def test_partial_fit_continues_with_the_state_of_adam(diabetes):
    X, y = diabetes
    model = TorchRegressor(hidden_layer_sizes=(16,), random_state=0)
    losses = []
    for _ in range(60):
        losses.append(model.partial_fit(X, y).loss_curve_[-1])
    assert losses[-1] < 0.7 * losses[0]


def test_partial_fit_learns_from_every_row_in_one_epoch(diabetes):
    X, y = diabetes
    model = TorchRegressor(early_stopping=True, **SMALL)
    assert model.fit(X, y).history_["validation"].notna().all()
    before = model.n_iter_
    assert model.partial_fit(X, y).history_["validation"][before:].isna().all()
    assert model.n_iter_ == 1


def test_a_warm_start_continues_and_a_cold_one_starts_again(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": (16,), "max_iter": 5, "random_state": 0}
    warm = TorchRegressor(warm_start=True, **params)
    first = warm.fit(X, y).loss_curve_[0]
    assert warm.fit(X, y).loss_curve_[5] < first
    cold = TorchRegressor(**params)
    assert cold.fit(X, y).loss_curve_ == cold.fit(X, y).loss_curve_


def test_an_unpickled_model_continues(diabetes):
    X, y = diabetes
    for loss in ("huber", torch.nn.L1Loss(), Quantile(0.2)):
        model = TorchRegressor(loss, **SMALL).partial_fit(X, y)
        copy = pickle.loads(pickle.dumps(model))
        expected = model.partial_fit(X, y).predict(X)
        np.testing.assert_array_equal(copy.partial_fit(X, y).predict(X), expected)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hidden_layer_sizes": (4,)}, r"hidden_layer_sizes was \(16,\)"),
        ({"n_members": 2}, "n_members was 1"),
        ({"loss": "mae"}, "loss was squared_error"),
        ({"loss": "gaussian_nll"}, "loss was squared_error"),
    ],
)
def test_a_warm_start_with_other_parameters_is_refused(change, sentence, diabetes):
    X, y = diabetes
    warm = TorchRegressor(warm_start=True, **SMALL).fit(X, y)
    with pytest.raises(ValueError, match=sentence):
        warm.set_params(**change).fit(X, y)
    with pytest.raises(ValueError, match="number of outputs was 1"):
        TorchRegressor(**SMALL).fit(X, y).partial_fit(X, np.column_stack([y, y]))
    small = TorchRegressor(**SMALL).partial_fit(X[:9], y[:9])
    with pytest.raises(ValueError, match="number of outputs was 1"):
        small.partial_fit(X, np.column_stack([y, y]))


@pytest.mark.parametrize("rows", [(5000, 300), (300, 5000)])
@pytest.mark.parametrize("n_members", [1, 2])
def test_chunks_of_any_size_follow_each_other(rows, n_members):
    X = np.random.default_rng(0).normal(size=(sum(rows), 3))
    regressor = TorchRegressor("huber", **SMALL | {"n_members": n_members})
    classifier = TorchClassifier(**SMALL | {"n_members": n_members})
    for part in 10 * np.split(X, [rows[0]]):
        regressor.partial_fit(part, part[:, 0])
        classifier.partial_fit(part, part[:, 0] > 0)
    assert np.corrcoef(regressor.predict(X), X[:, 0])[0, 1] > 0.9
    assert classifier.score(X, X[:, 0] > 0) > 0.8


@pytest.mark.parametrize("rows", [(3900, 4100), (4100, 3900)])
def test_warm_starts_may_cross_the_size_at_which_precision_changes(rows):
    X = np.random.default_rng(0).normal(size=(max(rows), 3))
    model = TorchRegressor(warm_start=True, **SMALL)
    for n in rows:
        model.fit(X[:n], X[:n, 0])
    assert model.score(X, X[:, 0]) > 0.8


@pytest.mark.parametrize("n_members", [1, 2])
def test_curves_continue_over_calls_of_partial_fit(n_members, diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL | {"n_members": n_members})
    losses = [model.partial_fit(X, y).loss_curve_[-1] for _ in range(4)]
    assert model.loss_curve_ == losses
    history = model.history_
    assert history["epoch"].tolist() == [1, 2, 3, 4] * n_members
    assert history["train"][:4].tolist() == losses
    assert model.n_iter_ == 1


@pytest.mark.parametrize("hidden", [(), (8,)])
def test_curves_continue_over_warm_starts_and_start_again_without(hidden, diabetes):
    X, y = diabetes
    params = {"max_iter": 3, "n_members": 1, "random_state": 0, "solver": "adam"}
    model = TorchRegressor(hidden_layer_sizes=hidden, warm_start=True, **params)
    curve = [*model.fit(X, y).loss_curve_]
    model.fit(X, y)
    assert model.loss_curve_[:3] == curve
    assert model.history_["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert model.n_iter_ == 3
    assert len(model.set_params(warm_start=False).fit(X, y).loss_curve_) == 3


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


def test_a_continued_fit_keeps_the_members_of_the_first(rng):
    X = rng.normal(size=(400, 2))
    params = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}
    model = TorchRegressor(**params, warm_start=True).fit(X[:200], X[:200, 0])
    assert model.history_["member"].nunique() == 8
    assert model.fit(X, X[:, 0]).history_["member"].nunique() == 8
    assert model.partial_fit(X, X[:, 0]).history_["member"].nunique() == 8


def test_a_first_call_of_partial_fit_trains_one_network(rng):
    X = rng.normal(size=(200, 2))
    model = TorchRegressor(hidden_layer_sizes=(4,)).partial_fit(X, X[:, 0])
    assert model.history_["member"].nunique() == 1
    assert model.partial_fit(X, X[:, 0]).history_["member"].nunique() == 1
