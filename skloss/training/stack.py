"""The interface between a solver and the models that it trains together."""

from typing import Any, Protocol

from torch import Tensor

__all__ = ["Stack"]


class Stack(Protocol):
    """Weights of ``n`` models as one matrix, with a forward and a backward pass.

    A solver reads and writes ``flat``, whatever the models are. A pass is
    ``x = inputs(n_rows)``, filled by the caller, ``raw = forward(x)`` and
    ``backward(d loss / d raw)``, which fills ``grad``; the memory of a pass may be
    reused by the next one.

    Attributes
    ----------
    n : int
        Models.
    n_outputs : list of int
        Outputs of each model.
    width : int
        Outputs in ``raw``: the largest of ``n_outputs``, the others padded.
    is_deterministic : bool
        Whether `forward` returns what `evaluate` does, as without dropout.
    flat : Tensor of shape (n, n_parameters)
        Weights and intercepts of each model.
    grad : Tensor of shape (n, n_parameters)
        Gradient of the objective, without the penalty.
    penalised : Tensor of shape (n_parameters,)
        1 for a weight, 0 for an intercept, which the L2 penalty leaves out.
    """

    n: int
    n_outputs: list[int]
    width: int
    is_deterministic: bool
    flat: Tensor
    grad: Tensor
    penalised: Tensor

    def inputs(self, n_rows: int) -> Tensor:
        """Return memory of shape (n, n_rows, n_features) for the next batch."""
        ...

    def memory(self, n_rows: int) -> list[Tensor] | None:
        """Return the tensors that `forward` and `backward` read and write.

        None if the operations of a pass differ from step to step, as with dropout, or
        are not known.
        """
        ...

    def forward(self, x: Tensor) -> Tensor:
        """Return raw scores of shape (n, n_rows, width) of the rows in `inputs`."""
        ...

    def backward(self, gradient: Tensor) -> None:
        """Fill ``grad`` from the gradient with respect to the last raw scores."""
        ...

    def evaluate(self, x: Tensor, flat: Tensor) -> Tensor:
        """Return raw scores without dropout, for weights that may be earlier ones.

        Parameters
        ----------
        x : Tensor of shape (k, n_rows, n_features)
            The first k of `inputs`.
        flat : Tensor of shape (k, n_parameters)
            Rows like those of ``flat``. Those of a stack that is not deterministic are
            its own, since they are not all of its state.

        Returns
        -------
        Tensor of shape (k, n_rows, width)
            The memory may be reused by the next pass.
        """
        ...

    def predict(self, x: Tensor, indices: list[int]) -> Tensor:
        """Return raw scores of some models on the same rows, without dropout.

        Parameters
        ----------
        x : Tensor of shape (n_rows, n_features)
        indices : list of int
            Positions of the models.

        Returns
        -------
        Tensor of shape (len(indices), n_rows, width)
        """
        ...

    def remember(self) -> None:
        """Store the state that is not in ``flat``, now that it is the best so far."""
        ...

    def keep(self, indices: list[int]) -> None:
        """Keep only the models at ``indices``; the others are done."""
        ...

    def result(self, index: int, best: Tensor) -> dict[str, Any]:
        """Return what `FitResult` holds of one model: ``layers`` or ``network``.

        Parameters
        ----------
        index : int
            Position of the model.
        best : Tensor of the shape of ``flat``
            Its best weights.
        """
        ...
