"""`lakeward decide`: one verdict a line."""

from __future__ import annotations

import codecs
import gc
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import click
import msgspec

from lakeward.access.cases import answer, prepare_raw
from lakeward.access.remembering import forget
from lakeward.access.self_contained import SoundCase
from lakeward.errors import EstateError, LakewardError, OutsideServiceError, Problem, UsageError

_LONGEST_LINE = 256 * 1024 * 1024
# Without an estate; AWS's own limits keep all policies of one request below a tenth of it.
_LARGEST_SELF_CONTAINED = 8 * 1024 * 1024
# A part is answered by one process; what has fewer than a few parts isn't worth another process.
_PART_BYTES = 1 << 19
_FEW_PARTS = 8
_BYTES_UNDER_WAY = 1 << 26
# After so much input what was compiled is dropped, so that memory stays bounded whatever comes in.
_FORGOTTEN_AFTER = 1 << 26
# Cases leave no cycles behind, so there is little to collect, and looking for it as often as Python does by itself
# takes a fifth of the time.
_VALUES_BETWEEN_COLLECTIONS = 100_000

_Part: TypeAlias = "bytes | None"
"""Whole lines; `None` for one line that is too long to be a case."""
_Answers: TypeAlias = "tuple[bytes, bool]"
"""Lines of answers, and whether a case had to be refused."""


class _RawCase(msgspec.Struct):
    """A case of which only this is decoded, its estate as its bytes, so that equal estates are prepared once."""

    id: Any = None
    estate: msgspec.Raw = msgspec.Raw()


@click.command("decide")
@click.argument("file", default="-")
def command(file: str) -> int:
    """
    Answer cases: JSON Lines in, JSON Lines out, one verdict a line, in order and with the same id.

    FILE holds one case a line; - or nothing is standard input. A case that can't be read answers with an error and
    the path of what is wrong; the others still run, and the command ends with code 2. Large input is answered by a
    process for each core; the output is the same.
    """
    failed = False
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_VALUES_BETWEEN_COLLECTIONS, *thresholds[1:])
    out = sys.stdout.buffer
    stream = sys.stdin.buffer if file == "-" else _opened(file)
    try:
        for answers, refused in _answered_parts(_parts(stream)):
            failed = failed or refused
            out.write(answers)
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        out.flush()
        if stream is not sys.stdin.buffer:
            stream.close()
    return 2 if failed else 0


def _opened(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UsageError(file, f"it can't be read: {error.strerror}", "name a file with one case a line") from error


def _parts(stream: BinaryIO) -> Iterator[_Part]:
    part = stream.read(_PART_BYTES).removeprefix(codecs.BOM_UTF8)
    while part:
        begun = part.rfind(b"\n") + 1
        rest = b"" if begun == len(part) else stream.readline(_LONGEST_LINE)
        if len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            yield part[:begun]
            yield None
            while (rest := stream.readline(_PART_BYTES)) and not rest.endswith(b"\n"):
                pass
        else:
            yield part + rest
        part = stream.read(_PART_BYTES)


def _answered_parts(parts: Iterator[_Part]) -> Iterator[_Answers]:
    """Yield the answers of each part, in order."""
    first = list(islice(parts, _FEW_PARTS))
    cores = _cores()
    if len(first) < _FEW_PARTS or cores == 1:
        yield from map(_answered_part, chain(first, parts))
        return
    # Forked, a process has what this one has imported; where there is no fork it imports that again.
    way = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    waiting: deque[tuple[int, Future[_Answers]]] = deque()
    under_way = 0
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context(way)) as pool:
        try:
            for part in chain(first, parts):
                size = len(part or b"")
                waiting.append((size, pool.submit(_answered_part, part)))
                under_way += size
                while len(waiting) > _FEW_PARTS * cores or under_way > _BYTES_UNDER_WAY:
                    size, future = waiting.popleft()
                    under_way -= size
                    yield future.result()
            for _, future in waiting:
                yield future.result()
        except BrokenProcessPool as error:
            raise OutsideServiceError(
                "lakeward decide: a process that answered cases was ended from outside"
            ) from error


class _Answering:
    """Answers part after part in one process."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, part: _Part) -> _Answers:
        encode = msgspec.json.Encoder().encode
        failed = False
        answers: list[bytes] = []
        for line in (None,) if part is None else part.split(b"\n"):
            if line is not None and not line.strip():
                continue
            result, refused = _answered_soundly(line) or _answered(line)
            failed = failed or refused
            answers.append(encode(result))
        self._seen += len(part or b"")
        if self._seen > _FORGOTTEN_AFTER:
            forget()
            self._seen = 0
        answers.append(b"")
        return b"\n".join(answers), failed


_IN_THIS_PROCESS = _Answering()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _answered_part(part: _Part) -> _Answers:
    return _IN_THIS_PROCESS(part)


_SOUND = msgspec.json.Decoder(SoundCase)


def _answered_soundly(line: bytes | None) -> tuple[dict[str, object], bool] | None:
    """Return the answer to a self-contained case as nearly all are written; `None` for any other line."""
    if line is None or len(line) > _LARGEST_SELF_CONTAINED:
        return None
    try:
        case = _SOUND.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    decision = case.decide()
    if decision is None:
        return None
    answered = {
        "id": case.id,
        "verdict": decision.verdict,
        "may": decision.may,
        "blockedBy": decision.blocked_by,
        "reasons": decision.reasons,
    }
    return answered, False


def _answered(line: bytes | None) -> tuple[dict[str, object], bool]:
    """Return the answer to a line, and whether it had to be refused."""
    identity: object = None
    if line is None:
        return {"id": None, "error": f"the line is longer than {_LONGEST_LINE} bytes"}, True
    try:
        if len(line) > _LARGEST_SELF_CONTAINED:
            large = msgspec.json.decode(line, type=_RawCase)
            if not bytes(large.estate):
                identity = large.id
                problem = f"without an estate it is longer than {_LARGEST_SELF_CONTAINED} bytes"
                raise EstateError([Problem("", problem, "no policies that AWS takes are so long")])
        case = msgspec.json.decode(line)
        identity = case.get("id") if type(case) is dict else None
        if type(case) is dict and "estate" in case:
            estate = msgspec.json.decode(line, type=_RawCase).estate
            return {"id": identity, **answer(case, lambda _document: prepare_raw(bytes(estate)))}, False
        return {"id": identity, **answer(case)}, False
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return {"id": identity, "error": f"this isn't JSON: {error}"}, True
    except RecursionError:
        return {"id": identity, "error": "this case is nested too deeply"}, True
    except LakewardError as error:
        return {"id": identity, "error": " | ".join(error.lines())}, True
