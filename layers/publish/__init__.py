"""Publication: the data file in its final order, the serving index and the tiles made from it."""

from layers.publish.data import Written, write_data
from layers.publish.index import build_serving_index
from layers.publish.version import publish_version, rebuildable_files

__all__ = ["Written", "build_serving_index", "publish_version", "rebuildable_files", "write_data"]
