"""
Roles held to their own policies: the embedded AWS with IAM before it, for who wants to know what is enough.

Every call of such a role is noted with the actions it needs, and refused unless the role's identity policies allow
each of them, as `lakeward.access` judges. Off unless the server was started so. The resource's own policy isn't asked:
this is about what a role must be given.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.iam.models import IAMBackend, iam_backends
from moto.kms.models import kms_backends

from lakeward.access import Verdict, answer
from lakeward.access.operations import Need, needs_of
from local.aws import access_keys, principals
from local.aws.calls import ApiCall, call_of
from local.aws.refusal import refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY_ID_BYTES = 36
CALLS_FILE = "calls"
"""In the server's folder: for each different call of the role a line with its name and the actions that it needed."""


@dataclass
class Judged:
    """A WSGI application between the gate and moto's."""

    application: WSGIApplication
    role: str
    """Name of the role whose calls are judged, in whichever account; all others pass."""
    notes: Path
    _noted: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = call_of(environ)
        account = access_keys.owner(call.access_key) if call else None
        # Whoever asks who they are needs no permission for it.
        if call is None or account is None or call.service == "sts":
            return self.application(environ, start_response)
        role = principals.caller(call.access_key, account)
        if role.rsplit("/", 1)[-1] != self.role:
            return self.application(environ, start_response)
        needs = needs_of(call.service, call.operation, call.parameters)
        self._note(call, needs)
        caller = _Caller(role, account, tuple(_policies_of(role)))
        asked = _Asked(call, account)
        for need in needs:
            resource, context = asked.of(need)
            if not caller.may(need.action, resource, context):
                message = f"{role} is not authorized to perform: {need.action} on resource: {resource}"
                return refuse(start_response, call.service, "403 Forbidden", "AccessDenied", message)
        return self.application(environ, start_response)

    def _note(self, call: ApiCall, needs: tuple[Need, ...]) -> None:
        line = " ".join((f"{call.service}:{call.operation}", *(need.action for need in needs)))
        with self._lock:
            if line not in self._noted:
                self._noted.add(line)
                with self.notes.open("a") as file:
                    file.write(f"{line}\n")


@dataclass(frozen=True)
class _Caller:
    """Who asks, and what it was given."""

    role: str
    account: str
    policies: tuple[Any, ...]

    def may(self, action: str, resource: str, context: dict[str, str]) -> bool:
        case = {
            "principal": self.role,
            "action": action,
            "resource": resource,
            "resourceAccount": self.account,
            "context": context,
            "identityPolicies": list(self.policies),
            # A key opens for IAM only where its policy says so; those of the stack do for their administrators.
            **({"resourcePolicy": _opened_to(self.account)} if action.startswith("kms:") else {}),
        }
        return Verdict(answer(case)["verdict"]) is Verdict.ALLOW


def _opened_to(account: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*"}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]}


def _policies_of(role_arn: str) -> Iterator[Any]:
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    role = iam_backends[account]["aws"].get_role(name)
    for document in role.policies.values():
        yield json.loads(document)
    for policy in role.managed_policies.values():
        yield from (json.loads(version.document) for version in policy.versions if version.is_default)


class _Asked:
    """What a call is on, and what is known of it, for the services whose resources policies name."""

    def __init__(self, call: ApiCall, account: str) -> None:
        self._call = call
        self._account = account
        self._iam: IAMBackend = iam_backends[account]["aws"]

    def of(self, need: Need) -> tuple[str, dict[str, str]]:
        """Return the ARN that an action of the call is on, `*` where none is told, and the context it is asked in."""
        context = {"aws:RequestedRegion": self._call.region, **need.context}
        if need.role is not None:
            return need.role, context
        kind = {"s3": self._bucket, "iam": self._identity, "kms": self._key}.get(self._call.service)
        resource, known = kind() if kind else ("*", {})
        return resource, {**context, **known}

    def _bucket(self) -> tuple[str, dict[str, str]]:
        parameters = self._call.parameters
        bucket = parameters.get("Bucket")
        return "/".join((f"arn:aws:s3:::{bucket}", *filter(None, [parameters.get("Key")]))) if bucket else "*", {}

    def _identity(self) -> tuple[str, dict[str, str]]:
        parameters = self._call.parameters
        path = parameters.get("Path") or "/"
        if "RoleName" in parameters:
            name = parameters["RoleName"]
            there = next((role for role in list(self._iam.roles.values()) if role.name == name), None)
            boundary = there.permissions_boundary_arn if there else parameters.get("PermissionsBoundary")
            arn = there.arn if there else f"arn:aws:iam::{self._account}:role{path}{name}"
            return arn, {"iam:PermissionsBoundary": boundary} if boundary else {}
        if "PolicyArn" in parameters:
            return parameters["PolicyArn"], {}
        name = parameters.get("PolicyName")
        return f"arn:aws:iam::{self._account}:policy{path}{name}" if name else "*", {}

    def _key(self) -> tuple[str, dict[str, str]]:
        parameters = self._call.parameters
        tags = {f"aws:RequestTag/{tag['TagKey']}": tag["TagValue"] for tag in parameters.get("Tags") or ()}
        alias, identifier = parameters.get("AliasName"), parameters.get("KeyId")
        if alias:
            return f"arn:aws:kms:{self._call.region}:{self._account}:{alias}", tags
        if "CiphertextBlob" in parameters:
            # moto writes the key's id before what it encrypts.
            identifier = bytes(parameters["CiphertextBlob"])[:_KEY_ID_BYTES].decode()
        if identifier is None:
            return "*", tags
        backend = kms_backends[self._account][self._call.region]
        key = backend.describe_key(backend.any_id_to_key_id(identifier))
        own = {
            f"aws:ResourceTag/{name}": value for name, value in backend.tagger.get_tag_dict_for_resource(key.id).items()
        }
        return key.arn, {**own, **tags}
