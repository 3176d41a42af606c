"""L-BFGS on all training rows, taken block by block so that memory stays bounded."""

import math

import scipy.optimize
import torch
from scipy import sparse

from skloss.training.spec import FitResult
from skloss.training.stacks import NetworkStack, PerceptronStack

__all__ = ["minimise"]

_BLOCK_NUMBERS = 4_000_000  # numbers of a dense block of rows


def minimise(model, report, stopped=False):
    """Minimise a model's objective by SciPy's L-BFGS-B; return a `FitResult`.

    With ``stopped``, the model stays as it would begin.
    """
    linear = model.network is None and not model.settings.hidden_layer_sizes
    on_cpu = model.X.device.type == "cpu"
    if linear and on_cpu and sparse.issparse(getattr(model.X, "X", None)):
        problem = _SparseLinear(model)
    else:
        problem = _Stacked(model)
    if stopped:
        start = torch.as_tensor(problem.start)
        return FitResult(history=[], stopped=True, **problem.result(start))
    history, theta = [], None

    def callback(intermediate_result):
        nonlocal theta
        theta = intermediate_result.x.copy()
        value = float(intermediate_result.fun)
        row = {"epoch": len(history) + 1, "train": value, "validation": math.nan}
        history.append(row)
        fraction = len(history) / model.settings.max_iter
        if report(min(1.0, fraction), len(history), [model.labels | row]):
            raise StopIteration

    options = {
        "maxiter": model.settings.max_iter,
        "gtol": 1e-9 if model.X.dtype == torch.float64 else 1e-6,
        "ftol": 64 * torch.finfo(model.X.dtype).eps,
    }
    message, status, interrupted = "", 99, False
    try:
        found = scipy.optimize.minimize(
            problem.objective,
            problem.start,
            jac=True,
            method="L-BFGS-B",
            callback=callback,
            options=options,
        )
        theta, status = found.x, found.status
    except KeyboardInterrupt:
        if not history:  # no step was taken, so nothing was learned
            raise
        interrupted = True
    if status == 1:
        message = (
            f"lbfgs did not converge in max_iter={model.settings.max_iter} iterations; "
            "raise max_iter or scale the inputs."
        )
    return FitResult(
        history=history,
        stopped=status == 99,
        interrupted=interrupted,
        message=message,
        n_steps_taken=len(history),
        **problem.result(torch.as_tensor(theta)),
    )


def _loss_gradient(loss, raw, y, weight):
    """Weighted sum of the loss, and its gradient with respect to the raw scores."""
    raw = raw.detach().requires_grad_()
    with torch.enable_grad():
        value = (weight * loss.pointwise(raw, y)).sum()
        (gradient,) = torch.autograd.grad(value, raw)
    return value.item(), gradient


class _Stacked:
    """The objective of any network, as a stack of one."""

    def __init__(self, model):
        self.model = model
        self.stack = PerceptronStack([model])
        rows = model.fit_rows
        size = max(256, _BLOCK_NUMBERS // model.X.shape[1])
        if model.network is not None:
            self.stack = NetworkStack([model])
            size = len(rows)  # a module may look at all rows of a batch at once
        self.blocks = rows.split(size)
        self.total = model.weight[rows].sum()
        self.penalty = model.alpha * self.stack.penalised
        self.start = self.stack.flat[0].double().cpu().numpy().copy()
        if len(self.blocks) == 1:
            self.x = self._read(rows)

    def objective(self, theta):
        stack, model = self.stack, self.model
        stack.flat[0] = torch.as_tensor(theta)
        value = 0.5 * (self.penalty * stack.flat.square()).sum().item()
        total = stack.flat * self.penalty
        for rows in self.blocks:
            x = self.x if len(self.blocks) == 1 else self._read(rows)
            weight = model.weight[rows] / self.total
            part, gradient = _loss_gradient(
                model.loss, stack.forward(x), model.y[rows][None], weight
            )
            stack.backward(gradient)
            value += part
            total += stack.grad
        return value, total[0].double().cpu().numpy()

    def _read(self, rows):
        x = self.stack.inputs(len(rows))
        x[0] = self.model.X[rows]
        return x

    def result(self, theta):
        self.stack.remember()
        return self.stack.result(0, theta.to(self.stack.flat)[None])


class _SparseLinear:
    """The objective of a linear model on a sparse table, which is never made dense.

    The table stays as it is; what standardising would do to it is done to the weights.
    """

    def __init__(self, model):
        self.model = model
        encoding, rows = model.X.encoding, model.fit_rows
        self.mean, self.scale = encoding.mean[:, None], encoding.scale[:, None]
        self.weight = model.weight[rows].double() / model.weight[rows].sum()
        size = max(256, _BLOCK_NUMBERS // model.n_outputs)
        self.blocks = [
            (model.X.X[part.numpy()], model.y[part], self.weight[begin : begin + size])
            for part, begin in zip(
                rows.split(size), range(0, len(rows), size), strict=True
            )
        ]
        stack = PerceptronStack([model])
        (layer,) = stack.result(0, stack.flat)["layers"]
        self.shape = layer[0].shape
        self.start = torch.cat([layer[0], layer[1][None]]).double().flatten().numpy()

    def objective(self, theta):
        theta = torch.as_tensor(theta).reshape(-1, self.shape[1])
        weights, intercept = theta[:-1], theta[-1]
        scaled = weights / self.scale
        offset = intercept - (self.mean * scaled).sum(0)
        value = 0.5 * self.model.alpha * weights.square().sum().item()
        products, sums = torch.zeros_like(weights), torch.zeros_like(intercept)
        for x, y, weight in self.blocks:
            raw = torch.from_numpy(x @ scaled.numpy()) + offset
            part, gradient = _loss_gradient(self.model.loss, raw, y, weight)
            value += part
            products += torch.from_numpy(x.T @ gradient.numpy())
            sums += gradient.sum(0)
        gradient = (products - self.mean * sums) / self.scale
        gradient += self.model.alpha * weights
        return value, torch.cat([gradient, sums[None]]).flatten().numpy()

    def result(self, theta):
        theta = theta.reshape(-1, self.shape[1])
        return {"layers": [(theta[:-1].clone(), theta[-1].clone())]}
