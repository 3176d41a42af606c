"""`compare_losses(cost=...)`: predictions and decisions in money, row by row."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression, LogisticRegression

from skloss import TorchClassifier, TorchRegressor, compare_losses, costs, decide

RNG = np.random.default_rng(11)
X = RNG.normal(size=(240, 3))
Y = X @ [2.0, -1.0, 0.5] + RNG.normal(size=240)
LABELS = (X[:, 0] + RNG.logistic(size=240) > 1).astype(int)
NAMES = np.where(LABELS, "ill", "healthy")
AMOUNTS = RNG.uniform(1, 40, 240)
NUMBERS = {"estimator": TorchRegressor(hidden_layer_sizes=()), "cv": 3}
CLASSES = {"estimator": TorchClassifier(hidden_layer_sizes=()), "cv": 3}


@pytest.fixture(scope="module")
def stock():
    """A comparison in which a missing item costs nine times one left over."""
    return compare_losses(X, Y, ["squared_error"], cost=costs.Linear(9, 1), **NUMBERS)


@pytest.fixture(scope="module")
def visits():
    """A comparison with an amount for each row."""
    cost = costs.binary(false_positive=3.0, false_negative=AMOUNTS)
    return compare_losses(X, LABELS, ["cross_entropy"], cost=cost, **CLASSES)


def by_fold(comparison, metric, loss):
    folds = comparison.folds
    kept = folds[(folds["metric"] == metric) & (folds["loss"] == loss)]
    return kept["value"].to_numpy()


def test_the_loss_that_trains_for_the_cost_is_a_row(stock):
    assert stock.table.index.tolist() == ["squared_error", "quantile"]
    assert stock.recipe.losses["quantile"].quantile == 0.9


@pytest.mark.parametrize(
    ("losses", "cost", "expected"),
    [
        (["quantile"], costs.Linear(1, 1), ["quantile"]),
        (["mse"], costs.Quadratic(), ["squared_error"]),
        ("mae", costs.Tolerance(1.0), ["absolute_error"]),
        (["mae"], costs.Linex(0.5), ["absolute_error", "linex"]),
        (["mae"], lambda y, d: np.abs(y - d), ["absolute_error"]),
    ],
)
def test_a_loss_is_added_only_where_it_is_missing(losses, cost, expected):
    found = compare_losses(X, Y, losses, cost=cost, **NUMBERS)
    assert found.table.index.tolist() == expected


def test_the_cost_of_predictions_is_their_mean_cost_in_each_fold(stock):
    expected = []
    for train, test in stock.splits:
        model = LinearRegression().fit(X[train], Y[train])
        error = Y[test] - model.predict(X[test])
        expected.append(np.where(error > 0, 9 * error, -error).mean())
    found = by_fold(stock, "cost", "squared_error")
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_decisions_are_the_quantile_of_gaussian_noise_from_other_folds(stock):
    rows = stock.predictions[stock.predictions["loss"] == "squared_error"]
    residual = (rows["y_true"] - rows["y_pred"]).to_numpy()
    expected = []
    for fold in range(3):
        own = (rows["fold"] == fold).to_numpy()
        scale = np.sqrt((residual[~own] ** 2).mean())
        error = residual[own] - 1.2815515655446004 * scale
        expected.append(np.where(error > 0, 9 * error, -error).mean())
    found = by_fold(stock, "cost_decided", "squared_error")
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_the_lower_cost_is_better_and_paired_by_rows(stock):
    standing = stock.standing("cost")
    assert standing.index.tolist() == ["quantile", "squared_error"]
    assert standing["clear"].tolist() == [False, True]
    assert stock.winners()["cost"] == "quantile"
    assert {"cost", "cost_decided"} <= set(stock.predictions)


def test_summary_script_and_page_carry_the_cost(stock, tmp_path):
    assert "(Cost " in stock.summary()
    assert "cost=Linear(under=9, over=1)" in stock.script()
    stock.to_html(tmp_path / "page.html")
    assert "Cost, decided" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_amounts_follow_their_rows_into_the_folds(visits):
    rows = visits.predictions
    wrong = rows["y_true"] != rows["y_pred"]
    price = np.where(rows["y_true"] == 1, AMOUNTS[rows["row"]], 3.0)
    np.testing.assert_allclose(rows["cost"], wrong * price)


def test_decisions_between_classes_use_the_threshold_of_each_row(visits):
    expected = []
    for train, test in visits.splits:
        model = LogisticRegression(C=1e4).fit(X[train], LABELS[train])
        yes = model.predict_proba(X[test])[:, 1] >= 3 / (3 + AMOUNTS[test])
        price = np.where(LABELS[test] == 1, AMOUNTS[test] * ~yes, 3.0 * yes)
        expected.append(price.mean())
    found = by_fold(visits, "cost_decided", "cross_entropy")
    np.testing.assert_allclose(found, expected, rtol=0.02)


def test_the_second_label_is_the_positive_class_of_a_binary_cost():
    cost = costs.binary(3.0, AMOUNTS)
    found = compare_losses(X, NAMES, ["cross_entropy"], cost=cost, **CLASSES)
    same = compare_losses(X, LABELS, ["cross_entropy"], cost=cost, **CLASSES)
    for metric in ("cost", "cost_decided"):
        np.testing.assert_allclose(found.predictions[metric], same.predictions[metric])


def test_a_table_of_labels_is_read_in_its_own_order():
    cost = costs.ClassCosts([[0, 50], [1, 0]], classes=["ill", "healthy"])
    found = compare_losses(X, NAMES, ["cross_entropy"], cost=cost, **CLASSES)
    rows = found.predictions
    paid = cost(rows["y_true"].to_numpy(), rows["y_pred"].to_numpy())
    np.testing.assert_allclose(rows["cost"], paid)
    proba = rows[[f"proba_{name}" for name in ("healthy", "ill")]].to_numpy()
    decided = decide(proba, cost, classes=["healthy", "ill"])
    paid = cost(rows["y_true"].to_numpy(), decided)
    np.testing.assert_allclose(rows["cost_decided"], paid)


def test_rows_of_weight_zero_take_their_amounts_with_them():
    weight = np.ones(240)
    weight[[0, 5, 77]] = 0
    cost = costs.binary(3.0, AMOUNTS)
    given = {"sample_weight": weight, "cost": cost, **CLASSES}
    found = compare_losses(X, LABELS, ["cross_entropy"], **given)
    kept = weight > 0
    same = compare_losses(
        X[kept], LABELS[kept], ["cross_entropy"], cost=cost[kept], **CLASSES
    )
    np.testing.assert_allclose(found.table["cost"], same.table["cost"])
    np.testing.assert_allclose(found.table["cost_decided"], same.table["cost_decided"])


def test_decisions_under_relative_costs_stay_in_the_range_of_the_training_rows():
    y = np.exp(np.random.default_rng(0).normal(3.0, 1.5, 90))
    x = np.log(y)[:, None] + np.random.default_rng(1).normal(size=(90, 1))
    loss = ["squared_error", {"line": LinearRegression()}]
    cost, linear = costs.Percentage(), TorchRegressor(hidden_layer_sizes=())
    found = compare_losses(x, y, loss, cost=cost, estimator=linear, cv=3)
    assert len(found.distributions) == 9  # the loss of the cost is added
    for (label, fold), one in found.distributions.items():
        learned = y[found.splits[fold][0]]
        assert one.seen == (learned.min(), learned.max()), label
        lowest = np.minimum(one.ppf(0.5), learned.min())
        decided = decide(one, cost)
        assert (decided >= np.where(lowest > 0, lowest, learned.min())).all()
        rows = found.predictions.query("loss == @label and fold == @fold")
        paid = np.abs(y[rows["row"]] - decided) / y[rows["row"]]
        np.testing.assert_allclose(rows["cost_decided"], paid)


def test_a_contender_decides_by_the_implied_noise_of_other_folds():
    loss = ["squared_error", {"line": LinearRegression()}]
    cost = costs.Linear(9, 1)
    found = compare_losses(X, Y, loss, cost=cost, **NUMBERS)
    rows = found.predictions.query("loss == 'line'")
    first = rows[rows["fold"] == rows["fold"].iloc[0]]
    error = rows.drop(first.index).eval("y_true - y_pred")
    truth, answer = first["y_true"].to_numpy(), first["y_pred"].to_numpy()
    quantiles = (
        stats.norm(answer, np.sqrt(np.mean(error**2))).ppf(0.9),
        stats.laplace(answer, np.mean(np.abs(error))).ppf(0.9),
    )
    paid = [cost(truth, quantile) for quantile in quantiles]
    assert any(np.allclose(first["cost_decided"], one) for one in paid)
    line = found.table.loc["line"]
    assert line["cost_decided", "mean"] < line["cost", "mean"]
    assert "line" in found.standing("cost_decided").index


def test_a_distribution_without_a_best_decision_is_reported():
    with pytest.warns(UserWarning, match="cost_decided is NaN: Linex"):
        found = compare_losses(
            X, Y, ["absolute_error"], cost=costs.Linex(30.0), **NUMBERS
        )
    assert np.isnan(found.table.loc["absolute_error", ("cost_decided", "mean")])


@pytest.mark.parametrize(
    ("y", "cost", "message"),
    [
        (LABELS, costs.binary(1.0, [1.0, 2.0]), "amounts for 2 rows, but y has 240"),
        (Y, costs.binary(1.0, 2.0), "cost of classes, but the target is a number"),
        (Y, costs.Linear(-1, 1), "under must be a finite number"),
        (NAMES, costs.Quadratic(), "must hold finite numbers"),
        (np.arange(240) % 3, costs.binary(1.0, 2.0), "two classes, but there are 3"),
        (LABELS, costs.ClassCosts(np.ones((3, 3))), "3 rows, but there are 2 classes"),
        (Y, lambda y, d: 1.0, "one value per row"),
        (np.column_stack([Y, Y]), costs.Quadratic(), "one target or label in each"),
    ],
)
def test_a_cost_that_does_not_fit_is_refused_before_training(y, cost, message):
    with pytest.raises(ValueError, match=message):
        compare_losses(X, y, cost=cost, cv=3, on_epoch=lambda progress: 1 / 0)


def test_baselines_and_the_best_constant_have_costs():
    cost = costs.Linear(9, 1)
    found = compare_losses(X, Y, ["squared_error"], cost=cost, **NUMBERS)
    known = found.references()
    assert known[["cost", "cost_decided"]].notna().all().all()
    # The best decision for all rows is the 90% quantile of the training rows.
    paid = [
        cost(Y[test], np.full(len(test), np.quantile(Y[train], 0.9))).mean()
        for train, test in found.splits
    ]
    assert known.loc["constant", ("cost", "mean")] == pytest.approx(
        np.mean(paid), rel=0.02
    )
    line = known.loc["linear_model"]
    assert line["cost_decided", "mean"] < line["cost", "mean"]


def test_baselines_of_classes_have_costs_with_amounts():
    cost = costs.binary(3.0, AMOUNTS)
    found = compare_losses(X, LABELS, ["cross_entropy"], cost=cost, **CLASSES)
    known = found.references()
    assert known[["cost", "cost_decided"]].notna().all().all()
    paid, codes = [], LABELS
    for train, test in found.splits:
        always = [np.zeros_like(codes), np.ones_like(codes)]
        best = min(always, key=lambda one: cost[train](codes[train], one[train]).sum())
        paid.append(cost[test](codes[test], best[test]).mean())
    assert known.loc["constant", ("cost", "mean")] == pytest.approx(np.mean(paid))
