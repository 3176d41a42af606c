"""Base of the estimators: parameters, fit, and what scikit-learn expects of both."""

import re
from functools import partial

from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from skloss.estimators import parameters as options
from skloss.estimators.callbacks import (
    CallbackSupportMixin,
    FitReport,
    with_callbacks,
)
from skloss.estimators.coefficients import coefficients
from skloss.estimators.first_rows import learn_chunk
from skloss.estimators.fitted import FittedModel
from skloss.estimators.fitting import finish, prepare, set_fitted
from skloss.estimators.rows import check_inputs, check_rows
from skloss.estimators.versions import check_versions, current_versions
from skloss.losses import Loss, get_loss
from skloss.losses.resolve import check_nested
from skloss.training import (
    deferred_interrupts,
    emit_warnings,
    isolated,
    train_without_warnings,
    warn_caller,
)

__all__ = ["TorchEstimator"]


class TorchEstimator(CallbackSupportMixin, BaseEstimator):
    """Base of the estimators.

    A subclass names the class of its ``_targets``, which check and encode ``y``, and
    of its ``_model``, the `FittedModel` that predicts. Learned attributes are set by
    `set_fitted` alone.
    """

    _parameter_constraints = {"loss": "no_validation", **options.CONSTRAINTS}
    _targets: type
    _model: type[FittedModel]
    # Members of "auto", by the sum of weights.
    _members = options.MEMBERS

    def __init__(
        self,
        loss="squared_error",
        *,
        hidden_layer_sizes=(64, 64),
        activation="relu",
        alpha=1e-4,
        solver="auto",
        learning_rate=1e-3,
        schedule="auto",
        warmup_fraction=0.0,
        clip_grad_norm=1.0,
        batch_size="auto",
        max_iter=200,
        early_stopping="auto",
        validation_fraction=0.15,
        n_iter_no_change=10,
        tol=1e-4,
        n_members="auto",
        numeric_encoding="auto",
        network=None,
        device="cpu",
        warm_start=False,
        verbose=0,
        random_state=None,
    ):
        options.store(self, locals())

    @with_callbacks
    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Fit to training rows.

        Ctrl-C keeps the weights learned so far, with a ConvergenceWarning; before the
        first finished epoch it is raised, and the estimator stays as it was.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the rows' losses: 0 leaves a row out, 2 counts it twice. The
            latter is exact while one batch holds all rows; with several batches, two
            copies are in different ones, and it holds on average over random states.
            Early stopping holds out two copies exactly if it holds out a row of weight
            2, unless rows occur more than four times on average or the weights sum to
            more than a million.
        X_val : array-like of shape (n_val, n_features), optional
            Rows to stop on, in place of a random part of ``X``; with ``y_val``. Adam
            then trains on all of ``X``, stops when the loss of these rows no longer
            falls and keeps the best weights; "newton" and "lbfgs" continue to the
            optimum. The scale of an implied noise and the limits of predicted scales
            come from these rows. A `Pipeline` transforms them like ``X`` with
            ``transform_input=["X_val"]``.
        y_val : array-like of shape (n_val,) or (n_val, n_targets), optional
        sample_weight_val : array-like of shape (n_val,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X, y or sample_weight is invalid, or validation rows do
            not match them.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> TorchRegressor("huber").fit(X, y).n_features_in_
        10

        Later rows decide when to stop:

        >>> model = TorchRegressor("gaussian_nll", n_members=1, random_state=0)
        >>> model = model.fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
        >>> int(model.history_["validation"].notna().sum()) == model.n_iter_
        True
        """
        fitted = vars(self).get("_fitted") if self.warm_start else None
        validation = X_val, y_val, sample_weight_val
        return self._learn(X, y, sample_weight, fitted, validation=validation)

    def set_params(self, **params):
        loss = params.get("loss", self.loss)
        nested = [key for key in params if key.startswith("loss__")]
        if nested and (isinstance(loss, type) or not hasattr(loss, "set_params")):
            check_nested(loss, nested[0].removeprefix("loss__"))
        return super().set_params(**params)

    def _learn(
        self,
        X,
        y,
        sample_weight,
        fitted,
        one_epoch=False,
        classes=None,
        validation=(),
    ):
        """Fit, continuing from ``fitted`` unless it is None."""
        warm = fitted is not None
        rows = check_rows(self, X, y, sample_weight, warm, validation)
        report = FitReport(self, X, y, 1 if one_epoch else self.max_iter)
        # Encoding consists of many small operations, whose threads would wait for each
        # other next to a busy core. Ctrl-C is deferred until their number is restored.
        with deferred_interrupts() as interrupted:
            with isolated(), report:
                train = partial(self._train, interrupted=interrupted)
                if one_epoch:
                    how = {"fitted": fitted, "classes": classes}
                    model, fits = learn_chunk(self, train, report, rows, **how)
                else:
                    model, fits = train(rows, report, fitted=fitted)
                    model.keep(rows)
            # Warnings come first: one that is turned into an error changes nothing.
            emit_warnings(fits)
            for message in model.warnings:
                warn_caller(message, ConvergenceWarning)
            if interrupted.is_set():
                warn_caller(
                    "Training was interrupted; the best weights so far are kept.",
                    ConvergenceWarning,
                )
            report.end(model)
            return set_fitted(self, model)

    def _train(self, rows, on_progress, interrupted, untrained=False, **how):
        """Return the fitted model and the results of training on some rows."""
        plan = prepare(self, rows, **how)
        if interrupted.is_set():
            raise KeyboardInterrupt
        fits = train_without_warnings(
            plan.trained, on_progress, stopped=untrained, interrupted=interrupted
        )
        if not untrained and any(fit.stopped and not fit.history for fit in fits):
            raise KeyboardInterrupt
        return finish(plan, fits), fits

    def _learn_targets(self, y, loss, classes):
        """Return the targets of a first fit; a subclass may pass more to them."""
        return self._targets.learn(y, loss, classes)

    def _architecture(self, rows=None, loss=None):
        """Return what is trained on `Rows`; a subclass may have another one."""
        return options.architecture_for(self)

    def _batch_options(self, target):
        """Return fields of each `FitSpec` on what batches hold; by default none."""
        return {}

    def _scored(self, X):
        """Validate rows, and return the fitted model with its raw scores for them."""
        X = check_inputs(self, X)
        raw = self._fitted.raw_prediction(X)
        # A sum is several times as fast, and finite if all are, unless it overflows.
        if not (raw.sum().isfinite() or raw.isfinite().all()):
            raise ValueError(
                "Scores of some rows of X are not finite: the rows lie too far from "
                "those that the model was fitted to; check their units."
            )
        return self._fitted, raw

    @property
    def history_(self):
        """Training and validation loss: a DataFrame of one row per member and epoch.

        Where rows are held out, ``train`` is the mean loss over the batches of the
        epoch and ``validation`` decides which weights are kept. Otherwise
        ``validation`` is missing and ``train`` is what decides: the objective on all
        rows, with the penalty, after the epoch. A loss with a surrogate gradient
        (``beta_nll``) is shown by the loss that judges it.
        """
        check_is_fitted(self)
        return self._fitted.history

    @property
    def coef_(self):
        """Coefficients of a linear model, in units of the columns of X and of y."""
        check_is_fitted(self)
        return self._shaped(coefficients(self._fitted, "coef_")[0])

    @property
    def intercept_(self):
        """Intercepts of a linear model, in units of y."""
        check_is_fitted(self)
        return self._shaped(coefficients(self._fitted, "intercept_")[1])

    def _shaped(self, values):
        """Return coefficients or intercepts, one per score, as scikit-learn does."""
        return values

    @property
    def _known_loss(self):
        """Return the loss for reading its attributes; an instance is not copied."""
        return self.loss if isinstance(self.loss, Loss) else get_loss(self.loss)

    def __repr__(self, N_CHAR_MAX=700):
        # A function is named; its address in memory differs between two runs.
        text = super().__repr__(N_CHAR_MAX)
        function = r"<function (?:[^ ]*\.)?([^ ]+) at 0x[0-9a-f]+>"
        return re.sub(function, r"\1", text)

    def __getstate__(self):
        state = super().__getstate__() | current_versions()
        # What a fit learned is stored once, and named again by `__setstate__`.
        model = state.get("_fitted")
        learned = () if model is None else model.attributes
        return {name: value for name, value in state.items() if name not in learned}

    def __setstate__(self, state):
        super().__setstate__(check_versions(type(self).__name__, state))
        if "_fitted" in vars(self):
            self.__dict__.update(self._fitted.attributes)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.sparse = True
        return tags
