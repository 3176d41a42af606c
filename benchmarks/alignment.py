"""Compare embeddings and alignment with what scikit-learn offers.

``make bench-alignment`` prints five parts: neighbours of labelled rows, a training loop
over pytorch-metric-learning next to it, partners of two views, time and memory by rows,
and scores of 100,000 rows. Tables
are those of scikit-learn, or drawn from a seed, so that none needs a network. The loop
requires ``pip install pytorch-metric-learning``.
"""

import argparse
import itertools
import resource
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from sklearn import datasets
from sklearn.base import clone
from sklearn.cross_decomposition import CCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier, NeighborhoodComponentsAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from benchmarks.metric_learning_loop import DIMENSIONS, loop, loop_losses
from skloss import TorchAligner, TorchEmbedder, list_losses, metrics
from skloss.losses import SymmetricCrossEntropy

SCORES = ("recall_at_1", "map_at_r")


def letters(n=4000, seed=0):
    """26 classes of 16 columns, each class of two clusters, as letters have shapes."""
    return datasets.make_classification(
        *(n, 16),
        n_informative=12,
        n_redundant=2,
        n_classes=26,
        n_clusters_per_class=2,
        class_sep=2.0,
        random_state=seed,
    )


def imbalanced(n=2000, seed=0, rare=0.05):
    """Two classes, of which one is rare and not linearly separable."""
    return datasets.make_classification(
        *(n, 12),
        n_informative=6,
        n_clusters_per_class=3,
        weights=[1 - rare],
        flip_y=0.02,
        random_state=seed,
    )


def rare_malignant(seed=0):
    """Breast cancer with one in ten of the malignant tumours."""
    X, y = datasets.load_breast_cancer(return_X_y=True)
    kept = (y == 1) | (np.random.default_rng(seed).random(len(y)) < 0.1)
    return X[kept], y[kept]


TABLES = {
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "wine": lambda: datasets.load_wine(return_X_y=True),
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "letter-like": letters,
    "imbalanced": imbalanced,
    "rare malignant": rare_malignant,
}


def embedders(n_features):
    """Ways to place rows, by name."""
    n = min(DIMENSIONS, n_features)
    found = {
        "raw columns": FunctionTransformer(),
        "LDA": LinearDiscriminantAnalysis(),
        "NCA": NeighborhoodComponentsAnalysis(n, random_state=0),
    }
    for loss in list_losses("embedding"):
        found[loss] = TorchEmbedder(loss, random_state=0)
    return found


def neighbours(tables, n_folds):
    """Print kNN accuracy from training rows, and scores among held-out rows."""
    print(f"\nLabelled rows, mean of {n_folds} folds: kNN accuracy, recall@1, MAP@R, s")
    means = {}
    for table in tables:
        X, y = TABLES[table]()
        print(f"\n{table}: {X.shape[0]} x {X.shape[1]}, {len(np.unique(y))} classes")
        folds = StratifiedKFold(n_folds, shuffle=True, random_state=0)
        for name, embedder in embedders(X.shape[1]).items():
            rows = []
            for train, test in folds.split(X, y):
                model = make_pipeline(StandardScaler(), embedder)
                begin = time.process_time()
                model.fit(X[train], y[train])
                seconds = time.process_time() - begin
                placed = model.transform(X[test])
                known = KNeighborsClassifier().fit(model.transform(X[train]), y[train])
                found = [metrics.METRICS[s].function(y[test], placed) for s in SCORES]
                rows.append([known.score(placed, y[test]), *found, seconds])
            accuracy, recall, precision, seconds = mean = np.mean(rows, axis=0)
            means.setdefault(name, []).append(mean[:3])
            print(
                f"  {name:18} {accuracy:6.3f} {recall:6.3f} {precision:6.3f} "
                f"{seconds:7.2f}",
                flush=True,
            )

    print(
        "\nMedian over tables of the difference from LDA, and from NCA: the same scores"
    )
    for name in list_losses("embedding"):
        found = [
            np.median(np.subtract(means[name], means[other]), axis=0)
            for other in ("LDA", "NCA")
        ]
        shown = "  ".join(" ".join(f"{v:+6.3f}" for v in one) for one in found)
        print(f"  {name:18} {shown}")


