"""The OGC API: pygeoapi with our own providers over the store.

collections  what pygeoapi is told of every public layer
features     items of layers and tables, from the serving index
coverages    windows of rasters, from the cloud-optimised GeoTIFF
parameters   which query parameters each resource knows, and what they may be
api          pygeoapi's API object for one moment of the store
patches      the few places where pygeoapi itself is changed
"""
