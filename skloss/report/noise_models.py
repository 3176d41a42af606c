"""Which noise model the residuals of each loss follow, as text."""

from typing import Any

import pandas as pd

from skloss import noise
from skloss.report.markup import PLAIN, Markup
from skloss.wording import shorten, title_of

__all__ = ["noise_table"]


def noise_table(comparison: Any, markup: Markup = PLAIN) -> pd.DataFrame:
    """Compare a Gaussian and a Laplace noise model for the residuals of each loss.

    Parameters
    ----------
    comparison : Comparison
        Of one target that is a number.
    markup : Markup
        How names are written, and the better model.

    Returns
    -------
    DataFrame of str
        Index loss. "Noise" is the model that fits better, "Student t" if that is
        clearly better than both, and "Neither" if neither describes the residuals.
        Log-likelihoods are in nats per row; the interval is that of their difference.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> report.noise_table(comparison)["Noise"].to_dict()
    {'squared error': 'Gaussian'}
    """
    table = noise.residual_table(comparison.predictions)
    text = {
        "Noise": [markup.strong(_answer(row)) for row in table.itertuples()],
        "Laplace ahead by": table["gap"].map(_signed),
        "95% interval": [
            # In one piece: on a narrow screen the table scrolls.
            f"{_signed(low)} to {_signed(high)}".replace(" ", "\u00a0")
            for low, high in table[["low", "high"]].to_numpy()
        ],
        "Gaussian": table["gaussian"].map(_signed).str.removeprefix("+"),
        "Laplace": table["laplace"].map(_signed).str.removeprefix("+"),
    }
    names = [markup.text(shorten(title_of(loss), 80)) for loss in table.index]
    return pd.DataFrame(text).set_axis(pd.Index(names, name="loss"))


def _answer(fit: Any) -> str:
    """Return the model that the residuals follow, if there is one."""
    if fit.better:
        return noise.LABELS[fit.better]
    if fit.fits is not None and not fit.fits:
        return "Neither"
    return fit.winner.capitalize()


def _signed(nats: float) -> str:
    return "–" if pd.isna(nats) else f"{nats:+.3f}".replace("-", "−")
