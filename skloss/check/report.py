"""Check a loss and report which laws it breaks and what it elicits."""

from dataclasses import dataclass, field

from skloss.check.case import make_case
from skloss.check.laws import laws
from skloss.losses import get_loss
from skloss.losses.contract.posterior import probability_source
from skloss.training import isolated

__all__ = ["LossReport", "check_loss"]

#: What `predict_proba` does where the sigmoid or softmax would not be P(y | x).
_METHODS = {
    "recovered": "predict_proba recovers them from the slopes of the loss.",
    "calibrated": "predict_proba calibrates the scores on folds of the training rows.",
}


@dataclass
class LossReport:
    """Result of `check_loss`; print it to read it.

    Parameters
    ----------
    name : str
        Name of the loss.
    failures : list of str
        Laws that the loss breaks, one sentence each. Empty if the loss is right.
    notes : list of str
        Properties that are worth knowing but not wrong, such as a declared exception.
    elicits : str
        The functional that minimises the loss, such as "mean", found by a constant
        fit on skewed samples; for classes and labels the probabilities of such a fit
        next to the base rates. Empty if it could not be determined.
    honest : bool or None
        Whether those probabilities, the sigmoid or softmax of the scores, are the base
        rates; None for tasks without probabilities.
    probabilities : str
        How `TorchClassifier.predict_proba` makes probabilities of the scores: by
        "sigmoid", "softmax" or "link", "recovered" from the slopes of the loss, or
        "calibrated". Empty for tasks without probabilities.

    Examples
    --------
    >>> from skloss.check import LossReport
    >>> print(LossReport("huber", elicits="between mean and median"))
    huber passes every law.
    Elicits: between mean and median.
    """

    name: str
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elicits: str = ""
    honest: bool | None = None
    probabilities: str = ""

    @property
    def ok(self):
        """Whether no law is broken."""
        return not self.failures

    def __str__(self):
        verdict = "passes every law" if self.ok else "breaks a law"
        lines = [f"{self.name} {verdict}."]
        lines += [f"- {failure}" for failure in self.failures]
        lines += [f"Elicits: {self.elicits}."] if self.elicits else []
        if self.honest is not None:
            word = "are" if self.honest else "are not"
            lines.append(f"Probabilities {word} honest.")
        if self.probabilities in _METHODS:
            lines.append(_METHODS[self.probabilities])
        return "\n".join(lines + self.notes)


def check_loss(loss, task=None):
    """Check whether a loss is right: its values, gradient, weights and minimum.

    Runs the laws that every built-in loss is tested for: one finite value per row, a
    gradient that equals finite differences, no overflow in float32, rows that do not
    affect each other, exact sample weights, equal values for models trained together,
    and, where declared, convexity and honest probabilities.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable
        Anything that the ``loss`` parameter of an estimator accepts.
    task : str or Task, optional
        "regression", "binary", "multiclass", "multilabel", "ordinal", "embedding" or
        "pairs". By default the first task of the loss.

    Returns
    -------
    LossReport
        Print it, or read ``ok``, ``failures``, ``notes``, ``elicits``, ``honest`` and
        ``probabilities``.

    Raises
    ------
    ValueError
        If the loss does not support the task, states no tasks, or has an invalid
        parameter.

    Examples
    --------
    >>> from skloss import check_loss
    >>> report = check_loss(lambda y_pred, y_true: (y_pred - y_true).detach() ** 2)
    >>> report.ok
    False
    >>> print(check_loss("huber").elicits)
    between mean and median
    """
    loss = get_loss(loss)
    name = loss.name or type(loss).__name__
    if not loss.tasks:
        raise ValueError(f"{name} states no tasks; set tasks = ('regression',).")
    task = task or loss.tasks[0]
    if not loss.supports(task):
        raise ValueError(
            f"{name} does not support the task {task!r}, but {', '.join(loss.tasks)}."
        )
    with isolated():
        return _report(loss, task, name)


def _report(loss, task, name):
    """Run the laws of a task on a loss."""
    report = LossReport(name)
    case = make_case(loss, task)
    try:
        if _obeys_basic_laws(case, report) and case.has_separate_rows:
            report.elicits = case.elicited.text
            if case.task.has_probabilities:
                report.honest = case.elicited.is_honest
                bound, k = case.loss.bind(case.y.numpy()), case.draw().shape[1]
                report.probabilities = probability_source(bound, case.task, k)
    except Exception as error:  # a user's function may raise anything
        notes = getattr(error, "__notes__", [])
        raised = f"It raises {type(error).__name__}: {error}"
        report.failures.append(" ".join([raised, *notes]))
    return report


def _obeys_basic_laws(case, report):
    """Record the laws that a case breaks; stop at one that later laws presuppose."""
    exceptions = case.loss.exceptions
    for law in laws(case):
        broken = law.check(case)
        if not broken:
            continue
        if law.name in exceptions:
            reason = exceptions[law.name]
            report.notes.append(f"Declared exception ({law.name}): {reason}.")
        elif not law.is_fault:
            report.notes.append(broken)
        else:
            report.failures.append(broken)
            if law.is_basic:
                return False
    return True
