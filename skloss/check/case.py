"""A loss on example data of one task: what the laws are tried on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from skloss.check.elicitation import Elicited, elicit
from skloss.losses import Loss
from skloss.tasks import Task, as_task

__all__ = ["Case", "all_cases", "make_case"]

# Divisible by 3 and 4, so that patterns of classes and weights are complete.
_N_ROWS = 24


@dataclass(frozen=True)
class Case:
    """A loss with example targets of one task, of shape (n_rows,) or (n_rows, k)."""

    loss: Loss
    task: Task
    y: torch.Tensor
    n_targets: int = 1

    def __repr__(self):
        several = f", {self.n_targets} targets" if self.n_targets > 1 else ""
        return f"{self.loss!r}, {self.task}{several}"

    @property
    def n_rows(self):
        """Number of rows."""
        return len(self.y)

    @property
    def has_separate_rows(self):
        """Whether the task lets the value of a row depend on that row alone."""
        return self.task.kind != "embeddings"

    @property
    def is_one_number(self):
        """Whether each row has one number as its target."""
        return self.task.has_numbers and self.y.ndim == 1

    @cached_property
    def is_scalar(self):
        """Whether the loss returns a single number for all rows."""
        return self.loss.pointwise(self.draw(), self.y).stride() == (0,)

    @property
    def has_row_values(self):
        """Whether the loss returns the separate value of each row."""
        return self.has_separate_rows and not self.is_scalar

    @cached_property
    def elicited(self) -> Elicited:
        """What a constant prediction that minimises the loss returns."""
        return elicit(self.loss, self.task)

    def draw(self, seed=0):
        """Return raw scores of shape (n_rows, n_outputs), in double precision."""
        rng, y = np.random.default_rng(seed), self.y.numpy()
        return torch.as_tensor(self.loss.example_raw_prediction(rng, y, self.task))

    def exact(self):
        """Return raw scores that predict numbers exactly; other outputs are random."""
        raw, y = self.draw(), self.y.reshape(self.n_rows, -1)
        raw[:, : y.shape[1]] = self.loss.link.forward(y)
        return raw


def make_case(loss, task, n_targets=1):
    """Draw example targets for a loss; numbers may have several per row."""
    task, rng = as_task(task), np.random.default_rng(3)
    draws = [loss.example_target(rng, _N_ROWS, task) for _ in range(n_targets)]
    y = np.column_stack(draws) if n_targets > 1 else draws[0]
    return Case(loss, task, torch.as_tensor(y), n_targets)


def all_cases(loss):
    """Return a case for each task of a loss, for numbers also one of two targets."""
    cases = [make_case(loss, task) for task in loss.tasks if loss.supports(task)]
    return cases + [make_case(loss, c.task, 2) for c in cases if c.is_one_number]
