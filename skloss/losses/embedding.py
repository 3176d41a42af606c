"""Losses on embeddings: what belongs together comes close, the rest stays apart.

Called with (embeddings, labels) they make pairs and triplets of the rows; called with
(x_embeddings, y_embeddings), rows of two views belong together. One value per row.
"""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.loss import Loss, check_tensors
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["Contrastive", "InfoNCE", "SymmetricCrossEntropy", "Triplet"]


class _EmbeddingLoss(Loss):
    functional = "closeness of rows that belong together"

    def pointwise(self, raw_prediction, y_true):
        """Loss of each row.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, embedding_dim)
        y_true : Tensor
            Labels of shape (..., n_samples), or, for losses on pairs of views, the
            embeddings of the other view, of the shape of ``raw_prediction``.

        Returns
        -------
        Tensor of shape (..., n_samples)
        """
        _check_embeddings(raw_prediction, y_true, self)
        if y_true.ndim == raw_prediction.ndim:
            return self.of_views(raw_prediction, y_true)
        same = y_true.unsqueeze(-1) == y_true.unsqueeze(-2)
        itself = torch.eye(same.shape[-1], dtype=torch.bool, device=same.device)
        return self.of_labels(raw_prediction, same & ~itself, ~same)

    def of_labels(self, embeddings, positive, negative):
        """Loss of each row, given which others are positives and negatives of it."""
        raise ValueError(f"{self.name} compares two views; pass two embeddings.")

    def of_views(self, x, y):
        """Loss of each row, its partner being the same row of the other view."""
        raise ValueError(f"{self.name} needs labels of shape (..., n_samples).")


class Contrastive(_EmbeddingLoss):
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
        _check_alike(x1=x1, x2=x2)
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


class Triplet(_EmbeddingLoss):
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
        _check_alike(anchor=anchor, positive=positive, negative=negative)
        near = _root((anchor - positive).square().sum(-1))
        far = _root((anchor - negative).square().sum(-1))
        return F.relu(near - far + self.margin).mean()

    def of_labels(self, embeddings, positive, negative):
        distance = _root(_square_distances(embeddings))
        gap = distance.unsqueeze(-1) - distance.unsqueeze(-2) + self.margin
        counts = positive.unsqueeze(-1) & negative.unsqueeze(-2)
        value = F.relu(gap) * counts
        return value.sum((-1, -2)) / counts.sum((-1, -2)).clamp(min=1)


class _SimilarityLoss(_EmbeddingLoss):
    def __init__(self, temperature=0.1):
        self.temperature = temperature

    def from_similarity(self, S):
        """Mean over rows of a similarity matrix whose diagonal holds the matches."""
        check_tensors(S=S)
        if S.ndim < 2 or S.shape[-1] != S.shape[-2]:
            raise ValueError(f"S must be square, got shape {tuple(S.shape)}.")
        return self.of_similarity(S).mean()

    def of_similarity(self, S):
        """Loss of each row of a square similarity matrix."""
        raise NotImplementedError

    def of_views(self, x, y):
        unit_x, unit_y = F.normalize(x, dim=-1), F.normalize(y, dim=-1)
        return self.of_similarity(unit_x @ unit_y.mT)


class InfoNCE(_SimilarityLoss):
    r"""Each row picks its match among all others, by a softmax of similarities.

    With labels (NT-Xent): the mean over a row's positives, each against all other
    rows but itself. Embeddings are compared by cosine.

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Low: only the hardest negatives count.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import InfoNCE
    >>> InfoNCE(temperature=1.0).from_similarity(torch.zeros(3, 3))
    tensor(1.0986)
    """

    name = "info_nce"
    aliases = ("nt_xent",)
    tasks = ("embedding", "pairs")
    formula = r"-\log \frac{e^{S_{ii}/\tau}}{\sum_j e^{S_{ij}/\tau}}"
    reference = (
        "van den Oord, Li and Vinyals (2018), Contrastive Predictive Coding, "
        "arXiv:1807.03748"
    )
    use_when = (
        "Each row should find its own kind among many others, by cosine similarity."
    )
    param_ranges = {"temperature": Range(0.01, 1.0, log=True, domain=POSITIVE)}

    def of_similarity(self, S):
        log_p = F.log_softmax(S / self.temperature, dim=-1)
        return -log_p.diagonal(dim1=-2, dim2=-1)

    def of_labels(self, embeddings, positive, negative):
        unit = F.normalize(embeddings, dim=-1)
        itself = torch.eye(unit.shape[-2], dtype=torch.bool, device=unit.device)
        S = (unit @ unit.mT / self.temperature).masked_fill(itself, -math.inf)
        log_p = F.log_softmax(S, dim=-1).masked_fill(itself, 0.0)
        return -(log_p * positive).sum(-1) / positive.sum(-1).clamp(min=1)


class SymmetricCrossEntropy(_SimilarityLoss):
    r"""Two views of each row find each other: softmax over rows and over columns.

    CLIP's loss on a similarity matrix; not the noisy-label loss of the same name
    (Wang et al. 2019).

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Low: only the partners that are hardest to tell apart count.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import SymmetricCrossEntropy
    >>> SymmetricCrossEntropy(temperature=1.0).from_similarity(torch.zeros(3, 3))
    tensor(1.0986)
    """

    name = "symmetric_cross_entropy"
    aliases = ("clip",)
    tasks = ("pairs",)
    formula = (
        r"\tfrac12\left[-\log \frac{e^{S_{ii}/\tau}}{\sum_j e^{S_{ij}/\tau}}"
        r" - \log \frac{e^{S_{ii}/\tau}}{\sum_j e^{S_{ji}/\tau}}\right]"
    )
    reference = (
        "Radford et al. (2021), Learning Transferable Visual Models, arXiv:2103.00020"
    )
    use_when = (
        "Two views show the same rows and each should find its partner in the other."
    )
    param_ranges = {"temperature": Range(0.01, 1.0, log=True, domain=POSITIVE)}

    def of_similarity(self, S):
        rows = F.log_softmax(S / self.temperature, dim=-1)
        columns = F.log_softmax(S / self.temperature, dim=-2)
        return -0.5 * (rows + columns).diagonal(dim1=-2, dim2=-1)


def _check_embeddings(raw_prediction, y_true, loss):
    check_tensors(raw_prediction=raw_prediction, y_true=y_true)
    raw, y = tuple(raw_prediction.shape), tuple(y_true.shape)
    if len(raw) < 2 or y not in (raw, raw[:-1]):
        raise ValueError(
            f"{loss.name} takes embeddings of shape (..., n_samples, dim) with labels "
            f"(..., n_samples) or a second view of the same shape; got {raw} and {y}."
        )


def _check_alike(**embeddings):
    check_tensors(**embeddings)
    shapes = {name: tuple(rows.shape) for name, rows in embeddings.items()}
    if len(set(shapes.values())) > 1 or len(next(iter(shapes.values()))) < 2:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"Embeddings must share a shape (..., n, dim), got {told}.")


def _square_distances(embeddings):
    """Squared distance of every two rows, by differences: exact for close rows."""
    gap = embeddings.unsqueeze(-2) - embeddings.unsqueeze(-3)
    return gap.square().sum(-1)


def _root(square):
    """Square root whose slope at 0 is 0, not infinite: equal rows exert no pull."""
    positive = square > 0
    safe = torch.where(positive, square, torch.ones_like(square))
    return torch.where(positive, safe.sqrt(), torch.zeros_like(square))
