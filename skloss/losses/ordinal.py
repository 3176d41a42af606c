"""Losses on ordered classes."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.classification_loss import ClassificationLoss
from skloss.tasks import as_task

__all__ = ["Corn"]


class Corn(ClassificationLoss):
    r"""Conditional ordinal regression: one binary classifier per threshold.

    With K classes the network has K - 1 outputs: the log-odds of y > k among rows
    with y >= k. Their cumulative products are P(y > k), which decrease in k by
    construction (rank consistency).

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("corn")
    >>> loss.pointwise(torch.zeros(3, 2), torch.tensor([0, 1, 2]))
    tensor([0.6931, 1.3863, 1.3863])
    """

    name = "corn"
    tasks = ("ordinal",)
    is_proper = True
    is_convex = True
    formula = r"-\sum_{k \le y,\, k < K - 1} \log P(1[y > k] \mid y \ge k)"
    reference = (
        "Shi, Cao and Raschka (2021), Deep Neural Networks for "
        "Rank-Consistent Ordinal Regression, "
        "arXiv:2111.08851"
    )
    use_when = "Classes are ordered, such as grades, and their distances are not known."
    noise_model = "a sequence of Bernoulli labels, one per threshold that is reached"

    def n_outputs(self, k):
        return max(1, k - 1)

    def softmax_loss(self, logits, y_true):
        threshold = torch.arange(logits.shape[-1], device=logits.device)
        reached = y_true.unsqueeze(-1) >= threshold
        above = (y_true.unsqueeze(-1) > threshold).to(logits.dtype)
        return (reached * F.softplus((1 - 2 * above) * logits)).sum(-1)

    def sigmoid_loss(self, logit, y_true):
        return F.softplus((1 - 2 * y_true) * logit)

    def probabilities(self, raw_prediction, task="ordinal"):
        """Return P(y = k), the probability of each class.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_classes - 1)
        task : str or Task, default "ordinal"

        Returns
        -------
        Tensor of shape (..., n_samples, n_classes)
            The probability of the second class, with one column, if the task is
            binary.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("corn").probabilities(torch.zeros(1, 2))
        tensor([[0.5000, 0.2500, 0.2500]])
        """
        if as_task(task).link == "logit":
            return torch.sigmoid(raw_prediction)
        # P(y > k) as a product of conditional probabilities, in log space.
        at_least = F.logsigmoid(raw_prediction).cumsum(-1).exp()
        one = torch.ones_like(at_least[..., :1])
        zero = torch.zeros_like(one)
        upper = torch.cat([one, at_least], dim=-1)
        return upper - torch.cat([at_least, zero], dim=-1)

    def predict(self, raw_prediction):
        """Return P(y = k), as `probabilities`.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_classes - 1)

        Returns
        -------
        Tensor of shape (..., n_samples, n_classes)

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("corn").predict(torch.zeros(1, 2))
        tensor([[0.5000, 0.2500, 0.2500]])
        """
        return self.probabilities(raw_prediction)
