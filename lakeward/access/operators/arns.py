"""
ARN operators: `ArnEquals` and `ArnLike` are the same, both take wildcards in each part (`semantics.md` A4-2).

A value with fewer than six parts matches nothing, since each part is compared on its own (A2-3).
"""

from __future__ import annotations

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.patterns import ArnGlob, arn_glob
from lakeward.access.truth import NO, YES
from lakeward.estate.unknown import has_token


def _like(value: str) -> Test | None:
    pattern = arn_glob(value)
    return pattern.match if pattern.is_complete or has_token(value) else None


def _like_pieces(pieces: list[str | None]) -> Test:
    parts: list[list[str | None]] = [[]]
    for piece in pieces:
        if piece is None:
            parts[-1].append(None)
            continue
        first, *others = piece.split(":", 6 - len(parts)) if len(parts) < 6 else [piece]  # noqa: PLR2004 - an ARN's parts
        parts[-1].append(first)
        parts.extend([other] for other in others)
    return ArnGlob(parts, "").match


def _operator(name: str, *, negated: bool) -> Operator:
    return Operator(
        name,
        negated=negated,
        on_missing=YES if negated else NO,
        test_of=_like,
        takes_variables=True,
        test_of_pieces=_like_pieces,
    )


OPERATORS = (
    _operator("ArnEquals", negated=False),
    _operator("ArnLike", negated=False),
    _operator("ArnNotEquals", negated=True),
    _operator("ArnNotLike", negated=True),
)
