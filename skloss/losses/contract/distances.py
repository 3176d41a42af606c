"""Distances and similarities of rows, the only ones that losses on embeddings use."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.shapes import check_tensors

__all__ = ["DISTANCES", "FAR", "SIMILARITIES", "Geometry", "check_alike"]

# Rows with larger numbers are scaled down to this size: squares of it, summed over
# thousands of columns and rows, stay finite in float32.
_LARGEST = 1e15
# Norms below this are taken for it, so that the gradient of a row of zeros is finite.
_SMALLEST_NORM = 1e-12
#: Score of a row that is not a candidate: exp of it is 0, and its gradient is 0 times
#: a finite number, where minus infinity would give NaN in a row without candidates.
FAR = -1e37


def euclidean(x, y):
    """Distance of all pairs of rows, sqrt(sum (x - y)^2).

    By differences: a matrix product, x^2 + y^2 - 2 x y, cancels for close rows. The
    gradient of equal rows is 0.
    """
    x, y = _both(_bounded, x, y)
    exact = "donot_use_mm_for_euclid_dist"
    if x is not y:
        return torch.cdist(x, y, compute_mode=exact)
    # A distance is between two rows that both have a gradient. That of the second rows
    # is that of the first, transposed: computing it would take the same time again.
    distance = torch.cdist(x, x.detach(), compute_mode=exact)
    return distance + (distance.mT - distance.detach())


def squared_euclidean(x, y):
    """Squared distance of all pairs of rows."""
    return euclidean(x, y).square()


def cosine(x, y):
    """Cosine of the angle between all pairs of rows."""
    return products(*_both(unit, x, y))


def cosine_distance(x, y):
    """One minus the cosine of all pairs of rows."""
    return 1 - cosine(x, y)


def dot(x, y):
    """Dot product of all pairs of rows."""
    return products(*_both(_bounded, x, y))


def closeness(x, y):
    """Minus the squared distance of all pairs: the logarithm of a Gaussian density."""
    return -squared_euclidean(x, y)


def unit(x):
    """Rows divided by their length; a row of zeros stays one."""
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    known = length.detach()
    if known.clamp(_SMALLEST_NORM, _LARGEST).equal(known):
        return x / length
    # Divided by the largest number first, so that the square of 1e20 does not overflow
    # in float32. The cosine does not depend on that factor, nor does its gradient.
    largest = x.detach().abs().amax(-1, keepdim=True).clamp(min=_SMALLEST_NORM)
    return F.normalize(x / largest, dim=-1, eps=_SMALLEST_NORM)


DISTANCES = {
    "euclidean": euclidean,
    "squared_euclidean": squared_euclidean,
    "cosine": cosine_distance,
}
SIMILARITIES = {
    "cosine": cosine,
    "dot": dot,
    "squared_euclidean": closeness,
}


class Geometry:
    """Part of a loss that compares rows: by a distance or by a similarity.

    A subclass states in `measures` the functions to choose from, and has a parameter of
    the name `measured_by` for the choice.
    """

    measured_by = ""
    measures: dict = {}

    @property
    def compares_angles(self):
        """Whether the lengths of rows do not matter."""
        measure = self.measures[getattr(self, self.measured_by)]
        return measure in (cosine, cosine_distance)

    def measure(self, x, y):
        """Return the distance or similarity of all pairs of rows.

        Parameters
        ----------
        x : Tensor of shape (..., n, embedding_dim)
        y : Tensor of shape (..., m, embedding_dim)

        Returns
        -------
        Tensor of shape (..., n, m)

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("triplet").measure(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]]))
        tensor([[5.]])
        """
        return self.measures[getattr(self, self.measured_by)](x, y)

    def measure_each(self, x, y):
        """Return the distance or similarity of each row and the same row of another.

        Parameters
        ----------
        x, y : Tensor of shape (..., n, embedding_dim)

        Returns
        -------
        Tensor of shape (..., n)

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("triplet").measure_each(torch.zeros(2, 1), torch.ones(2, 1))
        tensor([1., 1.])
        """
        pairs = self.measure(x.unsqueeze(-2), y.unsqueeze(-2))
        return pairs.squeeze(-1).squeeze(-1)

    def check_params(self):
        """Raise a ValueError that names the first invalid parameter.

        Raises
        ------
        ValueError

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("triplet", distance="manhattan")
        Traceback (most recent call last):
        ValueError: distance of triplet must be one of euclidean, ...
        """
        super().check_params()
        check_choice(self, self.measured_by, self.measures)

    def predict(self, raw_prediction):
        """Return embeddings whose Euclidean distance orders rows as the loss does.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, embedding_dim)

        Returns
        -------
        Tensor of the same shape
            Of length one where the loss compares angles.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("info_nce").predict(torch.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
        """
        return unit(raw_prediction) if self.compares_angles else raw_prediction


def check_choice(loss, name, choices):
    """Raise a ValueError unless a parameter is one of some names."""
    value = getattr(loss, name)
    if not isinstance(value, str) or value not in choices:
        raise ValueError(
            f"{name} of {loss.name} must be one of {', '.join(choices)}, got {value!r}."
        )


def check_alike(**embeddings):
    """Raise an error unless all embeddings are tensors of one shape (..., n, dim)."""
    check_tensors(**embeddings)
    shapes = {name: tuple(rows.shape) for name, rows in embeddings.items()}
    if len(set(shapes.values())) > 1 or len(next(iter(shapes.values()))) < 2:
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"Embeddings must share a shape (..., n, dim), got {found}.")


def _both(change, x, y):
    """Change both sets of rows, once where they are the same."""
    first = change(x)
    return first, first if y is x else change(y)


def _bounded(x):
    """Rows, those with numbers beyond 1e15 scaled down to it."""
    known = x.detach()
    if known.clamp(-_LARGEST, _LARGEST).equal(known):
        return x
    largest = x.detach().abs().amax(-1, keepdim=True)
    return x / (largest / _LARGEST).clamp(min=1.0)


def products(x, y):
    """Products of all pairs of rows, in their precision also under autocast."""
    # Entering the context takes longer than the product of a small batch.
    if not torch.is_autocast_enabled(x.device.type):
        # In a stack without the views and checks of @, a third of its time.
        return torch.bmm(x, y.mT) if x.ndim == y.ndim == 3 else x @ y.mT
    with torch.autocast(x.device.type, enabled=False):
        return x @ y.mT
