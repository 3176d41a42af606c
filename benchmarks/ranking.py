"""Print how often equally good losses are called different: ``make bench-ranking``.

Each table is drawn again, training rows included, and goes through the ranking of a
comparison. Linear fits in closed form stand for the losses: they are equally good by
symmetry, which no choice of real losses is at all sizes.
"""

import argparse
import functools
import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd

from skloss.comparison.ranking import standing
from skloss.comparison.row_scores import HeldOutRows
from skloss.metrics import METRICS
from skloss.tasks import as_task

COLUMNS = 4
ROWS = (100, 500, 3000)
LOSSES = (2, 8, 21)


def main():
    """Simulate all cells and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--losses", type=int, nargs="*", default=LOSSES)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[*EQUAL, "power"])
    options = parser.parse_args()
    print(f"{options.tables:,} tables a cell, {options.folds} folds; in percent\n")
    size = options.tables, options.folds
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        print("| equally good fits | metric | losses |", end="")
        print("".join(f" {n:,} rows |" for n in options.rows))
        print("|---|---|---|" + "---|" * len(options.rows), flush=True)
        for kind in filter(EQUAL.get, options.only):
            for k in options.losses if kind != "mirrored" else [2]:
                shares = [called(pool, kind, n, k, *size) for n in options.rows]
                for metric in shares[0]:
                    cells = "".join(f" {s[metric]:.1%} |" for s in shares)
                    label = METRICS[metric].label
                    print(f"| {kind} | {label} | {k} |{cells}", flush=True)
        if "power" in options.only:
            print("\n| rows | Laplace is found better than Gaussian noise by NLL |")
            print("|---|---|")
            for n in options.rows:
                share = called(pool, "power", n, 2, *size)["nll"]
                print(f"| {n:,} | {share:.1%} |", flush=True)


def called(pool, kind, n_rows, n_losses, tables, n_folds):
    """Return the share of tables in which some loss is clearly worse, by metric."""
    one = functools.partial(is_called, kind, n_rows, n_losses, n_folds)
    found = list(pool.map(one, range(tables), chunksize=20))
    return {name: np.mean([f[name] for f in found]) for name in found[0]}


def is_called(kind, n_rows, n_losses, n_folds, seed):
    """Draw one table and return, by metric, whether some gap to the best is clear."""
    rng = np.random.default_rng([seed, n_rows, n_losses])
    draw = EQUAL.get(kind, laplace)
    # Rows are drawn independently, so that folds need no shuffling.
    fold = np.arange(n_rows) % n_folds
    task, metrics, columns = draw(rng, n_rows, n_losses, fold)
    order = np.argsort(fold, kind="stable")
    labels = [f"loss {j}" for j in range(n_losses)]
    frame = pd.DataFrame(
        {
            "loss": pd.Index(labels).repeat(n_rows),
            "fold": np.tile(fold[order], n_losses),
            "row": np.tile(order, n_losses),
            **{name: values[:, order].ravel() for name, values in columns.items()},
        }
    )
    classes = [0, 1] if task.has_classes else None
    held_out = HeldOutRows(frame, task, classes, None, None)
    return {
        metric: is_clear(held_out, metric, scored(columns, metric, fold, labels))
        for metric in metrics
    }


def is_clear(held_out, metric, by_fold):
    """Return whether some gap is clear."""
    rows = held_out.score(metric, by_fold)
    assert rows is not None
    return bool(standing(by_fold, metric, rows)["clear"].any())


def scored(columns, metric, fold, labels):
    """Return the values by fold, one column per loss."""
    spec = METRICS[metric]
    source = {"nll": "nll", "y_pred": "y_pred", "y_proba": "proba_1"}[spec.input]
    truth = () if source == "nll" else (columns["y_true"],)
    return pd.DataFrame(
        {
            label: [
                spec.function(*(c[j, fold == f] for c in (*truth, columns[source])))
                for f in np.unique(fold)
            ]
            for j, label in enumerate(labels)
        }
    )


def out_of_fold(X, y, fold, fit=None):
    """Return predictions of linear fits, (k, n), from (k, n, p) inputs."""
    predicted = np.empty(X.shape[:2])
    for f in np.unique(fold):
        train, test = fold != f, fold == f
        coef = (fit or least_squares)(X[:, train], y[..., train])
        predicted[:, test] = (X[:, test] @ coef[..., None])[..., 0]
    return predicted


def least_squares(X, y):
    """Return coefficients of least squares, (k, p)."""
    gram = X.swapaxes(1, 2) @ X
    return np.linalg.solve(gram, (X.swapaxes(1, 2) @ y[..., None]))[..., 0]


def quantile_fit(X, y, quantile):
    """Return coefficients of quantile regression by reweighted least squares."""
    coef = least_squares(X, y)
    for _ in range(30):
        residual = y - (X @ coef[..., None])[..., 0]
        slope = np.where(residual > 0, quantile, 1 - quantile)
        weight = slope / np.maximum(np.abs(residual), 1e-5)
        gram = X.swapaxes(1, 2) @ (weight[..., None] * X)
        moment = X.swapaxes(1, 2) @ (weight * y)[..., None]
        coef = np.linalg.solve(gram, moment)[..., 0]
    return coef


def gaussian_nats(residual, fold):
    """Return nats per row, each fold's scale from the residuals of the others."""
    nats = np.empty_like(residual)
    for f in np.unique(fold):
        square = (residual[:, fold != f] ** 2).mean(axis=1, keepdims=True)
        nats[:, fold == f] = 0.5 * (
            np.log(2 * np.pi * square) + residual[:, fold == f] ** 2 / square
        )
    return nats


