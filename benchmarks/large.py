"""Print errors, times and memory on large tables: ``make bench-large``.

``quality`` fits the default network with a constant learning rate, as on small tables,
and with the decline that is the default of large ones, and prints errors on new rows
and seconds of the processor. ``time`` is a default comparison, four losses in each
fold, against as many fits of LightGBM's defaults with as many threads; ``memory`` is
what a comparison adds to a fresh process, in units of its preprocessed float32 table.
"""

import argparse
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor, compare_losses
from skloss.table import make_preprocessor

NEW_ROWS = 50_000
FLIGHTS = 336_776
FOLDS = 5


def numbers(n, seed=0):
    """Return 20 numbers, ten of which matter, most of them in pairs."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 20)).astype(np.float32)
    y = 10 * np.sin(X[:, 0] * X[:, 1]) + 2 * (X[:, 2] - 0.5) ** 2 + 5 * X[:, 3]
    y += 3 * X[:, 4] + 4 * np.tanh(2 * X[:, 5] * X[:, 6]) + 2 * np.cos(3 * X[:, 9])
    y += 3 * (X[:, 7] > 0.3) * (X[:, 8] < 0.5)
    return X, y + 2 * rng.normal(size=n)


def categories(n, seed=1, levels=(3, 12, 16, 40)):
    """Return eight numbers and categories, some of which change a slope."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 8)), columns=[f"x{k}" for k in range(8)])
    y = np.sin(2 * X["x0"]) + X["x1"] * X["x2"] + X["x3"] / 2
    for k, size in enumerate(levels):
        level = np.minimum((size * rng.beta(1, 2, size=n)).astype(int), size - 1)
        shift, slope = rng.normal(size=(2, size))
        X[f"c{k}"] = np.array([f"v{i}" for i in range(size)], dtype=object)[level]
        y += shift[level] + 0.7 * slope[level] * X["x4"]
    return X, (y + 0.8 * rng.standard_t(4, size=n)).to_numpy()


