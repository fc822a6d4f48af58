"""Both opinions on every cell of a lake."""

from __future__ import annotations

from lakeward.access.cases import prepare_estate
from lakeward.access.engines import Engine
from lakeward.access.reader import Reader
from lakeward.access.truth import possibly, surely
from tests.naive.reading import can_read
from tests.naive.universe import COLUMNS, OWNER, PRINCIPALS, REGION, ROWS, TABLES


def answers(estate):
    """Yield each cell, as the second opinion takes it, with the access model's answer: surely, possibly."""
    prepared = prepare_estate(estate)
    for principal in PRINCIPALS:
        reader = Reader(prepared, prepared.caller(principal["arn"]), Engine.ATHENA)
        for table in TABLES:
            found = reader.read((OWNER, REGION), table)
            for column in COLUMNS:
                for row in ROWS:
                    truth = found.truth_of([column], row)
                    yield (principal, table, column, row), (surely(truth), possibly(truth))


def differences(estate):
    """Yield each cell on which the access model and the second opinion differ, with both answers."""
    for cell, actual in answers(estate):
        expected = can_read(estate, *cell)
        if actual != expected:
            yield *cell, expected, actual
