"""A fitted model as a skops file, which holds no code, and the lines that load it."""

from dataclasses import dataclass

__all__ = ["ModelFile", "write_model"]


@dataclass(frozen=True)
class ModelFile:
    """A fitted model for a file.

    Attributes
    ----------
    content : bytes
        What a ``.skops`` file holds: arrays and names of types, and no code.
    types : tuple of str
        Types that are in it in addition to those that skops trusts by itself.

    Examples
    --------
    >>> from skloss.comparison import ModelFile
    >>> ModelFile(b"", ("skloss.networks.Linear",)).types
    ('skloss.networks.Linear',)
    """

    content: bytes
    types: tuple[str, ...]

    def script(self, name="model.skops"):
        """Write the Python code that loads the model.

        Parameters
        ----------
        name : str, default "model.skops"
            Name of the file.

        Returns
        -------
        str

        Examples
        --------
        >>> from skloss.comparison import ModelFile
        >>> print(ModelFile(b"", ("skloss.losses.likelihood.GaussianNLL",)).script())
        import skops.io
        <BLANKLINE>
        # The types that this file was written with: a changed file may hold others,
        # which are then refused.
        trusted = [
            "skloss.losses.likelihood.GaussianNLL",
        ]
        model = skops.io.load("model.skops", trusted=trusted)
        """
        lines = [
            "import skops.io",
            "",
            "# The types that this file was written with: a changed file may hold "
            "others,",
            "# which are then refused.",
            "trusted = [",
            *(f'    "{one}",' for one in self.types),
            "]",
            f'model = skops.io.load("{name}", trusted=trusted)',
        ]
        return "\n".join(lines)


def write_model(model):
    """Return a fitted model as the content of a skops file.

    Parameters
    ----------
    model : estimator or Pipeline

    Returns
    -------
    ModelFile

    Raises
    ------
    ImportError
        If skops is not installed.
    ValueError
        If the model holds a function or an object that a file without code cannot.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import TorchRegressor
    >>> from skloss.comparison import write_model
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = TorchRegressor("huber", hidden_layer_sizes=()).fit(X, y)
    >>> len(write_model(model).content) > 1000  # doctest: +SKIP
    True
    """
    try:
        import skops.io
    except ImportError as error:
        raise ImportError(
            "A model file requires skops; install skloss[app] or skops."
        ) from error
    try:
        content = skops.io.dumps(model)
        types = skops.io.get_untrusted_types(data=content)
    except Exception as error:  # skops raises several kinds of errors
        raise ValueError(
            f"This model cannot be written without code, as it holds an object that "
            f"skops does not support: {error}"
        ) from error
    local = [one for one in types if "<" in one]  # such as a lambda function
    if local:
        raise ValueError(
            f"This model cannot be written without code, as it holds {local[0]}; "
            "define the function in a module."
        )
    return ModelFile(content, tuple(types))
