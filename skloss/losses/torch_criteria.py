"""Torch criteria and functions as losses."""

import copy
import functools

from torch import nn
from torch.nn import functional as F

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.parameters import title_of
from skloss.losses.criterion_twins import TWINS
from skloss.losses.custom import Custom

__all__ = ["as_loss"]

#: Criteria that are not supported: what they require, and the loss to use instead.
_REFUSED = {
    "AdaptiveLogSoftmaxWithLoss": "has learnable layers; use 'cross_entropy'",
    "BCELoss": "requires probabilities, but a network returns scores; use "
    "BCEWithLogitsLoss or 'binary_cross_entropy'",
    "CTCLoss": "aligns sequences, which the rows of a table are not; use "
    "'cross_entropy'",
    "CosineEmbeddingLoss": "has three inputs, two of them embeddings; use "
    "'contrastive' in a TorchEmbedder",
    "HingeEmbeddingLoss": "requires distances between two inputs; use 'contrastive' "
    "in a TorchEmbedder",
    "KLDivLoss": "requires log-probabilities and distributions; use 'kl_divergence'",
    "LinearCrossEntropyLoss": "has a learnable layer; use 'cross_entropy'",
    "MarginRankingLoss": "has three inputs, two of them scores to be ranked; use "
    "'triplet' in a TorchEmbedder, or 'hinge' for labels",
    "MultiLabelMarginLoss": "requires lists of label indices that end with -1; use "
    "'binary_cross_entropy' with one column of 0 and 1 for each label",
    "NLLLoss2d": "is for images; use NLLLoss or 'cross_entropy'",
    "TripletMarginLoss": "has three inputs; use 'triplet' in a TorchEmbedder",
    "TripletMarginWithDistanceLoss": "has three inputs; use 'triplet' in a "
    "TorchEmbedder",
}

#: Functional form of each criterion, which would return logarithms or a sum otherwise.
_FUNCTIONS = {
    F.binary_cross_entropy: nn.BCELoss,
    F.binary_cross_entropy_with_logits: nn.BCEWithLogitsLoss,
    F.cosine_embedding_loss: nn.CosineEmbeddingLoss,
    F.cross_entropy: nn.CrossEntropyLoss,
    F.ctc_loss: nn.CTCLoss,
    F.gaussian_nll_loss: nn.GaussianNLLLoss,
    F.hinge_embedding_loss: nn.HingeEmbeddingLoss,
    F.huber_loss: nn.HuberLoss,
    F.kl_div: nn.KLDivLoss,
    F.l1_loss: nn.L1Loss,
    F.margin_ranking_loss: nn.MarginRankingLoss,
    F.mse_loss: nn.MSELoss,
    F.multi_margin_loss: nn.MultiMarginLoss,
    F.multilabel_margin_loss: nn.MultiLabelMarginLoss,
    F.multilabel_soft_margin_loss: nn.MultiLabelSoftMarginLoss,
    F.nll_loss: nn.NLLLoss,
    F.poisson_nll_loss: nn.PoissonNLLLoss,
    F.smooth_l1_loss: nn.SmoothL1Loss,
    F.soft_margin_loss: nn.SoftMarginLoss,
    F.triplet_margin_loss: nn.TripletMarginLoss,
    F.triplet_margin_with_distance_loss: nn.TripletMarginWithDistanceLoss,
}


class _Rows:
    """A user's criterion without its reduction, if it has one: one value per row."""

    def __init__(self, module):
        self.module = module
        self.__name__ = type(module).__name__
        self._unreduced = {}

    def __call__(self, y_pred, y_true):
        place = y_pred.device, y_pred.dtype
        if place not in self._unreduced:
            module = copy.deepcopy(self.module).to(*place)
            if isinstance(getattr(module, "reduction", None), str):
                module.reduction = "none"
            self._unreduced[place] = module
        return self._unreduced[place](y_pred, y_true)

    def __getstate__(self):
        return self.__dict__ | {"_unreduced": {}}


def as_loss(loss):
    """Convert a torch criterion or a function to a `Loss`; copy an instance.

    Raises
    ------
    ValueError
        If it is a criterion that is not supported.
    TypeError
        If it is of another type.
    """
    if isinstance(loss, Loss):
        return copy.copy(loss)
    loss = _without_function(loss)
    if isinstance(loss, type) and issubclass(loss, nn.Module):
        _check_supported(loss)
        loss = _built(loss)
    if isinstance(loss, nn.Module):
        _check_supported(type(loss))
        twin = TWINS.get(type(loss))
        return Custom(_Rows(loss)) if twin is None else twin(loss)
    if callable(loss) and not isinstance(loss, type):
        return Custom(loss)
    raise TypeError(
        "loss must be a name, a Loss, a torch criterion or a function of (y_pred, "
        f"y_true), got {title_of(loss)}."
    )


def _without_function(loss):
    """The criterion of a function of torch, also one with some keywords given."""
    keywords = {}
    if isinstance(loss, functools.partial) and not loss.args:
        keywords, inner = loss.keywords, loss.func
    else:
        inner = loss
    found = (one for function, one in _FUNCTIONS.items() if function is inner)
    criterion = next(found, None)
    if criterion is None:
        return loss
    _check_supported(criterion)
    return criterion(**keywords)


def _check_supported(criterion):
    """Raise a ValueError for a criterion that cannot train a model of a table."""
    inside = criterion.__module__.startswith("torch.nn.")
    if inside and criterion.__name__ in _REFUSED:
        raise ValueError(f"{criterion.__name__} {_REFUSED[criterion.__name__]}.")


def _built(criterion):
    """An instance of a class of criteria, which must need no arguments."""
    try:
        return criterion()
    except TypeError as error:
        raise ValueError(
            f"{criterion.__name__} requires arguments; pass an instance of it, such as "
            f"loss={criterion.__name__}(...)."
        ) from error