def against_loop(names, n_epochs=20, n_folds=3, n_seeds=3):
    """Print kNN accuracy, recall@1 and processor time of both, by table and loss."""
    torch.set_num_threads(1)
    print(f"\nNext to a loop over pytorch-metric-learning: {n_epochs} epochs of both,")
    print(
        "accuracy, recall@1, processor seconds of ours, of the loop; ratio of time, "
        "difference of accuracy and its standard error"
    )
    for name, (loss, of_loop) in itertools.product(names, loop_losses().items()):
        X, y = TABLES[name]()
        found = []
        for seed, train, test in seeded_folds(X, y, n_folds, n_seeds):
            scaler = StandardScaler().fit(X[train])
            X_train, X_test = scaler.transform(X[train]), scaler.transform(X[test])
            size = int(np.clip(2 ** round(np.log2(len(train) / 20)), 16, 256))
            same = {"numeric_encoding": None, "feature_noise": 0.0, "batch_size": size}
            same["n_members"] = 1
            ours = TorchEmbedder(
                loss, max_iter=n_epochs, early_stopping=False, random_state=seed, **same
            )
            how = {"n_epochs": n_epochs, "batch_size": size, "seed": seed}
            fits = ours.fit, partial(loop, of_loop, **how)
            if not found:  # the first fit of a process loads modules
                clone(ours).set_params(max_iter=1).fit(X_train, y[train])
                loop(of_loop, X_train, y[train], 1, size)
            row = []
            for fit in fits:
                begin = time.process_time()
                model = fit(X_train, y[train])
                seconds = time.process_time() - begin
                known, placed = model.transform(X_train), model.transform(X_test)
                votes = KNeighborsClassifier().fit(known, y[train])
                row += [votes.score(placed, y[test])]
                row += [metrics.recall_at_1(y[test], placed), seconds]
            found.append(row)
        shown = " ".join(f"{value:6.3f}" for value in np.mean(found, axis=0))
        ratio = np.median([row[5] / row[2] for row in found])
        gain = np.array([row[0] - row[3] for row in found])
        error = gain.std(ddof=1) / len(gain) ** 0.5
        shown += f" {ratio:6.1f} {gain.mean():+7.4f} {error:.4f}"
        print(f"  {name:12} {loss:17} {shown}", flush=True)


def seeded_folds(X, y, n_folds, n_seeds):
    """Iterate over seeds and the training and held-out rows of each fold."""
    for seed in range(n_seeds):
        folds = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
        for train, test in folds.split(X, y):
            yield seed, train, test


def linear_views(n, seed, noise=0.2):
    """Two noisy linear views of three latent numbers."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, 3))
    return [
        hidden @ rng.normal(size=(3, d)) + noise * rng.normal(size=(n, d))
        for d in (6, 5)
    ]


def nonlinear_views(n, seed):
    """A linear view of two latent numbers, and one of their squares and products."""
    rng = np.random.default_rng(seed)
    hidden = rng.uniform(-1, 1, size=(n, 2))
    second = [hidden**2, np.abs(hidden - 0.3), hidden.prod(1)]
    return hidden @ rng.normal(size=(2, 4)), np.column_stack(second)


VIEWS = {"linear": linear_views, "nonlinear": nonlinear_views}


def correlation(compared, n_components):
    """Return a function that scores canonical correlation on two views."""

    def score(train, test):
        cca = CCA(min(n_components, *(view.shape[1] for view in train)), max_iter=2000)
        known = cca.fit(*train).transform(*train)
        found = cca.transform(*test)
        if compared == "cosine":
            found = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in found]
        if compared == "likelihood":
            scales = [v.std(axis=0) for v in known]
            pairs = zip(*known, strict=True)
            rho = np.mean([a * b for a, b in pairs], axis=0) / np.prod(scales, axis=0)
            rho = rho.clip(0, 0.9999)
            first, second = (v / s for v, s in zip(found, scales, strict=True))
            deviation = np.sqrt(1 - rho**2)
            found = first * rho / deviation, second / deviation
        return metrics.recall_at_1(found[1], found[0])

    return score


def alignment(loss, **given):
    """Return a function that scores an aligner on two views."""

    def score(train, test):
        aligner = TorchAligner(loss, random_state=0, **given).fit(*train)
        similarity = aligner.similarity(*test)
        return np.mean(similarity.argmax(axis=1) == np.arange(len(similarity)))

    return score


def partners(n_rows, seeds):
    """Print how often the most similar held-out row of the other view is the own."""
    by_angle = SymmetricCrossEntropy(similarity="cosine")
    ways = {
        "CCA, distance": correlation("distance", 16),
        "CCA, cosine": correlation("cosine", 16),
        "CCA, likelihood": correlation("likelihood", 16),
        **{loss: alignment(loss) for loss in list_losses("pairs")},
        "clip, cosine": alignment(by_angle),
    }
    n_train = n_rows * 3 // 4
    print(f"\nTwo views, recall@1 of {n_rows - n_train} held-out rows, {seeds}")
    for kind, draw in VIEWS.items():
        print(f"\n{kind} views of {n_train} training rows: mean, standard error, s")
        for name, score in ways.items():
            begin, found = time.process_time(), []
            for seed in seeds:
                views = draw(n_rows, seed)
                train = [view[:n_train] for view in views]
                test = [view[n_train:] for view in views]
                found.append(score(train, test))
            seconds = (time.process_time() - begin) / len(seeds)
            error = np.std(found, ddof=1) / len(found) ** 0.5
            print(f"  {name:24} {np.mean(found):6.3f} {error:6.3f} {seconds:7.2f}")


def growth(sizes, n_epochs=2):
    """Print the processor time of two epochs by rows, and of two steps of NCA."""
    print("\nSeconds by rows, 26 classes: two epochs; two steps of NCA. Peak of memory")
    print("above that of the process before, in multiples of the table in float32")
    for n in sizes:
        # In a process of its own: the peak of memory is that of all so far.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            ours, used = process.submit(fitted, n, n_epochs).result()
        nca = "      -"
        if n <= 8000:
            X, y = scaled_letters(n)
            begin = time.process_time()
            NeighborhoodComponentsAnalysis(16, max_iter=n_epochs).fit(X, y)
            nca = f"{time.process_time() - begin:7.2f}"
        each = 1e6 * ours / n
        print(
            f"  {n:9,} {ours:8.2f} {each:8.1f} us a row  {nca} {used:6.1f}", flush=True
        )


def scaled_letters(n):
    """Return letters in standard units and single precision."""
    X, y = letters(n)
    return StandardScaler().fit_transform(X).astype(np.float32), y


def fitted(n, n_epochs):
    """Return the processor time of a fit, and the memory that it adds by the table."""
    torch.set_num_threads(1)
    embedder = TorchEmbedder(
        "sup_con", max_iter=n_epochs, early_stopping=False, random_state=0
    )
    # What is imported and allocated once is not counted.
    clone(embedder).fit(*scaled_letters(5000))
    X, y = scaled_letters(n)
    before, begin = peak(), time.process_time()
    embedder.fit(X, y)
    return time.process_time() - begin, (peak() - before) / X.nbytes


def peak():
    """Return the largest memory of the process so far, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def scores(sizes, n_classes=26):
    """Print time and added memory of the scores of many rows of 16 columns."""
    names = ("recall_at_1", "mean_reciprocal_rank", "map_at_r", "knn_accuracy")
    print(
        f"\nScores of rows of {n_classes} classes: value, seconds, peak of memory, MB"
    )
    for n, name in itertools.product(sizes, (*names, "silhouette", "uniformity")):
        rng = np.random.default_rng(0)
        labels = rng.integers(n_classes, size=n)
        rows = rng.normal(size=(n_classes, DIMENSIONS))[labels]
        rows += 1.5 * rng.normal(size=rows.shape)
        before, begin = peak(), time.process_time()
        value = metrics.METRICS[name].function(labels, rows)
        seconds, used = time.process_time() - begin, (peak() - before) / 1e6
        print(f"  {n:9,} {name:22} {value:7.4f} {seconds:8.1f} {used:6.0f}", flush=True)


PARTS = ("labels", "loop", "views", "growth", "scores")


def main():
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--quick", action="store_true", help="fewer folds and rows")
    parser.add_argument("--folds", type=int, help="of labelled rows")
    parser.add_argument("--first-seed", type=int, default=0, help="of the views")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.part in (None, "labels"):
        n_folds = given.folds or (3 if given.quick else 5)
        neighbours([*TABLES][:3] if given.quick else TABLES, n_folds)
    if given.part in (None, "loop"):
        against_loop(names=["digits"] if given.quick else [*TABLES][:4])
    if given.part in (None, "views"):
        first = given.first_seed
        partners(1000, range(first, first + (2 if given.quick else 5)))
    if given.part in (None, "growth"):
        sizes = [1000, 2000, 4000, 8000, 64_000]
        growth(sizes if given.quick else [*sizes, 1_000_000])
    if given.part in (None, "scores"):
        scores([10_000] if given.quick else [10_000, 100_000])


if __name__ == "__main__":
    main()
