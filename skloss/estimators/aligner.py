"""Alignment: two encoders that place two views of the same rows in one space."""

import numbers

from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval

from skloss.estimators.base import TorchEstimator
from skloss.estimators.embedding import FittedViews
from skloss.estimators.embedding_targets import ViewTargets, second_view
from skloss.estimators.parameters import CONSTRAINTS, documented, hidden_sizes, store
from skloss.estimators.rows import check_inputs
from skloss.losses import list_losses
from skloss.tasks import as_task
from skloss.training import TwoTowers, isolated

__all__ = ["TorchAligner"]


@documented
class TorchAligner(ClassNamePrefixFeaturesOutMixin, TransformerMixin, TorchEstimator):
    """Two encoders that place two views of the same rows close together.

    A neural counterpart of canonical correlation analysis, with its interface: ``y`` is
    the second view, of any width. Rows are matched by the loss: each row of one view
    should be more similar to its own row of the other view than to other rows.

    Parameters
    ----------
    loss : str or Loss, default "symmetric_cross_entropy"
        A name in ``skloss.list_losses("pairs")``, or an instance with parameters. The
        default compares rows by their distance,
        ``get_loss("clip", similarity="cosine")`` by their angle, as CLIP does.
    embedding_dim : int, default 16
        Columns of the embedding of either view, for each member of an ensemble.
    {parameters}

    Attributes
    ----------
    loss_ : Loss
        Fitted copy of the loss, with the temperature if that was learned.
    network_ : torch.nn.Module
        From the columns of both views, side by side, to both embeddings.
    history_ : DataFrame
        One row per member and epoch: training and validation loss.
    loss_curve_ : list of float
        Training loss of the first member after each epoch.
    n_iter_ : int
        Epochs of the longest member.
    n_features_in_ : int
        Columns of ``X``.
    feature_names_in_ : ndarray of str
        Names of the columns, if ``X`` had any.

    Examples
    --------
    >>> from sklearn.datasets import load_linnerud
    >>> from skloss import TorchAligner
    >>> X, y = load_linnerud(return_X_y=True)
    >>> aligner = TorchAligner(embedding_dim=2, random_state=0).fit(X, y)
    >>> aligner.similarity(X, y).shape
    (20, 20)
    """

    _targets, _model = ViewTargets, FittedViews
    _members = ()  # each has its own columns
    _parameter_constraints = {
        "loss": "no_validation",
        "embedding_dim": [Interval(numbers.Integral, 1, None, closed="left")],
        **CONSTRAINTS,
    }

    def __init__(
        self,
        loss="symmetric_cross_entropy",
        *,
        embedding_dim=16,
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
        store(self, locals())

    def fit(self, X, y, *, X_val=None, y_val=None):
        """Fit to two views of the same rows.

        Columns of both views are standardised inside. The linear maps of the encoders
        start at the canonical correlation of the views, and networks learn what these
        lack, unless a view has more than 500 columns.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            First view, in numbers: encode text and categories before.
        y : array-like or sparse matrix of shape (n_samples, n_features_y)
            Second view of the same rows, of any width; a single column may have the
            shape (n_samples,).
        X_val : array-like of shape (n_val, n_features), optional
            Rows to stop on, in place of a random part of ``X``; with ``y_val``.
        y_val : array-like of shape (n_val,) or (n_val, n_features_y), optional
            Their second view.

        Returns
        -------
        TorchAligner
            The fitted aligner itself.

        Raises
        ------
        ValueError
            If a parameter or a view is invalid, the loss does not compare views, or
            the rows of the views differ in number.

        Warns
        -----
        ConvergenceWarning
            If all rows are placed at one point, with what to try, or if ``max_iter``
            was reached before training converged.

        Examples
        --------
        >>> from sklearn.datasets import load_linnerud
        >>> from skloss import TorchAligner
        >>> X, y = load_linnerud(return_X_y=True)
        >>> TorchAligner(embedding_dim=2).fit(X, y).n_features_in_
        3
        """
        return super().fit(X, y, X_val=X_val, y_val=y_val)

    def transform(self, X, y=None):
        """Place rows of one view, or of both, in the common space.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (m_samples, n_features_y), optional
            Rows of the second view.

        Returns
        -------
        ndarray of shape (n_samples, n_members * embedding_dim), or a tuple of two
            The embedding of ``X``, and of ``y`` if it is given.

        Examples
        --------
        >>> from sklearn.datasets import load_linnerud
        >>> from skloss import TorchAligner
        >>> X, y = load_linnerud(return_X_y=True)
        >>> aligner = TorchAligner(embedding_dim=2).fit(X, y)
        >>> aligner.transform(X).shape, [view.shape for view in aligner.transform(X, y)]
        ((20, 2), [(20, 2), (20, 2)])
        """
        with isolated():
            views = [self._fitted_view(X)]
            if y is not None:
                views.append(self._fitted_view(y, is_second=True))
            placed = [self._fitted.predict(view) for view in views]
        return placed[0] if y is None else tuple(placed)

    def fit_transform(self, X, y=None):
        """Fit, and place the rows of both views: ``fit(X, y).transform(X, y)``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_features_y)

        Returns
        -------
        tuple of two ndarrays of shape (n_samples, n_members * embedding_dim)

        Examples
        --------
        >>> from sklearn.datasets import load_linnerud
        >>> from skloss import TorchAligner
        >>> X, y = load_linnerud(return_X_y=True)
        >>> [view.shape for view in TorchAligner(embedding_dim=2).fit_transform(X, y)]
        [(20, 2), (20, 2)]
        """
        return self.fit(X, y).transform(X, y)

    def similarity(self, X, y):
        """Similarity of each row of one view to each row of the other.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (m_samples, n_features_y)

        Returns
        -------
        ndarray of shape (n_samples, m_samples)
            By the measure of the loss, such as the cosine; mean over members.

        Examples
        --------
        >>> from sklearn.datasets import load_linnerud
        >>> from skloss import TorchAligner
        >>> X, y = load_linnerud(return_X_y=True)
        >>> TorchAligner(embedding_dim=2).fit(X, y).similarity(X[:3], y).shape
        (3, 20)
        """
        with isolated():
            x = self._fitted_view(X)
            y = self._fitted_view(y, is_second=True)
            return self._fitted.loss.measure(x, y).mean(0).cpu().numpy()

    def _fitted_view(self, view, is_second=False):
        """Validate rows of one view and return their outputs."""
        checked = check_inputs(self, view) if not is_second else second_view(view)
        model = self._fitted
        if is_second and checked.shape[1] != model.n_second:
            raise ValueError(
                f"y has {checked.shape[1]} columns, but the second view had "
                f"{model.n_second} when the encoders were fitted."
            )
        return model.raw_view(checked, is_second)

    @property
    def _n_features_out(self):
        return self.embedding_dim * len(self._fitted.fits)

    def _learn_targets(self, y, loss, classes):
        if not loss.supports("pairs"):
            raise ValueError(
                f"The loss {loss.name!r} does not compare two views. Losses that do: "
                f"{', '.join(list_losses('pairs'))}."
            )
        sizes = {"n_dims": self.embedding_dim, "n_second": y.shape[1]}
        return ViewTargets(as_task("pairs"), None, **sizes)

    def _architecture(self, rows=None, loss=None):
        if self.network is not None:
            raise ValueError("network is not supported: there is one for each view.")
        constants = () if loss is None else tuple(loss.trained_constants())
        n_first = rows.columns["n_features_in_"]
        return TwoTowers(n_first, hidden_sizes(self), self.activation, constants)
