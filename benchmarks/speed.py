"""Print how many times as fast skloss is: ``make bench``.

Every figure is a ratio of two times measured alternately in this run, the median of
some pairs, because a single time means little on a shared machine.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings

import joblib
import numpy as np
import sklearn
import torch
from contenders import (
    LOSSES,
    TwoProcesses,
    fit_sklearn,
    fit_skorch,
    network,
    sklearn_mlp,
)
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold

from skloss import TorchClassifier, TorchRegressor, compare_losses

BATCH = 256
ROWS = {}


def seconds(function):
    """Return how long one call takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def paired(ours, theirs, pairs, calls=1):
    """Return the median ratio of their time to ours, measured alternately.

    Short work is called several times a run: right after a change of sides the threads
    of the other side still occupy a core while they wait for work.
    """
    ours()  # what is loaded at first use is not part of a fit
    ratios = []
    for _ in range(pairs):
        own = seconds(lambda: [ours() for _ in range(calls)])
        ratios.append(seconds(lambda: [theirs() for _ in range(calls)]) / own)
    return statistics.median(ratios)


def row(name, key):
    """Register a benchmark: a function of (pairs, epochs) that returns its figure."""

    def register(function):
        ROWS[key] = (name, function)
        return function

    return register


def table(n_rows=10_000, n_columns=20):
    """Return a smooth signal with Gaussian noise, in float32."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns)).astype(np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1]) + rng.normal(size=n_rows)
    return X, y.astype(np.float32)


def plain(epochs, batch_size=BATCH, **params):
    """Return a regressor with the work of the others: without encoding or stopping."""
    return TorchRegressor(
        numeric_encoding=None,
        early_stopping=False,
        batch_size=batch_size,
        max_iter=epochs,
        n_iter_no_change=10**6,
        solver="adam",
        random_state=0,
        **params,
    )


def comparison(X, y, epochs, batch_size=BATCH, backend="loky"):
    """Return a call that compares the eight losses in five folds on two cores.

    In two processes, which are warm after the first call like those of the hand-written
    loop, or, with the backend "threading", in this one.
    """

    def run():
        with joblib.parallel_config(backend=backend, n_jobs=2):
            compare_losses(X, y, list(LOSSES), estimator=plain(epochs, batch_size))

    return run


def folds(X):
    """Return the splits that a comparison draws."""
    return list(KFold(5, shuffle=True, random_state=0).split(X))


def skorch_loop(X, y, epochs, batch_size=BATCH):
    """Return a call that fits the same forty models one by one."""

    def loop():
        for rows, _ in folds(X):
            for loss in LOSSES:
                fit_skorch(X[rows], y[rows], loss, epochs, batch_size)

    return loop


@row("8 losses x 5 folds, 10,000 x 20: skorch loop", "skorch")
def _(pairs, epochs):
    X, y = table()
    return paired(comparison(X, y, epochs), skorch_loop(X, y, epochs), pairs)


@row("the same: scikit-learn's MLP, 40 fits", "sklearn")
def _(pairs, epochs):
    X, y = table()

    def loop():
        for rows, _ in folds(X):
            for _ in LOSSES:
                fit_sklearn(X[rows], y[rows], epochs, BATCH)

    return paired(comparison(X, y, epochs), loop, pairs)


def by_hand(pairs, epochs, backend):
    """Return the ratio to the loop by hand, whose processes are warm."""
    X, y = table()
    two = TwoProcesses(X, y)
    try:
        return paired(
            comparison(X, y, epochs, backend=backend),
            lambda: two.fit(folds(X), epochs, BATCH),
            pairs,
        )
    finally:
        two.close()


@row("the same: loop by hand on 2 processes", "hand")
def _(pairs, epochs):
    return by_hand(pairs, epochs, "loky")


@row("the same, in threads of one process: loop by hand on 2 processes", "threads")
def _(pairs, epochs):
    return by_hand(pairs, epochs, "threading")


@row("the same on 442 x 10 (diabetes), batch 64: skorch loop", "diabetes")
def _(pairs, epochs):
    X, y = load_diabetes(return_X_y=True)
    X = (X / X.std(0)).astype(np.float32)
    y = ((y - y.mean()) / y.std()).astype(np.float32)
    longer = 5 * epochs
    return paired(comparison(X, y, longer, 64), skorch_loop(X, y, longer, 64), pairs)


@row("one fit: scikit-learn's MLP", "one-sklearn")
def _(pairs, epochs):
    X, y = table()
    return paired(
        lambda: plain(2 * epochs).fit(X, y),
        lambda: fit_sklearn(X, y, 2 * epochs, BATCH),
        pairs,
    )


@row("one fit: skorch", "one-skorch")
def _(pairs, epochs):
    X, y = table()
    return paired(
        lambda: plain(epochs).fit(X, y),
        lambda: fit_skorch(X, y, "squared_error", epochs, BATCH),
        pairs,
    )


@row("linear, 100,000 x 50: LogisticRegression, same objective", "logistic")
def _(pairs, epochs):
    X, y = table(100_000, 50)
    labels = (y > 0.3).astype(int)
    ours = TorchClassifier(hidden_layer_sizes=(), alpha=1.0)
    theirs = LogisticRegression(C=1.0, tol=1e-6, max_iter=1000)
    return paired(lambda: ours.fit(X, labels), lambda: theirs.fit(X, labels), pairs, 5)


@row("linear, 100,000 x 50: Ridge, same objective", "ridge")
def _(pairs, epochs):
    X, y = table(100_000, 50)
    ours = TorchRegressor(hidden_layer_sizes=(), alpha=1.0)
    theirs = Ridge(alpha=0.5)
    return paired(lambda: ours.fit(X, y), lambda: theirs.fit(X, y), pairs, 5)


@row("ensemble of 10: ten single fits", "ensemble")
def _(pairs, epochs):
    X, y = table()

    def ten():
        for _ in range(10):
            plain(epochs).fit(X, y)

    return paired(lambda: plain(epochs, n_members=10).fit(X, y), ten, pairs)


@row("predict 1,000,000 x 20: scikit-learn's MLP", "predict")
def _(pairs, epochs):
    X, y = table(1_000_000)
    ours = plain(1).fit(X[:5000], y[:5000])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sklearn_mlp(1, BATCH).fit(X[:5000], y[:5000])
    return paired(lambda: ours.predict(X), lambda: theirs.predict(X), pairs, 5)


@row("share of this machine's matrix products at their peak", "rate")
def _(pairs, epochs):
    X, y = table()
    run = comparison(X, y, 2 * epochs)
    run()
    n_outputs = [n for _, n in LOSSES.values()]
    return statistics.median(
        _operations(X, n_outputs, 2 * epochs) / seconds(run) / _peak()
        for _ in range(pairs)
    )


def _operations(X, n_outputs, epochs):
    """Floating-point operations of the products in a comparison's training."""
    total = 0.0
    steps = epochs * (len(X) * 4 // 5 // BATCH)
    for n in n_outputs:
        sizes = [
            m.weight.numel() for m in network(X.shape[1], n) if hasattr(m, "weight")
        ]
        # Forward and two products backward, but none to the inputs of the first layer.
        total += 5 * steps * BATCH * 2 * (3 * sum(sizes) - sizes[0])
    return total


def _peak(size=1024):
    a, b = torch.randn(size, size), torch.randn(size, size)
    best = min(seconds(lambda: [a @ b for _ in range(20)]) for _ in range(5))
    return 20 * 2 * size**3 / best


@row("next to a busy core: times as long as on the idle machine", "busy")
def _(pairs, epochs):
    X, y = table()
    run = comparison(X, y, epochs, backend="threading")
    run()

    def next_to_a_busy_core():
        spin = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        try:
            return seconds(run)
        finally:
            spin.kill()
            spin.wait()

    return statistics.median(next_to_a_busy_core() / seconds(run) for _ in range(pairs))


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(ROWS))
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, "
        f"{len(os.sched_getaffinity(0))} cores; medians of {options.pairs} pairs, "
        f"{options.epochs} epochs\n"
    )
    print("| against | ratio |\n|---|---|", flush=True)
    for key in options.rows or ROWS:
        name, function = ROWS[key]
        print(f"| {name} | {function(options.pairs, options.epochs):.2f} |", flush=True)


if __name__ == "__main__":
    main()
