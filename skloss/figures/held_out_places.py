"""Where residuals lie in noise models of other folds, found once per comparison."""

from weakref import WeakKeyDictionary

import numpy as np

from skloss.figures import row_weights
from skloss.noise import held_out_pit, residual_fit, residuals_of

__all__ = ["fit_of", "held_out_places", "kept_of"]

# Several figures and tables show the same residuals, and their fits take longest of
# large tables. They are kept with their comparison, and no longer.
_KEPT = WeakKeyDictionary()
# The residuals, and their places in noise models, of as many losses as are compared by
# default, and some more.
_KEPT_AT_MOST = 16


def kept_of(make, comparison, loss, output):
    """Return what a function makes of the residuals of one loss, made once."""
    try:
        kept = _KEPT.setdefault(comparison, {})
    except TypeError:  # an object with the attributes of a comparison only
        kept = {}
    # Predictions that were replaced have residuals of their own.
    predictions, made = kept.pop((make, loss, output), (None, None))
    if predictions is not comparison.predictions:
        predictions, made = comparison.predictions, make(comparison, loss, output)
    kept[make, loss, output] = predictions, made
    for oldest in list(kept)[:-_KEPT_AT_MOST]:
        del kept[oldest]
    return made


def fit_of(comparison, loss, output=None):
    """Return the `skloss.noise.ResidualFit` of one loss."""
    return kept_of(_fitted, comparison, loss, output)


def _fitted(comparison, loss, output):
    rows = row_weights.once(comparison, loss)
    weight = row_weights.counted(row_weights.of_rows(comparison, loss, rows))
    return residual_fit(residuals_of(rows, loss, output), weight)


def held_out_places(comparison, loss, output=None):
    """Return where each residual lies in noise models fitted to the other folds.

    Returns
    -------
    places : DataFrame
        As `skloss.noise.held_out_pit` returns it.
    weight : ndarray
        Of its rows.
    """
    return kept_of(_placed, comparison, loss, output)


def _placed(comparison, loss, output):
    weight = row_weights.counted(row_weights.of_rows(comparison))
    places = held_out_pit(comparison.predictions, loss, output, sample_weight=weight)
    weight = row_weights.counted(row_weights.of_rows(comparison, loss))
    return places, np.ones(len(places)) if weight is None else weight
