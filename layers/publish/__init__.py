"""Publication: the data file in its final order, and the serving index made from it."""

from layers.publish.data import Written, write_data
from layers.publish.index import build_serving_index

__all__ = ["Written", "build_serving_index", "write_data"]
