"""
One-step reach: what a principal may change so that it, or whoever it likes, gains access (`semantics.md` B5-1).

Reported apart from access: administering the lake, its policies and keys, roles that hold rights (A14-6), LF-Tags
that grants hang on (B8-10), code that works as such a role, databases that can be reset or restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lakeward.access.access_row import FREE, AccessRow, Path, standing
from lakeward.access.actions import action_of
from lakeward.access.lake_formation.catalog import Catalog
from lakeward.access.lake_formation.grants import catalog_expression, tables_of
from lakeward.access.lake_formation.settings import may_grant
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.principals import PrincipalKind
from lakeward.access.requests import judge
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, possibly, surely
from lakeward.estate.document import Region
from lakeward.estate.entries import LfTag, LfTagPolicyResource, Role
from lakeward.estate.unknown import Unknown, has_token

_LAKE_FORMATION = "lakeformation.amazonaws.com"
_ANY = "%{any.one}"

# Who may do one of these to a role that holds rights, owns them (A14-6).
_ON_ROLES = (
    "iam:attachrolepolicy",
    "iam:deleterolepermissionsboundary",
    "iam:putrolepermissionsboundary",
    "iam:putrolepolicy",
    "iam:tagrole",
    "iam:untagrole",
    "iam:updateassumerolepolicy",
)
# And whoever may do one of these to such a user is that user, or owns its policies.
_ON_USERS = (
    "iam:attachuserpolicy",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:deleteuserpermissionsboundary",
    "iam:putuserpermissionsboundary",
    "iam:putuserpolicy",
    "iam:updateloginprofile",
)
_PASSING = "iam:passrole"
_REGISTERING = ("lakeformation:registerresource", "lakeformation:registerresourcewithprivilegedaccess")
_ON_BUCKETS = ("s3:putbucketpolicy",)
_ON_KEYS = ("kms:creategrant", "kms:putkeypolicy")
_ON_CLUSTERS = ("rds:modifydbcluster", "rds:restoredbclusterfromsnapshot", "rds:restoredbclustertopointintime")
_ON_FUNCTIONS = ("lambda:updatefunctioncode", "lambda:updatefunctionconfiguration")
# The code that works as a role which a service may assume: what changes it, and where it stands.
_CODE: Mapping[str, tuple[str, str]] = {
    "glue.amazonaws.com": ("glue:updatejob", "arn:aws:glue:{region}:{account}:job/{name}"),
    "lambda.amazonaws.com": ("lambda:updatefunctioncode", "arn:aws:lambda:{region}:{account}:function:{name}"),
}


@dataclass(frozen=True)
class _Step:
    """One thing that may be done."""

    action: str
    """In lower case."""
    resource: str
    truth: Truth


class Reach:
    """Finds what principals may change, judged for all roles of an account at once where that is certain."""

    def __init__(self, prepared: PreparedEstate, holders: Iterable[str]) -> None:
        """
        Prepare.

        Args:
            prepared: The estate.
            holders: ARNs of the roles and users that hold rights: whoever changes one of them gains them.

        """
        self._prepared = prepared
        wanted = frozenset(holders) | prepared.registration_roles
        self._holders: dict[str, list[Role]] = {
            account_id: sorted((role for role in account.iam.roles if role.arn in wanted), key=lambda role: role.arn)
            for account_id, account in prepared.accounts()
        }
        self._users: dict[str, list[str]] = {
            account_id: sorted(user.arn for user in account.iam.users if user.arn in wanted)
            for account_id, account in prepared.accounts()
        }
        self._works: dict[str, Truth] = {}
        self._passable: dict[str, list[Role]] = {
            account: [role for role in roles if _services_of(role)] for account, roles in self._holders.items()
        }

    def rows_of(self, caller: Caller) -> Iterator[AccessRow]:
        """Yield everything one principal may change."""
        arn = caller.principal.role_arn or caller.principal.arn
        steps: dict[tuple[str, str], Truth] = {}
        for step in self._steps(caller):
            key = (step.action, step.resource)
            steps[key] = steps.get(key, NO) | step.truth
        for (action, resource), truth in steps.items():
            if possibly(truth):
                verb = action_of(action).name
                yield AccessRow(arn, resource, verb, (), None, Path.ADMINISTRATION, *standing(truth))

    def _steps(self, caller: Caller) -> Iterator[_Step]:
        yield from self._on_roles(caller)
        for user in self._users.get(caller.principal.account or "", ()):
            yield from self._each(caller, _ON_USERS, user)
        for account, region_name, region in self._prepared.regions():
            own = account == caller.principal.account
            if own:
                catalog = self._prepared.catalogs[account, region_name]
                yield from self._on_lake(caller, account, region_name)
                yield from self._on_tags(caller, catalog)
                yield from self._on_code(caller, account, region_name)
                yield from self._on_functions(caller, account, region_name, region)
                yield from self._on_clusters(caller, account, region_name, region)
            for bucket in region.s3.buckets:
                yield from self._each(caller, _ON_BUCKETS, f"arn:aws:s3:::{bucket.name}")
        for key in self._prepared.keys.values():
            yield from self._each(caller, _ON_KEYS, key.arn)

    def _each(self, caller: Caller, actions: Iterable[str], resource: str) -> Iterator[_Step]:
        for action in actions:
            yield _Step(action, resource, judge(self._prepared, caller, action, resource, FREE).allowed)

    # --- Roles ------------------------------------------------------------------------------------------------

    def _on_roles(self, caller: Caller) -> Iterator[_Step]:
        account = caller.principal.account or ""
        own = self._prepared.role(caller.principal.arn) if caller.principal.kind is PrincipalKind.ROLE else None
        holders = self._holders.get(account, [])
        # Who may change itself may give itself whatever IAM gives.
        targets = [role.arn for role in holders] + ([own.arn] if own is not None and own not in holders else [])
        for action in _ON_ROLES:
            yield from self._on_each_role(caller, action, targets)
        yield from self._on_each_role(caller, _PASSING, [role.arn for role in self._passable.get(account, [])])

    def _on_each_role(self, caller: Caller, action: str, targets: list[str]) -> list[_Step]:
        if not targets:
            return []
        every = f"arn:aws:iam::{caller.principal.account}:role/*"
        together = judge(self._prepared, caller, action, every.replace("*", _ANY), FREE).allowed
        if not possibly(together):
            return []
        if surely(together):
            return [_Step(action, every, together)]
        steps = [step for target in targets for step in self._each(caller, (action,), target)]
        same = len(steps) > 1 and all(step.truth == together for step in steps)
        return [_Step(action, every, together)] if same else steps

    def _may_pass(self, caller: Caller, service: str) -> Truth:
        """Return whether a principal may hand a role to a service that may assume it."""
        truth = NO
        account = caller.principal.account or ""
        described = self._prepared.estate.account(account)
        for role in described.iam.roles if described is not None else ():
            if service in _services_of(role):
                truth |= judge(self._prepared, caller, _PASSING, role.arn, FREE).allowed
        if described is None or described.partial is not None or described.iam.roles.unknown is not None:
            any_role = f"arn:aws:iam::{account}:role/{_ANY}"
            truth |= judge(self._prepared, caller, _PASSING, any_role, FREE).allowed & UNKNOWN
        return truth

    # --- The lake -----------------------------------------------------------------------------------------------

    def _on_lake(self, caller: Caller, account: str, region: str) -> Iterator[_Step]:
        place = f"{account}/{region}"
        settings = "lakeformation:putdatalakesettings"
        yield _Step(settings, place, judge(self._prepared, caller, settings, "*", FREE).allowed)
        for action in _REGISTERING:
            truth = judge(self._prepared, caller, action, "*", FREE).allowed
            if truth != NO:
                yield _Step(action, place, truth & self._may_pass(caller, _LAKE_FORMATION))
        catalog = f"arn:aws:glue:{region}:{account}:catalog"
        yield from self._each(caller, ("glue:putresourcepolicy",), catalog)

    def _on_tags(self, caller: Caller, catalog: Catalog) -> Iterator[_Step]:
        """Yield the tables that a principal may re-tag with a tag that grants hang on (B8-10)."""
        grantee = caller.grantee
        action = "lakeformation:addlftagstoresource"
        if grantee is None:
            return
        by_iam = judge(self._prepared, caller, action, "*", FREE).allowed
        if by_iam == NO:
            return
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        keys = _keys_that_grants_hang_on(catalog)
        if not keys:
            return
        administers = may_grant(catalog, grantee)
        if administers != NO:
            yield _Step(action, f"{catalog.account}/{catalog.region_name}", by_iam & administers)
        associates = UNKNOWN if book.unknown is not None else NO
        movable: dict[tuple[str, str], Truth] = {}
        for grant, applies in book.grants_for(grantee):
            tag = grant.resource.lf_tag if grant.resource is not None else None
            if grant.has_unknown_resource or (isinstance(tag, LfTag) and tag.tag_key.lower() in keys):
                associates |= applies & grant.gives("ASSOCIATE") & (UNKNOWN if grant.has_unknown_resource else YES)
            # The owner's set of grantable rights moves a table; how much of it is needed can be read two ways.
            rights = applies if "ALL" in grant.grantable else applies & AMBIGUOUS
            for name in tables_of(grant, catalog) if grant.grantable else ():
                movable[name] = movable.get(name, NO) | rights
        for name, truth in sorted(movable.items()):
            shown = catalog.tables[name].shown_name
            yield _Step(action, f"{catalog.account}/{catalog.region_name}/{shown}", by_iam & associates & truth)

    # --- Code and databases ------------------------------------------------------------------------------------

    def _on_code(self, caller: Caller, account: str, region: str) -> Iterator[_Step]:
        """Yield the code that works as a role with rights: which there is isn't in the estate."""
        services = {service for role in self._holders.get(account, ()) for service in _services_of(role)}
        for service, (action, form) in sorted(_CODE.items()):
            if service in services:
                resource = form.format(region=region, account=account, name=_ANY)
                truth = judge(self._prepared, caller, action, resource, FREE).allowed
                yield _Step(action, resource.replace(_ANY, "*"), truth & UNKNOWN)

    def _on_functions(self, caller: Caller, account: str, region_name: str, region: Region) -> Iterator[_Step]:
        """Yield the functions that are listed and whose role holds rights, or may take a role that does."""
        for function in region.lambda_.functions:
            works = self._holds(account, function.role)
            if works != NO:
                arn = f"arn:aws:lambda:{region_name}:{account}:function:{function.function_name}"
                for step in self._each(caller, _ON_FUNCTIONS, arn):
                    yield replace(step, truth=step.truth & works)

    def _holds(self, account: str, role: str | None) -> Truth:
        """Return whether code that works as a role has its hands on rights, its own or those of a role it may take."""
        if role is None or has_token(role):
            return UNKNOWN
        if role not in self._works:
            holders = self._holders.get(account, [])
            truth = YES if role in {holder.arn for holder in holders} else NO
            caller = self._prepared.caller(role)
            for holder in holders:
                if caller is None or surely(truth):
                    break
                truth |= judge(self._prepared, caller, "sts:assumerole", holder.arn, FREE).allowed
            self._works[role] = truth
        return self._works[role]

    def _on_clusters(self, caller: Caller, account: str, region_name: str, region: Region) -> Iterator[_Step]:
        for cluster in region.rds.db_clusters:
            arn = f"arn:aws:rds:{region_name}:{account}:cluster:{cluster.db_cluster_identifier}"
            yield from self._each(caller, _ON_CLUSTERS, arn)


def _services_of(role: Role) -> frozenset[str]:
    """Return the services that a role's trust policy names."""
    trust = role.assume_role_policy_document
    return frozenset(
        value.lower()
        for statement in (trust.statements if trust is not None else ())
        if statement.effect == "Allow"
        for kind, value in statement.principals or ()
        if kind == "Service"
    )


def _keys_that_grants_hang_on(catalog: Catalog) -> frozenset[str]:
    """Return the keys of the LF-Tag expressions that grants are on, in lower case."""
    found: set[str] = set()
    for permission in catalog.lake_formation.permissions:
        resource = permission.resource
        policy = resource.lf_tag_policy if resource is not None and not isinstance(resource, Unknown) else None
        if isinstance(policy, LfTagPolicyResource):
            expression = catalog_expression(policy, catalog)
            found.update(key for key, _ in (() if isinstance(expression, Unknown) else expression))
    return frozenset(found)
