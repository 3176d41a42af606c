"""From a table of numbers to the inputs of a network, learned from training rows."""

from skloss.encoding.columns import Encoding
from skloss.encoding.rows import EncodedRows, Inputs, rows_tensor

__all__ = ["EncodedRows", "Encoding", "Inputs", "rows_tensor"]
