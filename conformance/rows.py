"""The four rows that every probe's table has."""

from __future__ import annotations

COLUMNS = {"id": "bigint", "region": "string", "amount": "bigint"}
"""Name and type, in the table's order."""

ROWS: tuple[dict[str, int | str | None], ...] = (
    {"id": 1, "region": "EU", "amount": 10},
    {"id": 2, "region": "US", "amount": 20},
    {"id": 3, "region": None, "amount": 30},
    {"id": 4, "region": "EU", "amount": 40},
)

OBJECT = "part-0.csv"
"""The one object below a table's prefix."""


def as_csv() -> bytes:
    """Return the rows as the object holds them; the empty text is NULL."""
    lines = (",".join("" if row[column] is None else str(row[column]) for column in COLUMNS) for row in ROWS)
    return "".join(f"{line}\n" for line in lines).encode()
