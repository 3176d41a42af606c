"""Fitting: from rows to a plan of models, and from trained models to a fitted one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from skloss.encoding import Encoding, Inputs
from skloss.estimators import parameters as options
from skloss.estimators.cross_fitting import FoldModels, fold_models
from skloss.estimators.fitted import FittedModel
from skloss.estimators.out_of_fold import cross_fitted_together
from skloss.estimators.rows import held_out_target
from skloss.estimators.specs import specs_of_members
from skloss.estimators.targets import ClassTargets, Target
from skloss.losses import Loss, get_loss
from skloss.training import (
    ONE_EPOCH_SOLVER,
    FitSpec,
    choose_solver,
    resolve_device,
)

__all__ = [
    "FitPlan",
    "complete_together",
    "finish",
    "make_inputs",
    "prepare",
    "set_fitted",
]


@dataclass(frozen=True)
class FitPlan:
    """One estimator's models, and what was learned before training.

    Attributes
    ----------
    inputs : Inputs
        Encoded rows.
    loss : Loss
        Bound to the rows, in units of ``y``.
    targets : NumberTargets or ClassTargets
        How ``y`` was encoded.
    target : Target
        The encoded ``y``.
    models : list of FitSpec
        One per member.
    layout : dict
        Parameters that must not change before this fit is continued.
    columns : dict
        From `Rows`.
    model_class : type
        Subclass of `FittedModel` that `finish` builds.
    own_scale : bool
        Whether the model learns the scale of its implied noise.
    continued : FittedModel or None
        Model whose training goes on.
    probability_source : str
        How probabilities of classes are made; "none" for numbers.
    folds : list of FoldModels
        Whose scores calibrate probabilities; empty if nothing is to be calibrated.
    """

    inputs: Inputs
    loss: Loss
    targets: Any
    target: Target
    models: list[FitSpec]
    layout: dict[str, Any]
    columns: dict[str, Any]
    model_class: type[FittedModel]
    own_scale: bool
    continued: FittedModel | None
    probability_source: str
    folds: list[FoldModels]

    @property
    def trained(self):
        """All models that are to be trained: those of the fit, then of its folds."""
        return [*self.models, *(model for fold in self.folds for model in fold.models)]


def make_inputs(estimator, rows, encoding=None):
    """Encode training rows; a comparison shares the result between losses.

    Validation rows follow them, encoded as the training rows are.
    """
    takes_bins = estimator._architecture(rows).takes_piecewise_linear
    piecewise_linear = takes_bins and estimator.numeric_encoding == "auto"
    X, weight = rows.X, _weight(rows)
    if rows.validation is not None:
        encoding = encoding or Encoding(X, weight, piecewise_linear)
        X = _stacked(X, rows.validation.X)
    return Inputs(
        X,
        weight,
        piecewise_linear=piecewise_linear,
        device=resolve_device(estimator.device),
        encoding=encoding,
    )


def _stacked(X, more):
    """Return the rows of both tables, sparse if both are."""
    if sparse.issparse(X) and sparse.issparse(more):
        return sparse.vstack([X, more], format="csr")
    tables = [part.toarray() if sparse.issparse(part) else part for part in (X, more)]
    return np.vstack(tables).astype(X.dtype, copy=False)


def prepare(
    estimator,
    rows,
    *,
    loss=None,
    fitted=None,
    classes=None,
    one_epoch=False,
    inputs=None,
    n_rows=None,
    size=None,
    labels=None,
    own_scale=True,
    seeds=None,
):
    """Lay out the models of an estimator without training or changing it.

    Parameters
    ----------
    estimator : TorchEstimator
    rows : Rows
        From `check_rows`.
    loss : Loss, optional
        In place of the estimator's.
    fitted : FittedModel, optional
        Continue from its weights, units and classes.
    classes : array-like, optional
        All classes, where ``rows`` may lack some.
    one_epoch : bool
        A single pass of Adam over all rows.
    inputs : Inputs, optional
        Rows that were encoded before, for another loss.
    n_rows : int, optional
        Rows that decide the precision: of a comparison's smallest fold.
    size : float, optional
        Sum of weights that decides parameters of "auto" which depend on the rows: of a
        comparison's smallest fold.
    labels : dict, optional
        Columns of the history, such as loss and fold.
    own_scale : bool
        Whether the model learns the scale of its implied noise. A comparison takes
        that from other folds.
    seeds : list of int, optional
        Seeds of the members, in place of those of ``random_state``.

    Returns
    -------
    FitPlan
    """
    weight = _weight(rows)
    unbound = get_loss(estimator.loss) if loss is None else loss
    if fitted is None:
        loss, targets = unbound, _learned_targets(estimator, rows, unbound, classes)
    else:
        loss, targets = fitted.loss, fitted.targets
    class_weight = getattr(estimator, "class_weight", None)
    target = targets.encode(rows.y, weight, loss, class_weight)
    n_outputs = loss.n_outputs(target.n)
    architecture = estimator._architecture(rows, loss)
    total = float(weight.sum())
    size = total if size is None else size
    seeds = seeds or _seeds(estimator, architecture, size, fitted)
    layout = options.layout(estimator, unbound, n_outputs, len(seeds))
    options.check_unchanged(layout, layout if fitted is None else fitted.layout)
    solver = choose_solver(
        estimator.solver, architecture, loss, rows.X.shape[1], n_outputs
    )
    if fitted is None:
        loss = loss.bind(target.values, target.weight, rows.X)
        targets = targets.with_units(target, loss)
    held_out = rows.validation and held_out_target(
        rows, weight, targets, loss, class_weight
    )
    if inputs is None:
        inputs = make_inputs(estimator, rows, fitted and fitted.encoding)
    how = estimator, architecture, ONE_EPOCH_SOLVER if one_epoch else solver, size
    models = specs_of_members(
        *(how, seeds, loss, targets, target, held_out, inputs, fitted),
        total=total,
        n_rows=rows.X.shape[0] if n_rows is None else n_rows,
        one_epoch=one_epoch,
        labels=labels,
    )
    source, folds = targets.probability_source(loss, target, n_outputs), []
    if source == "calibrated" and not one_epoch:
        folds = fold_models(estimator, models, target, inputs, seeds[0])
    every = target if held_out is None else target.followed_by(held_out)
    return FitPlan(
        *(inputs, loss, targets, every),
        *(models, layout, rows.columns, estimator._model),
        *(own_scale, fitted, source, folds),
    )


def _learned_targets(estimator, rows, loss, classes):
    """Learn how ``y`` is encoded; classes of a pandas Categorical keep their order."""
    targets = estimator._learn_targets(rows.y, loss, classes)
    if rows.categories is not None and isinstance(targets, ClassTargets):
        return targets.ordered_like(rows.categories)
    return targets


def _seeds(estimator, architecture, size, fitted):
    """Return the seed of each member, of as many as before where a fit continues."""
    n_members = options.n_members_for(estimator, architecture, size)
    if fitted is not None and estimator.n_members == "auto":
        n_members = fitted.layout["n_members"]
    return options.seeds_for(estimator, n_members)


def finish(plan, fits):
    """Return the fitted model of a plan whose models were trained.

    Parameters
    ----------
    plan : FitPlan
    fits : list of FitResult
        Results of ``plan.trained``, in order; those of the folds may be left out.

    Returns
    -------
    FittedModel
    """
    return plan.model_class(plan, fits)


def complete_together(models):
    """Compute what the models of a comparison left: their refits are one stack.

    Parameters
    ----------
    models : list of FittedModel
    """
    left = [m for m in models if m.left is not None and not m.left.own_scale]
    refitted = cross_fitted_together([(model.left, model) for model in left])
    for model, of_model in zip(left, refitted, strict=True):
        model.complete(of_model)


def set_fitted(estimator, model):
    """Give an estimator its learned attributes: all of them at once, or none.

    Nothing else sets one, so that an exception leaves a former fit as it was.

    Parameters
    ----------
    estimator : TorchEstimator
    model : FittedModel

    Returns
    -------
    TorchEstimator
    """
    state = dict(vars(estimator))
    former = state.pop("_fitted", None)
    for name in () if former is None else former.attributes:
        state.pop(name, None)
    state |= model.attributes | {"_fitted": model}
    estimator.__dict__ = state
    return estimator


def _weight(rows):
    """Weights of the rows; a view of a single 1 where there are none."""
    if rows.weight is None:
        return np.broadcast_to(1.0, rows.X.shape[0])
    return rows.weight
