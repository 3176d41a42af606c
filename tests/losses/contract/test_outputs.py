"""Outputs: how many, under which link, and what they state."""

import numpy as np
import pytest
import torch
from scipy import special, stats

from skloss.losses import get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY
from skloss.tasks import TASKS, as_task

RAW = torch.randn(5, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("task", ["binary", "multilabel"])
@pytest.mark.parametrize("name", ["cross_entropy", "squared_error"])
def test_labels_have_one_sigmoid_each_whatever_the_loss(name, task):
    loss = get_loss(name)
    assert loss.link_for(task).name == "logit"
    found = loss.probabilities(RAW, task)
    np.testing.assert_allclose(found, special.expit(RAW.numpy()))


def test_classes_have_a_softmax():
    found = get_loss("cross_entropy").probabilities(RAW, "multiclass")
    np.testing.assert_allclose(found, special.softmax(RAW.numpy(), axis=1))


@pytest.mark.parametrize("task", ["regression", "embedding", "pairs", "ordinal"])
def test_other_tasks_leave_the_link_to_the_loss(task):
    assert get_loss("poisson").link_for(task).name == "log"
    assert get_loss("poisson").link_for(as_task(task)).name == "log"


def test_an_unknown_task_raises_and_names_the_tasks():
    with pytest.raises(ValueError, match="'ranking' is not a task") as caught:
        get_loss("poisson").link_for("ranking")
    assert all(task in str(caught.value) for task in TASKS)


OUTPUTS = [
    ("squared_error", {}, 1),
    ("poisson", {}, 1),
    ("gaussian_nll", {}, 2),
    ("laplace_crps", {}, 2),
    ("negative_binomial", {}, 2),
    ("student_t_nll", {}, 3),
    ("multi_quantile", {"quantiles": (0.1, 0.2, 0.5, 0.9)}, 4),
]


@pytest.mark.parametrize(("name", "params", "per_target"), OUTPUTS)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_outputs_are_counted_per_target(name, params, per_target, k):
    assert get_loss(name, **params).n_outputs(k) == per_target * k


@pytest.mark.parametrize("name", list_losses("classification"))
def test_losses_on_classes_have_one_output_per_class(name):
    assert [REGISTRY[name]().n_outputs(k) for k in (1, 3)] == [1, 3]


@pytest.mark.parametrize(
    ("name", "k", "columns"),
    [
        ("squared_error", 3, []),
        ("gaussian_nll", 1, [1]),
        ("gaussian_nll", 3, [3, 4, 5]),
        ("student_t_nll", 2, [2, 3]),
        ("negative_binomial", 1, [1]),
        ("multi_quantile", 1, []),
        ("cross_entropy", 3, []),
    ],
)
def test_log_scales_follow_the_locations_of_all_targets(name, k, columns):
    assert get_loss(name).log_scale_outputs(k) == columns


@pytest.mark.parametrize("name", list_losses("regression"))
def test_predictions_have_one_column_per_target(name):
    loss = REGISTRY[name]()
    raw = torch.zeros(4, loss.n_outputs(2))
    assert loss.predict(raw).shape == (4, 2)


STATED = [
    ("gaussian_nll", [1.0, np.log(4.0)], {"loc": 1.0, "scale": 2.0}),
    ("beta_nll", [1.0, np.log(4.0)], {"loc": 1.0, "scale": 2.0}),
    ("gaussian_crps", [1.0, np.log(4.0)], {"loc": 1.0, "scale": 4.0}),
    ("laplace_nll", [1.0, np.log(4.0)], {"loc": 1.0, "scale": 4.0}),
    ("laplace_crps", [1.0, np.log(4.0)], {"loc": 1.0, "scale": 4.0}),
    ("student_t_nll", [1.0, np.log(4.0), 0.0],
     {"loc": 1.0, "scale": 4.0, "df": 2 + np.log(2.0)}),
    ("poisson", [np.log(3.0)], {"loc": 3.0}),
    ("gamma", [np.log(3.0)], {"loc": 3.0}),
    ("negative_binomial", [np.log(3.0), np.log(0.5)],
     {"loc": 3.0, "dispersion": 0.5}),
    ("squared_error", [1.5], {"loc": 1.5}),
    ("quantile", [1.5], {"loc": 1.5, "quantile": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "raw", "wanted"), STATED)
def test_outputs_state_the_parameters_of_the_noise(name, raw, wanted):
    found = get_loss(name).noise_parameters(torch.tensor([raw], dtype=torch.float64))
    assert found.keys() == wanted.keys()
    values = {key: float(value) for key, value in found.items()}
    assert values == pytest.approx(wanted)


DENSITIES = [
    ("gaussian_nll", lambda p: stats.norm(p["loc"], p["scale"])),
    ("laplace_nll", lambda p: stats.laplace(p["loc"], p["scale"])),
    ("student_t_nll", lambda p: stats.t(p["df"], p["loc"], p["scale"])),
]


@pytest.mark.parametrize(("name", "frozen"), DENSITIES)
def test_the_stated_density_is_the_one_whose_likelihood_the_loss_is(name, frozen):
    loss = get_loss(name, constant=True)
    raw = RAW[:, : loss.n_outputs(1)]
    y = torch.linspace(-2, 2, 5, dtype=torch.float64)
    density = frozen({k: v.numpy() for k, v in loss.noise_parameters(raw).items()})
    nll = -np.diagonal(density.logpdf(y.numpy()))
    np.testing.assert_allclose(loss.pointwise(raw, y), nll, rtol=1e-9)


@pytest.mark.parametrize("name", list_losses("regression"))
def test_only_multi_quantile_states_quantiles(name):
    loss = REGISTRY[name]()
    stated = loss.stated_quantiles(torch.zeros(2, loss.n_outputs(3)))
    assert (stated is not None) == (name == "multi_quantile")


@pytest.mark.parametrize("name", ["squared_error", "cross_entropy", "gaussian_nll"])
def test_most_losses_start_from_zeros(name):
    assert get_loss(name).intercept(np.array([0.0, 1.0])) is None


def test_several_targets_are_split_into_blocks():
    raw = torch.arange(6.0)[None]
    blocks = get_loss("student_t_nll").blocks(raw)
    assert [block.tolist() for block in blocks] == [[[0, 1]], [[2, 3]], [[4, 5]]]
    split = get_loss("student_t_nll").split(raw, torch.zeros(1, 2))
    assert [part.tolist() for part in split] == [[[0, 1]], [[2, 3]], [[4, 5]]]


@pytest.mark.parametrize(
    ("raw", "y", "message"),
    [((4, 3), (4,), "2 outputs for 1 target"), ((4, 2), (4, 2), "4 outputs for 2")],
)
def test_a_wrong_number_of_outputs_raises_and_is_counted(raw, y, message):
    with pytest.raises(ValueError, match=message):
        get_loss("gaussian_nll")(torch.zeros(raw), torch.zeros(y))


def test_the_sum_over_targets_is_that_of_each_target():
    loss, y = get_loss("absolute_error"), torch.tensor([[1.0, -2.0, 3.0]])
    assert loss.pointwise(torch.zeros(1, 3), y).tolist() == [6.0]
