"""Regression with any loss: a prediction, a distribution, quantiles and intervals."""

import copy

import numpy as np
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from skloss.estimators.base import TorchEstimator
from skloss.estimators.callbacks import with_callbacks
from skloss.estimators.conformal import (
    cross_interval,
    refit,
    split_interval,
    warn_of_seen_rows,
)
from skloss.estimators.fitted import FittedNumbers
from skloss.estimators.parameters import documented
from skloss.estimators.rows import check_inputs
from skloss.estimators.targets import NumberTargets
from skloss.losses.contract.ranges import as_numbers
from skloss.training import isolated

__all__ = ["TorchRegressor"]


@documented
class TorchRegressor(MultiOutputMixin, RegressorMixin, TorchEstimator):
    """Neural network or linear regression with any loss.

    The loss decides what is predicted: squared error the mean, absolute error the
    median, ``quantile`` a quantile; ``gaussian_nll`` and ``laplace_nll`` a distribution
    for each row. Inputs and, where the loss allows it, targets are standardised
    internally; every output is in the units of ``y``.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable, default "squared_error"
        A name in `skloss.list_losses`, or an instance with parameters. A grid search
        over ``loss__delta`` needs an instance (``Huber()``), because a string has no
        parameters.
    {parameters}

    Attributes
    ----------
    loss_ : Loss
        Fitted copy of the loss, in units of ``y``.
    network_ : torch.nn.Module
        Network from raw columns to raw scores, in standardised units of ``y``.
    history_ : DataFrame
        One row per member and epoch: training and validation loss, in standardised
        units.
    loss_curve_ : list of float
        Training loss of the first member after each epoch. Like ``history_``, it
        continues with `partial_fit` and ``warm_start``.
    coef_ : ndarray of shape (n_features,) or (n_targets, n_features)
        Coefficients of a linear model, in units of ``X`` and ``y``: the change of the
        prediction, or of its logarithm for a loss with a log link, per unit of a
        column. A loss with several outputs per target has the coefficients of the
        location.
    intercept_ : float or ndarray of shape (n_targets,)
        Intercept of a linear model: the prediction, or its logarithm, where all
        columns are 0.
    n_iter_ : int
        Epochs or iterations of the longest member in the last call of `fit` or
        `partial_fit`.
    scale_source_ : str
        Rows that the scale of the implied noise comes from: "validation rows";
        "cross-fitted rows" of a network that was not stopped on validation rows, each
        predicted by a refit to other folds; or "training rows" of a linear model,
        corrected for its degrees of freedom, and of `partial_fit`. "head" if the loss
        predicts it; on rows as above, a factor and a power on it are then fitted.
        "none" if the loss implies no noise.
    n_features_in_ : int
        Columns of ``X``.
    feature_names_in_ : ndarray of str
        Names of the columns, if ``X`` had any.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import TorchRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = TorchRegressor("absolute_error", hidden_layer_sizes=()).fit(X, y)
    >>> model.predict(X[:2]).round()
    array([204.,  75.])
    """

    _targets, _model = NumberTargets, FittedNumbers

    @with_callbacks
    def partial_fit(self, X, y, sample_weight=None):
        """Learn from more rows: one epoch of Adam over them.

        The first rows decide how inputs and targets are standardised: while the calls
        have passed fewer than 256 rows, the estimator keeps them, and learns again from
        all of them whenever their number has doubled. Later rows that lie far outside
        their range cause a warning.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = TorchRegressor(random_state=0)
        >>> for chunk in range(0, 442, 100):
        ...     rows = slice(chunk, chunk + 100)
        ...     model = model.partial_fit(X[rows], y[rows])
        >>> model.predict(X).shape
        (442,)
        """
        fitted = vars(self).get("_fitted")
        return self._learn(X, y, sample_weight, fitted, one_epoch=True)

    def predict(self, X):
        """Predict what the loss elicits: mean, median, quantile, ...

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            In units of ``y``.

        Examples
        --------
        Squared error elicits the mean, absolute error the median:

        >>> from skloss import TorchRegressor
        >>> X, y = [[0.0], [0.0], [0.0]], [1.0, 2.0, 9.0]
        >>> for loss in ("squared_error", "absolute_error"):
        ...     model = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
        ...     print(model.predict([[0.0]]).round(3))
        [4.]
        [2.]
        """
        with isolated():
            model, raw = self._scored(X)
            return model.predict(raw)

    def score(self, X, y, sample_weight=None):
        """Coefficient of determination R2 of `predict`.

        R2 compares squared errors with those of the mean of ``y``, so that the best
        prediction is the mean. A loss that elicits something else (absolute error the
        median, ``quantile`` a quantile) has a smaller R2 on skewed targets, below 0 for
        a high quantile, though its prediction may be right; compare such losses by what
        they elicit, or by `skloss.metrics.log_score_scorer`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        float
            At most 1; the mean over targets if there are several.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import TorchRegressor
        >>> X = np.zeros((100, 1))
        >>> y = np.exp(np.linspace(-2, 2, 100))
        >>> for loss in ("squared_error", "absolute_error"):
        ...     model = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
        ...     print(f"{model.score(X, y):.2f}")
        0.00
        -0.19
        """
        return super().score(X, y, sample_weight)

    def predict_distribution(self, X):
        """Predict the distribution of each row's target.

        Likelihood losses predict it; other losses imply one of constant shape around
        their prediction (squared error Gaussian, absolute error Laplace, ...), whose
        scale comes from the rows that ``scale_source_`` names. Linear models with such
        a loss include the variance of their coefficients; after squared error the
        distribution is the Student t of least squares.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        skloss.noise.Predictive
            With the methods of a frozen `scipy.stats` distribution: ``logpdf``,
            ``cdf``, ``ppf``, ``mean``, ``std``, ``interval`` and ``rvs``; of shape
            (n_samples,) or (n_samples, n_targets), in units of ``y``.

        Raises
        ------
        ValueError
            If the loss implies no distribution.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = TorchRegressor(hidden_layer_sizes=()).fit(X, y)
        >>> noise = model.predict_distribution(X[:3])
        >>> noise.mean().round(), noise.std().round()
        (array([206.,  68., 177.]), array([55., 55., 55.]))
        """
        with isolated():
            model, raw = self._scored(X)
            return model.distribution(raw, check_inputs(self, X))

    def predict_quantiles(self, X, quantiles):
        """Predict quantiles of each row's target; they never cross.

        They are those of `predict_distribution`. ``multi_quantile`` predicts some
        quantiles directly; levels between them are interpolated.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        quantiles : float or array-like of shape (n_quantiles,)
            Levels between 0 and 1.

        Returns
        -------
        ndarray of shape (n_samples, n_quantiles) or (n_samples, n_targets, n_quantiles)
            In the order of ``quantiles`` and in units of ``y``.

        Raises
        ------
        ValueError
            If a level is not between 0 and 1, or the loss does not predict it.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = TorchRegressor("laplace_nll", random_state=0).fit(X, y)
        >>> model.predict_quantiles(X, [0.1, 0.5, 0.9]).shape
        (442, 3)
        """
        levels = as_numbers(quantiles)
        if (
            levels is None
            or not levels.size
            or levels.ndim > 1
            or not ((levels > 0) & (levels < 1)).all()
        ):
            raise ValueError(
                f"quantiles must lie between 0 and 1, got {quantiles!r}; "
                "0.9 is the value that nine of ten targets are below."
            )
        with isolated():
            model, raw = self._scored(X)
            return model.quantiles(raw, np.atleast_1d(levels), check_inputs(self, X))

    def predict_interval(self, X, coverage=0.9, conformal=False):
        """Predict the central interval that contains the target with a probability.

        Without ``conformal`` it is that of `predict_distribution`, and right where the
        noise model is right. Conformal intervals have a guarantee whatever the noise,
        on average over rows that are exchangeable with those used, one target at a
        time, without regard to weights.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        coverage : float, default 0.9
            Probability of the interval; half of the rest lies on either side.
        conformal : False, True or (X_cal, y_cal), default False
            (X_cal, y_cal): split-conformal intervals from n calibration rows, of which
            `fit` used none, neither to train nor to stop. Coverage is at least
            ``coverage``, and below ``coverage + 1 / (n + 1)`` if no scores are tied.

            True: cross-conformal intervals (CV+) from refits on five folds of the
            training rows, which the first call makes, and stores with the estimator.
            Coverage is about ``coverage`` in practice; the guarantee is 1 - 2 alpha,
            where alpha is ``1 - coverage``, less at most sqrt(2 / n). Training rows are
            not pickled: make this call once before pickling.

        Returns
        -------
        ndarray of shape (n_samples, 2) or (n_samples, n_targets, 2)
            Lower and upper end, in units of ``y``; infinite where there are fewer than
            coverage / (1 - coverage) conformal scores.

        Raises
        ------
        ValueError
            If ``coverage`` is not between 0 and 1, the loss does not predict the
            quantiles at its ends, calibration rows do not match the training rows, or
            the training rows that refits require are not there.

        Notes
        -----
        Scores are absolute residuals for a loss that implies noise of constant scale
        (squared and absolute error, Huber, ...) or no noise model; distances from the
        median in units of the predicted half-width for one that predicts the scale
        (``gaussian_nll``, ...); and those of conformalised quantile regression
        otherwise (quantiles, counts, positive amounts).

        References
        ----------
        Lei et al. (2018), doi:10.1080/01621459.2017.1307116; Romano et al. (2019),
        arXiv:1905.03222; Barber et al. (2021), doi:10.1214/20-AOS1965.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = TorchRegressor("gaussian_nll", random_state=0).fit(X, y)
        >>> low, high = model.predict_interval(X, coverage=0.8).T
        >>> bool((low < high).all())
        True

        With 99 calibration rows, the 90th smallest residual is the half-width:

        >>> model = TorchRegressor(hidden_layer_sizes=()).fit(X[99:], y[99:])
        >>> low, high = model.predict_interval(X[:1], conformal=(X[:99], y[:99])).T
        >>> residuals = sorted(abs(y[:99] - model.predict(X[:99])))
        >>> bool(abs((high - low)[0] - 2 * residuals[89]) < 1e-9)
        True
        """
        level = as_numbers(coverage)
        if level is None or level.ndim or not 0 < level < 1:
            raise ValueError(f"coverage must lie between 0 and 1, got {coverage!r}.")
        level = float(level)
        if isinstance(conformal, (bool, np.bool_)):
            if conformal:
                return self._cross_interval(X, level)
            tail = 0.5 * (1 - level)
            return self.predict_quantiles(X, [tail, 1 - tail])
        if not isinstance(conformal, (tuple, list)) or len(conformal) != 2:
            raise ValueError(
                "conformal must be False, True or a pair (X_cal, y_cal), got "
                f"{type(conformal).__name__}."
            )
        return self._split_interval(X, level, *conformal)

    def _split_interval(self, X, coverage, X_cal, y_cal):
        """Return split-conformal intervals from calibration rows."""
        check_is_fitted(self)
        probe = copy.copy(self)  # scikit-learn sets what it learns of the columns
        try:
            X_cal, y_cal = self._targets.check(probe, X_cal, y_cal, reset=False)
            self.loss_.check_target(y_cal)
        except ValueError as error:
            raise ValueError(f"X_cal, y_cal: {error}") from error
        warn_of_seen_rows(self._fitted.rows, X_cal, y_cal)
        with isolated():
            model, raw = self._scored(X)
            _, raw_cal = self._scored(X_cal)
            if model.predict(raw_cal).shape != y_cal.shape:
                raise ValueError("y_cal and y must have the same number of columns.")
            return split_interval(model, raw, raw_cal, y_cal, coverage)

    def _cross_interval(self, X, coverage):
        """Return cross-conformal intervals; the first call fits the folds."""
        X = check_inputs(self, X)
        model = self._fitted
        if model.refits is None and model.rows is None:
            raise ValueError(
                "conformal=True requires the training rows, which partial_fit, pickles "
                "and copies do not keep; call fit and then predict_interval(X, "
                "conformal=True) before pickling, or pass conformal=(X_cal, y_cal)."
            )
        with isolated():
            if model.refits is None:
                model.refits = refit(self, model.rows)
            return cross_interval(model.refits, X, coverage)

    def _shaped(self, values):
        return values[0] if self._fitted.targets.is_single else values

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = self._known_loss.y_range.low >= 0
        return tags
