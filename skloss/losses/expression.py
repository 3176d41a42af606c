"""A loss given as a formula in text, safe to accept from any user."""

from skloss.losses.contract.binding import Binding
from skloss.losses.custom import Custom, PerTarget
from skloss.losses.formula import Formula

__all__ = ["Expression"]


class Expression(Custom):
    r"""A loss given as a formula of y, mu and other outputs of the network.

    The formula is parsed by a whitelist and never evaluated as Python; its length,
    depth and exponents are bounded. Unlike a function it can be pickled, printed and
    sent to another process.

    Parameters
    ----------
    text : str
        A formula of y, the target, and mu, the prediction; every other name is one
        more output of the network for each target, in order of appearance. It may
        hold numbers, pi, e, ``+ - * / **``, and the functions abs, cos, exp, expm1,
        lgamma, log, log1p, log_cosh, max, min, relu, sigmoid, sign, sin, softplus,
        sqrt, tanh and ``where(y > mu, a, b)``. Exponents are numbers from -16 to 16.
        exp is exact for any data, and limited beyond so that it stays finite.
    distribution : {"gaussian", "laplace", "student_t"} or None, default None
        Meaning of the outputs, as in `Custom`.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import Expression
    >>> loss = Expression("where(y > mu, 3 * (y - mu), mu - y)")
    >>> loss.pointwise(torch.tensor([[0.0], [0.0]]), torch.tensor([2.0, -2.0]))
    tensor([6., 2.])
    >>> loss
    Expression(text='where(y > mu, 3 * (y - mu), mu - y)')
    >>> Expression("0.5*(logvar + (y - mu)**2 * exp(-logvar))").n_outputs(1)
    2
    >>> Expression("y**2").check_params()
    Traceback (most recent call last):
    ValueError: The formula 'y**2' must contain mu, the prediction.
    """

    every_task = ("regression",)
    functional = "what the formula elicits"
    is_recordable = True

    def __init__(self, text, distribution=None):
        self.text = text
        self.distribution = distribution

    @property
    def name(self):
        """The same for all formulas, which tables distinguish by their text."""
        return "expression"

    @property
    def tasks(self):
        """Numbers."""
        return self.every_task

    @property
    def formula(self):
        """TeX of the text, unchanged."""
        escaped = "".join(f"\\{c}" if c in r"_^\{}$%&#~" else c for c in self.text)
        return rf"\texttt{{{escaped}}}"

    @property
    def f(self):
        """The parsed formula, of the outputs and the target."""
        # Parsed at first use, since a constructor stores its parameters alone.
        known = self.__dict__.get("_parsed")
        if known is None or known[0] != self.text:
            self._parsed = known = self.text, Formula(self.text)
        return known[1]

    @property
    def n_outputs(self):
        """Outputs per target; called with a number of targets, their total."""
        return PerTarget(len(self.f.outputs))

    @property
    def stack_key(self):
        return Binding.stack_key.fget(self)

    def check_params(self):
        Formula(self.text)  # raises a ValueError
        if self.distribution is not None:
            self._declared()

    def _check_rows(self, raw_prediction, y_true):
        """Pass: a formula has one value per row."""

    def _kind_of_value(self, raw, y_true):
        """Return that the value is not a mean, but one of each row."""
        return False, True

    def _rows(self, raw_prediction, y_true):
        outputs = self.split(raw_prediction, y_true)
        value = self.f(*outputs, y_true.to(raw_prediction.dtype))
        return value if y_true.ndim < raw_prediction.ndim else value.sum(-1)

    def __getstate__(self):
        state = super().__getstate__()
        state.pop("_parsed", None)  # made of functions without a name
        return state
