"""The catalogue of rules for people: `python -m policies.catalogue` writes `policies/RULES.md`."""

from __future__ import annotations

from pathlib import Path

from policies.pack import RULES
from policies.rule import Rule

PATH = Path(__file__).parent / "RULES.md"
STACKS = "tests/stacks"

_HEAD = """\
# Rules

What no stack may do. Every rule is mandatory and is judged in every preview; a breach names the rule, the resource,
who could do what, and the fix. Written by `python -m policies.catalogue`; a test fails when it is stale.
"""


def stack_folder(rule: Rule) -> str:
    """Return the name of the folder that holds the rule's good stack; its bad twin ends in `_bad`."""
    return rule.claim.replace("-", "_")


def render() -> str:
    """Return the catalogue as Markdown, rules sorted by id."""
    return "\n".join([_HEAD, *(_section(rule) for rule in RULES)])


def _section(rule: Rule) -> str:
    folder = stack_folder(rule)
    good, bad = f"{STACKS}/{folder}", f"{STACKS}/{folder}_bad"
    return (
        f"## {rule.name}\n\n"
        f"- **Why**: {rule.why}.\n"
        f"- **Fix**: {rule.fix}.\n"
        f"- **Source**: {rule.source}.\n"
        f"- **Stacks**: [good](../{good}/__main__.py), [bad](../{bad}/__main__.py).\n"
    )


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
