"""Losses on similarities: a softmax picks the match of each row among all rows."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.embedding_loss import EmbeddingLoss
from skloss.losses.contract.ranges import POSITIVE, Range
from skloss.losses.contract.shapes import check_tensors

__all__ = ["InfoNCE", "SymmetricCrossEntropy"]


class _SimilarityLoss(EmbeddingLoss):
    """A loss on a matrix of similarities whose diagonal holds the matches."""

    def __init__(self, temperature=0.1):
        self.temperature = temperature

    def from_similarity(self, S):
        """Return the mean loss over the rows of a similarity matrix.

        Parameters
        ----------
        S : Tensor of shape (..., n_samples, n_samples)
            Similarities; the diagonal holds those of matching rows.

        Returns
        -------
        Tensor
            A scalar.

        Raises
        ------
        ValueError
            If the matrix is not square.

        Examples
        --------
        >>> import torch
        >>> from skloss.losses import InfoNCE
        >>> InfoNCE(temperature=1.0).from_similarity(torch.zeros(3, 3))
        tensor(1.0986)
        """
        check_tensors(S=S)
        if S.ndim < 2 or S.shape[-1] != S.shape[-2]:
            raise ValueError(f"S must be square, got shape {tuple(S.shape)}.")
        return self.of_similarity(S).mean()

    def of_similarity(self, S):
        """Return the loss of each row of a square similarity matrix.

        Parameters
        ----------
        S : Tensor of shape (..., n_samples, n_samples)

        Returns
        -------
        Tensor of shape (..., n_samples)

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("info_nce", temperature=1.0).of_similarity(torch.eye(2))
        tensor([0.3133, 0.3133])
        """
        raise NotImplementedError

    def of_views(self, x, y):
        unit_x, unit_y = F.normalize(x, dim=-1), F.normalize(y, dim=-1)
        return self.of_similarity(_similarity(unit_x, unit_y))


class InfoNCE(_SimilarityLoss):
    r"""Cross-entropy of the matching row in a softmax of cosine similarities.

    With labels (NT-Xent), the mean over the rows of the same label, each compared
    with all other rows.

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Divides the similarities; at low values only the most similar other rows
        matter.

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
    use_when = "Each row should be most similar to its match among many, by the cosine."
    param_ranges = {"temperature": Range(0.01, 1.0, log=True, domain=POSITIVE)}

    def of_similarity(self, S):
        log_p = F.log_softmax(S / self.temperature, dim=-1)
        return -log_p.diagonal(dim1=-2, dim2=-1)

    def of_labels(self, embeddings, positive, negative):
        unit = F.normalize(embeddings, dim=-1)
        # A row is not a candidate for itself: probability 0 in the softmax, and a
        # finite logarithm in the sum, where minus infinity times 0 would be NaN.
        itself = torch.eye(unit.shape[-2], dtype=torch.bool, device=unit.device)
        S = (_similarity(unit, unit) / self.temperature).masked_fill(itself, -math.inf)
        log_p = F.log_softmax(S, dim=-1).masked_fill(itself, 0.0)
        return -(log_p * positive).sum(-1) / positive.sum(-1).clamp(min=1)


class SymmetricCrossEntropy(_SimilarityLoss):
    r"""Mean of the cross-entropies of a softmax over rows and one over columns.

    The loss of CLIP on a similarity matrix of two views; not the noisy-label loss of
    the same name (Wang et al. 2019).

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Divides the similarities; at low values only the most similar other rows
        matter.

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
        "Two views describe the same rows, and each should identify its counterpart."
    )
    param_ranges = {"temperature": Range(0.01, 1.0, log=True, domain=POSITIVE)}

    def of_similarity(self, S):
        rows = F.log_softmax(S / self.temperature, dim=-1)
        columns = F.log_softmax(S / self.temperature, dim=-2)
        return -0.5 * (rows + columns).diagonal(dim1=-2, dim2=-1)


def _similarity(x, y):
    """Products of all pairs of rows, in their precision also under autocast."""
    with torch.autocast(x.device.type, enabled=False):
        return x @ y.mT
