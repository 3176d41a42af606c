"""Held-out rows of a comparison of embeddings, and the baselines of one."""

import warnings
from collections import Counter

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.cross_decomposition import CCA
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import NeighborhoodComponentsAnalysis
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import _safe_indexing

from skloss.comparison.evaluation import has_learned
from skloss.comparison.steps import apply_steps, apply_to_view
from skloss.metrics import score_all
from skloss.metrics.scorers import embedded
from skloss.table import make_preprocessor
from skloss.training import warn_caller

__all__ = ["place", "score_embedding_baselines", "score_one_point", "second_view_steps"]

# Training rows up to which neighbourhood components analysis is fitted: each step
# compares all pairs of rows.
_MOST_ROWS_FOR_NCA = 5000
# Columns of baselines that have to choose a number, as many as TorchEmbedder has.
_DIMENSIONS = 16
# Largest correlation of a pair of canonical variates that is taken for true.
_LARGEST_CORRELATION = 0.9999
# Change of a direction that ends its iterations; at scikit-learn's 1e-6, directions of
# little correlation are still off by a percent.
_TOLERANCE = 1e-12


def second_view_steps(task, y, estimator=None):
    """Return unfitted preprocessing of the second view, or None.

    Parameters
    ----------
    task : Task
    y : array-like or DataFrame
    estimator : estimator or None, default None
        Estimator of the caller, whose steps are for the first view alone.

    Returns
    -------
    Pipeline or None
        Only a DataFrame is preprocessed, as the first view is: next to an estimator of
        the caller, one that holds text, dates or missing values.
    """
    if not task.has_views or not isinstance(y, (pd.DataFrame, pd.Series)):
        return None
    frame = _as_frame(y)
    if estimator is not None and not frame.isna().any(axis=None):
        if frame.select_dtypes(["number", "bool"]).shape[1] == frame.shape[1]:
            return None
    return Pipeline(
        [
            ("frame", FunctionTransformer(_as_frame)),
            ("table", make_preprocessor(frame)),
        ]
    )


def _as_frame(view):
    """Return a view of one column as a DataFrame too, with columns named by text."""
    view = view.to_frame() if isinstance(view, pd.Series) else view
    return view.rename(columns=str)


def place(results, y):
    """Fill in the embeddings of held-out rows.

    Parameters
    ----------
    results : list of FoldResult
        With models.
    y : array-like of shape (n_samples,) or (n_samples, n_features_y)
        Labels, or second views.
    """
    collapsed = Counter()
    for result in results:
        result.is_trained = all(map(has_learned, result.plan.models, result.fits))
        result.stopped = any(fit.stopped for fit in result.fits)
        result.y_true, result.y_pred = embedded(
            result.estimator, result.X_test, result.held_out(y)
        )
        # A model that was stopped before it learned has not collapsed.
        result.has_collapsed = bool(result.model.warnings and result.is_trained)
        collapsed[result.label] += result.has_collapsed
    n_folds = len({result.fold for result in results})
    for label, n in collapsed.items():
        if n:
            warn_caller(
                f"The embedding of {label!r} has collapsed to one point in {n} of "
                f"{n_folds} folds; try a smaller learning_rate or alpha, or another "
                "margin or temperature.",
                ConvergenceWarning,
            )


def score_one_point(task, y, weight, splits):
    """Score the embedding of all rows at one point, as good as a random order.

    Parameters
    ----------
    task : Task
    y : array-like of shape (n_samples,) or (n_samples, n_features_y)
    weight : ndarray of shape (n_samples,) or None
    splits : list of (ndarray, ndarray)

    Returns
    -------
    DataFrame
        Columns loss ("constant"), fold, metric, value.
    """
    rows = []
    for fold, (_, test) in enumerate(splits):
        point = np.zeros((len(test), 1))
        truth = point if task.has_views else np.asarray(_safe_indexing(y, test))
        own = None if weight is None else weight[test]
        found = score_all(task, truth, point, sample_weight=own)
        rows += [("constant", fold, *scored) for scored in found.items()]
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def score_embedding_baselines(
    task, data, splits, before, second, stop=None, report=None
):
    """Fit the baselines in each fold and score them as the losses are scored.

    Parameters
    ----------
    task : Task
    data : tuple of (X, y, sample_weight or None)
    splits : list of (ndarray, ndarray)
        Training and held-out rows of each fold, as positions in ``data``.
    before, second : Pipeline or None
        Unfitted steps before the estimator, and of the second view.
    stop : callable or None, default None
        Called without arguments before each fit; True ends the run.
    report : callable or None, default None
        Called with the scores of the other baselines before NCA is fitted, which takes
        most of the time.

    Returns
    -------
    DataFrame or None
        Columns loss, fold, metric, value. None if it was stopped. A baseline that
        cannot be fitted is left out.
    """
    X, y, weight = data
    if before is None and isinstance(X, pd.DataFrame):
        before = make_preprocessor(X if weight is None else X[weight > 0])
    smallest = min(len(train) for train, _ in splits)
    is_slow = "nca" in task.baselines and smallest <= _MOST_ROWS_FOR_NCA
    given = task, (X, y, weight), splits, before, second, stop
    found = _scores(*given, [name for name in task.baselines if name != "nca"])
    if found is None or not is_slow:
        return found
    if report is not None:
        report(found)
    slow = _scores(*given, ["nca"])
    return None if slow is None else pd.concat([found, slow], ignore_index=True)


