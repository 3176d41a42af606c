"""Metrics as scikit-learn scorers: equal to its own, and with its tools."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
import sklearn.metrics as oracle
from scipy.stats import norm, poisson, t
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchRegressor, metrics


@pytest.mark.parametrize("name", metrics.metrics_for("binary"))
def test_scorers_cross_validate_string_labels(name):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 3))
    y = np.where(X[:, 0] + rng.normal(size=120) > 0.8, "yes", "no")
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    scores = cross_val_score(pipeline, X, y, scoring=metrics.SCORERS[name], cv=3)
    metric = metrics.METRICS[name]
    assert (np.sign(scores) == (1 if metric.greater_is_better else -1)).all()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("log_loss", "neg_log_loss"),
        ("brier", "neg_brier_score"),
        ("balanced_accuracy", "balanced_accuracy"),
        ("mcc", "matthews_corrcoef"),
        ("pr_auc", "average_precision"),
        ("roc_auc", "roc_auc"),
        ("f1", "f1"),
    ],
)
def test_scorers_equal_scikit_learns_own(ours, theirs):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(150, 3))
    y = (X[:, 0] + rng.normal(size=150) > 0.8).astype(int)
    scored = cross_validate(
        LogisticRegression(),
        X,
        y,
        scoring={"a": metrics.SCORERS[ours], "b": oracle.get_scorer(theirs)},
    )
    np.testing.assert_allclose(scored["test_a"], scored["test_b"])


def test_grid_search_follows_a_scorer():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = (X[:, 0] + rng.normal(size=300) > 1.8).astype(int)
    grid = {"class_weight": [None, "balanced"]}
    search = GridSearchCV(LogisticRegression(), grid, scoring=metrics.g_mean_scorer)
    assert search.fit(X, y).best_params_ == {"class_weight": "balanced"}


def test_rankings_take_decision_values_where_there_are_no_probabilities():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = np.digitize(X[:, 0] + 0.3 * rng.normal(size=200), [-0.5, 0.5])
    binary, three = RidgeClassifier().fit(X, y > 0), RidgeClassifier().fit(X, y)
    expected = oracle.roc_auc_score(y > 0, binary.decision_function(X))
    assert metrics.roc_auc_scorer(binary, X, y > 0) == pytest.approx(expected)
    assert 0.5 < metrics.pr_auc_scorer(three, X, y) <= 1
    with pytest.raises(ValueError, match="no predict_proba, which Brier requires"):
        metrics.brier_scorer(three, X, y)


def test_a_class_that_was_not_in_training_has_probability_zero():
    X = np.arange(6.0)[:, None]
    seen = LogisticRegression().fit(X, ["b", "b", "b", "c", "c", "c"])
    proba = seen.predict_proba(X[:2])
    expected = -(np.log(proba[0, 0]) - 52 * np.log(2)) / 2
    scored = metrics.log_loss_scorer(seen, X[:2], ["b", "a"])
    assert scored == pytest.approx(-expected)
    assert metrics.accuracy_scorer(seen, X[:2], ["b", "a"]) == 0.5


def test_indicator_scorers_read_lists_of_probabilities(indicator):
    truth, _, proba = indicator
    forest = RandomForestClassifier(n_estimators=5, random_state=0).fit(proba, truth)
    columns = np.column_stack([p[:, 1] for p in forest.predict_proba(proba)])
    expected = metrics.brier(truth, columns)
    assert metrics.brier_scorer(forest, proba, truth) == pytest.approx(-expected)
    assert metrics.f1_scorer(forest, proba, truth) > 0.5


class NormalRegressor(DummyRegressor):
    """A regressor whose distribution is a normal about its constant."""

    def predict_distribution(self, X):
        return norm(self.predict(X), 2.0)


def test_nll_scorer_scores_densities_also_through_a_pipeline():
    X, y = np.arange(5.0)[:, None], np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    pipeline = make_pipeline(StandardScaler(), NormalRegressor()).fit(X, y)
    expected = norm(4.0, 2.0).logpdf(y).mean()
    assert metrics.nll_scorer(pipeline, X, y) == pytest.approx(expected)
    with pytest.raises(ValueError, match="no predict_distribution"):
        metrics.nll_scorer(Ridge().fit(X, y), X, y)


def test_scorers_receive_weights_through_metadata_routing():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), rng.normal(size=60)
    weight = rng.integers(0, 3, 60)
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = metrics.Scorer("mae").set_score_request(sample_weight=True)
        model = Ridge().set_fit_request(sample_weight=False)
        weighted = cross_val_score(
            model, X, y, scoring=scorer, params={"sample_weight": weight}, cv=3
        )
        plain = cross_val_score(model, X, y, scoring=metrics.Scorer("mae"), cv=3)
    assert (weighted != plain).all()


def test_scorers_read_pandas_labels():
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": ["a", "a", "b", "b"]})
    y = frame["y"].astype("category")
    model = LogisticRegression().fit(frame[["x"]], y)
    assert metrics.g_mean_scorer(model, frame[["x"]], y) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("rmse", "neg_root_mean_squared_error"),
        ("mae", "neg_mean_absolute_error"),
        ("r2", "r2"),
    ],
)
@pytest.mark.parametrize("shape", [(80,), (80, 2)])
def test_regression_scorers_equal_scikit_learns_own(ours, theirs, shape, rng):
    X, y = rng.normal(size=(80, 3)), rng.normal(size=shape)
    model = Ridge().fit(X, y)
    expected = oracle.get_scorer(theirs)(model, X, y)
    assert metrics.SCORERS[ours](model, X, y) == pytest.approx(expected)


def test_there_is_one_scorer_per_metric():
    assert list(metrics.SCORERS) == list(metrics.METRICS)
    assert len(metrics.SCORERS) == len(metrics.METRICS)
    assert metrics.SCORERS["mae"] is metrics.SCORERS["mae"]
    with pytest.raises(KeyError, match="median"):
        metrics.SCORERS["median"]


def test_a_scorer_of_an_unknown_metric_names_those_that_exist():
    with pytest.raises(ValueError, match="'median' does not exist; choose one of rmse"):
        metrics.Scorer("median")(Ridge(), [[0.0]], [0.0])


def test_scorers_are_cloned_and_pickled_by_name():
    for copy in (
        clone(metrics.mae_scorer),
        pickle.loads(pickle.dumps(metrics.mae_scorer)),
    ):
        assert copy.get_params() == {"metric": "mae"}
        model = DummyRegressor().fit([[0], [1]], [1.0, 3.0])
        assert copy(model, [[0]], [5.0]) == -3.0


@pytest.mark.parametrize("name", ["mae", "nll", "r2"])
def test_a_weighted_score_repeats_the_row(name, rng):
    X, y = rng.normal(size=(20, 1)), rng.normal(size=20)
    weight = rng.integers(1, 4, 20)
    model = NormalRegressor().fit(X, y)
    scorer = metrics.SCORERS[name]
    weighted = scorer(model, X, y, sample_weight=weight)
    repeated = scorer(model, np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert weighted == pytest.approx(repeated)


def test_densities_of_several_targets_add_up():
    class Pair:
        def predict_distribution(self, X):
            return norm(np.zeros((len(X), 2)), 1.0)

    y = np.array([[0.0, 1.0], [2.0, 0.0]])
    expected = -norm.logpdf(y).sum(axis=1)
    np.testing.assert_allclose(metrics.row_nll(Pair(), np.zeros((2, 1)), y), expected)


def test_counts_are_scored_by_their_probabilities():
    class Counts:
        def predict_distribution(self, X):
            return poisson(np.full(len(X), 2.0))

    found = metrics.row_nll(Counts(), np.zeros((3, 1)), [0, 1, 5])
    np.testing.assert_allclose(found, -poisson.logpmf([0, 1, 5], 2.0))


def test_the_classes_of_a_binary_decision_value_keep_their_order():
    X = np.arange(8.0)[:, None]
    y = np.repeat(["z", "a"], 4)
    model = RidgeClassifier().fit(X, y)
    # The decision value is for "z", the second class in sorted order.
    assert metrics.roc_auc_scorer(model, X, y) == 1.0


def log_score_of_counts(weight=None):
    """Return a Poisson model, its rows, and their weighted log-probability."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    y = rng.poisson(np.exp(X[:, 0])).astype(float)
    model = TorchRegressor("poisson", hidden_layer_sizes=()).fit(X, y)
    rows = poisson(model.predict(X)).logpmf(y)
    return model, X, y, np.average(rows, weights=weight)


