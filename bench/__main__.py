"""All benchmarks, or those named, one after the other: `python -m bench [ingest serving maps …] [options]`.

`soak`, which takes ten minutes, runs only when it is named. Options are handed to each.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ONLY_WHEN_NAMED = {"soak": "soak"}


def main(arguments: list[str]) -> int:
    """The number of benchmarks that failed or missed a limit."""
    first = next((place for place, text in enumerate(arguments) if text.startswith("-")), len(arguments))
    names, options = arguments[:first], arguments[first:]
    usual = {path.stem.removeprefix("bench_"): path.stem for path in sorted(FOLDER.glob("bench_*.py"))}
    known = usual | ONLY_WHEN_NAMED
    if not names and {"-h", "--help"} & set(options):
        print(f"{__doc__}\nknown: {', '.join(known)}; `python -m bench NAME --help` lists the options of one")
        return 0
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; known: {', '.join(known)}")
        return 2
    failed = []
    for name in names or usual:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", f"bench.{known[name]}", *options]
        if subprocess.run(command, cwd=FOLDER.parent, check=False).returncode:
            failed.append(name)
    print(
        f"\nmissed a limit or failed: {', '.join(failed)}"
        if failed
        else "\nall benchmarks are within their limits"
    )
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
