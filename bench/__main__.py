"""All benchmarks, or those named, one after the other: `python -m bench [ingest serving maps …]`."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(names: list[str]) -> int:
    """The number of benchmarks that failed or missed a limit."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; known: {', '.join(known)}")
        return 2
    failed = []
    for name in names or known:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, str(known[name])], cwd=FOLDER.parent, check=False).returncode:
            failed.append(name)
    print(
        f"\nmissed a limit or failed: {', '.join(failed)}"
        if failed
        else "\nall benchmarks are within their limits"
    )
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
