"""Cross-fitting: rows are predicted by models that were not fitted to them."""

from dataclasses import replace

import numpy as np
import torch

from skloss.encoding.split import content_key, draw_folds
from skloss.training import SOLVERS, train_without_warnings

__all__ = ["can_cross_fit", "cross_fitted", "cross_fitted_together"]

_FOLDS = 5  # as many as in cross-validation by default
_SEED = 0  # of the folds: they must be those of the same rows in another order
# Rows beyond which one fold alone is predicted, so that a fit takes at most twice its
# time; a fifth of them still determines a scale to 2%.
_MANY_ROWS = 5000
_ROWS_AT_ONCE = 4096


def can_cross_fit(plan):
    """Return whether there are rows to predict by refits on others."""
    fold = _folds(plan.inputs.X, plan.target.values)
    return bool(fold.max() > 0) and plan.models[0].settings.until_converged


def cross_fitted(plan, model):
    """Return raw predictions by refits of the first member on the other folds.

    Equal rows are in the same fold, and folds do not depend on the order of rows, so
    that a row of weight 2 is a row that occurs twice.

    Parameters
    ----------
    plan : FitPlan
        A plan of models without validation rows.
    model : FittedModel
        Trained on all rows.

    Returns
    -------
    rows : ndarray of shape (n_predicted,)
        Positions of the predicted rows; none where there is one row alone, and for a
        single epoch of `partial_fit`.
    raw : Tensor of shape (1, n_predicted, n_outputs)
    """
    return cross_fitted_together([(plan, model)])[0]


@torch.no_grad()
def cross_fitted_together(fitted):
    """Return what `cross_fitted` does for several models; their refits are one stack.

    Parameters
    ----------
    fitted : list of (FitPlan, FittedModel)

    Returns
    -------
    list of (ndarray, Tensor)
    """
    refits = [_refits(plan, model) for plan, model in fitted]
    # Solvers let models with equal numbers of rows take each step together.
    specs = [spec for own, *_ in refits for spec in own]
    specs.sort(key=lambda spec: len(spec.fit_rows))
    with torch.enable_grad():
        fits = train_without_warnings(specs) if specs else []
    fit_of = {id(spec): fit for spec, fit in zip(specs, fits, strict=True)}
    return [_predicted([fit_of[id(s)] for s in own], *rest) for own, *rest in refits]


def _refits(plan, model):
    """Return specs of refits, the rows that each predicts, and the spec of all rows."""
    spec = plan.models[0]
    device = spec.weight.device
    fold = _folds(plan.inputs.X, plan.target.values)
    n_folds = fold.max() + 1
    if n_folds < 2 or not spec.settings.until_converged:
        n_folds = 0
    elif len(fold) > _MANY_ROWS:
        n_folds = 1
    parts = [torch.as_tensor(np.flatnonzero(fold == k)) for k in range(n_folds)]
    # Solvers that end at the optimum are near it already; a network must not start from
    # weights that were fitted to the rows.
    solver = SOLVERS[spec.settings.solver]
    start, settings = None, spec.settings
    if model.is_linear and not solver.uses_batches:
        # Without the number of its steps, which would keep the stacks of models apart.
        start = replace(model.fits[0], n_steps_taken=0)
        most = min(settings.max_iter, solver.most_refit_steps)
        settings = replace(settings, max_iter=most)
    how, specs = {"start": start, "settings": settings}, []
    for k in range(n_folds):
        rest = torch.as_tensor(np.flatnonzero(fold != k)).to(device)
        size = min(spec.batch_size, len(rest))
        specs.append(replace(spec, fit_rows=rest, batch_size=size, **how))
    return specs, parts, spec


def _predicted(fits, parts, spec):
    """Return the positions and the raw predictions of the rows of all parts."""
    raw = []
    for fit, rows in zip(fits, parts, strict=True):
        network = spec.architecture.module(fit).eval()
        for part in rows.to(spec.weight.device).split(_ROWS_AT_ONCE):
            raw.append(network(spec.X[part]).reshape(1, len(part), -1))
    if not raw:
        return np.empty(0, dtype=int), None
    return torch.cat(parts).numpy(), torch.cat(raw, dim=1)


def _folds(X, y):
    """Return the fold of each row, from its content."""
    key = content_key(X, y)
    n_folds = min(_FOLDS, len(np.unique(key)))
    return draw_folds(len(key), n_folds, _SEED, table=key[:, None])
