"""Parameters that all estimators share: documentation, constraints and "auto"."""

import inspect
import numbers

import numpy as np
import torch
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import _check_sample_weight

from skloss.losses import Loss
from skloss.networks import ACTIVATIONS
from skloss.table.precision import LARGE_TABLE
from skloss.training import SOLVERS, Perceptron, TrainSettings, UserModule

__all__ = [
    "CONSTRAINTS",
    "MEMBERS",
    "architecture_for",
    "batch_size_for",
    "check_unchanged",
    "check_weight",
    "documented",
    "held_out_fraction",
    "hidden_sizes",
    "layout",
    "n_members_for",
    "seeds_for",
    "settings_for",
    "stops_early",
    "store",
]

# Smallest sum of weights for early stopping: 15% of fewer rows is a single one, whose
# loss is chance. Networks that are not stopped memorise their rows, so that neither
# their probabilities nor the spread of their residuals describe other rows: with 10
# training rows and eight members, log-likelihoods are 50 nats per row better with early
# stopping than without (benchmarks/small.py).
_SMALLEST_EARLY_STOPPING = 10
# Sum of weights up to which one step per epoch, on all rows, is fast enough.
_LARGEST_FULL_BATCH = 100
# Beyond `LARGE_TABLE`, a planned decline: the first rate relative to ``learning_rate``,
# the fewest epochs, and the rows seen in all of them: some 3,500 steps. A constant rate
# needs two to three times as many epochs for the same error (`benchmarks/large.py`).
_DECLINE_FACTOR, _DECLINE_EPOCHS, _DECLINE_ROWS = 2.0, 18, 900_000
# Held-out rows at most: their mean loss then has a standard error below a hundredth of
# the standard deviation of the losses, and the other rows are better used to learn.
_MOST_HELD_OUT = 20_000
#: Largest sum of weights, and members up to it: what ensembles gain falls with the rows
#: and their time grows with them (measured by benchmarks/small.py and quality.py).
MEMBERS = ((300, 8), (2000, 2))
# Sum of weights whose product with the largest target, 1e150, is still finite.
_LARGEST_WEIGHT = 1e150

PARAMETERS = """
    hidden_layer_sizes : tuple of int, default (64, 64)
        Units per hidden layer; ``()`` is a linear model. Networks of "relu" or "silu"
        that stop on held-out rows start at a linear model of their loss, if it has
        second derivatives and the sum of weights is at most 2000.
    activation : {"relu", "tanh", "logistic", "silu", "identity"}, default "relu"
        Activation function between layers.
    alpha : float, default 1e-4
        L2 penalty on weights, not on intercepts: the objective is the mean weighted
        loss + alpha / (2 * sum of weights) * ||W||^2, in standardised units. On
        standardised data it is 1 / C of `LogisticRegression`, and with squared error,
        which has no factor 1/2 here, twice the ``alpha`` of `Ridge`. A linear model
        adds a penalty, chosen by cross-validation, to that of log-scales where there
        are fewer than ten rows per column.
    solver : {"auto", "adam", "newton", "lbfgs"}, default "auto"
        "auto" is "newton" for a linear model, "lbfgs" if that model is wide or the
        second derivatives of its loss are not known, and "adam" for networks and for
        losses whose rows depend on each other.
    learning_rate : float, default 1e-3
        Learning rate of Adam.
    schedule : {"auto", "constant", "cosine"}, default "auto"
        Learning-rate schedule over ``max_iter`` epochs: "cosine" declines to 0 by a
        half cosine. "auto" is "constant" up to a sum of weights of 20,000. Beyond it,
        the rate of a new perceptron declines from twice ``learning_rate`` over 45
        epochs, from 50,000 on over 18, or over ``max_iter`` if that is less. It is
        constant for a custom ``network`` and for losses on embeddings.
    warmup_fraction : float in [0, 1), default 0.0
        Fraction of the steps over which the learning rate rises from zero.
    clip_grad_norm : float or None, default 1.0
        Largest norm of a gradient; longer ones are scaled down to it.
    batch_size : int or "auto", default "auto"
        Rows per step of Adam. "auto" is all rows up to a sum of weights of 100, else
        the power of two nearest to a twentieth of the rows, or to a third for two views
        and a softmax over the rows of a batch, between 16 and 256.
    max_iter : int, default 200
        Epochs of Adam; iterations of the other solvers in total. A fit that has not
        converged by then issues a ConvergenceWarning.
    early_stopping : bool or "auto", default "auto"
        Hold out validation rows, unless `fit` receives some as ``X_val``, stop when
        their loss no longer falls and keep the best weights. "auto" does so with Adam,
        hidden layers and a sum of weights of 10 or more.
    validation_fraction : float in (0, 1), default 0.15
        Fraction of the rows that early stopping holds out; it holds out 20,000 rows at
        most.
    n_iter_no_change : int or inf, default 10
        Epochs without an improvement of ``tol`` before Adam stops; with ``np.inf`` it
        goes on to ``max_iter``. Improvements are those of the loss on validation rows
        or, without any, of the penalised objective on all rows; the weights of the best
        epoch are kept.
    tol : float, default 1e-4
        Smallest improvement, in standardised units, that counts for Adam; the other
        solvers continue to the optimum.
    n_members : int or "auto", default "auto"
        Networks of a deep ensemble, trained together; predictions are those of the
        mixture. "auto" depends on the sum of weights: 8 networks up to 300, 2 up to
        2000 (of an embedding 4 up to 1000), one beyond. It is one
        for linear models, a custom ``network``, two views and a first `partial_fit`.
        `history_` has a row per member.
    numeric_encoding : "auto" or None, default "auto"
        "auto" adds piecewise-linear columns to the standardised ones inside networks
        with hidden layers.
    network : callable or None, default None
        ``(n_features, n_outputs) -> torch.nn.Module`` in place of the perceptron. The
        module receives standardised columns.
    device : str, default "cpu"
        Device that torch computes on: "cpu", "cuda", or "auto" for a GPU if there is
        one.
    warm_start : bool, default False
        Whether `fit` continues from the weights of the last fit.
    verbose : int or bool, default 0
        1 or True shows progress on standard output: a bar in a terminal or notebook,
        else a line for each epoch with its losses, as `MLPRegressor` prints; of several
        members, with their means. 2 prints the lines everywhere. scikit-learn's
        callbacks (`set_callbacks`, since version 1.9) receive each epoch too.
    random_state : int, RandomState or None, default None
        Seed of the initial weights, validation rows and batches.
"""

