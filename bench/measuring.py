"""Wall time and peak memory of programs."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What a program took (wall and processor seconds, peak megabytes) and what it printed."""

    seconds: float
    processor: float
    megabytes: float
    output: str


def measured(command: Sequence[str]) -> Measured:
    """What a program takes from start to end.

    Raises:
        RuntimeError: it failed.

    """
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Measured(seconds, used.ru_utime + used.ru_stime, kilobytes / 1024, output)
