"""The matrix for people and programs: JSON, text, Markdown, HTML. One table per kind of access."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from lakeward.access.decision import Verdict
from lakeward.access.matrix import AccessRow, Matrix, Path
from lakeward.estate.unknown import Unknown
from lakeward.reports.open_rules import OPEN_RULES
from lakeward.reports.page import render_page
from lakeward.reports.untrusted import in_markdown, on_terminal, printable

_WIDTH = 120


@dataclass(frozen=True)
class _Section:
    title: str
    paths: frozenset[Path]
    heads: tuple[str, ...]
    cells: Callable[[AccessRow, _Names], tuple[str, ...]]


def _certainty(row: AccessRow) -> str:
    """Say what holds: denied is said nowhere here, since rows hold what may be allowed."""
    return "yes" if row.verdict is Verdict.ALLOW else f"possible ({row.rule})"


def _rows_of(row: AccessRow) -> str:
    if isinstance(row.rows, Unknown):
        return f"unknown: {row.rows.why}"
    return "all" if row.rows is None else row.rows


@dataclass(frozen=True)
class _Names:
    """What people call principals and tables: by name, with the account, or the Region, where there are several."""

    several_accounts: bool
    """Whether principals are of several accounts."""
    several_owners: bool
    """Whether tables are of several accounts."""
    several_regions: bool

    @classmethod
    def of(cls, principals: Iterable[str], resources: Iterable[str]) -> _Names:
        """Look at all principals (ARNs) and tables (`account/region/database.table`) that are to be told apart."""
        places = {tuple(resource.split("/")[:2]) for resource in set(resources) if not resource.startswith("arn:")}
        owners = {place[0] for place in places}
        return cls(
            len({arn.split(":")[4] for arn in principals if arn.count(":") >= _COLONS}) > 1,
            len(owners) > 1,
            len(places) > len(owners),
        )

    def principal(self, arn: str) -> str:
        parts = arn.split(":", _COLONS)
        if len(parts) <= _COLONS:
            return arn
        name = parts[_COLONS].rpartition("/")[2]
        return f"{name} ({parts[4]})" if self.several_accounts else name

    def table(self, resource: str) -> str:
        if resource.startswith("arn:"):
            return resource
        account, region, table = resource.split("/", 2)
        where = [account] * self.several_owners + [region] * self.several_regions
        return f"{table} ({', '.join(where)})" if where else table


_COLONS = 5
"""The colons of an ARN before its resource."""


def _read(row: AccessRow, names: _Names) -> tuple[str, ...]:
    return (
        names.principal(row.principal),
        names.table(row.resource),
        ", ".join(row.columns),
        _rows_of(row),
        _certainty(row) if row.path in _USUAL else f"{_certainty(row)}, by {row.path.value}",
    )


_USUAL = frozenset({Path.LAKE_FORMATION, Path.OBJECTS})
"""The way that a section's title says; any other is named."""


def _other(row: AccessRow, names: _Names) -> tuple[str, ...]:
    return (names.principal(row.principal), row.verb, row.resource, ", ".join(row.columns), _certainty(row))


def _seen(row: AccessRow, names: _Names) -> tuple[str, ...]:
    return (names.principal(row.principal), names.table(row.resource), ", ".join(row.columns), "", _certainty(row))


_SECTIONS = (
    _Section(
        "Who reads which table",
        frozenset({Path.LAKE_FORMATION, Path.IAM, Path.DATABASE}),
        ("principal", "table", "columns", "rows", "reads"),
        _read,
    ),
    _Section(
        "Who reads past Lake Formation",
        frozenset({Path.OBJECTS}),
        ("principal", "table", "columns", "rows", "reads"),
        _read,
    ),
    _Section(
        "Who sees which columns without reading them",
        frozenset({Path.METADATA}),
        ("principal", "table", "columns", "", "sees"),
        _seen,
    ),
    _Section(
        "Who uses which key",
        frozenset({Path.KEY}),
        ("principal", "verb", "key", "", "may"),
        _other,
    ),
    _Section(
        "One step from access",
        frozenset({Path.ADMINISTRATION, Path.ASSUME, Path.DELEGABLE}),
        ("principal", "verb", "on", "columns", "may"),
        _other,
    ),
)


_OF_TABLES = frozenset({Path.LAKE_FORMATION, Path.IAM, Path.DATABASE, Path.OBJECTS, Path.METADATA})
"""The paths whose rows name a table."""


