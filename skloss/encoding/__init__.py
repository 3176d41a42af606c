"""From a table of numbers to the inputs of a network, learned from training rows."""

from skloss.encoding.batches import grouped_order
from skloss.encoding.columns import Encoding
from skloss.encoding.rows import EncodedRows, Inputs, rows_tensor

__all__ = ["EncodedRows", "Encoding", "Inputs", "grouped_order", "rows_tensor"]
