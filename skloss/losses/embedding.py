"""Losses on embeddings by distance: contrastive pairs and triplets."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.distances import (
    DISTANCES,
    Geometry,
    check_alike,
    check_choice,
)
from skloss.losses.contract.embedding_loss import EmbeddingLoss
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["Contrastive", "Triplet"]


class Contrastive(Geometry, EmbeddingLoss):
    r"""Pulls rows of one label together and pushes others beyond a margin.

    With labels, the mean over all pairs of a row with another row. The form of the
    paper: half of the squares, where pytorch-metric-learning has neither the half nor,
    by default, the square, and leaves pairs of zero loss out of the mean.

    Parameters
    ----------
    margin : float > 0, default 1.0
        Distance beyond which a pair of different labels has zero loss.
    distance : {"euclidean", "cosine"}, default "euclidean"
        Distance d of two rows; the cosine is subtracted from 1.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import Contrastive
    >>> x1, x2 = torch.tensor([[0.0], [0.0]]), torch.tensor([[2.0], [0.5]])
    >>> Contrastive(margin=1.0).from_pairs(x1, x2, torch.tensor([1, 0]))
    tensor(1.0625)
    """

    name = "contrastive"
    tasks = ("embedding",)
    formula = r"\tfrac12\left[s\,d^2 + (1 - s)\max(0, m - d)^2\right]"
    reference = (
        "Hadsell, Chopra and LeCun (2006), Learning an Invariant Mapping, "
        "doi:10.1109/CVPR.2006.100"
    )
    use_when = "Rows match or not, and one threshold on the distance should decide."
    param_ranges = {"margin": Range(0.1, 10.0, log=True, domain=POSITIVE)}
    needs_positive = False  # a pair of different labels counts too
    measured_by = "distance"
    measures = {name: DISTANCES[name] for name in ("euclidean", "cosine")}

    def __init__(self, margin=1.0, distance="euclidean"):
        self.margin, self.distance = margin, distance

    def from_pairs(self, x1, x2, same):
        """Return the mean loss over pairs of rows.

        Parameters
        ----------
        x1, x2 : Tensor of shape (..., n_pairs, embedding_dim)
        same : Tensor of shape (..., n_pairs)
            1 for pairs that match, 0 for others.

        Returns
        -------
        Tensor
            A scalar.

        Raises
        ------
        ValueError
            If shapes do not match.

        Examples
        --------
        >>> import torch
        >>> from skloss.losses import Contrastive
        >>> x1, x2 = torch.tensor([[0.0]]), torch.tensor([[2.0]])
        >>> Contrastive().from_pairs(x1, x2, torch.tensor([1]))
        tensor(2.)
        """
        check_alike(x1=x1, x2=x2)
        same = torch.as_tensor(same, device=x1.device)
        if same.shape != x1.shape[:-1]:
            raise ValueError(
                f"same has shape {tuple(same.shape)}; pass one value for each pair, "
                f"shape {tuple(x1.shape[:-1])}."
            )
        distance = self.measure_each(x1, x2)
        near, apart = self._terms(distance)
        return torch.where(same.bool(), near, apart).mean()

    def _terms(self, distance):
        """Loss of pairs of one label, and of pairs of different labels."""
        apart = F.relu(self.margin - distance)
        return 0.5 * distance.square(), 0.5 * apart.square()

    def of_labels(self, embeddings, positive, negative):
        distance = self.measure(embeddings, embeddings)
        excess = torch.where(positive > 0, distance, F.relu(self.margin - distance))
        weight = 0.5 * (positive.to(distance) + negative)
        # A single row has no pair: its sum of 0 is divided by 1.
        return (excess.square() * (weight / _count(2 * weight.sum(-1, True)))).sum(-1)


class Triplet(Geometry, EmbeddingLoss):
    r"""A row is closer to rows of its label than to others, by a margin.

    With labels, the row is the anchor of triplets made of its batch, and its value is
    the mean over those that `mining` selects. pytorch-metric-learning leaves triplets
    of zero loss out of that mean and takes one mean over all anchors together.

    Parameters
    ----------
    margin : float > 0, default 1.0
        Minimum difference between the distances to a row of another label and to one
        of the same label.
    mining : {"all", "semi_hard", "hard"}, default "all"
        "all": every triplet of the batch. "hard": one for each anchor, of the farthest
        row of its label and the nearest of another (Hermans et al. 2017). "semi_hard":
        one for each pair of an anchor and a row of its label, with the nearest row of
        another label that is farther than that; the farthest of another label if none
        is (Schroff et al. 2015).
    distance : {"euclidean", "squared_euclidean", "cosine"}, default "euclidean"
        Distance d of two rows; the cosine is subtracted from 1.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import Triplet
    >>> anchor, positive = torch.tensor([[0.0]]), torch.tensor([[1.0]])
    >>> Triplet(margin=1.0).from_triplets(anchor, positive, torch.tensor([[1.5]]))
    tensor(0.5000)
    """

    name = "triplet"
    tasks = ("embedding",)
    formula = r"\max(0, d(a, p) - d(a, n) + m)"
    reference = "Schroff, Kalenichenko and Philbin (2015), FaceNet, arXiv:1503.03832"
    use_when = (
        "The order of distances counts: nearest neighbours should have the same label."
    )
    param_ranges = {"margin": Range(0.1, 10.0, log=True, domain=POSITIVE)}
    needs_negative = True
    measured_by = "distance"
    measures = DISTANCES

    def __init__(self, margin=1.0, mining="all", distance="euclidean"):
        self.margin, self.mining, self.distance = margin, mining, distance

    def check_params(self):
        super().check_params()
        check_choice(self, "mining", _MINING)

    def from_triplets(self, anchor, positive, negative):
        """Return the mean loss over triplets of rows.

        Parameters
        ----------
        anchor, positive, negative : Tensor of shape (..., n_triplets, embedding_dim)
            Rows, for each a row of its label, and one of another label.

        Returns
        -------
        Tensor
            A scalar.

        Raises
        ------
        ValueError
            If shapes do not match.

        Examples
        --------
        >>> import torch
        >>> from skloss.losses import Triplet
        >>> anchor, far = torch.tensor([[0.0]]), torch.tensor([[1.5]])
        >>> Triplet().from_triplets(anchor, torch.tensor([[1.0]]), far)
        tensor(0.5000)
        """
        check_alike(anchor=anchor, positive=positive, negative=negative)
        near = self.measure_each(anchor, positive)
        far = self.measure_each(anchor, negative)
        return F.relu(near - far + self.margin).mean()

    def of_labels(self, embeddings, positive, negative):
        distance = self.measure(embeddings, embeddings)
        positive, negative = positive.to(distance), negative.to(distance)
        value = _MINING[self.mining](distance, positive, negative, self.margin)
        return value * ((positive.sum(-1) > 0) & (negative.sum(-1) > 0))


def _all_triplets(distance, positive, negative, margin):
    """Mean over all triplets of each anchor.

    The sum over triplets that violate the margin has, for each pair, the distance times
    the number of these triplets that the pair is in. With the numbers, memory is that
    of pairs, not of triplets.
    """
    n_near, n_far = _violations(distance.detach(), positive, negative, margin)
    total = ((n_near - n_far) * distance).sum(-1) + margin * n_near.sum(-1)
    # Rounding of the sum may turn a value of 0 into a negative one.
    return F.relu(total) / _count(positive.sum(-1) * negative.sum(-1))


@torch.no_grad()
def _violations(distance, positive, negative, margin):
    """Number of triplets of positive loss that each pair is in, as match and as other.

    With the distances to other labels in ascending order, those that violate the margin
    of a row at distance d are the ones below d + margin.

    Returns
    -------
    (Tensor, Tensor)
        Of the shape of ``distance``; weights count as often as they are.
    """
    far, order = distance.masked_fill(negative == 0, math.inf).sort(-1)
    below = torch.searchsorted(far, distance + margin)
    others = F.pad(negative.gather(-1, order).cumsum(-1), (1, 0))
    # Matches by the number of rows below, then those of at least that number.
    matches = torch.zeros_like(others).scatter_add_(-1, below, positive)
    beyond = matches.flip(-1).cumsum(-1).flip(-1)[..., 1:]
    n_far = torch.zeros_like(distance).scatter_(-1, order, beyond)
    return others.gather(-1, below) * positive, n_far * negative


def _semi_hard_triplets(distance, positive, negative, margin):
    """Mean over pairs of an anchor and a row of its label, with one negative each."""
    far, _, n_far = _ascending(distance, negative)
    near = distance.detach()
    place = torch.searchsorted(far.detach(), near.contiguous(), right=True)
    place = torch.minimum(place, (n_far - 1).clamp(min=0).unsqueeze(-1))
    far = far.masked_fill(torch.isinf(far), 0.0).gather(-1, place)
    value = F.relu(distance - far + margin) * positive
    return value.sum(-1) / _count(positive.sum(-1))


def _hard_triplets(distance, positive, negative, margin):
    """The triplet of the farthest row of the label and the nearest of another."""
    near = distance.masked_fill(positive == 0, 0.0).amax(-1)
    far = distance.masked_fill(negative == 0, math.inf).amin(-1)
    return F.relu(near - far.masked_fill(torch.isinf(far), 0.0) + margin)


_MINING = {
    "all": _all_triplets,
    "semi_hard": _semi_hard_triplets,
    "hard": _hard_triplets,
}


def _ascending(distance, counted):
    """Distances to counted rows in ascending order, infinity behind them.

    Returns
    -------
    (Tensor, Tensor, Tensor)
        Distances, their weights, and the number of counted rows.
    """
    far, order = distance.masked_fill(counted == 0, math.inf).sort(-1)
    return far, counted.gather(-1, order), (counted > 0).sum(-1)


def _count(number):
    """Number to divide a sum by: 1 where there is nothing to sum."""
    return torch.where(number > 0, number, 1)
