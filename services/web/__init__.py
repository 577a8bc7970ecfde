"""The web application: the OGC API under /ogc, downloads under /files, the catalog's pages, /health.

app      the application
server   the production server
"""
