"""Losses on embeddings by distance: contrastive pairs and triplets."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.embedding_loss import EmbeddingLoss, check_alike
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["Contrastive", "Triplet"]


class Contrastive(EmbeddingLoss):
    r"""Pairs of a kind are pulled together, others pushed out to the margin.

    Parameters
    ----------
    margin : float > 0, default 1.0
        Distance beyond which a negative pair costs nothing.

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
    use_when = "Pairs belong together or not, and one distance should tell them apart."
    param_ranges = {"margin": Range(0.1, 10.0, log=True, domain=POSITIVE)}

    def __init__(self, margin=1.0):
        self.margin = margin

    def from_pairs(self, x1, x2, same):
        """Mean over pairs of rows; ``same`` is 1 for pairs that belong together."""
        check_alike(x1=x1, x2=x2)
        same = torch.as_tensor(same, device=x1.device)
        if same.shape != x1.shape[:-1]:
            raise ValueError(
                f"same has shape {tuple(same.shape)}; give one value for each pair, "
                f"shape {tuple(x1.shape[:-1])}."
            )
        square = (x1 - x2).square().sum(-1)
        return self._of_pairs(square, same.to(square.dtype)).mean()

    def _of_pairs(self, square, same):
        apart = F.relu(self.margin - _root(square)).square()
        return 0.5 * (same * square + (1 - same) * apart)

    def of_labels(self, embeddings, positive, negative):
        square = _square_distances(embeddings)
        value = self._of_pairs(square, positive.to(square.dtype))
        paired = (positive | negative).to(value.dtype)
        return (value * paired).sum(-1) / paired.sum(-1).clamp(min=1)


class Triplet(EmbeddingLoss):
    r"""An anchor lies closer to its own kind than to others, by a margin.

    Parameters
    ----------
    margin : float > 0, default 1.0
        How much farther than its own kind the others must lie.

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
        "Only the order of distances counts: neighbours should be of the same kind."
    )
    param_ranges = {"margin": Range(0.1, 10.0, log=True, domain=POSITIVE)}

    def __init__(self, margin=1.0):
        self.margin = margin

    def from_triplets(self, anchor, positive, negative):
        """Mean over rows, each an anchor, one of its kind and one of another."""
        check_alike(anchor=anchor, positive=positive, negative=negative)
        near = _root((anchor - positive).square().sum(-1))
        far = _root((anchor - negative).square().sum(-1))
        return F.relu(near - far + self.margin).mean()

    def of_labels(self, embeddings, positive, negative):
        distance = _root(_square_distances(embeddings))
        gap = distance.unsqueeze(-1) - distance.unsqueeze(-2) + self.margin
        counts = positive.unsqueeze(-1) & negative.unsqueeze(-2)
        value = F.relu(gap) * counts
        return value.sum((-1, -2)) / counts.sum((-1, -2)).clamp(min=1)


def _square_distances(embeddings):
    """Squared distance of every two rows, by differences: exact for close rows."""
    gap = embeddings.unsqueeze(-2) - embeddings.unsqueeze(-3)
    return gap.square().sum(-1)


def _root(square):
    """Square root whose slope at 0 is 0, not infinite: equal rows exert no pull."""
    positive = square > 0
    safe = torch.where(positive, square, torch.ones_like(square))
    return torch.where(positive, safe.sqrt(), torch.zeros_like(square))
