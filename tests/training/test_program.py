"""A program keeps the operations that its outputs need, or that change their inputs."""

import torch

from skloss.training.program import Program, Slot, slots

ATEN = torch.ops.aten


def test_operations_that_nothing_needs_are_dropped():
    x, unused, doubled, total = (Slot() for _ in range(4))
    program = Program(
        [x],
        [
            (ATEN.exp.default, [x], {}, unused),
            (ATEN.mul.Tensor, [x, 2], {}, doubled),
            (ATEN.add.Tensor, [doubled], {"other": x}, total),
        ],
        [total],
    )
    kept = [operation[0] for operation in program.operations]
    assert kept == [ATEN.mul.Tensor, ATEN.add.Tensor]


def test_changes_in_place_are_kept_with_what_they_read():
    x, y, memory, changed = (Slot() for _ in range(4))
    program = Program(
        [x, memory],
        [
            (ATEN.exp.default, [x], {}, y),
            (ATEN.add_.Tensor, [memory, y], {}, changed),
        ],
        [x],
    )
    assert len(program.operations) == 2


def test_slots_are_found_in_lists():
    first, second = Slot(), Slot()
    assert slots([first, [2.0, second], None]) == [first, second]
    assert slots("mean") == []
