"""Losses on similarities: a softmax picks the match of each row among all rows."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.distances import SIMILARITIES, Geometry
from skloss.losses.contract.embedding_loss import EmbeddingLoss
from skloss.losses.contract.pair_loss import PairLoss, log_weight, share_of
from skloss.losses.contract.ranges import POSITIVE, Range
from skloss.losses.contract.shapes import check_tensors

__all__ = ["InfoNCE", "SigLIP", "SymmetricCrossEntropy"]

# Ends of a temperature that training learns. The lower is the clamp of CLIP: logits are
# at most 100 times the cosine. At the upper all rows are about equally likely.
_COLDEST, _HOTTEST = 0.01, 100.0
# Ends of a bias that training learns: exp of them is negligible next to any number of
# rows, and finite in float32.
_LARGEST_BIAS = 50.0


class _SimilarityLoss(Geometry, EmbeddingLoss):
    """A loss on a matrix of similarities whose diagonal holds the matches."""

    measured_by = "similarity"
    measures = SIMILARITIES
    # In a larger batch, a row is compared with more others: recall@1 of linear views of
    # 750 rows is 0.66 with batches of 256 rows, and 0.62 with 32.
    n_batches_of_views = 3

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

    def of_similarity(self, S, constants=()):
        """Return the loss of each row of a square similarity matrix.

        Parameters
        ----------
        S : Tensor of shape (..., n_samples, n_samples)
        constants : sequence of Tensor, optional
            In place of the parameters, where training learns some: see
            `trained_constants`.

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

    def of_views(self, x, y, constants=()):
        return self.of_similarity(self.measure(x, y), constants)

    def _scale(self, like, constants):
        """One over the temperature, of which training learns the logarithm."""
        if constants:
            return constants[0].exp()
        return 1 / self.learned("temperature", like, self.temperature)


class _LearnedTemperature(_SimilarityLoss):
    """A loss whose temperature training may learn."""

    def trained_constants(self):
        if not self.learn_temperature:
            return []
        start = -math.log(max(self.temperature, _COLDEST))
        return [(start, -math.log(_HOTTEST), -math.log(_COLDEST))]

    def with_constants(self, values):
        return self.with_learned(temperature=math.exp(-float(values[0])))


class InfoNCE(_SimilarityLoss, PairLoss):
    r"""Cross-entropy of the matching row in a softmax of cosine similarities.

    With labels (NT-Xent), the mean over the rows of the same label, each as the only
    match among all rows of other labels: the definition of pytorch-metric-learning,
    which takes one mean over all such pairs together. ``sup_con`` has the other rows of
    the label in the denominator too.

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
    needs_negative = True

    def __init__(self, temperature=0.1, similarity="cosine"):
        self.temperature, self.similarity = temperature, similarity

    def of_similarity(self, S, constants=()):
        log_p = F.log_softmax(S * self._scale(S, constants), dim=-1)
        return -log_p.diagonal(dim1=-2, dim2=-1)

    def _weights(self, positive, negative, dtype):
        return log_weight(negative, dtype), share_of(positive, dtype)

    def _of_pairs(self, embeddings, logs, share):
        S, sharpness = self.measure(embeddings, embeddings), 1 / self.temperature
        scores = torch.add(logs, S, alpha=sharpness)
        others = torch.logsumexp(scores, dim=-1, keepdim=True)
        # -log(e^s / (e^s + sum of the others)), without the quotient: its gradient
        # would vanish where the match is far less similar than the others.
        return (F.softplus(torch.sub(others, S, alpha=sharpness)) * share).sum(-1)


class SymmetricCrossEntropy(_LearnedTemperature):
    r"""Mean of the cross-entropies of a softmax over rows and one over columns.

    The loss of CLIP on a similarity matrix of two views; not the noisy-label loss of
    the same name (Wang et al. 2019).

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Divides the similarities; at low values only the most similar other rows
        matter.
    similarity : {"auto", "cosine", "dot", "squared_euclidean"}, default "auto"
        Similarity S of two rows. "auto" is the cosine, as in CLIP, and in a
        `TorchAligner` minus the squared Euclidean distance: for Gaussian views the best
        similarity is of that form, and the encoders choose its scale themselves.
    learn_temperature : bool, default False
        Whether `TorchAligner` learns the temperature too, starting from this one and
        never below 0.01.

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
    measures = {"auto": SIMILARITIES["cosine"], **SIMILARITIES}

    def __init__(self, temperature=0.1, similarity="auto", learn_temperature=False):
        self.temperature, self.similarity = temperature, similarity
        self.learn_temperature = learn_temperature

    def bind(self, y, sample_weight=None, X=None):
        bound = super().bind(y, sample_weight, X)
        # Recall@1 of 250 rows, seeds 100 to 104 of benchmarks/alignment.py: 0.69 of
        # linear views and 0.98 of nonlinear ones, by the cosine 0.66 and 0.88.
        if bound.similarity == "auto":
            bound.similarity = "squared_euclidean"
        return bound

    def of_similarity(self, S, constants=()):
        logits = S * self._scale(S, constants)
        rows, columns = F.log_softmax(logits, dim=-1), F.log_softmax(logits, dim=-2)
        return -0.5 * (rows + columns).diagonal(dim1=-2, dim2=-1)


