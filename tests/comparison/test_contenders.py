"""Estimators of scikit-learn are paired rows, equal to cross_val_predict."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.datasets import load_sample
from skloss.metrics import METRICS
from skloss.table import make_preprocessor

X, Y = load_diabetes(return_X_y=True)
LINEAR = TorchRegressor(hidden_layer_sizes=())
CLASSES = TorchClassifier(hidden_layer_sizes=())


def rows_of(comparison, label):
    rows = comparison.predictions
    return rows[rows["loss"] == label].sort_values("row")


@pytest.fixture(scope="module")
def found():
    contenders = {"forest": RandomForestRegressor(10), "ols": LinearRegression()}
    return compare_losses(X, Y, ["huber", contenders, "mae"], estimator=LINEAR, cv=3)


def test_predictions_equal_cross_val_predict_with_the_same_seed(found):
    for label, model in [
        ("forest", RandomForestRegressor(10, random_state=0)),
        ("ols", LinearRegression()),
    ]:
        alone = cross_val_predict(model, X, Y, cv=found.splits)
        np.testing.assert_allclose(rows_of(found, label)["y_pred"], alone)


def test_rows_stand_where_they_were_listed_and_are_ranked_with_the_losses(found):
    labels = ["huber", "forest", "ols", "absolute_error"]
    assert found.table.index.tolist() == labels
    assert found.predictions["loss"].unique().tolist() == labels
    assert sorted(found.standing("mae").index) == sorted(labels)
    pairs = found.predictions.groupby("loss")[["fold", "row"]].apply(
        lambda rows: rows.to_numpy().tolist()
    )
    assert all(rows == pairs["huber"] for rows in pairs)


def test_a_least_squares_line_ties_with_the_loss_that_it_minimises():
    found = compare_losses(
        *(X, Y, ["mse", {"ols": LinearRegression()}]),
        estimator=TorchRegressor(hidden_layer_sizes=(), alpha=0.0),
        cv=3,
    )
    np.testing.assert_allclose(
        *found.table["rmse", "mean"].to_numpy()[:, None], rtol=1e-6
    )
    assert not found.standing("rmse")["clear"].any()


def test_the_log_score_takes_its_scale_from_the_other_folds(found):
    rows = found.predictions[found.predictions["loss"] == "ols"]
    residuals = rows["y_true"] - rows["y_pred"]
    for fold in range(3):
        other = residuals[rows["fold"] != fold]
        own = residuals[rows["fold"] == fold]
        scores = {
            dist.logpdf(other).sum(): -dist.logpdf(own)
            for dist in (
                stats.norm(0, np.sqrt((other**2).mean())),
                stats.laplace(0, other.abs().mean()),
            )
        }
        expected = scores[max(scores)]
        np.testing.assert_allclose(rows.loc[rows["fold"] == fold, "nll"], expected)


def test_a_predicted_distribution_gives_the_log_score():
    likelihood = TorchRegressor("gaussian_nll", hidden_layer_sizes=(), random_state=0)
    found = compare_losses(
        *(X, Y, ["gaussian_nll", {"same": likelihood}]), estimator=LINEAR, cv=3
    )
    first, second = found.table["nll", "mean"]
    assert first == pytest.approx(second, rel=1e-6)


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
def test_probabilities_of_classes_equal_cross_val_predict(load):
    data = load(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    found = compare_losses(
        *(*data, ["cross_entropy", {"logistic": model}]), estimator=CLASSES, cv=3
    )
    alone = cross_val_predict(model, *data, cv=found.splits, method="predict_proba")
    columns = [f"proba_{label}" for label in found.classes]
    np.testing.assert_allclose(rows_of(found, "logistic")[columns], alone)


def test_a_classifier_without_probabilities_has_no_score_of_them():
    data = load_breast_cancer(return_X_y=True)
    with pytest.warns(UserWarning, match="'svm' has no predict_proba, so its") as seen:
        found = compare_losses(
            *(*data, ["cross_entropy", {"svm": LinearSVC()}]), estimator=CLASSES, cv=3
        )
    assert sum("predict_proba" in str(one.message) for one in seen) == 1
    scores = found.table.xs("mean", axis=1, level=1).loc["svm"]
    inputs = pd.Series({name: METRICS[name].input for name in scores.index})
    assert scores[inputs == "y_proba"].isna().all()
    assert scores[inputs == "y_pred"].notna().all()
    assert found.standing("log_loss").index.tolist() == ["cross_entropy"]


@pytest.mark.parametrize("model", [RandomForestClassifier(10), DummyClassifier()])
def test_contenders_of_labels_have_a_probability_per_label(model):
    data = make_multilabel_classification(150, random_state=0)
    found = compare_losses(
        *(*data, ["binary_cross_entropy", {"other": model}]),
        estimator=TorchClassifier("binary_cross_entropy", hidden_layer_sizes=()),
        cv=3,
    )
    assert np.isfinite(found.table.loc["other", ("log_loss", "mean")])
    assert found.predictions["proba_0"].between(0, 1).all()


def test_a_table_is_preprocessed_for_contenders_but_not_for_pipelines():
    sample = load_sample("diabetes").frame
    table, target = sample.drop(columns="progression"), sample["progression"]
    alone = make_pipeline(make_preprocessor(table), Ridge())
    contenders = {"prepared": Ridge(), "alone": alone}
    found = compare_losses(table, target, ["mse", contenders], cv=3)
    assert found.table.loc["prepared"].equals(found.table.loc["alone"])


def test_weights_are_passed_on_to_a_contender_and_to_the_end_of_a_pipeline():
    weight = np.r_[np.full(200, 3.0), np.ones(len(Y) - 200)]
    contenders = {"plain": Ridge(), "piped": make_pipeline(StandardScaler(), Ridge())}
    contenders["plain"] = Ridge()
    found = compare_losses(
        *(X, Y, ["mse", contenders]), cv=3, sample_weight=weight, estimator=LINEAR
    )
    train, test = found.splits[0]
    alone = Ridge().fit(X[train], Y[train], weight[train]).predict(X[test])
    rows = rows_of(found, "plain").set_index("row")["y_pred"]
    np.testing.assert_allclose(rows[test], alone)
    scaler = StandardScaler().fit(X[train])
    alone = Ridge().fit(scaler.transform(X[train]), Y[train], weight[train])
    rows = rows_of(found, "piped").set_index("row")["y_pred"]
    np.testing.assert_allclose(rows[test], alone.predict(scaler.transform(X[test])))


def test_a_contender_without_weights_is_fitted_without_them_and_warns():
    contenders = {"near": KNeighborsRegressor()}
    with pytest.warns(UserWarning, match="'near' does not take sample_weight") as seen:
        compare_losses(
            *(X, Y, ["mse", contenders]),
            cv=3, sample_weight=np.ones(len(Y)), estimator=LINEAR,
        )  # fmt: skip
    assert len(seen) == 1


class Fails(RegressorMixin, BaseEstimator):
    """Cannot be fitted to fewer than 300 rows."""

    def fit(self, X, y):
        if len(y) < 300:
            raise RuntimeError("too few")
        return self

    def predict(self, X):
        return np.zeros(len(X))


def test_a_contender_that_fails_in_a_fold_leaves_a_gap_and_warns():
    rows = np.arange(len(Y))
    splits = [(rows[:350], rows[350:]), (rows[:200], rows[350:])]
    with pytest.warns(UserWarning, match="'bad' failed in fold 1.*RuntimeError: too f"):
        found = compare_losses(
            X, Y, ["mse", {"bad": Fails()}], cv=splits, estimator=LINEAR
        )
    scores = found.folds[found.folds["loss"] == "bad"].set_index("metric")["value"]
    assert np.isfinite(scores["mae"].iloc[0])
    assert np.isnan(scores["mae"].iloc[1])
    assert found.standing("mae").index.tolist() == ["squared_error"]
    assert rows_of(found, "bad")["fold"].unique().tolist() == [0]


def test_a_stop_leaves_contenders_unfitted_and_marked():
    found = compare_losses(
        *(X, Y, ["mse", {"ridge": Ridge()}]),
        cv=2,
        estimator=TorchRegressor(max_iter=10**6, early_stopping=False, tol=0.0),
        on_epoch=lambda record: record.epoch >= 2,
    )
    assert found.stopped == ("squared_error", "ridge")
    assert found.table.loc["ridge"].isna().all()


@pytest.mark.parametrize(
    ("contender", "error", "sentence"),
    [
        ({"logistic": LogisticRegression()}, ValueError, "task is regression, but the"),
        ({"name": "huber"}, TypeError, "'name' must be an estimator with fit and pred"),
        ({"kind": Ridge}, TypeError, "'kind' must be an estimator"),
        ({1: Ridge()}, TypeError, "name of a contender must be text, got 1"),
        ({"squared_error": Ridge()}, ValueError, "squared_error more than once"),
    ],
)
def test_what_cannot_be_a_contender_is_refused(contender, error, sentence):
    with pytest.raises(error, match=sentence):
        compare_losses(X, Y, ["mse", contender], cv=2)


def test_contenders_alone_are_not_a_comparison_of_losses():
    with pytest.raises(ValueError, match="contenders alone; name at least one loss"):
        compare_losses(X, Y, [{"ridge": Ridge()}], cv=2)


def test_losses_cannot_be_a_dictionary():
    with pytest.raises(TypeError, match="losses must be a list"):
        compare_losses(X, Y, {"a": "mse"}, cv=2)


def test_the_script_repeats_contenders():
    sample = load_sample("diabetes").frame
    table, target = sample.drop(columns="progression"), sample["progression"]
    alone = make_pipeline(make_preprocessor(table), Ridge())
    contenders = {"trees": RandomForestRegressor(5, max_depth=3), "ridge": alone}
    found = compare_losses(
        *(table, target, ["mse", contenders]), cv=2, source="diabetes", estimator=LINEAR
    )
    script = found.script()
    assert '{"trees": RandomForestRegressor(n_estimators=5, max_depth=3)}' in script
    assert '{"ridge": make_pipeline(table.make_preprocessor(X), Ridge())}' in script
    variables = {}
    exec(script.replace("print(comparison.summary())", ""), variables)
    pd.testing.assert_frame_equal(variables["comparison"].table, found.table)


def test_reports_and_figures_show_contenders(found, tmp_path):
    found.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "forest: RandomForestRegressor(n_estimators=10)" in page
    assert "ols" in found._repr_html_()
    assert found.checks() is not None


def test_stratified_splits_of_text_labels_are_kept():
    data, labels = load_breast_cancer(return_X_y=True)
    names = np.array(["malignant", "benign"])[labels]
    splits = StratifiedKFold(3)
    found = compare_losses(
        *(data, names, ["cross_entropy", {"forest": RandomForestClassifier(10)}]),
        cv=splits,
        estimator=CLASSES,
    )
    model = RandomForestClassifier(10, random_state=0)
    alone = cross_val_predict(model, data, names, cv=splits)
    assert rows_of(found, "forest")["y_pred"].tolist() == alone.tolist()
