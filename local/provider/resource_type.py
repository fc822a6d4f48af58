"""
What one file in `resources/` says about one resource type.

A file declares a table of properties with the facts the protocol needs, and the calls that create, configure, read
and delete. Everything else (checks, differences, previews, refresh, import, tags, retries, errors) follows from
the table and is the same for all types.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from local.provider.account import Place
from local.provider.wire import Properties, Value


@dataclass(frozen=True, kw_only=True)
class Property:
    """What the stand-in knows of a property that it builds, and of everything below it."""

    replaces: bool = False
    """A change replaces the resource: the official provider's `ForceNew` or `RequiresReplace`."""
    filled_in: bool = False
    """AWS fills it in where the program is silent (`Optional` and `Computed`), so silence is no wish."""
    default: Value = None
    """What the official provider sends where the program is silent; its check returns it among the inputs."""
    unordered: bool = False
    """A list whose order means nothing: a set for the official provider."""
    canonical: Callable[[str], Value] | None = None
    """Equal canonical forms are equal values, for text that has several spellings."""


class RefusedError(Exception):
    """A request that can't be carried out; the text is for people and holds no property's value."""


@dataclass(frozen=True)
class Failure:
    """A property that can't be right, and why, without its value."""

    property: str
    reason: str


class ResourceType(abc.ABC):
    """One resource type."""

    pulumi_type: ClassVar[str]
    """The official token, as in `aws:s3/bucket:Bucket`."""
    properties: ClassVar[Mapping[str, Property]]
    """By dotted path, list positions left out. A path builds everything below it; what no path reaches is refused.
    `region` and `tags` follow from the SDK's shape and are never in the table."""
    computed: ClassVar[frozenset[str]] = frozenset()
    """Outputs that aren't inputs and that `read` gives; unknown until `up`."""
    name_property: ClassVar[str | None] = None
    """The input that Pulumi names where the program doesn't."""
    absent: ClassVar[frozenset[str]] = frozenset()
    """Error codes by which AWS says that it isn't there."""
    deletes_first: ClassVar[bool] = False
    """A replacement deletes the old one before it creates the new one."""

    def check(self, inputs: Properties, /) -> Iterable[Failure]:  # noqa: ARG002 - most types have nothing to add
        """Say what is wrong with inputs that have the right shape. They may hold unknowns."""
        return ()

    @abc.abstractmethod
    def create(self, place: Place, wanted: Properties, /) -> str:
        """
        Create it and answer its identity.

        One call at most: what takes more than one belongs into `configure`, so that a failure in between leaves
        a resource that the engine knows. `wanted` holds the inputs, and `tagsAll` for a type with tags.
        """

    def configure(  # noqa: B027 - a type that is created whole and never updated needs none
        self, place: Place, identity: str, wanted: Properties, before: Properties, /
    ) -> None:
        """
        Bring what exists to what is wanted: after `create` (`before` is empty then) and on every update.

        The default does nothing: all properties replace, or `create` has set them.
        """

    @abc.abstractmethod
    def read(self, place: Place, identity: str, known: Properties, /) -> Properties | None:
        """
        Return what is really there, `None` if nothing is.

        A property that is missing from the answer can't be read and keeps its recorded value. `known` is the last
        recorded state, empty when importing. A type with tags answers `tagsAll`.
        """

    @abc.abstractmethod
    def delete(self, place: Place, identity: str, state: Properties, /) -> None:
        """Remove it. Errors in `absent` count as success."""
