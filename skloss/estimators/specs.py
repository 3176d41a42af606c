"""The specs of the members of a fit: what they share, their rows and their seeds."""

from dataclasses import replace

import numpy as np
import torch

from skloss.encoding.split import draw_folds
from skloss.estimators import parameters as options
from skloss.training import SOLVERS, ClassStart, FitSpec, LinearStart

__all__ = ["specs_of_members"]

# Training rows up to which networks compute in float64: it is cheap there, and equal
# models then agree however they are stacked.
_DOUBLE_PRECISION_ROWS = 4000
# The same for losses that compare rows: their steps are several times as long, and
# half of a step is arithmetic.
_DOUBLE_PRECISION_COMPARED = 1000
# Sum of weights up to which networks start at a linear model, whose penalty is chosen
# on as many folds as in cross-validation by default; they must be the same for all
# losses and members, whatever their seeds.
_MOST_LINEAR_STARTS, _FOLDS, _FOLD_SEED = 2000, 5, 0


def specs_of_members(
    how,
    seeds,
    loss,
    targets,
    target,
    held_out,
    inputs,
    fitted,
    total,
    n_rows,
    one_epoch,
    labels,
):
    """Return a spec for each seed.

    Parameters
    ----------
    how : (TorchEstimator, Architecture, str, float)
        The estimator, its architecture, the name of the solver, and the sum of weights
        that decides parameters of "auto".
    seeds : list of int
    loss : Loss
        Bound to the rows.
    targets : NumberTargets or ClassTargets
    target : Target
        The encoded targets of the training rows.
    held : Target or None
        Those of the caller's validation rows, which follow the training rows in
        ``inputs``.
    inputs : Inputs
    fitted : FittedModel or None
        Continue from its weights.
    total : float
        Sum of the sample weights.
    n_rows : int
        Rows that decide the precision.
    one_epoch : bool
        A single pass over all rows.
    labels : dict or None
        Columns of the history next to the member.

    Returns
    -------
    list of FitSpec
    """
    estimator, architecture, solver, size = how
    dtype = _dtype_for(n_rows, solver, fitted, loss.compares_rows)
    shared = {
        "X": inputs.tensor(dtype, SOLVERS[solver].reads_in_order),
        "n_outputs": loss.n_outputs(target.n),
        "architecture": architecture,
        "settings": _settings(*how, loss, fitted is None, one_epoch),
        **_objective(estimator, loss, targets, target, inputs, dtype, fitted, held_out),
        **estimator._batch_options(target),
        "linear_start": _linear_start(inputs, target, architecture, size, loss),
    }
    fraction = None
    if held_out is not None:
        fraction, target = len(target.values), target.followed_by(held_out)
    elif options.stops_early(*how) and not one_epoch:
        fraction = options.held_out_fraction(estimator, inputs.n_rows)
    return _members(
        estimator, seeds, inputs, target, fitted, labels, fraction, total, shared
    )


def _settings(estimator, architecture, solver, size, loss, is_new, one_epoch):
    """Return the settings of the solver, whose rate declines in new fits of many rows.

    A fit that continues would forget what it has learned at a high rate, and which rate
    a custom network tolerates is not known.
    """
    if one_epoch:
        settings = options.settings_for(estimator, solver)
        return replace(settings, max_iter=1, until_converged=False)
    can_decline = is_new and architecture.is_stackable and not architecture.is_linear
    may_decline = can_decline and not loss.compares_rows
    return options.settings_for(estimator, solver, size if may_decline else 0.0)


def _members(estimator, seeds, inputs, target, fitted, labels, fraction, total, common):
    """Specs of all members: each has a seed, and so its own split and batches."""
    models = []
    for member, seed in enumerate(seeds):
        fit_rows, validation_rows = inputs.split(
            seed,
            fraction,
            target.labels,
            target.values,
            target.rows_weight,
            common["loss"].compares_rows,
        )
        models.append(
            FitSpec(
                fit_rows=fit_rows,
                validation_rows=validation_rows,
                batch_size=options.batch_size_for(
                    estimator, total, len(fit_rows), common["loss"]
                ),
                seed=seed,
                start=None if fitted is None else fitted.fits[member],
                labels={**(labels or {}), "member": member},
                **common,
            )
        )
    return models


def _objective(estimator, loss, targets, target, inputs, dtype, fitted, held_out):
    """Loss, targets, weights, penalty and first intercept in the units of training.

    Those of the training rows ``target``; ``held`` are validation rows after them.
    """
    y = targets.standardise(target.values)
    if fitted is None:
        trained = targets.training_loss(loss, target, inputs.device)
        bias = trained.intercept(y, target.weight)
    else:
        trained, bias = fitted.trained_loss, None
    weight = target.weight / target.weight.mean()
    if held_out is not None:
        y = np.concatenate([y, targets.standardise(held_out.values)])
        weight = np.concatenate([weight, held_out.weight / held_out.weight.mean()])
    return {
        "loss": trained,
        "y": _tensor(
            y, inputs.device, torch.float64 if trained.needs_double else dtype
        ),
        "weight": _tensor(weight, inputs.device, dtype),
        "alpha": float(estimator.alpha) / float(target.weight.sum()),
        "head_bias": None if bias is None else torch.as_tensor(bias),
    }


def _linear_start(inputs, target, architecture, size, loss):
    """Where networks start: embeddings of labels, and others of few rows, else None."""
    if loss.compares_rows:
        has_start = target.labels is not None and not architecture.is_linear
        return ClassStart(inputs.X.shape[1]) if has_start else None
    # Folds are weights of 0.
    if size > _MOST_LINEAR_STARTS or not loss.has_row_values:
        return None
    table = inputs.as_drawn(target.values, target.rows_weight)
    fold = draw_folds(len(target.values), _FOLDS, _FOLD_SEED, target.labels, table)
    total = float(target.weight.sum())
    return LinearStart(inputs.X.shape[1], torch.from_numpy(fold), total)


def _dtype_for(n_rows, solver, fitted, compared):
    """Precision that the solver requires, else double where it is cheap."""
    if fitted is not None and SOLVERS[solver].uses_batches:
        return fitted.dtype  # as before, because Adam's moments continue
    most = _DOUBLE_PRECISION_COMPARED if compared else _DOUBLE_PRECISION_ROWS
    by_rows = torch.float64 if n_rows <= most else torch.float32
    return SOLVERS[solver].precision or by_rows


def _tensor(values, device, dtype):
    tensor = torch.as_tensor(values)
    if tensor.is_floating_point():
        tensor = tensor.to(dtype)
    return tensor.to(device)