class SigLIP(_LearnedTemperature):
    r"""Cross-entropy of a sigmoid for each pair of rows: whether they match.

    The sum over all rows of the other view, whose mean over rows is the loss of the
    paper. Unlike a softmax it does not compare the rows of a batch with each other.

    Parameters
    ----------
    temperature : float > 0, default 0.1
        Divides the similarities.
    bias : float, default -10.0
        Added to the logits: at the start nearly all pairs do not match.
    similarity : {"cosine", "dot", "squared_euclidean"}, default "cosine"
        Similarity S of two rows.
    learn_temperature : bool, default True
        Whether `TorchAligner` learns temperature and bias too, starting from these.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import SigLIP
    >>> SigLIP(temperature=1.0, bias=0.0).from_similarity(torch.zeros(3, 3))
    tensor(2.0794)
    """

    # Without a softmax, a large batch has no advantage for the few steps that it takes.
    n_batches_of_views = EmbeddingLoss.n_batches_of_views
    name = "siglip"
    tasks = ("pairs",)
    formula = (
        r"\sum_j \log\left(1 + e^{-s_{ij} (S_{ij}/\tau + b)}\right),\quad "
        r"s_{ij} = 1 \text{ if } i = j \text{ else } -1"
    )
    reference = (
        "Zhai, Mustafa, Kolesnikov and Beyer (2023), Sigmoid Loss for Language Image "
        "Pre-Training, arXiv:2303.15343"
    )
    use_when = (
        "Two views are matched in small batches, or a row may have several matches."
    )
    param_ranges = {
        "temperature": Range(0.01, 1.0, log=True, domain=POSITIVE),
        "bias": Range(-10.0, 0.0),
    }

    def __init__(
        self, temperature=0.1, bias=-10.0, similarity="cosine", learn_temperature=True
    ):
        self.temperature, self.bias = temperature, bias
        self.similarity, self.learn_temperature = similarity, learn_temperature

    def of_similarity(self, S, constants=()):
        bias = constants[1] if constants else self.learned("bias", S, self.bias)
        logits = S * self._scale(S, constants) + bias
        matches = torch.eye(S.shape[-1], dtype=torch.bool, device=S.device)
        return F.softplus(torch.where(matches, -logits, logits)).sum(-1)

    def trained_constants(self):
        bias = (self.bias, -_LARGEST_BIAS, _LARGEST_BIAS)
        return [*super().trained_constants(), bias] if self.learn_temperature else []

    def with_constants(self, values):
        return super().with_constants(values).with_learned(bias=float(values[1]))
