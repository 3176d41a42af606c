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
from skloss.losses.contract.pair_loss import PairLoss, either, share_of
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["Contrastive", "Triplet"]


# Matches of an anchor, and triplets of a batch, up to which each is compared. With ten
# matches that takes half of the time of sorting, with twenty-five it takes longer; two
# million triplets are 16 MB in double precision.
_FEW_MATCHES, _FEW_TRIPLETS = 12, 2_000_000


class Contrastive(Geometry, PairLoss):
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

    def _weights(self, positive, negative, dtype):
        # With the root of a pair's share r, its part of the loss is half the square of
        # max(0, r d) or max(0, r m - r d): one product and sum for both kinds.
        root = share_of(either(positive, negative), dtype).sqrt_()
        slope = torch.where(positive.bool(), root, -root)
        return F.relu(-slope).mul_(self.margin), slope

    def _of_pairs(self, embeddings, offset, slope):
        distance = self.measure(embeddings, embeddings)
        excess = F.relu(torch.addcmul(offset, slope, distance))
        return 0.5 * excess.square().sum(-1)


class Triplet(Geometry, PairLoss):
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

    def _weights(self, positive, negative, dtype):
        positive, negative = positive.to(dtype), negative.to(dtype)
        n_near, n_far = positive.sum(-1), negative.sum(-1)
        has_both = (n_near > 0) & (n_far > 0)
        n_compared = {"all": n_near * n_far, "semi_hard": n_near}.get(self.mining, 1.0)
        # Matches are few: what is searched for them is not searched for all rows.
        counts = positive.count_nonzero(-1)
        most = max(int(counts.amax()), 1) if counts.numel() else 0
        weight, matches = positive.topk(min(most, positive.shape[-1]))
        share = has_both / torch.where(has_both, n_compared, 1.0)
        return weight * share.unsqueeze(-1), matches, negative, has_both

    def _of_pairs(self, embeddings, *weights):
        distance = self.measure(embeddings, embeddings)
        return _MINING[self.mining](distance, self.margin, *weights)


def _all_triplets(distance, margin, share, matches, negative, has_both):
    """Mean over all triplets of each anchor.

    The sum over triplets that violate the margin has, for each pair, the distance times
    the number of these triplets that the pair is in. With the numbers, memory is that
    of pairs, not of triplets.
    """
    n_matches, n_pairs = _violations(
        distance.detach(), margin, share, matches, negative
    )
    total = (n_pairs * distance).sum(-1) + margin * n_matches
    # Rounding of the sum may turn a value of 0 into a negative one.
    return F.relu(total)


@torch.no_grad()
def _violations(distance, margin, share, matches, negative):
    """Triplets of positive loss of each anchor, and those that each of its pairs is in.

    With the distances to other labels in ascending order, those that violate the margin
    of a match at distance d are the ones below d + margin. Triplets count by the share
    of their match; a pair of different labels counts as negative.

    Returns
    -------
    (Tensor of shape (..., n), Tensor of shape (..., n, n))
    """
    reach = distance.gather(-1, matches) + margin
    n_matches = matches.shape[-1]
    if n_matches <= _FEW_MATCHES and distance.numel() * n_matches <= _FEW_TRIPLETS:
        # A comparison in place gives numbers, which need not be converted.
        violates = (reach.unsqueeze(-1) - distance.unsqueeze(-2)).gt_(0)
        violates.mul_(negative.unsqueeze(-2)).mul_(share.unsqueeze(-1))
        n_near = violates.sum(-1)
        n_far = violates.sum(-2)
        return n_near.sum(-1), n_far.neg_().scatter_add_(-1, matches, n_near)
    far, order = distance.masked_fill(negative == 0, math.inf).sort(-1)
    below = torch.searchsorted(far, reach)
    others = F.pad(negative.gather(-1, order).cumsum(-1), (1, 0))
    # Matches by the number of rows below, then those of at least that number.
    counts = torch.zeros_like(others).scatter_add_(-1, below, share)
    beyond = counts.flip(-1).cumsum(-1).flip(-1)[..., 1:]
    n_far = torch.zeros_like(distance).scatter_(-1, order, beyond) * negative
    n_near = others.gather(-1, below) * share
    return n_near.sum(-1), n_far.neg_().scatter_add_(-1, matches, n_near)


def _semi_hard_triplets(distance, margin, share, matches, negative, has_both):
    """Mean over pairs of an anchor and a row of its label, with one negative each."""
    far = distance.masked_fill(negative == 0, math.inf).sort(-1).values
    near = distance.gather(-1, matches)
    place = torch.searchsorted(far.detach(), near.detach(), right=True)
    n_counted = (negative > 0).sum(-1, keepdim=True)
    place = torch.minimum(place, (n_counted - 1).clamp(min=0))
    far = far.masked_fill(torch.isinf(far), 0.0).gather(-1, place)
    return (F.relu(near - far + margin) * share).sum(-1)


def _hard_triplets(distance, margin, share, matches, negative, has_both):
    """The triplet of the farthest row of the label and the nearest of another."""
    near = distance.gather(-1, matches).masked_fill(share == 0, 0.0).amax(-1)
    far = distance.masked_fill(negative == 0, math.inf).amin(-1)
    far = far.masked_fill(torch.isinf(far), 0.0)
    return F.relu(near - far + margin) * has_both


_MINING = {
    "all": _all_triplets,
    "semi_hard": _semi_hard_triplets,
    "hard": _hard_triplets,
}
