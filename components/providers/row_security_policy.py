"""
A row-level security policy with what it is attached to, as a dynamic resource.

The gap: the provider has no resource for either (`semantics.md` B22-13).

Inputs, beside the connection's: `name`, `attachmentColumns` and `filterExpression` (the policy, as AWS spells one),
`attachments` (a list of one: `Principal` and `Resource`, as AWS spells them). All but `name` are also outputs, as they
are in AWS: every further attachment widens what is read (B22-3), so it is drift and goes with the next update.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from components.providers.connection import Connection, changed, every, persevere
from lakeward.errors import OutsideServiceError

LONGEST_EXPRESSION = 2_048
"""Characters (`semantics.md` B19)."""

_IDENTITY = frozenset({"account", "region", "name", "attachmentColumns"})
"""Inputs that AWS can't change on a policy."""

Attachment = Mapping[str, Any]


class RowSecurityPolicyProvider(ResourceProvider):
    """Creates a policy, attaches it, and detaches it from whatever else it is found attached to."""

    serialize_as_secret_always = False
    """What is serialized is the name of this class: nothing to hide, and readable in the state."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse, in the preview already, an expression that AWS would, and an attachment for everyone."""
        failures = []
        if not 0 < len(news["filterExpression"]) <= LONGEST_EXPRESSION:
            failures.append(
                CheckFailure(
                    "filterExpression",
                    f"it has {len(news['filterExpression'])} characters; give 1 to {LONGEST_EXPRESSION}",
                )
            )
        if any(not attachment.get("Principal") for attachment in news["attachments"]):
            failures.append(CheckFailure("attachments", "one names no principal, so that it is for all; name one"))
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        differing = changed(_olds, _news)
        return DiffResult(
            changes=bool(differing),
            replaces=[key for key in differing if key in _IDENTITY],
            delete_before_replace=True,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        client = _lake_formation(props)
        _create(client, props)
        _attach(client, props)
        return CreateResult(f"{props['account']}/{props['region']}/{props['name']}", dict(props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        client = _lake_formation(_news)
        if _olds["filterExpression"] != _news["filterExpression"]:
            _change(client, _news)
        _attach(client, _news)
        return UpdateResult(dict(_news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        client = _lake_formation(props)
        policy = _found(client, props["name"])
        if policy is None:
            return ReadResult("", {})
        attachments = [attachment for attachment, _ in _attached(client, props)]
        return ReadResult(id_, {**props, **_content(policy), "attachments": attachments})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the policy, and with it what it is attached to (`semantics.md` B22-1)."""
        client = _lake_formation(_props)
        try:
            persevere(partial(client.delete_rls_policy, Name=_props["name"]))
        except client.exceptions.EntityNotFoundException:
            return


class RowSecurityPolicy(
    Resource, module="components.providers.row_security_policy", name="RowSecurityPolicy"
):  # the token names the module, so that a reader of a state finds the code
    """One policy, attached for one principal and never as anyone's default."""

    def __init__(  # noqa: PLR0913  # a policy has this many sides
        self,
        name: str,
        connection: Connection,
        *,
        policy: str,
        columns: Sequence[Mapping[str, str]],
        expression: str,
        principal: str,
        resource: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__(
            RowSecurityPolicyProvider(),
            name,
            {
                **connection.inputs(),
                "name": policy,
                "attachmentColumns": [dict(column) for column in columns],
                "filterExpression": expression,
                "attachments": [
                    {"Principal": {"DataLakePrincipalIdentifier": principal}, "Resource": dict(resource)},
                ],
            },
            opts,
        )


def _lake_formation(inputs: Mapping[str, Any]) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
    return Connection.of(inputs).open().client("lakeformation")


def _create(client: Any, inputs: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Create the policy, or take up the one that a creation left behind which failed at attaching it."""
    try:
        persevere(
            partial(
                client.create_rls_policy,
                Name=inputs["name"],
                AttachmentColumns=inputs["attachmentColumns"],
                FilterExpression=inputs["filterExpression"],
            )
        )
    except client.exceptions.AlreadyExistsException:
        found = _content(_found(client, inputs["name"]) or {})
        if found["attachmentColumns"] != inputs["attachmentColumns"]:
            raise OutsideServiceError(
                f"row-level security policy {inputs['name']}: there is another one of this name, on other columns; "
                "delete it"
            ) from None
        if found["filterExpression"] != inputs["filterExpression"]:
            _change(client, inputs)


def _change(client: Any, inputs: Mapping[str, Any]) -> None:  # noqa: ANN401
    persevere(partial(client.update_rls_policy, Name=inputs["name"], FilterExpression=inputs["filterExpression"]))


def _attach(client: Any, inputs: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Make the attachments the wanted ones, what is too much going first."""
    attached = _attached(client, inputs)
    for attachment, live in attached:
        if attachment not in inputs["attachments"]:
            persevere(partial(client.detach_rls_policy, Name=inputs["name"], **live))
    held = [attachment for attachment, _ in attached]
    for attachment in inputs["attachments"]:
        if attachment not in held:
            persevere(partial(client.attach_rls_policy, Name=inputs["name"], **attachment))


def _found(client: Any, name: str) -> Mapping[str, Any] | None:  # noqa: ANN401
    try:
        policy: Mapping[str, Any] = persevere(partial(client.get_rls_policy, Name=name))["RLSPolicy"]
    except client.exceptions.EntityNotFoundException:
        return None
    return policy


def _content(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy as it is in AWS, spelled like the inputs."""
    return {
        "attachmentColumns": [
            {member: column[member] for member in ("Name", "Type") if member in column}
            for column in policy.get("AttachmentColumns", [])
        ],
        "filterExpression": policy.get("FilterExpression", ""),
    }


def _attached(client: Any, inputs: Mapping[str, Any]) -> list[tuple[Attachment, dict[str, Any]]]:  # noqa: ANN401
    """Return what the policy is attached to, each spelled like the inputs and as AWS takes it away."""
    listed = every(client.list_rls_policy_attachments, "RLSPolicyAttachments", PolicyName=inputs["name"])
    found = [(_spelled(entry, inputs["account"]), dict(_detachment(entry))) for entry in listed]
    return sorted(found, key=lambda pair: json.dumps(pair[0], sort_keys=True))


def _spelled(entry: Mapping[str, Any], account: str) -> dict[str, Any]:
    spelled: dict[str, Any] = {
        member: entry[member] for member in ("Principal", "Condition", "DefaultRLSPolicy") if entry.get(member)
    }
    ((kind, named),) = entry["Resource"].items()
    here = {member: value for member, value in named.items() if not (member == "CatalogId" and value == account)}
    return {**spelled, "Resource": {kind: here}}


def _detachment(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for member in ("Principal", "Condition", "Resource"):
        if entry.get(member):
            yield member, entry[member]
    if entry.get("DefaultRLSPolicy"):
        yield "RemoveDefault", True
