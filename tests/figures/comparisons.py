"""Small seeded comparisons with the public attributes that figures read."""

import functools
import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss import costs, figures
from skloss.figures.flagging import flagging
from skloss.noise import FAMILIES, Predictive
from skloss.tasks import as_task
from tests.figures.embeddings import of_labels

LOSSES = ["squared_error", "absolute_error", "huber"]


def histories(losses=LOSSES, n_epochs=30, validation=True):
    """Two members in three folds: 1 / epoch + fold, and 2 / epoch + fold."""
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


def folds(losses=LOSSES, metrics=("rmse", "mae", "r2")):
    """Scores 0, 1, 2, ... over losses, then four folds, then metrics."""
    rows = itertools.product(losses, range(4), metrics)
    frame = pd.DataFrame(rows, columns=["loss", "fold", "metric"])
    return frame.assign(value=np.arange(len(frame), dtype=float))


def numbers(losses=LOSSES, n_rows=400):
    """Predictions of a regression with Laplace noise of scale 5."""
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


def classes(losses=LOSSES, positive="yes", n_rows=400):
    """Predictions of a class that a tenth of the rows have."""
    rng = np.random.default_rng(0)
    truth = rng.random(n_rows) < 0.1
    labels = np.array(["no", positive])
    frames = []
    for loss in losses:
        score = 1 / (1 + np.exp(2 - rng.normal(size=n_rows) - 2 * truth))
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


def comparison_of(predictions=None, *, task="regression", losses=LOSSES, **values):
    """Return the public attributes of a comparison; frames can be replaced."""
    defaults = {
        "task": as_task(task),
        "target": "height",
        "unit": "",
        "classes": None,
        "folds": folds(losses),
        "histories": histories(losses),
        "predictions": predictions,
        "stopped": (),
        "sample_weight": None,
        "link_probabilities": None,
        "standing": lambda metric: standing(losses),
        "X": np.random.default_rng(1).normal(size=(400, 2)),
    }
    return SimpleNamespace(**defaults | values)


def of_numbers(predictions, **values):
    """Return a regression of the losses in its predictions."""
    losses = predictions["loss"].unique()
    return comparison_of(predictions, losses=losses, **values)


def of_classes(predictions, **values):
    """Return a classification of the losses in its predictions."""
    losses = predictions["loss"].unique()
    return comparison_of(predictions, **{"task": "binary", "losses": losses} | values)


def decided(truth, given, known=None):
    """Return a classification by one loss, "focal", from true and predicted classes."""
    frame = pd.DataFrame({"loss": "focal", "y_true": truth, "y_pred": given})
    known = sorted(set(truth) | set(given)) if known is None else known
    return of_classes(frame, classes=known)


@functools.cache
def known_figures():
    """Return every figure, drawn once, of a class whose name is HTML."""
    return every_figure(positive="<yes>")


def every_figure(losses=LOSSES, positive="yes", target="height", unit="cm"):
    """Return every figure by name, drawn of losses and names that can be chosen."""
    regression = of_numbers(numbers(losses), target=target, unit=unit)
    labels = of_classes(classes(losses, positive), classes=["no", positive])
    prices = priced(regression, costs.Linear(under=9, over=1))
    stakes = priced(labels, costs.binary(1.0, 9.0))
    single = comparison_of(histories=histories(losses[:1]), losses=losses[:1])
    first = losses[0]
    placed = of_labels(dim=3, loss=first, first=positive)
    return {
        "learning": figures.learning_curves(regression),
        "learning of one": figures.learning_curves(single),
        "fits": figures.fits(regression),
        "fits of classes": figures.fits(labels),
        "folds": figures.fold_scores(regression, "mae"),
        "scores": figures.scores(regression, "mae", baselines()),
        "class reliability": figures.class_reliability(labels, positive),
        "recovered": figures.recovered_reliability(labels, first, positive),
        "flagging": flagging(labels, first, positive, 20).figure,
        "murphy": figures.murphy(regression, functional="quantile", level=0.7),
        "truth": figures.prediction_vs_truth(regression),
        "histogram": figures.residual_histogram(regression, first),
        "log histogram": figures.residual_histogram(
            regression, first, log_density=True
        ),
        "qq": figures.residual_qq(regression, first),
        "pit": figures.residual_pit(regression, first),
        "spread": figures.residual_spread(regression, first),
        "confusion": figures.confusion_matrix(labels, first),
        "precision": figures.precision_recall_curves(labels, positive),
        "roc": figures.roc_curves(labels, positive),
        "threshold": figures.threshold_curve(labels, first, positive, 0.3),
        "decision": figures.decision(prices, first, 7),
        "class decision": figures.class_decision(stakes, first, 7),
        "decision costs": figures.decision_costs(prices, ranked(losses)),
        "embedding": figures.embedding_scatter(placed, first),
        "similarity": figures.similarity_matrix(placed, first),
        "recall": figures.recall_at_k(placed),
    }


def standing(losses=LOSSES):
    """Return means 1, 2, 3, ..., of which the last alone is clearly worse."""
    mean = np.arange(1.0, len(losses) + 1)
    frame = pd.DataFrame({"mean": mean, "se": mean / 10}, index=list(losses))
    last = np.arange(len(losses)) == len(losses) - 1
    return frame.assign(gap=mean - 1, clear=last & (mean > 1))


def baselines():
    """Return the scores of two baselines: 4 and 5."""
    columns = pd.MultiIndex.from_product([["mae"], ["mean", "se"]])
    return pd.DataFrame([[4.0, 0.1], [5.0, 0.1]], ["constant", "<linear>"], columns)


def priced(comparison, cost):
    """Return a comparison with a cost; numbers are Laplace of scale 5 in every row."""
    distributions = {}
    if comparison.task.has_numbers:
        for key, rows in comparison.predictions.groupby(["loss", "fold"]):
            loc = rows["y_pred"].to_numpy()[None]
            distributions[key] = Predictive(
                FAMILIES["laplace"], {"loc": loc, "scale": 5.0}
            )
    comparison.recipe = SimpleNamespace(cost=cost)
    comparison.y = comparison.predictions["y_true"]
    comparison.distributions = distributions
    return comparison


def ranked(losses=LOSSES):
    """Return costs 1, 2, 3, ... of losses, decided before predicted, each ± 0.5."""
    rows = [(loss, way) for loss in losses for way in ("decided", "predicted")]
    mean = np.arange(1.0, len(rows) + 1)
    frame = pd.DataFrame(rows, columns=["loss", "way"])
    frame = frame.assign(trained=frame["loss"] == losses[-1], mean=mean)
    frame = frame.assign(low=mean - 0.5, high=mean + 0.5, gap=mean - 1)
    return frame.assign(gap_low=mean - 1.25, gap_high=mean - 0.75)


def caption_of(figure):
    """Return the caption of a figure."""
    return figure.layout.meta["caption"]


def message_of(figure):
    """Return the sentence that stands in place of data."""
    return figure.layout.annotations[0].text.replace("<br>", " ")


def named(figure):
    """Return the traces of the legend by name."""
    return {
        trace.name: trace
        for trace in figure.data
        if trace.name and trace.showlegend is None
    }
