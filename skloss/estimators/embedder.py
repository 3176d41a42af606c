"""Metric learning: an embedding in which rows of one label are close together."""

import numbers

import torch
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval, StrOptions

from skloss.estimators.base import TorchEstimator
from skloss.estimators.embedding import JoinedEmbedding
from skloss.estimators.embedding_targets import LabelTargets
from skloss.estimators.parameters import CONSTRAINTS, batch_size_for, documented, store
from skloss.losses import list_losses
from skloss.tasks import as_task
from skloss.training import Augmentation, isolated

__all__ = ["TorchEmbedder"]

# Two views of a row differ by a tenth of each column's standard deviation, and in a
# fifth of the columns, which one of them lacks.
_NOISE, _MASKING = 0.1, 0.2
# Noise of labelled rows, without which an embedding memorises pairs of rows: with half
# a standard deviation the accuracy of five neighbours rises from 0.61 to 0.70 on 4,000
# rows of 26 classes, and stays within 0.01 on wine and iris.
_LABELLED_NOISE = 0.5
# Largest sum of weights, and members up to it: with four instead of one, recall@1 of
# eleven tables of 200 to 1,500 rows is higher by 0.015 in the mean.
_MEMBERS = ((300, 8), (1000, 4))


@documented
class TorchEmbedder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, TorchEstimator):
    """Embedding by a neural network with any loss that compares rows.

    With labels, rows of one label come close together and others apart, so that nearest
    neighbours and clusters follow the labels. Without labels, two views of each row are
    made by noise and masked columns, and are kept apart from the views of other rows.

    Parameters
    ----------
    loss : str or Loss, default "triplet"
        A name in ``skloss.list_losses("embedding")``, or an instance with parameters. A
        grid search over ``loss__margin`` needs an instance (``Triplet()``), because a
        string has no parameters.
    embedding_dim : int, default 16
        Columns of the embedding. With a loss on angles each row has length one. The
        members of an ensemble are projected to the principal axes of their joined
        columns.
    feature_noise : float or "auto", default "auto"
        Standard deviation of the noise that is added to each column while training, in
        standard deviations of the column. "auto" is 0.1 without labels and 0.5 with
        labels, but 0 where each step reads all rows, so that a row of weight 2 is
        exactly two rows. Rows to stop on have no noise if there are labels.
    feature_masking : float in [0, 1) or "auto", default "auto"
        Share of a row's columns that are set to their mean while training. "auto" is
        0.2 without labels, else 0.
    {parameters}

    Attributes
    ----------
    loss_ : Loss
        Fitted copy of the loss.
    network_ : torch.nn.Module
        From raw columns to the embedding, before rows are scaled to length one; of
        several members, to that of each.
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
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from skloss import TorchEmbedder
    >>> X, y = load_iris(return_X_y=True)
    >>> embedder = TorchEmbedder("triplet", embedding_dim=2, random_state=0)
    >>> model = make_pipeline(embedder, KNeighborsClassifier()).fit(X, y)
    >>> bool(model.score(X, y) > 0.9)
    True
    """

    _targets, _model = LabelTargets, JoinedEmbedding
    _members = _MEMBERS
    _parameter_constraints = {
        "loss": "no_validation",
        "embedding_dim": [Interval(numbers.Integral, 1, None, closed="left")],
        "feature_noise": [
            Interval(numbers.Real, 0, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "feature_masking": [
            Interval(numbers.Real, 0, 1, closed="left"),
            StrOptions({"auto"}),
        ],
        **CONSTRAINTS,
    }

    def __init__(
        self,
        loss="triplet",
        *,
        embedding_dim=16,
        feature_noise="auto",
        feature_masking="auto",
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

    def fit(
        self,
        X,
        y=None,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Fit to training rows.

        Each step takes a batch that holds four to seven rows of each of its labels, or
        all of them if there are fewer, so that every row has others to be close to.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training rows. Their columns are standardised inside.
        y : array-like of shape (n_samples,), optional
            Labels: numbers, text or categories, at least two different ones. A label
            of a single row counts as another label alone. Without labels, the two
            views of a row belong together.
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the rows: 0 leaves a row out, 2 counts it twice.
        X_val : array-like of shape (n_val, n_features), optional
            Rows to stop on, in place of a random part of ``X``.
        y_val : array-like of shape (n_val,), optional
            Their labels, which need not occur in ``y``; None if there is no ``y``.
        sample_weight_val : array-like of shape (n_val,), optional
            Weights of the rows to stop on.

        Returns
        -------
        TorchEmbedder
            The fitted embedder itself.

        Raises
        ------
        ValueError
            If a parameter, X, y or sample_weight is invalid, the loss does not compare
            rows, or validation rows do not match the training rows.

        Warns
        -----
        ConvergenceWarning
            If all rows are placed at one point, with what to try, or if ``max_iter``
            was reached before training converged.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchEmbedder
        >>> X, y = load_iris(return_X_y=True)
        >>> TorchEmbedder("info_nce", max_iter=20).fit(X).n_features_in_
        4
        """
        validation = {"X_val": X_val, "y_val": y_val}
        validation["sample_weight_val"] = sample_weight_val
        return super().fit(X, y, sample_weight, **validation)

    def transform(self, X):
        """Place rows in the embedding.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, embedding_dim)
            The closer two rows are by the Euclidean distance, the more alike they are.

        Raises
        ------
        ValueError
            If X does not have the columns of the training rows, or its values are
            missing or so large that the embedding overflows.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchEmbedder
        >>> X, y = load_iris(return_X_y=True)
        >>> TorchEmbedder(embedding_dim=2).fit(X, y).transform(X).shape
        (150, 2)
        """
        with isolated():
            model, raw = self._scored(X)
            return model.predict(raw)

    @property
    def _n_features_out(self):
        return self.embedding_dim

    def _learn_targets(self, y, loss, classes):
        if not loss.supports("embedding"):
            raise ValueError(
                f"The loss {loss.name!r} does not compare rows by their labels. Losses "
                f"that do: {', '.join(list_losses('embedding'))}."
            )
        return LabelTargets(as_task("embedding"), None, n_dims=self.embedding_dim)

    def _batch_options(self, target):
        groups, n_views, noise, masking = target.values, 2, _NOISE, _MASKING
        if target.labels is not None:
            n = len(target.weight)
            in_parts = batch_size_for(self, target.weight.sum(), n) < n
            noise, masking = _LABELLED_NOISE * in_parts, 0.0
            groups, n_views = target.labels, 1
        if self.feature_noise != "auto":
            noise = float(self.feature_noise)
        if self.feature_masking != "auto":
            masking = float(self.feature_masking)
        return {
            "groups": torch.as_tensor(groups, dtype=torch.int64),
            "augmentation": Augmentation(noise, masking, n_views),
        }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags
