"""SKL301 names the losses that were stopped."""

from types import SimpleNamespace

from skloss.diagnostics import CHECKS


def test_each_stopped_loss_is_a_finding():
    found = CHECKS["SKL301"]().find(SimpleNamespace(stopped=("huber", "focal")))
    assert [finding.loss for finding in found] == ["huber", "focal"]


def test_a_finished_comparison_has_no_finding():
    assert CHECKS["SKL301"]().find(SimpleNamespace(stopped=())) == []
