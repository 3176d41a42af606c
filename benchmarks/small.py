"""Print how default networks do on small tables: ``make bench-small``.

Each table has 20 to 400 rows. Its networks are compared, split by split, with the
better of a linear model and a constant. Defaults are chosen on one half of the tables
and reported on the other. Tables of the public collection Rdatasets are downloaded
once into ``--cache``, or read from there without a network.
"""

import argparse
import ast
import os
import sys
import urllib.error
import urllib.request
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import poisson
from sklearn import datasets
from sklearn.linear_model import LogisticRegression, PoissonRegressor, RidgeCV
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import resample

from skloss import TorchClassifier, TorchRegressor

URL = "https://vincentarelbundock.github.io/Rdatasets/csv/{}.csv"
COVERAGE = 0.9
LOSSES = {
    "numbers": {"squared_error": "rmse", "gaussian_nll": "nll"},
    "counts": {"poisson": "nll"},
    "classes": {"cross_entropy": "log_loss"},
}

# Half, kind of target, source, target, columns to leave out. Halves alternate within
# each kind of target, in alphabetical order of the source.
TABLES = [
    ("choose", "numbers", "ISLR/Hitters", "Salary", ""),
    ("report", "numbers", "ISLR/Auto", "mpg", "name"),
    ("choose", "numbers", "MASS/UScrime", "y", ""),
    ("report", "numbers", "DAAG/possum", "totlngth", "case"),
    ("choose", "numbers", "carData/Duncan", "prestige", ""),
    ("report", "numbers", "datasets/LifeCycleSavings", "sr", ""),
    ("choose", "numbers", "carData/Prestige", "prestige", ""),
    ("report", "numbers", "datasets/attitude", "rating", ""),
    ("choose", "numbers", "carData/Salaries", "salary", ""),
    ("report", "numbers", "sklearn/diabetes", "target", ""),
    ("choose", "numbers", "datasets/airquality", "Ozone", ""),
    ("report", "numbers", "sklearn/linnerud", "Weight", ""),
    ("choose", "numbers", "datasets/mtcars", "mpg", ""),
    ("report", "numbers", "wooldridge/ceosal1", "salary", "lsalary pcsalary"),
    ("choose", "numbers", "datasets/swiss", "Fertility", ""),
    ("report", "numbers", "wooldridge/hprice1", "price", "lprice"),
    ("choose", "numbers", "MASS/cpus", "perf", "name estperf"),
    ("report", "numbers", "carData/Ornstein", "assets", ""),
    ("choose", "counts", "Ecdat/Accident", "acc", ""),
    ("report", "counts", "Ecdat/Bids", "numbids", "docno"),
    ("choose", "counts", "MASS/quine", "Days", ""),
    ("report", "counts", "robustbase/CrohnD", "nrAdvE", "ID"),
    ("choose", "classes", "MASS/Pima.tr", "type", ""),
    ("report", "classes", "boot/nodal", "r", "m"),
    ("choose", "classes", "MASS/birthwt", "low", "bwt"),
    ("report", "classes", "boot/urine", "r", ""),
    ("choose", "classes", "MASS/fgl", "type", ""),
    ("report", "classes", "datasets/iris", "Species", ""),
    ("choose", "classes", "carData/Womenlf", "partic", ""),
    ("report", "classes", "datasets/penguins", "sex", "year"),
    ("choose", "classes", "MASS/crabs", "sex", "index"),
    ("report", "classes", "sklearn/breast_cancer", "target", ""),
    ("report", "classes", "sklearn/wine", "target", ""),
    ("choose", "numbers", "made/line", "y", ""),
    ("choose", "numbers", "made/curve", "y", ""),
    ("choose", "classes", "made/classes", "y", ""),
]


