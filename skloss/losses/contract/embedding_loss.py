"""Losses on embeddings: rows are matched by labels or by two views."""

import torch

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.shapes import check_tensors

__all__ = ["EmbeddingLoss", "check_alike"]


class EmbeddingLoss(Loss):
    """A loss on embeddings: implement `of_labels`, `of_views` or both.

    ``y_true`` with one dimension less than the embeddings holds labels: rows of one
    label belong together. ``y_true`` of the same shape is a second view: row i of
    one view belongs to row i of the other.

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
        same = y_true.unsqueeze(-1) == y_true.unsqueeze(-2)
        itself = torch.eye(same.shape[-1], dtype=torch.bool, device=same.device)
        return self.of_labels(raw_prediction, same & ~itself, ~same)

    def of_labels(self, embeddings, positive, negative):
        """Return the loss of each row from which other rows match it.

        Parameters
        ----------
        embeddings : Tensor of shape (..., n_samples, embedding_dim)
        positive, negative : Tensor of bool of shape (..., n_samples, n_samples)
            Whether the row of the second index has the label of the first, itself
            excluded, or another label.

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

    def of_views(self, x, y):
        """Return the loss of each row, which matches the same row of the other view.

        Parameters
        ----------
        x, y : Tensor of shape (..., n_samples, embedding_dim)

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


def check_alike(**embeddings):
    """Raise unless all embeddings are tensors of one shape (..., n_samples, dim)."""
    check_tensors(**embeddings)
    shapes = {name: tuple(rows.shape) for name, rows in embeddings.items()}
    if len(set(shapes.values())) > 1 or len(next(iter(shapes.values()))) < 2:
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"Embeddings must share a shape (..., n, dim), got {found}.")


def _check_embeddings(raw_prediction, y_true, loss):
    """Raise unless ``y_true`` holds labels of the rows or a view of the same shape."""
    check_tensors(raw_prediction=raw_prediction, y_true=y_true)
    raw, y = tuple(raw_prediction.shape), tuple(y_true.shape)
    if len(raw) < 2 or y not in (raw, raw[:-1]):
        raise ValueError(
            f"{loss.name} requires embeddings of shape (..., n_samples, dim) and labels"
            f" (..., n_samples) or a second view of the same shape; got {raw} and {y}."
        )
