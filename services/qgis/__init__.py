"""Files for QGIS: a layer with its legend to drag into a map, and a project of the whole catalog.

renderers   symbols and classes as QGIS writes them
layers      one layer: where its data are, how it is drawn, what its columns are called
files       .qlr and .qgs
"""

from services.qgis.files import layer_definition, project

__all__ = ["layer_definition", "project"]
