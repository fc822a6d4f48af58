"""The full matrix of a large lake: decisions a second, how long it takes and how much memory, how it grows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.lake import lake
from lakeward.access import PreparedEstate, matrix
from lakeward.errors import OutsideServiceError
from lakeward.estate import read_estate

_ROLES, _TABLES, _COLUMNS = 200, 2_000, 50
_TIMES = 10
_KIB_A_GIB = 1 << 20


def measure() -> Iterator[Figure]:
    """Yield the figures of a lake of 200 roles, 2,000 tables and 50 columns each."""
    document = lake(_ROLES, _TABLES, _COLUMNS)
    size = f"{_ROLES} roles x {_TABLES:,} tables x {_COLUMNS} columns"

    prepared = PreparedEstate(read_estate(document))
    matrix(prepared)
    begin = time.process_time()
    matrix(prepared)
    decided = time.process_time() - begin
    note = "a role's read of a table, set at a time, processor seconds"
    yield Figure(
        "decisions on a prepared estate, one core", "/s", _ROLES * _TABLES / decided, at_least=100_000, note=note
    )

    seconds, busy, gib = _command(json.dumps(document).encode())
    yield Figure(
        f"`lakeward matrix` of {size}, start and output included",
        "s",
        seconds,
        at_most=5.0,
        note=f"{busy:.1f} processor seconds",
    )
    yield Figure(f"memory of `lakeward matrix` of {size}", "GiB", gib, at_most=1.0)

    small = _seconds(_TABLES // _TIMES)
    large = _seconds(_TABLES)
    note = f"{small:.2f} s, then {large:.2f} s, processor seconds"
    yield Figure(
        f"time of the matrix from {_TABLES // _TIMES} to {_TABLES:,} tables",
        "x",
        large / small,
        at_most=_TIMES,
        note=note,
    )


def _seconds(tables: int) -> float:
    document = lake(_ROLES, tables, _COLUMNS)
    begin = time.process_time()
    matrix(PreparedEstate(read_estate(document)))
    return time.process_time() - begin


def _command(document: bytes) -> tuple[float, float, float]:
    """Return the seconds, the processor seconds and the GiB that the command takes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lake.json"
        file.write_bytes(document)
        command = [str(Path(sys.executable).with_name("lakeward")), "matrix", "--format", "json", str(file)]
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # a command of ours
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise OutsideServiceError("`lakeward matrix` failed; what it said stands above")
        scale = _KIB_A_GIB * (1024 if sys.platform == "darwin" else 1)
        return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / scale
