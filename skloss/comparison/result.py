"""What a comparison found: tidy frames, and the sentences they support."""

import html
from functools import cached_property

import pandas as pd

from skloss.comparison.baselines import score_baselines
from skloss.comparison.ranking import standing
from skloss.metrics import METRICS

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
        Training and held-out rows of each fold, in the caller's numbers. Rows of
        weight 0 are in none.
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
        positions=None,
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
        self._positions = positions  # the splits, as rows of the data
        self._before = before
        self._references = None

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
            `skloss.comparison.ranking.standing` for how it is judged.
        """
        return standing(self.folds, metric)

    def references(self, stop=None):
        """Yardsticks on the same splits, computed when first asked for.

        A constant (the mean, or the class frequencies) shows what no input at all
        achieves; gradient boosting at scikit-learn's defaults shows what the table
        allows. They see the rows and weights as the losses do, after the same
        preprocessing, and are not ranked among them. A sparse table has the constant
        only: scikit-learn's gradient boosting takes dense ones.

        Parameters
        ----------
        stop : callable or None, default None
            Asked before each fit, without arguments; True ends the computation. The
            next call begins anew.

        Returns
        -------
        DataFrame or None
            Like `table`, with the rows "constant" and, unless the table is sparse,
            "gradient_boosting". None if it was stopped.
        """
        if self._references is None:
            folds = score_baselines(
                self.task, self.classes, self._data, self._positions, self._before, stop
            )
            if folds is None:
                return None
            summary = _summary(folds)
            kept = [c for c in self.table.columns if c in summary.columns]
            self._references = summary[kept]
        return self._references

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


def _summary(folds):
    grouped = folds.groupby(["loss", "metric"], sort=False)["value"]
    frame = pd.DataFrame({"mean": grouped.mean(), "se": grouped.sem()})
    wide = frame.unstack("metric").swaplevel(axis=1)
    losses, metrics = folds["loss"].unique(), folds["metric"].unique()
    columns = pd.MultiIndex.from_product(
        [metrics, ["mean", "se"]], names=["metric", None]
    )
    return wide.reindex(index=pd.Index(losses, name="loss"), columns=columns)
