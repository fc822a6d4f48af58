"""
What a stack declares, whatever said so: a recording, a preview, a stack's state, or the policy pack's arguments.

Each of these is read by its own module into the same list of `DeclaredResource`; from here on nobody knows where
it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lakeward.errors import EstateError, InvalidIdentifierError, Problem, quote
from lakeward.estate.sources.derived import derived
from lakeward.estate.sources.values import WHOLE_TOKEN, Json, is_unknown, mapping, replaced, text, token
from lakeward.estate.unknown import TOKEN
from lakeward.identifiers import AccountId, Arn, RegionName

LAKE = "lake:stack:Lake"
"""The root component, whose inputs tell which account and Region the stack is."""

_URN = re.compile(r"urn:pulumi:[^:]+::[^:]+::.+::.+", re.DOTALL)

_SPELLINGS = ("arn", "bucket", "id", "keyId", "name")
"""Properties by whose value other resources refer to a resource."""


@dataclass(frozen=True, kw_only=True)
class DeclaredResource:
    """
    One resource of a stack.

    `inputs` is what is wanted (or, from a state, what the provider last read); `outputs` is what only AWS knows, as
    far as anyone does. An unknown is `{"unknown": why}`, or a token where the source can say which property it is.
    """

    urn: str
    type: str
    name: str
    parent: str | None = None
    custom: bool = True
    inputs: Mapping[str, Json] = field(default_factory=dict)
    outputs: Mapping[str, Json] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    """URNs of everything that must exist first."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each input, the URNs that its value comes from."""

    @property
    def tags(self) -> Json:
        """The resource's tags as AWS lists them, sorted by key, with those that the provider adds where known."""
        every, own = self.inputs.get("tagsAll"), self.inputs.get("tags")
        stated = every if mapping(every) else own
        if is_unknown(stated):
            return stated
        return [{"Key": key, "Value": value} for key, value in sorted(mapping(stated).items()) if value is not None]


def name_of(urn: str) -> str:
    """Return the logical name at the end of a URN."""
    return urn.split("::", 3)[-1]


class Declarations:
    """
    All resources of one stack, and how they name each other.

    Raises `EstateError` when they don't say which account and Region the stack is.
    """

    def __init__(self, resources: Iterable[DeclaredResource], source: str) -> None:
        self._by_urn = {resource.urn: resource for resource in sorted(resources, key=lambda found: found.urn)}
        self.source = source
        if strange := sorted(urn for urn in self._by_urn if not _URN.fullmatch(urn)):
            remedy = "give `urn:pulumi:<stack>::<project>::<type>::<name>`"
            raise EstateError([Problem(source, f"{quote(urn)} isn't a resource's URN", remedy) for urn in strange])
        lakes = self.of(LAKE)
        if len(lakes) != 1:
            found = "no component" if not lakes else f"{len(lakes)} components"
            raise EstateError(
                [
                    Problem(
                        source,
                        f"{found} of type `{LAKE}`, which tells account and Region",
                        "read a stack of this project, whole",
                    )
                ]
            )
        self.lake = lakes[0]
        stated = self.lake.inputs
        try:
            # Plain texts from here on: a JSON document holds nothing else.
            self.account = str(AccountId(_digits(stated.get("account"))))
            self.region = str(RegionName(str(stated.get("region"))))
        except InvalidIdentifierError as error:
            raise EstateError([error.at(f"{source}: `{self.lake.name}`")]) from error
        self.deployer = text(stated.get("deployer"))
        self._derived = {
            resource.urn: derived(resource.type, resource.inputs, self.account, self.region_of(resource))
            for resource in self
        }
        self._fill_in()

    def __iter__(self) -> Iterator[DeclaredResource]:
        return iter(self._by_urn.values())

    @property
    def title(self) -> str:
        """Name the stack in the words of its URNs."""
        parts = self.lake.urn.split("::")
        return f"stack `{parts[0].rsplit(':', 1)[-1]}` of project `{parts[1]}`"

    def at(self, urn: str) -> list[DeclaredResource]:
        """Return the resource of a URN; none where it is another stack's or was left out."""
        return [self._by_urn[urn]] if urn in self._by_urn else []

    def of(self, *types: str) -> list[DeclaredResource]:
        """Return the resources of these types, sorted by URN."""
        return [resource for resource in self if resource.type in types]

    def region_of(self, resource: DeclaredResource) -> str:
        """Return the Region a resource is declared in: its own where it says one, else the stack's."""
        return text(resource.inputs.get("region")) or self.region

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Put together the ARN of a resource of this account; global where no Region is given."""
        where = RegionName(region or self.region)
        return str(Arn.of(where, service, self.account, resource, regional=region is not None))

    def identity(self, resource: DeclaredResource, member: str) -> str:
        """Return what AWS calls a resource in `member` (its `arn`, its `id`), or the token for it."""
        known = self._derived[resource.urn].get(member) or text(resource.outputs.get(member))
        return known or token(resource.name, member)

    def referred(
        self, resource: DeclaredResource, member: str, *types: str, value: Json = None
    ) -> DeclaredResource | None:
        """
        Return the one resource of these types that an input refers to; `None` where it is none, or not one.

        Args:
            resource: The resource that refers.
            member: The input that holds the reference, at its top level.
            types: What it can refer to.
            value: The reference itself, where it stands deeper than `member`.

        """
        value = resource.inputs.get(member) if value is None else value
        candidates = self.of(*types)
        if is_unknown(value):
            # The source can't say which property this is, only which resources it comes from.
            urns = resource.property_dependencies.get(member) or resource.dependencies
            candidates = [candidate for candidate in candidates if candidate.urn in urns]
        elif isinstance(value, str) and (whole := WHOLE_TOKEN.fullmatch(value)):
            candidates = [candidate for candidate in candidates if candidate.name == whole["name"]]
        else:
            candidates = [found for found in candidates if isinstance(value, str) and value in self.spellings(found)]
        return candidates[0] if len(candidates) == 1 else None

    def spellings(self, resource: DeclaredResource) -> frozenset[str]:
        """Return how other resources may name this one: by its id, ARN and name, as far as they are known."""
        found = (source.get(member) for source in (resource.inputs, resource.outputs) for member in _SPELLINGS)
        return frozenset(name for name in (*found, *self._derived[resource.urn].values()) if isinstance(name, str))

    def _fill_in(self) -> None:
        """Put what follows from declarations in the place of its tokens, wherever they stand."""
        known: dict[str, str] = {}
        for resource in self:
            for member, value in self._derived[resource.urn].items():
                known[token(resource.name, member)] = value
        if not known:
            return

        def fill(part: Json) -> Json | None:
            return TOKEN.sub(lambda found: known.get(found[0], found[0]), part) if isinstance(part, str) else None

        for resource in list(self):
            inputs = {name: replaced(value, fill) for name, value in resource.inputs.items()}
            self._by_urn[resource.urn] = replace(resource, inputs=inputs)


def _digits(account: Json) -> str:
    # The engine's configuration command writes account ids as numbers and so loses leading zeros.
    return f"{account:012d}" if isinstance(account, int) and not isinstance(account, bool) else str(account)
