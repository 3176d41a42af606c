"""Fitted models: from raw columns to raw scores, predictions and distributions."""

import copyreg
from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from skloss import noise
from skloss.encoding import rows_tensor
from skloss.estimators import spread as spreads
from skloss.estimators.storage import restored, stored
from skloss.networks import Ensemble, Network, predicted
from skloss.training import Budget, share_out

__all__ = ["FittedModel", "FittedNumbers"]


class FittedModel:
    """What a fit learned: one immutable value that predicts.

    Parameters
    ----------
    plan : FitPlan
    fits : list of FitResult
        Results of ``plan.trained``, in order.

    Attributes
    ----------
    loss : Loss
        Fitted copy, in units of ``y``.
    trained_loss : Loss
        The same loss in the units that training uses.
    targets : NumberTargets or ClassTargets
    network : torch.nn.Module
        Network from raw columns to raw scores.
    is_linear : bool
        Whether raw scores are linear in the columns.
    fits : list of FitResult
        Weights and optimiser state of each member, to continue from.
    histories : list of list of dict
        Rows of each member's epochs, those of the fits that it continued included.
    first_rows : FirstRows or None
        Rows of the first calls of ``partial_fit``, while they are few.
    rows : Rows or None
        Training rows of the last ``fit``, if later calls need them; never pickled.
    layout : dict
        Parameters that must not change between this fit and one that continues it.
    dtype : torch.dtype
    warnings : tuple of str
        Sentences on what went wrong, which `fit` issues as warnings.
    left : FitPlan or None
        Plan of what `complete` will compute.
    """

    warnings = ()
    left = None

    def __init__(self, plan, fits):
        first, fits = plan.models[0], fits[: len(plan.models)]
        self.loss, self.trained_loss = plan.loss, first.loss
        self.targets, self.layout, self.dtype = plan.targets, plan.layout, first.X.dtype
        self.fits = [replace(fit, raw=None) for fit in fits]
        self.first_rows = self.rows = None
        self.histories = _continued(plan.continued, fits)
        members = [first.architecture.module(fit) for fit in fits]
        body = members[0] if len(members) == 1 else Ensemble(members)
        self.network = Network(plan.inputs.encoding, body).eval()
        widest = max(plan.inputs.encoding.n_outputs, first.architecture.widest, 1)
        self._budget = budget = Budget.for_device(first.X.device)
        self._rows_at_once = budget.rows_at_once(budget.predict_numbers, widest)
        self._is_stackable = first.architecture.is_stackable
        self.is_linear = first.architecture.is_linear
        self._limits = self._log_scale_limits(plan, members)
        self._columns = plan.columns

    def __reduce_ex__(self, protocol):
        """Pickle and copy the attributes as they are, but for the training rows."""
        self.complete()
        return copyreg.__newobj__, (type(self),), vars(self) | {"rows": None}

    def __getstate__(self):
        """Return attributes without tensors, for formats other than pickle."""
        self.complete()
        return stored(vars(self) | {"rows": None})

    def __setstate__(self, state):
        self.__dict__.update(restored(state))

    def complete(self):
        """Compute what was left until needed, while the training rows are kept."""

    @property
    def encoding(self):
        """Encoding of raw columns, the first part of the network."""
        return self.network[0]

    @property
    def attributes(self):
        """Learned attributes of an estimator, by name."""
        return {
            **self._columns,
            "loss_": self.loss,
            "network_": self.network,
            "loss_curve_": [row["train"] for row in self.histories[0]],
            "n_iter_": max(len(fit.history) for fit in self.fits),
        }

    @property
    def history(self):
        """Training and validation loss: a DataFrame of one row per member and epoch."""
        rows = [
            {"member": member, **row}
            for member, history in enumerate(self.histories)
            for row in history
        ]
        return pd.DataFrame(rows, columns=["member", "epoch", "train", "validation"])

    @torch.no_grad()
    def _log_scale_limits(self, plan, members):
        """Range of each member's log-scales on rows that it was stopped on.

        Far outside the training range a log-scale can take any value, so that a single
        row can cost any number of nats. Clamping to this range prevents that.
        """
        columns = plan.loss.log_scale_outputs(plan.target.n)
        if not columns:
            return None
        limits = []
        for network, model in zip(members, plan.models, strict=True):
            held_out = model.validation_rows
            rows = model.fit_rows if held_out is None else held_out
            parts = rows.split(self._rows_at_once)
            raw = [network(model.X[part])[:, columns] for part in parts]
            lows = torch.stack([part.amin(0) for part in raw]).amin(0)
            highs = torch.stack([part.amax(0) for part in raw]).amax(0)
            limits.append(torch.stack([lows, highs]))
        return columns, torch.stack(limits)

    @torch.no_grad()
    def raw_prediction(self, X):
        """Return raw scores of each member, in the units that training uses.

        Parameters
        ----------
        X : ndarray or CSR matrix of shape (n_samples, n_features)
            Validated.

        Returns
        -------
        Tensor of shape (n_members, n_samples, n_outputs)
        """
        size = self._rows_at_once
        blocks = [slice(k, k + size) for k in range(0, max(X.shape[0], 1), size)]
        first = self._raw_block(X[blocks[0]])
        # Allocated as a whole: small results kept between large temporary ones would
        # fragment several times their memory.
        raw = first.new_empty((len(first), X.shape[0], first.shape[2]))
        raw[:, blocks[0]] = first

        def fill(block):
            raw[:, block] = self._raw_block(X[block])

        if self._uses_threads(len(blocks)):
            share_out(fill, blocks[1:])
        else:
            for block in blocks[1:]:
                fill(block)
        return self.limited(raw)

    def limited(self, raw):
        """Clamp log-scales of each member, or of the first, in place."""
        if self._limits is not None:
            columns, limits = self._limits
            low, high = limits[: len(raw), 0, None], limits[: len(raw), 1, None]
            raw[..., columns] = torch.clamp(raw[..., columns], low, high)
        return raw

    def _raw_block(self, X):
        """Raw scores of some rows, by each member."""
        encoding, body = self.network
        rows = rows_tensor(X).to(encoding.mean.device)
        encoded = rows.new_empty((len(rows), encoding.n_outputs), dtype=self.dtype)
        raw = predicted(body, encoding.fill(rows, encoded))
        return raw if raw.ndim == 3 else raw.reshape(1, len(rows), -1)

    def _uses_threads(self, n_blocks):
        """Whether blocks of rows are shared out between threads, as stacks are."""
        on_cpu = self.encoding.mean.device.type == "cpu"
        return (
            self._is_stackable  # a user's module may not be safe to call in threads
            and on_cpu
            and n_blocks >= self._budget.predict_blocks_for_threads
        )

    def keep(self, rows):
        """Keep what later calls need of the training rows: nothing."""

    def linear_scores(self, raw):
        """Return what coefficients describe, and the scale and center of its units."""
        return raw, (1.0, 0.0)

    def predict(self, raw):
        """Return the prediction that follows from raw scores."""
        raise NotImplementedError


