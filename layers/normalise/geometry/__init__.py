"""Geometries of a batch: read, placed, repaired and encoded."""

from layers.normalise.geometry.reading import GeometryReader, geometry_reader
from layers.normalise.geometry.stage import GeometryStage

__all__ = ["GeometryReader", "GeometryStage", "geometry_reader"]
