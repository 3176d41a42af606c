"""Print how far probabilities are from the truth: ``python probabilities.py``.

*worlds*: three worlds whose probabilities are known: two Gaussian classes at a distance
of 2, one of them with a prior of 5%; three at the corners of a triangle; two labels,
each of which moves one column. Linear models are fitted with every loss of the task,
and with class weights. *Before* is the sigmoid or softmax of the scores, *after* is
what `predict_proba` returns: expected log-loss above the least possible one in nats,
and the cost of decisions in which a missed rare class costs 5, above the least possible
one. *AUC* is that of the probabilities less that of the true ones.

*tables*: default networks on public tables, with every loss. Out-of-fold probabilities
are calibrated on one half of the rows and scored on the other, by temperature, Platt's
scaling (of each class) and isotonic regression (normalised over classes). Each figure
is the nats by which that improves the log-loss, the median over losses.
"""

import argparse
import time
import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.tables import CLASSES, public_tables
from skloss import TorchClassifier, compare_losses, list_losses

DISTANCE, PRIOR, MISS = 2.0, 0.05, 5.0
# Corners of a triangle with sides of the distance, and the shares of the classes.
CORNERS = DISTANCE * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
SHARES = np.array([0.8, 0.15, 0.05])
TEST_ROWS = 200_000


