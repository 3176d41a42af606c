"""A task is a string with properties, and one object wherever it travels."""

import copy
import pickle

import pytest

from skloss import get_loss, list_losses
from skloss.tasks import TASKS, Task, as_task

COMPARED = [task for task in TASKS if task.is_compared]


def test_the_tasks_are_those_that_a_loss_can_state():
    assert list(TASKS) == [
        "regression",
        "binary",
        "multiclass",
        "multilabel",
        "ordinal",
        "embedding",
        "pairs",
    ]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_found_by_its_name(task):
    assert as_task(str(task)) is task
    assert as_task(task) is task


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_the_same_object(task, protocol):
    assert pickle.loads(pickle.dumps(task, protocol)) is task


@pytest.mark.parametrize("task", TASKS)
def test_copies_are_the_same_object(task):
    assert copy.copy(task) is task
    assert copy.deepcopy(task) is task
    assert copy.deepcopy({"task": [task]})["task"][0] is task


@pytest.mark.parametrize("task", TASKS)
def test_a_task_equals_its_name_in_every_use_of_a_string(task):
    name = str(task)
    assert task == name
    assert type(name) is str
    assert hash(task) == hash(name)
    assert {name: 1}[task] == 1
    assert f"{task}" == name
    assert task in ("regression", name)
    assert task != name.upper()


def test_tasks_differ():
    assert len(set(TASKS)) == len({task.label for task in TASKS}) == len(TASKS)


def test_an_unknown_task_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="task='ranking' is not a task") as error:
        as_task("ranking")
    assert str(error.value).endswith("embedding, pairs.")


KINDS = {
    "regression": "numbers",
    "binary": "classes",
    "multiclass": "classes",
    "multilabel": "labels",
    "ordinal": "classes",
    "embedding": "embeddings",
    "pairs": "embeddings",
}


@pytest.mark.parametrize("task", TASKS)
def test_properties_follow_from_the_kind_of_prediction(task):
    kind = KINDS[task]
    assert task.kind == kind
    assert task.has_numbers is (kind == "numbers")
    assert task.has_classes is (kind == "classes")
    assert task.has_probabilities is (kind in ("classes", "labels"))
    assert task.has_embeddings is (kind == "embeddings")


def test_folds_are_stratified_where_each_row_has_one_class():
    classes = {task for task in TASKS if task.has_classes}
    assert {task for task in TASKS if task.is_stratified} == classes | {"embedding"}


def test_only_pairs_have_a_second_view():
    assert [task for task in TASKS if task.has_views] == ["pairs"]


@pytest.mark.parametrize(
    ("task", "link"),
    [("binary", "logit"), ("multiclass", "softmax"), ("multilabel", "logit")],
)
def test_probabilities_come_from_the_link(task, link):
    assert as_task(task).link == link


def test_all_tasks_but_ordinal_are_compared():
    proposed = ["regression", "binary", "multiclass", "multilabel"]
    assert COMPARED == [*proposed, "embedding", "pairs"]


@pytest.mark.parametrize("task", COMPARED)
def test_default_losses_support_their_task(task):
    assert set(task.default_losses) <= set(list_losses(task))
    assert all(task in get_loss(name).tasks for name in task.default_losses)


@pytest.mark.parametrize("task", COMPARED)
def test_default_losses_are_canonical_names_without_repetition(task):
    names = [get_loss(name).name for name in task.default_losses]
    assert names == list(task.default_losses)
    assert len(set(names)) == len(names) >= 2


def test_every_loss_states_known_tasks():
    stated = {task for name in list_losses() for task in get_loss(name).tasks}
    assert stated <= set(TASKS)


def test_properties_of_a_task_have_defaults():
    task = Task("counting", label="predict a count", kind="numbers")
    assert task == "counting"
    assert (task.link, task.is_stratified, task.default_losses) == (
        "identity",
        False,
        (),
    )
    assert task.has_numbers
    assert not task.is_compared


def test_the_article_of_a_task_follows_from_its_first_letter():
    names = [task.with_article for task in TASKS]
    assert names[:4] == ["a regression", "a binary", "a multiclass", "a multilabel"]
    assert names[4:] == ["an ordinal", "an embedding", "a pairs"]


def test_one_task_has_two_classes():
    assert [str(task) for task in TASKS if task.has_two_classes] == ["binary"]