CONSTRAINTS = {
    "hidden_layer_sizes": ["array-like", numbers.Integral],
    "activation": [StrOptions(set(ACTIVATIONS))],
    "alpha": [Interval(numbers.Real, 0, None, closed="left")],
    "solver": [StrOptions({"auto", *SOLVERS})],
    "learning_rate": [Interval(numbers.Real, 0, None, closed="neither")],
    "schedule": [StrOptions({"auto", "constant", "cosine"})],
    "warmup_fraction": [Interval(numbers.Real, 0, 1, closed="left")],
    "clip_grad_norm": [Interval(numbers.Real, 0, None, closed="neither"), None],
    "batch_size": [
        Interval(numbers.Integral, 1, None, closed="left"),
        StrOptions({"auto"}),
    ],
    "max_iter": [Interval(numbers.Integral, 1, None, closed="left")],
    "early_stopping": ["boolean", StrOptions({"auto"})],
    "validation_fraction": [Interval(numbers.Real, 0, 1, closed="neither")],
    "n_iter_no_change": [
        Interval(numbers.Integral, 1, None, closed="left"),
        Options(numbers.Real, {np.inf}),
    ],
    "tol": [Interval(numbers.Real, 0, None, closed="left")],
    "n_members": [
        Interval(numbers.Integral, 1, None, closed="left"),
        StrOptions({"auto"}),
    ],
    "numeric_encoding": [StrOptions({"auto"}), None],
    "network": [callable, None],
    "device": [str, torch.device],
    "warm_start": ["boolean"],
    "verbose": ["verbose"],
    "random_state": ["random_state"],
}


def store(estimator, arguments):
    """Store the arguments of ``__init__``, given as its ``locals()``, unchanged."""
    for name, value in arguments.items():
        if name not in ("self", "__class__"):
            setattr(estimator, name, value)


def documented(cls):
    """Insert the shared parameters into a class docstring at ``{parameters}``."""
    cls.__doc__ = cls.__doc__.replace("    {parameters}\n", PARAMETERS.lstrip("\n"))
    return cls


def hidden_sizes(estimator):
    """Hidden layers as a tuple; a single integer means one layer."""
    sizes = estimator.hidden_layer_sizes
    sizes = (sizes,) if isinstance(sizes, numbers.Integral) else tuple(sizes)
    if any(not isinstance(s, numbers.Integral) or s < 1 for s in sizes):
        raise ValueError(f"hidden_layer_sizes must be positive integers, got {sizes}.")
    return tuple(int(size) for size in sizes)


def _check_arguments(network):
    """Refuse a function that cannot be called with two sizes."""
    try:
        inspect.signature(network).bind(1, 1)
    except TypeError as error:
        raise ValueError(
            "network must be a function of (n_features, n_outputs) that returns a "
            f"torch.nn.Module, but it cannot be called with two numbers: {error}."
        ) from error
    except ValueError:  # a function written in C, whose parameters are not known
        return


