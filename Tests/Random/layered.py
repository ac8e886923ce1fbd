"""A project of layers for the kill soak: each task reads three sources and three outputs of the layer before."""

import random
from pathlib import Path

WIDTH = 50


def write(root: Path, count: int, views: int, seed: int = 0) -> None:
    """`count` tasks with outputs, and beside them `views` that edit views of a tree, each on top of the one before."""
    choose = random.Random(seed)
    (root / "src").mkdir(parents=True)
    (root / "tree").mkdir()
    for number in range(count):
        (root / f"src/s{number}").write_text(f"source {number}\n" * (number % 40 + 1))
    (root / "tree/base").write_text("base\n")
    lines = ["version: 1"]
    for number in range(count):
        layer = number // WIDTH
        sources = [f"src/s{choose.randrange(count)}" for _ in range(3)]
        below = [f"out/l{layer - 1}/t{(layer - 1) * WIDTH + choose.randrange(WIDTH)}" for _ in range(3) if layer]
        read = sorted({*sources, *below})
        made = f"out/l{layer}/t{number}"
        lines += [
            f"t{number}:",
            f"  inputs: [{', '.join(read)}]",
            f"  outputs: [{made}]",
            # Half of it, then a moment later the rest: what is trusted too early shows.
            f'  run: echo t{number} >> "$HOME/trace"; echo half > {made}; cat {" ".join(read)} | sha1sum >> {made}',
        ]
    for number in range(views):
        lines += [
            f"v{number}:",
            "  workspace: tree",
            f"  changes: [d/f{number}, last]",
            *([f"  needs: [v{number - 1}]"] if number else []),
            f'  run: echo v{number} >> "$HOME/trace"; mkdir -p d; seen=$(ls d); echo $seen > d/f{number}; cat base > last',
        ]
    (root / "tasks.yaml").write_text("\n".join(lines) + "\n")
