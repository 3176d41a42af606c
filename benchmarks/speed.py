"""Print how many times as fast skloss is: ``make bench-speed``.

Every figure is a ratio of two times measured alternately in this run, the median of
some pairs, because a single time means little on a shared machine.
"""

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
import sklearn
import torch
from contenders import (
    LOSSES,
    TwoProcesses,
    fit_pytabkit,
    fit_sklearn,
    fit_skorch,
    network,
    sklearn_mlp,
)
from defaults import print_defaults
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from timing import ROWS, paired, row, seconds
from workloads import BATCH, comparison, diabetes, folds, one_by_one, plain, table

from skloss import TorchClassifier, TorchRegressor


@row("8 losses x 5 folds, 10,000 x 20: skorch loop", "skorch", most_pairs=2)
def _(pairs, epochs):
    X, y = table()
    loop = one_by_one(fit_skorch, X, y, epochs)
    return paired(comparison(X, y, epochs), loop, pairs)


def against_sklearn(pairs, epochs, backend):
    """Return the ratio to forty fits of scikit-learn's perceptron."""
    X, y = table()
    loop = one_by_one(fit_sklearn, X, y, epochs)
    return paired(comparison(X, y, epochs, backend=backend), loop, pairs)


@row("the same: scikit-learn's MLP, 40 fits", "sklearn")
def _(pairs, epochs):
    return against_sklearn(pairs, epochs, "loky")


@row("the same, in threads of one process: scikit-learn's MLP", "sklearn-threads")
def _(pairs, epochs):
    return against_sklearn(pairs, epochs, "threading")


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


@row("the same: pytabkit's RealMLP-S, five folds at once for each loss", "pytabkit", 2)
def _(pairs, epochs):
    X, y = table()

    def loop():
        for _ in LOSSES:
            fit_pytabkit(X, y, epochs, BATCH)

    if importlib.util.find_spec("pytabkit") is None:
        return None
    return paired(comparison(X, y, epochs), loop, pairs)


@row("the same on 442 x 10 (diabetes), batch 64: skorch loop", "diabetes", 2)
def _(pairs, epochs):
    X, y = diabetes()
    longer = 5 * epochs
    loop = one_by_one(fit_skorch, X, y, longer, 64)
    return paired(comparison(X, y, longer, 64), loop, pairs)


# A small table as people run it: batches of 32, in threads, which is the default.
def small(fit, pairs, epochs, backend="threading"):
    """Return the ratio to forty fits of a small table, a third more epochs."""
    X, y = diabetes()
    longer = 4 * epochs // 3
    loop = one_by_one(fit, X, y, longer, 32)
    return paired(comparison(X, y, longer, 32, backend), loop, pairs)


@row("the same, batch 32, in threads: skorch loop", "small-skorch", 2)
def _(pairs, epochs):
    return small(fit_skorch, pairs, epochs)


@row("the same, batch 32, in threads: scikit-learn's MLP", "small-sklearn")
def _(pairs, epochs):
    return small(fit_sklearn, pairs, epochs)


@row("the same, batch 32, in processes: scikit-learn's MLP", "small-processes")
def _(pairs, epochs):
    return small(fit_sklearn, pairs, epochs, "loky")


@row("one fit, 442 x 10, batch 32: scikit-learn's MLP", "one-small")
def _(pairs, epochs):
    X, y = diabetes()
    longer = 4 * epochs // 3
    return paired(
        lambda: plain(longer, 32).fit(X, y),
        lambda: fit_sklearn(X, y, "squared_error", longer, 32),
        pairs,
        calls=3,
    )


@row("one fit: scikit-learn's MLP", "one-sklearn")
def _(pairs, epochs):
    X, y = table()
    return paired(
        lambda: plain(2 * epochs).fit(X, y),
        lambda: fit_sklearn(X, y, "squared_error", 2 * epochs, BATCH),
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
    began = time.monotonic()
    warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of epochs
    print(
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, "
        f"{len(os.sched_getaffinity(0))} cores; medians of {options.pairs} pairs, of 2 "
        f"where one takes long, {options.epochs} epochs, one member\n"
    )
    print("| against | ratio |\n|---|---|", flush=True)
    for key in options.rows or ROWS:
        name, function, most_pairs = ROWS[key]
        ratio = function(
            min(options.pairs, most_pairs or options.pairs), options.epochs
        )
        figure = "not installed" if ratio is None else f"{ratio:.2f}"
        print(f"| {name} | {figure} |", flush=True)
    if not options.rows:
        print_defaults(options.pairs)
    print(f"\n{(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
