"""What is to be trained and what training returns: plain values, no behaviour."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from skloss.losses.contract.loss import Loss
from skloss.training.architectures import Architecture
from skloss.training.augmentation import Augmentation
from skloss.training.outcomes import Outcome

if TYPE_CHECKING:
    from skloss.training.class_start import ClassStart
    from skloss.training.solvers.linear_start import LinearStart

__all__ = ["FitResult", "FitSpec", "Progress", "TrainSettings"]

# By default, clipping shortens most steps of most losses to a tenth at most, which Adam
# undoes. Gradients that are a hundred times too long come from wrong scales or targets.
_DEFAULT_CLIP, _FAR = 1.0, 100.0


@dataclass(frozen=True)
class TrainSettings:
    """How to train; models with equal settings may share a stack.

    Attributes
    ----------
    solver : str
        Name in `skloss.training.solvers.SOLVERS`.
    learning_rate : float
    schedule : {"constant", "cosine"}
    warmup_fraction : float
        Share of the steps over which the learning rate rises from zero.
    clip_grad_norm : float or None
        Largest norm of a model's gradient.
    max_iter : int
        Epochs of Adam, iterations of the other solvers.
    n_iter_no_change : int
        Epochs without an improvement of ``tol`` before Adam stops.
    tol : float
    until_converged : bool
        Whether to warn if Adam reaches ``max_iter`` first; a single pass over the rows
        is not meant to converge.
    """

    solver: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup_fraction: float = 0.0
    clip_grad_norm: float | None = _DEFAULT_CLIP
    max_iter: int = 200
    n_iter_no_change: int = 10
    tol: float = 1e-4
    until_converged: bool = True

    @property
    def longest_gradient(self):
        """Norm beyond which a clipped step is counted as unusual."""
        is_usual = self.clip_grad_norm >= _DEFAULT_CLIP
        return self.clip_grad_norm * (_FAR if is_usual else 1.0)


@dataclass
class FitSpec:
    """One model to be trained on some rows of a table that others may share.

    Attributes
    ----------
    X : Tensor or EncodedRows of shape (n_rows, n_features)
        Encoded inputs; models of one fit hold the same object.
    y : Tensor of shape (n_rows,) or (n_rows, n_targets)
    weight : Tensor of shape (n_rows,)
        Sample weights of mean 1 over the rows that the estimator was given.
    fit_rows : LongTensor
        Rows to learn from.
    validation_rows : LongTensor or None
        Rows to stop on; None stops on the objective on ``fit_rows``.
    batch_size : int
        Rows per step; at least ``len(fit_rows)`` means full batches.
    alpha : float
        L2 penalty divided by the sum of sample weights.
    loss : Loss
        Bound, in the units of ``y``.
    n_outputs : int
    seed : int
        Alone determines the initial weights and the order of rows.
    settings : TrainSettings
    architecture : Architecture
    groups : LongTensor of shape (n_rows,) or None
        Class of each row, for a loss that compares rows: every batch holds several rows
        of each of its classes.
    augmentation : Augmentation or None
        Random changes of the rows of each batch.
    start : FitResult or None
        Continue from there (weights and, for Adam, moments).
    head_bias : Tensor of shape (n_outputs,) or None
        Initial bias of the last layer.
    labels : dict or None
        Columns of the history, such as loss, fold and member; None leaves the model
        out of progress reports.
    linear_start : LinearStart, ClassStart or None
        The linear model that a perceptron starts at; shared by the models of a fit.
    scale_alpha : float
        Further penalty on the weights of outputs that state the spread or the shape of
        the noise, of linear models.
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
    architecture: Architecture
    groups: torch.Tensor | None = None
    augmentation: Augmentation | None = None
    start: "FitResult | None" = None
    head_bias: torch.Tensor | None = None
    labels: dict[str, Any] | None = field(default_factory=dict)
    linear_start: "LinearStart | ClassStart | None" = None
    scale_alpha: float = 0.0

    def labelled(self, row):
        """Return the row of a history as it is reported, in a list."""
        return [] if self.labels is None else [self.labels | row]

    @property
    def fit_weight(self):
        """Weights of ``fit_rows``."""
        every = len(self.fit_rows) == len(self.weight)
        return self.weight if every else self.weight[self.fit_rows]

    @property
    def total_weight(self):
        """Sum of the weights of ``fit_rows``: the objective divides losses by it."""
        return self.fit_weight.sum()

    @property
    def spread_outputs(self):
        """Outputs that state the spread or the shape of the noise."""
        return self.loss.spread_outputs(1 if self.y.ndim == 1 else self.y.shape[1])

    @property
    def alphas(self):
        """Penalty on the weights of each output, a list."""
        spread = self.spread_outputs if self.scale_alpha else ()
        extra = [self.scale_alpha * (k in spread) for k in range(self.n_outputs)]
        return [self.alpha + one for one in extra]

    def shares(self, rows):
        """Weights of some rows that sum to one: with them, sums are weighted means."""
        weight = self.weight[rows]
        return weight / weight.sum()

    @property
    def compares_rows(self):
        """Whether the value of a row depends on the other rows of its batch."""
        # What a solver calls need not be a Loss: see its tests.
        return getattr(self.loss, "compares_rows", False)

    @property
    def n_views(self):
        """Copies of each row in a batch."""
        return 1 if self.augmentation is None else self.augmentation.n_views

    @property
    def n_steps(self):
        """Steps per epoch; an incomplete last batch is dropped after shuffling."""
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
            self.architecture,
            self.groups is None,
            self.augmentation,
            self.compares_rows,
            # Moments to continue from have the size of their network.
            None if self.start is None else (self.start.n_steps_taken, self.n_outputs),
        )


