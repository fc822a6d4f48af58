"""Self-contained decisions through the command, against the public simulator on the same cases in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from local.progress import say
from tests.differential.generator import cases
from tests.differential.simulator import Simulator, SimulatorMissingError

_CASES = 50_000
_SEED = 4
_WARM_UP = 500
_BATCH = 500


def measure() -> Iterator[Figure]:
    """Yield how many times as fast as the simulator the command is; nothing where there is no Node.js."""
    lines = [json.dumps(case).encode() for case in cases(_CASES, _SEED)]
    try:
        simulator = Simulator()
    except SimulatorMissingError as error:
        say(f"bench: decisions aren't compared with the public simulator: {error}")
        return
    with simulator:
        simulator.answer(lines[:_WARM_UP])
        ours = len(lines) / _command_seconds(lines)
        theirs = len(lines) / _simulator_seconds(simulator, lines)
    note = f"{ours:,.0f}/s, start included; the simulator, warmed up: {theirs:,.0f}/s; {_CASES:,} generated cases"
    yield Figure("self-contained decisions through `lakeward decide`", "x", ours / theirs, at_least=10, note=note)


def _command_seconds(lines: list[bytes]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.jsonl"
        file.write_bytes(b"\n".join(lines))
        command = [str(Path(sys.executable).with_name("lakeward")), "decide", str(file)]
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603  # a command of ours
        return time.perf_counter() - begin


def _simulator_seconds(simulator: Simulator, lines: list[bytes]) -> float:
    begin = time.perf_counter()
    for first in range(0, len(lines), _BATCH):
        simulator.answer(lines[first : first + _BATCH])
    return time.perf_counter() - begin
