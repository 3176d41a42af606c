"""Laws that every registered loss obeys, at its defaults and parameter ends.

A loss that cannot obey a law says so in `Loss.exceptions`, and the exception is shown
to be true. Never edited for a new loss.
"""

import pickle
import re

import numpy as np
import pytest
import torch
from sklearn.base import clone

from skloss.losses import Loss, list_losses
from skloss.losses.contract.links import Softmax
from skloss.losses.contract.registry import REGISTRY

CLASSES = [REGISTRY[name] for name in list_losses()]
EXAMPLES = [loss for cls in CLASSES for loss in cls.examples()]
N_CLASSES, N_TARGETS, N_ROWS = 3, 2, 12

LAWS = {"perfect prediction", "gradient"}


def cases(loss):
    """Yield (task, k, y) that the loss serves, k as of `n_outputs`."""
    rng = np.random.default_rng(3)
    for task in filter(loss.supports, loss.tasks):
        if loss.name in ("kl_divergence", "js_divergence"):
            yield task, 3, torch.as_tensor(rng.dirichlet(np.ones(3), N_ROWS))
        elif task == "regression":
            low = max(loss.y_range.low, -3.0)
            y = low + 0.1 + rng.gamma(2.0, 1.0, (N_ROWS, N_TARGETS))
            y = np.round(y) + 1 if loss.noise == "negative_binomial" else y
            yield task, 1, torch.as_tensor(y[:, 0])
            yield task, N_TARGETS, torch.as_tensor(y)
        elif task == "binary":
            yield task, 1, torch.as_tensor(rng.integers(0, 2, N_ROWS))
        elif task in ("multiclass", "ordinal"):
            yield task, N_CLASSES, torch.arange(N_ROWS) % N_CLASSES
        elif task == "multilabel":
            y = rng.integers(0, 2, (N_ROWS, N_CLASSES)).astype(float)
            yield task, N_CLASSES, torch.as_tensor(y)
        elif task == "embedding":
            yield task, 4, torch.arange(N_ROWS) % N_CLASSES
        elif task == "pairs":
            yield task, 4, torch.as_tensor(rng.normal(size=(N_ROWS, 4)))


def outputs(loss, task, k):
    return 4 if task in ("embedding", "pairs") else loss.n_outputs(k)


def draw(loss, task, k, seed=0, dtype=torch.float64):
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=(N_ROWS, outputs(loss, task, k)))
    return torch.as_tensor(raw, dtype=dtype)


ALL = [
    pytest.param(loss, task, k, y, id=f"{loss!r}-{task}-{k}")
    for loss in EXAMPLES
    for task, k, y in cases(loss)
]
every_case = pytest.mark.parametrize(("loss", "task", "k", "y"), ALL)
ROWWISE = [case for case in ALL if case.values[1] not in ("embedding", "pairs")]
every_row_case = pytest.mark.parametrize(("loss", "task", "k", "y"), ROWWISE)
every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


@every_case
def test_gives_one_value_per_row(loss, task, k, y):
    assert loss.pointwise(draw(loss, task, k), y).shape == (N_ROWS,)
    assert loss(draw(loss, task, k), y).ndim == 0


@every_case
def test_gradient_equals_finite_differences(loss, task, k, y):
    if "gradient" in loss.exceptions:
        pytest.skip(f"declared: {loss.exceptions['gradient']}; shown below")
    raw = draw(loss, task, k).requires_grad_()
    weight = torch.linspace(0.5, 1.5, N_ROWS, dtype=torch.float64)
    (gradient,) = torch.autograd.grad((weight * loss.pointwise(raw, y)).sum(), raw)
    step = 1e-5
    for j in range(raw.shape[1]):
        for i in range(0, N_ROWS, 5):
            shift = torch.zeros_like(raw)
            shift[i, j] = step
            with torch.no_grad():
                up = (weight * loss.pointwise(raw + shift, y)).sum()
                down = (weight * loss.pointwise(raw - shift, y)).sum()
            slope = (up - down) / (2 * step)
            assert gradient[i, j].item() == pytest.approx(
                slope.item(), rel=1e-5, abs=1e-7
            )


