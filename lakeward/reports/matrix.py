"""The matrix for people and programs: JSON, text, Markdown, HTML. One table per kind of access."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import jinja2
import msgspec
from rich.box import SIMPLE_HEAD, SQUARE, Box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lakeward.access.decision import Verdict
from lakeward.access.matrix import AccessRow, Matrix, Path
from lakeward.estate.unknown import Unknown
from lakeward.reports.open_rules import OPEN_RULES
from lakeward.reports.untrusted import in_markdown, on_terminal, printable

_WIDTH = 120
_COLUMNS_WIDTH = 22
"""What keeps a column's name in one piece where rows are told at length."""


@dataclass(frozen=True)
class _Section:
    title: str
    paths: frozenset[Path]
    heads: tuple[str, ...]
    cells: Callable[[AccessRow, Callable[[str], str]], tuple[str, ...]]
    """From a row, and the function that shortens a principal's ARN."""


def _certainty(row: AccessRow) -> str:
    """Say what holds: denied is said nowhere here, since rows hold what may be allowed."""
    return "yes" if row.verdict is Verdict.ALLOW else f"possible ({row.rule})"


def _rows_of(row: AccessRow) -> str:
    if isinstance(row.rows, Unknown):
        return f"unknown: {row.rows.why}"
    return "all" if row.rows is None else row.rows


def _shortening(arns: Iterable[str]) -> Callable[[str], str]:
    """Return how to call principals: by name, which people know them by, with the account where there are several."""
    several = len({arn.split(":")[4] for arn in arns if arn.count(":") >= _COLONS}) > 1

    def short(arn: str) -> str:
        parts = arn.split(":", _COLONS)
        if len(parts) <= _COLONS:
            return arn
        name = parts[_COLONS].rpartition("/")[2]
        return f"{name} ({parts[4]})" if several else name

    return short


_COLONS = 5
"""The colons of an ARN before its resource."""


def _read(row: AccessRow, short: Callable[[str], str]) -> tuple[str, ...]:
    return (
        short(row.principal),
        row.resource if row.resource.startswith("arn:") else row.resource.split("/", 2)[-1],
        ", ".join(row.columns),
        _rows_of(row),
        _certainty(row) if row.path in _USUAL else f"{_certainty(row)}, by {row.path.value}",
    )


_USUAL = frozenset({Path.LAKE_FORMATION, Path.OBJECTS})
"""The way that a section's title says; any other is named."""


def _other(row: AccessRow, short: Callable[[str], str]) -> tuple[str, ...]:
    return (short(row.principal), row.verb, row.resource, ", ".join(row.columns), _certainty(row))


def _seen(row: AccessRow, short: Callable[[str], str]) -> tuple[str, ...]:
    table = row.resource.split("/", 2)[-1]
    return (short(row.principal), table, ", ".join(row.columns), "", _certainty(row))


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


@dataclass(frozen=True)
class _Shown:
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Page:
    sections: list[_Shown]
    without: list[str]
    open_rules: list[str]
    """What leaves open what is only possible, a line for each rule that is named."""
    assumptions: tuple[str, ...]


def _shown(matrix: Matrix) -> _Page:
    sections = []
    short = _shortening([*matrix.principals, *(row.principal for row in matrix.rows)])
    for section in _SECTIONS:
        rows = tuple(section.cells(row, short) for row in matrix.rows if row.path in section.paths)
        used = [index for index in range(len(section.heads)) if section.heads[index]]
        if rows:
            picked = tuple(tuple(row[index] for index in used) for row in rows)
            sections.append(_Shown(section.title, tuple(section.heads[index] for index in used), picked))
    readers = {row.principal for row in matrix.rows if row.path in _SECTIONS[0].paths | _SECTIONS[1].paths}
    without = [short(arn) for arn in matrix.principals if arn not in readers]
    named = sorted({row.rule for row in matrix.rows if row.rule})
    open_rules = [f"possible ({rule}): {OPEN_RULES[rule]}" for rule in named]
    return _Page(sections, without, open_rules, matrix.assumptions)


