"""The list of pages, one record each, from which navigation and links follow."""

from dataclasses import dataclass

from skloss.app.session.proposals import COLUMN_TASKS, TARGET_TASKS


@dataclass(frozen=True)
class Page:
    """One page of the dashboard; the file is ``pages/<path>.py``.

    Attributes
    ----------
    path : str
        Name of the file without its ending, and last part of the URL.
    title : str
        Shown in the navigation and as the heading.
    icon : str
        A Material symbol, as Streamlit spells it.
    question : str
        The one question that the page answers.
    tasks : tuple of str
        Tasks that the page is for; empty if it is for every task.
    sample : str
        Name of the built-in sample that the page offers when it cannot be shown.
    needs_table : bool
        Whether the page shows nothing without a table; such pages lead to each other.
    one_target : bool
        Whether the page is for one column to predict.

    Examples
    --------
    >>> page = Page("losses", "Losses", ":material/function:", "What is a loss?")
    >>> page.file, page.supports("binary")
    ('pages/losses.py', True)
    """

    path: str
    title: str
    icon: str
    question: str
    tasks: tuple[str, ...] = ()
    sample: str = "diabetes"
    needs_table: bool = True
    one_target: bool = False

    @property
    def file(self) -> str:
        """Path of the script, from the folder of the router."""
        return f"pages/{self.path}.py"

    def supports(self, task: str) -> bool:
        """Return whether the page is for a task."""
        return not self.tasks or task in self.tasks


#: Every page, in the order of the navigation. A page that is for some tasks only
#: follows the pages that are for all; pages that need no table come last.
PAGES = (
    Page(
        "data",
        "Data",
        ":material/table_chart:",
        "What does the table hold, and which column is to be predicted?",
    ),
    Page(
        "compare",
        "Compare losses",
        ":material/compare_arrows:",
        "Which loss works best on this table?",
    ),
    Page(
        "residuals",
        "Residuals and noise model",
        ":material/bar_chart:",
        "Which noise model fits the residuals?",
        tasks=tuple(task for task in COLUMN_TASKS if task.has_numbers),
        sample="heavy_tailed",
    ),
    Page(
        "imbalance",
        "Imbalanced classes",
        ":material/balance:",
        "How well is the rare class found, and at which threshold?",
        tasks=tuple(task for task in TARGET_TASKS if task.has_probabilities),
        sample="rare_class",
    ),
    Page(
        "decide",
        "Decide",
        ":material/payments:",
        "What does an error cost, and which decision follows from that?",
        sample="deliveries",
        one_target=True,
    ),
    Page(
        "embeddings",
        "Embeddings",
        ":material/bubble_chart:",
        "Which rows does a learned embedding place close together?",
        sample="wine",
        one_target=True,
    ),
    Page(
        "export",
        "Export",
        ":material/download:",
        "What can be downloaded: predictions, the model, the report?",
    ),
    Page(
        "losses",
        "Losses",
        ":material/function:",
        "What does each loss reward, and which rows does it follow?",
        needs_table=False,
    ),
    Page(
        "theory",
        "Theory",
        ":material/school:",
        "Why do losses, noise models and gradients belong together?",
        needs_table=False,
    ),
)


def page_of(path: str) -> Page:
    """Return the page of a path, the first one if there is none.

    Parameters
    ----------
    path : str

    Returns
    -------
    Page

    Examples
    --------
    >>> page_of("theory").title, page_of("unknown").title
    ('Theory', 'Data')
    """
    return next((page for page in PAGES if page.path == path), PAGES[0])


def next_page(page: Page, task: str, several_targets: bool = False) -> Page | None:
    """Return the page to read after another one, or None after the last.

    Parameters
    ----------
    page : Page
    task : str
    several_targets : bool
        Whether several columns are predicted.

    Returns
    -------
    Page or None

    Examples
    --------
    >>> next_page(PAGES[1], "binary").title
    'Imbalanced classes'
    """
    following = PAGES[PAGES.index(page) + 1 :]
    leads_on = (
        page
        for page in following
        if page.needs_table
        and page.supports(task)
        and not (several_targets and page.one_target)
    )
    return next(leads_on, None)
