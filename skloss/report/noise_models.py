"""Which noise model the residuals of each loss follow, and its coverage, as text."""

from typing import Any

import numpy as np
import pandas as pd

from skloss import noise
from skloss.figures import row_weights
from skloss.figures.held_out_places import fit_of, held_out_places
from skloss.report.markup import PLAIN, Markup
from skloss.wording import capitalized, shorten, title_of

__all__ = ["coverage_table", "noise_sentence", "noise_table", "verdict_table"]

_COVERAGES = (0.5, 0.8, 0.9, 0.95)
# Nats per row by which tails are heavy: smaller departures from a noise model are not
# reported either.
_HEAVY = 0.02


def noise_sentence(
    comparison: Any, loss: str | None = None, output: int | str | None = None
) -> str:
    """Return which noise model the residuals of one loss follow.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    loss : str, default=None
        None for the loss with the best log score, of those whose errors have the same
        distribution in all rows.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    str
        The verdict of `skloss.compare_noise` on the held-out residuals, after the name
        of the loss. Without ``loss``, and where only losses whose noise differs from
        row to row have the best log score, this is stated instead: pooled, residuals
        of Gaussian noise whose spread varies look heavy-tailed, and those of counts
        have no distribution in common. Heavy tails are qualified in the same way if no
        loss of the comparison predicts the spread.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> report.noise_sentence(comparison)[:43]
    'Residuals of squared error: Gaussian fits b'
    """
    is_chosen = loss is None
    if is_chosen:
        loss, found = _pooled_loss(comparison)
        if found:
            return found
    fit = fit_of(comparison, loss, output)
    found = f"Residuals of {shorten(title_of(loss), 80)}: {fit.text}"
    if is_chosen and _may_hide_spread(comparison, fit):
        found += (
            " Pooled, Gaussian noise whose spread differs from row to row looks "
            "heavy-tailed too, and no loss here predicts the spread; fitting every "
            "noise model (noise_verdict) compares both."
        )
    return found


def _may_hide_spread(comparison: Any, fit: Any) -> bool:
    """Return whether heavy tails may be a spread that no loss could predict."""
    gap = max(fit.laplace, fit.student_t) - fit.gaussian
    labels = comparison.predictions["loss"].unique()
    return gap > _HEAVY and all(_has_alike_rows(comparison, one) for one in labels)


def pooled_loss(comparison: Any) -> str:
    """Return the loss on whose residuals `noise_sentence` is.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.

    Returns
    -------
    str
        The label of the loss with the best log score, of those whose errors have the
        same distribution in all rows and that are not clearly worse than the best. The
        best of all where there is none.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> report.pooled_loss(compare_losses(X, y, "mse", cv=3))
    'squared_error'
    """
    return _pooled_loss(comparison)[0]


def _pooled_loss(comparison: Any) -> tuple[str, str]:
    """Return the loss whose residuals are pooled, or a sentence why none is."""
    ranked = comparison.standing("nll")
    if not len(ranked):
        return comparison.predictions["loss"].unique()[0], ""
    best = ranked.index[0]
    alike = [label for label in ranked.index if _has_alike_rows(comparison, label)]
    if alike and not ranked["clear"].cummax()[alike[0]]:
        return alike[0], ""  # tied with the best: the noise need not differ by row
    name = capitalized(shorten(title_of(best), 80))
    found, models = f"{name} predicts noise that differs from row to row", "need not"
    if alike:
        gap = ranked.loc[alike[0], "gap"]
        other = shorten(title_of(alike[0]), 80)
        found += f", and is clearly better than {other} ({gap:.3g} nats per row)"
        models = "do not"
    return best, (
        f"{found}. Residuals of all rows together {models} follow one noise model; "
        "fitting every noise model (noise_verdict) compares models of each row."
    )


def _has_alike_rows(comparison: Any, label: str) -> bool:
    """Return whether errors under a loss have one distribution in all rows."""
    loss = comparison.losses.get(label)
    if loss is None or loss.noise is None:
        return True
    return noise.FAMILIES[loss.noise].is_shifted and not loss.spread_outputs(1)


