"""Example instances, targets and raw scores, so that checks need no list of losses."""

import numpy as np

from skloss.tasks import as_task

__all__ = ["Examples"]

# Small sizes keep checks fast. Three is the smallest number of classes for which a
# softmax differs from a sigmoid; the dimension of embeddings is arbitrary.
_N_CLASSES = 3
_N_LABELS = 3
_EMBEDDING_DIM = 4

# Lowest target of losses that accept any number, negative so that both signs occur.
_LOWEST = -3.0


class Examples:
    """The part of a loss that gives examples of what it accepts."""

    @classmethod
    def examples(cls):
        """Return instances for tests and docs: the defaults, and each parameter end.

        Returns
        -------
        list of Loss

        Examples
        --------
        >>> from skloss import losses
        >>> losses.Quantile.examples()
        [Quantile(), Quantile(quantile=0.01), Quantile(quantile=0.99)]
        """
        ends = [
            cls(**{name: end})
            for name, range_ in cls.param_ranges.items()
            for end in range_[:2]
        ]
        return [cls(), *ends]

    def example_target(self, rng, n, task=None):
        """Draw targets that the loss accepts, for checks, docs and tests.

        A loss whose targets are of a special form, such as counts or distributions,
        overrides this method.

        Parameters
        ----------
        rng : numpy.random.Generator
        n : int
            Number of rows.
        task : str or Task, optional
            One of the tasks of the loss; by default the first.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets)
            Numbers inside ``y_range``, class indices, an indicator of labels, or a
            second view of the rows.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> rng = np.random.default_rng(0)
        >>> get_loss("cross_entropy").example_target(rng, 6, task="multiclass")
        array([0, 2, 2, 1, 0, 1])
        """
        task = as_task(task or self.tasks[0])
        if task.has_numbers:
            # 0.1 keeps clear of an open end; a gamma is skewed, so that mean and
            # median differ.
            low = max(self.y_range.low, _LOWEST)
            return low + 0.1 + rng.gamma(2.0, 1.0, n)
        if task.has_views:
            return rng.normal(size=(n, _EMBEDDING_DIM))
        if task.kind == "labels":
            return rng.integers(0, 2, (n, _N_LABELS)).astype(float)
        n_classes = 2 if task.link == "logit" else _N_CLASSES
        return rng.permutation(np.arange(n) % n_classes)

    def example_raw_prediction(self, rng, y, task=None):
        """Draw raw scores for targets of `example_target`.

        Parameters
        ----------
        rng : numpy.random.Generator
        y : ndarray of shape (n,) or (n, n_targets)
        task : str or Task, optional
            One of the tasks of the loss; by default the first.

        Returns
        -------
        ndarray of shape (n, n_outputs)
            Standard normal numbers, as many per row as the network has outputs.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> loss, rng = get_loss("gaussian_nll"), np.random.default_rng(0)
        >>> y = loss.example_target(rng, 6)
        >>> loss.example_raw_prediction(rng, y).shape  # mean and log-variance
        (6, 2)
        """
        task = as_task(task or self.tasks[0])
        k = y.shape[1] if y.ndim == 2 else 1
        if y.ndim == 1 and not task.has_numbers and task.link != "logit":
            k = _EMBEDDING_DIM if task.kind == "embeddings" else int(y.max()) + 1
        return rng.normal(size=(len(y), self.n_outputs(k)))
