"""A classifier whose loss says what its scores mean."""

import numpy as np
import torch
from scipy import sparse
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import validate_data
from torch.nn import functional

from skloss.estimators.base import Target, TorchEstimator
from skloss.estimators.parameters import CONSTRAINTS, documented
from skloss.losses import list_losses
from skloss.losses.contract.registry import losses_that_take
from skloss.tasks import refuse_missing

__all__ = ["TorchClassifier"]


@documented
class TorchClassifier(ClassifierMixin, TorchEstimator):
    """Neural network or logistic regression with any loss on labels.

    Binary, multiclass, and multilabel by an indicator ``y``; ordered classes, in the
    order of their labels, by an ordinal loss such as ``corn``. `predict` follows the
    scores: the decision that the loss asked for. `predict_proba` estimates P(y | x),
    and ``probability_source_`` says how.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable, default "cross_entropy"
        A name of `skloss.list_losses`, or an instance with parameters. A grid search
        over ``loss__gamma`` needs an instance (``Focal()``), for a string has no
        parameters.
    class_weight : dict, "balanced" or None, default None
        Weight of each class's loss; "balanced" is inverse to its frequency. Rows of
        several labels have no one class to weigh them by.
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,), or of labels for an indicator y
    loss_ : Loss
        Fitted copy of the loss.
    network_ : torch.nn.Module
        From raw columns to raw scores.
    probability_source_ : str
        "link": the sigmoid or softmax of the scores, honest for a proper loss without
        class weights.
    history_ : DataFrame
        One row an epoch and member: training and held-out loss.
    loss_curve_ : list of float
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import TorchClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = TorchClassifier("cross_entropy", hidden_layer_sizes=()).fit(X, y)
    >>> model.predict(X[:3])
    array([0, 0, 0])
    """

    _parameter_constraints = {
        "loss": "no_validation",
        "class_weight": [dict, StrOptions({"balanced"}), None],
        **CONSTRAINTS,
    }

    def __init__(
        self,
        loss="cross_entropy",
        *,
        class_weight=None,
        hidden_layer_sizes=(64, 64),
        activation="relu",
        alpha=1e-4,
        solver="auto",
        learning_rate=1e-3,
        schedule="constant",
        warmup_fraction=0.0,
        clip_grad_norm=1.0,
        batch_size="auto",
        max_iter=200,
        early_stopping="auto",
        validation_fraction=0.15,
        n_iter_no_change=10,
        tol=1e-4,
        n_members=1,
        numeric_encoding="auto",
        network=None,
        device="cpu",
        warm_start=False,
        verbose=False,
        random_state=None,
    ):
        super().__init__(
            loss,
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            alpha=alpha,
            solver=solver,
            learning_rate=learning_rate,
            schedule=schedule,
            warmup_fraction=warmup_fraction,
            clip_grad_norm=clip_grad_norm,
            batch_size=batch_size,
            max_iter=max_iter,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            n_members=n_members,
            numeric_encoding=numeric_encoding,
            network=network,
            device=device,
            warm_start=warm_start,
            verbose=verbose,
            random_state=random_state,
        )
        self.class_weight = class_weight

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Learn from more rows: one epoch of Adam over them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        classes : array-like of shape (n_classes,), optional
            All classes that will ever come; needed in the first call unless that
            call's ``y`` has them all.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(random_state=0)
        >>> for chunk in (0, 50, 100):  # one class each
        ...     rows = slice(chunk, chunk + 50)
        ...     model = model.partial_fit(X[rows], y[rows], classes=[0, 1, 2])
        >>> model.classes_
        array([0, 1, 2])
        """
        if classes is not None:
            classes = np.unique(classes)
            if not hasattr(self, "network_"):
                self._classes_to_come = classes
            elif not np.array_equal(classes, self.classes_):
                raise ValueError(
                    f"classes {classes.tolist()} differ from those of the first call, "
                    f"{self.classes_.tolist()}."
                )
        try:
            warm = hasattr(self, "network_")
            return self._learn(X, y, sample_weight, warm, one_epoch=True)
        finally:
            self.__dict__.pop("_classes_to_come", None)

    def decision_function(self, X):
        """Scores that `predict` follows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, else (n_samples, n_classes)
            Two classes: the second is predicted where the score is positive.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
        >>> model.decision_function(X).argmax(1)[[0, 60, 120]]
        array([0, 1, 2])
        """
        return self._score(self.raw_prediction(self._checked(X)))

    def _score(self, raw):
        if self._task == "ordinal":
            chance = self.loss_.probabilities(raw.double(), self._task).mean(0)
            return chance.clamp(min=1e-300).log().cpu().numpy()
        score = raw[0] if len(raw) == 1 else _score_of_mixture(raw, self._task)
        score = score.cpu().numpy()
        return score[:, 0] if self._task == "binary" else score

    def predict(self, X):
        """Predict classes, or an indicator of labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
        >>> model.predict(X[[0, 60, 120]])
        array([0, 1, 2])
        """
        return self.predict_from(self.raw_prediction(self._checked(X)))

    def predict_from(self, raw):
        """`predict`, from raw scores."""
        scores = self._score(raw)
        if self._task == "multilabel":
            return (scores > 0).astype(int)
        index = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(1)
        return self.classes_[index]

    def predict_proba(self, X):
        """Estimate P(y | x).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Rows sum to 1; for several labels, the probability of each.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
        >>> model.predict_proba(X[[0, 60, 120]]).round(2)
        array([[1., 0., 0.],
               [0., 1., 0.],
               [0., 0., 1.]])
        """
        return self.probabilities_from(self.raw_prediction(self._checked(X)))

    def probabilities_from(self, raw):
        """`predict_proba`, from raw scores."""
        probability = self.loss_.probabilities(raw.double(), self._task).mean(0)
        probability = probability.cpu().numpy()
        if self._task == "binary":
            probability = np.hstack([1 - probability, probability])
        return probability

    def predict_log_proba(self, X):
        """Logarithm of `predict_proba`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In nats; minus infinity where the probability is 0.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
        >>> bool((model.predict_log_proba(X) <= 0).all())
        True
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def adopt(self, plan, fits, implied_scale=True):
        super().adopt(plan, fits)
        self.probability_source_ = "link"
        return self

    def _check_y(self, X, y, reset):
        refuse_missing(y)
        kind = type_of_target(y, input_name="y")
        X, y = validate_data(
            self,
            X,
            y,
            reset=reset,
            multi_output=kind.startswith("multilabel"),
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            order="C",
        )
        if kind.startswith("continuous"):
            value = np.ravel(y)[np.ravel(y) != np.round(np.ravel(y))][0]
            raise ValueError(
                f"Unknown label type: {kind}. y holds {value:g}, a number and no "
                "class. Losses that take it, in a TorchRegressor: "
                f"{', '.join(losses_that_take(y, 'regression'))}."
            )
        check_classification_targets(y)
        return X, y.toarray() if sparse.issparse(y) else y

    def _encode_y(self, y, sample_weight, loss, reset):
        if reset:
            self._learn_classes(y, loss)
        if self._task == "multilabel":
            if self.class_weight is not None:
                raise ValueError(
                    "class_weight weighs a row by its class, but y has several labels "
                    "a row; use sample_weight, or a loss that weighs labels, such as "
                    "focal(alpha=...) or asymmetric."
                )
            return Target(np.asarray(y, dtype=float), y.shape[1], None, sample_weight)
        unseen = np.setdiff1d(y, self.classes_)
        if len(unseen):
            raise ValueError(
                f"y holds {unseen.tolist()[0]!r}, which is not one of the classes "
                f"{self.classes_.tolist()}; name all classes in the first partial_fit."
            )
        index = np.searchsorted(self.classes_, y)
        weight = sample_weight
        if self.class_weight is not None:
            weight = weight * self._class_weights(y, weight)[index]
        # In few bytes: less memory, and sorted in less time.
        labels = index.astype(np.min_scalar_type(len(self.classes_)))
        if self._task == "binary":
            return Target(index.astype(float), 1, labels, weight)
        return Target(index, len(self.classes_), labels, weight)

    def _learn_classes(self, y, loss):
        if y.ndim == 2:
            self._task, self.classes_ = "multilabel", np.arange(y.shape[1])
        else:
            coming = getattr(self, "_classes_to_come", None)
            self.classes_ = LabelEncoder().fit(y if coming is None else coming).classes_
            if len(self.classes_) < 2:
                raise ValueError(
                    "A classifier needs at least two classes, but y holds only one "
                    f"class: {self.classes_.tolist()[0]!r}."
                )
            self._task = "binary" if len(self.classes_) == 2 else "multiclass"
        if loss.supports("ordinal") and y.ndim == 1:
            self._task = "binary" if self._task == "binary" else "ordinal"
            return
        if loss.supports(self._task):
            return
        able = ", ".join(n for n in list_losses(self._task) if n != loss.name)
        held = f"{len(self.classes_)} classes"
        told = f"The loss {loss!r} does not serve a {self._task} target"
        if y.ndim == 2:
            held = f"{y.shape[1]} labels a row"
        elif self._task == "multiclass" and loss.supports("binary"):
            told = f"Only binary classification is supported by the loss {loss!r}. "
            told += "The type of the target is multiclass"
        raise ValueError(f"{told}: y holds {held}. Losses that do: {able}.")

    def _class_weights(self, y, sample_weight):
        present = np.unique(y)
        weights = np.ones(len(self.classes_))
        found = compute_class_weight(
            self.class_weight, classes=present, y=y, sample_weight=sample_weight
        )
        if (found < 0).any():
            raise ValueError(f"class_weight has the negative weight {found.min():g}.")
        weights[np.searchsorted(self.classes_, present)] = found
        return weights

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        loss = self._resolve_loss()
        tags.classifier_tags.multi_class = loss.supports("multiclass")
        tags.classifier_tags.multi_label = loss.supports("multilabel")
        tags.target_tags.multi_output = False
        return tags


def _score_of_mixture(raw, task):
    """Score that orders rows as the members' mean probability does."""
    if task == "multiclass":
        return torch.logsumexp(functional.log_softmax(raw, dim=-1), dim=0)
    positive, negative = functional.logsigmoid(raw), functional.logsigmoid(-raw)
    return torch.logsumexp(positive, dim=0) - torch.logsumexp(negative, dim=0)
