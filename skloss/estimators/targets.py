"""Targets: validate y, encode it for training, and restore predictions to its units."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import column_or_1d, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skloss.estimators.inputs import check_labels, validated
from skloss.losses import list_losses
from skloss.losses.contract.in_units import InUnits
from skloss.losses.contract.posterior import probability_source
from skloss.losses.contract.registry import losses_that_take
from skloss.tasks import as_task, check_not_missing
from skloss.tasks.target import as_vector, without_objects

__all__ = ["X_CHECKS", "ClassTargets", "NumberTargets", "Target", "category_order"]

# Largest absolute value of y: the square of a larger one, times a weight, overflows.
_LARGEST = 1e150
# A spread below this fraction of the mean is the rounding error of a constant target,
# which must not be scaled up to 1; the second constant keeps the fraction above 0.
_SMALLEST_SPREAD, _SMALLEST_MEAN = 1e-12, 1e-300

X_CHECKS = {
    "accept_sparse": "csr",
    "dtype": [np.float64, np.float32],
    "order": "C",
}


@dataclass(frozen=True, eq=False)
class Target:
    """Encoded targets of training rows.

    Attributes
    ----------
    values : ndarray of shape (n_rows,) or (n_rows, n_targets)
        Numbers in units of ``y``, class indices, or 0 and 1.
    n : int
        Targets, labels or classes; 1 for a binary task.
    labels : ndarray of shape (n_rows,) or None
        Classes that validation rows are stratified by.
    weight : ndarray of shape (n_rows,)
        Sample weights times class weights.
    class_weight : ndarray of shape (n_classes,) or None
        Weights of the classes in sorted order, unless all are equal.
    row_weight : ndarray of shape (n_rows,) or None
        Sample weights alone, if classes have weights.
    """

    values: np.ndarray
    n: int
    labels: np.ndarray | None
    weight: np.ndarray
    class_weight: np.ndarray | None = None
    row_weight: np.ndarray | None = None

    @property
    def rows_weight(self):
        """Sample weights, without those of classes."""
        return self.weight if self.row_weight is None else self.row_weight

    def followed_by(self, other):
        """Return the targets of these rows and of others after them."""
        both = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("values", "weight", "labels")
            if getattr(self, name) is not None
        }
        return replace(self, **both)


@dataclass(frozen=True, eq=False)
class NumberTargets:
    """Numbers, standardised for training where the loss allows it.

    Attributes
    ----------
    is_single : bool
        Whether ``y`` is one-dimensional, and predictions are too.
    center, scale : float64 or ndarray of shape (n_targets,)
        Training uses ``(y - center) / scale``.
    """

    is_single: bool
    center: np.ndarray
    scale: np.ndarray

    @staticmethod
    def check(estimator, X, y, reset):
        """Validate X and y together; return them as arrays."""
        X, y = validated(
            estimator, X, y, reset=reset, multi_output=True, y_numeric=True, **X_CHECKS
        )
        y = np.require(y, np.float64, "W")  # torch has no read-only tensors
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)  # as scikit-learn's MLPRegressor does
        largest = max(y.max(), -y.min())
        if largest > _LARGEST:
            raise ValueError(
                f"y holds numbers up to {largest:g}, too large to be squared; divide y "
                "by a power of ten."
            )
        return X, y

    @classmethod
    def learn(cls, y, loss, classes=None):
        """Return the targets of a first fit, refusing a loss that cannot take them."""
        if not loss.supports("regression"):
            raise ValueError(
                f"The loss {loss.name!r} is not for numbers. Losses for regression: "
                f"{', '.join(list_losses('regression'))}."
            )
        return cls(y.ndim == 1, np.float64(0.0), np.float64(1.0))

    def check_held_out(self, y):
        """Accept the targets of validation rows: any numbers."""

    def probability_source(self, loss, target, n_outputs):
        """Return "none": numbers have no probabilities."""
        return "none"

    def encode(self, y, weight, loss, class_weight=None):
        """Return the `Target` of validated rows."""
        loss.check_target(y)
        return Target(y, 1 if y.ndim == 1 else y.shape[1], None, weight)

    def with_units(self, target, loss):
        """Return targets that are standardised by these rows, if the loss allows it."""
        if not loss.is_equivariant:
            return self
        # Not as products of BLAS, whose second thread would occupy a core for a while.
        center = np.average(target.values, axis=0, weights=target.weight)
        squares = (target.values - center) ** 2
        scale = np.sqrt(np.average(squares, axis=0, weights=target.weight))
        smallest = _SMALLEST_SPREAD * np.maximum(np.abs(center), _SMALLEST_MEAN)
        scale = np.where(scale > smallest, scale, 1.0)
        return NumberTargets(self.is_single, center, scale)

    def training_loss(self, loss, target, device):
        """Return the loss in the units that training uses."""
        if loss.takes_distributions:
            return loss
        if loss.is_equivariant:
            return loss.standardised(
                self.center, self.scale, target.values, target.weight
            )
        return InUnits.learn(loss, target.values, target.weight, device)

    def standardise(self, values):
        """Return values in the units that training uses."""
        return (values - self.center) / self.scale

    def deviations(self, y, loss):
        """Return y in standard deviations of the training rows; 0 where unknown."""
        return self.standardise(y) if loss.is_equivariant else np.zeros_like(y)

    def restore(self, values):
        """Return values of shape (..., n_targets) in units of ``y``."""
        return values * self.scale + self.center


@dataclass(frozen=True, eq=False)
class ClassTargets:
    """Classes, or an indicator of several labels per row.

    Attributes
    ----------
    task : Task
    classes : ndarray of shape (n_classes,) or (n_labels,)
        In sorted order, as scikit-learn's metrics require.
    ranks : ndarray of shape (n_classes,) or None
        Place of each class in their order, for a loss on ordered classes; None for
        sorted order.
    """

    task: str
    classes: np.ndarray
    ranks: np.ndarray | None = None
    center, scale = np.float64(0.0), np.float64(1.0)

    @staticmethod
    def check(estimator, X, y, reset):
        """Validate X and y together; return them as arrays."""
        check_not_missing(y)
        check_labels(y)
        y = _plain_labels(y)
        kind = type_of_target(y, input_name="y")
        several = kind.startswith("multilabel")
        X, y = validated(estimator, X, y, reset=reset, multi_output=several, **X_CHECKS)
        if kind.startswith("continuous"):
            value = np.ravel(y)[np.ravel(y) != np.round(np.ravel(y))][0]
            raise ValueError(
                f"Unknown label type: {kind}. y holds non-integer values such as "
                f"{value:g}, which are not class labels. Losses that take them, in a "
                f"TorchRegressor: {', '.join(losses_that_take(y, 'regression'))}."
            )
        check_classification_targets(y)
        return X, y.toarray() if sparse.issparse(y) else y

    @classmethod
    def learn(cls, y, loss, classes=None):
        """Return the targets of a first fit, refusing a loss that cannot take them.

        ``classes`` names those of later calls too.
        """
        if y.ndim == 2:
            found, task = np.arange(y.shape[1]), "multilabel"
        else:
            found = LabelEncoder().fit(y if classes is None else classes).classes_
            if len(found) < 2:
                raise ValueError(
                    "A classifier needs at least two classes, but y holds only one "
                    f"class: {found.tolist()[0]!r}. The first partial_fit may name "
                    "those of later calls by classes=."
                )
            several = "multiclass"
            if loss.supports("ordinal"):
                several = "ordinal"
            task = "binary" if len(found) == 2 else several
            if loss.supports("ordinal"):
                return cls(as_task(task), found)
        if not loss.supports(task):
            raise ValueError(_unsupported(loss, as_task(task), len(found)))
        return cls(as_task(task), found)

    def ordered_like(self, categories):
        """Return targets whose classes are ordered like all categories of ``y``."""
        if not self.task.is_ordered or not np.isin(self.classes, categories).all():
            return self
        place = {label: rank for rank, label in enumerate(categories.tolist())}
        places = [place[label] for label in self.classes.tolist()]
        return replace(self, ranks=np.argsort(np.argsort(places)))

    def __setstate__(self, state):
        # Formats other than pickle store a task as its name.
        self.__dict__.update(state | {"task": as_task(state["task"])})

    def in_label_order(self, columns):
        """Return columns of the ordered classes, sorted as the classes are."""
        return columns if self.ranks is None else columns[..., self.ranks]

    def labels_of(self, values):
        """Return encoded values as places among the sorted labels."""
        if self.ranks is None:
            return values
        return np.argsort(self.ranks)[np.asarray(values, dtype=int)]

    def check_held_out(self, y):
        """Refuse targets of validation rows that the training rows do not have."""
        unseen = [] if self.task.kind == "labels" else np.setdiff1d(y, self.classes)
        if len(unseen):
            raise ValueError(
                f"y_val holds {unseen.tolist()[0]!r}, which is not one of the classes "
                f"{self.classes.tolist()} of y; leave its rows out."
            )

    def encode(self, y, weight, loss, class_weight=None):
        """Return the `Target` of validated rows."""
        if self.task.kind == "labels":
            if class_weight is not None:
                raise ValueError(
                    "class_weight weighs a row by its class, but y has several labels "
                    "per row; use sample_weight, or a loss that weighs labels, such as "
                    "focal(alpha=...) or asymmetric."
                )
            return Target(np.asarray(y, dtype=float), y.shape[1], None, weight)
        unseen = np.setdiff1d(y, self.classes)
        if len(unseen):
            raise ValueError(
                f"y holds {unseen.tolist()[0]!r}, which is not one of the classes "
                f"{self.classes.tolist()}; name all classes in the first partial_fit."
            )
        index, own = np.searchsorted(self.classes, y), {}
        if class_weight is not None:
            by_class = self.class_weights(class_weight, y, weight)
            if np.ptp(by_class) > 0:
                own = {"class_weight": by_class, "row_weight": weight}
            weight = weight * by_class[index]
        # Small integers take less memory and are sorted faster.
        labels = index.astype(np.min_scalar_type(len(self.classes)))
        if len(self.classes) == 2:
            return Target(index.astype(float), 1, labels, weight, **own)
        rank = index if self.ranks is None else self.ranks[index]
        return Target(rank, len(self.classes), labels, weight, **own)

    def class_weights(self, class_weight, y, sample_weight):
        """Return one weight per class; 1 for a class without a row."""
        present = np.unique(y)
        weights = np.ones(len(self.classes))
        found = compute_class_weight(
            class_weight, classes=present, y=y, sample_weight=sample_weight
        )
        if (found < 0).any():
            raise ValueError(f"class_weight has the negative weight {found.min():g}.")
        weights[np.searchsorted(self.classes, present)] = found
        return weights

    def probability_source(self, loss, target, n_outputs):
        """Return how probabilities are made: "recovered", "calibrated" or by a link."""
        task = as_task(self.task)
        if not task.has_probabilities:
            return "none"
        source = probability_source(loss, task, n_outputs)
        by_class = target.class_weight
        if by_class is None or source == "calibrated":
            return source
        return "recovered" if by_class.all() else "calibrated"  # ignores a class

    def with_units(self, target, loss):
        """Return the same targets: classes have no units."""
        return self

    def training_loss(self, loss, target, device):
        """Return the same loss: classes have no units."""
        return loss

    def standardise(self, values):
        """Return the same values: classes have no units."""
        return values

    def deviations(self, y, loss):
        """Return 0: classes have no units."""
        return np.zeros(len(y))


def category_order(y):
    """Return the categories of an ordered pandas Categorical, None for other targets.

    Parameters
    ----------
    y : array-like
        As given to ``fit``, before it becomes an array.
    """
    y = as_vector(y) if isinstance(y, pd.DataFrame) else y
    dtype = getattr(y, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered:
        return np.asarray(dtype.categories)
    return None


def _plain_labels(y):
    """Return labels of an object dtype with the dtype that they have."""
    kind = getattr(getattr(y, "dtype", None), "kind", "")
    is_pandas = isinstance(y, (pd.Series, pd.api.extensions.ExtensionArray))
    if is_pandas and kind in "iub" and not y.isna().any():
        y = y.to_numpy(bool if kind == "b" else np.int64)  # else floats, if nullable
    plain = without_objects(y)
    if plain is not y and np.asarray(plain).dtype == object:
        raise ValueError(
            "y mixes text and numbers, which cannot be sorted; make all of them text, "
            "such as with y.astype(str)."
        )
    return plain


def _unsupported(loss, task, n):
    """Return the message for a loss that does not support a task of n classes."""
    able = ", ".join(name for name in list_losses(task) if name != loss.name)
    found = f"{n} labels per row" if task.kind == "labels" else f"{n} classes"
    message = f"The loss {loss!r} does not support a {task} target"
    if task.link == "softmax" and loss.supports("binary"):
        # scikit-learn's estimator checks expect this wording.
        message = f"Only binary classification is supported by the loss {loss!r}. "
        message += "The type of the target is multiclass"
    return f"{message}: y holds {found}. Losses that do: {able}."
