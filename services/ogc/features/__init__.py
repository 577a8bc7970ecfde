"""Items of layers and tables, answered from the serving index (layout: `catalog.serving`)."""