def main():
    """Measure all tables and print both halves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", default=os.environ.get("SKLOSS_TABLES", ""))
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--half", choices=["choose", "report"], action="append")
    parser.add_argument("--only", nargs="*", default=[], help="parts of table names")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--set", nargs="*", default=[], help="parameters, such as n_members=8"
    )
    options = parser.parse_args()
    params = dict(item.split("=", 1) for item in options.set)
    params = {name: ast.literal_eval(value) for name, value in params.items()}
    cache = Path(options.cache or Path.home() / ".cache" / "skloss-tables")
    found = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for half in options.half or ["choose", "report"]:
            specs = [s for s in TABLES if s[0] == half]
            if options.only:
                specs = [s for s in specs if any(part in s[2] for part in options.only)]
            work = partial(measure, cache, options.repeats, params)
            for rows in pool.map(work, specs):
                found += rows
                print_rows(rows)
            summarise(half, [row for row in found if row["half"] == half])


def measure(cache, repeats, params, spec):
    """Return one row per loss of a table: paired differences and coverage."""
    half, kind, source, target, dropped = spec
    X, y = read(cache, kind, source, target, dropped.split())
    rows = []
    for loss, metric in LOSSES[kind].items():
        split = [one_split(kind, loss, params, X, y, seed) for seed in range(repeats)]
        scores = pd.DataFrame(split)
        # The better one on average: the better of each split would be chosen by the
        # rows that judge it.
        name = scores[["linear", "constant"]].mean().idxmin()
        difference = scores["network"] - scores[name]
        rows.append(
            {
                "half": half,
                "table": source,
                "rows": len(y),
                "loss": loss,
                "metric": metric,
                "network": scores["network"].mean(),
                "best": scores[name].mean(),
                "by": name,
                "difference": difference.mean(),
                "error": difference.std() / np.sqrt(repeats),
                "coverage": scores["coverage"].mean(),
                "linear_coverage": scores["linear_coverage"].mean(),
            }
        )
    return rows


def one_split(kind, loss, params, X, y, seed):
    """Return the scores on a fifth of the rows of models fitted to the others."""
    warnings.simplefilter("ignore")
    labels = y if kind == "classes" else None
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.2, random_state=seed, stratify=labels
    )
    params = {"random_state": seed} | params
    if kind == "classes":
        return classes(loss, params, X, y, X_test, y_test)
    model = TorchRegressor(loss, **params).fit(X, y)
    line = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
    out = {
        "coverage": coverage(model, X_test, y_test, kind, seed),
        "linear_coverage": coverage(line, X_test, y_test, kind, seed),
    }
    if loss == "squared_error":
        ridge = linear(RidgeCV(np.logspace(-3, 3, 13))).fit(X, y)
        return out | {
            "network": rmse(y_test, model.predict(X_test)),
            "linear": rmse(y_test, ridge.predict(X_test)),
            "constant": rmse(y_test, y.mean()),
        }
    out["network"] = -log_score(model, X_test, y_test).mean()
    if kind == "counts":
        glm = linear(PoissonRegressor(alpha=1 / len(y), max_iter=1000)).fit(X, y)
        means = {
            "linear": glm.predict(X_test),
            "constant": np.full(len(y_test), y.mean()),
        }
        return out | {name: poisson_nll(y_test, mean) for name, mean in means.items()}
    ridge = linear(RidgeCV(np.logspace(-3, 3, 13))).fit(X, y)
    folds = np.arange(len(y)) % 5
    # The scale of the linear model comes from residuals of rows outside its fit.
    apart = np.concatenate(
        [
            y[folds == k]
            - linear(RidgeCV(np.logspace(-3, 3, 13)))
            .fit(X[folds != k], y[folds != k])
            .predict(X[folds == k])
            for k in range(5)
        ]
    )
    spread = np.sqrt(np.mean(apart**2))
    return out | {
        "linear": gaussian_nll(y_test, ridge.predict(X_test), spread),
        "constant": gaussian_nll(y_test, y.mean(), y.std(ddof=1)),
    }


def classes(loss, params, X, y, X_test, y_test):
    """Return the log-losses on held-out rows."""
    names = np.unique(y)
    model = TorchClassifier(loss, **params).fit(X, y)
    logistic = linear(LogisticRegression(max_iter=1000)).fit(X, y)
    prior = np.tile(np.mean(y[:, None] == names, axis=0), (len(y_test), 1))
    return {
        "network": log_loss(y_test, model.predict_proba(X_test), labels=names),
        "linear": log_loss(y_test, logistic.predict_proba(X_test), labels=names),
        "constant": log_loss(y_test, prior, labels=names),
        "coverage": np.nan,
        "linear_coverage": np.nan,
    }


def coverage(model, X, y, kind, seed):
    """Return the share of rows inside the central interval, by randomised PIT."""
    found = model.predict_distribution(X)
    upper = found.cdf(y)
    lower = found.cdf(y - 1) if kind == "counts" else upper
    # An integer inside its own cell: uniform if the distribution is right.
    chance = lower + (upper - lower) * np.random.default_rng(seed).random(len(y))
    return np.mean(np.abs(chance - 0.5) <= COVERAGE / 2)


def log_score(model, X, y):
    """Return the log-density or log-probability of each row."""
    found = model.predict_distribution(X)
    return found.logpmf(y) if hasattr(found, "logpmf") else found.logpdf(y)


def linear(model):
    """Return a linear model of standardised columns."""
    return make_pipeline(StandardScaler(), model)


def rmse(y, predicted):
    """Return the root mean squared error."""
    return np.sqrt(np.mean((y - predicted) ** 2))


def gaussian_nll(y, mean, spread):
    """Return the mean negative log-density of a normal distribution."""
    squares = (y - mean) ** 2 / (2 * spread**2)
    return np.mean(0.5 * np.log(2 * np.pi * spread**2) + squares)


def poisson_nll(y, mean):
    """Return the mean negative log-probability of a Poisson distribution."""
    return -poisson.logpmf(y, mean).mean()


def read(cache, kind, source, target, dropped):
    """Return the columns as numbers, and the target, without rows that lack any."""
    folder, name = source.split("/")
    if folder == "made":
        return made(name)
    if folder == "sklearn":
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        frame = frame if target in frame else frame.assign(target=0)
        dropped = dropped + (["Waist", "Pulse"] if name == "linnerud" else [])
    else:
        frame = pd.read_csv(downloaded(cache, source), na_values=["NA"])
        dropped = [*dropped, "rownames"]
    frame = frame.drop(columns=[c for c in dropped if c in frame]).dropna()
    if len(frame) > 400:
        frame = resample(frame, replace=False, n_samples=400, random_state=0)
    X, y = frame.drop(columns=target), frame[target].to_numpy()
    X = pd.get_dummies(X, drop_first=True).to_numpy(dtype=float)
    return X, y.astype(str) if kind == "classes" else y.astype(float)


def downloaded(cache, source):
    """Return the path of a table in the cache, after fetching it if it is missing."""
    path = cache / f"{source}.csv"
    if path.exists():
        return path
    try:
        with urllib.request.urlopen(URL.format(source), timeout=30) as answer:
            content = answer.read()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(
            f"Table {source} is not in {cache} and cannot be downloaded ({error}). "
            f"Connect to a network, or save {URL.format(source)} as {path}."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def made(name):
    """Return columns and target of a table that is drawn."""
    rng = np.random.default_rng(0)
    n = {"line": 60, "curve": 190, "classes": 150}[name]
    X = rng.normal(size=(n, 5))
    if name == "line":
        return X, X[:, 0] + X[:, 1] + rng.normal(size=n)
    if name == "curve":
        return X, X[:, 0] + np.sin(2 * X[:, 1]) + 0.5 * rng.normal(size=n)
    return X, (X[:, 0] + rng.logistic(size=n) > 0).astype(str)


def print_rows(rows):
    """Print one line per loss of a table."""
    for row in rows:
        scale = abs(row["best"]) if row["metric"] != "nll" else 1.0
        print(
            f"{row['table']:26} {row['rows']:4} {row['metric']:8} "
            f"{row['network']:9.3f} {row['best']:9.3f} {row['by']:8} "
            f"{row['difference'] / scale:+7.3f} +- {row['error'] / scale:.3f}  "
            f"{row['coverage']:.2f} {row['linear_coverage']:.2f}",
            flush=True,
        )


def summarise(half, rows):
    """Print the means over tables: of differences, and of coverage."""
    frame = pd.DataFrame(rows)
    scale = np.where(frame["metric"] == "nll", 1.0, frame["best"].abs())
    frame["gap"] = frame["difference"] / scale
    print(f"\n{half}: mean difference (NLL in nats, else relative), and coverage")
    for (loss, metric), part in frame.groupby(["loss", "metric"]):
        error = part["gap"].std() / np.sqrt(len(part))
        print(
            f"  {loss:14} {metric:8} {part['gap'].mean():+.3f} +- {error:.3f} "
            f"worst {part['gap'].max():+.3f} "
            f"({part.loc[part['gap'].idxmax(), 'table']})"
            f"  coverage {part['coverage'].mean():.3f}, "
            f"linear {part['linear_coverage'].mean():.3f}"
        )
    print(flush=True)


if __name__ == "__main__":
    main()
