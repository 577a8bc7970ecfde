"""One module per family of formats; each opens a file as a `layers.sources.opened.OpenedPart`."""
