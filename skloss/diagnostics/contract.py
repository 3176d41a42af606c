"""The contract of a check: a code, a rule, and findings with their evidence."""

from typing import Any, NamedTuple

import pandas as pd

from skloss.tasks import as_task

__all__ = ["CHECKS", "SEVERITIES", "Check", "Finding", "run_checks"]

#: From the most to the least serious.
SEVERITIES = ("error", "warning", "note")

#: Checks by code; defining a subclass of `Check` with a code adds it.
CHECKS: dict[str, type["Check"]] = {}


class Finding(NamedTuple):
    """What a check found for one loss.

    Parameters
    ----------
    loss : str
        Label of the loss; empty if the finding concerns the whole comparison.
    finding : str
        One sentence.
    evidence : str
        The numbers on which it is based.
    remedy : str, default=""
        What to do about this one; empty for the remedy of the check.

    Examples
    --------
    >>> from skloss.diagnostics import Finding
    >>> Finding("hinge", "Never predicts class 2.", "0 of 40 rows of class 2").loss
    'hinge'
    """

    loss: str
    finding: str
    evidence: str
    remedy: str = ""


class Check:
    """One check of a comparison, read from its public attributes.

    A subclass states the attributes and implements `find`; its docstring explains the
    rule and its limits to users.

    Attributes
    ----------
    code : str
        Stable code, such as "SKL201".
    severity : {"error", "warning", "note"}
    rule : str
        When the check reports something, in one sentence.
    remedy : str
        What to do about it, in one sentence.
    docs : str
        Section of the documentation on the check.
    is_for_embeddings : bool
        Whether `run_checks` runs it for tasks on embeddings, which predict neither
        numbers nor classes.

    Examples
    --------
    >>> from skloss.diagnostics import CHECKS
    >>> CHECKS["SKL301"].severity
    'warning'
    """

    code = ""
    severity = "warning"
    rule = ""
    remedy = ""
    docs = ""
    is_for_embeddings = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.code in CHECKS:
            raise TypeError(f"Two checks have the code {cls.code}.")
        if cls.severity not in SEVERITIES:
            raise TypeError(f"severity must be one of {SEVERITIES}.")
        if cls.code:
            cls.docs = f"docs/checks.md#{cls.code.lower()}"
            CHECKS[cls.code] = cls

    def find(self, comparison: Any) -> list[Finding]:
        """Return what the check finds in a comparison.

        Parameters
        ----------
        comparison : Comparison

        Returns
        -------
        list of Finding

        Raises
        ------
        NotImplementedError
            In the base class.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> from skloss.diagnostics import CHECKS
        >>> stopped = SimpleNamespace(stopped=("huber",))
        >>> CHECKS["SKL301"]().find(stopped)[0].loss
        'huber'
        """
        raise NotImplementedError


def run_checks(comparison: Any) -> pd.DataFrame:
    """Run every check on a comparison.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    DataFrame
        Columns code, severity, loss, finding, evidence and remedy, the most serious
        findings first.

    Examples
    --------
    >>> from skloss import compare_losses, datasets
    >>> from skloss.diagnostics import run_checks
    >>> sample = datasets.load_sample("diabetes")
    >>> X = sample.frame.drop(columns=sample.target)
    >>> y = sample.frame[sample.target]
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=3)
    >>> run_checks(comparison).columns.tolist()
    ['code', 'severity', 'loss', 'finding', 'evidence', 'remedy']
    """
    task = getattr(comparison, "task", "regression")
    has_embeddings = as_task(task).has_embeddings
    rows = [
        (code, check.severity, *found[:3], found.remedy or check.remedy)
        for code, check in sorted(CHECKS.items())
        if check.is_for_embeddings or not has_embeddings
        for found in check().find(comparison)
    ]
    columns = ["code", "severity", "loss", "finding", "evidence", "remedy"]
    frame = pd.DataFrame(rows, columns=columns)
    order = frame["severity"].map(SEVERITIES.index)
    return frame.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def group_findings(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Put findings of one check that have one remedy together.

    Parameters
    ----------
    found : DataFrame
        What `run_checks` returns.

    Returns
    -------
    list of dict
        With code, severity and remedy, and under ``findings`` a list of dictionaries
        with loss, finding and evidence. In the order of ``found``.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.diagnostics import group_findings
    >>> columns = ["code", "severity", "loss", "finding", "evidence", "remedy"]
    >>> row = ["SKL301", "error", "huber", "It was stopped.", "5 folds", "Train on."]
    >>> found = pd.DataFrame([row, [*row[:2], "focal", *row[3:]]], columns=columns)
    >>> [len(group["findings"]) for group in group_findings(found)]
    [2]
    """
    shared = ["code", "severity", "remedy"]
    return [
        dict(zip(shared, key, strict=True))
        | {"findings": part.drop(columns=shared).to_dict("records")}
        for key, part in found.groupby(shared, sort=False)
    ]
