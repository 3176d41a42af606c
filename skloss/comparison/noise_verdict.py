"""Which noise model fits a table: `noise_verdict`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from skloss.comparison.candidate_scores import candidate_scores
from skloss.comparison.evaluation import other_folds, predict
from skloss.comparison.folds import Folds
from skloss.comparison.ranking import mean_gaps
from skloss.comparison.row_scores import RowScores
from skloss.comparison.setup import set_up_comparison
from skloss.comparison.stopping import StoppedError
from skloss.comparison.weights import keep_rows, weight_of_rows
from skloss.noise import GoodnessOfFit, goodness_of_fit
from skloss.noise.candidates import candidates_for
from skloss.noise.decision import Gap, judge
from skloss.noise.residual_comparison import sentence
from skloss.noise.rounding import rounding_step
from skloss.tasks.target import as_vector
from skloss.training import isolated

__all__ = ["NoiseVerdict", "noise_verdict"]

# Coverage of the intervals: a candidate is clearly better at a one-sided level of 5%.
# The variance between training sets is overestimated, and an answer is wrong only if it
# is 0.02 nats worse than the truth: ``benchmarks/verdict.py`` counts how often.
_COVERAGE = 0.9


@dataclass(frozen=True)
class NoiseVerdict:
    """Which noise model fits a table, by held-out log score.

    Parameters
    ----------
    winner : str
        A candidate, or "undecided".
    fits : GoodnessOfFit
        Whether the winner, or the best candidate, describes the noise: ``p_value`` of
        the test that its PIT is uniform, and ``departure`` in nats per row.
    nats : Series
        Held-out log score per row of each candidate, best first; higher is better.
        Log-densities in units of the target, or log-probabilities of rounding cells.
    gap : float
        Nats per row by which the winner, or the best candidate, is ahead of the closest
        other one. NaN for a single candidate.
    interval : tuple of float
        90% interval of ``gap``.
    rows_needed : int or None
        Rows that would decide; None if it is decided.
    step : float
        To which the target is rounded; 0 if it is not.
    text : str
        The verdict in one sentence.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import TorchRegressor, noise_verdict
    >>> X, noise = np.random.default_rng(0).normal(size=(2, 600))
    >>> linear = TorchRegressor(hidden_layer_sizes=())
    >>> found = noise_verdict(
    ...     X[:, None], X + noise, ["gaussian", "laplace"], estimator=linear
    ... )
    >>> found.winner, found.interval[0] > 0, bool(found.fits)
    ('gaussian', True, True)
    """

    winner: str
    fits: GoodnessOfFit
    nats: pd.Series
    gap: float
    interval: tuple[float, float]
    rows_needed: int | None
    step: float
    text: str


def noise_verdict(
    X,
    y,
    candidates=None,
    *,
    cv=None,
    groups=None,
    sample_weight=None,
    estimator=None,
    random_state=0,
    on_epoch=None,
):
    """Find the noise model that fits a table best, by cross-validation.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        Numerical target.
    candidates : str or list of str, optional
        By default "gaussian", "laplace" and "student_t", and each with
        "_heteroscedastic", whose scale differs from row to row. Positive targets may
        also be "log_normal" and "gamma", counts "poisson" and "negative_binomial".
    cv : int, cross-validator or iterable of splits, optional
        An integer means shuffled folds. By default 20 folds up to 1,000 rows, 10 up to
        10,000 and 5 beyond: more folds show more of the variance between training sets,
        so that the verdict on a small table is less often "undecided".
    groups : array-like of shape (n_samples,), optional
        Rows of one group stay in one fold and are not taken as independent.
    sample_weight : array-like of shape (n_samples,), optional
        Weights for fitting and for scoring. A row of weight 0 is dropped; a common
        factor of the weights has no effect.
    estimator : TorchRegressor or Pipeline that ends in one, optional
        Used unchanged, except for its loss; by default as in `compare_losses`.
    random_state : int, default 0
        Seed of shuffled folds, and of an estimator whose ``random_state`` is None.
    on_epoch : callable, optional
        Called with the progress of the training, as in `compare_losses`. Returning True
        stops it with an error, since a verdict requires trained models.

    Returns
    -------
    NoiseVerdict

    Raises
    ------
    ValueError
        If a candidate is unknown or cannot describe the targets, if there are several
        targets, or if a row is held out in all folds.
    RuntimeError
        If ``on_epoch`` stopped the training.

    Notes
    -----
    Every candidate has a fit of its own. Candidates of constant scale learn a location
    by the loss that belongs to them, and take their scale (and the degrees of freedom
    of Student's t) by maximum likelihood from the held-out residuals of the other
    folds. Heteroscedastic candidates are trained by their likelihood, and one factor on
    their scales comes from the same rows.

    Candidates are compared by their log scores of the same held-out rows. A candidate
    wins if it is clearly better than the others: 90% intervals of the differences, from
    the variance between rows and that between training sets, lie above 0. A candidate
    that is a special case of a richer one is preferred to it, unless the richer one is
    clearly better or may be better by 0.02 nats per row. Below 200 rows, and where
    nothing is clear, the verdict is "undecided".

    If targets are rounded, a score is the log-probability of the rounding cell: a
    density could grow without limit there.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import TorchRegressor, noise_verdict
    >>> x = np.random.default_rng(0).normal(size=(400, 1))
    >>> y = np.random.default_rng(1).poisson(np.exp(x[:, 0]))
    >>> linear = TorchRegressor(hidden_layer_sizes=())
    >>> found = noise_verdict(x, y, ["poisson", "gaussian"], cv=5, estimator=linear)
    >>> found.winner
    'poisson'
    """
    try:
        y = np.asarray(as_vector(y), dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"y holds values that are not numbers ({error}); a noise verdict is on a "
            "target of numbers."
        ) from error
    if y.ndim != 1:
        raise ValueError(
            f"y has shape {y.shape}; a noise verdict is on one target at a time."
        )
    weight = weight_of_rows(X, y, sample_weight)
    if groups is not None and len(groups) != len(y):
        raise ValueError(f"groups has {len(groups)} values, but y has {len(y)} rows.")
    kept = keep_rows(X, y, weight, groups, cv)
    X, y, weight, groups, cv = kept.X, kept.y, kept.weight, kept.groups, kept.cv
    if not np.isfinite(y).all():
        raise ValueError("y has values that are missing or infinite; drop these rows.")
    step = rounding_step(y)
    named = candidates_for(candidates, y)
    if any(one.targets == "counts" for one in named.values()):
        step = 1.0  # the probability of a count is that of a cell of this width
    n_units = len(y) if groups is None else len(np.unique(np.asarray(groups)))
    cv = _default_folds(n_units) if cv is None else cv
    how = estimator, cv, groups, random_state
    rows = _HeldOut(X, y, weight, how, on_epoch)
    for is_logarithmic in (False, True):
        own = (c for c in named.values() if c.is_logarithmic == is_logarithmic)
        rows.fit(list(dict.fromkeys(c.loss for c in own)), is_logarithmic)
    scored = {name: candidate_scores(rows, one, step) for name, one in named.items()}
    scores = {name: score for name, (score, *_) in scored.items()}
    means = {name: rows.mean(score) for name, score in scores.items()}
    found = judge(means, lambda a, b: rows.gap(scores[a], scores[b]), n_units)
    _, low, high = scored[found.leader]
    fits = goodness_of_fit(low, high if step else None, rows.frequency)
    return NoiseVerdict(
        winner=found.winner,
        fits=fits,
        nats=pd.Series(means, name="nats").sort_values(ascending=False),
        gap=found.gap.mean,
        interval=found.gap.interval,
        rows_needed=found.rows_needed,
        step=step,
        text=sentence(found, fits, len(y), step, _COVERAGE),
    )


def _default_folds(n_rows):
    """Return the number of folds, which hold two rows or more."""
    most = 20 if n_rows <= 1000 else 10 if n_rows <= 10_000 else 5
    return max(min(most, n_rows // 2), 2)


class _HeldOut:
    """Held-out predictions of any loss on the same folds, and differences of scores."""

    def __init__(self, X, y, weight, how, on_epoch):
        self._args = X, weight, how
        self._on_epoch, self._is_stopped = on_epoch, False
        self._values = y
        #: Location and what is stated of the noise, by loss and whether of log(y).
        self.outputs = {}

    def fit(self, losses, is_logarithmic):
        """Train models of all losses in all folds, as one stack."""
        if not losses:
            return
        X, weight, (estimator, cv, groups, random_state) = self._args
        y = np.log(self._values) if is_logarithmic else self._values
        setup = set_up_comparison(
            X, y, losses, estimator, "regression", cv, groups, random_state
        )
        if setup.estimator.n_members == "auto":
            # A mixture of several networks has heavier tails than the noise model of
            # each: the verdict would be on the mixture.
            setup.estimator.set_params(n_members=1)
        self._take_rows(setup.splits, weight, groups)
        callback = None if self._on_epoch is None else self._report
        found = {loss: [] for loss in losses}
        folds = Folds(setup, X, y, weight, own_scale=False)
        for results in folds.laid_out():
            folds.train(results, callback)
            if self._is_stopped:
                raise StoppedError("The noise verdict was stopped during the training.")
            with isolated():
                predict(setup.task, results, y)
            for result in folds.forget(results):
                found[result.label].append((result.y_pred, result.parameters))
        for loss, parts in found.items():
            location = np.concatenate([one for one, _ in parts]).astype(float)
            parameters = {
                name: np.concatenate([one[name] for _, one in parts], axis=1)
                for name, value in parts[0][1].items()
                if np.ndim(value) > 1
            }
            self.outputs[loss, is_logarithmic] = location, parameters

    def _report(self, progress):
        """Pass a `Progress` on, and remember whether the caller stops the training."""
        self._is_stopped = self._is_stopped or bool(self._on_epoch(progress))
        return self._is_stopped

    def _take_rows(self, splits, weight, groups):
        """Set the held-out rows, one fold after another."""
        self.others = other_folds(splits)
        if not all(map(np.any, self.others)):
            raise ValueError(
                "cv holds out the same rows in every fold; a noise verdict needs 2 "
                "folds or more."
            )
        tests = [test for _, test in splits]
        row = np.concatenate(tests)
        self.fold = np.repeat(np.arange(len(tests)), list(map(len, tests)))
        self.y = self._values[row]
        self.weight = np.ones(len(row)) if weight is None else weight[row]
        cluster = pd.factorize(row if groups is None else np.asarray(groups)[row])[0]
        in_fold = pd.factorize(self.fold * (cluster.max() + 1) + cluster)[0]
        self._places = self.fold, cluster, in_fold, self.weight
        self._test_share = np.mean([len(b) / len(a) for a, b in splits])

    def mean(self, score):
        """Return the mean over folds of the mean of each."""
        return float(np.mean(self._by_fold(score)))

    def gap(self, first, second):
        """Return the difference of two scores with its interval."""
        difference = first - second
        rows = RowScores(difference[:, None], *self._places)
        by_fold = self._by_fold(difference)
        variance, freedom = mean_gaps(by_fold[:, None], rows, self._test_share)
        mean, error = float(by_fold.mean()), float(np.sqrt(variance[0]))
        quantile = float(stats.t.ppf(0.5 + _COVERAGE / 2, freedom[0]))
        width = quantile * error if error else 0.0  # of equal scores
        return Gap(mean, error, mean - width, mean + width)

    @property
    def frequency(self):
        """Weights whose sum is the number of equal rows with as much information.

        That is (sum w)^2 / sum w^2, after Kish (1965), "Survey sampling".
        """
        return self.weight * self.weight.sum() / (self.weight**2).sum()

    def _by_fold(self, score):
        total = np.bincount(self.fold, self.weight * score)
        return total / np.bincount(self.fold, self.weight)