def noise_table(
    comparison: Any, markup: Markup = PLAIN, output: int | str | None = None
) -> pd.DataFrame:
    """Compare noise models on the residuals of each loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    markup : Markup
        How names are written, and the better model.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    DataFrame of str
        Index loss. "Noise" is the model that fits best, as `skloss.compare_noise`
        finds it, or "Undecided"; "None of these" where the best does not describe the
        residuals. "Ahead by" is its distance to the closest other one, with its
        interval, and the log-likelihoods are in nats per row.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> report.noise_table(comparison)["Noise"].to_dict()
    {'squared error': 'Gaussian'}
    """
    losses = comparison.predictions["loss"].unique()
    table = noise.table_of_fits(
        {loss: fit_of(comparison, loss, output) for loss in losses}
    )
    text = {
        "Noise": [markup.strong(_answer(row)) for row in table.itertuples()],
        "Ahead by": table["lead"].map(_signed),
        "95% interval": [
            # In one piece: on a narrow screen the table scrolls.
            f"{_signed(low)} to {_signed(high)}".replace(" ", "\u00a0")
            for low, high in table[["low", "high"]].to_numpy()
        ],
        **{
            noise.FAMILIES[name].label: table[name].map(_signed).str.removeprefix("+")
            for name in ("gaussian", "laplace", "student_t")
        },
    }
    names = [markup.text(shorten(title_of(loss), 80)) for loss in table.index]
    return pd.DataFrame(text).set_axis(pd.Index(names, name="loss"))


def coverage_table(
    comparison: Any,
    loss: str,
    markup: Markup = PLAIN,
    output: int | str | None = None,
) -> pd.DataFrame:
    """Return the share of held-out rows in the central intervals of each noise model.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    loss : str
        A label of the comparison.
    markup : Markup
        How a share that differs from its interval's by more than chance is written.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    DataFrame of str
        Index noise model, one column per interval. The models are fitted to the other
        folds. Empty if nothing can be fitted.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> report.coverage_table(comparison, "squared_error").columns.tolist()
    ['50% interval', '80% interval', '90% interval', '95% interval']
    """
    pit, weight = held_out_places(comparison, loss, output)
    labels = [noise.FAMILIES[name].label for name in pit]
    text, distance = {}, np.abs(pit.to_numpy() - 0.5)
    for coverage in _COVERAGES if len(pit) else ():
        inside = weight @ (distance <= coverage / 2) / weight.sum()
        # Two standard errors of a share: beyond them, chance does not explain it.
        n_rows = row_weights.effective_rows(weight)
        reach = 2 * (coverage * (1 - coverage) / n_rows) ** 0.5
        text[f"{coverage:.0%} interval"] = [
            markup.strong(f"{share:.1%}")
            if abs(share - coverage) > reach
            else f"{share:.1%}"
            for share in inside
        ]
    return pd.DataFrame(text, index=pd.Index(labels, name="noise model"))


def verdict_table(verdict: Any, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return the candidates of a noise verdict with their scores, best first.

    Parameters
    ----------
    verdict : NoiseVerdict
        As `skloss.noise_verdict` returns it.
    markup : Markup
        How the winner is written.

    Returns
    -------
    DataFrame of str
        Index noise model; held-out log scores, and how far each is behind the best.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from skloss import report
    >>> nats = pd.Series({"laplace": -1.5, "gaussian": -1.75})
    >>> report.verdict_table(SimpleNamespace(nats=nats, winner="laplace"))
             Nats per row Behind the best
    Laplace        −1.500          +0.000
    Gaussian       −1.750          +0.250
    """
    labels = [noise.LABELS[name] for name in verdict.nats.index]
    labels = [label[:1].upper() + label[1:] for label in labels]
    index = [
        markup.strong(label) if name == verdict.winner else label
        for name, label in zip(verdict.nats.index, labels, strict=True)
    ]
    behind = verdict.nats.max() - verdict.nats
    return pd.DataFrame(
        {
            "Nats per row": verdict.nats.map(_signed).str.removeprefix("+").tolist(),
            "Behind the best": behind.map(_signed).tolist(),
        },
        index=index,
    )


def _answer(fit: Any) -> str:
    """Return the model that the residuals follow, if there is one."""
    if fit.fits is not None and not fit.fits:
        return "None of these"
    return noise.LABELS.get(fit.winner, "Undecided")


def _signed(nats: float) -> str:
    return "–" if pd.isna(nats) else f"{nats:+.3f}".replace("-", "−")
