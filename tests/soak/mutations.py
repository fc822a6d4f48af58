"""Every way in which this suite spoils what is up: each is done to a running AWS, must be named, and is undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import ClientError

Json = Any

_SETTINGS = "DataLakeSettings"
"""The one subject whose members are changed one by one."""


@dataclass(frozen=True)
class Mutation:
    """One change behind everybody's back."""

    kind: str
    """What is done to what, as in `bucket statement dropped`: one of each kind makes the short form."""
    place: str
    """Text that the comparison must say of it."""
    apply: Callable[[], object]
    undo: Callable[[], object]
    also: str = ""
    """What else it must say, where one thing is put in the place of another."""
    alone: bool = False
    """Whether it takes other things along, which then can't be spoiled at the same time."""

    @property
    def subject(self) -> str:
        """What it spoils."""
        return _subject(self.place)

    @property
    def subjects(self) -> frozenset[str]:
        """Everything it touches: two mutations of one subject at the same time hide each other."""
        return frozenset({self.subject, *([_subject(self.also)] if self.also else [])})

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}"


def _subject(place: str) -> str:
    subject = place.partition(": ")[0]
    return place if subject == _SETTINGS else subject


@dataclass(frozen=True)
class Spoiler:
    """Knows what is up in one account, as an estate says it, and how to change each thing of it."""

    session: boto3.Session
    account: str
    region: str
    declared: Json
    """The estate that the stack declares: what is spoiled is its own."""

    def mutations(self) -> Iterator[Mutation]:
        """Yield every mutation of everything declared, in a fixed order."""
        here = self.declared["accounts"][self.account]
        services = here["regions"][self.region]
        lake = services["lakeformation"]
        yield from self._settings()
        yield from self._catalog(services["glue"])
        for entries, spoil in (
            (lake["Permissions"], self._grant),
            (lake["LFTags"], partial(self._tag, lake)),
            (lake["ResourceLFTags"], partial(self._assignment, lake)),
            (lake["DataCellsFilters"], partial(self._filter, lake)),
            (lake["Resources"], partial(self._location, lake)),
            (services["s3"]["Buckets"], self._bucket),
            (services["kms"]["Keys"], self._key),
            (here["iam"]["Roles"], partial(self._role, set())),
            (services["athena"]["WorkGroups"], self._workgroup),
            (services["lambda"]["Functions"], self._function),
            (services["rds"]["DBClusters"], self._cluster),
            (services["ec2"]["SecurityGroups"], self._security_group),
        ):
            for entry in entries:
                yield from spoil(entry)

    def client(self, service: str) -> Any:
        return self.session.client(service, region_name=self.region)

    # Lake Formation

    def _grant(self, entry: Json) -> Iterator[Mutation]:
        client = self.client("lakeformation")
        principal = entry["Principal"]["DataLakePrincipalIdentifier"]
        named = {"Principal": entry["Principal"], "Resource": entry["Resource"]}
        whole = {
            **named,
            "Permissions": entry["Permissions"],
            "PermissionsWithGrantOption": entry["PermissionsWithGrantOption"],
        }
        place = f"Permissions {json.dumps(entry['Principal'], separators=(',', ':'))} {_compact(entry['Resource'])}"
        grant, revoke = client.grant_permissions, client.revoke_permissions
        yield Mutation("grant dropped", place, partial(revoke, **whole), partial(grant, **whole))
        other = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{self.account}:role/tenant-api"}
        yield Mutation(
            "grant swapped",
            place,
            _both(partial(revoke, **whole), partial(grant, **{**whole, "Principal": other})),
            _both(partial(revoke, **{**whole, "Principal": other}), partial(grant, **whole)),
            also=place.replace(principal, other["DataLakePrincipalIdentifier"]),
        )
        if not entry["PermissionsWithGrantOption"]:
            option = {**named, "Permissions": [], "PermissionsWithGrantOption": entry["Permissions"]}
            yield Mutation(
                "grant made grantable",
                place,
                partial(grant, **{**whole, "PermissionsWithGrantOption": entry["Permissions"]}),
                partial(revoke, **option),
            )
        more = {"Database": "DROP", "Table": "ALTER", "DataLocation": None}.get(next(iter(entry["Resource"])))
        if more and more not in entry["Permissions"] and "ALL" not in entry["Permissions"]:
            added = {**named, "Permissions": [more]}
            yield Mutation("grant widened", place, partial(grant, **added), partial(revoke, **added))
        columns = entry["Resource"].get("TableWithColumns", {})
        if columns.get("ColumnNames"):
            table = {name: columns[name] for name in ("DatabaseName", "Name")}
            wide = {
                **named,
                "Permissions": ["SELECT"],
                "Resource": {"TableWithColumns": {**table, "ColumnWildcard": {}}},
            }
            wider = f"{place.split(' ', 2)[1]} {_compact(wide['Resource'])}"
            yield Mutation("columns widened", wider, partial(grant, **wide), partial(revoke, **wide))

    def _tag(self, lake: Json, tag: Json) -> Iterator[Mutation]:
        client = self.client("lakeformation")
        change, key = client.update_lf_tag, tag["TagKey"]
        place = f"LFTags {key}"
        yield Mutation(
            "LF-Tag widened",
            place,
            partial(change, TagKey=key, TagValuesToAdd=["strange"]),
            partial(change, TagKey=key, TagValuesToDelete=["strange"]),
        )
        for value in tag["TagValues"]:
            yield Mutation(
                "LF-Tag value dropped",
                f'{place}: TagValues "{value}"',
                partial(change, TagKey=key, TagValuesToDelete=[value]),
                partial(self._restore_tag, key, value, lake),
                alone=True,
            )

    def _restore_tag(self, key: str, value: str, lake: Json) -> None:
        """Put a value back, and all that went with it: what it was assigned to, and what was granted by it."""
        client = self.client("lakeformation")
        client.update_lf_tag(TagKey=key, TagValuesToAdd=[value])
        for entry in lake["ResourceLFTags"]:
            for assigned in entry["LFTags"]:
                if assigned["TagKey"] == key and value in assigned["TagValues"]:
                    client.add_lf_tags_to_resource(Resource=entry["Resource"], LFTags=[assigned])
        for entry in lake["Permissions"]:
            expression = entry["Resource"].get("LFTagPolicy", {}).get("Expression", [])
            if any(pair["TagKey"] == key for pair in expression):
                client.grant_permissions(**entry)

    def _assignment(self, lake: Json, entry: Json) -> Iterator[Mutation]:
        values = {tag["TagKey"]: tag["TagValues"] for tag in lake["LFTags"]}
        client = self.client("lakeformation")
        for tag in entry["LFTags"]:
            here = {"Resource": entry["Resource"], "LFTags": [tag]}
            place = f"ResourceLFTags {_compact(entry['Resource'])}"
            back = partial(client.add_lf_tags_to_resource, **here)
            yield Mutation("assigned tag dropped", place, partial(client.remove_lf_tags_from_resource, **here), back)
            other = next((value for value in values[tag["TagKey"]] if value not in tag["TagValues"]), None)
            if other is not None:
                swapped = {**tag, "TagValues": [other]}
                swap = partial(client.add_lf_tags_to_resource, Resource=entry["Resource"], LFTags=[swapped])
                yield Mutation("assigned tag swapped", place, swap, back)

    def _filter(self, lake: Json, entry: Json) -> Iterator[Mutation]:
        client = self.client("lakeformation")
        identity = {name: entry[name] for name in ("DatabaseName", "TableName", "Name")}
        whole = {"TableCatalogId": self.account, **entry}
        place = f"DataCellsFilters {' '.join(identity.values())}"
        put = partial(client.update_data_cells_filter, TableData=whole)
        every = {**whole, "RowFilter": {"AllRowsWildcard": {}}}
        yield Mutation("filter's rows widened", place, partial(client.update_data_cells_filter, TableData=every), put)
        swapped = {**whole, "RowFilter": {"FilterExpression": "1 = 0"}}
        yield Mutation("filter's rows swapped", place, partial(client.update_data_cells_filter, TableData=swapped), put)
        columns = {**{name: value for name, value in whole.items() if name != "ColumnNames"}, "ColumnWildcard": {}}
        yield Mutation(
            "filter's columns widened", place, partial(client.update_data_cells_filter, TableData=columns), put
        )

        def restore() -> None:
            client.create_data_cells_filter(TableData=whole)
            for grant in lake["Permissions"]:
                if grant["Resource"].get("DataCellsFilter", {}).get("Name") == entry["Name"]:
                    client.grant_permissions(**grant)

        gone = partial(client.delete_data_cells_filter, TableCatalogId=self.account, **identity)
        yield Mutation("filter dropped", place, gone, restore, alone=True)

    def _location(self, lake: Json, entry: Json) -> Iterator[Mutation]:
        client = self.client("lakeformation")
        arn, role = entry["ResourceArn"], entry["RoleArn"]
        place = f"Resources {arn}"
        own = {"ResourceArn": arn, "RoleArn": role, "HybridAccessEnabled": entry["HybridAccessEnabled"]}

        def restore() -> None:
            client.register_resource(**own)
            for grant in lake["Permissions"]:
                if grant["Resource"].get("DataLocation", {}).get("ResourceArn") == arn:
                    client.grant_permissions(**grant)

        gone = partial(client.deregister_resource, ResourceArn=arn)
        yield Mutation("location dropped", place, gone, restore, alone=True)
        hybrid = {**own, "HybridAccessEnabled": not entry["HybridAccessEnabled"]}
        yield Mutation(
            "location made hybrid",
            f"{place}: HybridAccessEnabled",
            partial(client.update_resource, **hybrid),
            partial(client.update_resource, **own),
        )
        other = {**own, "RoleArn": f"arn:aws:iam::{self.account}:role/tenant-api"}
        yield Mutation(
            "location's role swapped",
            f"{place}: RoleArn",
            partial(client.update_resource, **other),
            partial(client.update_resource, **own),
        )

    def _settings(self) -> Iterator[Mutation]:
        client = self.client("lakeformation")
        stands = client.get_data_lake_settings()["DataLakeSettings"]

        def put(members: dict[str, Json]) -> None:
            now = client.get_data_lake_settings()["DataLakeSettings"]
            client.put_data_lake_settings(DataLakeSettings={**now, **members})

        everyone = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
        stranger = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{self.account}:role/tenant-api"}
        changes: dict[str, dict[str, Json]] = {
            "administrator added": {"DataLakeAdmins": [*stands["DataLakeAdmins"], stranger]},
            "administrator dropped": {"DataLakeAdmins": stands["DataLakeAdmins"][:1]},
            "reading administrator added": {"ReadOnlyAdmins": [*stands["ReadOnlyAdmins"], stranger]},
            "reading administrators dropped": {"ReadOnlyAdmins": []},
            "database default opened": {"CreateDatabaseDefaultPermissions": everyone},
            "table default opened": {"CreateTableDefaultPermissions": everyone},
            "full table access opened": {"AllowFullTableExternalDataAccess": True},
            "filtering engines allowed": {
                "AllowExternalDataFiltering": True,
                "ExternalDataFilteringAllowList": [{"DataLakePrincipalIdentifier": self.account}],
                "AuthorizedSessionTagValueList": ["strange"],
            },
            "cross-account version lowered": {"Parameters": {**stands["Parameters"], "CROSS_ACCOUNT_VERSION": "3"}},
            "source identity set": {"Parameters": {**stands["Parameters"], "SET_SOURCE_IDENTITY": "TRUE"}},
        }
        for kind, change in changes.items():
            before = {name: stands.get(name, change[name].__class__()) for name in change}
            place = f"{_SETTINGS}: {next(iter(change))}"
            yield Mutation(kind, place, partial(put, change), partial(put, before))

    # The catalog

    def _catalog(self, glue: Json) -> Iterator[Mutation]:
        client = self.client("glue")
        for table in glue["Tables"]:
            if "TargetTable" in table:
                continue
            at = {"DatabaseName": table["DatabaseName"], "Name": table["Name"]}
            found = client.get_table(**at)["Table"]
            known = ("Name", "Description", "Owner", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
            stands = {name: found[name] for name in known if name in found}
            moved = deepcopy(stands)
            moved["StorageDescriptor"]["Location"] = "s3://somewhere-else/"
            grown = deepcopy(stands)
            grown["StorageDescriptor"]["Columns"].append({"Name": "strange", "Type": "string"})
            back = partial(client.update_table, DatabaseName=at["DatabaseName"], TableInput=stands)
            for kind, change in (("table moved", moved), ("column added", grown)):
                apply = partial(client.update_table, DatabaseName=at["DatabaseName"], TableInput=change)
                yield Mutation(kind, f"Tables {at['DatabaseName']} {at['Name']}: StorageDescriptor", apply, back)
        policy = glue.get("ResourcePolicy")
        if policy:
            yield from _document(
                "catalog",
                "ResourcePolicy",
                policy,
                lambda document: client.put_resource_policy(PolicyInJson=json.dumps(document)),
            )
        else:
            arn = f"arn:aws:glue:{self.region}:{self.account}"
            statement = {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{self.account}:role/tenant-api"},
                "Action": "glue:GetTable",
                "Resource": f"{arn}:catalog",
            }
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            yield Mutation(
                "catalog policy added",
                "ResourcePolicy",
                partial(client.put_resource_policy, PolicyInJson=document),
                client.delete_resource_policy,
            )

    # Documents

    def _bucket(self, bucket: Json) -> Iterator[Mutation]:
        client = self.client("s3")
        name = bucket["Name"]
        place = f"Buckets {name}:"

        def put(document: Json) -> None:
            client.put_bucket_policy(Bucket=name, Policy=json.dumps(document))

        yield from _document("bucket", f"{place} Policy", bucket["Policy"], put)
        yield Mutation(
            "bucket policy dropped",
            f"{place} Policy",
            partial(client.delete_bucket_policy, Bucket=name),
            partial(put, bucket["Policy"]),
        )
        flags = bucket["PublicAccessBlock"]
        for flag in flags:
            yield Mutation(
                "public access block opened",
                f"{place} PublicAccessBlock.{flag}",
                partial(
                    client.put_public_access_block,
                    Bucket=name,
                    PublicAccessBlockConfiguration={**flags, flag: not flags[flag]},
                ),
                partial(client.put_public_access_block, Bucket=name, PublicAccessBlockConfiguration=flags),
            )
        encryption = client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
        plain = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        if bucket["Encryption"]["SSEAlgorithm"] != "AES256":
            yield Mutation(
                "bucket's key dropped",
                f"{place} Encryption",
                partial(client.put_bucket_encryption, Bucket=name, ServerSideEncryptionConfiguration=plain),
                partial(client.put_bucket_encryption, Bucket=name, ServerSideEncryptionConfiguration=encryption),
            )
        tags = client.get_bucket_tagging(Bucket=name)["TagSet"]
        yield Mutation(
            "bucket's tags swapped",
            f"{place} Tags",
            partial(client.put_bucket_tagging, Bucket=name, Tagging={"TagSet": [{"Key": "strange", "Value": "x"}]}),
            partial(client.put_bucket_tagging, Bucket=name, Tagging={"TagSet": tags}),
        )

    def _key(self, key: Json) -> Iterator[Mutation]:
        client = self.client("kms")
        arn, identifier = key["Arn"], key["Arn"].rsplit("/", 1)[-1]
        place = f"Keys {arn}:"

        def put(document: Json) -> None:
            client.put_key_policy(KeyId=identifier, PolicyName="default", Policy=json.dumps(document))

        yield from _document("key", f"{place} Policy", key["Policy"], put)
        yield Mutation(
            "key disabled",
            f"{place} KeyState",
            partial(client.disable_key, KeyId=identifier),
            partial(client.enable_key, KeyId=identifier),
        )
        for alias in key["Aliases"]:
            yield Mutation(
                "alias dropped",
                f"{place} Aliases",
                partial(client.delete_alias, AliasName=alias),
                partial(client.create_alias, AliasName=alias, TargetKeyId=identifier),
            )
        grantee = f"arn:aws:iam::{self.account}:role/tenant-api"
        granted: list[str] = []

        def grant() -> None:
            answer = client.create_grant(KeyId=identifier, GranteePrincipal=grantee, Operations=["Decrypt"])
            granted.append(answer["GrantId"])

        yield Mutation(
            "key granted",
            f"{place} Grants",
            grant,
            lambda: client.revoke_grant(KeyId=identifier, GrantId=granted.pop()),
        )

    def _role(self, shared: set[str], role: Json) -> Iterator[Mutation]:
        """Yield a role's; managed policies that it has in common with others, which are in `shared`, change once."""
        client = self.client("iam")
        arn = role["Arn"]
        name = arn.rsplit("/", 1)[-1]
        place = f"Roles {arn}:"

        def trust(document: Json) -> None:
            client.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))

        yield from _document("trust", f"{place} AssumeRolePolicyDocument", role["AssumeRolePolicyDocument"], trust)
        attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        managed = {policy["PolicyName"]: policy["PolicyArn"] for policy in attached}
        for policy in role["Policies"]:
            called = policy["PolicyName"]
            if managed.get(called) in shared:
                continue
            shared.update({managed[called]} if called in managed else ())
            put = (
                partial(_put_version, client, managed[called])
                if called in managed
                else partial(self._put_inline, name, called)
            )
            yield from _document("role", f"{place} Policies {called}.PolicyDocument", policy["PolicyDocument"], put)
        everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        yield Mutation(
            "role's policy added",
            f"{place} Policies strange",
            partial(self._put_inline, name, "strange", everything),
            partial(client.delete_role_policy, RoleName=name, PolicyName="strange"),
        )
        for called, policy_arn in managed.items():
            yield Mutation(
                "policy detached",
                f"{place} Policies {called}",
                partial(client.detach_role_policy, RoleName=name, PolicyArn=policy_arn),
                partial(client.attach_role_policy, RoleName=name, PolicyArn=policy_arn),
            )
        for tag in role["Tags"]:
            yield Mutation(
                "role's tag swapped",
                f"{place} Tags {tag['Key']}",
                partial(client.tag_role, RoleName=name, Tags=[{**tag, "Value": "strange"}]),
                partial(client.tag_role, RoleName=name, Tags=[tag]),
            )
        boundary = client.get_role(RoleName=name)["Role"].get("PermissionsBoundary")
        if boundary:
            bounded_by = boundary["PermissionsBoundaryArn"]
            if bounded_by not in shared:
                shared.add(bounded_by)
                put = partial(_put_version, client, bounded_by)
                yield from _document("boundary", f"{place} PermissionsBoundary", role["PermissionsBoundary"], put)
            yield Mutation(
                "boundary dropped",
                f"{place} PermissionsBoundary",
                partial(client.delete_role_permissions_boundary, RoleName=name),
                partial(
                    client.put_role_permissions_boundary,
                    RoleName=name,
                    PermissionsBoundary=boundary["PermissionsBoundaryArn"],
                ),
            )

    def _put_inline(self, role: str, policy: str, document: Json) -> None:
        self.client("iam").put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    # Everything else

    def _workgroup(self, group: Json) -> Iterator[Mutation]:
        client = self.client("athena")
        name = group["Name"]
        stands = client.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
        place = f"WorkGroups {name}: Configuration"
        result = stands["ResultConfiguration"]
        changes = {
            "workgroup not enforced": {"EnforceWorkGroupConfiguration": False},
            "results moved": {"ResultConfigurationUpdates": {"OutputLocation": "s3://somewhere-else/"}},
        }
        back = {
            "EnforceWorkGroupConfiguration": stands["EnforceWorkGroupConfiguration"],
            "ResultConfigurationUpdates": {"OutputLocation": result["OutputLocation"]},
        }
        for kind, change in changes.items():
            yield Mutation(
                kind,
                place,
                partial(client.update_work_group, WorkGroup=name, ConfigurationUpdates=change),
                partial(client.update_work_group, WorkGroup=name, ConfigurationUpdates=back),
            )

    def _function(self, function: Json) -> Iterator[Mutation]:
        client = self.client("lambda")
        name = function["FunctionName"]
        place = f"Functions {name}:"
        added = {"FunctionName": name, "StatementId": "Strange", "Action": "lambda:InvokeFunction"}
        yield Mutation(
            "caller added",
            f"{place} Policy",
            partial(client.add_permission, **added, Principal=f"arn:aws:iam::{self.account}:role/lakeward-deployer"),
            partial(client.remove_permission, FunctionName=name, StatementId="Strange"),
        )
        other = f"arn:aws:iam::{self.account}:role/tenant-api"
        yield Mutation(
            "function's role swapped",
            f"{place} Role",
            partial(client.update_function_configuration, FunctionName=name, Role=other),
            partial(client.update_function_configuration, FunctionName=name, Role=function["Role"]),
        )

    def _cluster(self, cluster: Json) -> Iterator[Mutation]:
        change = self.client("rds").modify_db_cluster
        name = cluster["DBClusterIdentifier"]
        yield Mutation(
            "database login by password",
            f"DBClusters {name}: IAMDatabaseAuthenticationEnabled",
            partial(change, DBClusterIdentifier=name, EnableIAMDatabaseAuthentication=False),
            partial(change, DBClusterIdentifier=name, EnableIAMDatabaseAuthentication=True),
        )

    def _security_group(self, group: Json) -> Iterator[Mutation]:
        client = self.client("ec2")
        identifier = group["GroupId"]
        place = f"SecurityGroups {identifier}: IpPermissions"
        world = {
            "GroupId": identifier,
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        }
        yield Mutation(
            "database opened to the world",
            place,
            partial(client.authorize_security_group_ingress, **world),
            partial(client.revoke_security_group_ingress, **world),
        )
        for rule in group["IpPermissions"]:
            own = {"GroupId": identifier, "IpPermissions": [rule]}
            yield Mutation(
                "ingress dropped",
                place,
                partial(client.revoke_security_group_ingress, **own),
                partial(client.authorize_security_group_ingress, **own),
            )