def _scores(task, data, splits, before, second, stop, names):
    """Return the scores of some baselines by fold, or None if it was stopped."""
    X, y, weight = data
    rows = []
    for fold, (train, test) in enumerate(splits):
        y_train, y_test = (_safe_indexing(y, part) for part in (train, test))
        X_train, y_train, X_test = apply_steps(
            before, _safe_indexing(X, train), y_train, _safe_indexing(X, test)
        )
        y_train, y_test = apply_to_view(second, y_train, y_test)
        own = None if weight is None else weight[test]
        models = _views(X_train, y_train) if task.has_views else _labels(X_train)
        for name, model in models.items():
            if name not in names:
                continue
            if stop is not None and stop():
                return None
            placed = _placed(model, X_train, y_train, X_test, y_test)
            if placed is not None:
                found = score_all(task, *placed, sample_weight=own)
                rows += [(name, fold, *scored) for scored in found.items()]
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def _placed(model, X_train, y_train, X_test, y_test):
    """Fit a baseline; return what is scored of the held-out rows, or None."""
    with warnings.catch_warnings():
        # A baseline is fitted as it is; its warnings are not about the losses.
        warnings.simplefilter("ignore")
        try:
            model.fit(X_train, y_train)
            return embedded(model, X_test, y_test)
        # Such as a single class; of columns that do not vary, LDA raises IndexError.
        except (ValueError, IndexError, np.linalg.LinAlgError):
            return None


def _labels(X):
    """Return baselines for rows with labels: as they are, and three projections."""
    is_sparse = sparse.issparse(X)
    n = min(_DIMENSIONS, *X.shape)
    # Sparse columns would become dense if their means were subtracted.
    pca = TruncatedSVD(n, random_state=0) if is_sparse else PCA(n, random_state=0)
    models = {"raw_features": FunctionTransformer(accept_sparse=True), "pca": pca}
    if not is_sparse:
        models |= {
            "lda": LinearDiscriminantAnalysis(),
            "nca": NeighborhoodComponentsAnalysis(n, random_state=0),
        }
    return {
        name: Pipeline([("scale", StandardScaler(with_mean=not is_sparse)), (name, m)])
        for name, m in models.items()
    }


def _views(X, y):
    """Return the baseline for two views."""
    width = 1 if np.ndim(y) == 1 else np.shape(y)[1]
    return {"cca": _Correlation(min(_DIMENSIONS, *X.shape, width))}


class _Correlation:
    """Canonical correlation whose variates are compared by their likelihood.

    Under the Gaussian model, the variate y_k given x_k has mean rho_k x_k and variance
    1 - rho_k^2 (Bach and Jordan 2005). Dividing by that standard deviation makes the
    nearest variates the most likely ones; without it, those that correlate little hide
    the others.
    """

    def __init__(self, n_components):
        self.n_components = n_components

    def fit(self, X, y):
        """Fit to both views; columns that do not vary have no correlation."""
        X, y = map(_dense, (X, y))
        self.columns = [np.ptp(view, axis=0) > 0 for view in (X, y)]
        X, y = self._varying(X, y)
        n = min(self.n_components, X.shape[1], y.shape[1])
        self.model = CCA(n, max_iter=5000, tol=_TOLERANCE)
        x, y = self.model.fit(X, y).transform(X, y)
        self.scales = x.std(axis=0), y.std(axis=0)
        correlation = (x * y).mean(axis=0) / (self.scales[0] * self.scales[1])
        # A correlation of 1 would leave no other variate any influence.
        self.correlation = correlation.clip(0.0, _LARGEST_CORRELATION)
        return self

    def transform(self, X, y):
        """Return what is expected of the second view's variates, and those."""
        views = self.model.transform(*self._varying(*map(_dense, (X, y))))
        x, y = (v / scale for v, scale in zip(views, self.scales, strict=True))
        deviation = np.sqrt(1 - self.correlation**2)
        return x * self.correlation / deviation, y / deviation

    def _varying(self, *views):
        pairs = zip(views, self.columns, strict=True)
        return [view[:, columns] for view, columns in pairs]


def _dense(view):
    """Return a view as a matrix of floats."""
    view = view.toarray() if sparse.issparse(view) else np.asarray(view, dtype=float)
    return view.reshape(len(view), -1)
