"""Servers measured in turns, and what the measurements say."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.serving import processor_seconds
from bench.serving_requests import Case, Contender, crowd, percentiles, timed

MEASURES = ("page", "item", "count", "deep", "next", "tile", "crowd")
TIPG = "tipg on PostGIS"
TOWNLINE = "Townline"
_TURNS = 3
_TURN_SECONDS = {"crowd": 4.0}
_OTHER_SECONDS = 1.5
_LEAST = 2  # answers in a turn
# times faster than tipg
_RATIOS = {"page": 10.0, "item": 1.0, "deep": 100.0, "crowd": 10.0}
# milliseconds: the median of a count, the 95th percentile of a tile
_LIMITS = {"count": ("p50", 5.0), "tile": ("p95", 10.0)}
_COLUMNS = (
    "measure",
    "rows",
    "server",
    "p50",
    "p95",
    "per_second",
    "answers",
    "cpu",
    "times_tipg",
    "times_cpu",
)

Row = dict[str, float | str | None]


def race(
    contenders: list[Contender], measure: str, rows: int, drawn: Callable[[], Iterator[Case]]
) -> list[Row]:
    """One measure at one size of everyone who takes part, in turns."""
    parts = [(one, drawn()) for one in contenders if rows in one.sizes and measure in one.addresses]
    times: dict[str, list[float]] = {one.name: [] for one, _ in parts}
    rates: dict[str, list[float]] = {one.name: [] for one, _ in parts}
    untimed = 0 if measure == "crowd" else _TURNS  # a first request before each turn
    spent = {one.name: 0.0 for one, _ in parts}
    seconds = _TURN_SECONDS.get(measure, _OTHER_SECONDS)
    for _ in range(_TURNS):
        for one, own in parts:
            before = processor_seconds(one.pids)
            if measure == "crowd":
                found, rate = crowd(one, measure, own, seconds)
                rates[one.name].append(rate)
            else:
                found = timed(one, measure, own, seconds, _LEAST)
            times[one.name] += found
            spent[one.name] += (processor_seconds(one.pids) - before) * 1000
    result: list[Row] = []
    for one, _ in parts:
        middle, high = percentiles(times[one.name])
        overall = sum(rates[one.name]) / _TURNS if rates[one.name] else None
        row: Row = {"measure": measure, "rows": rows, "server": one.name, "p50": middle, "p95": high}
        answers = len(times[one.name])
        result.append(
            row | {"per_second": overall, "answers": answers, "cpu": spent[one.name] / (answers + untimed)}
        )
    return compared(result)


def compared(result: list[Row]) -> list[Row]:
    """The rows of one race, each with how many times faster than tipg it is, by the clock and by processor time."""
    theirs = next((row for row in result if row["server"] == TIPG), None)
    for row in result:
        rate = row["per_second"] is not None
        row["times_tipg"] = _ratio(row, theirs, "per_second") if rate else _ratio(theirs, row, "p50")
        row["times_cpu"] = _ratio(theirs, row, "cpu")
    return result


def _ratio(above: Row | None, below: Row | None, name: str) -> float | None:
    if above is None or below is None:
        return None
    over, under = above[name], below[name]
    return over / under if isinstance(over, float) and isinstance(under, float) and under else None


def verdicts(rows: list[Row], largest: int) -> list[str]:
    """What misses its target at the largest size, one sentence each; targets that nothing was measured for, too."""
    own = {row["measure"]: row for row in rows if row["server"] == TOWNLINE and row["rows"] == largest}
    sentences = []
    for measure, wanted in _RATIOS.items():
        found = own[measure]["times_tipg"]
        if isinstance(found, float) and found < wanted:
            sentences.append(f"{measure}: {found:.1f} times as fast as tipg, at least {wanted:g} is wanted")
    for measure, (name, most) in _LIMITS.items():
        value = own[measure][name]
        if isinstance(value, float) and value > most:
            sentences.append(f"{measure}: {name} is {value:.1f} ms, at most {most:g} is wanted")
    return sentences


def growth(rows: list[Row], sizes: tuple[int, ...]) -> list[str]:
    """How the median of each measure grows from the smallest to the largest layer, one line for each server."""
    lines = []
    for server in dict.fromkeys(str(row["server"]) for row in rows):
        medians = {
            (row["measure"], row["rows"]): float(row["p50"] or 0) for row in rows if row["server"] == server
        }
        parts = [
            f"{measure} {medians[measure, sizes[-1]] / medians[measure, sizes[0]]:.1f}"
            for measure in MEASURES
            if (measure, sizes[0]) in medians and (measure, sizes[-1]) in medians
        ]
        lines += [f"{server}: {', '.join(parts)}"] * bool(parts)
    return lines


def table(rows: list[Row]) -> str:
    """The measurements to read."""
    lines = [_COLUMNS, *(tuple(_cell(row[name]) for name in _COLUMNS) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not cell[:1].isdigit() else cell.rjust(width) for cell, width in pairs)
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def _cell(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "–" if value is None else value if isinstance(value, str) else f"{value:,}"


def report(result: dict[str, Any]) -> str:
    """All that was measured, to read."""
    memory = [f"{name}: {', '.join(map(str, parts))} MB" for name, parts in result["megabytes"].items()]
    return "\n".join(
        [
            f"\nload {result['load before and after']} on {result['processors']} processors; milliseconds\n",
            table(result["rows"]),
            *(f"not measured: {text}" for text in result["missing"]),
            "\nmedians of the largest layer over those of the smallest",
            *result["growth"],
            "\nmemory",
            *memory,
            *(f"\nanother answer: {text}" for text in result["other answers"]),
            "\n" + ("\n".join(result["beyond"]) or "all that was measured is within the targets"),
        ]
    )