@dataclass
class FitResult:
    """What training made of a `FitSpec`.

    Attributes
    ----------
    layers : list of (weight, bias) or None
        The best weights of a perceptron; None if a module was trained.
    history : list of dict
        One row per epoch: epoch, train, validation. ``train`` is the objective, with
        the penalty, unless Adam had validation rows: then it is the mean loss over the
        batches of the epoch.
    network : torch.nn.Module or None
        The trained module, in place of ``layers``.
    outcome : Outcome
    n_skipped : int
        Steps of Adam that were left out because their gradient was not finite.
    clipped : float
        Share of the steps of Adam whose gradient was longer than
        `TrainSettings.longest_gradient`.
    solver : str
    advice : str
        What helps if the solver does not converge.
    optimizer : dict
        Adam's moments at the last step, to continue from.
    n_steps_taken : int
        Steps of this fit and of those that it continued.
    raw : Tensor of shape (n_fit_rows, n_outputs) or None
        Raw scores of ``fit_rows``, if the solver computed them.
    """

    layers: list[tuple[torch.Tensor, torch.Tensor]] | None
    history: list[dict]
    network: torch.nn.Module | None = None
    outcome: Outcome = Outcome.FINISHED
    n_skipped: int = 0
    clipped: float = 0.0
    solver: str = "adam"
    advice: str = ""
    optimizer: dict = field(default_factory=dict)
    n_steps_taken: int = 0
    raw: torch.Tensor | None = None

    @property
    def stopped(self):
        """Whether `on_progress` or Ctrl-C ended the run before it was done."""
        return self.outcome in (Outcome.STOPPED, Outcome.INTERRUPTED)

    @property
    def interrupted(self):
        """Whether KeyboardInterrupt was raised within the loss or the network."""
        return self.outcome is Outcome.INTERRUPTED


@dataclass(frozen=True)
class Progress:
    """Passed to `on_progress` after every epoch or step, and at least twice a second.

    Attributes
    ----------
    fraction : float
        Share of the work that is done, from 0 to 1.
    epoch : int
        Epochs or steps that the reporting stack has finished.
    max_iter : int
        Most epochs of any model.
    rows : list of dict
        New rows of the histories, with the labels of their models.
    """

    fraction: float
    epoch: int
    max_iter: int
    rows: list[dict]
