"""Families of noise distributions and their maximum-likelihood fits."""

from functools import partial

import numpy as np
import scipy.optimize
from scipy import special, stats

from skloss.metrics.quantiles import weighted_quantile

__all__ = ["FAMILIES", "Frozen", "FrozenLaplace", "NoiseFamily"]

# Least degrees of freedom of a predicted Student t, whose variance is finite above 2.
_LEAST_DOF = 2.1

#: Classes by name; defining a subclass adds it.
FAMILIES: dict[str, type] = {}


class NoiseFamily:
    """A family of distributions that targets may follow around a prediction.

    A subclass that states a `name` is entered in `FAMILIES`, and losses refer to it by
    that name (`Loss.noise`). All methods are static: a family has no state.

    Attributes
    ----------
    name : str
        Key in `FAMILIES`.
    label : str
        Name in sentences and figures.
    parameters : tuple of str
        Names of the parameters; those that a loss does not state are fitted.
    spread : str
        Name of the parameter that is its spread, which a loss may predict.
    averages_members : bool
        Whether members are averaged by their parameters, in place of a mixture.
    is_shifted : bool
        Whether errors around the location have the same distribution in all rows, up
        to the spread: residuals of rows can then be pooled.

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss.noise import FAMILIES, NoiseFamily
    >>> class Logistic(NoiseFamily):
    ...     name, label, parameters = "logistic", "logistic", ("loc", "scale")
    ...
    ...     @staticmethod
    ...     def frozen(parameters):
    ...         return stats.logistic(parameters["loc"], parameters["scale"])
    >>> FAMILIES.pop("logistic").frozen({"loc": 0.0, "scale": 1.0}).pdf(0.0).item()
    0.25
    """

    name = ""
    label = ""
    parameters: tuple[str, ...] = ()
    spread = "scale"
    averages_members = False
    is_shifted = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            return
        if cls.name in FAMILIES:
            raise TypeError(f"Two noise families are called {cls.name!r}; rename one.")
        FAMILIES[cls.name] = cls

    @staticmethod
    def frozen(parameters):
        """Return the distribution that has these parameters.

        Parameters
        ----------
        parameters : dict of str to ndarray
            One entry for each of `parameters`; arrays are broadcast.

        Returns
        -------
        object
            With the methods of a frozen `scipy.stats` distribution: ``logpdf`` (or
            ``logpmf``), ``cdf``, ``ppf``, ``mean``, ``var`` and ``support``.

        Examples
        --------
        >>> from skloss.noise import FAMILIES
        >>> FAMILIES["gaussian"].frozen({"loc": 1.0, "scale": 2.0}).ppf(0.5).item()
        1.0
        """
        raise NotImplementedError

    @staticmethod
    def unit_of(name):
        """Return how a parameter changes with the unit of y.

        Parameters
        ----------
        name : str

        Returns
        -------
        {"location", "scale", None}

        Examples
        --------
        >>> from skloss.noise import FAMILIES
        >>> FAMILIES["student_t"].unit_of("df") is None
        True
        """
        return {"loc": "location", "scale": "scale"}.get(name)

    @classmethod
    def widened(cls, parameters, leverage, n_left_dof):
        """Return the family and parameters after a linear fit to few rows.

        The base class changes nothing: the variance of the coefficients is neglected.

        Parameters
        ----------
        parameters : dict of str to ndarray
        leverage : ndarray
            Variance of the location, in units of that of a mean with this noise; of the
            shape of ``loc`` or broadcast against it.
        n_left_dof : float
            Degrees of freedom that are left for the scale.

        Returns
        -------
        (class, dict of str to ndarray)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES
        >>> known = {"loc": np.zeros((1, 1)), "scale": 1.0}
        >>> family, wider = FAMILIES["gaussian"].widened(known, np.array([3.0]), 9.0)
        >>> family.name, wider["df"], wider["scale"].tolist()
        ('student_t', 9.0, [2.0])
        """
        return cls, parameters

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        """Fit the parameters that are not stated, by maximum likelihood.

        Needed by families of which a loss may leave parameters open.

        Parameters
        ----------
        parameters : dict of str to ndarray
            Known parameters of each row: ``loc`` of the shape of ``y``.
        y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        weight : ndarray of shape (n_rows,)
            Weights that sum to 1.
        n_kept : float
            Number of rows divided by the degrees of freedom that are left, 1 or more:
            the factor that corrects a mean square for a linear fit to these rows.
        loss : Loss, optional
            Only the family "residual" reads it.

        Returns
        -------
        dict of str to float or ndarray of shape (n_targets,)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES
        >>> y, weight = np.array([-1.0, 3.0]), np.array([0.5, 0.5])
        >>> located = {"loc": np.zeros(2)}
        >>> FAMILIES["laplace"].fit(located, y, weight, 1.0)["scale"].item()
        2.0
        """
        raise NotImplementedError

    @classmethod
    def location(cls, values, weight):
        """Return the most likely location of values that share one.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
        weight : ndarray of shape (n_rows,)
            Weights that sum to 1.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the family does not state one.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES
        >>> values, weight = np.array([0.0, 1.0, 5.0]), np.full(3, 1 / 3)
        >>> FAMILIES["laplace"].location(values, weight).item()
        1.0
        """
        raise ValueError(
            f"The {cls.label} family is not fitted to residuals; choose one with a "
            "location, such as gaussian or laplace."
        )