def spread(n, seed=2):
    """Return ten numbers, two of which change the noise."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 10)).astype(np.float32)
    scale = np.exp(0.7 * X[:, 4] + 0.5 * np.sin(2 * X[:, 5])) / 2
    mean = np.sin(2 * X[:, 0]) + X[:, 1] + X[:, 2] * X[:, 3]
    return X, mean + scale * rng.normal(size=n)


def flights(n=FLIGHTS):
    """Return a table like flights of a year: categories of up to 4,000 levels."""
    X, y = categories(n, levels=(3, 16, 37, 105, 4000))
    hours = np.random.default_rng(3).integers(0, 365 * 24, n)
    X["when"] = pd.Timestamp("2013-01-01") + pd.to_timedelta(hours, unit="h")
    return X, y + np.sin(X["when"].dt.hour.to_numpy() / 4)


TABLES = {
    "numbers": (numbers, "squared_error"),
    "categories": (categories, "gaussian_nll"),
    "spread": (spread, "gaussian_nll"),
}


def quality(options):
    """Print errors and times of both schedules."""
    print("| table | rows | schedule | RMSE | NLL | epochs | CPU s |")
    print("|---|---|---|---|---|---|---|")
    for name, (make, loss) in TABLES.items():
        for n in options.rows:
            X, y = make(n + NEW_ROWS)
            X, X_new = _preprocessed(X, y, n)
            for schedule in ("constant", "auto"):
                began = time.process_time()
                model = TorchRegressor(loss, schedule=schedule, random_state=0)
                model.fit(X, y[:n])
                seconds = time.process_time() - began
                error = y[n:] - model.predict(X_new)
                nll = -model.predict_distribution(X_new).logpdf(y[n:]).mean()
                print(
                    f"| {name} | {n:,} | {schedule} | {np.sqrt((error**2).mean()):.4f} "
                    f"| {nll:.4f} | {model.n_iter_} | {seconds:.1f} |",
                    flush=True,
                )


def _preprocessed(X, y, n):
    """Return the first n rows and the others, as arrays."""
    if not isinstance(X, pd.DataFrame):
        return X[:n], X[n:]
    steps = make_preprocessor(X[:n])
    return steps.fit_transform(X[:n], y[:n]), steps.transform(X[n:])


def times(options):
    """Print the seconds of a default comparison and of LightGBM's fits."""
    import lightgbm

    makes = {"300,000 x 20": lambda: numbers(300_000), f"flights, {FLIGHTS:,}": flights}
    for name, make in makes.items():
        X, y = make()
        splitter = KFold(FOLDS, shuffle=True, random_state=0)
        splits = list(splitter.split(y))[: options.folds]
        began = _clocks()
        found = compare_losses(X, y, cv=splits, n_jobs=options.threads)
        ours = _clocks() - began
        if isinstance(X, pd.DataFrame):  # its own categories, and a number for the date
            X = X.assign(when=X["when"].astype("int64"))
            texts = X.select_dtypes(exclude="number").columns
            X = X.astype(dict.fromkeys(texts, "category"))
        scores, began = [], _clocks()
        for train, test in splits:
            for _ in range(len(found.table)):
                model = lightgbm.LGBMRegressor(n_jobs=options.threads, verbose=-1)
                model.fit(_rows(X, train), y[train])
            error = y[test] - model.predict(_rows(X, test))
            scores.append(np.sqrt((error**2).mean()))
        theirs = _clocks() - began
        wall, processor = ours / theirs
        epochs = found.histories.groupby(["loss", "fold"])["epoch"].max()
        print(
            f"{name}: {ours[0]:.0f} s against {theirs[0]:.0f} s, {wall:.2f} times as "
            f"long; of the processor {ours[1]:.0f} s against {theirs[1]:.0f} s, "
            f"{processor:.2f} times; {epochs.min()} to {epochs.max()} epochs; RMSE "
            f"{found.table['rmse', 'mean'].min():.4f} against {np.mean(scores):.4f}",
            flush=True,
        )


def _clocks():
    """Return seconds on the clock, and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def _rows(X, rows):
    return X.iloc[rows] if isinstance(X, pd.DataFrame) else X[rows]


def memory(options):
    """Print what a comparison of flights adds to a fresh process."""
    command = [sys.executable, __file__, "measure-memory"]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure_memory(options):
    """Compare losses for an epoch, and print the highest resident memory meanwhile."""
    few = flights(2000)
    _compared_briefly(*few)  # what is imported and allocated once is not counted
    X, y = flights()
    # Encoded apart, so that nothing of it stays in this process.
    width = make_preprocessor(X).fit_transform(X[:20_000], y[:20_000]).shape[1]
    before, highest, is_done = _resident(), [0.0], threading.Event()

    def watch():
        while not is_done.wait(0.02):
            highest[0] = max(highest[0], _resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    _compared_briefly(X, y)
    is_done.set()
    watcher.join()
    table, added = 4 * len(X) * width / 1e6, highest[0] - before
    print(
        f"{len(X):,} rows, {width} columns: {added:.0f} MB added, {added / table:.2f} "
        f"times the table in float32 ({table:.0f} MB)"
    )


def _compared_briefly(X, y):
    model = make_pipeline(make_preprocessor(X), TorchRegressor(max_iter=1))
    return compare_losses(X, y, estimator=model)


def _resident():
    """Return resident memory in MB, on Linux."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


PARTS = {"quality": quality, "time": times, "memory": memory}


def main():
    """Run the named parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument(
        "--rows", nargs="*", type=int, default=[25_000, 60_000, 240_000]
    )
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"of {FOLDS}")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for part in options.parts or PARTS:
        (PARTS | {"measure-memory": measure_memory})[part](options)


if __name__ == "__main__":
    main()