def _document(noun: str, place: str, document: Json, put: Callable[[Json], object]) -> Iterator[Mutation]:
    """Yield a document without each of its statements, and with each of them wider, or about something else."""
    back = partial(put, document)
    statements = document["Statement"]
    for index, statement in enumerate(statements):
        for kind, changed in _spoiled(statement):
            rest = [*statements[:index], *changed, *statements[index + 1 :]]
            if not rest:
                continue
            told = statement.get("Sid", "")
            yield Mutation(
                f"{noun} statement {kind}",
                f"{place}.Statement {told}",
                partial(put, {**document, "Statement": rest}),
                back,
            )


def _spoiled(statement: Json) -> Iterator[tuple[str, list[Json]]]:
    yield "dropped", []
    if "Condition" in statement:
        yield "widened", [{name: value for name, value in statement.items() if name != "Condition"}]
    other = deepcopy(statement)
    other["Effect"] = "Deny" if statement["Effect"] == "Allow" else "Allow"
    yield "swapped", [other]


def _put_version(client: Any, arn: str, document: Json) -> None:
    """Make a document the default version of a managed policy, which holds five of them."""
    for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    client.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _both(first: Callable[[], object], second: Callable[[], object]) -> Callable[[], object]:
    def act() -> None:
        first()
        second()

    return act


