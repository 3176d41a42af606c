"""Losses on embeddings by distance: contrastive pairs and triplets."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.embedding_loss import EmbeddingLoss, check_alike
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["Contrastive", "Triplet"]


class Contrastive(EmbeddingLoss):
    r"""Pulls rows of one label together and pushes others beyond a margin.

    With labels, the mean over all pairs of a row with another row.

    Parameters
    ----------
    margin : float > 0, default 1.0
        Distance beyond which a pair of different labels has zero loss.

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

    def __init__(self, margin=1.0):
        self.margin = margin

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
        square = (x1 - x2).square().sum(-1)
        return self._of_pairs(square, same.to(square.dtype)).mean()

    def _of_pairs(self, square, same):
        """Loss of pairs from squared distances; ``same`` is 1 or 0."""
        apart = F.relu(self.margin - _root(square)).square()
        return 0.5 * (same * square + (1 - same) * apart)

    def of_labels(self, embeddings, positive, negative):
        square = _square_distances(embeddings)
        value = self._of_pairs(square, positive.to(square.dtype))
        paired = (positive | negative).to(value.dtype)
        # A single row has no pair: its sum of 0 is divided by 1.
        return (value * paired).sum(-1) / paired.sum(-1).clamp(min=1)


class Triplet(EmbeddingLoss):
    r"""A row is closer to rows of its label than to others, by a margin.

    With labels, the mean over all triplets of which the row is the anchor.

    Parameters
    ----------
    margin : float > 0, default 1.0
        Minimum difference between the distances to a row of another label and to one
        of the same label.

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

    def __init__(self, margin=1.0):
        self.margin = margin

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
    """Squared distances of all pairs of rows.

    By differences: a matrix product, x^2 + y^2 - 2 x y, cancels for close rows.
    """
    gap = embeddings.unsqueeze(-2) - embeddings.unsqueeze(-3)
    return gap.square().sum(-1)


def _root(square):
    """Square root whose slope at 0 is 0 instead of infinite, for equal rows."""
    # Selected before the root: the gradient of a `where` after it would be 0 times
    # infinity.
    positive = square > 0
    safe = torch.where(positive, square, torch.ones_like(square))
    return torch.where(positive, safe.sqrt(), torch.zeros_like(square))
