"""Losses on similarities: each row finds its match among all others."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.embedding_loss import EmbeddingLoss
from skloss.losses.contract.ranges import POSITIVE, Range
from skloss.losses.contract.shapes import check_tensors

__all__ = ["InfoNCE", "SymmetricCrossEntropy"]


class _SimilarityLoss(EmbeddingLoss):
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
