"""What was made of the versions of layers, kept in memory as long as they are of use."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Concatenate

VERSIONS = 2  # of one layer: the current one, and the one that readers under way hold on to
LAYERS = 512

type OfVersion[**P, T] = Callable[Concatenate[Path, str, P], T]


def kept_by_layer[**P, T](make: OfVersion[P, T]) -> OfVersion[P, T]:
    """The function with its results kept: of each layer those for the versions asked for last.

    Its first arguments are the store's root and the layer, the next ones say which version. A plain
    `lru_cache` would fill with versions that nobody asks for any more, and memory would grow with every
    publication until it is full.
    """
    layers: OrderedDict[tuple[Path, str], OrderedDict[Hashable, T]] = OrderedDict()
    lock = threading.Lock()

    @wraps(make)
    def kept(root: Path, layer: str, /, *version: P.args, **named: P.kwargs) -> T:
        asked = (version, tuple(sorted(named.items())))
        with lock:
            known = layers.setdefault((root, layer), OrderedDict())
            layers.move_to_end((root, layer))
            if asked in known:
                known.move_to_end(asked)
                return known[asked]
        made = make(root, layer, *version, **named)
        with lock:
            known[asked] = made
            while len(known) > VERSIONS:
                known.popitem(last=False)
            while len(layers) > LAYERS:
                layers.popitem(last=False)
        return made

    return kept
