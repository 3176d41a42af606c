"""Adam's moments of the gradients, for all models of a stack."""

import torch

from skloss.training import kernels

__all__ = ["Moments"]


class Moments:
    """Adam's running means of the gradient and of its square, for all models."""

    def __init__(self, flat, starts=()):
        moments = [start.optimizer for start in starts if start is not None]
        if moments and all(moments):
            self.step = moments[0]["step"].clone()
            self.exp_avg = torch.cat([m["exp_avg"] for m in moments]).to(flat)
            self.exp_avg_sq = torch.cat([m["exp_avg_sq"] for m in moments]).to(flat)
        else:
            self.step = torch.zeros((), dtype=torch.float32, device=flat.device)
            self.exp_avg, self.exp_avg_sq = flat.new_zeros(2, *flat.shape)
        self._one = torch.ones_like(self.step)

    def update(self, flat, grad, learning_rate):
        """Take a step down the gradient."""
        self.step.add_(self._one)  # a Python number would become a tensor at each step
        kernels.adam_step(
            flat, grad, self.exp_avg, self.exp_avg_sq, self.step, learning_rate
        )

    def keep(self, positions):
        """Keep only the models at ``positions``."""
        self.exp_avg, self.exp_avg_sq = (
            self.exp_avg[positions],
            self.exp_avg_sq[positions],
        )

    def state(self, position):
        """Moments of one model, to continue from."""
        own = slice(position, position + 1)
        return {
            "step": self.step.clone(),
            "exp_avg": self.exp_avg[own].clone(),
            "exp_avg_sq": self.exp_avg_sq[own].clone(),
        }
