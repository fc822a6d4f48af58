"""IAM: roles and users with all policies that allow or bound them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeward.estate.sources.values import Json, canonical, document, unknown
from lakeward.live.calls import Aws, Call, NotReadError

_KINDS = ("User", "Role", "Group", "LocalManagedPolicy")

DETAILS = Call("iam", "GetAccountAuthorizationDetails", items="RoleDetailList")
POLICY = Call("iam", "GetPolicy", absent=frozenset({"NoSuchEntity"}))
POLICY_VERSION = Call("iam", "GetPolicyVersion", absent=frozenset({"NoSuchEntity"}))

CALLS = (DETAILS, POLICY, POLICY_VERSION)


def read(aws: Aws) -> dict[str, Json]:
    """Return the account's roles and users, sorted by ARN; denied, both are unknown."""
    try:
        found = _details(aws)
    except NotReadError as error:
        return {"Roles": unknown(str(error)), "Users": unknown(str(error))}
    policies = _Policies(aws, found["Policies"])
    groups = {group["GroupName"]: group for group in found["GroupDetailList"]}
    return {
        "Roles": [_role(role, policies) for role in sorted(found["RoleDetailList"], key=_arn)],
        "Users": [_user(user, groups, policies) for user in sorted(found["UserDetailList"], key=_arn)],
    }


def _details(aws: Aws) -> dict[str, list[Any]]:
    lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    pages = aws.pages(DETAILS, Filter=list(_KINDS))
    return {name: [item for page in pages for item in page.get(name, [])] for name in lists}


class _Policies:
    """Managed policies by ARN: the account's own as they came along, AWS's fetched when first asked for."""

    def __init__(self, aws: Aws, local: list[Mapping[str, Any]]) -> None:
        self._aws = aws
        self._documents: dict[str, Json] = {policy["Arn"]: _default_version(policy) for policy in local}

    def document(self, arn: str) -> Json:
        if arn not in self._documents:
            self._documents[arn] = self._fetched(arn)
        return self._documents[arn]

    def _fetched(self, arn: str) -> Json:
        try:
            policy = self._aws.one(POLICY, PolicyArn=arn)
            version = policy and self._aws.one(
                POLICY_VERSION, PolicyArn=arn, VersionId=policy["Policy"]["DefaultVersionId"]
            )
        except NotReadError as error:
            return unknown(str(error))
        return document(version["PolicyVersion"]["Document"]) if version else unknown(f"there is no policy `{arn}`")


def _default_version(policy: Mapping[str, Any]) -> Json:
    for version in policy.get("PolicyVersionList", []):
        if version["IsDefaultVersion"]:
            return document(version["Document"])
    return unknown(f"no default version of `{policy['Arn']}` was given")


def _role(role: Mapping[str, Any], policies: _Policies) -> Json:
    return {
        **_identity(role, _named(role, "RolePolicyList", policies), policies),
        "AssumeRolePolicyDocument": document(role.get("AssumeRolePolicyDocument")),
    }


def _user(user: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]], policies: _Policies) -> Json:
    own = _named(user, "UserPolicyList", policies)
    for name in user.get("GroupList", []):
        own += _named(groups[name], "GroupPolicyList", policies) if name in groups else [_lost_group(name)]
    return _identity(user, own, policies)


def _lost_group(name: str) -> Json:
    return unknown(f"group `{name}` wasn't listed")


def _identity(identity: Mapping[str, Any], policies: list[Json], managed: _Policies) -> dict[str, Json]:
    tags: list[Json] = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in identity.get("Tags", [])]
    result: dict[str, Json] = {
        "Arn": identity["Arn"],
        "Policies": sorted(policies, key=canonical),
        "Tags": sorted(tags, key=canonical),
    }
    boundary = identity.get("PermissionsBoundary")
    return (
        {**result, "PermissionsBoundary": managed.document(boundary["PermissionsBoundaryArn"])} if boundary else result
    )


def _named(identity: Mapping[str, Any], inline: str, policies: _Policies) -> list[Json]:
    found: list[Json] = [
        {"PolicyName": policy["PolicyName"], "PolicyDocument": document(policy["PolicyDocument"])}
        for policy in identity.get(inline, [])
    ]
    for attached in identity.get("AttachedManagedPolicies", []):
        read_document = policies.document(attached["PolicyArn"])
        found.append({"PolicyName": attached["PolicyName"], "PolicyDocument": read_document})
    return found


def _arn(detail: Mapping[str, Any]) -> str:
    return str(detail["Arn"])
