"""What a comparison found: tidy frames, and the sentences they support."""

import html
from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.utils import _safe_indexing

from skloss.comparison.standing import standing
from skloss.metrics import METRICS, score_all
from skloss.table import make_preprocessor

__all__ = ["Comparison"]


class Comparison:
    """Losses side by side on the same folds.

    Attributes
    ----------
    task : str
    classes : list or None
        Labels in the order of the ``proba_`` columns.
    folds : DataFrame
        Columns loss, fold, metric, value.
    predictions : DataFrame
        Held-out rows: loss, fold, row, y_true, y_pred, and ``nll`` in nats for
        numbers or ``proba_<class>`` for labels.
    histories : DataFrame
        Columns loss, fold, member, epoch, train, validation.
    splits : list of (ndarray, ndarray)
    stopped : tuple of str
        Losses that were not done when the run was stopped.
    """

    def __init__(
        self,
        *,
        task,
        classes,
        folds,
        predictions,
        histories,
        splits,
        stopped,
        data,
        before=None,
    ):
        self.task = task
        self.classes = classes
        self.folds = folds.reset_index(drop=True)
        self.predictions = predictions
        self.histories = histories
        self.splits = splits
        self.stopped = stopped
        self._data = data
        self._before = before

    @cached_property
    def table(self):
        """Mean and standard error over folds: rows losses, columns (metric, ...)."""
        return _summary(self.folds)

    def winners(self):
        """Loss with the best mean of each metric.

        Returns
        -------
        Series
            Index metric, values loss labels. Metrics that no loss has are left out;
            of equal losses the first one listed stands.
        """
        best = {}
        for metric in self.folds["metric"].unique():
            mean = self.table[metric, "mean"].dropna()
            if len(mean):
                known = METRICS.get(metric)
                greater = True if known is None else known.greater_is_better
                best[metric] = mean.idxmax() if greater else mean.idxmin()
        return pd.Series(best, name="loss", dtype=object).rename_axis("metric")

    def standing(self, metric):
        """Losses on one metric, best first, and whether each gap is more than chance.

        Parameters
        ----------
        metric : str

        Returns
        -------
        DataFrame
            Index loss; columns mean, se, gap to the best, and clear; see
            `skloss.comparison.standing.standing` for how it is judged.
        """
        return standing(self.folds, metric)

    def references(self):
        """Yardsticks on the same splits, computed when first asked for.

        A constant (the mean, or the class frequencies) shows what no input at all
        achieves; gradient boosting at scikit-learn's defaults shows what the table
        allows. They see the rows as the losses do, after the same preprocessing, and
        are not ranked among them.

        Returns
        -------
        DataFrame
            Like `table`, with the rows "constant" and "gradient_boosting".
        """
        return self._references

    @cached_property
    def _references(self):
        numbers = self.task == "regression"
        several = self.task == "multilabel" or np.ndim(self._data[1]) == 2
        if numbers:
            boosting = HistGradientBoostingRegressor(random_state=0)
            constant = DummyRegressor()
            boosting = MultiOutputRegressor(boosting) if several else boosting
        else:
            boosting = HistGradientBoostingClassifier(random_state=0)
            constant = DummyClassifier(strategy="prior")
            boosting = MultiOutputClassifier(boosting) if several else boosting
        models = {"constant": constant, "gradient_boosting": boosting}
        folds = [
            (name, fold, metric, value)
            for name, model in models.items()
            for fold, scores in enumerate(self._score_reference(model))
            for metric, value in scores.items()
        ]
        columns = ["loss", "fold", "metric", "value"]
        summary = _summary(pd.DataFrame(folds, columns=columns))
        kept = [c for c in self.table.columns if c in summary.columns]
        return summary[kept]

    def _score_reference(self, model):
        X, y, weight = self._data
        numbers = self.task == "regression"
        before = self._before
        if before is None and isinstance(X, pd.DataFrame):
            before = make_preprocessor(X)
        if before is not None:
            model = make_pipeline(clone(before), model)
        y = np.asarray(y, dtype=float) if numbers else np.asarray(y)
        held_out = []
        for train, test in self.splits:
            model.fit(_safe_indexing(X, train), y[train])
            X_test = _safe_indexing(X, test)
            proba = None if numbers else _probabilities(model, X_test, self.task)
            held_out.append((test, model.predict(X_test), proba))
        for fold, (test, predicted, proba) in enumerate(held_out):
            nll = None
            if numbers:  # Gaussian noise, its scale from the other folds
                others = [part for k, part in enumerate(held_out) if k != fold]
                squares = [(y[rows] - p) ** 2 for rows, p, _ in others or held_out]
                variance = np.concatenate(squares).mean(0)
                square = (y[test] - predicted) ** 2
                nll = 0.5 * (np.log(2 * np.pi * variance) + square / variance)
                nll = nll if nll.ndim == 1 else nll.sum(1)
            yield score_all(
                self.task,
                y[test],
                predicted,
                y_proba=proba,
                nll=nll,
                classes=self.classes,
                sample_weight=None if weight is None else weight[test],
            )

    def to_html(self, path):
        """Write the comparison as one self-contained HTML page.

        Parameters
        ----------
        path : str or Path
        """
        winners = self.winners()
        head = "".join(
            f"<th>{html.escape(_label(metric))}</th>" for metric in winners.index
        )
        body = ""
        for loss in self.table.index:
            cells = ""
            for metric, winner in winners.items():
                mean, se = self.table.loc[loss, metric][["mean", "se"]]
                mark = " <b>&#9679;</b>" if winner == loss else ""
                cells += f"<td>{mean:.4g} &plusmn; {se:.2g}{mark}</td>"
            body += f"<tr><th scope='row'>{html.escape(str(loss))}</th>{cells}</tr>"
        page = _PAGE.format(
            head=head, body=body, task=html.escape(self.task), folds=len(self.splits)
        )
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)

    def __repr__(self):
        return f"<Comparison of {len(self.table)} losses, {self.task}>\n{self.table}"


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Comparison of losses</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem }}
div {{ overflow-x: auto }} table {{ border-collapse: collapse }}
th, td {{ padding: .4rem .8rem; text-align: right; border-bottom: 1px solid #8884 }}
th[scope] {{ text-align: left }}
</style></head><body>
<h1>Which loss?</h1>
<p>Task: {task}. Mean &plusmn; standard error over {folds} folds; &#9679; marks the best
mean of each column. All losses saw the same folds, initial weights and batches.</p>
<div><table><tr><th></th>{head}</tr>{body}</table></div>
</body></html>
"""


def _label(metric):
    return METRICS[metric].label if metric in METRICS else metric


def _probabilities(model, X, task):
    found = model.predict_proba(X)
    if task != "multilabel":
        return found
    return np.column_stack([p[:, -1] for p in found])


def _summary(folds):
    grouped = folds.groupby(["loss", "metric"], sort=False)["value"]
    frame = pd.DataFrame({"mean": grouped.mean(), "se": grouped.sem()})
    wide = frame.unstack("metric").swaplevel(axis=1)
    losses, metrics = folds["loss"].unique(), folds["metric"].unique()
    columns = pd.MultiIndex.from_product(
        [metrics, ["mean", "se"]], names=["metric", None]
    )
    return wide.reindex(index=pd.Index(losses, name="loss"), columns=columns)
