"""Names of what a run makes: all carry its suffix, so that nothing else can be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_PLACEHOLDER = re.compile(r"<([a-z]+)>")


@dataclass(frozen=True)
class Names:
    """Spells every physical name of one run."""

    account: str
    region: str
    suffix: str
    """Six random hexadecimal digits."""

    @property
    def stem(self) -> str:
        """What every name of the run starts with."""
        return f"lw-conf-{self.suffix}"

    @property
    def results_bucket(self) -> str:
        """The bucket that takes Athena's results."""
        return self.bucket("results")

    @property
    def lf_tag(self) -> str:
        """The key of the run's LF-Tag."""
        return self.stem

    @property
    def workgroup(self) -> str:
        """The run's Athena workgroup."""
        return self.stem

    def bucket(self, what: str) -> str:
        """Return a bucket's name, which is the world's, so the account is in it."""
        return f"{self.stem}-{what}-{self.account}"

    def role(self, what: str) -> str:
        """Return a role's name."""
        return f"{self.stem}-{what}"

    def role_arn(self, what: str) -> str:
        """Return a role's ARN."""
        return f"arn:aws:iam::{self.account}:role/{self.role(what)}"

    def session_arn(self, what: str) -> str:
        """Return the ARN of the session in which a probe's caller asks."""
        return f"arn:aws:sts::{self.account}:assumed-role/{self.role(what)}/{self.session}"

    @property
    def session(self) -> str:
        """The name of every session."""
        return "probe"

    def database(self, what: str) -> str:
        """Return a database's name."""
        return f"{self.stem}_{what}".replace("-", "_")

    def table(self, what: str) -> str:
        """Return a table's name."""
        return what.replace("-", "_")


def filled(value: Any, places: dict[str, str]) -> Any:  # noqa: ANN401  # JSON
    """
    Return JSON with its placeholders filled.

    Raises:
        KeyError: A placeholder means nothing in this scene.

    """
    if isinstance(value, dict):
        return {filled(key, places): filled(member, places) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(item, places) for item in value]
    return _PLACEHOLDER.sub(lambda found: places[found[1]], value) if isinstance(value, str) else value
