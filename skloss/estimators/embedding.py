"""Fitted embeddings: where rows are placed, and whether all are at one point."""

import torch
from scipy import sparse

from skloss.encoding import grouped_order
from skloss.estimators.embedding_targets import joined
from skloss.estimators.fitted import FittedModel

__all__ = ["FittedEmbedding", "FittedViews", "JoinedEmbedding"]

# Rows that show whether an embedding has collapsed: enough for several of most classes,
# few enough to compare all pairs.
_SHOWN = 128
# Relative difference from the loss of equal embeddings that counts as no difference:
# training that has barely moved away from one point, or towards it, is within a
# percent. Random embeddings may have a much higher loss and have not collapsed.
_NO_DIFFERENCE = 0.01


# Rows that the axes of an ensemble are estimated from, and the share of the largest
# variance below which one of its axes is due to rounding, as where rows are few.
_MOST_ROWS, _SMALLEST_VARIANCE = 20_000, 1e-6


class FittedEmbedding(FittedModel):
    """A fitted embedding; the members of an ensemble stand side by side."""

    def __init__(self, plan, fits):
        super().__init__(plan, fits)
        if self._has_collapsed(plan.models[0]):
            self.warnings = (
                "The embedding has collapsed, or rows that belong together have "
                "nothing in common: its loss is that of placing all rows at one point. "
                "Try a smaller learning_rate or alpha, another margin or temperature, "
                "mining='all' where it is 'hard', or another loss.",
            )

    @torch.no_grad()
    def _has_collapsed(self, spec):
        """Whether the loss of some training rows is that of equal embeddings."""
        rows, generator = spec.fit_rows, torch.Generator().manual_seed(spec.seed)
        if spec.groups is not None:
            rows = rows[grouped_order(spec.groups[rows], generator).to(rows.device)]
        rows = rows[:_SHOWN]
        if spec.augmentation is not None:
            rows = spec.augmentation.repeated(rows)
        x = spec.X[rows]
        if spec.augmentation is not None:
            spec.augmentation.change(x, generator)
        raw = self.network[1](x)
        raw = raw[0] if raw.ndim == 3 else raw
        at_one_point = raw.mean(0, keepdim=True).expand_as(raw)
        found, worst = (
            spec.loss.pointwise(place, spec.y[rows]) for place in (raw, at_one_point)
        )
        # Row by row: a mean over rows can be that of one point by chance.
        return bool((found - worst).abs().mean() <= _NO_DIFFERENCE * worst.abs().mean())

    def predict(self, raw):
        """Return the embedding of each row.

        Parameters
        ----------
        raw : Tensor of shape (n_members, n_samples, embedding_dim)

        Returns
        -------
        ndarray of shape (n_samples, n_members * embedding_dim)
            Divided by the root of the members, so that squared distances are the mean
            of those of the members.
        """
        return self._side_by_side(raw).cpu().numpy()

    def _side_by_side(self, raw):
        placed = self.loss.predict(raw).movedim(0, 1).flatten(1)
        return placed / len(raw) ** 0.5


class JoinedEmbedding(FittedEmbedding):
    """An ensemble projected to the columns of one member.

    Members place rows in different ways. The principal axes of their joined columns
    keep nearly all of the distances: among six tables, eight members joined so have
    the same accuracy of five neighbours as side by side, where means of members that
    are rotated to each other have no more than one member.

    Attributes
    ----------
    axes : Tensor of shape (n_members * embedding_dim, embedding_dim) or None
        None for a single member.
    """

    def __init__(self, plan, fits):
        super().__init__(plan, fits)
        self.axes = self._principal_axes(plan.models[0]) if len(fits) > 1 else None

    @torch.no_grad()
    def _principal_axes(self, spec):
        """Return the directions in which training rows vary most."""
        generator = torch.Generator().manual_seed(spec.seed)
        rows = torch.arange(len(spec.weight))
        if len(rows) > _MOST_ROWS:
            rows = torch.randperm(len(rows), generator=generator)[:_MOST_ROWS]
        rows = rows.to(spec.weight.device)
        raw = self.network[1](spec.X[rows])
        placed, share = self._side_by_side(raw).double(), spec.weight[rows].double()
        share = share / share.sum()
        if not self.loss.compares_angles:  # which are those at the origin
            placed = placed - share @ placed
        moments = placed.mT @ (placed * share[:, None])
        variance, axes = (part.flip(-1) for part in torch.linalg.eigh(moments))
        variance, axes = variance[: raw.shape[-1]], axes[:, : raw.shape[-1]]
        # The sign of an axis is arbitrary, and so are axes without variance.
        sign = axes.gather(0, axes.abs().argmax(0, keepdim=True)).sign()
        return axes * sign * (variance > _SMALLEST_VARIANCE * variance[0])

    def predict(self, raw):
        """Return the embedding of each row.

        Parameters
        ----------
        raw : Tensor of shape (n_members, n_samples, embedding_dim)

        Returns
        -------
        ndarray of shape (n_samples, embedding_dim)
        """
        if self.axes is None:
            return super().predict(raw)
        placed = self._side_by_side(raw)
        return self.loss.predict(placed @ self.axes.to(placed)).cpu().numpy()


class FittedViews(FittedEmbedding):
    """Two fitted encoders."""

    def __init__(self, plan, fits):
        super().__init__(plan, fits)
        self.n_second = self.targets.n_second
        columns = self.loss.trained_constants()
        if columns:
            one_row = plan.models[0].X[:1]
            raw = self.network[1](one_row).detach().flatten(0, -2).mean(0)
            self.loss = self.loss.with_constants(raw[-len(columns) :].tolist())

    def raw_view(self, view, is_second):
        """Return the outputs of one encoder, (n_members, n_samples, embedding_dim)."""
        widths = self._columns["n_features_in_"], self.n_second
        # An encoder reads its own columns only, so that the others may hold any
        # numbers.
        other = sparse.csr_matrix((view.shape[0], widths[not is_second]))
        other = other if sparse.issparse(view) else other.toarray()
        pair = (other, view) if is_second else (view, other)
        return self.trained_loss.parts(self.raw_prediction(joined(*pair)))[is_second]
