"""Maps of indicators: pages that work without a network, and pictures.

content     read_content(store, state, places, indicators, manifest, layers) → MapContent, the way from layers to maps
page        DisparityMap (a folium map), page(content) in one file, parts(content) for a server
figure      save_figure(content, view, path): PNG, SVG or PDF
building    write_map, write_parts, chosen_map: files of one map
views       View, opening_view: which indicator, group, period, places and measure
model       Level, Block, Topic, MapContent
errors      UnknownChoice, NothingToShow
"""