@dataclass(frozen=True)
class ShownTable:
    """One table of a matrix, in words."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[AccessRow, ...]
    """What each row is told of."""


@dataclass(frozen=True)
class Mark:
    """What is said of a row that a change makes."""

    kind: str
    """One word, for its look."""
    text: str
    columns: frozenset[str]
    """The columns that are new."""


@dataclass(frozen=True)
class ShownMatrix:
    """A matrix in words, one table per kind of access."""

    sections: list[ShownTable]
    without: list[str]
    open_rules: list[str]
    """What leaves open what is only possible, a line for each rule that is named."""
    assumptions: tuple[str, ...]
    marks: Mapping[AccessRow, Mark] = field(default_factory=dict)


def shown_matrix(matrix: Matrix, marks: Mapping[AccessRow, Mark] | None = None) -> ShownMatrix:
    """Return a matrix in words; `marks` says which of its rows a change makes."""
    sections = []
    names = _Names.of(
        [*matrix.principals, *(row.principal for row in matrix.rows)],
        [row.resource for row in matrix.rows if row.path in _OF_TABLES],
    )
    for section in _SECTIONS:
        sources = tuple(row for row in matrix.rows if row.path in section.paths)
        used = [index for index in range(len(section.heads)) if section.heads[index]]
        if sources:
            told = (section.cells(row, names) for row in sources)
            picked = tuple(tuple(row[index] for index in used) for row in told)
            sections.append(ShownTable(section.title, tuple(section.heads[index] for index in used), picked, sources))
    readers = {row.principal for row in matrix.rows if row.path in _SECTIONS[0].paths | _SECTIONS[1].paths}
    without = [names.principal(arn) for arn in matrix.principals if arn not in readers]
    named = sorted({row.rule for row in matrix.rows if row.rule})
    open_rules = [f"possible ({rule}): {OPEN_RULES[rule]}" for rule in named]
    return ShownMatrix(sections, without, open_rules, matrix.assumptions, marks or {})


def _json(matrix: Matrix) -> str:
    return msgspec.json.format(msgspec.json.encode(matrix.to_json(), order="sorted"), indent=2).decode() + "\n"


def _text(matrix: Matrix) -> str:
    page = shown_matrix(matrix)
    out = io.StringIO()
    console = _console(out)
    for section in page.sections:
        out.writelines(f"{line}\n" for line in _table_lines(section))
    if page.without:
        console.print(f"Read nothing: {_plain(', '.join(page.without))}")
    for rule in page.open_rules:
        console.print(rule)
    for assumption in page.assumptions:
        console.print(f"Assumed: {_plain(assumption)}")
    return "".join(f"{line.rstrip()}\n" for line in on_terminal(out.getvalue().splitlines()))


def _console(out: io.StringIO) -> Console:
    return Console(file=out, width=_WIDTH, color_system=None, highlight=False, soft_wrap=False)


def _table_lines(section: ShownTable) -> Iterator[str]:
    """Yield the lines of a table; rich needs a millisecond for a row of one, so it only wraps each text, once."""
    console = _console(io.StringIO())
    texts = {cell: console.render_str(_plain(cell)) for row in (section.heads, *section.rows) for cell in row}
    widths = [
        _Width.of([texts[row[index]] for row in (section.heads, *section.rows)]) for index in range(len(section.heads))
    ]
    fitting = _fitting(widths, _WIDTH - 1 - len(_GAP) * (len(widths) - 1))
    options = console.options.update(overflow="fold", height=None)

    @cache
    def wrapped(cell: str, width: int) -> list[str]:
        rendered = console.render_lines(texts[cell], options.update(width=width), pad=True)
        return ["".join(segment.text for segment in line) for line in rendered]

    def lines(row: tuple[str, ...]) -> Iterator[str]:
        cells = [wrapped(cell, width) for cell, width in zip(row, fitting, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            yield " " + _GAP.join(set_cell_size(part, width) for part, width in zip(parts, fitting, strict=True))

    yield section.title
    yield ""
    yield from lines(section.heads)
    yield f" {'─' * (sum(fitting) + len(_GAP) * (len(fitting) - 1))}"
    for row in section.rows:
        yield from lines(row)
    yield ""


_GAP = " " * 3


@dataclass(frozen=True)
class _Width:
    """How wide a column of text wants to be, in cells of a terminal."""

    whole: int
    """With every text on one line."""
    words: int
    """With no word broken."""

    @classmethod
    def of(cls, texts: Iterable[Text]) -> _Width:
        distinct = {text.plain for text in texts}
        return cls(
            max(map(cell_len, distinct), default=0),
            max((cell_len(word) for text in distinct for word in text.split()), default=0),
        )


def _fitting(columns: list[_Width], room: int) -> list[int]:
    """Return how wide columns are drawn so that together they fit: whole where there is room, then by words."""
    widths = [column.words for column in columns]
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda index: widths[index])
        widths[widest] -= 1
    for index in sorted(range(len(columns)), key=lambda index: columns[index].whole - columns[index].words):
        widths[index] += max(0, min(columns[index].whole - widths[index], room - sum(widths)))
    return widths


def _plain(text: str) -> str:
    """Keep rich from reading markup in names from elsewhere, and from breaking lines at their controls."""
    return printable(text).replace("[", "\\[")


def _markdown(matrix: Matrix) -> str:
    page = shown_matrix(matrix)
    lines = ["# Access", ""]
    for section in page.sections:
        lines += [f"## {section.title}", "", _markdown_row(section.heads), _markdown_row(["---"] * len(section.heads))]
        lines += [*(_markdown_row([in_markdown(cell) for cell in row]) for row in section.rows), ""]
    if page.without:
        lines += [f"Read nothing: {in_markdown(', '.join(page.without))}", ""]
    lines += [f"- {in_markdown(rule)}" for rule in page.open_rules]
    lines += [f"- Assumed: {in_markdown(assumption)}" for assumption in page.assumptions]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _html(matrix: Matrix) -> str:
    return render_page("matrix", page=shown_matrix(matrix))


RENDERERS: dict[str, Callable[[Matrix], str]] = {
    "html": _html,
    "json": _json,
    "markdown": _markdown,
    "text": _text,
}
"""Renderers by format."""


def render_matrix(matrix: Matrix, form: str) -> str:
    """Return a matrix as `json`, `text`, `markdown` or `html`; ends with a line break."""
    return RENDERERS[form](matrix)