def laplace_nats(residual, fold):
    """Return nats per row, each fold's scale from the residuals of the others."""
    nats = np.empty_like(residual)
    for f in np.unique(fold):
        scale = np.abs(residual[:, fold != f]).mean(axis=1, keepdims=True)
        nats[:, fold == f] = np.log(2 * scale) + np.abs(residual[:, fold == f]) / scale
    return nats


def numbers(y, predicted, fold):
    """Return task, metrics and columns of a regression."""
    columns = {
        "y_true": np.broadcast_to(y, predicted.shape),
        "y_pred": predicted,
        "nll": gaussian_nats(y - predicted, fold),
    }
    return as_task("regression"), ("rmse", "mae"), columns


def own_errors(rng, n_rows, n_losses, fold):
    """Draw fits that each get the inputs with errors of their own."""
    X = rng.normal(size=(n_rows, COLUMNS))
    y = X.sum(axis=1) + rng.normal(size=n_rows)
    X = X + 0.5 * rng.normal(size=(n_losses, *X.shape))
    return numbers(y, out_of_fold(X, y, fold), fold)


def own_columns(rng, n_rows, n_losses, fold):
    """Draw fits that each have five irrelevant columns of their own."""
    X = rng.normal(size=(n_rows, COLUMNS))
    y = X.sum(axis=1) + rng.normal(size=n_rows)
    shared = np.broadcast_to(X, (n_losses, *X.shape))
    own = rng.normal(size=(n_losses, n_rows, 5))
    return numbers(y, out_of_fold(np.concatenate([shared, own], 2), y, fold), fold)


def own_halves(rng, n_rows, n_losses, fold):
    """Draw fits that each learn from a random half of the training rows."""
    X = rng.normal(size=(n_rows, COLUMNS))
    y = X.sum(axis=1) + rng.standard_t(4, size=n_rows)
    X = np.broadcast_to(X, (n_losses, *X.shape))

    def fit(X, y):
        kept = rng.random(X.shape[:2]) < 0.5
        return least_squares(X * kept[..., None], y * kept)

    return numbers(y, out_of_fold(X, y, fold, fit), fold)


def mirrored(rng, n_rows, n_losses, fold):
    """Draw the quantiles 0.4 and 0.6 of symmetric noise."""
    X = np.column_stack([np.ones(n_rows), rng.normal(size=(n_rows, COLUMNS))])
    y = X.sum(axis=1) + rng.laplace(size=n_rows)
    predicted = [
        out_of_fold(X[None], y, fold, functools.partial(quantile_fit, quantile=q))[0]
        for q in (0.4, 0.6)
    ]
    return numbers(y, np.stack(predicted), fold)


def classes(rng, n_rows, n_losses, fold):
    """Draw linear discriminants with one class in five, inputs as `own_errors`."""
    X = rng.normal(size=(n_rows, COLUMNS))
    latent = X.sum(axis=1) + 2 * rng.normal(size=n_rows)
    # In the order of the labels the folds are stratified.
    y = np.sort(latent > 2.4).astype(int)
    X = X[np.argsort(latent > 2.4, kind="stable")]
    X = np.concatenate(
        [
            np.ones((n_losses, n_rows, 1)),
            X + 0.5 * rng.normal(size=(n_losses, *X.shape)),
        ],
        axis=2,
    )
    score = out_of_fold(X, y.astype(float), fold)
    proba = score.clip(0.02, 0.98)
    columns = {
        "y_true": np.broadcast_to(y, score.shape),
        "y_pred": (score > 0.3).astype(int),
        "proba_0": 1 - proba,
        "proba_1": proba,
    }
    metrics = ("log_loss", "brier", "balanced_accuracy", "f1", "mcc", "pr_auc")
    return as_task("binary"), (*metrics, "roc_auc"), columns


def laplace(rng, n_rows, n_losses, fold):
    """Draw Laplace noise: least squares against least absolute deviations."""
    X = np.column_stack([np.ones(n_rows), rng.normal(size=(n_rows, COLUMNS))])
    y = X @ [0.0, 1.0, 1.0, 0.0, 0.0] + rng.laplace(size=n_rows)
    least = out_of_fold(X[None], y, fold)
    absolute = functools.partial(quantile_fit, quantile=0.5)
    absolute = out_of_fold(X[None], y, fold, absolute)
    columns = {
        "y_true": np.broadcast_to(y, (2, n_rows)),
        "y_pred": np.concatenate([least, absolute]),
        "nll": np.concatenate(
            [gaussian_nats(y - least, fold), laplace_nats(y - absolute, fold)]
        ),
    }
    return as_task("regression"), ("nll",), columns


EQUAL = {
    "own errors in the inputs": own_errors,
    "own irrelevant columns": own_columns,
    "own half of the rows": own_halves,
    "mirrored": mirrored,
    "classes": classes,
}


if __name__ == "__main__":
    main()
