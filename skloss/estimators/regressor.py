"""A regressor whose loss says what to predict and which noise to expect."""

import numpy as np
import torch
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import validate_data

from skloss import noise
from skloss.estimators import parameters as options
from skloss.estimators.base import Target, TorchEstimator
from skloss.estimators.parameters import documented
from skloss.losses import list_losses
from skloss.losses.contract.ranges import as_numbers

__all__ = ["TorchRegressor"]

_LARGEST = 1e150  # value of y: squares of more are not finite


@documented
class TorchRegressor(MultiOutputMixin, RegressorMixin, TorchEstimator):
    """Neural network or linear regression with any loss.

    The loss decides what is predicted: squared error the mean, absolute error the
    median, ``quantile`` a quantile; ``gaussian_nll`` and ``laplace_nll`` a whole
    distribution for each row. Inputs and, where the loss allows it, targets are
    standardised inside; every output is in the units of ``y``.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable, default "squared_error"
        A name of `skloss.list_losses`, or an instance with parameters. A grid search
        over ``loss__delta`` needs an instance (``Huber()``), for a string has no
        parameters.
    {parameters}

    Attributes
    ----------
    loss_ : Loss
        Fitted copy of the loss, in units of ``y``.
    network_ : torch.nn.Module
        From raw columns to raw scores, in standardised units of ``y``.
    history_ : DataFrame
        One row an epoch and member: training and held-out loss, standardised units.
    loss_curve_ : list of float
    n_iter_ : int
    scale_source_ : str
        Rows that the scale of the implied noise comes from: "head", "validation rows",
        "training rows" or, without one, "none".
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import TorchRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = TorchRegressor("absolute_error", hidden_layer_sizes=()).fit(X, y)
    >>> model.predict(X[:2]).round()
    array([204.,  75.])
    """

    def partial_fit(self, X, y, sample_weight=None):
        """Learn from more rows: one epoch of Adam over them.

        The first call learns how inputs and targets are standardised.

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
        warm = hasattr(self, "network_")
        return self._learn(X, y, sample_weight, warm, one_epoch=True)

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
        Squared error asks for the mean, absolute error for the median:

        >>> from skloss import TorchRegressor
        >>> X, y = [[0.0], [0.0], [0.0]], [1.0, 2.0, 9.0]
        >>> for loss in ("squared_error", "absolute_error"):
        ...     model = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
        ...     print(model.predict([[0.0]]).round(3))
        [4.]
        [2.]
        """
        return self.predict_from(self.raw_prediction(self._checked(X)))

    def predict_from(self, raw):
        """`predict`, from raw scores."""
        stated_by_each = len(self._fits) > 1 and self._scale == {}
        if stated_by_each and self.loss_.functional.kind == "median":
            # The median of a mixture is not the mean of its members' medians.
            mixture = noise.predictive(self.loss_, self.noise_parameters(raw), {})
            return mixture.median().astype(self._output_dtype(), copy=False)
        values = self._trained_loss.predict(raw).mean(0)
        values = values.cpu().numpy()
        values = values * self._y_scale + self._y_center
        values = values.astype(self._output_dtype(), copy=False)
        return values[:, 0] if self._single_target else values

    def predict_distribution(self, X):
        """Predict the distribution of each row's target.

        Likelihood losses state it; other losses imply one of constant shape around
        their prediction (squared error Gaussian, absolute error Laplace, ...), whose
        scale comes from the rows that ``scale_source_`` names.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        skloss.noise.Predictive
            With ``logpdf``, ``cdf``, ``ppf``, ``mean``, ``std``, ``interval`` and
            ``rvs`` as of a frozen `scipy.stats` distribution, shape (n_samples,) or
            (n_samples, n_targets), in units of ``y``.

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
        (array([206.,  68., 177.]), array([54., 54., 54.]))
        """
        raw = self.raw_prediction(self._checked(X))
        stated = {} if self.loss_.noise is None else self.noise_parameters(raw)
        return noise.predictive(self.loss_, stated, self._scale)

    def predict_quantiles(self, X, quantiles):
        """Predict quantiles of each row's target; they never cross.

        Those of `predict_distribution`, except that ``multi_quantile`` states its own,
        between which levels are interpolated.

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
            If the loss says nothing of these quantiles.

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
                f"quantiles must lie between 0 and 1, got {quantiles!r}; 0.9 is the "
                "value that nine targets in ten stay below."
            )
        levels = np.atleast_1d(levels)
        X = self._checked(X)
        stated = self._trained_loss.stated_quantiles(self.raw_prediction(X))
        if stated is None:
            found = self.predict_distribution(X)
            values = np.stack([found.ppf(level) for level in levels], axis=-1)
        else:
            values = self._between(levels, *stated)
        # Levels rise and so do values, rounding included.
        order = np.argsort(levels)
        values[..., order] = np.maximum.accumulate(values[..., order], axis=-1)
        return values

    def _between(self, levels, known, quantiles):
        """Interpolate stated quantiles; of members, their mean."""
        known = np.asarray(known, dtype=float)
        held = np.clip(levels, known[0], known[-1])
        outside = levels[np.abs(held - levels) > 1e-9]
        if len(outside):
            raise ValueError(
                f"The loss {self.loss_.name!r} was fitted for quantiles {known[0]:g} "
                f"to {known[-1]:g}, and says nothing of {outside[0]:g}; fit it with "
                "that quantile among its own."
            )
        values = quantiles.mean(0).cpu().double().numpy()
        values = values * np.reshape(self._y_scale, (-1, 1))
        values = values + np.reshape(self._y_center, (-1, 1))
        place = np.interp(held, known, np.arange(len(known)))
        left, right = np.floor(place).astype(int), np.ceil(place).astype(int)
        share = place - left
        values = (1 - share) * values[..., left] + share * values[..., right]
        return values[:, 0] if self._single_target else values

    def predict_interval(self, X, coverage=0.9):
        """Predict the central interval that holds the target with a probability.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        coverage : float, default 0.9
            Probability between the ends; half of the rest lies on either side.

        Returns
        -------
        ndarray of shape (n_samples, 2) or (n_samples, n_targets, 2)
            Lower and upper end, in units of ``y``.

        Raises
        ------
        ValueError
            If the loss says nothing of these quantiles.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = TorchRegressor("gaussian_nll", random_state=0).fit(X, y)
        >>> low, high = model.predict_interval(X, coverage=0.8).T
        >>> bool((low < high).all())
        True
        """
        level = as_numbers(coverage)
        if level is None or level.ndim or not 0 < level < 1:
            raise ValueError(f"coverage must lie between 0 and 1, got {coverage!r}.")
        tail = 0.5 * (1 - float(level))
        return self.predict_quantiles(X, [tail, 1 - tail])

    def noise_parameters(self, raw):
        """Parameters of the loss's noise family, in units of y; members first."""
        parameters = self._trained_loss.noise_parameters(raw)
        out = {}
        for name, value in parameters.items():
            if isinstance(value, torch.Tensor):
                value = value.cpu().double().numpy()
            if name == "loc":
                value = value * self._y_scale + self._y_center
            elif name == "scale":
                value = value * self._y_scale
            if np.ndim(value) == 3 and self._single_target:
                value = value[..., 0]
            out[name] = value
        return out

    def adopt(self, plan, fits, implied_scale=True):
        super().adopt(plan, fits)
        stated = None
        if self.loss_.noise is not None:
            one_row = torch.zeros(1, 1, plan.models[0].n_outputs)
            stated = self._trained_loss.noise_parameters(one_row)
        if stated is not None and not noise.free_parameters(self.loss_, stated):
            self._scale, self.scale_source_ = {}, "head"
        elif stated is None or not implied_scale:
            self._scale, self.scale_source_ = None, "none"
        else:
            self._scale, self.scale_source_ = self._implied_scale(plan, fits)
        return self

    def _implied_scale(self, plan, fits):
        """Scale of the implied noise from rows that no model was fitted to, if any."""
        X, y, weight = plan.inputs.X, plan.target.values, plan.target.weight
        held_by = _held_out(plan.models, len(y))
        rows = held_by.any(0)
        if not rows.any():
            linear = not options.hidden_sizes(self) and self.network is None
            lost = plan.inputs.encoding.n_outputs + 1 if linear else 0
            # A solver that ends with the raw scores of all rows spares predicting them.
            raw = self.raw_prediction(X) if fits[0].raw is None else fits[0].raw[None]
            parameters = self.noise_parameters(raw)
            return noise.fit(self.loss_, parameters, y, weight, lost), "training rows"
        # Each row is judged by the members that did not learn from it.
        parameters = self.noise_parameters(self.raw_prediction(X[rows]))
        unseen = held_by[:, rows].reshape(
            (len(held_by), -1) + (1,) * (parameters["loc"].ndim - 2)
        )
        located = np.average(
            parameters["loc"],
            axis=0,
            weights=np.broadcast_to(unseen, parameters["loc"].shape),
            keepdims=True,
        )
        parameters = parameters | {"loc": located}
        fitted = noise.fit(self.loss_, parameters, y[rows], weight[rows])
        return fitted, "validation rows"

    def _output_dtype(self):
        return np.float64 if self._dtype == torch.float64 else np.float32

    def _check_y(self, X, y, reset):
        X, y = validate_data(
            self,
            X,
            y,
            reset=reset,
            multi_output=True,
            y_numeric=True,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            order="C",
        )
        y = np.asarray(y, dtype=np.float64)
        largest = max(y.max(), -y.min())
        if largest > _LARGEST:
            raise ValueError(
                f"y holds numbers up to {largest:g}, too large to be squared; divide y "
                "by a power of ten."
            )
        return X, y

    def _encode_y(self, y, sample_weight, loss, reset):
        if not loss.supports("regression"):
            raise ValueError(
                f"The loss {loss.name!r} is not for numbers. Losses for regression: "
                f"{', '.join(list_losses('regression'))}."
            )
        loss.check_target(y)
        if reset:
            self._single_target = y.ndim == 1
        n = 1 if y.ndim == 1 else y.shape[1]
        return Target(y, n, None, sample_weight)

    def _learn_units(self, target, loss):
        if not loss.is_equivariant:
            super()._learn_units(target, loss)
            return
        # Not as products of BLAS, whose second thread would wait busily for a while.
        center = np.average(target.values, axis=0, weights=target.weight)
        squares = (target.values - center) ** 2
        scale = np.sqrt(np.average(squares, axis=0, weights=target.weight))
        smallest = 1e-12 * np.maximum(np.abs(center), 1e-300)
        self._y_center = center
        self._y_scale = np.where(scale > smallest, scale, 1.0)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        loss = self._resolve_loss()
        tags.target_tags.positive_only = loss.y_range.low >= 0
        return tags


def _held_out(models, n_rows):
    """Mask of shape (n_models, n_rows) of the rows that each did not learn from."""
    mask = np.zeros((len(models), n_rows), dtype=bool)
    for one, model in zip(mask, models, strict=True):
        if model.validation_rows is not None:
            one[model.validation_rows.cpu().numpy()] = True
    return mask