def one_of_each_kind(mutations: Iterable[Mutation]) -> Iterator[Mutation]:
    """Yield the first mutation of each kind, on a subject of its own where there is one."""
    kinds: dict[str, Mutation] = {}
    taken: set[str] = set()
    for mutation in mutations:
        before = kinds.get(mutation.kind)
        if before is None or (before.subject in taken and mutation.subject not in taken):
            kinds[mutation.kind] = mutation
            taken.add(mutation.subject)
    yield from kinds.values()


def batches(mutations: Iterable[Mutation]) -> list[list[Mutation]]:
    """Return them in groups in which each has a subject of its own, so that one look at AWS serves a whole group."""
    found: list[list[Mutation]] = []
    open_ones: list[set[str]] = []
    for mutation in mutations:
        place = next((at for at, taken in enumerate(open_ones) if taken.isdisjoint({*mutation.subjects, _ALONE})), None)
        if mutation.alone or place is None:
            found.append([mutation])
            open_ones.append({_ALONE} if mutation.alone else {*mutation.subjects})
        else:
            found[place].append(mutation)
            open_ones[place] |= mutation.subjects
    return found


_ALONE = ""
"""No mutation's subject: it closes a group."""


@dataclass(frozen=True)
class Verdict:
    """What came of some mutations."""

    named: int
    unnamed: tuple[str, ...]
    refused: tuple[str, ...]
    """Those that AWS itself didn't take: they can't happen behind anybody's back."""


def judge(mutations: Iterable[Mutation], look: Callable[[], Iterable[str]]) -> Verdict:
    """
    Do every mutation, look, and undo it.

    Args:
        mutations: Of what is up now.
        look: Reads AWS back and returns what the comparison says, a line each; nothing where all is as declared.

    """
    named = 0
    unnamed: list[str] = []
    refused: list[str] = []
    for batch in batches(mutations):
        done: list[Mutation] = []
        for mutation in batch:
            refusal = _refusal(mutation.apply)
            if refusal is None:
                done.append(mutation)
            else:
                refused.append(f"{mutation}: {refusal}")
        lines = [*look()]
        for mutation in reversed(done):
            mutation.undo()
        for mutation in done:
            if all(any(told in line for line in lines) for told in (mutation.place, mutation.also)):
                named += 1
            else:
                unnamed.append(str(mutation))
    unnamed.extend(f"after everything was undone: {line}" for line in look())
    return Verdict(named, tuple(unnamed), tuple(refused))


def _refusal(apply: Callable[[], object]) -> ClientError | None:
    try:
        apply()
    except ClientError as error:
        return error
    return None
