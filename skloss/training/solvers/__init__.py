"""Solvers: Adam for stacks of networks, Newton and L-BFGS for convex problems."""

from skloss.training.solvers.adam import Adam
from skloss.training.solvers.lbfgs import LBFGS
from skloss.training.solvers.newton import Newton
from skloss.training.solvers.solver import Solver

__all__ = ["ONE_EPOCH_SOLVER", "SOLVERS", "Solver", "choose_solver"]

SOLVERS = {solver.name: solver for solver in (Adam, Newton, LBFGS)}
ONE_EPOCH_SOLVER = Adam.name  # of `partial_fit`, which must see each row once

# Newton forms a Hessian of (features + 1) * outputs unknowns, and factorises it at
# their cube; beyond this many, L-BFGS is faster.
_MOST_UNKNOWNS = 600
# The Hessian has a block for each pair of outputs, each summed over all rows.
_MOST_OUTPUTS = 10


def choose_solver(name, architecture, loss, n_features, n_outputs):
    """Return the name of the solver that "auto" stands for, or check the given one.

    "auto" is Newton for a linear model with a convex loss, L-BFGS if that model is wide
    and its loss smooth, and Adam otherwise.

    Parameters
    ----------
    name : str
        "auto" or a name in `SOLVERS`.
    architecture : Architecture
    loss : Loss
    n_features, n_outputs : int

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the solver cannot be used with the model or the loss.
    """
    convex = architecture.is_linear and loss.is_convex
    if name != "auto":
        if SOLVERS[name].needs_convex and not convex:
            raise ValueError(
                f"solver={name!r} needs hidden_layer_sizes=() and a loss that is "
                f"convex in the raw scores, which {loss.name or 'this loss'} with "
                f"{architecture} is not; use solver='adam'."
            )
        return name
    if not convex:
        return Adam.name
    small = (n_features + 1) * n_outputs <= _MOST_UNKNOWNS
    if loss.is_smooth:
        few = small and n_outputs <= _MOST_OUTPUTS
        return Newton.name if few else LBFGS.name
    # L-BFGS stalls at kinks; Newton rounds them off.
    return Newton.name if small else Adam.name
