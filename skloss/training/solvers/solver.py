"""What a solver states about itself, and how one model after another is solved."""

from skloss.training.outcomes import Outcome

__all__ = ["Solver"]


class Solver:
    """Base of the solvers: a subclass and its line in ``SOLVERS`` are a new solver.

    A solver of single models overrides `solve_one`; one of stacks overrides `solve`.

    Attributes
    ----------
    name : str
        Value of the parameter ``solver``.
    needs_curvature : bool
        Whether it requires a linear model, and a loss that is convex, has curvature or
        has kinks that can be rounded off.
    precision : torch.dtype or None
        Precision to compute in; None leaves it to the number of rows.
    reads_in_order : bool
        Whether it reads the rows block by block in their order, so that encoding them
        block by block is faster than keeping them encoded.
    uses_batches : bool
        Whether it takes steps on batches of rows, with moments that a later fit
        continues from.
    can_stop_early : bool
        Whether it can stop on the loss of held-out rows.
    most_refit_steps : int
        Steps from the weights of all rows to those of most of them.
    advice : str
        What helps if it does not converge.
    """

    name = ""
    needs_curvature = False
    precision = None
    reads_in_order = False
    uses_batches = False
    can_stop_early = False
    # Flat directions, such as the degrees of freedom of Gaussian noise, would take
    # hundreds of second-order steps and change no spread.
    most_refit_steps = 30
    advice = ""

    @classmethod
    def solve(cls, specs, report, stop, n_threads=1):
        """Train models of one shape, by default one after another.

        Parameters
        ----------
        specs : list of FitSpec
            Specs of equal ``shape``; equal losses stand next to each other.
        report : callable ``(fraction, epoch, rows) -> bool``
            Called after each epoch or step, and at least every half second; True stops.
        stop : threading.Event
            Set before the call if the models are to keep their initial weights.
        n_threads : int
            Threads that may work on one model.

        Returns
        -------
        list of FitResult
        """
        fits = []
        for number, spec in enumerate(specs):

            def report_share(fraction, epoch, rows, number=number):
                return report((number + fraction) / len(specs), epoch, rows)

            fits.append(cls.solve_one(spec, report_share, stop.is_set(), n_threads))
            if len(specs) > 1:
                fits[-1].raw = None  # results of many models would fill the memory
            if fits[-1].outcome is Outcome.INTERRUPTED:
                stop.set()
            report_share(1.0, len(fits[-1].history), [])
        return fits

    @classmethod
    def solve_one(cls, spec, report, stopped=False, n_threads=1):
        """Train one model.

        Parameters
        ----------
        spec : FitSpec
        report : callable ``(fraction, epoch, rows) -> bool``
        stopped : bool
            Whether to leave the model at its initial weights.
        n_threads : int

        Returns
        -------
        FitResult
        """
        raise NotImplementedError