@pytest.mark.parametrize("weight", [None, np.arange(80) % 3])
def test_the_log_score_of_numbers_is_the_mean_log_density(weight):
    model, X, y, expected = log_score_of_counts(weight)
    found = metrics.log_score_scorer(model, X, y, sample_weight=weight)
    assert found == pytest.approx(expected)
    normal = TorchRegressor(hidden_layer_sizes=()).fit(X, X[:, 0] ** 3)
    distribution = normal.predict_distribution(X)
    # Least squares predicts with 80 - 3 degrees of freedom.
    scale = distribution.std() * np.sqrt(75 / 77)
    rows = t(77, distribution.mean(), scale).logpdf(X[:, 0] ** 3)
    found = metrics.log_score_scorer(normal, X, X[:, 0] ** 3, sample_weight=weight)
    assert found == pytest.approx(np.average(rows, weights=weight))


@pytest.mark.parametrize("weight", [None, np.arange(120) % 4])
def test_the_log_score_of_classes_is_the_mean_log_probability(weight):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 3))
    y = np.array(["a", "b", "c"])[rng.integers(3, size=120)]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    found = metrics.log_score_scorer(model, X, y, sample_weight=weight)
    expected = oracle.log_loss(y, model.predict_proba(X), sample_weight=weight)
    assert found == pytest.approx(-expected)


def test_a_search_by_the_log_score_has_weights_and_pipelines():
    _, X, y, _ = log_score_of_counts()
    pipe = make_pipeline(StandardScaler(), TorchRegressor(hidden_layer_sizes=()))
    losses = {"torchregressor__loss": ["poisson", "squared_error"]}
    weight = 1.0 + np.arange(80) % 2
    with sklearn.config_context(enable_metadata_routing=True):
        for step in pipe:
            step.set_fit_request(sample_weight=True)
        scorer = clone(metrics.log_score_scorer).set_score_request(sample_weight=True)
        search = GridSearchCV(pipe, losses, scoring=scorer, cv=3)
        search.fit(X, y, sample_weight=weight)
    assert search.best_params_ == {"torchregressor__loss": "poisson"}
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_the_log_score_of_a_model_without_distribution_is_refused():
    ridge = Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
    with pytest.raises(ValueError, match="no predict_distribution"):
        metrics.log_score_scorer(ridge, [[0.0]], [0.0])
    scorer = pickle.loads(pickle.dumps(metrics.log_score_scorer))
    with pytest.raises(ValueError, match="no predict_proba"):
        scorer(RidgeClassifier().fit([[0.0], [1.0]], [0, 1]), [[0.0]], [0])