def architecture_for(estimator):
    """Return what the estimator trains: a perceptron, or the user's module."""
    if isinstance(estimator.network, torch.nn.Module):
        raise ValueError(
            f"network is an instance of {type(estimator.network).__name__}; pass a "
            "function (n_features, n_outputs) -> torch.nn.Module that builds it."
        )
    if estimator.network is not None:
        _check_arguments(estimator.network)
        return UserModule(estimator.network)
    return Perceptron(hidden_sizes(estimator), estimator.activation)


def settings_for(estimator, solver, size=0.0):
    """Return the parameters that training reads.

    A sum of weights ``size`` beyond `LARGE_TABLE` makes the "auto" schedule a decline.
    """
    rate, schedule = float(estimator.learning_rate), estimator.schedule
    max_iter = int(estimator.max_iter)
    if schedule == "auto" and size > LARGE_TABLE:
        planned = max(_DECLINE_EPOCHS, round(_DECLINE_ROWS / size))
        schedule, rate = "cosine", rate * _DECLINE_FACTOR
        max_iter = min(max_iter, planned)
    elif schedule == "auto":
        schedule = "constant"
    return TrainSettings(
        solver=solver,
        learning_rate=rate,
        schedule=schedule,
        warmup_fraction=float(estimator.warmup_fraction),
        clip_grad_norm=estimator.clip_grad_norm,
        max_iter=max_iter,
        n_iter_no_change=estimator.n_iter_no_change,
        tol=float(estimator.tol),
    )


def stops_early(estimator, architecture, solver, total_weight):
    """Return whether rows are held out for early stopping."""
    if not SOLVERS[solver].can_stop_early:
        return False
    if estimator.early_stopping != "auto":
        return bool(estimator.early_stopping)
    return not architecture.is_linear and total_weight >= _SMALLEST_EARLY_STOPPING


def held_out_fraction(estimator, n_rows):
    """Return the fraction of the rows that early stopping holds out."""
    return min(float(estimator.validation_fraction), _MOST_HELD_OUT / n_rows)


def batch_size_for(estimator, total_weight, n_fit, loss=None):
    """Rows per step, for a loss that may require more of them than others."""
    if estimator.batch_size != "auto":
        return min(int(estimator.batch_size), n_fit)
    if total_weight <= _LARGEST_FULL_BATCH:
        return n_fit
    n_batches = (Loss if loss is None else loss).n_batches
    return int(np.clip(2 ** round(np.log2(max(n_fit, 1) / n_batches)), 16, 256))


def n_members_for(estimator, architecture, total_weight):
    """Networks of the ensemble."""
    if estimator.n_members != "auto":
        return int(estimator.n_members)
    # Linear models have one optimum, and custom modules would train one by one.
    is_one = architecture.is_linear or not architecture.is_stackable
    members = () if is_one else estimator._members
    return next((n for most, n in members if total_weight <= most), 1)


def seeds_for(estimator, n_members):
    """One seed per member; the first of an ensemble is that of a single network."""
    base = estimator.random_state
    if not isinstance(base, numbers.Integral):
        base = check_random_state(base).randint(np.iinfo(np.int32).max)
    return [
        int(np.random.SeedSequence([int(base), member]).generate_state(1)[0])
        for member in range(n_members)
    ]


def layout(estimator, loss, n_outputs, n_members):
    """Return what must not change if training is to continue from learned weights."""
    params = loss.get_params(deep=False).items()
    return {
        "loss": f"{loss.name} {[item for item in params if not callable(item[1])]}",
        "hidden_layer_sizes": hidden_sizes(estimator),
        "activation": estimator.activation,
        "n_members": n_members,
        "network": "a custom module" if estimator.network else None,
        "the number of outputs": n_outputs,
    }


def check_unchanged(layout, learned):
    """Refuse to continue from networks that the parameters no longer describe."""
    for name, now in layout.items():
        if now != learned[name]:
            raise ValueError(
                f"{name} was {learned[name]} when the weights were learned and is "
                f"{now} now; warm_start and partial_fit can only continue with the "
                "same. Fit a fresh estimator (clone) instead."
            )


def check_weight(sample_weight, X):
    """Validate sample_weight and return it as float64."""
    weight = _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    with np.errstate(over="ignore"):
        if weight.sum() > _LARGEST_WEIGHT:
            raise ValueError(
                f"The sum of sample_weight is beyond {_LARGEST_WEIGHT:g}; divide the "
                "weights by their largest."
            )
    return weight
