"""
A prepared estate: documents compiled once, everything found by name.

Nothing here decides. It answers where something stands, which policies bear on it, and what a request by or to it
carries; what isn't described comes back as unknown policies and open keys, never as nothing (`contracts.md`
section 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from lakeward.access.context import Context, ContextValue
from lakeward.access.decision import Layer, Reason
from lakeward.access.iam import ASSUME_ROLE_ACTIONS, PolicySet
from lakeward.access.lake_formation.catalog import Catalog
from lakeward.access.lake_formation.grantees import Grantee
from lakeward.access.lake_formation.grants import GrantBook
from lakeward.access.lake_formation.row_security import RowSecurity
from lakeward.access.network import admits, port_of
from lakeward.access.principals import Principal, PrincipalKind, parse_principal
from lakeward.access.statements import CompiledPolicy
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.document import Account, Estate, Region
from lakeward.estate.entries import (
    AttachedPolicy,
    Bucket,
    Key,
    NamedPolicy,
    Organization,
    PublicAccessBlock,
    Role,
    SecurityGroup,
    Tag,
    User,
    VpcEndpoint,
)
from lakeward.estate.policies import Policy
from lakeward.estate.unknown import TOKEN, Listing, Unknown, has_token, token_for

_KEPT_CALLERS = 1 << 14


@dataclass(frozen=True, eq=False)
class Caller:
    """A principal with everything of it that bears on its requests. Equal to itself only."""

    principal: Principal
    exists: Truth
    """NO: its account is described and it isn't there."""
    identity: tuple[CompiledPolicy, ...]
    boundaries: tuple[CompiledPolicy, ...]
    session: tuple[CompiledPolicy, ...]
    tags: Mapping[str, str] | Unknown
    """Of the role or user, overridden by the session's ignoring case (A14-3)."""
    context: Context
    """The keys that follow from who it is."""
    grantee: Grantee | None
    """How Lake Formation sees it; `None` where it is no role or user."""


@dataclass(frozen=True)
class Placed:
    """A resource with the account and Region it stands in."""

    account: str
    region: str


@dataclass(frozen=True)
class PlacedBucket(Placed):
    """A bucket."""

    entry: Bucket


@dataclass(frozen=True)
class PlacedKey(Placed):
    """A key."""

    entry: Key

    @property
    def arn(self) -> str:
        """The key's ARN; where AWS hasn't made it yet, one whose id alone isn't known."""
        given = self.entry.arn
        return given if given.startswith("arn:") else f"arn:aws:kms:{self.region}:{self.account}:key/{given}"


@dataclass(frozen=True)
class Target:
    """The resource of a request: whose it is, its policy, and the keys that follow from it."""

    account: str | None
    policy: CompiledPolicy | None = None
    context: Mapping[str, ContextValue | None] = field(default_factory=dict)
    open_prefixes: Mapping[str, Unknown] = field(default_factory=dict)
    public_access_block: PublicAccessBlock | Unknown | None = None
    under_resource_control: bool = True
    exists: Truth = YES


