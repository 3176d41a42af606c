"""What the estimators share: from validated rows to models, and back from fits."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from skloss.encoding import Inputs, rows_tensor
from skloss.estimators import parameters as options
from skloss.losses import Loss, get_loss
from skloss.networks import Ensemble, multilayer_perceptron
from skloss.training import FitSpec, one_thread, train

__all__ = ["FitPlan", "Target", "TorchEstimator"]

_DOUBLE_PRECISION_ROWS = 4000
_BLOCK_NUMBERS = 500_000  # numbers in flight when predicting: they fit the cache


@dataclass
class Target:
    """Targets as training sees them.

    Attributes
    ----------
    values : ndarray of shape (n_rows,) or (n_rows, n_targets)
    n : int
        Targets, labels or classes; 1 for a binary task.
    labels : ndarray of shape (n_rows,) or None
        Classes that validation rows are stratified by.
    weight : ndarray of shape (n_rows,)
        Sample weights times class weights.
    """

    values: np.ndarray
    n: int
    labels: np.ndarray | None
    weight: np.ndarray


@dataclass
class FitPlan:
    """One estimator's models, and what is learned before training."""

    inputs: Inputs
    loss: Loss
    target: Target
    models: list[FitSpec]


class TorchEstimator(BaseEstimator):
    """Base of the estimators: rows to models, and fits to learned attributes."""

    _parameter_constraints = {"loss": "no_validation", **options.CONSTRAINTS}

    def __init__(
        self,
        loss="squared_error",
        *,
        hidden_layer_sizes=(64, 64),
        activation="relu",
        alpha=1e-4,
        solver="auto",
        learning_rate=1e-3,
        schedule="constant",
        warmup_fraction=0.0,
        clip_grad_norm=1.0,
        batch_size="auto",
        max_iter=200,
        early_stopping="auto",
        validation_fraction=0.15,
        n_iter_no_change=10,
        tol=1e-4,
        n_members=1,
        numeric_encoding="auto",
        network=None,
        device="cpu",
        warm_start=False,
        verbose=False,
        random_state=None,
    ):
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.solver = solver
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup_fraction = warmup_fraction
        self.clip_grad_norm = clip_grad_norm
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.n_members = n_members
        self.numeric_encoding = numeric_encoding
        self.network = network
        self.device = device
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    # What a subclass says of its target.

    def _check_y(self, X, y, reset):
        """Validate X and y together; return them as arrays."""
        raise NotImplementedError

    def _encode_y(self, y, sample_weight, loss, reset):
        """Return a `Target`."""
        raise NotImplementedError

    # Fitting: rows -> plan -> training -> learned attributes.

    def fit(self, X, y, sample_weight=None):
        """Fit to training rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the rows' losses: 0 is the row gone, 2 the row twice.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, the rows or their weights are none that can be fitted.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from skloss import TorchRegressor
        >>> TorchRegressor("huber").fit(*load_diabetes(return_X_y=True)).n_features_in_
        10
        """
        warm = self.warm_start and hasattr(self, "network_")
        return self._learn(X, y, sample_weight, warm)

    def _learn(self, X, y, sample_weight, warm, one_epoch=False):
        self._validate_params()
        X, y, weight = self._rows(X, y, sample_weight, reset=not warm)
        # Encoding is many small pieces of work too, which a busy core would hold up.
        with one_thread():
            plan = self.plan(X, y, weight, warm=warm, one_epoch=one_epoch)
            return self.adopt(plan, train(plan.models, self._print))

    def _print(self, progress):
        if self.verbose:
            for row in progress.rows:
                print(  # noqa: T201  (verbose=True asks for it)
                    f"epoch {row['epoch']}: train {row['train']:.5g}, "
                    f"validation {row['validation']:.5g}"
                )

    def _rows(self, X, y, sample_weight, reset):
        X, y = self._check_y(X, y, reset)
        if sample_weight is None:
            return X, y, None
        weight = options.checked_weight(sample_weight, X)
        kept = weight > 0
        if not kept.any():
            raise ValueError("Every sample_weight is zero: there is no row to fit.")
        return X[kept], y[kept], weight[kept]

    def make_inputs(self, X, weight, encoding=None):
        """Encode training rows; a comparison shares the result between losses."""
        layered = bool(options.hidden_sizes(self)) and self.network is None
        return Inputs(
            X,
            weight,
            piecewise_linear=layered and self.numeric_encoding == "auto",
            device=options.device_for(self.device),
            encoding=encoding,
        )

    def dtype_for(self, n_rows, solver):
        """Double precision where it is cheap, and for the linear solvers."""
        double = solver != "adam" or n_rows <= _DOUBLE_PRECISION_ROWS
        return torch.float64 if double else torch.float32

    def plan(self, X, y, weight, warm=False, one_epoch=False, **shared):
        """Lay out the models of this estimator without training them.

        Parameters
        ----------
        X, y, weight : arrays
            Validated rows; ``weight`` None or all positive.
        going_on : bool
            Continue from the learned weights.
        one_epoch : bool
            A single pass of Adam over all rows.
        **shared
            What a comparison decides for all: ``inputs``, ``labels``, and ``n_rows``
            of its smallest fold, on which the precision depends.

        Returns
        -------
        Plan
        """
        # A view of a single 1 where there are no weights.
        ones = np.broadcast_to(1.0, X.shape[0]) if weight is None else weight
        loss = self.loss_ if warm else self._resolve_loss()
        target = self._encode_y(y, ones, loss, reset=not warm)
        n_outputs = loss.n_outputs(target.n)
        if warm:
            options.refuse_changes(self, n_outputs, self._laid_out)
        solver = options.solver_for(self, loss, X.shape[1], n_outputs)
        if one_epoch:
            solver = "adam"
        if not warm:
            loss = loss.bind(target.values, target.weight, X)
            self._learn_units(target, loss)
        encoding = self._encoding if warm else None
        inputs = shared.get("inputs") or self.make_inputs(X, ones, encoding)
        dtype = self.dtype_for(shared.get("n_rows", X.shape[0]), solver)
        if warm and solver == "adam":
            dtype = self._dtype  # whatever the rows of this call: moments go on too
        y_units = (target.values - self._y_center) / self._y_scale
        if target.values.dtype.kind in "iu":
            y_units = target.values  # class indices
        trained = loss.rescaled(self._y_scale) if loss.is_equivariant else loss
        bias = None if warm else trained.intercept(y_units, target.weight)
        settings = options.settings_for(self, solver)
        total = float(ones.sum())
        common = {
            "X": inputs.tensor(dtype, solver == "newton"),
            "y": _tensor(y_units, inputs.device, dtype),
            "weight": _tensor(
                target.weight / target.weight.mean(), inputs.device, dtype
            ),
            "alpha": float(self.alpha) / float(target.weight.sum()),
            "loss": trained,
            "n_outputs": n_outputs,
            "settings": replace(settings, max_iter=1) if one_epoch else settings,
            "network": self.network,
            "head_bias": None if bias is None else torch.as_tensor(bias),
        }
        early = not one_epoch and options.stops_early(self, solver, total)
        models = []
        for member, seed in enumerate(options.seeds_for(self)):
            fraction = self.validation_fraction if early else None
            fit_rows, held = inputs.split(seed, fraction, target.labels)
            models.append(
                FitSpec(
                    fit_rows=fit_rows,
                    validation_rows=held,
                    batch_size=options.batch_size_for(self, total, len(fit_rows)),
                    seed=seed,
                    start=self._fits[member] if warm else None,
                    labels={**shared.get("labels", {}), "member": member},
                    **common,
                )
            )
        return FitPlan(inputs, loss, target, models)

    def _learn_units(self, target, loss):
        """Location and scale that targets are standardised by."""
        self._y_center, self._y_scale = np.float64(0.0), np.float64(1.0)

    def _resolve_loss(self):
        return get_loss(self.loss)

    @property
    def history_(self):
        """One row an epoch and member: training and held-out loss."""
        check_is_fitted(self)
        rows = [
            {"member": member, **row}
            for member, fit in enumerate(self._fits)
            for row in fit.history
        ]
        return pd.DataFrame(rows, columns=["member", "epoch", "train", "validation"])

    def adopt(self, plan, fits, implied_scale=True):
        """Take over what training found, as learned attributes.

        Parameters
        ----------
        plan : FitPlan
        fits : list of FitResult
            Of ``plan.models``.
        implied_scale : bool
            Whether to learn the scale of the implied noise, which a comparison takes
            from other folds.

        Returns
        -------
        self
        """
        model = plan.models[0]
        self.loss_ = plan.loss
        self._laid_out = options.layout(self, model.n_outputs)
        self._trained_loss = model.loss
        self._encoding, self._dtype = plan.inputs.encoding, model.X.dtype
        self._fits = [replace(fit, raw=None) for fit in fits]
        members = [
            fit.network
            if fit.layers is None
            else multilayer_perceptron(fit.layers, self.activation)
            for fit in fits
        ]
        body = members[0] if len(members) == 1 else Ensemble(members)
        self.network_ = torch.nn.Sequential(self._encoding, body).eval()
        self.loss_curve_ = [row["train"] for row in fits[0].history]
        self.n_iter_ = max(len(fit.history) for fit in fits)
        self._limits = self._log_scale_limits(plan)
        return self

    @torch.no_grad()
    def _log_scale_limits(self, plan):
        """Range of each member's log-scales on rows that it was stopped on.

        Far outside the training range a log-scale runs anywhere, and a single row can
        then cost any number of nats; held to this range, it cannot.
        """
        columns = plan.loss.log_scale_outputs(plan.target.n)
        if not columns:
            return None
        members = self.network_[1]
        members = members.members if isinstance(members, Ensemble) else [members]
        limits = []
        for network, model in zip(members, plan.models, strict=True):
            held = model.validation_rows
            rows = model.fit_rows if held is None else held
            parts = rows.split(self._rows_at_once())
            raw = [network(model.X[part])[:, columns] for part in parts]
            lows = torch.stack([part.amin(0) for part in raw]).amin(0)
            highs = torch.stack([part.amax(0) for part in raw]).amax(0)
            limits.append(torch.stack([lows, highs]))
        return columns, torch.stack(limits)

    @torch.no_grad()
    def raw_prediction(self, X):
        """Raw scores of each member, in the units that training uses.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Validated.

        Returns
        -------
        Tensor of shape (n_members, n_samples, n_outputs)
        """
        block = self._rows_at_once()
        encoding, body = self.network_
        raw = None
        for begin in range(0, max(X.shape[0], 1), block):
            rows = rows_tensor(X[begin : begin + block]).to(encoding.mean.device)
            part = body(encoding(rows, self._dtype))
            if part.ndim < 3:
                part = part.reshape(1, len(rows), -1)
            if raw is None:
                # Whole from the start: small pieces kept between large ones that come
                # and go would scatter over several times their size.
                raw = part.new_empty((len(part), X.shape[0], part.shape[2]))
            raw[:, begin : begin + block] = part
        if self._limits is not None:
            columns, limits = self._limits
            low, high = limits[:, 0, None], limits[:, 1, None]
            raw[..., columns] = torch.clamp(raw[..., columns], low, high)
        return raw

    def _rows_at_once(self):
        widest = max(self._encoding.n_outputs, *options.hidden_sizes(self), 1)
        return max(256, _BLOCK_NUMBERS // widest)

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(
            self,
            X,
            reset=False,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            order="C",
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.sparse = True
        return tags


def _tensor(values, device, dtype):
    tensor = torch.as_tensor(values)
    if tensor.is_floating_point():
        tensor = tensor.to(dtype)
    return tensor.to(device)
