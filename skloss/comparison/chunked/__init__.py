"""Comparisons of tables larger than memory, which are read chunk by chunk."""

from skloss.comparison.chunked.folds import ChunkFolds
from skloss.comparison.chunked.sample import draw_sample
from skloss.comparison.chunked.sources import is_chunked

__all__ = ["ChunkFolds", "draw_sample", "is_chunked"]
