"""Makes layers: sources, normalisation, checks, publication, indicators and derivation."""
