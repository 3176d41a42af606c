"""Classification with any loss: binary, multiclass, multilabel and ordinal."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils._param_validation import StrOptions

from skloss.estimators.base import TorchEstimator
from skloss.estimators.callbacks import with_callbacks
from skloss.estimators.fitted_classes import FittedClasses
from skloss.estimators.parameters import CONSTRAINTS, documented, store
from skloss.estimators.targets import ClassTargets
from skloss.training import isolated

__all__ = ["TorchClassifier"]


@documented
class TorchClassifier(ClassifierMixin, TorchEstimator):
    """Neural network or logistic regression with any loss on labels.

    It supports binary and multiclass labels, several labels as an indicator ``y``, and
    ordered classes with an ordinal loss such as ``corn``, in the order of their labels,
    or of the categories if ``y`` is an ordered pandas Categorical. `predict` follows
    the scores: the decision that the loss implies. `predict_proba` estimates P(y | x)
    for any loss and any class weights, by the method that ``probability_source_``
    names; it may disagree with `predict` where these move the threshold.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable, default "cross_entropy"
        A name in `skloss.list_losses`, or an instance with parameters. A grid search
        over ``loss__gamma`` needs an instance (``Focal()``), because a string has no
        parameters.
    class_weight : dict, "balanced" or None, default None
        Weight of the loss of each class; "balanced" is inverse to its frequency. Not
        supported for multilabel ``y``.
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels in sorted order; for an indicator ``y``, numbers of its columns.
    loss_ : Loss
        Fitted copy of the loss.
    network_ : torch.nn.Module
        Network from raw columns to raw scores.
    probability_source_ : str
        How `predict_proba` is made. "sigmoid" or "softmax" of the scores ("link" for
        ordered classes): for a proper loss without class weights, or where scores
        cannot be calibrated because there are fewer than ten rows. "recovered": the
        posterior for which the scores minimise the loss with its class weights, exact
        if the model is right. "calibrated": by a logistic regression on scores, where a
        loss does not determine the posterior (hinge, label smoothing and others); the
        scores are those of five more models, each fitted without a fifth of the rows,
        so that `fit` takes up to six times as long. A linear model is calibrated on a
        stratified part of a long table, 50,000 rows or more. Scores are only multiplied
        by a number, which keeps the decision, unless a map with more parameters is
        clearly better. A linear model that cannot represent the posterior of its loss
        (focal with several classes) is calibrated where many training rows show this.
    history_ : DataFrame
        One row per member and epoch: training and validation loss.
    loss_curve_ : list of float
        Training loss of the first member after each epoch. Like ``history_``, it
        continues with `partial_fit` and ``warm_start``.
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features)
        Coefficients of a linear model, in units of ``X``: the change of each score per
        unit of a column. Two classes have one score; an ordinal loss has one for each
        threshold, and an indicator ``y`` one for each label.
    intercept_ : ndarray of shape (1,) or (n_classes,)
        Intercepts of a linear model: the scores where all columns are 0.
    n_iter_ : int
        Epochs or iterations of the longest member in the last call of `fit` or
        `partial_fit`.
    n_features_in_ : int
        Columns of ``X``.
    feature_names_in_ : ndarray of str
        Names of the columns, if ``X`` had any.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import TorchClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = TorchClassifier("cross_entropy", hidden_layer_sizes=()).fit(X, y)
    >>> model.predict(X[:3])
    array([0, 0, 0])
    """

    _targets, _model = ClassTargets, FittedClasses
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

    @with_callbacks
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Learn from more rows: one epoch of Adam over them.

        The first rows decide how inputs are standardised: while the calls have passed
        fewer than 256 rows, the estimator keeps them, and learns again from all of them
        whenever their number has doubled. Later rows that lie far outside their range
        cause a warning.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        classes : array-like of shape (n_classes,), optional
            All classes of this and later calls; needed in the first call unless its
            ``y`` has them all.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X, y or sample_weight is invalid, or ``classes`` differ from
            those of the first call.

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
        fitted = vars(self).get("_fitted")
        if classes is not None:
            classes = np.unique(classes)
            if fitted is not None and not np.array_equal(classes, self.classes_):
                raise ValueError(
                    f"classes {classes.tolist()} differ from those of the first call, "
                    f"{self.classes_.tolist()}."
                )
        return self._learn(X, y, sample_weight, fitted, one_epoch=True, classes=classes)

    def decision_function(self, X):
        """Scores that `predict` follows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, else (n_samples, n_classes)
            With two classes, the second is predicted where the score is positive.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
        >>> model.decision_function(X).argmax(1)[[0, 60, 120]]
        array([0, 1, 2])
        """
        with isolated():
            model, raw = self._scored(X)
            return model.scores(raw)

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
        with isolated():
            model, raw = self._scored(X)
            return model.predict(raw)

    def score(self, X, y, sample_weight=None):
        """Accuracy of `predict`: the share of rows that are classified correctly.

        With an indicator ``y``, the share of rows all of whose labels are correct.
        Accuracy ignores probabilities, and how common the classes are: compare losses
        by `skloss.metrics.log_score_scorer` too, or by the scores for rare classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        float
            Between 0 and 1.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from skloss import TorchClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> TorchClassifier(hidden_layer_sizes=()).fit(X, y).score(X, y) > 0.95
        True
        """
        return super().score(X, y, sample_weight)

    def predict_proba(self, X):
        """Estimate P(y | x) by the method that ``probability_source_`` names.

        Where a loss is not proper or classes have weights, the sigmoid or softmax of
        the scores is not P(y | x): ``focal`` flattens it, class weights shift it. The
        probabilities are then recovered from the slopes of the loss, or calibrated.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Rows sum to 1; with multilabel ``y``, the probability of each label.

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
        with isolated():
            model, raw = self._scored(X)
            return model.probabilities(raw)

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

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        loss = self._known_loss
        tags.classifier_tags.multi_class = loss.supports("multiclass")
        tags.classifier_tags.multi_label = loss.supports("multilabel")
        tags.target_tags.multi_output = False
        return tags
