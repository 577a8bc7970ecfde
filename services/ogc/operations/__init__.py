"""The operations of the OpenAPI document, made from what each resource takes and gives.

parts        pieces that all operations share: parameters, answers, problems
parameters   the parameters of a resource, from the very table that requests are checked against
schemas      what answers look like
service      landing page, conformance, collections
features     items, queryables, sortables and schema of a layer or table
coverages    windows of a raster
"""