@every_row_case
def test_weight_two_is_the_row_twice_and_zero_the_row_gone(loss, task, k, y):
    raw = draw(loss, task, k)
    weight = torch.tensor([0, 1, 2] * (N_ROWS // 3), dtype=torch.float64)
    rows = torch.repeat_interleave(torch.arange(N_ROWS), weight.long())
    torch.testing.assert_close(loss(raw, y, weight), loss(raw[rows], y[rows]))


@every_row_case
def test_rows_do_not_see_each_other_nor_their_order(loss, task, k, y):
    raw = draw(loss, task, k)
    order = torch.randperm(N_ROWS, generator=torch.Generator().manual_seed(1))
    value = loss.pointwise(raw, y)
    torch.testing.assert_close(loss.pointwise(raw[order], y[order]), value[order])
    torch.testing.assert_close(loss.pointwise(raw[:4], y[:4]), value[:4])


@pytest.mark.parametrize("absurd", [1e4, float("nan")])
@every_row_case
def test_rows_are_as_exact_beside_an_absurd_one(loss, task, k, y, absurd):
    raw = draw(loss, task, k)
    raw[0] = absurd
    raw.requires_grad_()
    beside, alone = loss.pointwise(raw, y)[1:], loss.pointwise(raw[1:], y[1:])
    exact = {"rtol": 1e-11, "atol": 1e-13}
    torch.testing.assert_close(beside, alone, **exact)
    slopes = [torch.autograd.grad(v.sum(), raw)[0][1:] for v in (beside, alone)]
    torch.testing.assert_close(*slopes, **exact)


@pytest.mark.parametrize(
    ("loss", "task", "k", "y"),
    [c for c in ALL if c.values[1] in ("embedding", "pairs")],
)
def test_order_of_rows_only_reorders_the_values_of_embeddings(loss, task, k, y):
    raw = draw(loss, task, k)
    order = torch.randperm(N_ROWS, generator=torch.Generator().manual_seed(1))
    value = loss.pointwise(raw, y)
    torch.testing.assert_close(loss.pointwise(raw[order], y[order]), value[order])


@every_case
def test_stack_of_models_equals_each_alone(loss, task, k, y):
    raws = [draw(loss, task, k, seed) for seed in range(3)]
    stacked = loss.pointwise(torch.stack(raws), torch.stack([y] * 3))
    for raw, value in zip(raws, stacked, strict=True):
        torch.testing.assert_close(loss.pointwise(raw, y), value)


@every_row_case
def test_losses_bound_to_different_rows_stack(loss, task, k, y):
    data = y.numpy()
    skewed = np.concatenate([data[:1]] * 5 + [data])
    bound = [loss.bind(data), loss.bind(skewed)]
    if task == "regression" and loss.is_equivariant:
        bound = [
            one.rescaled(scale) for one, scale in zip(bound, (1.0, 3.0), strict=True)
        ]
    raws = [draw(loss, task, k, seed) for seed in range(2)]
    assert len({one.stack_key for one in bound}) == 1
    merged = Loss.stack(bound)
    stacked = merged.pointwise(torch.stack(raws), torch.stack([y, y]))
    for one, raw, value in zip(bound, raws, stacked, strict=True):
        torch.testing.assert_close(one.pointwise(raw, y), value)


@every_case
@pytest.mark.parametrize("size", [1e-8, 1.0, 50.0, 120.0, 1e3, 1e4])
def test_finite_in_float32_over_all_raw_scores(loss, task, k, y, size):
    for sign in (1.0, -1.0):
        raw = sign * size * torch.sign(draw(loss, task, k, dtype=torch.float32))
        for scores in (raw, raw.abs(), -raw.abs()):
            scores = scores.clone().requires_grad_()
            y32 = y.float() if y.is_floating_point() else y
            value = loss.pointwise(scores, y32)
            (gradient,) = torch.autograd.grad(value.sum(), scores)
            assert torch.isfinite(value).all()
            assert torch.isfinite(gradient).all()


@every_row_case
def test_shapes_that_do_not_match_are_refused(loss, task, k, y):
    raw = draw(loss, task, k)
    for wrong in (y[:-1], y[:, None, None] if y.ndim == 1 else y[:, None]):
        with pytest.raises(ValueError, match=r"shape|outputs|labels"):
            loss.pointwise(raw, wrong)
    with pytest.raises(ValueError, match="shape"):
        loss.pointwise(raw[:, 0], y)
    with pytest.raises(ValueError, match="sample_weight"):
        loss(raw, y, torch.ones(N_ROWS, 1))
    with pytest.raises(TypeError, match="tensor"):
        loss.pointwise(raw.numpy(), y)


@every_row_case
def test_predictions_land_in_the_range_of_the_link(loss, task, k, y):
    raw = torch.linspace(-1e4, 1e4, 9)[:, None].expand(9, outputs(loss, task, k))
    link = loss.link_for(task)
    landed = link.inverse(raw.clone())
    assert torch.isfinite(landed).all()
    assert not link.range.outside(landed).any()
    sums = landed.sum(-1) if isinstance(link, Softmax) else torch.ones(9)
    torch.testing.assert_close(sums, torch.ones(9))


def midpoint_gaps(loss, task, k, y, n=400):
    """How far the loss bulges above its chords; positive somewhere if not convex."""
    worst = -np.inf
    for seed in range(n // 10):
        spread = 0.3 + (seed % 4) * 1.5
        a, b = (spread * draw(loss, task, k, seed * 2 + j) for j in (0, 1))
        if seed % 2:  # along one axis, where a bulge is not drowned by the others
            b = torch.where(torch.arange(a.shape[1]) == seed % a.shape[1], b, a)
        middle = loss.pointwise((a + b) / 2, y)
        chord = (loss.pointwise(a, y) + loss.pointwise(b, y)) / 2
        worst = max(worst, (middle - chord).max().item())
    return worst


@every_row_case
def test_convexity_is_as_declared(loss, task, k, y):
    worst = midpoint_gaps(loss, task, k, y)
    if loss.is_convex:
        assert worst <= 1e-9
        return
    declared = [one for one in type(loss).examples() if one.supports(task)]
    found = max(midpoint_gaps(one, task, k, y) for one in declared if not one.is_convex)
    assert found > 1e-9


@pytest.mark.parametrize(
    "loss", [one for one in EXAMPLES if one.is_convex and not one.is_smooth], ids=repr
)
def test_smooth_neighbours_close_in_on_a_loss_with_a_kink(loss):
    for task, k, y in cases(loss):
        raw = draw(loss, task, k)
        exact = loss.pointwise(raw, y)
        gaps = [
            (loss.smoothed(width).pointwise(raw, y) - exact).abs().max().item()
            for width in (0.1, 0.01, 0.001)
        ]
        assert gaps[0] < 0.3 and gaps[2] < 0.003


PERFECT = [case for case in ROWWISE if case.values[1] == "regression"]


@pytest.mark.parametrize(("loss", "task", "k", "y"), PERFECT)
def test_a_perfect_prediction_is_the_minimum(loss, task, k, y):
    if "perfect prediction" in loss.exceptions:
        pytest.skip(f"declared: {loss.exceptions['perfect prediction']}; shown below")
    raw = draw(loss, task, k)
    k_outputs = y.shape[1] if y.ndim == 2 else 1
    exact = y.reshape(N_ROWS, -1)
    exact = torch.log(exact) if loss.link.name in ("log", "softmax") else exact
    exact = torch.log1p(y.reshape(N_ROWS, -1)) if loss.link.name == "log1p" else exact
    best = raw.clone()
    best[:, :k_outputs] = exact
    at_best = loss.pointwise(best, y)
    for seed in range(20):
        other = best.clone()
        other[:, :k_outputs] += 0.5 * draw(loss, task, k, seed)[:, :k_outputs]
        assert (loss.pointwise(other, y) >= at_best - 1e-9).all()


CLASSIFYING = [
    c for c in ROWWISE if c.values[1] in ("binary", "multiclass", "multilabel")
]


@pytest.mark.parametrize(("loss", "task", "k", "y"), CLASSIFYING)
def test_certainty_of_the_true_label_beats_certainty_of_another(loss, task, k, y):
    width = outputs(loss, task, k)
    if task == "multiclass":
        right = 5 * torch.nn.functional.one_hot(y, width).double()
        wrong = right.roll(1, dims=1)
    else:
        right = 5 * (2 * y.reshape(N_ROWS, -1).double() - 1)
        wrong = -right
    right_value, wrong_value = loss.pointwise(right, y), loss.pointwise(wrong, y)
    assert (right_value < wrong_value).all()


@every_loss
def test_declared_exceptions_are_true(cls):
    loss = cls()
    assert set(loss.exceptions) <= LAWS
    assert all(len(reason) > 10 for reason in loss.exceptions.values())
    for law in loss.exceptions:
        SHOWN[law](loss)


def show_no_minimum_at_a_perfect_prediction(loss):
    """Scores at the truth can be bettered, or bettered without end."""
    task, _, y = next(iter(cases(loss)))
    if task == "regression":
        raw = torch.zeros(N_ROWS, loss.n_outputs(1), dtype=torch.float64)
        raw[:, 0] = y
        values = []
        for log_scale in (0.0, -5.0, -10.0):
            raw[:, 1:] = log_scale
            values.append(loss.pointwise(raw, y).mean().item())
        assert values[0] > values[1] > values[2]
        return
    sure = [
        loss.pointwise(size * (2 * y[:, None].double() - 1), y).mean().item()
        for size in (1.0, 2.0, 3.0, 4.0, 10.0, 100.0)
    ]
    assert min(sure) < sure[-1]


def show_surrogate_gradient(loss):
    raw = torch.tensor([[0.0, 1.0]], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([2.0], dtype=torch.float64)
    (gradient,) = torch.autograd.grad(loss(raw, y), raw)
    shift = torch.tensor([[0.0, 1e-5]], dtype=torch.float64)
    slope = (loss(raw + shift, y) - loss(raw - shift, y)) / 2e-5
    assert abs(gradient[0, 1] - slope) > 0.01


SHOWN = {
    "perfect prediction": show_no_minimum_at_a_perfect_prediction,
    "gradient": show_surrogate_gradient,
}


@pytest.mark.parametrize("loss", EXAMPLES, ids=repr)
def test_clone_pickle_and_repr_round_trip(loss):
    for copy in (clone(loss), pickle.loads(pickle.dumps(loss))):
        assert copy.get_params() == loss.get_params()
        assert repr(copy) == repr(loss)
    names = {cls.__name__: cls for cls in CLASSES}
    assert repr(eval(repr(loss), names | {"inf": np.inf})) == repr(loss)


@every_loss
def test_says_what_it_is(cls):
    first = cls.__doc__.strip().splitlines()[0]
    assert len(first) <= 80 and first.endswith((".", ")"))
    assert "Examples\n" in cls.__doc__ and ">>>" in cls.__doc__
    assert cls.formula.count("{") == cls.formula.count("}") > -1 and cls.formula
    assert cls.formula.count(r"\left") == cls.formula.count(r"\right")
    assert re.search(r"\(\d{4}\)", cls.reference)
    assert cls.functional and cls.tasks
    assert re.fullmatch(r"[a-z0-9_]+", cls.name)
    assert all(REGISTRY[alias] is cls for alias in cls.aliases)


def test_embedding_losses_have_a_slope_of_zero_and_not_nan_at_distance_zero():
    same = torch.ones(4, 3, requires_grad=True)
    for name in list_losses("embedding"):
        value = REGISTRY[name]()(same, torch.tensor([0, 0, 1, 1]))
        (gradient,) = torch.autograd.grad(value, same)
        assert torch.isfinite(gradient).all()


def test_info_nce_pulls_on_a_hard_positive_at_the_lowest_temperature():
    S = torch.full((4, 4), 1.0)
    S.fill_diagonal_(-1.0)
    S.requires_grad_()
    value = REGISTRY["info_nce"](temperature=0.01).from_similarity(S)
    (gradient,) = torch.autograd.grad(value, S)
    assert value.item() == pytest.approx(200 + np.log(3), rel=1e-5)
    assert gradient.diagonal().abs().min() > 1


def test_a_saturated_wrong_label_still_pulls():
    for name in ("cross_entropy", "focal", "poly1", "label_smoothing"):
        raw = torch.tensor([[-1e4], [1e4]], requires_grad=True)
        value = REGISTRY[name]()(raw, torch.tensor([1, 0]))
        (gradient,) = torch.autograd.grad(value, raw)
        assert gradient.abs().min() > 0.1
