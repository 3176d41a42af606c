"""Solvers: Adam for stacks of networks, Newton and L-BFGS for linear models."""

from skloss.training.solvers.adam import Adam
from skloss.training.solvers.lbfgs import LBFGS
from skloss.training.solvers.newton import Newton
from skloss.training.solvers.solver import Solver

__all__ = ["ONE_EPOCH_SOLVER", "SOLVERS", "Solver", "choose_solver"]

SOLVERS = {solver.name: solver for solver in (Adam, Newton, LBFGS)}
ONE_EPOCH_SOLVER = Adam.name  # of `partial_fit`, which must read each row once

# Newton forms a Hessian of (features + 1) * outputs unknowns, and factorises it at
# their cube; beyond this many, L-BFGS is faster.
_MOST_UNKNOWNS = 600
# The Hessian has a block for each pair of outputs, each summed over all rows.
_MOST_OUTPUTS = 10


def choose_solver(name, architecture, loss, n_features, n_outputs):
    """Return the name of the solver that "auto" stands for, or check the given one.

    "auto" of a linear model is Newton if the loss is convex, has curvature, or has
    kinks that can be rounded off, and L-BFGS if the model is wide or the loss another
    smooth one. It is Adam for networks, and for losses whose rows depend on each other,
    since the objective is then one of batches.

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
    # Newton's damping leads down where the Hessian is indefinite, too, and a loss with
    # kinks has smooth neighbours for it.
    second_order = loss.is_convex or loss.has_curvature or not loss.is_smooth
    suits_newton = architecture.is_linear and second_order
    if name != "auto":
        if SOLVERS[name].needs_curvature and not suits_newton:
            raise ValueError(
                f"solver={name!r} needs hidden_layer_sizes=() and a loss that is "
                f"convex or has curvature, which {loss.name or 'this loss'} with "
                f"{architecture} is not; use solver='lbfgs'."
            )
        return name
    if loss.compares_rows or not architecture.is_linear:
        return Adam.name
    small = (n_features + 1) * n_outputs <= _MOST_UNKNOWNS
    if loss.is_smooth:
        few = small and n_outputs <= _MOST_OUTPUTS
        return Newton.name if few and second_order else LBFGS.name
    # L-BFGS stalls at kinks; Newton rounds them off.
    return Newton.name if small else Adam.name
