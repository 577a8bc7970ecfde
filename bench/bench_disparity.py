"""Time of all group measures for the tracts of a state: one call for all places beside one call per place.

python bench/bench_disparity.py
"""

import sys
import time

import numpy as np

from layers.measures.disparity import GroupData, Options, applicable, measure

TRACTS, GROUPS, INDICATORS = 884, 7, 10
LIMIT = 1.0
SAMPLE = 100


def made_up(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Numerators and denominators of shares, (tracts × indicators, groups)."""
    generator = np.random.default_rng(seed)
    people = generator.integers(50, 2000, (TRACTS * INDICATORS, GROUPS))
    return generator.binomial(people, generator.uniform(0.05, 0.4, people.shape)), people


def data(numerator: np.ndarray, denominator: np.ndarray) -> GroupData:
    """Ordered groups with a reference, so that every measure of groups applies."""
    return GroupData.from_counts(
        numerator, denominator, scale=100, high_is_good=False, order=range(GROUPS), reference=GROUPS - 1
    )


def main() -> int:
    """Print the times; the number of limits missed."""
    numerator, denominator = made_up()
    whole = data(numerator, denominator)
    names = applicable(whole)
    start = time.perf_counter()
    measure(names, whole, Options())
    together = time.perf_counter() - start
    start = time.perf_counter()
    for place in range(SAMPLE):
        measure(names, data(numerator[place], denominator[place]), Options())
    apart = (time.perf_counter() - start) / SAMPLE * len(numerator)
    print(f"{len(names)} measures with errors: {TRACTS} tracts × {GROUPS} groups × {INDICATORS} indicators")
    print(f"one call             {together:>8.2f} s (limit {LIMIT:g} s)")
    print(f"one call per place   {apart:>8.2f} s, extrapolated from {SAMPLE}")
    return int(together > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
