"""Shows layers: OGC API, web application, maps and the command line."""
