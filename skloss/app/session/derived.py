"""What is made of a comparison once and then kept for the session."""

from collections.abc import Callable
from typing import Any

from skloss.app.session import state
from skloss.app.session.jobs import Job

# Comparisons whose figures are kept: as many as results (`state.RESULTS_AT_MOST`).
_KEPT_AT_MOST = 6
# Figures and tables of one comparison: those of all losses on a page, and some more.
_OF_ONE_AT_MOST = 60


def remembered(comparison: Any, key: str, make: Callable[[], Any]) -> Any:
    """Return what was made of a comparison under a key, made when first needed.

    Parameters
    ----------
    comparison : Comparison
    key : str
        Equal keys of one comparison stand for equal values.
    make : callable
        Called without arguments.

    Returns
    -------
    object
    """
    kept = state.cache("derived")
    # The comparison is kept too: while it lives, no other object has its id.
    _, made = kept.pop(id(comparison), (None, {}))
    kept[id(comparison)] = (comparison, made)  # the last in the order of use
    if key not in made:
        made[key] = make()
        for oldest in list(made)[:-_OF_ONE_AT_MOST]:
            del made[oldest]
    for oldest in list(kept)[:-_KEPT_AT_MOST]:
        del kept[oldest]
    return made[key]


def once(
    comparison: Any, function: Callable[..., Any], *args: Any, **options: Any
) -> Any:
    """Return what a function makes of a comparison, called once for equal arguments.

    Parameters
    ----------
    comparison : Comparison
        The first argument.
    function : callable
        A function of a module, such as one that draws a figure.
    *args, **options
        Further arguments; equal ones have the same repr.

    Returns
    -------
    object
    """
    key = f"{function.__module__}.{function.__qualname__}{args!r}{options!r}"
    return remembered(comparison, key, lambda: function(comparison, *args, **options))


def job(comparison: Any, key: str) -> Job | None:
    """Return the job that makes something of a comparison, or None if none was started.

    Parameters
    ----------
    comparison : Comparison
    key : str

    Returns
    -------
    Job or None
    """
    return state.cache("jobs").get((id(comparison), key), (None, None))[1]


def running(comparison: Any) -> dict[str, Job]:
    """Return the running jobs of a comparison that `start` started, by their keys.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    dict of str to Job
    """
    return {
        key: job
        for (made_of, key), (_, job) in state.cache("jobs").items()
        if made_of == id(comparison) and not job.finished
    }


def start(comparison: Any, key: str, job: Job) -> None:
    """Start a job that makes something of a comparison; closing the page stops it.

    Parameters
    ----------
    comparison : Comparison
    key : str
    job : Job

    Raises
    ------
    QueueFullError
        If too many jobs are running or waiting on this server.
    """
    state.end_with_session(job.start())
    kept = state.cache("jobs")
    kept.pop((id(comparison), key), None)
    kept[id(comparison), key] = (comparison, job)
    for oldest in list(kept)[:-_KEPT_AT_MOST]:
        del kept[oldest]


def baselines_job(comparison: Any, begin: Callable[[Any], Job | None]) -> Job | None:
    """Return the job that computes a comparison's baselines, started when first needed.

    Parameters
    ----------
    comparison : Comparison
    begin : callable
        Starts the job and returns it, or returns None if it is not to be computed now.

    Returns
    -------
    Job or None
    """
    kept = state.cache("baselines")
    if id(comparison) not in kept:
        job = begin(comparison)
        if job is None:
            return None
        state.end_with_session(job)
        # The comparison is kept too: while it lives, no other object has its id.
        kept[id(comparison)] = (comparison, job)
        for oldest in list(kept)[: -state.RESULTS_AT_MOST]:
            del kept[oldest]
    return kept[id(comparison)][1]


def forget_baselines(comparison: Any) -> None:
    """Drop the job of a comparison's baselines, so that the next call starts one."""
    state.cache("baselines").pop(id(comparison), None)
