"""What the columns of a comparison mean."""

from typing import Any

from skloss.metrics import METRICS
from skloss.report.matrix import metrics_of

__all__ = ["glossary", "label_of"]


def glossary(comparison: Any) -> dict[str, str]:
    """Explain each metric of a comparison by its consequence.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    dict of str to str
        Labels of the metrics that skloss defines, each with one or two sentences.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3, scoring=["mae", "rmse"])
    >>> list(report.glossary(comparison))
    ['MAE', 'RMSE']
    """
    return {
        METRICS[metric].label: METRICS[metric].help
        for metric in metrics_of(comparison)
        if metric in METRICS
    }


def label_of(metric: str) -> str:
    """Return the short title of a metric, which is its name if skloss has none.

    Parameters
    ----------
    metric : str

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.report import label_of
    >>> label_of("mae"), label_of("neg_max_error")
    ('MAE', 'neg_max_error')
    """
    return METRICS[metric].label if metric in METRICS else metric


def in_sentence(metric: str) -> str:
    """Return the title of a metric as it is written inside a sentence.

    Parameters
    ----------
    metric : str

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.report.glossary import in_sentence
    >>> [in_sentence(name) for name in ("balanced_accuracy", "rmse", "brier")]
    ['balanced accuracy', 'RMSE', 'Brier']
    """
    title = label_of(metric)
    # Brier is a person. Abbreviations have a second capital, a digit or a hyphen.
    is_word = title[1:2].islower() and title != "Brier"
    return title[0].lower() + title[1:] if is_word else title
