"""Outputs of the network under a loss: how many, and what they mean."""

from skloss.losses.contract.links import Identity, Logit, Softmax
from skloss.losses.contract.posterior import is_recovered, posterior_of_slopes
from skloss.tasks import as_task

__all__ = ["Outputs"]

#: Links that the task decides; where it leaves them open, the loss decides.
_LINKS = {"logit": Logit(), "softmax": Softmax()}


class Outputs:
    """Meaning of the raw prediction: predictions, probabilities, distributions."""

    link = Identity()
    # Rows per column below which the spread of a linear model is penalised further, as
    # far as that lowers the loss in cross-validation. With more, its weights cost at
    # most .05 nats where they are not needed.
    rows_per_spread_column = 10

    def n_outputs(self, k):
        """Return the number of outputs that the network needs.

        Parameters
        ----------
        k : int
            Number of targets, of labels, or of classes of a multiclass problem; 1 for
            a binary problem.

        Returns
        -------
        int

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("gaussian_nll").n_outputs(1)  # mean and log-variance
        2
        """
        return k

    def predict(self, raw_prediction):
        """Return predictions from raw scores.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)

        Returns
        -------
        Tensor of shape (..., n_samples, n_targets)
            The functional that the loss elicits.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("poisson").predict(torch.zeros(1, 1))
        tensor([[1.]])
        """
        return self.link.inverse(raw_prediction)

    def link_for(self, task):
        """Return the link from raw scores to predictions under a task.

        Parameters
        ----------
        task : str or Task

        Returns
        -------
        Link
            That of the task for classes and labels, else `link`.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("cross_entropy").link_for("binary")
        Logit()
        """
        return _LINKS.get(as_task(task).link, self.link)

    def probabilities(self, raw_prediction, task):
        """Return probabilities of classes or labels from raw scores.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        task : str or Task

        Returns
        -------
        Tensor of shape (..., n_samples, n_outputs)
            For a binary task one column, the probability of the second class.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("cross_entropy").probabilities(torch.zeros(1, 1), "binary")
        tensor([[0.5000]])
        """
        return self.link_for(task).inverse(raw_prediction)

    def posterior(self, raw_prediction, task):
        """Return the posterior of classes or labels for which raw scores are optimal.

        A loss that is not proper leads to other `probabilities`. Its posterior is the
        eta in the simplex with sum_k eta_k grad_z l(z, k) = 0, found by autograd; a
        loss overrides it where there is a closed form.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        task : str or Task

        Returns
        -------
        Tensor
            In the form of `probabilities`, in float64; NaN where it is not defined.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> loss, raw = get_loss("focal"), torch.tensor([[1.0]])
        >>> loss.probabilities(raw, "binary"), loss.posterior(raw, "binary")
        (tensor([[0.7311]]), tensor([[0.9359]], dtype=torch.float64))
        """
        if self.is_proper:
            return self.probabilities(raw_prediction.double(), task)
        return posterior_of_slopes(self, raw_prediction, task)

    def has_posterior(self, task, n_outputs):
        """Return whether `posterior` is defined and rises with the scores.

        Parameters
        ----------
        task : str or Task
        n_outputs : int
            Scores per row.

        Returns
        -------
        bool
            False for a loss whose scores must be calibrated to be probabilities.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("focal").has_posterior("multiclass", 3)
        True
        >>> get_loss("hinge").has_posterior("multiclass", 3)
        False
        """
        return self.is_proper or is_recovered(self, task, n_outputs)

    def noise_parameters(self, raw_prediction):
        """Return the parameters of the `noise` family that the outputs state.

        A parameter of the family that is missing here (often ``scale``) is estimated
        from residuals by the caller.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)

        Returns
        -------
        dict of str to Tensor
            Each of shape (..., n_samples, n_targets).

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("gaussian_nll").noise_parameters(torch.zeros(1, 2))
        {'loc': tensor([[0.]]), 'scale': tensor([[1.]])}
        """
        return {"loc": self.predict(raw_prediction)}

    def stated_quantiles(self, raw_prediction):
        """Return the quantiles that the outputs state, if they state any.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)

        Returns
        -------
        tuple of (levels, quantiles) or None
            Ascending levels, and quantiles of shape (..., n_samples, n_targets,
            n_levels). None for a loss whose outputs are not quantiles.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> loss = get_loss("multi_quantile", quantiles=(0.1, 0.9))
        >>> loss.stated_quantiles(torch.zeros(1, 2))
        ((0.1, 0.9), tensor([[[0.0000, 0.6931]]]))
        >>> get_loss("squared_error").stated_quantiles(torch.zeros(1, 1)) is None
        True
        """
        return None

    def spread_outputs(self, k):
        """Return the columns of the raw prediction that state spread or shape.

        Parameters
        ----------
        k : int
            Number of targets.

        Returns
        -------
        list of int

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("student_t_nll").spread_outputs(1)
        [1, 2]
        """
        return self.log_scale_outputs(k)

    def log_scale_outputs(self, k):
        """Return the columns of the raw prediction that are log-scales.

        Parameters
        ----------
        k : int
            Number of targets.

        Returns
        -------
        list of int

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("gaussian_nll").log_scale_outputs(2)
        [2, 3]
        """
        return []

    def around(self, raw_prediction):
        """Return the loss with limits that lie about a level of raw scores.

        Parameters
        ----------
        raw_prediction : ndarray of shape (n_outputs,)
            Those that training starts from.

        Returns
        -------
        Loss
            The same loss, unless it limits its raw scores.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> get_loss("gamma").around(np.array([30.0])).bound_
        {'level': array([30.])}
        """
        return self

    def intercept(self, y, sample_weight=None):
        """Return the raw scores that training starts from.

        Parameters
        ----------
        y : array of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array of shape (n_samples,), optional

        Returns
        -------
        ndarray of shape (n_outputs,) or None
            None for zeros.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> get_loss("poisson").intercept(np.array([1.0, 1.0]))
        array([0.])
        """
        return None