class Frozen:
    """A SciPy distribution with its parameters.

    Freezing in SciPy copies the distribution, which takes several times as long as
    the density of a thousand rows.
    """

    def __init__(self, dist, *args, **kwds):
        self.dist, self.args, self.kwds = dist, args, kwds

    def __getattr__(self, name):
        if name.startswith("_"):  # while a copy is made, `dist` is not there yet
            raise AttributeError(name)
        return partial(self._call, getattr(self.dist, name))

    def _call(self, method, *values):
        """Call a method of the distribution with its parameters."""
        return method(*values, *self.args, **self.kwds)


class FrozenLaplace(Frozen):
    """A Laplace distribution whose log-density is finite at any distance.

    SciPy takes the logarithm of the density, which is 0 from 745 scales on.
    """

    def logpdf(self, x):
        """Return -|x - loc| / scale - log(2 scale)."""
        loc, scale = self.args
        return -np.abs((x - loc) / scale) - np.log(2) - np.log(scale)


def _mean(values, weight):
    """Return the weighted mean of each target."""
    # Not a product of BLAS, whose second thread waits busily for a while after it.
    return np.average(values, axis=0, weights=weight)


def _stretched(parameters, variance):
    """Return the parameters with a variance added, in units of the noise's own."""
    scale = parameters["scale"] * np.sqrt(1 + variance)
    return parameters | {"scale": scale}


class Gaussian(NoiseFamily):
    """Density exp(-(y - loc)^2 / (2 scale^2)) / (scale sqrt(2 pi))."""

    name, label, parameters = "gaussian", "Gaussian", ("loc", "scale")

    @classmethod
    def widened(cls, parameters, leverage, n_left_dof):
        # The predictive distribution of least squares, exact for Gaussian noise.
        df = max(n_left_dof, _LEAST_DOF)
        return StudentT, _stretched(parameters, leverage) | {"df": df}

    @staticmethod
    def frozen(parameters):
        return Frozen(stats.norm, parameters["loc"], parameters["scale"])

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        square = _mean((y - parameters["loc"]) ** 2, weight)
        return {"scale": np.sqrt(square * n_kept)}

    @classmethod
    def location(cls, values, weight):
        return _mean(values, weight)


class Laplace(NoiseFamily):
    """Density exp(-|y - loc| / scale) / (2 scale)."""

    name, label, parameters = "laplace", "Laplace", ("loc", "scale")

    @classmethod
    def widened(cls, parameters, leverage, n_left_dof):
        # The variance of a median is scale^2 / n, half that of a mean.
        return cls, _stretched(parameters, 0.5 * leverage)

    @staticmethod
    def frozen(parameters):
        return FrozenLaplace(stats.laplace, parameters["loc"], parameters["scale"])

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        return {"scale": _mean(np.abs(y - parameters["loc"]), weight) * n_kept}

    @classmethod
    def location(cls, values, weight):
        return weighted_quantile(values, 0.5, weight)


class AsymmetricLaplace(NoiseFamily):
    """Density q (1 - q) / scale * exp(-pinball(y - loc) / scale).

    ``loc`` is the quantile of level q. Koenker and Machado (1999), J. Am. Stat. Assoc.
    94, 1296-1310. SciPy's asymmetry is kappa = sqrt(q / (1 - q)), and its scale is
    kappa scale / q.
    """

    name, label = "asymmetric_laplace", "asymmetric Laplace"
    parameters = ("loc", "scale", "quantile")

    @classmethod
    def widened(cls, parameters, leverage, n_left_dof):
        # The variance of a quantile is scale^2 / (q (1 - q) n), that of the noise
        # scale^2 (1 - 2 q + 2 q^2) / (q (1 - q))^2.
        q = parameters["quantile"]
        return cls, _stretched(
            parameters, leverage * q * (1 - q) / (q**2 + (1 - q) ** 2)
        )

    @staticmethod
    def frozen(parameters):
        q = parameters["quantile"]
        kappa = np.sqrt(q / (1 - q))
        scale = kappa * parameters["scale"] / q
        return Frozen(stats.laplace_asymmetric, kappa, parameters["loc"], scale)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        error, q = y - parameters["loc"], parameters["quantile"]
        error *= np.where(error > 0, q, q - 1)
        return {"scale": _mean(error, weight) * n_kept}


class StudentT(NoiseFamily):
    """Student's t with location, scale and degrees of freedom, stated for each row."""

    name, label, parameters = "student_t", "Student t", ("loc", "scale", "df")

    @staticmethod
    def frozen(parameters):
        df, loc, scale = (parameters[name] for name in ("df", "loc", "scale"))
        return Frozen(stats.t, df, loc, scale)


class Gamma(NoiseFamily):
    """Positive amounts of mean m and variance phi m^2, where phi is the dispersion.

    SciPy's shape is 1 / phi and its scale is phi m.
    """

    name, label, parameters = "gamma", "gamma", ("loc", "dispersion")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        dispersion = parameters["dispersion"]
        return Frozen(stats.gamma, 1 / dispersion, scale=parameters["loc"] * dispersion)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        """Maximise the profile likelihood of d = log(dispersion).

        With r = y / m, the mean negative log-likelihood is, up to terms without d,
        log Gamma(exp(-d)) + exp(-d) (d + mean(r - log r)): one number per target is
        all that it needs from the rows.
        """
        ratio = y / parameters["loc"]
        ratio -= np.log(ratio)
        excess = _mean(ratio, weight)
        found = [
            scipy.optimize.minimize_scalar(
                lambda d, e=e: special.gammaln(np.exp(-d)) + np.exp(-d) * (d + e),
                # Coefficients of variation from a thousandth to 33; the dispersion is
                # found to 0.01%, far below its standard error in any sample.
                bounds=(-14, 7),
                method="bounded",
                options={"xatol": 1e-4},
            ).x
            for e in np.atleast_1d(excess)
        ]
        return {"dispersion": np.exp(found).reshape(y.shape[1:]) * n_kept}
