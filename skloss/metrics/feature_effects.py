"""How much held-out predictions vary with each feature."""

import numpy as np
import pandas as pd

__all__ = ["bins_of", "feature_effects", "feature_frame"]

# Rows that effects are computed from: a share needs two digits, not more.
_ROWS = 20_000
# Twelve levels and a rest fit a figure; numbers get finer bins, as they have an order.
_LEVELS, _BINS = 12, 20
#: The rows of rare levels, and those without a value.
OTHER, MISSING = "(other)", "(missing)"


def feature_frame(X, rows):
    """Return rows of a table of any kind as a DataFrame.

    Parameters
    ----------
    X : array-like, sparse matrix or DataFrame of shape (n_samples, n_features)
    rows : ndarray of int
        Positions of rows.

    Returns
    -------
    DataFrame
        Index: that of ``X``, or positions. Columns without a name are called
        "feature 0", "feature 1", ...

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.metrics.feature_effects import feature_frame
    >>> feature_frame([[1, 2], [3, 4]], np.array([1])).columns.tolist()
    ['feature 0', 'feature 1']
    """
    if isinstance(X, pd.DataFrame):
        return X.iloc[rows]
    picked = X[rows] if hasattr(X, "shape") else np.asarray(X)[rows]
    picked = picked.toarray() if hasattr(picked, "toarray") else picked
    return pd.DataFrame(picked, index=pd.Index(rows)).add_prefix("feature ")


def bins_of(values):
    """Divide the values of a feature into bins of similar size, or into its levels.

    Parameters
    ----------
    values : Series

    Returns
    -------
    Series of the length of ``values``
        Numbers and dates: the mean of the bin, missing where the value is; up to
        20 different ones are a bin each. Others:
        the level, "(other)" for all but the twelve most frequent, or "(missing)".

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.metrics.feature_effects import bins_of
    >>> bins_of(pd.Series([1.0, 2.0, 3.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    is_number = pd.api.types.is_numeric_dtype(values)
    if is_date or (is_number and not pd.api.types.is_bool_dtype(values)):
        numbers = values if is_date else values.astype(float)
        if not is_date:
            numbers = numbers.where(np.isfinite(numbers))
        if numbers.nunique() <= _BINS:  # each is a bin of its own
            return numbers
        # Equal values never part: ranks of ties are equal.
        place = numbers.rank(method="average", pct=True)
        code = np.ceil(place * _BINS)
        return numbers.groupby(code).transform("mean")
    text = values.astype(object).where(values.notna(), MISSING).map(str)
    frequent = text.value_counts().index[:_LEVELS]
    return text.where(text.isin(frequent), OTHER)


def feature_effects(X, predictions, column="y_pred", *, sample_weight=None):
    """Return how much of the predictions' variance each feature accounts for.

    The share is the correlation ratio: the variance between the means of the bins of a
    feature, over the variance of the predictions, adjusted for the number of bins as
    R2 is for the number of parameters (Ezekiel 1930). It is averaged over losses.

    Parameters
    ----------
    X : array-like, sparse matrix or DataFrame
        The features of a comparison.
    predictions : DataFrame
        `Comparison.predictions`.
    column : str, default "y_pred"
        Column of numbers.
    sample_weight : array-like of shape (n_samples,), optional
        One for each row of ``X``.

    Returns
    -------
    Series
        Index feature, values between 0 and 1; the strongest feature comes first.
        Shares of correlated features overlap.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skloss.metrics import feature_effects
    >>> X = pd.DataFrame({"a": np.arange(40.0), "b": [0.0, 1.0] * 20})
    >>> frame = pd.DataFrame({"loss": "huber", "row": range(40), "y_pred": X["b"]})
    >>> feature_effects(X, frame).round(2).to_dict()
    {'b': 1.0, 'a': 0.0}
    """
    rows = np.sort(predictions["row"].unique())
    if len(rows) > _ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, _ROWS, replace=False))
    features = feature_frame(X, rows).set_axis(pd.Index(rows))
    shown = predictions[predictions["row"].isin(rows)]
    # Repeats predict a row several times; their mean is one prediction.
    wide = shown.pivot_table(index="row", columns="loss", values=column, sort=False)
    weight = np.ones(len(wide))
    if sample_weight is not None:
        weight = np.asarray(sample_weight, dtype=float)[wide.index]
    shares = {}
    for place, name in enumerate(features.columns):
        bins = bins_of(features.iloc[:, place]).reindex(wide.index)
        shares[name] = float(
            np.mean([_share(wide[loss], bins, weight) for loss in wide])
        )
    return pd.Series(shares, dtype=float).sort_values(ascending=False, kind="stable")


def _share(values, bins, weight):
    """Return the adjusted correlation ratio of values and bins."""
    # A row of weight 0 is absent; a bin of such rows alone has no mean.
    known = (bins.notna() & np.isfinite(values)).to_numpy() & (weight > 0)
    values, weight = values.to_numpy()[known], weight[known]
    bins = pd.factorize(bins[known])[0]
    n_bins, n_rows = bins.max(initial=-1) + 1, len(values)
    if n_rows <= n_bins or n_bins < 2:
        return 0.0
    total = float(weight @ (values - np.average(values, weights=weight)) ** 2)
    if total == 0:
        return 0.0
    means = np.bincount(bins, weight * values) / np.bincount(bins, weight)
    within = float(weight @ (values - means[bins]) ** 2)
    return max(0.0, 1 - (within / total) * (n_rows - 1) / (n_rows - n_bins))
