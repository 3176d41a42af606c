"""Cases: example data of a loss, the same each time, for each of its tasks."""

import numpy as np
import pytest
import torch

from skloss.check.case import all_cases, make_case
from skloss.losses import Custom, get_loss, list_losses
from skloss.tasks import as_task


@pytest.mark.parametrize("name", list_losses())
def test_a_case_can_be_evaluated(name):
    for case in all_cases(get_loss(name)):
        value = case.loss.pointwise(case.draw(), case.y)
        assert value.shape == (case.n_rows,)
        assert case.task == as_task(case.task)


def test_a_case_is_the_same_each_time():
    one, two = (make_case(get_loss("huber"), "regression") for _ in range(2))
    assert torch.equal(one.y, two.y)
    assert torch.equal(one.draw(), two.draw(0))
    assert not torch.equal(one.draw(), one.draw(1))


def test_raw_scores_are_drawn_each_time_so_that_a_loss_cannot_change_them():
    case = make_case(get_loss("huber"), "regression")
    case.draw().zero_()
    assert case.draw().abs().min() > 0


def test_raw_scores_and_numbers_are_in_double_precision():
    case = make_case(get_loss("gaussian_nll"), "regression")
    assert case.draw().dtype == case.y.dtype == torch.float64
    assert case.draw().shape == (24, 2)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("huber", ["Huber(), regression", "Huber(), regression, 2 targets"]),
        ("kl_divergence", ["KLDivergence(), regression"]),
        ("hinge", ["Hinge(), binary", "Hinge(), multiclass"]),
        ("info_nce", ["InfoNCE(), embedding", "InfoNCE(), pairs"]),
    ],
)
def test_every_task_is_a_case_and_numbers_also_with_two_targets(name, cases):
    assert [repr(case) for case in all_cases(get_loss(name))] == cases


def test_tasks_that_parameters_exclude_are_left_out():
    cases = all_cases(get_loss("focal", alpha=0.25))
    assert [str(case.task) for case in cases] == ["binary", "multilabel"]


def test_two_targets_are_two_draws():
    case = make_case(get_loss("huber"), "regression", 2)
    assert case.y.shape == (24, 2)
    assert (case.y[:, 0] != case.y[:, 1]).all()
    assert not case.is_one_number


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("squared_error", lambda y: y),
        ("poisson", np.log),
        ("squared_log_error", np.log1p),
        ("kl_divergence", np.log),
    ],
)
def test_an_exact_prediction_is_the_target(name, exact):
    case = make_case(get_loss(name), "regression")
    y = case.y.numpy().reshape(24, -1)
    np.testing.assert_allclose(case.exact(), exact(y))
    np.testing.assert_allclose(case.loss.predict(case.exact()), y)


def test_an_exact_prediction_leaves_other_outputs_random():
    case = make_case(get_loss("gaussian_nll"), "regression", 2)
    assert torch.equal(case.exact()[:, :2], case.y)
    assert torch.equal(case.exact()[:, 2:], case.draw()[:, 2:])


@pytest.mark.parametrize(
    ("f", "is_scalar"),
    [(lambda f, y: (f - y) ** 2, False), (lambda f, y: ((f - y) ** 2).mean(), True)],
)
def test_a_single_number_differs_from_values_of_rows(f, is_scalar):
    case = make_case(Custom(f), "regression")
    assert case.is_scalar is is_scalar
    assert case.has_row_values is not is_scalar


def test_rows_of_embeddings_are_not_separate():
    case = make_case(get_loss("triplet"), "embedding")
    assert not case.has_separate_rows
    assert not case.has_row_values
