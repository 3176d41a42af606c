"""Losses on similarities of labelled rows: all matches of a row at once."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.distances import SIMILARITIES, Geometry
from skloss.losses.contract.pair_loss import PairLoss, either, log_weight, share_of
from skloss.losses.contract.ranges import POSITIVE, Range

__all__ = ["MultiSimilarity", "SupCon"]


class SupCon(Geometry, PairLoss):
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

    def _weights(self, positive, negative, dtype):
        logs = log_weight(either(positive, negative), dtype)
        share = share_of(positive, dtype)
        # What the weights of matches add to their own scores, taken off again.
        return logs, share, (share * logs).sum(-1)

    def _of_pairs(self, embeddings, logs, share, added):
        S = self.measure(embeddings, embeddings)
        scores = torch.add(logs, S, alpha=1 / self.temperature)
        return added - (F.log_softmax(scores, dim=-1) * share).sum(-1)


class MultiSimilarity(Geometry, PairLoss):
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
        "A few pairs are hard, and most of the others are placed correctly already."
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

    def _weights(self, positive, negative, dtype):
        near = log_weight(positive, dtype).add_(self.alpha * self.base)
        far = log_weight(negative, dtype).sub_(self.beta * self.base)
        logs = torch.stack([near, far], -3)
        factor = logs.new_tensor([-self.alpha, self.beta])[:, None, None]
        factor = factor.repeat(1, *near.shape[-2:])
        # The 1 of both logarithms is one more term, of score 0. It takes the place of
        # the row itself, unless copies of that count as matches.
        if positive.dtype == torch.bool:
            for part in (logs, factor):
                part.diagonal(dim1=-2, dim2=-1).zero_()
        else:
            logs, factor = F.pad(logs, (0, 1)), F.pad(factor, (0, 1))
        return logs, factor.expand_as(logs)

    def _of_pairs(self, embeddings, logs, factor):
        S = self.measure(embeddings, embeddings)
        n_more = logs.shape[-1] - S.shape[-1]
        S = F.pad(S, (0, n_more)) if n_more else S
        # log(1 + sum of exponentials) is minus the log share of the 1 in that sum, and
        # log_softmax takes half of the time of logsumexp.
        shares = torch.log_softmax(torch.addcmul(logs, factor, S.unsqueeze(-3)), -1)
        ones = shares[..., -1] if n_more else shares.diagonal(dim1=-2, dim2=-1)
        near, far = ones.unbind(-2)
        return near / -self.alpha + far / -self.beta
