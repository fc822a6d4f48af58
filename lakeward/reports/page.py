"""
Pages: what every HTML report shares: one frame, one stylesheet, one script.

A page is whole in itself. Its content security policy lets nothing be loaded, and run only the stylesheet and script
that it brings, named by their hashes; so the same report is the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

import jinja2
from markupsafe import Markup

from lakeward.reports.untrusted import printable

_PACKAGE = ("lakeward.reports", "templates")


def render_page(name: str, **values: object) -> str:
    """
    Return the page of a template; ends with a line break.

    Args:
        name: of the template `<name>.html.j2`.
        values: what it shows. Every text is escaped, and rid of what turns the direction of reading.

    """
    return f"{_environment().get_template(f'{name}.html.j2').render(values)}\n"


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader(*_PACKAGE)
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_readable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (loader.get_source(environment, f"page.{kind}")[0] for kind in ("css", "js"))
    # They are our own files, the only ones that stand in a page as they are.
    environment.globals.update(
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        security_policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
    )
    return environment


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _readable(value: object) -> object:
    return printable(value) if type(value) is str else value
