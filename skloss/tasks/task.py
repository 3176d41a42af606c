"""One record per prediction task, with everything that depends on the task."""

from typing import Any

__all__ = ["TASKS", "Task", "as_task"]


class Task(str):
    """A prediction task: its name, with the properties that follow from it.

    A `Task` is a string, so that ``task == "regression"`` holds for users. Code of
    the package reads the attributes instead of comparing names.

    Parameters
    ----------
    name : str
        Such as "regression".
    label : str
        What the task predicts, in a few words.
    kind : {"numbers", "classes", "labels", "embeddings"}
        Shape of a prediction: numbers, one class per row, an indicator of several
        labels per row, or a vector per row.
    link : {"identity", "logit", "softmax"}
        From raw scores to predictions or probabilities. It is "identity" for tasks on
        numbers, whose link is that of the loss.
    is_stratified : bool
        Whether folds and validation rows keep the shares of the classes.
    default_losses : tuple of str
        Losses that are compared unless others are named; empty for tasks that
        `compare_losses` does not offer.
    has_views : bool
        Whether the target is a second view of the rows.
    is_ordered : bool
        Whether the classes have an order.
    baselines : tuple of str
        Models that a comparison of the task shows next to the losses, the constant
        first.

    Examples
    --------
    >>> from skloss.tasks import as_task
    >>> as_task("binary").kind
    'classes'
    >>> as_task("binary") == "binary"
    True
    """

    label: str
    kind: str
    link: str
    is_stratified: bool
    default_losses: tuple[str, ...]
    has_views: bool
    is_ordered: bool
    baselines: tuple[str, ...]

    def __new__(
        cls,
        name: str,
        *,
        label: str,
        kind: str,
        link: str = "identity",
        is_stratified: bool = False,
        default_losses: tuple[str, ...] = (),
        has_views: bool = False,
        is_ordered: bool = False,
        baselines: tuple[str, ...] = ("constant", "linear_model", "gradient_boosting"),
    ) -> "Task":
        task = super().__new__(cls, name)
        task.label, task.kind, task.link = label, kind, link
        task.is_stratified, task.default_losses = is_stratified, default_losses
        task.has_views, task.is_ordered = has_views, is_ordered
        task.baselines = baselines
        return task

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles are the record itself, found by name.
        return as_task, (str(self),)

    @property
    def with_article(self) -> str:
        """Name with its indefinite article, for sentences."""
        return f"{'an' if self[:1] in 'aeiou' else 'a'} {self}"

    @property
    def has_numbers(self) -> bool:
        """Whether targets and predictions are numbers with a unit."""
        return self.kind == "numbers"

    @property
    def has_classes(self) -> bool:
        """Whether each row belongs to one class."""
        return self.kind == "classes"

    @property
    def has_two_classes(self) -> bool:
        """Whether one logit separates the two classes of the task."""
        return self.has_classes and self.link == "logit"

    @property
    def has_probabilities(self) -> bool:
        """Whether predictions come with probabilities of classes or labels."""
        return self.kind in ("classes", "labels")

    @property
    def has_embeddings(self) -> bool:
        """Whether a prediction is a vector, compared with those of other rows."""
        return self.kind == "embeddings"

    @property
    def is_compared(self) -> bool:
        """Whether `compare_losses` accepts the task."""
        return bool(self.default_losses)


#: Every task that a loss can state. `propose_task` proposes the first four.
TASKS = (
    Task(
        "regression",
        label="predict a number",
        kind="numbers",
        default_losses=("squared_error", "absolute_error", "huber", "gaussian_nll"),
    ),
    Task(
        "binary",
        label="predict one of two classes",
        kind="classes",
        link="logit",
        is_stratified=True,
        default_losses=("cross_entropy", "focal"),
    ),
    Task(
        "multiclass",
        label="predict one of several classes",
        kind="classes",
        link="softmax",
        is_stratified=True,
        default_losses=("cross_entropy", "focal"),
    ),
    Task(
        "multilabel",
        label="predict which of several labels apply",
        kind="labels",
        link="logit",
        default_losses=("binary_cross_entropy", "focal"),
    ),
    Task(
        "ordinal",
        label="predict one of several ordered classes",
        is_ordered=True,
        kind="classes",
        is_stratified=True,
    ),
    Task(
        "embedding",
        label="place rows of one class together",
        kind="embeddings",
        is_stratified=True,
        default_losses=(
            "contrastive",
            "info_nce",
            "multi_similarity",
            "sup_con",
            "triplet",
        ),
        baselines=("constant", "raw_features", "pca", "lda", "nca"),
    ),
    Task(
        "pairs",
        label="match two views of the same rows",
        kind="embeddings",
        default_losses=("info_nce", "siglip", "symmetric_cross_entropy"),
        has_views=True,
        baselines=("constant", "cca"),
    ),
)

_BY_NAME = {str(task): task for task in TASKS}


def as_task(name: str) -> Task:
    """Return the record of a task.

    Parameters
    ----------
    name : str or Task
        Name of the task, such as "binary".

    Returns
    -------
    Task
        One of `TASKS`.

    Raises
    ------
    ValueError
        If there is no such task.

    Examples
    --------
    >>> from skloss.tasks import as_task
    >>> as_task("regression").label
    'predict a number'
    """
    if name not in _BY_NAME:
        raise ValueError(
            f"task={name!r} is not a task; choose one of {', '.join(_BY_NAME)}."
        )
    return _BY_NAME[name]
