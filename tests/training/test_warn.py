"""A warning names the line of the caller, however deep in the package it arises."""

import warnings

from skloss.training import warn_caller


def test_the_warning_points_at_the_first_line_outside_the_package():
    inside = {"__name__": "skloss.some.module", "warn": warn_caller}
    exec("def deep():\n    warn('too few', UserWarning)", inside)
    exec("def shallow():\n    deep()", inside)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        inside["shallow"]()
    (warning,) = caught
    assert warning.filename == __file__
    assert (str(warning.message), warning.category) == ("too few", UserWarning)


def test_a_module_whose_name_only_begins_alike_is_outside():
    outside = {"__name__": "sklossy", "warn": warn_caller}
    exec(
        compile("def call():\n    warn('here', UserWarning)", "other", "exec"), outside
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outside["call"]()
    assert caught[0].filename == "other"
