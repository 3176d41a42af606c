"""The log score of predictions without a distribution of their own."""

import numpy as np

from skloss.noise import FAMILIES

__all__ = ["GaussianOrLaplace"]

_FAMILIES = ("gaussian", "laplace")


class GaussianOrLaplace:
    """Nats per row under the better of a Gaussian and a Laplace noise model.

    Scale and family are those that fit the other folds' held-out rows best: rows that
    are scored must not choose the model that they are scored with, and residuals of
    training rows are too small for a model that has learned them. Each target has its
    own family.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    splits : list of (ndarray, ndarray)
    """

    def __init__(self, y, weight, splits):
        self.y = y.reshape(len(y), -1)
        self.weight = np.ones(len(y)) if weight is None else weight
        self.splits = splits
        self.locations = []

    def add_fold(self, gaussian, laplace, learned=None):
        """Add the locations of the next fold.

        Parameters
        ----------
        gaussian, laplace : ndarray
            Predictions of the held-out rows, or constants, by family.
        learned : tuple of (ndarray, ndarray), optional
            Predictions of the training rows, by family; by default the same constants.
        """
        train, test = self.splits[len(self.locations)]
        learned = (gaussian, laplace) if learned is None else learned
        self.locations.append(
            (
                self._shaped(learned, len(train)),
                self._shaped((gaussian, laplace), len(test)),
            )
        )

    def of_fold(self, fold):
        """Return the nats of each held-out row of a fold.

        Parameters
        ----------
        fold : int

        Returns
        -------
        ndarray of shape (n_held_out,)
            Summed over the targets.
        """
        train, test = self.splits[fold]
        held_out = np.concatenate([rows for _, rows in self.splits])
        other = ~np.isin(held_out, test)
        rows, (seen, location) = train, self.locations[fold]
        if other.any():  # else the training rows have to do
            every = np.concatenate([of_test for _, of_test in self.locations], axis=1)
            rows, seen = held_out[other], every[:, other]
        share = self.weight[rows] / self.weight[rows].sum()
        fits, scores = [], []
        # A scale of 0, of residuals that are all 0, has no density.
        with np.errstate(divide="ignore", invalid="ignore"):
            for name, of_seen, of_row in zip(_FAMILIES, seen, location, strict=True):
                family = FAMILIES[name]
                scale = family.fit({"loc": of_seen}, self.y[rows], share, 1.0)
                density = family.frozen({"loc": of_seen} | scale).logpdf(self.y[rows])
                fits.append(np.average(density, axis=0, weights=share))
                scores.append(
                    -family.frozen({"loc": of_row} | scale).logpdf(self.y[test])
                )
        gaussian, laplace = fits
        return np.where(laplace > gaussian, scores[1], scores[0]).sum(axis=1)

    def _shaped(self, locations, n_rows):
        """Return locations as an array of shape (2, n_rows, n_targets)."""
        shape = (n_rows, self.y.shape[1])
        columns = [np.asarray(one) for one in locations]
        if shape[1] == 1:  # a number, or one per row
            columns = [one.reshape(-1, 1) for one in columns]
        return np.array([np.broadcast_to(one, shape) for one in columns])
