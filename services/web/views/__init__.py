"""Pages of the site as HTML: each function makes one page from the shelf, for any kind of links.

home      what is here, newest, late
catalog   search with facets and a map of extents
layer     all that is said of one layer
gallery   the maps
methods   how numbers are made, and the code lists
story     data stories
"""
