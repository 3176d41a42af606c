"""Units of `partial_fit`: learned again while its first calls have few rows."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from skloss.estimators.parameters import seeds_for
from skloss.training import warn_caller

__all__ = ["FirstRows", "learn_chunk", "warn_of_other_units"]

# Number of rows from which units are learned for the last time: their mean has an error
# of a sixteenth of a standard deviation, and 32 of them lie between neighbouring
# octiles.
_ENOUGH = 256
# Root mean square, in standard deviations of the rows that units were learned from,
# beyond which Adam would take thousands of steps to reach these rows. Rows of one
# distribution have 1; an outlier among 100 needs 300 deviations to cause 30.
_FAR = 30.0
# Rows that are compared with the units: more would not change the verdict.
_COMPARED_ROWS = 1000


@dataclass(frozen=True)
class FirstRows:
    """Rows of the first calls of `partial_fit`, kept until there are enough of them.

    Attributes
    ----------
    calls : tuple of Rows
        The rows of each call.
    classes : array-like or None
        All classes, as given to the first call.
    seeds : list of int
        Seeds of the members, drawn in the first call.
    n_learned : int
        Rows that the units were learned from last.
    """

    calls: tuple = ()
    classes: object = None
    seeds: object = None
    n_learned: int = 0

    @property
    def n(self):
        """Number of rows."""
        return sum(len(rows.y) for rows in self.calls)

    @property
    def is_enough(self):
        """Whether units have been learned for the last time."""
        return self.n >= _ENOUGH

    @property
    def has_doubled(self):
        """Whether the units should be learned again, from twice as many rows."""
        return self.is_enough or self.n >= 2 * self.n_learned

    @property
    def is_alike(self):
        """Whether all calls have as many targets; else the last one is refused."""
        return len({rows.y.shape[1:] for rows in self.calls}) == 1

    def followed_by(self, rows):
        """Return these rows and those of another call."""
        return replace(self, calls=(*self.calls, rows))

    def together(self):
        """Return the rows of all calls as one table."""
        first, *others = self.calls
        if not others:
            return first
        X = [rows.X for rows in self.calls]
        is_sparse = any(map(sparse.issparse, X))
        X = sparse.vstack(X, format="csr") if is_sparse else np.concatenate(X)
        y = np.concatenate([rows.y for rows in self.calls])
        weight = None
        if any(rows.weight is not None for rows in self.calls):
            weight = np.concatenate(
                [
                    np.ones(len(rows.y)) if rows.weight is None else rows.weight
                    for rows in self.calls
                ]
            )
        return replace(first, X=X, y=y, weight=weight)


def learn_chunk(estimator, train, report, rows, fitted, classes):
    """Learn from the rows of one call of `partial_fit`; the estimator is unchanged.

    Units that were learned from few rows would make all later rows useless: a first
    chunk of one row, of one value per column, or of a narrow range. While there are
    few, rows are kept; whenever their number has doubled, units are learned from all of
    them and the calls so far are repeated with these. The result is that of units
    known from the first call on.

    Parameters
    ----------
    estimator : TorchEstimator
    train : callable
        ``(rows, on_progress, untrained=False, **how)``: as `TorchEstimator._train`.
    report : callable
        Called with the `Progress` of the epoch on these rows.
    rows : Rows
    fitted : FittedModel or None
    classes : array-like or None

    Returns
    -------
    (FittedModel, list of FitResult)
    """
    how = {"one_epoch": True}
    if fitted is None:
        # How many rows will follow is not known: "auto" is a single network.
        n_members = 1 if estimator.n_members == "auto" else estimator.n_members
        seeds = seeds_for(estimator, n_members)
        first = FirstRows((rows,), classes, seeds, n_learned=len(rows.y))
        how |= {"classes": classes, "seeds": seeds}
    elif fitted.first_rows is None:
        first = None
        warn_of_other_units(fitted, rows)
    else:
        first = fitted.first_rows.followed_by(rows)
        how |= {"seeds": first.seeds}
        if first.has_doubled and first.is_alike:
            fitted = _with_new_units(train, fitted, first)
            first = replace(first, n_learned=first.n)
    model, fits = train(rows, report, fitted=fitted, **how)
    model.first_rows = None if first is None or first.is_enough else first
    return model, fits


def _with_new_units(train, fitted, first):
    """Return the model of the calls before the last, in units of all of their rows."""
    how = {"one_epoch": True, "seeds": first.seeds, "own_scale": False}
    start = {"untrained": True, "classes": first.classes}
    model, _ = train(first.together(), None, **start, **how)
    if _has_units_of(fitted, model):
        return fitted
    for rows in first.calls[:-1]:
        model, _ = train(rows, None, fitted=model, **how)
    return model


def _has_units_of(model, other):
    """Return whether two models have the same units, so that nothing is to be done."""
    names = "mean", "scale", "edges"
    pairs = [(getattr(m.encoding, n).cpu() for m in (model, other)) for n in names]
    names = "center", "scale"
    pairs += [(getattr(m.targets, n) for m in (model, other)) for n in names]
    return all(
        np.shape(one) == np.shape(two) and np.allclose(one, two, rtol=1e-9, atol=0)
        for one, two in pairs
    )


def warn_of_other_units(model, rows):
    """Warn if rows lie far from those that the units of a fitted model come from."""
    X = rows.X[:_COMPARED_ROWS]
    X = X.toarray() if sparse.issparse(X) else X
    encoding = model.encoding
    mean, scale = encoding.mean.cpu().numpy(), encoding.scale.cpu().numpy()
    names = rows.columns.get("feature_names_in_", np.arange(X.shape[1]))
    far = [f"column {name}" for name in names[_rms((X - mean) / scale) > _FAR]]
    z = model.targets.deviations(rows.y[:_COMPARED_ROWS], model.loss)
    far += ["y"] if (_rms(z) > _FAR).any() else []
    if far:
        others = ", ..." if len(far) > 3 else ""
        warn_caller(
            f"{', '.join(far[:3])}{others} of these rows: more than {_FAR:g} standard "
            "deviations from the rows of the first calls, which the units were learned "
            "from, so that little can be learned; shuffle the rows, or begin with rows "
            "that cover the whole range.",
            UserWarning,
        )


def _rms(z):
    """Root mean square of each column."""
    return np.sqrt(np.mean(np.square(z), axis=0))
