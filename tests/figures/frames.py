"""Small seeded frames in the form of a Comparison, for the tests of figures."""

import itertools

import numpy as np
import pandas as pd

from skloss import figures, metrics

LOSSES = ["squared_error", "absolute_error", "huber"]


def histories(losses=LOSSES, n_epochs=30, validation=True):
    epoch = np.arange(1, n_epochs + 1)
    frames = [
        pd.DataFrame(
            {
                "loss": loss,
                "fold": fold,
                "member": member,
                "epoch": epoch,
                "train": 1 / epoch + fold,
                "validation": 2 / epoch + fold if validation else np.nan,
            }
        )
        for loss, fold, member in itertools.product(losses, range(3), range(2))
    ]
    return pd.concat(frames, ignore_index=True)


def folds(losses=LOSSES):
    rows = itertools.product(losses, range(4), ["rmse", "mae", "r2"])
    frame = pd.DataFrame(rows, columns=["loss", "fold", "metric"])
    return frame.assign(value=np.arange(len(frame), dtype=float))


def regression(losses=LOSSES, n_rows=400):
    rng = np.random.default_rng(0)
    truth = rng.normal(100, 20, n_rows)
    frames = [
        pd.DataFrame(
            {
                "loss": loss,
                "fold": np.arange(n_rows) % 5,
                "row": np.arange(n_rows),
                "y_true": truth,
                "y_pred": truth - rng.laplace(scale=5, size=n_rows),
            }
        )
        for loss in losses
    ]
    return pd.concat(frames, ignore_index=True)


def classification(losses=LOSSES, positive="yes", n_rows=400):
    rng = np.random.default_rng(0)
    truth = rng.random(n_rows) < 0.1
    frames = []
    for loss in losses:
        score = 1 / (1 + np.exp(2 - rng.normal(size=n_rows) - 2 * truth))
        labels = np.array(["no", positive])
        frame = {
            "loss": loss,
            "fold": 0,
            "row": np.arange(n_rows),
            "y_true": labels[truth.astype(int)],
            "y_pred": labels[(score > 0.5).astype(int)],
            "proba_no": 1 - score,
            f"proba_{positive}": score,
        }
        frames.append(pd.DataFrame(frame))
    return pd.concat(frames, ignore_index=True)


def every_figure(losses=LOSSES, positive="yes", target="height", unit="cm"):
    scores = classification(losses, positive)
    first = scores[scores["loss"] == losses[0]]
    table = metrics.threshold_table(
        first["y_true"], first[f"proba_{positive}"], positive
    )
    counts = metrics.confusion(first["y_true"], first["y_pred"])
    predictions = regression(losses)
    return {
        "learning": figures.learning_curves(histories(losses)),
        "learning of one": figures.learning_curves(histories(losses[:1])),
        "folds": figures.fold_scores(folds(losses), "mae", unit),
        "truth": figures.prediction_vs_truth(predictions, target, unit),
        "histogram": figures.residual_histogram(predictions, losses[0], unit),
        "log histogram": figures.residual_histogram(
            predictions, losses[0], unit, log_density=True
        ),
        "qq": figures.residual_qq(predictions, losses[0], unit),
        "confusion": figures.confusion_matrix(counts, losses[0]),
        "precision": figures.precision_recall_curves(scores, positive),
        "roc": figures.roc_curves(scores, positive),
        "threshold": figures.threshold_curve(table, 0.3, losses[0]),
    }
