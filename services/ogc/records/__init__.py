"""The catalog as a collection of records (OGC API Records, part 1).

catalogue   the public records at one moment, searchable
provider    pygeoapi's record provider over it
collection  what pygeoapi is told of the collection
members     what its documents say more than pygeoapi does
parameters  which query parameters records know, and the query that they make
schemas     what records can be searched and sorted by, as JSON Schema
openapi     the operations on records, for the OpenAPI document
"""
