"""Candidates of a noise verdict: the loss that fits each, and its family."""

from dataclasses import dataclass

import numpy as np

__all__ = ["CANDIDATES", "DEFAULT_CANDIDATES", "Candidate", "candidates_for"]


@dataclass(frozen=True)
class Candidate:
    """How a noise model is fitted.

    Parameters
    ----------
    loss : str
        Trains the model: of a location, or of a distribution for each row.
    family : str
        Key of `FAMILIES`.
    states_distribution : bool
        Whether the model predicts the distribution of each row, up to a factor.
    is_logarithmic : bool
        Whether the family describes log(y).
    targets : {"numbers", "positive", "counts"}
        That it describes.
    """

    loss: str
    family: str
    states_distribution: bool = False
    is_logarithmic: bool = False
    targets: str = "numbers"


#: By name. The location of Student's t comes from Huber's loss, which is within 5% of
#: the efficiency of maximum likelihood for 3 degrees of freedom or more.
CANDIDATES = {
    "gaussian": Candidate("squared_error", "gaussian"),
    "laplace": Candidate("absolute_error", "laplace"),
    "student_t": Candidate("huber", "student_t"),
    "gaussian_heteroscedastic": Candidate("gaussian_nll", "gaussian", True),
    "laplace_heteroscedastic": Candidate("laplace_nll", "laplace", True),
    "student_t_heteroscedastic": Candidate("student_t_nll", "student_t", True),
    "log_normal": Candidate(
        "squared_error", "gaussian", is_logarithmic=True, targets="positive"
    ),
    "gamma": Candidate("gamma", "gamma", targets="positive"),
    "poisson": Candidate("poisson", "poisson", True, targets="counts"),
    "negative_binomial": Candidate(
        "negative_binomial", "negative_binomial", True, targets="counts"
    ),
}

DEFAULT_CANDIDATES = tuple(
    name for name, one in CANDIDATES.items() if one.targets == "numbers"
)


def candidates_for(names, y):
    """Return the named candidates, after checking that they describe the targets.

    Parameters
    ----------
    names : str, iterable of str or None
        None for those of any numbers.
    y : ndarray of shape (n,)

    Returns
    -------
    dict of str to Candidate

    Raises
    ------
    ValueError
        If a name is unknown, or the targets are not positive or not counts.
    """
    names = DEFAULT_CANDIDATES if names is None else names
    names = [names] if isinstance(names, str) else list(names)
    if not names:
        raise ValueError("candidates is empty; name at least one, such as 'gaussian'.")
    for name in names:
        if not isinstance(name, str) or name not in CANDIDATES:
            raise ValueError(
                f"{name!r} is not a candidate; choose from {', '.join(CANDIDATES)}."
            )
        targets = CANDIDATES[name].targets
        if targets == "positive" and y.min() <= 0:
            raise ValueError(
                f"The candidate {name!r} needs positive targets, but the smallest is "
                f"{y.min():g}; leave it out."
            )
        if targets == "counts" and (y.min() < 0 or (y != np.round(y)).any()):
            raise ValueError(
                f"The candidate {name!r} needs counts: whole numbers from 0 on; leave "
                "it out."
            )
    return {name: CANDIDATES[name] for name in dict.fromkeys(names)}
