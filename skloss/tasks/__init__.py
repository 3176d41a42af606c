"""The tasks that a target may pose, and which of them a given target poses."""

from skloss.tasks.proposal import TaskProposal, propose_task, refuse_missing
from skloss.tasks.task import TASKS, Task, as_task

__all__ = [
    "TASKS",
    "Task",
    "TaskProposal",
    "as_task",
    "propose_task",
    "refuse_missing",
]
