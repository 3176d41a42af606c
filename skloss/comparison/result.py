"""The result of a comparison: tidy frames, and reports made of them."""

from functools import cached_property, partial

import pandas as pd

from skloss import diagnostics, report
from skloss.comparison import ranking
from skloss.comparison.baselines import score_baselines, with_constants
from skloss.comparison.constants import score_constants
from skloss.comparison.recipe import has_pickle
from skloss.comparison.row_scores import HeldOutRows, share_held_out
from skloss.costs import as_cost
from skloss.losses import Loss, get_loss
from skloss.metrics import METRICS

__all__ = ["Comparison"]

# Baselines of a table with this many cells take about a second, on one core.
_CELLS = 100_000


class Comparison:
    """Scores and predictions of several losses on the same folds.

    Returned by `compare_losses`. The parameters, except ``data``, ``before`` and
    ``second``, are also attributes.

    Parameters
    ----------
    recipe : Recipe
        How the comparison was made: losses, estimator, cv, seed, source, versions.
    data : tuple of (X, y, sample_weight)
        What was compared, rows of weight 0 included.
    classes : list or None
        Labels in the order of the ``proba_`` columns.
    folds : DataFrame
        Columns loss, fold, metric, value.
    predictions : DataFrame
        Held-out rows: loss, fold, row, y_true, y_pred, and ``nll`` in nats for
        numbers or ``proba_<class>`` for labels. Of an embedding the columns are
        ``y_pred_0`` and so on, and ``y_true_0`` and so on those of a second view. With
        repeated folds ``repeat`` numbers them. A fold that was stopped early has none.
    histories : DataFrame
        Columns loss, fold, member, epoch, train, validation.
    splits : list of (ndarray, ndarray)
        Training and held-out rows of each fold, as positions in ``X``. Rows of weight 0
        are left out.
    stopped : tuple of str
        Losses whose training was stopped before its end. They are scored in the folds
        with a finished epoch and shown, but never ranked.
    before, second : Pipeline or None, default None
        Unfitted steps before the estimator, and of a second view, which baselines
        share.
    distributions : dict of (str, int) to Predictive, optional
        Distributions of the held-out rows of `predictions`, by loss and fold.
    link_probabilities : DataFrame or None, default None
        Like the columns of probabilities in `predictions`, before they were recovered.
    baselines : DataFrame or None, default None
        Scores of the fitted baselines by fold, of a stored comparison.

    Attributes
    ----------
    task : Task
    target : str
        Name of ``y``, "target" if it has none.
    unit : str
        Unit of the target; empty if it is not known.
    X, y : array-like or DataFrame
    sample_weight : ndarray or None

    Examples
    --------
    >>> from skloss import compare_losses
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame.drop(columns="progression"), frame["progression"]
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3, source="diabetes")
    >>> comparison.target, comparison.unit
    ('progression', 'points')
    >>> list(comparison.recipe.losses)
    ['squared_error', 'absolute_error']
    """

    def __init__(
        self,
        *,
        recipe,
        data,
        classes,
        folds,
        predictions,
        histories,
        splits,
        stopped,
        before=None,
        second=None,
        distributions=None,
        link_probabilities=None,
        baselines=None,
    ):
        self.recipe, self.task, self.classes = recipe, recipe.task, classes
        self.target, self.unit = recipe.target or "target", recipe.unit
        self.X, self.y, self.sample_weight = data
        self.folds = folds.reset_index(drop=True)
        self.predictions, self.histories = predictions, histories
        self.splits, self.stopped = splits, stopped
        self.distributions, self._standings = distributions or {}, {}
        self.link_probabilities = link_probabilities  # NaN where nothing is recovered
        self._before, self._second, self._baselines = before, second, baselines
        self._references = self.baseline_folds = None  # until `references` has run

    @cached_property
    def table(self):
        """Mean and standard error over folds: rows losses, columns (metric, ...)."""
        return ranking.mean_and_error(self.folds)

    def winners(self):
        """Return the loss with the best mean of each metric.

        Returns
        -------
        Series
            Index metric, values loss labels. Losses that were stopped, or have no value
            in some fold, do not win. A metric on which no loss is better than the best
            constant is left out. Of equal losses, the one that is listed first wins.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> comparison = compare_losses(X, y, ["mse", "gaussian_nll"], cv=3)
        >>> comparison.winners()["nll"] in comparison.table.index
        True
        """
        best = {}
        for metric in self.folds["metric"].unique():
            ranked = self.standing(metric)
            if ranked["gap"].notna().any() and report.beats_constant(
                self, metric, ranked["mean"].iloc[0]
            ):
                best[metric] = ranked.index[0]
        return pd.Series(best, name="loss", dtype=object).rename_axis("metric")

    def standing(self, metric):
        """Rank the losses on one metric, with ties.

        Parameters
        ----------
        metric : str

        Returns
        -------
        DataFrame
            Index loss, best first; columns mean, se, gap to the best, and clear
            (whether the loss is clearly worse than the best). Losses that were stopped,
            or have no value in some fold, are left out.

        Raises
        ------
        ValueError
            If the comparison has no such metric.

        Notes
        -----
        A gap is judged by the paired scores of the held-out rows, plus the variance
        between training sets that the folds show, corrected for the training rows that
        they share, and by Holm's method over all gaps:
        `skloss.comparison.ranking.standing` has the rule, its sources and its limits.
        Rows of one of the ``groups`` are not taken as independent. Scorers, and
        metrics without scores by row, are judged by their values by fold.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> compare_losses(X, y, ["mse", "mae"], cv=3).standing("mae").columns.tolist()
        ['mean', 'se', 'gap', 'clear']
        """
        if metric not in self._standings:
            known = self.folds["metric"].unique()
            if metric not in known:
                known = ", ".join(known)
                raise ValueError(f"Unknown metric {metric!r}; choose one of {known}.")
            ranked = self.folds[~self.folds["loss"].isin(self.stopped)]
            by_fold = ranking.values_by_fold(ranked, metric)
            if metric in METRICS and not METRICS[metric].is_ranked:
                return ranking.unranked(by_fold)
            rows = self._held_out.score(metric, by_fold) if len(by_fold.T) > 1 else None
            args = by_fold, metric, rows, share_held_out(self.splits)
            self._standings[metric] = ranking.standing(*args)
        return self._standings[metric].copy()

    @cached_property
    def _held_out(self):
        return HeldOutRows.of(self)

    def __copy__(self):
        """Return a comparison whose derived tables are made again when needed."""
        copied = object.__new__(type(self))
        derived = ("table", "_held_out", "_script", "_constants", "no_skill")
        kept = {name: v for name, v in vars(self).items() if name not in derived}
        none = dict.fromkeys(("_references", "_baselines", "baseline_folds"))
        vars(copied).update(kept | none | {"_standings": {}})
        return copied

    def references(self, stop=None, on_progress=None):
        """Score baselines on the same splits, computed on the first call.

        A constant shows what can be achieved without any input. It is the best one for
        each metric: the mean for RMSE, the median for MAE, the better of a Gaussian and
        a Laplace noise model for NLL, the class frequencies for probabilities and a
        single class for decisions. A linear model (scikit-learn's `Ridge` or
        `LogisticRegression` on standardised columns) and gradient boosting at its
        defaults show what the table allows. They use the rows, weights and the
        preprocessing of the losses, and are not ranked. A sparse table has no gradient
        boosting, because scikit-learn's requires a dense one.

        For embeddings the constant is one point, as good as a random order. Labels have
        the standardised columns, PCA, LDA and, up to 5,000 training rows, NCA; two
        views have CCA, judged by the likelihood of the second view given the first.

        Parameters
        ----------
        stop : callable or None, default None
            Called before each fit; True ends the computation, and the next call
            starts again.
        on_progress : callable or None, default None
            Called with the table so far, before a slow baseline is fitted.

        Returns
        -------
        DataFrame or None
            Like `table`, with a row for each baseline that could be fitted, of those
            in ``task.baselines``. None if it was stopped.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> compare_losses(X, y, "mse", cv=3).references().index.tolist()
        ['constant', 'linear_model', 'gradient_boosting']
        """
        if self._references is None:
            data = self.X, self.y, self.sample_weight
            how = self.splits, self._before, self._second, stop, *self._scored
            summed_up = partial(with_constants, self._constants, self.table.columns)
            report = on_progress and (lambda folds: on_progress(summed_up(folds)[1]))
            folds = self._baselines  # of a stored comparison
            if folds is None:
                folds = score_baselines(self.task, self.classes, data, *how, report)
            if folds is None:
                return None
            self.baseline_folds, self._references = summed_up(folds)
        return self._references

    @cached_property
    def _constants(self):
        rows = self.y, self.sample_weight, self.splits
        return score_constants(self.task, self.classes, *rows, *self._scored)

    @property
    def _scored(self):
        cost = None if self.recipe.cost is None else as_cost(self.recipe.cost)
        return cost, self.folds["metric"].unique()

    @cached_property
    def no_skill(self):
        """Mean score of the best constant: a Series by metric, empty without splits."""
        if not len(self.splits):
            return pd.Series(dtype=float)
        return self._constants.groupby("metric", sort=False)["value"].mean()

    @property
    def baselines(self):
        """What `references` has computed so far: its table, or None."""
        return self._references

    @cached_property
    def losses(self):
        """The losses by label, as given; contenders are left out."""
        return {
            label: get_loss(one)
            for label, one in self.recipe.losses.items()
            if isinstance(one, (str, Loss)) or callable(one)
        }

    def checks(self):
        """Run the checks of `skloss.diagnostics` on the comparison.

        Baselines are computed first if the table has at most 100,000 cells, which
        takes about a second; on a larger one, call `references` before.

        Returns
        -------
        DataFrame
            Columns code, severity, loss, finding, evidence and remedy, the most
            serious findings first.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
        >>> len(comparison.checks())
        0
        """
        n_cells = self.recipe.n_rows * self.recipe.n_features
        if self.baselines is None and len(self.splits) and n_cells <= _CELLS:
            self.references()
        return diagnostics.run_checks(self)

    def summary(self):
        """Summarise the comparison in plain sentences.

        Returns
        -------
        str

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> "MAE" in compare_losses(X, y, ["mse", "mae"], cv=3).summary()
        True
        """
        return report.summary(self)

    def script(self):
        """Write the Python script that repeats the comparison.

        Returns
        -------
        str
            Run in a fresh process, it gives the same `table` if ``source`` is a
            sample or a file that ``X`` and ``y`` can be read from, and if every loss,
            estimator and splitter can be written as an expression. Otherwise it
            begins with a marked line such as ``X, y = ...`` and a sentence on what to
            fill in. It always compiles.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> print(compare_losses(X, y, ["mse", "mae"], cv=3).script().splitlines()[0])
        X, y = ...
        """
        return self._script

    @cached_property
    def _script(self):
        return report.script(self)  # which reads the source, once

    def to_html(self, path):
        """Write the comparison as one self-contained HTML page.

        The page needs neither a network nor other files. It shows the summary, the
        losses by metrics, baselines if they have been computed, figures, and how the
        comparison was made.

        Parameters
        ----------
        path : str or Path

        Raises
        ------
        ImportError
            If jinja2 or plotly is not installed.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import compare_losses
        >>> X, y = load_diabetes(return_X_y=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "report.html")
        ...     compare_losses(X, y, ["mse", "mae"], cv=3).to_html(path)
        ...     path.exists()
        True
        """
        report.write_html(self, path)

    def __getstate__(self):
        # The noise model of a custom loss may hold a function, which has no pickle.
        kept = {k: one for k, one in self.distributions.items() if has_pickle(one)}
        return vars(self) | {"distributions": kept}

    def _repr_html_(self):
        return report.html_table(self)

    def __repr__(self):
        return f"<Comparison of {len(self.table)} losses, {self.task}>\n{self.table}"
