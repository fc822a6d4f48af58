"""`lakeward decide`: one verdict a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from lakeward.access.cases import answer, prepare_raw
from lakeward.errors import LakewardError, UsageError

_LONGEST_LINE = 256 * 1024 * 1024
_BLOCK = 1 << 20


class _RawCase(msgspec.Struct):
    """The estate of a case as its bytes, so that equal estates are prepared once."""

    estate: msgspec.Raw = msgspec.Raw()


@click.command("decide")
@click.argument("file", default="-")
def command(file: str) -> int:
    """
    Answer cases: JSON Lines in, JSON Lines out, one verdict a line, in order and with the same id.

    FILE holds one case a line; - or nothing is standard input. A case that can't be read answers with an error and
    the path of what is wrong; the others still run, and the command ends with code 2.
    """
    failed = False
    encoder = msgspec.json.Encoder()
    out = sys.stdout.buffer
    stream = sys.stdin.buffer if file == "-" else _opened(file)
    try:
        for line in _lines(stream):
            result, refused = _answered(line)
            failed = failed or refused
            out.write(encoder.encode(result))
            out.write(b"\n")
    finally:
        out.flush()
        if stream is not sys.stdin.buffer:
            stream.close()
    return 2 if failed else 0


def _opened(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UsageError(file, f"it can't be read: {error.strerror}", "name a file with one case a line") from error


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines that hold something; `None` for one that is too long to be a case."""
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(_BLOCK)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _answered(line: bytes | None) -> tuple[dict[str, object], bool]:
    """Return the answer to a line, and whether it had to be refused."""
    identity: object = None
    if line is None:
        return {"id": None, "error": f"the line is longer than {_LONGEST_LINE} bytes"}, True
    try:
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
