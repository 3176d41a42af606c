"""The theorems of the Theory page, in order; a new one is one file and one entry."""

from skloss.app.theorems import (
    cross_entropy_and_kl,
    focal,
    forward_and_reverse_kl,
    gradients,
    info_nce,
    kl_penalty,
    likelihood,
    links,
    noise_and_losses,
    stability,
)

#: Every theorem, in the order of the page.
THEOREMS = tuple(
    module.THEOREM
    for module in (
        noise_and_losses,
        likelihood,
        links,
        cross_entropy_and_kl,
        forward_and_reverse_kl,
        kl_penalty,
        gradients,
        focal,
        info_nce,
        stability,
    )
)
