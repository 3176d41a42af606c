"""The repetition of a cross-validation that a fold belongs to."""

import numpy as np

__all__ = ["with_repeats"]


def with_repeats(predictions, splits):
    """Return predictions with a column ``repeat`` if some rows are held out twice.

    A fold that holds out a row again begins a new repetition, so that each repetition
    has at most one prediction for a row.

    Parameters
    ----------
    predictions : DataFrame
        With a column ``fold``.
    splits : list of (ndarray, ndarray)
        Training and held-out rows of each fold, as positions.

    Returns
    -------
    DataFrame
    """
    last = max(int(test.max(initial=0)) for _, test in splits)
    is_used, repeat, found = np.zeros(last + 1, bool), 0, []
    for _, test in splits:
        if is_used[test].any():
            repeat += 1
            is_used[:] = False
        is_used[test] = True
        found.append(repeat)
    if not repeat:
        return predictions
    column = np.array(found)[predictions["fold"].to_numpy()]
    place = predictions.columns.get_loc("fold") + 1
    predictions = predictions.copy()
    predictions.insert(place, "repeat", column)
    return predictions