class FittedNumbers(FittedModel):
    """A fitted model of numbers, with the scale of its implied noise.

    Attributes
    ----------
    scale : dict or None
        Parameters of the noise that the outputs do not state; None without any.
    calibration : SpreadCalibration or None
        Calibration of the spreads that the outputs state.
    scale_source : str
        Rows that the scale comes from; "head" or "none" without any.
    seen : tuple of float or None
        Smallest and largest training target; None if there are several targets.
    leverage : Leverage or None
        Leverage of a linear model whose scale comes from few training rows.
    refits : Refits or None
        Models of folds, once conformal intervals needed them.
    """

    def __init__(self, plan, fits):
        super().__init__(plan, fits)
        self.seen = _range_of(plan) if self.targets.is_single else None
        self.refits = self.leverage = None
        self._calibration = None
        parameters = None
        if self.loss.noise is not None:
            one_row = torch.zeros(1, 1, plan.models[0].n_outputs, dtype=self.dtype)
            parameters = self.trained_loss.noise_parameters(one_row)
        if parameters is not None and not noise.free_parameters(self.loss, parameters):
            self._scale, self.scale_source = {}, "head"
            spread = noise.FAMILIES[self.loss.noise].spread
            if spread in parameters and spreads.needs_refits(self, plan):
                # In a comparison, they would take longer than all of its fits.
                self.left = plan if plan.own_scale else None
            elif spread in parameters:
                self.left = plan
                # In a comparison, the refits of all folds take their steps together.
                if plan.own_scale or not spreads.is_cross_fitted(self, plan):
                    self.complete()
        elif parameters is None or not plan.own_scale:
            self._scale, self.scale_source = None, "none"
        elif spreads.needs_refits(self, plan):
            # Refits take several times as long as the fit, which may be for point
            # predictions alone.
            self._scale, self.scale_source = None, "cross-fitted rows"
            self.left = plan
        else:
            self._scale, self.scale_source = spreads.implied_scale(self, plan, fits)

    @property
    def scale(self):
        """Parameters of the noise that the outputs do not state; None without any."""
        self.complete()
        return self._scale

    @property
    def calibration(self):
        """Calibration of the spreads that the outputs state, or None."""
        self.complete()
        return self._calibration

    def complete(self, refitted=None):
        """Compute from refits what was left; ``refitted`` are their predictions."""
        plan, self.left = self.left, None
        if plan is None:
            return
        if self.scale_source == "head":
            spread = noise.FAMILIES[self.loss.noise].spread
            self._calibration = spreads.calibrate(self, plan, spread, refitted)
        else:
            found = spreads.implied_scale(self, plan, self.fits)
            self._scale, self.scale_source = found

    @property
    def attributes(self):
        return super().attributes | {"scale_source_": self.scale_source}

    def keep(self, rows):
        """Keep the training rows, for refits on folds."""
        self.rows = rows

    def predict(self, raw):
        """Return what the loss elicits, in units of ``y``."""
        members_have_distributions = len(self.fits) > 1 and self.scale == {}
        if members_have_distributions and self.loss.functional.kind == "median":
            # The median of a mixture is not the mean of its members' medians.
            mixture = noise.predictive(self.loss, self.noise_parameters(raw), {})
            return mixture.median().astype(self._output_dtype, copy=False)
        values = self.trained_loss.predict(raw).mean(0).cpu().numpy()
        values = self.targets.restore(values).astype(self._output_dtype, copy=False)
        return values[:, 0] if self.targets.is_single else values

    def linear_scores(self, raw):
        """Return the prediction or, with a log link, its log, and its units."""
        location = self.loss.link.forward(self.trained_loss.predict(raw))
        return location, (self.targets.scale, self.targets.center)

    def distribution(self, raw, X=None):
        """Return the predicted distribution of each row, in units of ``y``.

        Given the rows X, the variance of few coefficients from few rows is included.
        """
        parameters = {} if self.loss.noise is None else self.noise_parameters(raw)
        added = ()
        if self.leverage is not None and X is not None:
            added = self.leverage.of(self, X), self.leverage.n_left_dof
        found = noise.predictive(self.loss, parameters, self.scale, *added)
        found.seen = self.seen
        return found

    def noise_parameters(self, raw):
        """Return the noise parameters that the outputs state, in units of ``y``."""
        parameters = self.trained_loss.noise_parameters(raw)
        family = noise.FAMILIES[self.loss.noise]
        out = {}
        for name, value in parameters.items():
            if isinstance(value, torch.Tensor):
                value = value.cpu().double().numpy()
            unit = family.unit_of(name)
            if unit == "location":
                value = self.targets.restore(value)
            elif unit == "scale":
                value = value * self.targets.scale
            if name == family.spread and self.calibration is not None:
                value = self.calibration(value)
            if np.ndim(value) == 3 and self.targets.is_single:
                value = value[..., 0]
            out[name] = value
        return out

    def quantiles(self, raw, levels, X=None):
        """Return quantiles at ``levels`` along a new last axis; they never cross."""
        known = self.trained_loss.stated_quantiles(raw)
        if known is None:
            found = self.distribution(raw, X)
            values = np.stack([found.ppf(level) for level in levels], axis=-1)
        else:
            values = self._between(levels, *known)
        # Values must ascend with the levels, also where rounding would let them
        # decrease.
        order = np.argsort(levels)
        values[..., order] = np.maximum.accumulate(values[..., order], axis=-1)
        return np.clip(values, self.loss.y_range.low, self.loss.y_range.high)

    def stated_levels(self, raw, levels):
        """Return the levels, or the nearest that the loss predicts."""
        known = self.trained_loss.stated_quantiles(raw)
        return levels if known is None else np.clip(levels, known[0][0], known[0][-1])

    def _between(self, levels, known, quantiles):
        """Interpolate between stated quantiles; members enter by their mean."""
        known = np.asarray(known, dtype=float)
        inside = np.clip(levels, known[0], known[-1])
        outside = levels[np.abs(inside - levels) > 1e-9]  # beyond rounding
        if len(outside):
            raise ValueError(
                f"The loss {self.loss.name!r} was fitted for quantiles {known[0]:g} "
                f"to {known[-1]:g}, which do not include {outside[0]:g}; fit it with "
                "quantiles that do."
            )
        values = quantiles.mean(0).cpu().double().numpy()
        values = values * np.reshape(self.targets.scale, (-1, 1))
        values = values + np.reshape(self.targets.center, (-1, 1))
        place = np.interp(inside, known, np.arange(len(known)))
        left, right = np.floor(place).astype(int), np.ceil(place).astype(int)
        weight = place - left
        values = (1 - weight) * values[..., left] + weight * values[..., right]
        return values[:, 0] if self.targets.is_single else values

    @property
    def _output_dtype(self):
        return np.float64 if self.dtype == torch.float64 else np.float32


def _range_of(plan):
    """Return the smallest and the largest target of this fit and those before it."""
    y = plan.target.values
    ends = [y.min().item(), y.max().item()]
    if plan.continued is not None:
        ends += plan.continued.seen
    return min(ends), max(ends)


def _continued(before, fits):
    """Return each member's history, after that of the model that was continued."""
    past = [[] for _ in fits] if before is None else before.histories
    histories = []
    for old, fit in zip(past, fits, strict=True):
        last = old[-1]["epoch"] if old else 0
        new = [row | {"epoch": last + row["epoch"]} for row in fit.history]
        histories.append(old + new)
    return histories
