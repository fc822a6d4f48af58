"""Exemptions: each once. Whether they are in force is a question of the day, which a configuration doesn't know."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, repeated


def check(draft: Draft) -> Iterator[Finding]:
    exemptions = draft.config.exemptions
    subjects = (f"{exemption.rule} {exemption.resource}" for exemption in exemptions)
    yield from repeated(((("exemptions", i), subject) for i, subject in enumerate(subjects)), "exemption")