def _json(matrix: Matrix) -> str:
    return msgspec.json.format(msgspec.json.encode(matrix.to_json(), order="sorted"), indent=2).decode() + "\n"


def _text(matrix: Matrix) -> str:
    page = _shown(matrix)
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


def _table_lines(section: _Shown) -> Iterator[str]:
    """
    Yield the lines of a table as rich prints it.

    Rich needs a millisecond for a row, and there may be many thousands: it draws only the rows that decide how wide
    the columns are, and wraps every other text once.
    """
    console = _console(io.StringIO())
    texts = {cell: console.render_str(_plain(cell)) for row in section.rows for cell in row}
    widest = [_widest([texts[row[index]] for row in section.rows]) for index in range(len(section.heads))]
    drawn = _drawn(section, widest, SIMPLE_HEAD)
    head = next(index for index, line in enumerate(drawn) if set(line.strip()) == {"─"})
    yield from (set_cell_size(line, _WIDTH) for line in drawn[: head + 1])

    # Dividers that can be seen tell the widths; they take the room of those that can't.
    divided = next(line for line in _drawn(section, widest, SQUARE) if line.startswith("┌"))
    inner = [len(dashes) for dashes in divided.strip("┌┐").split("┬")]
    before = [int(index > 0) for index in range(len(inner))]
    widths = [
        width - left - int(index < len(inner) - 1)
        for index, (width, left) in enumerate(zip(inner, before, strict=True))
    ]
    options = console.options.update(overflow="fold", height=None)
    wrapped: dict[tuple[int, str], list[str]] = {}
    for row in section.rows:
        cells = []
        for index, cell in enumerate(row):
            lines = wrapped.get((index, cell))
            if lines is None:
                fitting = options.update(width=widths[index], no_wrap=section.heads[index] in _UNBROKEN)
                rendered = console.render_lines(texts[cell], fitting, pad=True)
                lines = [" " * before[index] + "".join(segment.text for segment in line) for line in rendered]
                wrapped[index, cell] = lines
            cells.append(lines)
        for number in range(max(len(lines) for lines in cells)):
            parts = [
                set_cell_size(lines[number] if number < len(lines) else "", inner[index])
                for index, lines in enumerate(cells)
            ]
            yield set_cell_size(f" {' '.join(parts)}", _WIDTH)
    yield ""


_UNBROKEN = frozenset({"principal", "table"})
"""The columns whose texts stay on one line."""


def _widest(texts: Iterable[Text]) -> list[Text]:
    """Return the texts that decide a column's width: the one with the longest line, the one with the longest word."""
    distinct = list({text.plain: text for text in texts}.values())
    return [
        max(distinct, key=lambda text: max(map(cell_len, text.plain.splitlines()), default=0)),
        max(distinct, key=lambda text: max(map(cell_len, text.plain.split()), default=0)),
    ]


def _drawn(section: _Shown, columns: list[list[Text]], box: Box) -> list[str]:
    table = Table(title=section.title, title_justify="left", title_style="", box=box, pad_edge=False)
    for head in section.heads:
        width = _COLUMNS_WIDTH if head == "columns" else None
        table.add_column(head, overflow="fold", no_wrap=head in _UNBROKEN, min_width=width)
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    out = io.StringIO()
    _console(out).print(table, crop=False)
    return out.getvalue().splitlines()


def _plain(text: str) -> str:
    """Keep rich from reading markup in names from elsewhere, and from breaking lines at their controls."""
    return printable(text).replace("[", "\\[")


def _markdown(matrix: Matrix) -> str:
    page = _shown(matrix)
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


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("lakeward.reports", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, finalize=_readable
    )
    return environment.get_template("matrix.html.j2")


def _readable(value: object) -> object:
    return printable(value) if type(value) is str else value


def _html(matrix: Matrix) -> str:
    return _template().render(page=_shown(matrix)) + "\n"


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
