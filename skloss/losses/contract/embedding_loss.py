"""Losses on embeddings: rows are matched by labels or by two views."""

import torch

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.shapes import check_tensors

__all__ = ["EmbeddingLoss"]


class EmbeddingLoss(Loss):
    """A loss on embeddings: implement `of_labels`, `of_views` or both.

    ``y_true`` with one dimension less than the embeddings holds labels: rows of one
    label belong together. ``y_true`` of the same shape is a second view: row i of
    one view belongs to row i of the other.

    Called with labels, a loss is the mean over the rows that have what it compares:
    where the loss needs another row of the same label, a row without one is left out.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses.contract.embedding_loss import EmbeddingLoss
    >>> class Distance(EmbeddingLoss):
    ...     tasks = ("pairs",)
    ...     def of_views(self, x, y):
    ...         return (x - y).square().sum(-1)
    >>> Distance()(torch.zeros(2, 3), torch.ones(2, 3))
    tensor(3.)
    """

    functional = "closeness of rows that belong together"
    compares_rows = True
    needs_positive = True
    needs_negative = False
    n_batches_of_views = Loss.n_batches

    def pointwise(self, raw_prediction, y_true):
        """Return the loss of each row.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, embedding_dim)
        y_true : Tensor
            Labels of shape (..., n_samples), or, for losses on pairs of views, the
            embeddings of the other view, of the shape of ``raw_prediction``.

        Returns
        -------
        Tensor of shape (..., n_samples)

        Raises
        ------
        ValueError
            If shapes do not match, or the loss does not support labels or views.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> x = torch.tensor([[0.0], [1.0], [3.0]])
        >>> get_loss("triplet", margin=1.5).pointwise(x, torch.tensor([0, 0, 1]))
        tensor([0.0000, 0.5000, 0.0000])
        """
        _check_embeddings(raw_prediction, y_true, self)
        if y_true.ndim == raw_prediction.ndim:
            return self.of_views(raw_prediction, y_true)
        return self.of_labels(raw_prediction, *matches(y_true))

    def batches(self, y_true, dtype, matches=None):
        """Return the targets of each step of an epoch, as `pointwise` takes them.

        Parameters
        ----------
        y_true : Tensor of shape (n_steps, n_models, n_samples, ...)
        dtype : torch.dtype
            That of the raw scores.
        matches : callable, optional
            From the targets of some steps to their matches and their non-matches, where
            targets hold more than labels.

        Returns
        -------
        sequence
            By default the targets as they are.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> y = torch.zeros(2, 1, 5)
        >>> get_loss("clip").batches(y, torch.float32)[1].shape
        torch.Size([1, 5])
        """
        return y_true.unbind()

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        """Return the weighted mean over all rows that the loss can compare.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, embedding_dim)
        y_true : Tensor
            Labels of shape (..., n_samples), or embeddings of the other view.
        sample_weight : Tensor of shape (..., n_samples), optional
            With labels, a row of weight 2 counts as two rows, also as a match of
            others; with views, weights are those of the rows' values.

        Returns
        -------
        Tensor
            A scalar; 0 for a batch without rows to compare.

        Raises
        ------
        ValueError
            If shapes do not match or a parameter is invalid.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> x, labels = torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([0, 0, 1])
        >>> get_loss("triplet", margin=1.5)(x, labels)  # of the two rows of label 0
        tensor(0.2500)
        """
        _check_embeddings(raw_prediction, y_true, self)
        if y_true.ndim == raw_prediction.ndim:
            return super().__call__(raw_prediction, y_true, sample_weight)
        self.check_params()
        weight = torch.ones_like(raw_prediction[..., 0])
        if sample_weight is not None:
            weight = torch.as_tensor(sample_weight).to(weight)
            check_weight(weight, raw_prediction)
        pairs = matches(y_true, None if sample_weight is None else weight)
        value = self.of_labels(raw_prediction, *pairs)
        found = [pair.sum(-1) > 0 for pair in pairs]
        needs = self.needs_positive, self.needs_negative
        for has, needed in zip(found, needs, strict=True):
            weight = weight * has if needed else weight
        weight = weight * (found[0] | found[1])
        total = weight.sum()
        return (weight * value).sum() / torch.where(total > 0, total, 1.0)

    def of_labels(self, embeddings, positive, negative):
        """Return the loss of each row from which other rows match it.

        Parameters
        ----------
        embeddings : Tensor of shape (..., n_samples, embedding_dim)
        positive, negative : Tensor of shape (..., n_samples, n_samples)
            How often the row of the second index counts as one of the label of the
            first, itself excluded, or as one of another label: truth values or weights.

        Returns
        -------
        Tensor of shape (..., n_samples)

        Raises
        ------
        ValueError
            If the loss supports only pairs of views.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> x, positive = torch.tensor([[0.0], [1.0]]), ~torch.eye(2, dtype=bool)
        >>> get_loss("contrastive").of_labels(x, positive, torch.zeros(2, 2).bool())
        tensor([0.5000, 0.5000])
        """
        raise ValueError(f"{self.name} compares two views; pass two embeddings.")

    def of_views(self, x, y, constants=()):
        """Return the loss of each row, which matches the same row of the other view.

        Parameters
        ----------
        x, y : Tensor of shape (..., n_samples, embedding_dim)
        constants : sequence of Tensor, optional
            Values that training learns in place of parameters: see
            `trained_constants`.

        Returns
        -------
        Tensor of shape (..., n_samples)

        Raises
        ------
        ValueError
            If the loss supports only labels.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> x = torch.eye(2)
        >>> get_loss("info_nce", temperature=1.0).of_views(x, x)
        tensor([0.3133, 0.3133])
        """
        raise ValueError(f"{self.name} requires labels of shape (..., n_samples).")

    def trained_constants(self):
        """Return the constants that training learns next to the network.

        Returns
        -------
        list of (float, float, float)
            Start, lowest and highest value of each; by default none.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("triplet").trained_constants()
        []
        >>> loss = get_loss("clip", temperature=1.0, learn_temperature=True)
        >>> loss.trained_constants()[0][2]  # of -log(temperature)
        4.605170185988091
        """
        return []

    def with_constants(self, values):
        """Return the loss at the constants that training learned.

        Parameters
        ----------
        values : sequence of float
            In the order of `trained_constants`.

        Returns
        -------
        EmbeddingLoss

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("clip", learn_temperature=True).with_constants([0.0]).bound_
        {'temperature': array(1.)}
        """
        return self


