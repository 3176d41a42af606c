"""Targets of embeddings: labels of rows, or a second view of them."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_consistent_length

from skloss.estimators.inputs import checked_view, validated
from skloss.estimators.targets import X_CHECKS, ClassTargets, Target
from skloss.losses.contract.embedding_loss import JoinedViews, WeightedLabels

__all__ = ["LabelTargets", "ViewTargets", "joined", "second_view"]

# Beginning of the message about labels that are not whole numbers.
_NOT_LABELS = "Unknown label type: continuous"


@dataclass(frozen=True, eq=False)
class LabelTargets(ClassTargets):
    """Labels of rows, or None: then each row has a label of its own.

    Attributes
    ----------
    n_dims : int
        Columns of the embedding.
    is_weighted : bool or None
        Whether targets hold weights next to labels; None while no rows are known.
    """

    n_dims: int = 2
    is_weighted: bool | None = None

    @staticmethod
    def check(estimator, X, y, reset):
        """Validate X and, if there are labels, y."""
        if y is None:
            return validated(estimator, X, reset=reset, **X_CHECKS), None
        try:
            return ClassTargets.check(estimator, X, y, reset)
        except ValueError as error:
            if not str(error).startswith(_NOT_LABELS):
                raise
            raise ValueError(
                f"{_NOT_LABELS}. y holds numbers; make groups of them, such as with "
                "pandas.qcut(y, 5, labels=False), or fit a TorchAligner to X and y as "
                "two views."
            ) from error

    def encode(self, y, weight, loss, class_weight=None):
        """Return the `Target` of validated rows, with weights where they differ."""
        if y is None:
            return Target(np.arange(len(weight)), self.n_dims, None, weight)
        if y.ndim == 2:
            raise ValueError("y must hold one label per row, not several columns.")
        index = np.unique(y, return_inverse=True)[1]
        if index.max(initial=0) == 0:
            raise ValueError("y holds one class; at least two are needed to compare.")
        is_weighted = self.is_weighted
        if is_weighted is None:
            is_weighted = not (weight == 1).all()
        values = np.column_stack([index, weight]) if is_weighted else index
        return Target(values, self.n_dims, index, weight)

    def with_units(self, target, loss):
        """Return targets that encode validation rows as these training rows."""
        return replace(self, is_weighted=target.values.ndim == 2)

    def check_held_out(self, y):
        """Accept any labels of validation rows: they are compared with each other."""

    def training_loss(self, loss, target, device):
        """Return the loss, or one that reads weights next to the labels."""
        return WeightedLabels(loss) if target.values.ndim == 2 else loss


@dataclass(frozen=True, eq=False)
class ViewTargets(ClassTargets):
    """The second view, whose columns follow those of the first in the inputs."""

    n_dims: int = 2
    n_second: int = 1

    @staticmethod
    def check(estimator, X, y, reset):
        """Validate both views; return their columns side by side, and the second."""
        if y is None:
            name = type(estimator).__name__
            raise ValueError(
                f"{name} requires y to be passed, but the target y is None: y is the "
                "second view of the rows."
            )
        X = validated(estimator, X, reset=reset, **X_CHECKS)
        y = second_view(y)
        check_consistent_length(X, y)
        return joined(X, y), y

    def encode(self, y, weight, loss, class_weight=None):
        """Return a `Target` without values: rows match by their place."""
        n_outputs = 2 * self.n_dims + len(loss.trained_constants())
        return Target(np.zeros(len(weight)), n_outputs, None, weight)

    def check_held_out(self, y):
        """Accept any second view of the same width, which `encode` does not read."""

    def training_loss(self, loss, target, device):
        """Return the loss on the joined outputs of both encoders."""
        return JoinedViews(loss, self.n_dims)


def second_view(y):
    """Validate a second view and return it as a matrix."""
    y = checked_view(y, **X_CHECKS)
    return y.reshape(-1, 1) if y.ndim == 1 else y


def joined(X, y):
    """Columns of two views side by side; sparse if one of them is."""
    if sparse.issparse(X) or sparse.issparse(y):
        return sparse.hstack([X, y], format="csr")
    return np.hstack([X, y])