def main():
    """Run both parts, or the named worlds and tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only", nargs="*", default=[*WORLDS, "tables"])
    parser.add_argument("--tables", nargs="*", help="names of tables")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    worlds([name for name in options.only if name in WORLDS], options.rows)
    if "tables" in options.only:
        tables(options.tables)


def worlds(names, n_rows):
    """Fit every loss in each world and print a row for each."""
    print(
        "| task | loss | method | nats before | after | cost before | after | AUC "
        "| seconds |\n|---|---|---|---|---|---|---|---|---|"
    )
    for task in names:
        world = WORLDS[task]
        rng = np.random.default_rng(0)
        X, y, _ = world(rng, n_rows)
        X_test, y_test, truth = world(rng, TEST_ROWS)
        for loss, weights in variants(task):
            began = time.perf_counter()
            model = TorchClassifier(
                loss, class_weight=weights, hidden_layer_sizes=(), random_state=0
            ).fit(X, y)
            seconds = time.perf_counter() - began
            before, after = link(model, X_test), model.predict_proba(X_test)
            costs = [cost(truth, p) / cost(truth, truth) - 1 for p in (before, after)]
            auc = area(y_test, after) - area(y_test, truth)
            name = loss if weights is None else f"{loss}, class_weight={weights!r}"
            print(
                f"| {task} | {name} | {model.probability_source_} "
                f"| {gap(truth, before):.4f} | {gap(truth, after):.4f} "
                f"| {costs[0]:+.1%} | {costs[1]:+.1%} | {auc:+.4f} | {seconds:.0f} |",
                flush=True,
            )


def variants(task):
    """Every loss of a task, and some with class weights."""
    weighted = () if task == "multilabel" else ("cross_entropy", "focal", "hinge")
    names = [(name, None) for name in list_losses(task)]
    return names + [(name, "balanced") for name in weighted]


def two_classes(rng, n):
    """Draw rows, classes and the true probabilities of both classes."""
    y = (rng.uniform(size=n) < PRIOR).astype(int)
    X = rng.normal(DISTANCE * y, 1.0)[:, None]
    return X, y, both(of_second(X))[:, 0]


def three_classes(rng, n):
    """Draw rows, classes and the true probabilities of three classes."""
    y = rng.choice(3, size=n, p=SHARES)
    X = CORNERS[y] + rng.normal(size=(n, 2))
    scores = X @ CORNERS.T - (CORNERS**2).sum(1) / 2 + np.log(SHARES)
    return X, y, softmax(scores, axis=1)


def two_labels(rng, n):
    """Draw rows, an indicator of two labels and the true probability of each."""
    y = (rng.uniform(size=(n, 2)) < [PRIOR, 0.3]).astype(int)
    X = rng.normal(DISTANCE * y, 1.0)
    return X, y, of_second(X, np.array([PRIOR, 0.3]))


def of_second(X, prior=PRIOR):
    """Probability of the Gaussian at the distance, against the one at 0."""
    return expit(DISTANCE * (X - DISTANCE / 2) + np.log(prior / (1 - prior)))


def both(second):
    """Probabilities of both values of each label, along a last axis."""
    return np.stack([1 - second, second], axis=-1)


def link(model, X):
    """The sigmoid or softmax of the scores."""
    scores = model.decision_function(X)
    if scores.ndim == 1:
        return both(expit(scores))
    is_label = model.probability_source_ == "sigmoid" or model.predict(X[:1]).ndim == 2
    return expit(scores) if is_label else softmax(scores, axis=1)


def shares_of(probability):
    """Probabilities of the outcomes along a last axis: of classes, or of each label."""
    sums = np.allclose(probability.sum(1), 1)
    return probability if sums else both(probability)


def gap(truth, probability):
    """Expected log-loss above that of the truth, in nats, summed over labels."""
    truth, probability = shares_of(truth), shares_of(probability)
    with np.errstate(divide="ignore"):
        nats = -(truth * np.log(probability / truth)).sum(-1)
    return nats.reshape(len(nats), -1).sum(1).mean()


def cost(truth, probability):
    """Expected cost of the decisions that are best under some probabilities."""
    truth, probability = shares_of(truth), shares_of(probability)
    k = truth.shape[-1]
    table = 1.0 - np.eye(k)
    table[-1] *= MISS  # a row of the last class that is decided to be another
    chosen = (probability @ table).argmin(-1)[..., None]
    return np.take_along_axis(truth @ table, chosen, -1).mean()


def area(y, probability):
    """Area under the ROC curve, the mean over classes or labels."""
    if probability.shape[1] == 2 and y.ndim == 1:
        return roc_auc_score(y, probability[:, 1])
    return roc_auc_score(y, probability, multi_class="ovr")


def tables(names):
    """Print what calibrators gain on each table, as the median over losses."""
    print("| table | rows | classes | losses | " + " | ".join(CALIBRATORS) + " |")
    print("|---|---|---|---|" + "---|" * len(CALIBRATORS))
    for name, X, y in public_tables(CLASSES):
        if names and name not in names:
            continue
        task = "binary" if y.nunique() == 2 else "multiclass"
        found = compare_losses(X, y.astype(str), list_losses(task), task=task)
        rows = found.predictions
        chances = [c for c in rows.columns if c.startswith("proba_")]
        classes = [c.removeprefix("proba_") for c in chances]
        gains = []
        for _, of_loss in rows.groupby("loss", observed=True):
            index = np.array([classes.index(c) for c in of_loss["y_true"]])
            gains.append(gained(of_loss[chances].to_numpy(), index))
        cells = " | ".join(f"{gain:+.4f}" for gain in np.median(gains, axis=0))
        sizes = f"{len(y)} | {len(classes)} | {len(gains)}"
        print(f"| {name} | {sizes} | {cells} |", flush=True)
        print_losses(rows["loss"].unique(), gains)


def print_losses(names, gains):
    """Print what each loss gains most by."""
    worst = [f"{n} {max(gain):+.3f}" for n, gain in zip(names, gains, strict=True)]
    print("    " + ", ".join(worst), flush=True)


def gained(probability, y):
    """Nats that each calibrator gains on rows that it was not fitted to."""
    log_p = np.log(np.clip(probability, 1e-12, 1.0))
    gains = []
    for seed in range(5):
        for fit, test in StratifiedKFold(2, shuffle=True, random_state=seed).split(
            log_p, y
        ):
            before = -log_p[test, y[test]].mean()
            gains.append(
                [
                    before - nats(calibrate(log_p[fit], y[fit], log_p[test]), y[test])
                    for calibrate in CALIBRATORS.values()
                ]
            )
    return np.mean(gains, axis=0)


def nats(probability, y):
    """Log-loss of probabilities."""
    return -np.log(np.clip(probability[np.arange(len(y)), y], 1e-12, 1.0)).mean()


def temperature(log_p, y, log_test):
    """Multiply log-probabilities by the best number."""
    best = minimize_scalar(
        lambda log_t: nats(softmax(np.exp(log_t) * log_p, axis=1), y), bounds=(-3, 3)
    )
    return softmax(np.exp(best.x) * log_test, axis=1)


def platt(log_p, y, log_test):
    """Fit a logistic regression on log-probabilities, less that of the last class."""
    columns = [p[:, :-1] - p[:, -1:] for p in (log_p, log_test)]
    model = LogisticRegression(max_iter=5000).fit(columns[0], y)
    return model.predict_proba(columns[1])


def isotonic(log_p, y, log_test):
    """Fit an increasing function to each class, and divide by the sum."""
    k = log_p.shape[1]
    found = [
        IsotonicRegression(out_of_bounds="clip")
        .fit(log_p[:, c], y == c)
        .predict(log_test[:, c])
        for c in range(k)
    ]
    found = np.stack(found, axis=1) + 1e-3  # never a zero, whose nats are infinite
    return found / found.sum(1, keepdims=True)


CALIBRATORS = {"temperature": temperature, "Platt": platt, "isotonic": isotonic}
WORLDS = {
    "binary": two_classes,
    "multiclass": three_classes,
    "multilabel": two_labels,
}

if __name__ == "__main__":
    main()
