"""Metrics that are computed only if they are named, in a comparison."""

import numpy as np
import pytest
from scipy import stats
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, compare_losses, metrics, report

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = X[:, 0] + np.exp(0.5 * X[:, 1]) * RNG.normal(size=300)
LINEAR = TorchRegressor(hidden_layer_sizes=())
NAMED = ["mae", "crps", "interval_score", "coverage", "interval_width"]


@pytest.fixture(scope="module")
def comparison():
    losses = ["squared_error", "gaussian_nll", {"ridge": Ridge()}]
    return compare_losses(X, Y, losses, estimator=LINEAR, cv=3, scoring=NAMED)


def test_each_named_metric_has_a_value_for_losses_and_contenders(comparison):
    means = comparison.table.xs("mean", axis=1, level=1)
    assert list(means.columns) == NAMED
    assert means.notna().all().all()
    # Constant spread covers 90% on average, whatever the rows.
    assert means["coverage"].between(0.82, 0.97).all()


def test_scores_by_row_are_columns_of_the_predictions(comparison):
    rows = comparison.predictions
    of_fold = rows.groupby(["loss", "fold"])["crps"].mean().unstack("fold").mean(axis=1)
    means = comparison.table["crps", "mean"]
    np.testing.assert_allclose(of_fold[means.index], means)


def test_values_equal_the_scores_of_the_predicted_distribution(comparison):
    rows = comparison.predictions.query("loss == 'gaussian_nll' and fold == 1")
    distribution = comparison.distributions["gaussian_nll", 1]
    oracle = metrics.interval_score(rows["y_true"].to_numpy(), distribution)
    assert rows["interval_score"].mean() == pytest.approx(oracle)


def test_a_contender_without_distribution_gets_implied_noise(comparison):
    rows = comparison.predictions.query("loss == 'ridge' and fold == 0")
    others = comparison.predictions.query("loss == 'ridge' and fold != 0")
    error = others["y_true"] - others["y_pred"]
    gaussian = stats.norm(rows["y_pred"], np.sqrt(np.mean(error**2)))
    laplace = stats.laplace(rows["y_pred"], np.mean(np.abs(error)))
    expected = [model.ppf(0.95) - model.ppf(0.05) for model in (gaussian, laplace)]
    width = rows["interval_width"].to_numpy()
    assert np.allclose(width, expected[0]) or np.allclose(width, expected[1])


def test_baselines_have_each_named_metric(comparison):
    means = comparison.references().xs("mean", axis=1, level=1)
    assert list(means.columns) == NAMED
    assert means.notna().all().all()
    assert means["coverage"].between(0.8, 0.98).all()
    # The model with the signal is narrower than the constant without it.
    assert means.loc["linear_model", "crps"] < means.loc["constant", "crps"]


def test_the_constant_is_scored_under_its_noise_model(comparison):
    comparison.references()
    train = comparison.splits[0][0]
    others = [
        Y[other] - statistic(Y[seen])
        for statistic in (np.mean, np.median)
        for seen, other in comparison.splits[1:]
    ]
    about_mean, about_median = np.concatenate(others[:2]), np.concatenate(others[2:])
    gaussian = stats.norm(Y[train].mean(), np.sqrt(np.mean(about_mean**2)))
    laplace = stats.laplace(np.median(Y[train]), np.mean(np.abs(about_median)))
    expected = [model.ppf(0.95) - model.ppf(0.05) for model in (gaussian, laplace)]
    folds = comparison.baseline_folds.set_index(["loss", "fold", "metric"])["value"]
    width = folds["constant", 0, "interval_width"]
    assert min(abs(width - np.array(expected))) < 1e-6


def test_several_targets_have_the_mean_of_their_scores():
    both = np.column_stack([Y, np.sign(Y) * Y**2])
    options = {"estimator": LINEAR, "cv": 3, "scoring": ["crps", "coverage"]}
    models = ["squared_error", {"ridge": Ridge()}]
    found = compare_losses(X, both, models, **options)
    alone = [compare_losses(X, column, models, **options) for column in both.T]
    for of in (lambda one: one.table, lambda one: one.references()):
        means = [of(one).xs("mean", axis=1, level=1) for one in (found, *alone)]
        np.testing.assert_allclose(means[0], (means[1] + means[2]) / 2, rtol=1e-6)


def test_a_metric_that_only_describes_has_no_winner(comparison):
    assert set(comparison.winners().index) <= {"mae", "crps", "interval_score"}
    standing = comparison.standing("coverage")
    assert standing["gap"].isna().all() and not standing["clear"].any()
    marks = report.matrix(comparison)["coverage", "mark"]
    assert (marks == "").all()
    titles = report.matrix_text(comparison).columns
    assert "Coverage" in titles and "CRPS ↓" in titles


def test_the_scale_that_varies_has_the_better_interval_score(comparison):
    ranked = comparison.standing("interval_score")
    assert ranked.index[0] == "gaussian_nll"
    assert ranked["clear"].iloc[1:].any()


def test_calibration_error_of_classes():
    labels = np.where(Y > 0, "yes", "no")
    found = compare_losses(
        X,
        labels,
        "cross_entropy",
        estimator=TorchClassifier(hidden_layer_sizes=()),
        cv=3,
        scoring=["ece", "log_loss"],
    )
    rows = found.predictions.query("fold == 2")
    oracle = metrics.ece(rows["y_true"], rows["proba_yes"].to_numpy())
    value = found.folds.query("fold == 2 and metric == 'ece'")["value"].item()
    assert value == pytest.approx(oracle)
    known = found.references()["ece", "mean"]
    scaled = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    proba = [
        (labels[b], scaled.fit(X[a], labels[a]).predict_proba(X[b]))
        for a, b in found.splits
    ]
    oracle = np.mean([metrics.ece(truth, chance) for truth, chance in proba])
    assert known["linear_model"] == pytest.approx(oracle, rel=1e-6)
    assert known["constant"] < 0.01  # stratified folds have the same shares


def test_they_are_scorers_of_scikit_learn():
    model = LINEAR
    scores = cross_val_score(model, X, Y, cv=3, scoring=metrics.crps_scorer)
    assert (scores < 0).all()
    with pytest.raises(ValueError, match="has no predict_distribution"):
        forest = RandomForestRegressor(n_estimators=2).fit(X, Y)
        metrics.crps_scorer(forest, X, Y)
