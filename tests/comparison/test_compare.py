"""compare_losses: paired, equal to cross_val_predict, honest about scale."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.metrics import matthews_corrcoef, root_mean_squared_error
from sklearn.model_selection import (
    KFold,
    RepeatedKFold,
    ShuffleSplit,
    cross_val_predict,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.losses import Focal, Huber
from skloss.metrics import nll_scorer

FAST = {"hidden_layer_sizes": (16,), "max_iter": 20, "n_members": 1}
REGRESSION = ["squared_error", "absolute_error", "huber", "gaussian_nll"]


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


@pytest.fixture(scope="module")
def found(diabetes):
    return compare_losses(*diabetes, REGRESSION, estimator=TorchRegressor(**FAST))


def out_of_fold(comparison, loss, column="y_pred"):
    frame = comparison.predictions
    return frame[frame["loss"] == loss].sort_values("row")[column].to_numpy()


@pytest.mark.parametrize("seed", [None, 7, np.random.RandomState(7)])
def test_equals_cross_val_predict(seed, diabetes):
    X, y = diabetes
    estimator = TorchRegressor(**FAST, random_state=seed)
    comparison = compare_losses(X, y, REGRESSION, estimator=estimator, cv=3)
    estimator.set_params(random_state=0 if seed is None else seed)
    for loss in REGRESSION:
        estimator.set_params(loss=loss)
        alone = cross_val_predict(estimator, X, y, cv=comparison.splits)
        np.testing.assert_allclose(
            out_of_fold(comparison, loss), alone, atol=1e-6 * y.std(), rtol=0
        )


@pytest.mark.parametrize("loss", ["focal", "squared_hinge"])  # the latter calibrated
def test_equals_cross_val_predict_for_a_pipeline_of_a_classifier(loss):
    X, y = load_iris(return_X_y=True, as_frame=True)
    pipe = make_pipeline(StandardScaler(), TorchClassifier(**FAST, random_state=3))
    received, names = [], ["cross_entropy", loss]
    comparison = compare_losses(
        X, y, names, estimator=pipe, cv=3,
        on_epoch=lambda record: received.extend(record.rows),
    )  # fmt: skip
    # Models that calibrate are not reported, neither while they train nor later.
    assert len(received) == len(comparison.histories)
    pipe.set_params(torchclassifier__loss=loss)
    alone = cross_val_predict(pipe, X, y, cv=comparison.splits, method="predict_proba")
    found = np.column_stack(
        [out_of_fold(comparison, loss, f"proba_{label}") for label in range(3)]
    )
    np.testing.assert_allclose(found, alone, atol=1e-6)


def test_linear_models_and_members_equal_cross_val_predict(diabetes):
    X, y = diabetes
    for params in ({"hidden_layer_sizes": ()}, FAST | {"n_members": 2}):
        estimator = TorchRegressor(**params, random_state=0)
        comparison = compare_losses(
            X, y, ["huber", "laplace_nll"], estimator=estimator, cv=2
        )
        alone = cross_val_predict(
            estimator.set_params(loss="huber"), X, y, cv=comparison.splits
        )
        np.testing.assert_allclose(
            out_of_fold(comparison, "huber"), alone, atol=1e-6 * y.std(), rtol=0
        )


def test_results_of_a_loss_do_not_depend_on_the_other_losses(diabetes, found):
    X, y = diabetes
    alone = compare_losses(X, y, "huber", estimator=TorchRegressor(**FAST))
    np.testing.assert_allclose(
        out_of_fold(alone, "huber"), out_of_fold(found, "huber"), atol=1e-6 * y.std()
    )


def test_frames_have_the_documented_columns(found):
    assert found.task == "regression"
    assert found.table.index.tolist() == REGRESSION
    assert found.table.columns.tolist()[:2] == [("rmse", "mean"), ("rmse", "se")]
    assert found.folds.columns.tolist() == ["loss", "fold", "metric", "value"]
    assert found.predictions.columns.tolist() == [
        "loss", "fold", "row", "y_true", "y_pred", "nll",
    ]  # fmt: skip
    assert found.histories.columns.tolist() == [
        "loss", "fold", "member", "epoch", "train", "validation",
    ]  # fmt: skip
    assert found.predictions["loss"].unique().tolist() == REGRESSION
    assert len(found.splits) == 5
    assert found.stopped == ()


def test_every_row_is_held_out_once_per_loss(found, diabetes):
    counts = found.predictions.groupby(["loss", "row"]).size()
    assert (counts == 1).all()
    assert len(counts) == len(REGRESSION) * len(diabetes[1])
    np.testing.assert_array_equal(
        out_of_fold(found, "huber", "y_true"), diabetes[1].to_numpy()
    )


def test_scores_are_scikit_learns_on_the_held_out_rows(found):
    frame = found.predictions.query("loss == 'huber' and fold == 2")
    value = found.folds.query("loss == 'huber' and fold == 2 and metric == 'rmse'")
    oracle = root_mean_squared_error(frame["y_true"], frame["y_pred"])
    assert value["value"].item() == pytest.approx(oracle)
    every = found.folds.query("loss == 'huber' and metric == 'rmse'")["value"]
    mean, se = found.table.loc["huber", "rmse"]
    assert mean == pytest.approx(every.mean())
    assert se == pytest.approx(stats.sem(every))


def test_linear_spreads_are_calibrated_in_each_fold_as_in_a_single_fit(rng):
    X = rng.normal(size=(60, 2))
    y = X[:, 0] + np.exp(X[:, 1] / 2) * rng.normal(size=60)
    linear = TorchRegressor("gaussian_nll", hidden_layer_sizes=(), random_state=0)
    found = compare_losses(X, y, ["gaussian_nll"], estimator=linear, cv=3)
    for seen, unseen in found.splits:
        own = found.predictions.set_index("row").loc[unseen]
        distribution = linear.fit(X[seen], y[seen]).predict_distribution(X[unseen])
        assert linear._fitted.calibration.factor.item() != 1
        np.testing.assert_allclose(
            own["nll"], -distribution.logpdf(y[unseen]), atol=1e-6
        )


def test_scale_of_the_implied_noise_comes_from_the_other_folds(found):
    frame = found.predictions[found.predictions["loss"] == "squared_error"]
    here, others = frame[frame["fold"] == 1], frame[frame["fold"] != 1]
    sigma = np.sqrt(((others["y_true"] - others["y_pred"]) ** 2).mean())
    oracle = -stats.norm(here["y_pred"], sigma).logpdf(here["y_true"])
    np.testing.assert_allclose(here["nll"], oracle)
    frame = found.predictions[found.predictions["loss"] == "absolute_error"]
    here, others = frame[frame["fold"] == 1], frame[frame["fold"] != 1]
    b = (others["y_true"] - others["y_pred"]).abs().mean()
    oracle = -stats.laplace(here["y_pred"], b).logpdf(here["y_true"])
    np.testing.assert_allclose(here["nll"], oracle)


def test_likelihood_of_huber_integrates_to_one(diabetes):
    X, y = diabetes
    model = TorchRegressor(Huber(delta=20.0), **FAST).fit(X, y)
    grid = np.linspace(-3000, 3000, 60001)
    one = model.predict_distribution(X[:1])
    density = np.exp([one.logpdf(np.array([v]))[0] for v in grid[::20]])
    assert np.trapezoid(density, grid[::20]) == pytest.approx(1.0, abs=1e-3)


def test_winners_respect_the_direction_of_each_metric(found):
    winners, table = found.winners(), found.table
    assert winners["rmse"] == table["rmse", "mean"].idxmin()
    assert winners["r2"] == table["r2", "mean"].idxmax()


def test_binary_classification_scores_and_probabilities():
    X, y = load_breast_cancer(return_X_y=True)
    names = np.array(["malignant", "benign"])[y]
    comparison = compare_losses(
        X, names, ["cross_entropy", Focal(gamma=1.0)], estimator=TorchClassifier(**FAST)
    )
    assert comparison.task == "binary"
    assert comparison.classes == ["benign", "malignant"]
    frame = comparison.predictions.query("loss == 'focal' and fold == 0")
    np.testing.assert_allclose(frame["proba_benign"] + frame["proba_malignant"], 1)
    value = comparison.folds.query("loss == 'focal' and fold == 0 and metric == 'mcc'")
    oracle = matthews_corrcoef(frame["y_true"], frame["y_pred"])
    assert value["value"].item() == pytest.approx(oracle)
    assert {"pr_auc", "roc_auc", "g_mean", "brier"} <= set(comparison.winners().index)


def test_multilabel_and_several_targets_have_a_column_each(diabetes):
    X, y = make_multilabel_classification(200, n_classes=3, random_state=0)
    comparison = compare_losses(X, y, cv=2, estimator=TorchClassifier(**FAST))
    assert comparison.task == "multilabel"
    assert {"y_true_2", "y_pred_2", "proba_2"} <= set(comparison.predictions)
    X, y = diabetes
    Y = np.column_stack([y, y**2])
    comparison = compare_losses(
        X, Y, ["squared_error", "huber"], cv=2, estimator=TorchRegressor(**FAST)
    )
    assert {"y_true_1", "y_pred_1", "nll"} <= set(comparison.predictions)
    assert np.isfinite(comparison.predictions["nll"]).all()


def test_parameters_are_in_the_label_only_where_a_name_occurs_twice(diabetes):
    X, y = diabetes
    losses = ["mae", Huber(delta=5.0), Huber(delta=50.0)]
    estimator = TorchRegressor(**FAST | {"max_iter": 2})
    comparison = compare_losses(X, y, losses, estimator=estimator, cv=2)
    assert comparison.table.index.tolist() == [
        "absolute_error", "huber(delta=5.0)", "huber(delta=50.0)",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="more than once"):
        compare_losses(X, y, ["mae", "absolute_error"])


def test_a_row_of_weight_zero_is_left_out_of_fit_and_score(diabetes):
    X, y = diabetes
    rows = np.arange(len(y))
    bad = rows % 5 == 0
    spoilt = y.where(~bad, 1e6)
    splits = [(rows[:300], rows[300:]), (rows[150:], rows[:150])]
    weighted = compare_losses(
        X, spoilt, "huber", sample_weight=(~bad).astype(float), cv=splits,
        estimator=TorchRegressor(**FAST),
    )  # fmt: skip
    dropped = compare_losses(
        X, y, "huber", cv=[(a[~bad[a]], b[~bad[b]]) for a, b in splits],
        estimator=TorchRegressor(**FAST),
    )  # fmt: skip
    for metric in ("rmse", "mae", "nll"):
        assert weighted.table.loc["huber", (metric, "mean")] == pytest.approx(
            dropped.table.loc["huber", (metric, "mean")], rel=1e-6
        )


def test_scoring_takes_names_scorers_and_functions(diabetes):
    X, y = diabetes

    def worst(estimator, X, y):
        return -np.abs(estimator.predict(X) - y).max()

    comparison = compare_losses(
        X, y, ["squared_error"], cv=2, estimator=TorchRegressor(**FAST),
        scoring={"mae": "mae", "sk": "neg_mean_absolute_error", "worst": worst},
    )  # fmt: skip
    folds = comparison.folds.pivot(index="fold", columns="metric", values="value")
    np.testing.assert_allclose(folds["mae"], -folds["sk"])
    assert (folds["worst"] < folds["sk"]).all()


def test_scorers_receive_estimators_with_the_noise_scale_of_a_single_fit(diabetes):
    X, y = diabetes
    estimator = TorchRegressor("huber", **FAST, random_state=0)
    comparison = compare_losses(X, y, "huber", estimator=estimator, scoring=nll_scorer)
    alone = cross_val_score(estimator, X, y, cv=comparison.splits, scoring=nll_scorer)
    np.testing.assert_allclose(comparison.folds["value"], alone, rtol=1e-6)


def test_cross_validators_groups_and_repeats(diabetes):
    X, y = diabetes
    estimator = TorchRegressor(**FAST | {"max_iter": 2})
    for cv in (KFold(2), RepeatedKFold(n_splits=2, n_repeats=2), ShuffleSplit(1)):
        comparison = compare_losses(X, y, "mse", cv=cv, estimator=estimator)
        assert np.isfinite(comparison.predictions["nll"]).all()
    groups = np.arange(len(y)) // 50
    comparison = compare_losses(X, y, "mse", cv=3, groups=groups, estimator=estimator)
    for train, test in comparison.splits:
        assert not set(groups[train]) & set(groups[test])


def test_stopping_keeps_finished_losses_and_names_the_others(diabetes):
    X, y = diabetes
    started = time.monotonic()
    comparison = compare_losses(
        X, y, REGRESSION, on_epoch=lambda record: record.epoch >= 2,
        estimator=TorchRegressor(max_iter=100_000, early_stopping=False, tol=0.0),
    )  # fmt: skip
    assert time.monotonic() - started < 10
    assert set(comparison.stopped) == set(REGRESSION)
    assert np.isfinite(comparison.predictions["y_pred"]).all()


def test_on_epoch_receives_rows_of_every_loss_and_growing_progress(diabetes):
    X, y = diabetes
    received, fractions = [], []

    def on_epoch(record):
        received.extend(record.rows)
        fractions.append(record.fraction)

    compare_losses(
        X, y, REGRESSION, on_epoch=on_epoch, cv=2, estimator=TorchRegressor(**FAST)
    )
    assert set(pd.DataFrame(received)["loss"]) == set(REGRESSION)
    assert 0 < min(fractions) and max(fractions) <= 1.0


def test_baselines_are_not_ranked(diabetes, found):
    references = found.references()
    assert references.index.tolist() == [
        "constant",
        "linear_model",
        "gradient_boosting",
    ]
    rmse = references["rmse", "mean"]
    assert rmse["constant"] == pytest.approx(diabetes[1].std(), rel=0.05)
    assert rmse["gradient_boosting"] < rmse["constant"]
    assert not set(references.index) & set(found.table.index)


def test_the_estimator_decides_whether_integers_are_classes(rng):
    X, many = rng.normal(size=(200, 2)), np.arange(200) % 40
    fast = {"hidden_layer_sizes": (4,), "max_iter": 5}
    as_classes = compare_losses(X, many, cv=2, estimator=TorchClassifier(**fast))
    assert as_classes.task == "multiclass"
    as_numbers = compare_losses(X, many % 2, cv=2, estimator=TorchRegressor(**fast))
    assert as_numbers.task == "regression"


def test_sparse_tables_give_the_numbers_of_dense_ones(rng):
    dense = rng.integers(0, 3, (300, 20)).astype(float)
    y = dense @ rng.normal(size=20) + rng.normal(size=300)
    estimator = TorchRegressor(**FAST)
    weight = np.arange(300) % 4
    want = compare_losses(
        dense, y, "huber", cv=3, estimator=estimator, sample_weight=weight
    )
    for kind in (sparse.csr_matrix, sparse.csc_array, sparse.coo_array):
        got = compare_losses(
            kind(dense), y, "huber", cv=3, estimator=estimator, sample_weight=weight
        )
        pd.testing.assert_frame_equal(got.predictions, want.predictions, rtol=1e-6)
    with pytest.raises(ValueError, match="X has 300 rows, but y has 299"):
        compare_losses(sparse.coo_array(dense), y[1:])


@pytest.mark.parametrize("shuffled", [RepeatedKFold, ShuffleSplit])
def test_the_scale_never_comes_from_rows_being_scored(diabetes, shuffled):
    cv = shuffled(n_splits=2, random_state=0)
    found = compare_losses(
        *diabetes, "squared_error", cv=cv, estimator=TorchRegressor(**FAST)
    )
    frame = found.predictions
    assert frame["repeat"].max() >= 1
    assert not frame.duplicated(["repeat", "row"]).any()
    here = frame[frame["fold"] == 1]
    others = frame[~frame["row"].isin(here["row"])]
    sigma = np.sqrt(((others["y_true"] - others["y_pred"]) ** 2).mean())
    oracle = -stats.norm(here["y_pred"], sigma).logpdf(here["y_true"])
    np.testing.assert_allclose(here["nll"], oracle)


def test_functions_of_one_name_are_numbered(diabetes):
    first, second = (lambda p, y: (p - y).abs()), (lambda p, y: (p - y) ** 2)
    estimator = TorchRegressor(**FAST | {"max_iter": 2})
    found = compare_losses(*diabetes, [first, "mse", second], cv=2, estimator=estimator)
    assert found.table.index.tolist() == [
        "<lambda> 1", "squared_error", "<lambda> 2",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="losses holds <lambda> 1 more than once"):
        compare_losses(*diabetes, [first, first], cv=2, estimator=estimator)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_an_ordinal_loss_is_compared_on_classes_in_order(rng, n_classes):
    X = rng.normal(size=(300, 2))
    cuts = [-0.5, 0.5][: n_classes - 1]
    y = np.digitize(X[:, 0] + 0.3 * rng.normal(size=300), cuts)
    estimator = TorchClassifier(**FAST | {"max_iter": 100}, random_state=0)
    found = compare_losses(X, y, ["corn", "cross_entropy"], cv=3, estimator=estimator)
    estimator.set_params(loss="corn")
    alone = cross_val_predict(estimator, X, y, cv=found.splits, method="predict_proba")
    proba = [out_of_fold(found, "corn", f"proba_{k}") for k in range(n_classes)]
    np.testing.assert_allclose(np.column_stack(proba), alone, atol=1e-6)
    held_out = found.predictions.query("loss == 'corn'")
    accuracy = held_out.groupby("fold").apply(
        lambda part: (part["y_true"] == part["y_pred"]).mean()
    )
    assert found.table.loc["corn", ("accuracy", "mean")] == pytest.approx(
        accuracy.mean()
    )
    assert accuracy.mean() > 0.7
    with pytest.raises(ValueError, match="it supports binary, multiclass"):
        compare_losses(X, X[:, 0], ["corn"])
