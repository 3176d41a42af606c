"""What is to be trained, and what comes out: plain values, no behaviour."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from skloss.losses.contract.loss import Loss

__all__ = ["FitResult", "FitSpec", "Progress", "TrainSettings"]


@dataclass(frozen=True)
class TrainSettings:
    """How to train; models with equal settings may share a stack."""

    hidden_layer_sizes: tuple[int, ...] = (64, 64)
    activation: str = "relu"
    solver: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup_fraction: float = 0.0
    clip_grad_norm: float | None = 1.0
    max_iter: int = 200
    n_iter_no_change: int = 10
    tol: float = 1e-4


@dataclass
class FitSpec:
    """One model to be trained on some rows of a table that others may share.

    Attributes
    ----------
    X : Tensor of shape (n_rows, n_features)
        Encoded inputs; models of one fit hold the same tensor.
    y : Tensor of shape (n_rows,) or (n_rows, n_targets)
    weight : Tensor of shape (n_rows,)
        Sample weights of mean 1 over the rows that the estimator was given.
    fit_rows, validation_rows : LongTensor
        Rows to learn from, and rows to stop on (None: stop on the training loss).
    batch_size : int
        Rows per step; at least ``len(fit_rows)`` means full batches.
    alpha : float
        L2 penalty divided by the sum of sample weights.
    loss : Loss
        Bound, in the units of ``y``.
    n_outputs : int
    seed : int
        Initial weights and the order of rows come from it and nothing else.
    network : callable or None
        ``(n_features, n_outputs) -> torch.nn.Module`` in place of the perceptron.
    start : FitResult or None
        Continue from there (weights and, for Adam, moments).
    head_bias : Tensor of shape (n_outputs,) or None
        Where the last layer's bias starts.
    labels : dict
        Columns for the history, such as loss, fold and member.
    """

    X: torch.Tensor
    y: torch.Tensor
    weight: torch.Tensor
    fit_rows: torch.Tensor
    validation_rows: torch.Tensor | None
    batch_size: int
    alpha: float
    loss: Loss
    n_outputs: int
    seed: int
    settings: TrainSettings
    network: Callable[[int, int], torch.nn.Module] | None = None
    start: "FitResult | None" = None
    head_bias: torch.Tensor | None = None
    labels: dict[str, Any] = field(default_factory=dict)

    @property
    def n_steps(self):
        """Steps per epoch; the ragged last batch is dropped after shuffling."""
        return max(1, len(self.fit_rows) // self.batch_size)

    @property
    def shape(self):
        """Models of equal shape can be stacked."""
        return (
            self.X.shape[1],
            self.X.dtype,
            self.X.device,
            self.y.ndim,
            self.y.shape[1:],
            self.n_steps,
            len(self.fit_rows) if self.n_steps == 1 else None,
            None if self.validation_rows is None else len(self.validation_rows),
            self.batch_size,
            self.settings,
            None if self.start is None else self.start.n_steps_taken,
        )


@dataclass
class FitResult:
    """What training made of a `FitSpec`.

    Attributes
    ----------
    layers : list of (weight, bias)
        The best weights seen; None where a user's ``network`` was trained.
    network : torch.nn.Module or None
    history : list of dict
        One row an epoch: epoch, train, validation.
    stopped : bool
        Whether the caller's hook ended the run before it was done.
    interrupted : bool
        Whether Ctrl-C did, raised within the loss or the network.
    message : str
        A sentence if something went wrong, else empty.
    optimizer : dict
        Adam's moments at the last step, to go on from.
    raw : Tensor of shape (n_fit_rows, n_outputs) or None
        Raw scores of ``fit_rows``, where a fit alone ends with them at hand.
    """

    layers: list[tuple[torch.Tensor, torch.Tensor]] | None
    history: list[dict]
    network: torch.nn.Module | None = None
    stopped: bool = False
    interrupted: bool = False
    message: str = ""
    optimizer: dict = field(default_factory=dict)
    n_steps_taken: int = 0
    raw: torch.Tensor | None = None


@dataclass(frozen=True)
class Progress:
    """What a hook hears once an epoch or step, and each half second of an epoch."""

    fraction: float
    epoch: int
    max_iter: int
    rows: list[dict]
