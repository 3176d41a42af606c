"""Values that a loss learns from training rows, for one model or for a stack."""

import copy

import numpy as np
import torch

__all__ = ["Binding"]


class Binding:
    """Learned values of a loss, and losses with different values as one stack."""

    bound_: dict[str, np.ndarray] = {}
    stacked_ = False

    def bind(self, y, sample_weight=None, X=None):
        """Return a copy of the loss that is fitted to training rows.

        Most losses have nothing to learn and return a plain copy. A loss that learns
        a value, such as class counts or the `delta` of Huber, overrides this method
        and returns `with_learned`.

        Parameters
        ----------
        y : array of shape (n_samples,) or (n_samples, n_targets)
            Targets, or class indices.
        sample_weight : array of shape (n_samples,), optional
        X : array of shape (n_samples, n_features), optional

        Returns
        -------
        Loss

        Examples
        --------
        >>> from skloss import get_loss
        >>> loss = get_loss("huber").bind([1.0, 2.0, 3.0, 4.0, 5.0])
        >>> loss.bound_["delta"].round(3)
        np.float64(1.994)
        """
        return copy.copy(self)

    def rescaled(self, scale):
        """Return the same loss for targets that were divided by ``scale``.

        The values are equal up to a constant factor. A loss whose parameters are in
        units of y overrides this method and divides them.

        Parameters
        ----------
        scale : float or array of shape (n_targets,)

        Returns
        -------
        Loss

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("huber", delta=5.0).rescaled(10.0).bound_["delta"]
        array(0.5)
        """
        return copy.copy(self)

    def standardised(self, center, scale, y, sample_weight=None):
        """Return the same loss for targets ``(y - center) / scale``.

        The values are equal up to a constant factor. A loss whose targets may be
        moved and scaled needs only `rescaled`; a user's function, which is called in
        units of y, overrides this method.

        Parameters
        ----------
        center, scale : float or array of shape (n_targets,)
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Targets of the training rows, in their own units.
        sample_weight : ndarray of shape (n_samples,), optional

        Returns
        -------
        Loss

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> loss = get_loss("huber", delta=5.0)
        >>> loss.standardised(0.0, 10.0, np.array([-10.0, 10.0])).bound_["delta"]
        array(0.5)
        """
        return self.rescaled(scale)

    def with_learned(self, **values):
        """Return a copy of the loss that carries learned values.

        Parameters
        ----------
        **values : float or array
            Learned values by name, added to those that are there.

        Returns
        -------
        Loss

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("huber").with_learned(delta=2.0).bound_
        {'delta': array(2.)}
        """
        bound = copy.copy(self)
        bound.bound_ = self.bound_ | {
            name: np.asarray(value, dtype=float) for name, value in values.items()
        }
        return bound

    def learned(self, name, like, default):
        """Return a learned value, shaped to broadcast against a tensor.

        Parameters
        ----------
        name : str
            Name under which `with_learned` stored the value.
        like : Tensor
            Sets dtype, device and number of dimensions. The models of a stack are
            its first dimension; rows are its last or last but one.
        default : object
            Returned if the value was not learned.

        Returns
        -------
        Tensor
            A value with a dimension of its own (one number per class or target) runs
            along the last dimension of ``like``.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("huber").with_learned(delta=2).learned("delta", torch.ones(3), 1)
        tensor(2.)
        """
        if name not in self.bound_:
            return default
        tensors = self.__dict__.setdefault("_tensors", {})
        key = name, like.dtype, like.device, like.ndim
        if key not in tensors:  # cached, since creating one takes longer than using it
            # A tensor made in inference mode could not take part in a gradient later.
            with torch.inference_mode(False):
                tensors[key] = self._learned_tensor(name, like)
        return tensors[key]

    def _learned_tensor(self, name, like):
        value = self.bound_[name]
        tensor = torch.as_tensor(value, dtype=like.dtype, device=like.device)
        if self.stacked_:
            own = tensor.shape[1:]
            gap = like.ndim - 1 - len(own)
            tensor = tensor.reshape(tensor.shape[:1] + (1,) * gap + own)
        return tensor

    def __getstate__(self):
        """Copies and pickles hold the learned numbers, not the tensors made of them."""
        state = self.__dict__.copy()
        state.pop("_tensors", None)
        return state

    @staticmethod
    def stack(losses):
        """Merge losses into one loss for a stack of as many models.

        Parameters
        ----------
        losses : list of Loss
            Losses of equal `stack_key`, one per model.

        Returns
        -------
        Loss
            Its learned values have the models as their first dimension.

        Examples
        --------
        >>> from skloss.losses import Huber, Loss
        >>> losses = [Huber().with_learned(delta=delta) for delta in (1.0, 2.0)]
        >>> Loss.stack(losses).bound_
        {'delta': array([1., 2.])}
        """
        first = losses[0]
        if len(losses) == 1 or not first.bound_:
            return first
        return first.merged(losses)

    def merged(self, losses):
        """Return a copy that carries the learned values of several losses.

        Parameters
        ----------
        losses : list of Loss
            Losses of the same `stack_key` as this loss.

        Returns
        -------
        Loss

        Examples
        --------
        >>> from skloss.losses import Huber
        >>> losses = [Huber().with_learned(delta=delta) for delta in (1.0, 2.0)]
        >>> losses[0].merged(losses).bound_
        {'delta': array([1., 2.])}
        """
        merged = copy.copy(self)
        merged.bound_ = {
            name: np.stack([loss.bound_[name] for loss in losses])
            for name in self.bound_
        }
        merged.stacked_ = True
        return merged

    @property
    def stack_key(self):
        """Equal for losses that differ at most in their learned values."""
        params = tuple(
            (name, id(value) if callable(value) else repr(value))
            for name, value in self.get_params(deep=False).items()
        )
        shapes = tuple((k, np.shape(v)) for k, v in sorted(self.bound_.items()))
        return (type(self), params, shapes)
