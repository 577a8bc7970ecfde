"""The hub: what Townline holds and the rules about it."""
