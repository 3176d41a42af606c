"""Augmentation: random changes of rows while training, and views of one row."""

from dataclasses import dataclass

import torch

__all__ = ["Augmentation"]


@dataclass(frozen=True)
class Augmentation:
    """Noise on encoded columns, and columns that are masked.

    Parameters
    ----------
    noise : float
        Standard deviation of Gaussian noise, in standard deviations of the columns.
    masking : float
        Share of the numbers of a row that are set to 0, the mean of their column.
    n_views : int, default 1
        Copies of each row in a batch, each changed in its own way.
    """

    noise: float = 0.0
    masking: float = 0.0
    n_views: int = 1

    @property
    def is_identity(self):
        """Whether rows are left as they are."""
        return not self.noise and not self.masking

    def repeated(self, rows):
        """Return rows with their copies next to them."""
        return rows if self.n_views == 1 else rows.repeat_interleave(self.n_views, 0)

    def change(self, x, generator):
        """Change rows of shape (n_rows, n_features) in place.

        Parameters
        ----------
        x : Tensor
        generator : torch.Generator
            A generator of the CPU, so that a model is the same on every device.
        """
        if self.noise:
            # Drawing doubles takes twice as long, and noise needs no more digits.
            drawn = torch.randn(x.shape, generator=generator, dtype=torch.float32)
            x.add_(drawn.to(x.device), alpha=self.noise)
        if self.masking:
            drawn = torch.rand(x.shape, generator=generator)
            x.masked_fill_((drawn < self.masking).to(x.device), 0.0)