class PreparedEstate:
    """An estate, compiled for many questions."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._compiled: dict[int, CompiledPolicy] = {}
        self._callers: dict[str, Caller] = {}
        self._roles: dict[tuple[str, str], tuple[int, Role]] = {}
        self._users: dict[str, tuple[int, User]] = {}
        for account_id, account in self.accounts():
            for index, role in enumerate(account.iam.roles):
                self._roles[account_id, role.arn.rpartition("/")[2]] = (index, role)
            for index, user in enumerate(account.iam.users):
                self._users[user.arn] = (index, user)

    # --- What is described --------------------------------------------------------------------------------

    def accounts(self) -> Iterator[tuple[str, Account]]:
        """Yield the described accounts, sorted."""
        for account_id, account in sorted(self.estate.accounts.items()):
            if isinstance(account, Account):
                yield account_id, account

    def regions(self) -> Iterator[tuple[str, str, Region]]:
        """Yield the described Regions with their accounts, sorted."""
        for account_id, account in self.accounts():
            if not isinstance(account.regions, Unknown):
                for name, region in sorted(account.regions.items()):
                    yield account_id, name, region

    def described(self, account_id: str | None) -> Truth:
        """Return whether what isn't listed in an account isn't there: UNKNOWN where nobody knows."""
        account = self.estate.account(account_id) if account_id is not None else None
        return YES if account is not None and account.partial is None else UNKNOWN

    @cached_property
    def organization(self) -> Organization | None:
        """The organization; `None` where the estate describes none."""
        found = self.estate.organization
        return found if isinstance(found, Organization) else None

    @cached_property
    def catalogs(self) -> dict[tuple[str, str], Catalog]:
        """The catalogs by account and Region."""
        return {
            (account, name): Catalog(account, name, region, partial=self.described(account) != YES)
            for account, name, region in self.regions()
        }

    def opt_in_catalogs(self, catalog: Catalog, grantee: Grantee | None) -> tuple[Catalog, ...]:
        """Return the catalogs in which opt-ins for a principal stand: the table's, and its own account's."""
        home = self.catalogs.get((grantee.account, catalog.region_name)) if grantee is not None else None
        return (catalog,) if home is None or home is catalog else (catalog, home)

    @cached_property
    def grant_books(self) -> dict[tuple[str, str], GrantBook]:
        """The grants by account and Region."""
        return {
            (account, name): GrantBook(account, name, region, partial=self.described(account) != YES)
            for account, name, region in self.regions()
        }

    @cached_property
    def registration_roles(self) -> frozenset[str]:
        """The ARNs of the roles as which Lake Formation reads locations."""
        return frozenset(
            location.role_arn
            for _, _, region in self.regions()
            for location in region.lake_formation.resources
            if location.role_arn is not None
        )

    @cached_property
    def row_securities(self) -> dict[tuple[str, str], RowSecurity]:
        """The row-level security by account and Region."""
        return {place: RowSecurity(catalog) for place, catalog in self.catalogs.items()}

    @cached_property
    def buckets(self) -> dict[str, PlacedBucket]:
        """The buckets by name."""
        return {
            entry.name: PlacedBucket(account, region_name, entry)
            for account, region_name, region in self.regions()
            for entry in region.s3.buckets
        }

    @cached_property
    def keys(self) -> dict[str, PlacedKey]:
        """The keys by ARN."""
        placed = [
            PlacedKey(account, region_name, entry)
            for account, region_name, region in self.regions()
            for entry in region.kms.keys
        ]
        return {key.arn: key for key in placed}

    @cached_property
    def endpoints(self) -> dict[str, tuple[str, str, VpcEndpoint]]:
        """The VPC endpoints by id, each with its account and where it stands."""
        return {
            entry.vpc_endpoint_id: (account, f"{_place(account, name)}.ec2.VpcEndpoints[{index}]", entry)
            for account, name, region in self.regions()
            for index, entry in enumerate(region.ec2.vpc_endpoints)
        }

    @cached_property
    def security_groups(self) -> dict[str, tuple[str, SecurityGroup]]:
        """The security groups by id, each with where it stands."""
        return {
            entry.group_id: (f"{_place(account, name)}.ec2.SecurityGroups[{index}]", entry)
            for account, name, region in self.regions()
            for index, entry in enumerate(region.ec2.security_groups)
        }

    def arn_of(self, resource: str) -> str:
        """Return a resource's ARN: a key that AWS hasn't made yet may be asked about as the estate spells it."""
        return self._keys_as_spelled.get(resource, resource)

    @cached_property
    def _keys_as_spelled(self) -> dict[str, str]:
        return {key.entry.arn: key.arn for key in self.keys.values()}

    def key_named(self, reference: str, account: str, region: str) -> PlacedKey | None:
        """Return the key that an ARN, an id or an alias means in a Region; `None` where it isn't described."""
        found = self.keys.get(reference)
        if found is not None:
            return found
        for key in self.keys.values():
            if key.region == region and _means(reference, key, account):
                return key
        return None

    def role(self, arn: str) -> Role | None:
        """Return a role by its ARN, or by its session's."""
        principal = parse_principal(arn)
        if principal is None or principal.account is None:
            return None
        found = self._roles.get((principal.account, principal.name))
        return None if found is None else found[1]

    # --- Callers ----------------------------------------------------------------------------------------------

    def caller(self, arn: str) -> Caller | None:
        """Return a principal by its ARN or name; `None` where the text names none."""
        found = self._callers.get(arn)
        if found is None:
            principal = parse_principal(arn)
            if principal is None:
                return None
            if len(self._callers) >= _KEPT_CALLERS:
                self._callers.clear()
            found = self._callers[arn] = self._make_caller(principal)
        return found

    def session(
        self, role_arn: str, name: str, tags: Mapping[str, str] | None = None, policy: Policy | None = None
    ) -> Caller | None:
        """Return a session of a role, with its tags over the role's and its session policy."""
        role = self.caller(role_arn)
        if role is None or role.principal.kind is not PrincipalKind.ROLE:
            return None
        partition = role.principal.arn.split(":")[1]
        arn = f"arn:{partition}:sts::{role.principal.account}:assumed-role/{role.principal.name}/{name}"
        merged: Mapping[str, str] | Unknown = role.tags
        if not isinstance(merged, Unknown):
            merged = _overridden(merged, tags or {})
        context = role.context.extended({f"aws:PrincipalTag/{key}": value for key, value in (tags or {}).items()})
        context = context.extended({"aws:userid": token_for(f"userid.{role_arn}") + f":{name}"})
        return replace(
            role,
            principal=replace(role.principal, kind=PrincipalKind.SESSION, arn=arn, session=name),
            session=() if policy is None else (CompiledPolicy(policy, "sessionPolicy"),),
            tags=merged,
            context=context,
            grantee=None if role.grantee is None else replace(role.grantee, tags=merged),
        )

    def _make_caller(self, principal: Principal) -> Caller:
        if principal.kind in (PrincipalKind.ROLE, PrincipalKind.SESSION):
            found = self._roles.get((principal.account or "", principal.name))
            if found is not None and principal.kind is PrincipalKind.ROLE and found[1].arn != principal.arn:
                found = None
            return self._identity(principal, "Roles", found)
        if principal.kind is PrincipalKind.USER:
            return self._identity(principal, "Users", self._users.get(principal.arn))
        context = self._principal_context(principal, {})
        return Caller(principal, YES, (), (), (), {}, context, None)

    def _identity(self, principal: Principal, kind: str, found: tuple[int, Role | User] | None) -> Caller:
        account_id = principal.account or ""
        if found is None:
            account = self.estate.account(account_id)
            missing = (
                account is not None
                and account.partial is None
                and (account.iam.roles if kind == "Roles" else account.iam.users).unknown is None
                and not has_token(principal.arn)
                and not any(has_token(role.arn) for role in account.iam.roles)
                and not any(has_token(user.arn) for user in account.iam.users)
            )
            unknown = Unknown("the principal isn't described")
            policy = CompiledPolicy(_unknown_policy(unknown), f"policies of {principal.arn}")
            tags: Mapping[str, str] | Unknown = {} if missing else unknown
            context = self._principal_context(principal, tags)
            identity = () if missing else (policy,)
            grantee = self._grantee(principal, principal.role_arn or principal.arn, tags)
            grantee = replace(grantee, path_known=principal.kind is not PrincipalKind.SESSION)
            return Caller(principal, NO if missing else UNKNOWN, identity, (), (), tags, context, grantee)
        index, entry = found
        place = f"accounts.{account_id}.iam.{kind}[{index}]"
        if isinstance(entry, Role):
            principal = replace(principal, role_arn=entry.arn)
        tags = _tags_of(entry.tags)
        boundary = entry.permissions_boundary
        return Caller(
            principal=principal,
            exists=YES,
            identity=tuple(self._identity_policies(entry.policies, place)),
            boundaries=() if boundary is None else (self.compiled(boundary, f"{place}.PermissionsBoundary"),),
            session=(),
            tags=tags,
            context=self._principal_context(principal, tags),
            grantee=self._grantee(principal, entry.arn, tags),
        )

    def _identity_policies(self, policies: Listing[NamedPolicy], place: str) -> Iterator[CompiledPolicy]:
        for index, entry in enumerate(policies):
            label = f"{place}.Policies[{index}]" + (f" {entry.policy_name}" if entry.policy_name else "")
            if entry.policy_document is not None:
                yield self.compiled(entry.policy_document, label)
        if policies.unknown is not None:
            yield CompiledPolicy(_unknown_policy(policies.unknown), f"{place}.Policies")

    def _grantee(self, principal: Principal, arn: str, tags: Mapping[str, str] | Unknown) -> Grantee:
        account = principal.account or ""
        return Grantee(arn, account, tags, self.organization_path(account))

    def _principal_context(self, principal: Principal, tags: Mapping[str, str] | Unknown) -> Context:
        is_service = principal.kind is PrincipalKind.SERVICE
        values: dict[str, ContextValue] = {
            # Every signed request carries these (A7); the time is the caller's to choose.
            "aws:securetransport": "true",
            "aws:viaawsservice": "false",
            "aws:currenttime": token_for("current.time"),
            "aws:epochtime": token_for("epoch.time"),
        }
        if principal.kind is not PrincipalKind.ANONYMOUS:
            values["aws:principalisawsservice"] = "true" if is_service else "false"
        open_prefixes: dict[str, Unknown] = {}
        if principal.account is not None:
            values["aws:principalarn"] = principal.role_arn or principal.arn
            values["aws:principalaccount"] = principal.account
            values["aws:userid"] = token_for(f"userid.{principal.arn}")
            if principal.kind is PrincipalKind.USER:
                values["aws:username"] = principal.name
            values.update(self.organization_keys(principal.account, "aws:principal"))
        if is_service:
            values["aws:principalservicename"] = principal.arn
        if isinstance(tags, Unknown):
            open_prefixes["aws:principaltag/"] = tags
        else:
            values.update({f"aws:principaltag/{key.lower()}": value for key, value in tags.items()})
        if principal.kind is PrincipalKind.FEDERATION:
            # Which keys such a request carries beside the provider's isn't established (A14-8).
            unknown = Unknown("not established for calls with an identity provider's token")
            values.update({"aws:principalarn": unknown, "aws:principalaccount": unknown})
        return Context(values, open_prefixes)

    # --- The organization -------------------------------------------------------------------------------

    def organization_path(self, account_id: str) -> str | Unknown | None:
        """Return an account's value of `aws:PrincipalOrgPaths`; `None` where it is in no organization."""
        if isinstance(self.estate.organization, Unknown):
            return self.estate.organization
        if self.organization is None:
            return None
        if isinstance(self.organization.accounts, Unknown):
            return self.organization.accounts
        found = self.organization.accounts.get(account_id)
        if found is not None:
            return found.path
        if account_id == self.organization.management_account or account_id not in self.estate.accounts:
            return Unknown(f"where account {account_id} stands in the organization isn't described")
        return None

    def organization_keys(self, account_id: str, prefix: str) -> dict[str, ContextValue]:
        """Return the keys that say in which organization an account is, for `aws:principal`, `aws:resource`, …."""
        path = self.organization_path(account_id)
        if path is None:
            return {}
        if isinstance(path, Unknown):
            managed = self.organization is not None and account_id == self.organization.management_account
            org_id: ContextValue = self.organization.id if managed and self.organization is not None else path
            return {f"{prefix}orgid": org_id, f"{prefix}orgpaths": path}
        return {f"{prefix}orgid": path.partition("/")[0], f"{prefix}orgpaths": (path,)}

    def control_policies(
        self, kind: Literal["SCP", "RCP"], account_id: str | None
    ) -> tuple[tuple[CompiledPolicy, ...], ...]:
        """Return the control policies over an account, level by level from the root; none for the management one."""
        organization = self.organization
        if organization is None or account_id is None:
            return ()
        attached = organization.service_control_policies if kind == "SCP" else organization.resource_control_policies
        path = self.organization_path(account_id)
        if attached is None or path is None or account_id == organization.management_account:
            return ()
        name = "serviceControlPolicies" if kind == "SCP" else "resourceControlPolicies"
        unknown_path = isinstance(path, Unknown)
        if attached.unknown is not None or unknown_path:
            why = path if isinstance(path, Unknown) else attached.unknown or Unknown(name)
            return ((CompiledPolicy(_unknown_policy(why), f"organization.{name}"),),)
        targets = [*str(path).strip("/").split("/")[1:], account_id]
        return tuple(
            tuple(self._attached(attached, target, f"organization.{name}"))
            for target in targets
            if kind == "SCP" or any(entry.target == target for entry in attached)
        )

    def _attached(self, policies: Listing[AttachedPolicy], target: str, place: str) -> Iterator[CompiledPolicy]:
        for index, entry in enumerate(policies):
            if entry.target == target and entry.policy is not None:
                label = f"{place}[{index}]" + (f" {entry.name}" if entry.name else "")
                yield self.compiled(entry.policy, label)

    # --- Targets --------------------------------------------------------------------------------------------

    def target(self, action: str, resource: str, default_account: str | None) -> Target:
        """
        Return the resource of a request.

        Args:
            action: In lower case.
            resource: Its ARN, or `*`.
            default_account: The account it is in where its ARN names none.

        """
        parts = resource.split(":", 5)
        service = parts[2] if len(parts) == 6 else action.partition(":")[0]  # noqa: PLR2004 - an ARN's parts
        if len(parts) < 6:  # noqa: PLR2004
            return self._owned(default_account, Target(default_account))
        if service == "s3":
            return self._bucket_target(parts[5].partition("/")[0])
        account = parts[4] or default_account
        region = parts[3]
        target = Target(account)
        if service == "kms":
            target = self._key_target(resource, account, region)
        elif service == "glue":
            target = self._glue_target(account, region)
        elif service == "iam" and (action in ASSUME_ROLE_ACTIONS or ":role/" in resource):
            target = self._role_target(action, resource, account)
        elif service == "lambda" and parts[5].startswith("function:"):
            target = self._function_target(parts[5].partition(":")[2], account, region)
        elif service == "athena" and parts[5].startswith("workgroup/"):
            target = self._workgroup_target(parts[5].partition("/")[2], account, region)
        return self._owned(account, target, region)

    def _owned(self, account: str | None, target: Target, region: str = "") -> Target:
        if account is None:
            return target
        keys: dict[str, ContextValue | None] = {"aws:ResourceAccount": account}
        keys.update(self.organization_keys(account, "aws:Resource"))
        if region:
            keys["aws:RequestedRegion"] = region
        return replace(target, context={**keys, **target.context})

    def _bucket_target(self, name: str) -> Target:
        found = self.buckets.get(name)
        if found is None:
            unknown = Unknown(f"bucket {name} isn't described")
            policy = CompiledPolicy(_unknown_policy(unknown), f"policy of bucket {name}")
            keys: dict[str, ContextValue | None] = {"aws:ResourceAccount": unknown, "s3:ResourceAccount": unknown}
            return Target(None, policy, keys, {"aws:resource": unknown}, exists=UNKNOWN)
        context: dict[str, ContextValue | None] = {"s3:ResourceAccount": found.account}
        open_prefixes: dict[str, Unknown] = {}
        tags = _tags_of(found.entry.tags)
        # A bucket's tags reach a request only where attribute-based access is on for the bucket (A7).
        if isinstance(found.entry.abac_enabled, Unknown):
            open_prefixes["aws:resourcetag/"] = found.entry.abac_enabled
        elif found.entry.abac_enabled and isinstance(tags, Unknown):
            open_prefixes["aws:resourcetag/"] = tags
        elif found.entry.abac_enabled and not isinstance(tags, Unknown):
            context.update({f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        place = f"{_place(found.account, found.region)}.s3.Buckets {name}"
        policy_of_bucket = None if found.entry.policy is None else self.compiled(found.entry.policy, f"{place}.Policy")
        region = self.estate.region(found.account, found.region)
        account_block = None if region is None else region.s3.account_public_access_block
        block = _most_restrictive(found.entry.public_access_block, account_block)
        target = Target(found.account, policy_of_bucket, context, open_prefixes, block)
        return self._owned(found.account, target, found.region)

    def _key_target(self, arn: str, account: str | None, region: str) -> Target:
        if ":alias/" in arn:
            return Target(account)
        found = self.key_named(arn, account or "", region)
        if found is None:
            described = self.described(account) == YES and self._region_lists_keys(account or "", region)
            if described:
                return Target(account, exists=NO)
            unknown = Unknown("the key isn't described")
            policy = CompiledPolicy(_unknown_policy(unknown), f"policy of {arn}")
            open_keys = {"kms:resourcealiases": unknown, "aws:resourcetag/": unknown}
            return Target(account, policy, {}, open_keys, exists=UNKNOWN)
        entry = found.entry
        label = f"{_place(found.account, found.region)}.kms.Keys {entry.arn.rpartition('/')[2]}.Policy"
        tags = _tags_of(entry.tags)
        context: dict[str, ContextValue | None] = {}
        open_prefixes: dict[str, Unknown] = {}
        if entry.aliases.unknown is None:
            context["kms:ResourceAliases"] = tuple(entry.aliases)
        else:
            open_prefixes["kms:resourcealiases"] = entry.aliases.unknown
        if isinstance(tags, Unknown):
            open_prefixes["aws:resourcetag/"] = tags
        else:
            context.update({f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        return Target(
            account,
            None if entry.policy is None else self.compiled(entry.policy, label),
            context,
            open_prefixes,
            under_resource_control=entry.key_manager != "AWS",
        )

    def _region_lists_keys(self, account: str, region: str) -> bool:
        found = self.estate.region(account, region)
        return found is not None and found.kms.keys.unknown is None

    def _glue_target(self, account: str | None, region_name: str) -> Target:
        region = self.estate.region(account, region_name) if account is not None else None
        if account is None or region is None:
            unknown = Unknown("the catalog isn't described")
            return Target(account, CompiledPolicy(_unknown_policy(unknown), "policy of the catalog"), exists=UNKNOWN)
        policy = region.glue.resource_policy
        label = f"{_place(account, region_name)}.glue.ResourcePolicy"
        return Target(account, None if policy is None else self.compiled(policy, label))

    def _role_target(self, action: str, arn: str, account: str | None) -> Target:
        found = self.role(arn)
        if found is None:
            if self.described(account) == YES and not has_token(arn):
                return Target(account, exists=NO)
            unknown = Unknown("the role isn't described")
            policy = CompiledPolicy(_unknown_policy(unknown), f"trust policy of {arn}")
            opened = {"aws:resourcetag/": unknown, "iam:resourcetag/": unknown}
            return Target(account, policy if action in ASSUME_ROLE_ACTIONS else None, {}, opened, exists=UNKNOWN)
        tags = _tags_of(found.tags)
        context: dict[str, ContextValue | None] = {}
        if not isinstance(tags, Unknown):
            context = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
            context.update({f"iam:ResourceTag/{key}": value for key, value in tags.items()})
        trust = found.assume_role_policy_document
        if action not in ASSUME_ROLE_ACTIONS or trust is None:
            return Target(account, None, context)
        return Target(account, self.compiled(trust, f"trust policy of {found.arn}"), context)

    def _workgroup_target(self, name: str, account: str | None, region_name: str) -> Target:
        region = self.estate.region(account, region_name) if account is not None else None
        for workgroup in region.athena.work_groups if region is not None else ():
            if workgroup.name == name:
                tags = _tags_of(workgroup.tags)
                if not isinstance(tags, Unknown):
                    return Target(account, None, {f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        return Target(account)

    def _function_target(self, name: str, account: str | None, region_name: str) -> Target:
        """Return a function; one that nobody lists has no policy of its own, so identities decide alone."""
        region = self.estate.region(account, region_name) if account is not None else None
        functions = region.lambda_.functions if region is not None else Listing()
        if functions.unknown is not None:
            return Target(account, CompiledPolicy(_unknown_policy(functions.unknown), f"policy of function {name}"))
        for function in functions:
            if function.function_name == name:
                label = f"{_place(account or '', region_name)}.lambda.Functions {name}.Policy"
                policy = None if function.policy is None else self.compiled(function.policy, label)
                tags = _tags_of(function.tags)
                if isinstance(tags, Unknown):
                    return Target(account, policy, {}, {"aws:resourcetag/": tags})
                return Target(account, policy, {f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        return Target(account)

    # --- Requests -------------------------------------------------------------------------------------------

    def policies(self, caller: Caller, target: Target, context: Context, action: str) -> PolicySet:
        """Return every policy that bears on a request of a caller to a target."""
        endpoints, endpoint_type = self._endpoint_of(context, action)
        return PolicySet(
            identity=caller.identity,
            resource=target.policy,
            session=caller.session,
            boundaries=caller.boundaries,
            scps=self.control_policies("SCP", caller.principal.account),
            rcps=self.control_policies("RCP", target.account) if target.under_resource_control else (),
            endpoints=endpoints,
            endpoint_type=endpoint_type,
            public_access_block=target.public_access_block,
        )

    def endpoint_keys(self, context: Context) -> dict[str, ContextValue | None]:
        """Return the keys that follow from the endpoint a request came through."""
        endpoint_id = context.get("aws:sourcevpce")
        found = self.endpoints.get(endpoint_id) if isinstance(endpoint_id, str) else None
        if found is None:
            return {}
        account, _, entry = found
        keys: dict[str, ContextValue | None] = {}
        if entry.vpc_id is not None and context.get("aws:sourcevpc") is None:
            keys["aws:SourceVpc"] = entry.vpc_id
        if context.get("aws:vpceaccount") is None:
            keys["aws:VpceAccount"] = account
            keys.update(self.organization_keys(account, "aws:Vpce"))
        return keys

    def network(self, context: Context, action: str) -> tuple[Truth, Reason]:
        """Say whether the groups of the interface endpoint a request came through admit its address, and why."""
        source, endpoint_id = context.get("aws:vpcsourceip"), context.get("aws:sourcevpce")
        found = self.endpoints.get(endpoint_id) if isinstance(endpoint_id, str) else None
        if source is None or found is None or not found[2].groups or not _is_endpoint_of(found[2], action):
            return YES, Reason(Layer.NETWORK, "", "", "no security group bears on it")
        port = port_of(action)
        groups = [self.security_groups.get(group.group_id) for group in found[2].groups]
        truth = (
            UNKNOWN
            if isinstance(source, tuple | Unknown)
            else admits((None if group is None else group[1] for group in groups), source, port)
        )
        where = ", ".join(group[0] for group in groups if group is not None)
        return truth, Reason(Layer.NETWORK, where, "", f"no rule surely admits TCP {port} from {source}")

    def _endpoint_of(
        self, context: Context, action: str
    ) -> tuple[tuple[CompiledPolicy, ...], Literal["gateway", "interface"] | None]:
        endpoint_id = context.get("aws:sourcevpce")
        if not isinstance(endpoint_id, str):
            return (), None
        found = self.endpoints.get(endpoint_id)
        if found is None:
            unknown = Unknown("the endpoint isn't described")
            return (CompiledPolicy(_unknown_policy(unknown), f"policy of {endpoint_id}"),), None
        _, place, entry = found
        if not _is_endpoint_of(entry, action):
            return (), None  # the policy of another service's endpoint (A17-5)
        kind: Literal["gateway", "interface"] | None = None
        if entry.vpc_endpoint_type is not None:
            kind = "gateway" if entry.vpc_endpoint_type.lower() == "gateway" else "interface"
        if entry.policy_document is None:
            return (), kind  # none attached: full access (A17-1)
        return (self.compiled(entry.policy_document, f"{place}.PolicyDocument"),), kind

    def compiled(self, policy: Policy, label: str) -> CompiledPolicy:
        """Compile a document of the estate; each is compiled once."""
        found = self._compiled.get(id(policy))
        if found is None:
            found = self._compiled[id(policy)] = CompiledPolicy(policy, label)
        return found


def _is_endpoint_of(endpoint: VpcEndpoint, action: str) -> bool:
    service = action.partition(":")[0]
    return endpoint.service_name is None or endpoint.service_name.endswith((f".{service}", f".{service}-fips"))


def _means(reference: str, key: PlacedKey, account: str) -> bool:
    """Say whether a reference from an account means a key of the same Region."""
    if reference.startswith("arn:"):
        *_, owner, resource = reference.split(":", 5)
        return owner == key.account and (resource in key.entry.aliases or key.arn.endswith(f":{resource}"))
    token = TOKEN.fullmatch(reference)
    if token is not None:
        # `%{key-raw.arn}` and `%{key-raw.keyId}` are outputs of one resource.
        return key.entry.arn.rpartition(".")[0] == reference.rpartition(".")[0]
    return key.account == account and (reference in key.entry.aliases or key.arn.endswith(f":key/{reference}"))


def _unknown_policy(unknown: Unknown) -> Policy:
    return Policy("", has_variables=True, statements=(), unknown=unknown)


def _place(account: str, region: str) -> str:
    return f"accounts.{account}.regions.{region}"


def _tags_of(tags: Listing[Tag]) -> Mapping[str, str] | Unknown:
    return tags.unknown if tags.unknown is not None else {tag.key: tag.value for tag in tags}


def _overridden(tags: Mapping[str, str], session: Mapping[str, str]) -> dict[str, str]:
    """Session tags override role tags of the same key, ignoring case (A14-3)."""
    replaced = {key.lower() for key in session}
    return {**{key: value for key, value in tags.items() if key.lower() not in replaced}, **session}


def _most_restrictive(
    bucket: PublicAccessBlock | Unknown | None, account: PublicAccessBlock | Unknown | None
) -> PublicAccessBlock | Unknown | None:
    """Return the setting that holds, the most restrictive (A18-1); only `RestrictPublicBuckets` bears on access."""
    listed = [block for block in (bucket, account) if block is not None]
    for block in listed:
        if isinstance(block, PublicAccessBlock) and block.restrict_public_buckets is True:
            return block
    return next((block for block in listed if isinstance(block, Unknown)), listed[0] if listed else None)
