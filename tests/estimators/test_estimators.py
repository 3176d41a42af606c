"""The estimators as a user of scikit-learn meets them."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    make_multilabel_classification,
)
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, get_loss, list_losses
from skloss.losses import Focal, Huber, Quantile

SMALL = {"hidden_layer_sizes": (16,), "max_iter": 30, "random_state": 0}
AFFINE = ["squared_error", "absolute_error", "huber", "quantile", "gaussian_nll"]


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


@pytest.fixture(scope="module")
def cancer():
    return load_breast_cancer(return_X_y=True)


OF_NUMBERS = [
    name for name in list_losses("regression") if not get_loss(name).takes_distributions
]


@pytest.mark.parametrize("loss", OF_NUMBERS)
def test_every_regression_loss_beats_a_constant(loss, diabetes):
    X, y = diabetes
    y = y.to_numpy() / y.mean()
    model = TorchRegressor(loss, random_state=0).fit(X, y)
    constant = DummyRegressor().fit(X, y)
    miss = np.abs(model.predict(X) - y).mean()
    assert miss < 0.9 * np.abs(constant.predict(X) - y).mean()


@pytest.mark.parametrize("loss", list_losses("classification"))
def test_every_classification_loss_learns(loss, cancer):
    X, y = cancer
    model = TorchClassifier(loss, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.93


def test_learns_xor_that_no_line_can():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(800, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    assert TorchClassifier(random_state=0).fit(X, y).score(X, y) > 0.95
    assert TorchClassifier(hidden_layer_sizes=()).fit(X, y).score(X, y) < 0.65


def test_same_seed_same_numbers_and_another_seed_others(diabetes):
    X, y = diabetes
    first = TorchRegressor(**SMALL).fit(X, y).predict(X)
    again = TorchRegressor(**SMALL).fit(X, y).predict(X)
    other = TorchRegressor(**SMALL | {"random_state": 1}).fit(X, y).predict(X)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize("loss", AFFINE)
@pytest.mark.parametrize("hidden", [(), (16,)], ids=["linear", "network"])
def test_scaling_y_by_1000_scales_the_fit(loss, hidden, diabetes):
    X, y = diabetes
    params = SMALL | {"hidden_layer_sizes": hidden, "max_iter": 200}
    plain = TorchRegressor(loss, **params).fit(X, y)
    scaled = TorchRegressor(loss, **params).fit(X, 1000 * y + 5e6)
    np.testing.assert_allclose(
        scaled.predict(X), 1000 * plain.predict(X) + 5e6, rtol=1e-6
    )
    shift = plain.predict_distribution(X).logpdf(y) - scaled.predict_distribution(
        X
    ).logpdf(1000 * y + 5e6)
    np.testing.assert_allclose(shift, np.log(1000), atol=1e-3)


def test_huber_delta_is_in_units_of_y(diabetes):
    X, y = diabetes
    params = SMALL | {"hidden_layer_sizes": (), "alpha": 0.0}
    plain = TorchRegressor(Huber(delta=30.0), **params).fit(X, y)
    scaled = TorchRegressor(Huber(delta=30_000.0), **params).fit(X, 1000 * y)
    np.testing.assert_allclose(scaled.predict(X), 1000 * plain.predict(X), rtol=1e-6)


def test_weight_two_is_the_row_twice_and_zero_is_the_row_gone(rng):
    X = rng.normal(size=(40, 3))
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=40)
    weight = np.repeat([0.0, 1.0, 2.0, 3.0], 10)
    for loss in ("huber", "laplace_nll", "squared_error"):
        for hidden in ((), (16,)):
            params = {"hidden_layer_sizes": hidden, "random_state": 0}
            weighted = TorchRegressor(loss, **params).fit(X, y, weight)
            repeated = TorchRegressor(loss, **params).fit(
                np.repeat(X, weight.astype(int), axis=0),
                np.repeat(y, weight.astype(int)),
            )
            np.testing.assert_allclose(
                weighted.predict(X), repeated.predict(X), rtol=1e-6, atol=1e-8
            )


def test_class_weight_equals_the_same_sample_weight(rng):
    X = rng.normal(size=(400, 3))
    y = (X @ [1.0, 0.5, 0.0] + rng.logistic(size=400) > 0).astype(int)
    params = {"hidden_layer_sizes": (), "alpha": 0.0}
    by_class = TorchClassifier(class_weight={0: 5.0, 1: 1.0}, **params).fit(X, y)
    by_row = TorchClassifier(**params).fit(X, y, np.where(y == 0, 5.0, 1.0))
    np.testing.assert_allclose(
        by_class.decision_function(X), by_row.decision_function(X), atol=1e-6
    )
    plain = TorchClassifier(**params).fit(X, y)
    assert (by_class.predict(X) == 0).sum() > (plain.predict(X) == 0).sum()


def test_balanced_class_weight_counts_a_row_of_weight_two_twice(rng):
    X, y = rng.normal(size=(60, 2)), (np.arange(60) < 15).astype(int)
    twice = np.where(np.arange(60) < 10, 2, 1)
    params = {"hidden_layer_sizes": (), "class_weight": "balanced"}
    weighted = TorchClassifier(**params).fit(X, y, twice)
    repeated = TorchClassifier(**params).fit(
        np.repeat(X, twice, axis=0), np.repeat(y, twice)
    )
    np.testing.assert_allclose(
        weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-9
    )


def test_balanced_class_weight_catches_more_of_a_rare_class(rng):
    X = rng.normal(size=(1000, 2))
    y = np.where(X[:, 0] + rng.normal(size=1000) > 2.3, "rare", "usual")
    plain = TorchClassifier(random_state=0).fit(X, y)
    balanced = TorchClassifier(class_weight="balanced", random_state=0).fit(X, y)
    caught = [(m.predict(X) == "rare")[y == "rare"].mean() for m in (plain, balanced)]
    assert caught[1] > caught[0] + 0.2


def test_string_labels_and_their_order(rng):
    X = rng.normal(size=(300, 2))
    y = np.array(["no", "maybe", "yes"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    model = TorchClassifier(random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["maybe", "no", "yes"]
    assert set(model.predict(X)) <= {"maybe", "no", "yes"}
    proba = model.predict_proba(X)
    assert proba.shape == (300, 3)
    np.testing.assert_allclose(proba.sum(1), 1.0)
    assert model.decision_function(X).shape == (300, 3)
    assert model.score(X, y) > 0.9


def test_binary_shapes_are_those_of_scikit_learn(cancer):
    X, y = cancer
    model = TorchClassifier("binary_cross_entropy", **SMALL).fit(X, y)
    assert model.decision_function(X).shape == (len(X),)
    assert model.predict_proba(X).shape == (len(X), 2)
    np.testing.assert_array_equal(model.predict(X), model.decision_function(X) > 0)
    np.testing.assert_allclose(
        model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-model.decision_function(X)))
    )


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "focal"])
def test_multilabel_by_an_indicator(loss):
    X, y = make_multilabel_classification(400, n_classes=4, random_state=0)
    model = TorchClassifier(loss, random_state=0).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.decision_function(X).shape == y.shape
    proba = model.predict_proba(X)
    assert proba.shape == y.shape
    assert (model.predict(X) == y).mean() > 0.8
    assert ((proba > 0) & (proba < 1)).all()
    compressed = TorchClassifier(loss, random_state=0).fit(X, sparse.csr_matrix(y))
    np.testing.assert_array_equal(compressed.predict(X), model.predict(X))
    with pytest.raises(ValueError, match="several labels a row"):
        TorchClassifier(loss, class_weight="balanced").fit(X, y)


def test_multi_output_targets_each_get_their_prediction(diabetes):
    X, y = diabetes
    Y = np.column_stack([y, -5 * y + 3])
    params = {"hidden_layer_sizes": (), "alpha": 0.0}
    for loss in ("squared_error", "huber", "absolute_error"):
        model = TorchRegressor(loss, **params).fit(X, Y)
        lone = TorchRegressor(loss, **params).fit(X, y)
        assert model.predict(X).shape == Y.shape
        np.testing.assert_allclose(model.predict(X)[:, 0], lone.predict(X), atol=0.1)
    model = TorchRegressor("gaussian_nll", **SMALL).fit(X, Y)
    assert model.predict_distribution(X).logpdf(Y).shape == Y.shape
    assert model.predict_distribution(X).interval(0.9)[0].shape == Y.shape


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
    assert deltas.fit(X, y).best_params_ == {"loss__delta": 50.0}


def test_grid_search_over_gamma_gives_different_models(cancer):
    X, y = cancer
    search = GridSearchCV(
        TorchClassifier(Focal(), **SMALL),
        {"loss__gamma": [0.0, 5.0]},
        cv=2,
        scoring="neg_log_loss",
    ).fit(X, y)
    scores = search.cv_results_["mean_test_score"]
    assert search.best_params_ == {"loss__gamma": 0.0}
    assert scores[0] > scores[1] + 0.01


def test_cross_val_score_and_clone(cancer):
    X, y = cancer
    model = TorchClassifier(Focal(gamma=1.0), **SMALL)
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9
    assert clone(model).loss.gamma == 1.0
    assert not hasattr(clone(model.fit(X, y)), "network_")


def test_pickle_and_joblib_keep_every_number(tmp_path, diabetes, cancer):
    for model, (X, y) in [
        (TorchRegressor("laplace_nll", n_members=2, **SMALL), diabetes),
        (TorchClassifier("focal", **SMALL), cancer),
    ]:
        model.fit(X, y)
        joblib.dump(model, tmp_path / "model.joblib")
        for copy in (
            pickle.loads(pickle.dumps(model)),
            joblib.load(tmp_path / "model.joblib"),
        ):
            np.testing.assert_array_equal(copy.predict(X), model.predict(X))


def test_pandas_names_are_kept_and_checked(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL).fit(X, y)
    assert model.feature_names_in_.tolist() == X.columns.tolist()
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X.rename(columns={"age": "years"}))
    pipe = make_pipeline(StandardScaler(), TorchRegressor(**SMALL))
    pipe.set_output(transform="pandas").fit(X, y)
    assert pipe[-1].feature_names_in_.tolist() == X.columns.tolist()


def test_network_of_ones_own(diabetes):
    X, y = diabetes

    def network(n_features, n_outputs):
        return torch.nn.Sequential(
            torch.nn.Linear(n_features, 24),
            torch.nn.Tanh(),
            torch.nn.Linear(24, n_outputs),
        )

    model = TorchRegressor("gaussian_nll", network=network, random_state=0).fit(X, y)
    assert isinstance(model.network_, torch.nn.Module)
    assert model.score(X, y) > 0.3
    with pytest.raises(ValueError, match="n_outputs"):
        TorchRegressor("gaussian_nll", network=lambda d, k: torch.nn.Linear(d, 1)).fit(
            X, y
        )


def test_network_maps_raw_columns_to_scores(cancer):
    X, y = cancer
    model = TorchClassifier(**SMALL).fit(X, y)
    with torch.no_grad():
        raw = model.network_(torch.as_tensor(X))
    np.testing.assert_allclose(raw[:, 0], model.decision_function(X))


def test_history_has_a_row_for_each_epoch_and_member(diabetes):
    X, y = diabetes
    model = TorchRegressor(n_members=2, **SMALL).fit(X, y)
    assert model.history_.columns.tolist() == ["member", "epoch", "train", "validation"]
    assert model.history_.groupby("member")["epoch"].max().max() == model.n_iter_
    assert model.history_["validation"].notna().all()
    assert not hasattr(clone(model), "history_")


def test_an_offset_beyond_float32_costs_a_large_table_nothing(rng):
    """Milliseconds since 1970, say: float32 knows two minutes at best."""
    X = rng.normal(size=(5000, 2)).round(2)
    y = X[:, 0] + 0.1 * rng.normal(size=len(X))
    model = TorchRegressor(hidden_layer_sizes=(16,), max_iter=10, random_state=0)
    plain = model.fit(X, y).score(X, y)
    offset = model.fit(X + 1e8, y).score(X + 1e8, y)
    assert model.network_(torch.zeros(1, 2)).dtype == torch.float32
    assert offset == pytest.approx(plain, abs=1e-4)


def test_large_tables_compute_and_answer_in_float32(rng):
    X = rng.normal(size=(4500, 3))
    y = X[:, 0]
    model = TorchRegressor(max_iter=2, random_state=0).fit(X, y)
    assert model.predict(X).dtype == np.float32
    small = TorchRegressor(max_iter=2, random_state=0).fit(X[:4000], y[:4000])
    assert small.predict(X).dtype == np.float64


def test_a_huge_offset_does_not_hide_the_signal(rng):
    X = rng.normal(size=(300, 2)) * [1e-3, 1e6] + [1e3, 1e9]
    y = (X[:, 0] - 1e3) * 1e3 + (X[:, 1] - 1e9) / 1e6
    model = TorchRegressor(hidden_layer_sizes=(), alpha=0.0).fit(X, y)
    assert model.score(X, y) > 0.999999


def test_constant_columns_and_constant_targets_do_no_harm(rng):
    X = np.column_stack([rng.normal(size=50), np.full(50, 7.0)])
    for y in (np.full(50, 3.0), rng.normal(size=50)):
        assert np.isfinite(TorchRegressor(**SMALL).fit(X, y).predict(X)).all()
    constant = TorchRegressor(**SMALL | {"max_iter": 200}).fit(X, np.full(50, 3.0))
    np.testing.assert_allclose(constant.predict(X), 3.0, atol=0.5)


def test_unusable_settings_are_refused_in_a_sentence(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match="newton"):
        TorchRegressor(solver="newton").fit(X, y)
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        TorchRegressor(hidden_layer_sizes=(0,)).fit(X, y)
    with pytest.raises(ValueError, match="no such GPU"):
        TorchRegressor(device="cuda").fit(X, y)
    with pytest.raises(ValueError, match="not a valid torch device"):
        TorchRegressor(device="gpu").fit(X, y)
    with pytest.raises(ValueError, match="activation"):
        TorchRegressor(activation="softplus").fit(X, y)
    with pytest.raises(AttributeError):
        TorchRegressor("huber").set_params(loss__delta=2.0)


def test_focal_at_gamma_zero_is_cross_entropy(cancer):
    X, y = cancer
    plain = TorchClassifier(**SMALL).fit(X, y)
    focal = TorchClassifier(Focal(gamma=0.0), **SMALL).fit(X, y)
    np.testing.assert_allclose(
        plain.predict_proba(X), focal.predict_proba(X), atol=1e-9
    )
    assert get_loss("focal").gamma == 2.0


def test_a_frame_with_extra_dtypes_is_taken_as_numbers(diabetes):
    X, y = diabetes
    wide = X.astype("Float64")
    a = TorchRegressor(**SMALL).fit(X, y).predict(X)
    b = TorchRegressor(**SMALL).fit(wide, pd.Series(y)).predict(wide)
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("n_members", [1, 2])
def test_a_fit_neither_reads_nor_moves_the_global_generator(n_members):
    X, y = load_diabetes(return_X_y=True)
    before = torch.get_rng_state()
    model = TorchRegressor(max_iter=2, n_members=n_members, random_state=0).fit(X, y)
    model.predict(X)
    assert torch.equal(torch.get_rng_state(), before)


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


def test_targets_whose_squares_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match=r"up to 3e\+200, too large to be squared"):
        TorchRegressor().fit(np.eye(4), [1.0, -3e200, 1.0, 2.0])


def test_a_network_that_is_no_module_is_refused():
    with pytest.raises(TypeError, match="Module, not NoneType"):
        TorchRegressor(network=lambda d, k: None).fit(np.eye(4), np.arange(4.0))
