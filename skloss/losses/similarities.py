"""Losses on similarities of labelled rows: all matches of a row at once."""

import torch

from skloss.losses.contract.distances import FAR, SIMILARITIES, Geometry
from skloss.losses.contract.embedding_loss import EmbeddingLoss
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["MultiSimilarity", "SupCon"]


class SupCon(Geometry, EmbeddingLoss):
    r"""Cross-entropy of all rows of the label in a softmax over all other rows.

    The mean of the logarithms, "out" in the paper. Unlike ``info_nce``, the denominator
    holds the other rows of the label too.

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Divides the similarities; at low values only the most similar other rows
        matter.
    similarity : {"cosine", "dot", "squared_euclidean"}, default "cosine"
        Similarity S of two rows.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import SupCon
    >>> x, labels = torch.eye(4), torch.tensor([0, 0, 1, 1])
    >>> SupCon()(x, labels)  # one of three equally similar rows
    tensor(1.0986)
    """

    name = "sup_con"
    aliases = ("supcon",)
    tasks = ("embedding",)
    formula = (
        r"-\frac{1}{|P_i|} \sum_{p \in P_i} "
        r"\log \frac{e^{S_{ip}/\tau}}{\sum_{j \ne i} e^{S_{ij}/\tau}}"
    )
    reference = (
        "Khosla et al. (2020), Supervised Contrastive Learning, arXiv:2004.11362, eq. 2"
    )
    use_when = "Classes should be tight clusters, each with many rows in a batch."
    param_ranges = {"temperature": Range(0.01, 1.0, log=True, domain=POSITIVE)}
    measured_by = "similarity"
    measures = SIMILARITIES

    def __init__(self, temperature=0.1, similarity="cosine"):
        self.temperature, self.similarity = temperature, similarity

    def of_labels(self, embeddings, positive, negative):
        S = self.measure(embeddings, embeddings) / self.temperature
        is_bool = positive.dtype == torch.bool
        others = positive | negative if is_bool else positive + negative
        every = log_sum_exp(S, others).unsqueeze(-1)
        return mean_over(every - S, positive)


class MultiSimilarity(Geometry, EmbeddingLoss):
    r"""Soft maxima of how far matches fall below, and others rise above, a similarity.

    Without the selection of pairs in the paper: every pair enters by its weight.

    Parameters
    ----------
    alpha : float > 0, default 2.0
        Sharpness for rows of the same label: at high values only the least similar
        matters.
    beta : float > 0, default 50.0
        Sharpness for rows of other labels: at high values only the most similar
        matters.
    base : float, default 0.5
        Similarity that separates matches from others.
    similarity : {"cosine", "dot", "squared_euclidean"}, default "cosine"
        Similarity S of two rows.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import MultiSimilarity
    >>> MultiSimilarity(base=0.0)(torch.eye(2), torch.tensor([0, 0]))  # log(2) / 2
    tensor(0.3466)
    """

    name = "multi_similarity"
    tasks = ("embedding",)
    formula = (
        r"\frac{1}{\alpha} \log\left(1 + \sum_{p \in P_i} "
        r"e^{-\alpha (S_{ip} - \lambda)}\right) + \frac{1}{\beta} \log\left(1 + "
        r"\sum_{n \in N_i} e^{\beta (S_{in} - \lambda)}\right)"
    )
    reference = (
        "Wang, Han, Huang, Dong and Scott (2019), Multi-Similarity Loss, "
        "arXiv:1904.06627, eq. 16"
    )
    use_when = (
        "A few pairs are hard, and most of the others already lie as they should."
    )
    param_ranges = {
        "alpha": Range(0.5, 50.0, log=True, domain=POSITIVE),
        "beta": Range(0.5, 100.0, log=True, domain=POSITIVE),
        "base": Range(0.0, 1.0),
    }
    needs_positive = False  # a row without a match is still kept apart from others
    measured_by = "similarity"
    measures = SIMILARITIES

    def __init__(self, alpha=2.0, beta=50.0, base=0.5, similarity="cosine"):
        self.alpha, self.beta, self.base = alpha, beta, base
        self.similarity = similarity

    def of_labels(self, embeddings, positive, negative):
        S = self.measure(embeddings, embeddings) - self.base
        near = log_sum_exp(-self.alpha * S, positive, and_one=True)
        far = log_sum_exp(self.beta * S, negative, and_one=True)
        return near / self.alpha + far / self.beta


def log_sum_exp(scores, weight, and_one=False):
    """Logarithm of the weighted sum of exp(scores) over the last dimension.

    Parameters
    ----------
    scores : Tensor of shape (..., n)
    weight : Tensor of shape (..., n)
        Truth values or numbers >= 0; a row of zeros gives about -1e37.
    and_one : bool
        Whether to add 1 to the sum.

    Returns
    -------
    Tensor of shape (...)
    """
    if weight.dtype == torch.bool:
        scores = scores.masked_fill(~weight, FAR)
    else:
        is_counted = weight > 0
        logs = torch.where(is_counted, weight, 1.0).log()
        scores = (scores + logs).masked_fill(~is_counted, FAR)
    total = torch.logsumexp(scores, dim=-1)
    return torch.logaddexp(total, total.new_zeros(())) if and_one else total


def mean_over(value, weight):
    """Weighted mean over the last dimension, 0 where nothing is counted."""
    weight = weight.to(value)
    total = weight.sum(-1, keepdim=True)
    # Shares have no gradient: fewer operations to differentiate.
    return (value * (weight / torch.where(total > 0, total, 1.0))).sum(-1)