class WeightedLabels(Loss):
    """A loss on labels whose targets also hold weights, as training needs it.

    ``y_true`` of shape (..., n_samples, 2) holds the number of each row's label and its
    weight: a row of weight 2 is two matches of every other row of its label.

    Parameters
    ----------
    loss : EmbeddingLoss

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = WeightedLabels(get_loss("contrastive"))
    >>> y = torch.tensor([[0.0, 1.0], [0.0, 3.0], [1.0, 1.0]])
    >>> loss.pointwise(torch.tensor([[0.0], [1.0], [1.0]]), y)
    tensor([0.3750, 0.2500, 0.3750])
    """

    compares_rows = True

    def __init__(self, loss):
        self.loss, self.name = loss, loss.name

    def pointwise(self, raw_prediction, y_true):
        if not isinstance(y_true, torch.Tensor):  # prepared by the loss
            return self.loss.pointwise(raw_prediction, y_true)
        return self.loss.of_labels(raw_prediction, *_weighted(y_true))

    def batches(self, y_true, dtype):
        return self.loss.batches(y_true, dtype, _weighted)

    def predict(self, raw_prediction):
        return self.loss.predict(raw_prediction)

    @property
    def stack_key(self):
        return type(self), self.loss.stack_key


class JoinedViews(Loss):
    """A loss on two views whose embeddings are the outputs of one network.

    Parameters
    ----------
    loss : EmbeddingLoss
    embedding_dim : int
        Number of outputs for each view: first those of the first view, then those of
        the second. Further outputs are constants that are learned: see
        `EmbeddingLoss.trained_constants`.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = JoinedViews(get_loss("clip", temperature=1.0), embedding_dim=2)
    >>> views = torch.eye(2)
    >>> loss.pointwise(torch.cat([views, views], dim=1), torch.zeros(2))
    tensor([0.3133, 0.3133])
    """

    compares_rows = True

    def __init__(self, loss, embedding_dim):
        self.loss, self.embedding_dim, self.name = loss, embedding_dim, loss.name
        self.n_batches = loss.n_batches_of_views

    def pointwise(self, raw_prediction, y_true):
        x, y, constants = self.parts(raw_prediction)
        return self.loss.of_views(x, y, *([constants] if constants else []))

    def parts(self, raw_prediction):
        """Return both embeddings, and the constants of shape (..., 1, 1)."""
        d = self.embedding_dim
        x, y = raw_prediction[..., :d], raw_prediction[..., d : 2 * d]
        # Outputs of a network, and so equal for all rows.
        rest = raw_prediction[..., 2 * d :].mean(-2)[..., None, None]
        return x, y, list(rest.unbind(-3))

    @property
    def stack_key(self):
        return type(self), self.loss.stack_key


def _weighted(y_true):
    """Return the matches of labels and weights, which stand next to each other."""
    return matches(*y_true.unbind(-1))


def matches(labels, weight=None):
    """Which rows have the label of a row, itself excluded, and which have another.

    With weights, how often: a row of weight 2 stands for two rows, one of which is a
    match of the other, so that a weight is the same as copies of the row.

    Parameters
    ----------
    labels, weight : Tensor of shape (..., n_samples)

    Returns
    -------
    (Tensor, Tensor)
        Of shape (..., n_samples, n_samples), bool without weights.
    """
    same = labels.unsqueeze(-1) == labels.unsqueeze(-2)
    if weight is None:
        other = ~same
        same.diagonal(dim1=-2, dim2=-1).fill_(False)
        return same, other
    itself = torch.eye(same.shape[-1], dtype=torch.bool, device=same.device)
    others = weight.unsqueeze(-2).expand(same.shape)
    copies = torch.where(itself, (others - 1).clamp(min=0), others)
    return same * copies, ~same * others


def check_weight(weight, raw_prediction):
    """Raise a ValueError unless there is one weight for each row."""
    if weight.shape != raw_prediction.shape[:-1]:
        raise ValueError(
            f"sample_weight has shape {tuple(weight.shape)}, but the loss has one "
            f"value per row, shape {tuple(raw_prediction.shape[:-1])}."
        )


def _check_embeddings(raw_prediction, y_true, loss):
    """Raise an error unless ``y_true`` holds labels or a view of the same shape."""
    check_tensors(raw_prediction=raw_prediction, y_true=y_true)
    raw, y = tuple(raw_prediction.shape), tuple(y_true.shape)
    if len(raw) < 2 or y not in (raw, raw[:-1]):
        raise ValueError(
            f"{loss.name} requires embeddings of shape (..., n_samples, dim) and labels"
            f" (..., n_samples) or a second view of the same shape; got {raw} and {y}."
        )
