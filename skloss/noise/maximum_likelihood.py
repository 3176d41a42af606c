"""Maximum-likelihood fits of noise families, also to rounded values."""

import numpy as np
import scipy.optimize
from scipy import special

from skloss.metrics.quantiles import weighted_quantile
from skloss.noise.families import FAMILIES
from skloss.noise.rounding import log_score

__all__ = ["LOCATION_SCALE", "fit_noise"]

#: Families that `fit_noise` fits.
LOCATION_SCALE = ("gaussian", "laplace", "student_t")

# Degrees of freedom: below the first, even the mean of a thousandth of a power is
# infinite in practice; above the second, a Gaussian is closer than 1e-6 nats.
_LOG_DF = (np.log(0.5), np.log(1000.0))
# The scale is sought within a factor of 400 of its first estimate.
_REACH = 6.0


def fit_noise(family, y, parameters, weight, step=0.0):
    """Fit what is not stated of a location-scale family by maximum likelihood.

    Parameters
    ----------
    family : {"gaussian", "laplace", "student_t"}
    y : ndarray of shape (n,)
    parameters : dict of str to float or ndarray of shape (n,)
        ``loc``, or nothing for a location that all rows share; ``scale``, which is
        multiplied by one fitted factor; ``df`` of Student's t.
    weight : ndarray of shape (n,)
        Weights that sum to 1.
    step : float
        To which ``y`` is rounded; the probability of the rounding cells is maximised.

    Returns
    -------
    dict of str to float or ndarray of shape (n,)
        All parameters of the family.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise.maximum_likelihood import fit_noise
    >>> y, weight = np.array([-1.0, 0.0, 4.0]), np.full(3, 1 / 3)
    >>> found = fit_noise("laplace", y, {}, weight)
    >>> found["loc"].item(), round(found["scale"].item(), 3)
    (0.0, 1.667)
    """
    heavy = family == "student_t"
    start = _start("laplace" if heavy else family, y, parameters, weight)
    if not (heavy or step):
        return start
    if heavy:
        start = _of_the_middle_half(start, y, parameters, weight)
    return _Search(family, y, parameters, start, weight, step).run()


def _start(family, y, parameters, weight):
    """Return location and scale in closed form."""
    family = FAMILIES[family]
    loc = parameters["loc"] if "loc" in parameters else family.location(y, weight)
    scale = parameters.get("scale", 1.0)
    standard = (y - loc) / scale
    factor = family.fit({"loc": 0.0}, standard, weight, n_kept=1.0)["scale"]
    return {"loc": loc, "scale": scale * factor}


def _of_the_middle_half(start, y, parameters, weight):
    """Return the start with a scale that a few outliers do not widen."""
    scale = parameters.get("scale", 1.0)
    standard = np.abs(y - start["loc"]) / scale
    # Half of a t with 5 degrees of freedom lies within 0.727 scales.
    factor = weighted_quantile(standard, 0.5, weight) / 0.727
    return start | {"scale": scale * factor} if factor > 0 else start


class _Search:
    """Minimise the mean negative log-score over log-scale, location and log(df).

    The location moves in units of the first scale, so that all unknowns are of size 1.
    """

    def __init__(self, family, y, parameters, start, weight, step):
        self.family, self.y, self.weight, self.step = family, y, weight, step
        self.parameters, self.start = parameters, start
        free = [name for name in FAMILIES[family].parameters if name not in parameters]
        self.names = [name for name in free if name != "scale"]
        self.has_gradient = family == "student_t" and not step

    def run(self):
        """Return the parameters of the best point."""
        unknowns = np.zeros(1 + len(self.names))
        bounds = [(-_REACH, _REACH)]
        for place, name in enumerate(self.names, 1):
            bounds.append(_LOG_DF if name == "df" else (None, None))
            unknowns[place] = np.log(5.0) if name == "df" else 0.0
        found = scipy.optimize.minimize(
            self._with_gradient if self.has_gradient else self._value,
            unknowns,
            jac=self.has_gradient,
            method="L-BFGS-B",
            bounds=bounds,
            # A ten-millionth of a nat is far below what any sample can show.
            options={"ftol": 1e-10, "gtol": 1e-6},
        )
        return self._parameters(found.x)

    def _parameters(self, unknowns):
        found = dict(zip(self.names, unknowns[1:], strict=True))
        out = {
            "loc": self.start["loc"],
            "scale": self.start["scale"] * np.exp(unknowns[0]),
        }
        if "loc" in found:
            out["loc"] = out["loc"] + found["loc"] * self.start["scale"]
        if self.family == "student_t":
            out["df"] = np.exp(found["df"]) if "df" in found else self.parameters["df"]
        return out

    def _value(self, unknowns):
        distribution = FAMILIES[self.family].frozen(self._parameters(unknowns))
        return -(self.weight @ log_score(distribution, self.y, self.step))

    def _with_gradient(self, unknowns):
        """Return the value of Student's t and its gradient.

        With z = (y - loc) / scale, the log-density is log Gamma((df + 1) / 2) - log
        Gamma(df / 2) - log(df pi) / 2 - log(scale) - (df + 1) / 2 log(1 + z^2 / df).
        """
        parameters = self._parameters(unknowns)
        scale, df = parameters["scale"], parameters["df"]
        square = ((self.y - parameters["loc"]) / scale) ** 2
        half, tail = 0.5 * (df + 1), np.log1p(square / df)
        norm = special.gammaln(half) - special.gammaln(df / 2)
        norm = norm - 0.5 * np.log(df * np.pi) - np.log(scale)
        value = self.weight @ (norm - half * tail)
        pull = 2 * half / (df + square)
        gradient = [self.weight @ (pull * square) - 1]
        for name in self.names:
            if name == "loc":
                z = (self.y - parameters["loc"]) / scale
                by_loc = self.weight @ (pull * z) / parameters["scale"]
                gradient.append(by_loc * self.start["scale"])
            else:
                digammas = special.digamma(half) - special.digamma(df / 2)
                of_rows = -tail + pull * square / df
                inner = self.weight @ of_rows
                gradient.append(0.5 * df * (digammas - 1 / df + inner))
        return -value, -np.array(gradient)
