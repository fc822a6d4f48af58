"""What the engine says of the stack that is judged: its configuration, and the day of the judgement."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from lakeward.errors import ConfigurationError, Problem
from lakeward.identifiers import CalendarDate

if TYPE_CHECKING:
    from lakeward.model import Exemption

DAY = "LAKEWARD_ON"
"""The variable in which a delivery command hands over the day (`--on`); today where it is unset."""


@dataclass(frozen=True)
class Stack:
    """A stack's configuration, as the engine gives it to the pack, and the day on which it is judged."""

    config: Mapping[str, str] = field(default_factory=dict)
    """Full keys; objects as JSON text."""
    secret_keys: tuple[str, ...] = ()
    on: date = date.max

    @cached_property
    def _read(self) -> tuple[tuple[Exemption, ...], tuple[Problem, ...]]:
        from lakeward.exemptions import read_exemptions  # noqa: PLC0415  # slow to import: see `policies.access`

        try:
            return read_exemptions(self.config, self.secret_keys), ()
        except ConfigurationError as error:
            return (), error.problems

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """The exemptions, in force or not; none where they can't be read."""
        return self._read[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the exemptions can't be read."""
        return self._read[1]

    def fault_of(self, exemption: Exemption) -> str | None:
        """Return why an exemption isn't in force on the day; `None` where it is."""
        from lakeward.exemptions import fault_of  # noqa: PLC0415  # as above

        return fault_of(exemption, self.on)

    @property
    def protects_data(self) -> bool:
        """Whether what holds data must refuse to be deleted: unless the stack says that its data may go."""
        return self.config.get("lakeward:protectData") != "false"

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return a configured object; an empty one where there is none."""
        try:
            found = json.loads(self.config.get(key, "{}"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def today() -> date:
    """Return the day on which exemptions are judged: the one that is handed over, else today, in UTC."""
    given = os.environ.get(DAY)
    return CalendarDate(given).day if given else datetime.now(timezone.utc).date()
