"""Prediction tasks, and the proposal of a task for a target."""

from skloss.tasks.proposal import TaskProposal, check_not_missing, propose_task
from skloss.tasks.task import TASKS, Task, as_task

__all__ = [
    "TASKS",
    "Task",
    "TaskProposal",
    "as_task",
    "check_not_missing",
    "propose_task",
]
