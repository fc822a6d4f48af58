"""Probes: what exists, what is asked of it, and which rules the answer would confirm or refute."""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib import resources
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

Statement = dict[str, Any]
"""A statement of a policy; in its texts `<bucket>`, `<caller>`, … stand for what is made (`conformance.names`)."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,34}$")]
"""A probe's name: part of role, table and bucket names, hence short and lower case."""


class Value(BaseModel):
    """Base of what `probes.yaml` holds: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Store(str, Enum):
    """Where the probe's objects lie, and what Lake Formation knows about the place."""

    PLAIN = "plain"
    REGISTERED = "registered"
    HYBRID = "hybrid"


class Caller(Value):
    """The role that asks, and the session it asks in."""

    identity: tuple[Statement, ...] = ()
    reads_catalog: bool = True
    """Whether it may ask Athena, Glue and Lake Formation at all."""
    owns_objects: bool = False
    """Whether its identity policy lets it read the probe's objects itself."""
    boundary: tuple[Statement, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict)
    session_tags: dict[str, str] = Field(default_factory=dict)
    session_policy: tuple[Statement, ...] = ()


class Grant(Value):
    """A grant to the caller on the probe's table, or on its database where the permission is one of databases."""

    permissions: tuple[str, ...] = ("SELECT",)
    columns: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    cells_filter: str | None = None
    tags: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    tag_policy_on: str = "TABLE"
    condition: str | None = None
    """A Cedar condition; the grantee is then every principal of the account (B11-1)."""


class CellsFilter(Value):
    """A data cells filter on the probe's table."""

    rows: str | None = None
    columns: tuple[str, ...] = ()


class TagsOn(Value):
    """LF-Tags, by where they are assigned."""

    database: dict[str, str] = Field(default_factory=dict)
    table: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, dict[str, str]] = Field(default_factory=dict)


class RowSecurity(Value):
    """A row-level security policy on the probe's table."""

    rows: str
    column: str = "region"
    by_tag: str | None = None
    """The LF-Tag value by which it is attached instead of to the table itself; no other scene uses that value."""
    for_caller: bool = True
    condition: str | None = None


class Scene(Value):
    """What exists for one probe: a table over four rows, its caller, and what stands between them."""

    store: Store = Store.REGISTERED
    caller: Caller = Caller()
    bucket_policy: tuple[Statement, ...] = ()
    """With statements the probe gets a bucket of its own, so that no other probe meets them."""
    registration: tuple[Statement, ...] = ()
    """More statements for the registration role, which then is the probe's own."""
    registration_boundary: tuple[Statement, ...] = ()
    registration_below: bool = False
    """Whether the table's prefix is registered once more, with a role that may read nothing."""
    key: tuple[Statement, ...] = ()
    """With statements the bucket is encrypted with a key of its own that has them in its policy."""
    iam_allowed: bool = False
    opt_in: bool = False
    opt_in_condition: str | None = None
    grants: tuple[Grant, ...] = ()
    filters: dict[str, CellsFilter] = Field(default_factory=dict)
    tags: TagsOn = TagsOn()
    added_column: str | None = None
    """A column that the table gets after the grants are made."""
    row_security: RowSecurity | None = None

    @property
    def has_own_bucket(self) -> bool:
        """Whether the probe's place differs from what other probes share."""
        return bool(
            self.bucket_policy or self.registration or self.registration_boundary or self.registration_below or self.key
        )


class Ask(Value):
    """One question: a read through Athena, a request, or a verb of Lake Formation. Exactly one of the three."""

    read: bool = False
    action: str | None = None
    """`s3:GetObject` or `s3:PutObject`, on the probe's object."""
    permission: str | None = None
    """`CREATE_TABLE`: a second table over the probe's objects."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Ask:
        if sum((self.read, self.action is not None, self.permission is not None)) != 1:
            raise ValueError("one of `read`, `action` and `permission` is asked")
        return self


class Probe(Value):
    """One question to AWS whose answer settles whether a rule is read rightly."""

    name: Name
    rules: Annotated[tuple[str, ...], Field(min_length=1)]
    claim: str
    source: str
    scene: Scene = Scene()
    ask: Ask = Ask(read=True)


@cache
def load_probes() -> tuple[Probe, ...]:
    """Return every probe of `probes.yaml`, by name."""
    written = yaml.safe_load(resources.files(__package__).joinpath("probes.yaml").read_text(encoding="utf-8"))
    return tuple(Probe.model_validate({"name": name, **probe}) for name, probe in sorted(written.items()))
