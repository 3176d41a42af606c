"""Squared error is Gaussian noise, absolute error is Laplace noise."""

from typing import Any

from skloss import figures, report
from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory


def _show() -> str:
    scale = slider("Scale σ, and b", "theory.noise.scale", 0.2, 3.0, 1.0, 0.1)
    frame.figure(theory.noise_of_losses(scale), key="noise-of-losses")
    return (
        "import numpy as np\nfrom scipy import stats\n\n"
        f"scale, residual = {scale}, 1.5\n"
        "nll = -stats.norm(scale=scale).logpdf(residual)\n"
        "squared = residual**2 / (2 * scale**2) + np.log(scale * np.sqrt(2 * np.pi))\n"
        "print(nll, squared)\n"
        "nll = -stats.laplace(scale=scale).logpdf(residual)\n"
        "absolute = abs(residual) / scale + np.log(2 * scale)\n"
        "print(nll, absolute)"
    )


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_numbers:
        return False
    loss = report.pooled_loss(comparison)
    drawn = figures.residual_histogram(comparison, loss, log_density=True)
    frame.figure(drawn, key="noise-of-rows")
    return True


THEOREM = Theorem(
    "noise",
    "NLL, MSE and MAE",
    "A loss assumes a noise model. With Gaussian noise of a fixed scale the negative "
    "log-likelihood (NLL) is an increasing affine function of squared error, with "
    "Laplace noise of absolute error, so they have the same minimum:\n\n"
    r"$$-\log \mathcal{N}(y; \hat y, \sigma^2) = \frac{(y - \hat y)^2}{2\sigma^2} + "
    r"\log(\sigma\sqrt{2\pi}) \qquad "
    r"-\log \mathrm{Laplace}(y; \hat y, b) = \frac{|y - \hat y|}{b} + \log(2b)$$",
    _show,
    _on_rows,
)
