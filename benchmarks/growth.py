"""Measure how time and memory grow with rows and models: ``make bench``.

Prints two tables and draws both as ``growth.svg``. Every size runs in three new
processes, so that memory is not shared, and the medians are printed; within a process
each time is divided by the time of a fixed piece of work done just before and after,
because the speed of a machine drifts.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import matplotlib
import numpy as np
import torch

from skloss import TorchRegressor
from skloss.training import one_thread

matplotlib.use("svg")
from matplotlib import pyplot

HERE = Path(__file__).parent
ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
MODELS = (1, 2, 5, 10, 20, 40, 80)
COLUMNS = 20


def main():
    """Measure all sizes, print the tables and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--models", type=int, nargs="*", default=MODELS)
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "SIZE"), help="internal")
    options = parser.parse_args()
    if options.one:
        what, size = options.one
        print(json.dumps({"rows": rows, "models": models}[what](int(size))))
        return
    print(f"Python {platform.python_version()}, torch {torch.__version__}\n")
    print("| rows | relative time per row | peak memory / data |\n|---|---|---|")
    by_rows = {n: measured("rows", n) for n in options.rows}
    first = next(iter(by_rows.values()))["time"]
    for n, one in by_rows.items():
        print(f"| {n:,} | {one['time'] / first:.2f} | {one['memory']:.2f} |")
    print("\n| models in a stack | relative time per model |\n|---|---|")
    by_models = {n: measured("models", n) for n in options.models}
    first = next(iter(by_models.values()))["time"]
    for n, one in by_models.items():
        print(f"| {n} | {one['time'] / first:.2f} |")
    draw(by_rows, by_models)


def measured(what, size):
    """Return the medians of one size, measured in new processes."""
    command = [sys.executable, __file__, "--one", what, str(size)]
    found = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        for _ in range(3)
    ]
    return {key: statistics.median(one[key] for one in found) for key in found[0]}


def rows(n):
    """Return the time per row of an epoch, and peak memory over that of the table."""
    plain(1).fit(*table(2000))  # what is loaded at first use
    before = peak()
    X, y = table(n)
    seconds = in_units_of_reference(lambda: plain(1).fit(X, y))
    return {"time": seconds / n, "memory": (peak() - before) / X.nbytes}


def models(n):
    """Return the time per model of an ensemble of ``n``."""
    X, y = table(10_000)
    epochs = max(3, 60 // n)
    plain(1, n_members=n).fit(X, y)
    seconds = in_units_of_reference(lambda: plain(epochs, n_members=n).fit(X, y))
    return {"time": seconds / n / epochs}


def table(n):
    """Return float32 rows, created in place so that they cost no further memory."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, COLUMNS), dtype=np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1])
    return X, y


def plain(epochs, **params):
    """Return a regressor with default parameters, for a number of epochs."""
    return TorchRegressor(
        max_iter=epochs,
        early_stopping=False,
        batch_size=256,
        n_iter_no_change=10**6,
        random_state=0,
        **params,
    )


def in_units_of_reference(function):
    """Return the time of a call over that of the reference work before and after it."""
    before = reference_work()
    begin = time.perf_counter()
    function()
    seconds = time.perf_counter() - begin
    return seconds / (before + reference_work())


def reference_work():
    """Return the seconds that some products of matrices take at this moment."""
    a = torch.ones(256, 256)
    with one_thread():  # two would wait for each other next to a busy core
        begin = time.perf_counter()
        for _ in range(400):
            a @ a
        return time.perf_counter() - begin


def peak():
    """Return the peak memory of this process, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def draw(by_rows, by_models):
    """Write ``growth.svg``."""
    figure, axes = pyplot.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    panels = [
        (by_rows, "time", "rows", "time per row, relative", True),
        (by_rows, "memory", "rows", "peak memory / data", False),
        (by_models, "time", "models in a stack", "time per model, relative", True),
    ]
    for axis, (found, key, x, y, relative) in zip(axes, panels, strict=True):
        values = np.array([one[key] for one in found.values()])
        axis.plot(list(found), values / values[0] if relative else values, "o-")
        axis.set(xscale="log", xlabel=x, ylabel=y, ylim=(0, None))
        axis.grid(alpha=0.3)
    axes[1].axhline(2.5, linestyle="--", color="grey", label="limit")
    axes[1].legend()
    figure.savefig(HERE / "growth.svg")


if __name__ == "__main__":
    main()
