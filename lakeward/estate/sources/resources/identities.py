"""IAM roles and users, their policies, and the permissions boundaries that managed policies are for them."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import Reader, entry
from lakeward.estate.sources.sections import ROLES, USERS
from lakeward.estate.sources.values import Json, document, is_unknown, items, mapping, text, unknown

ROLE = "aws:iam/role:Role"
USER = "aws:iam/user:User"
POLICY = "aws:iam/policy:Policy"

_KINDS = {ROLE: ("role", ROLES), USER: ("user", USERS)}


def _identity(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = resource.inputs
    _, section = _KINDS[resource.type]
    inline = [mapping(policy) for policy in items(inputs.get("inlinePolicies"))]
    policies: list[Json] = []
    policies += [_named(policy.get("name"), policy["policy"]) for policy in inline if policy.get("policy")]
    policies += [
        _managed(resource, "managedPolicyArns", arn, declarations) for arn in items(inputs.get("managedPolicyArns"))
    ]
    members: dict[str, Json] = {
        "Arn": declarations.identity(resource, "arn"),
        "Policies": policies,
        "Tags": resource.tags,
        "PermissionsBoundary": _boundary(resource, declarations),
    }
    if section is ROLES:
        members["AssumeRolePolicyDocument"] = document(inputs.get("assumeRolePolicy"))
    yield entry(section, resource, declarations, members)


def _inline_policy(kind: str) -> Reader:
    def read(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
        name = text(policy.inputs.get("name")) or declarations.identity(policy, "name")
        yield _child(policy, kind, declarations, _named(name, policy.inputs.get("policy")))

    return read


def _attachment(kind: str) -> Reader:
    def read(attachment: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
        arn = attachment.inputs.get("policyArn")
        yield _child(attachment, kind, declarations, _managed(attachment, "policyArn", arn, declarations))

    return read


def _managed_policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """Say nothing: a managed policy counts where it is attached, or where it is a boundary."""
    del policy, declarations
    yield from ()


def identity_arn(resource: DeclaredResource, member: str, declarations: Declarations) -> Json:
    """
    Return the ARN that an input names a role or user by.

    Not known yet, it is the ARN of the one role or user of the stack that it comes from.
    """
    stated = resource.inputs.get(member) or None
    declared = declarations.referred(resource, member, ROLE, USER) if is_unknown(stated) else None
    return stated if declared is None else declarations.identity(declared, "arn")


def _child(resource: DeclaredResource, kind: str, declarations: Declarations, policy: Json) -> Entry:
    owner_type, section = next((owner, found) for owner, (name, found) in _KINDS.items() if name == kind)
    owner = declarations.referred(resource, kind, owner_type)
    if owner is not None:
        arn = declarations.identity(owner, "arn")
    elif name := text(resource.inputs.get(kind)):
        arn = declarations.arn("iam", f"{kind}/{name}")
    else:
        arn = declarations.identity(resource, kind)
    return entry(section, resource, declarations, {"Arn": arn, "Policies": [policy]}, defines=False)


def _named(name: Json, policy: Json) -> dict[str, Json]:
    return {"PolicyName": name, "PolicyDocument": document(policy)}


def _managed(resource: DeclaredResource, member: str, arn: Json, declarations: Declarations) -> Json:
    policy = _policy_named(resource, member, arn, declarations)
    if policy is None:
        return unknown(f"managed policy `{arn}` isn't declared in this stack" if isinstance(arn, str) else "not known")
    name = text(policy.inputs.get("name")) or declarations.identity(policy, "name")
    return _named(name, policy.inputs.get("policy"))


def _boundary(resource: DeclaredResource, declarations: Declarations) -> Json:
    arn = resource.inputs.get("permissionsBoundary") or None
    if arn is None:
        return None
    policy = _policy_named(resource, "permissionsBoundary", arn, declarations)
    if policy is None:
        return unknown(f"boundary `{arn}` isn't declared in this stack" if isinstance(arn, str) else "not known")
    return document(policy.inputs.get("policy"))


def _policy_named(
    resource: DeclaredResource, member: str, arn: Json, declarations: Declarations
) -> DeclaredResource | None:
    return None if arn is None else declarations.referred(resource, member, POLICY, value=arn)


READERS = {
    ROLE: _identity,
    USER: _identity,
    POLICY: _managed_policy,
    "aws:iam/rolePolicy:RolePolicy": _inline_policy("role"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment("role"),
    "aws:iam/userPolicy:UserPolicy": _inline_policy("user"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": _attachment("user"),
}
