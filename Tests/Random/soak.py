"""The long part: round after round of random cases, each with a seed of its own, until the time is over.

A round that finds something prints the case, shrunk, and how to repeat it; the soak goes on. The sum comes last."""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
UNITS = {"h": 3600, "m": 60, "s": 1}


def seconds(text: str) -> int:
    match = re.fullmatch(r"(\d+)([hms]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError("say 8h, 30m or 90s")
    return int(match[1]) * UNITS[match[2] or "h"]


def tally(path: Path) -> dict[str, int]:
    """What the cases of a round did, summed."""
    total: dict[str, int] = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        for word in line.split():
            name, _, count = word.partition("=")
            total[name] = total.get(name, 0) + int(count)
    return total


def play(seed: int, examples: int, counts: Path) -> subprocess.CompletedProcess:
    counts.unlink(missing_ok=True)
    variables = {"RANDOM_EXAMPLES": str(examples), "RANDOM_COUNTS": str(counts)}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:warnings",
            "--tb=short",
            f"--hypothesis-seed={seed}",
        ],
        cwd=HERE,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("time", type=seconds, nargs="?", default=3600)
    parser.add_argument("--seed", type=int, default=None, help="of the first round; the next one adds 1")
    parser.add_argument("--examples", type=int, default=25, help="cases of a round, of each of both kinds")
    options = parser.parse_args()
    first = options.seed if options.seed is not None else random.randrange(1 << 32)
    counts = Path(tempfile.mkdtemp(prefix="taskgraph-soak-")) / "counts"
    began = time.monotonic()
    total: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    rounds = 0
    while time.monotonic() - began < options.time:
        seed = first + rounds
        done = play(seed, options.examples, counts)
        rounds += 1
        figures = tally(counts)
        for name, count in figures.items():
            total[name] = total.get(name, 0) + count
        shown = ", ".join(f"{count} {name}" for name, count in sorted(figures.items()))
        print(
            f"round {rounds}: seed {seed}, {'ok' if done.returncode == 0 else 'FOUND SOMETHING'}, {shown}", flush=True
        )
        if done.returncode != 0:
            print(done.stdout[-20_000:], done.stderr[-2_000:], flush=True)
            for line in re.findall(r"^FAILED .*", done.stdout, re.MULTILINE):
                found.setdefault(line.split(" - ", 1)[-1], []).append(seed)
    shutil.rmtree(counts.parent)
    shown = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    print(f"{rounds} rounds from seed {first} in {time.monotonic() - began:.0f} s: {shown}")
    for what, seeds in found.items():
        print(
            f"found: {what} (seeds {', '.join(map(str, seeds))}; Tests/Random/run --seed N --examples {options.examples})"
        )
    print(f"{len(found)} kinds of mistakes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
