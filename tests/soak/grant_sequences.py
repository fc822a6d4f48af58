"""
Sequences of changes to grants, carried out in the engine's order on the real provider and an embedded AWS.

A configuration of a small lake is changed, renamed, split, merged, reordered and moved about. What the plan makes of
it is applied as the engine would: what is new or replaced first, each replaced grant deleted before it is made anew,
what nobody declares any more last; independent ones in any order. Then Lake Formation is asked what it holds.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import _types
from pulumi.runtime.proto import provider_pb2
from pydantic.alias_generators import to_camel

from components.grant import granted_resource
from lakeward.config import StackConfig, parse
from lakeward.errors import ConfigurationError
from lakeward.estate.sources.permissions import grant as entry
from lakeward.estate.sources.permissions import listed
from lakeward.plan import plan_stack
from lakeward.plan.declarations import GrantArgs
from local.aws.server import RunningAws
from local.provider.servicer import StandInProvider
from local.provider.wire import decode, encode

ACCOUNT, REGION = "100000000081", "eu-west-1"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/deployer"
TYPE = "aws:lakeformation/permissions:Permissions"
COLUMNS = ("id", "email", "city", "amount")
TABLES = {"crm": ("customers", "orders"), "sales": ("invoices", "landing")}
PEOPLE = ("analyst", "auditor", "scientist")
PIPELINES = ("loader", "cleaner")

Grants = dict[str, list[dict[str, Any]]]
"""What each persona is granted, as the configuration spells it."""


class Refused:
    """What the provider needs of a gRPC context: a way to say that a call has failed."""

    def abort(self, _code: object, reason: str) -> None:
        raise AssertionError(reason)

    def set_trailing_metadata(self, metadata: object) -> None:
        raise AssertionError(metadata)


def configured(grants: Grants) -> StackConfig:
    """Return the small lake in which these are the grants; raises `ConfigurationError` where they contradict."""
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"
    personas = [
        {"name": name, "trust": {"saml": saml}, "queries": True, "grants": grants.get(name, [])} for name in PEOPLE
    ] + [
        {"name": name, "kind": "pipeline", "trust": {"service": "glue.amazonaws.com"}, "grants": grants.get(name, [])}
        for name in PIPELINES
    ]
    values = {
        "account": ACCOUNT,
        "region": REGION,
        "prefix": "acme",
        "owner": "data-platform",
        "costCenter": "4711",
        "deployer": DEPLOYER,
        "zones": [{"name": name} for name in ("masked", "curated", "query-results", "logs")],
        "dataKeys": {"administrators": []},
        "databases": [
            {"name": database, "tables": [_table(name) for name in tables]} for database, tables in TABLES.items()
        ],
        "personas": personas,
    }
    return parse(values, "dev")


def _table(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "zone": "masked",
        "path": name,
        "columns": [
            {"name": column, "type": "string", "classification": "internal", "protection": "masked"}
            for column in COLUMNS
        ],
        "filters": [
            {"name": name, "columns": list(COLUMNS[:2]), "rows": f"city = '{name}'"} for name in ("oslo", "rome")
        ],
    }


@dataclass
class Made:
    """A grant as the engine has recorded it."""

    identity: str
    inputs: Any
    outputs: Any


@dataclass
class Lake:
    """The account with the lake's tables, and an engine that knows nothing but grants."""

    running: RunningAws
    deletes_first: bool = True
    """What the program asks of the engine for a grant that is replaced; without it rights are lost."""
    provider: StandInProvider = field(default_factory=StandInProvider)
    state: dict[str, Made] = field(default_factory=dict)
    applied: int = 0

    def __post_init__(self) -> None:
        self._lay_out(self.running.session(ACCOUNT, REGION))
        self.session = self.running.session(ACCOUNT, REGION, DEPLOYER)
        way = f'[{{"roleArn": "{DEPLOYER}", "sessionName": "grants"}}]'
        arguments = {
            "region": REGION,
            "assumeRoles": way,
            "accessKey": self._environment["AWS_ACCESS_KEY_ID"],
            "secretKey": self._environment["AWS_SECRET_ACCESS_KEY"],
            "endpoints": json.dumps([dict.fromkeys(("lakeformation", "sts"), self.running.url)]),
        }
        self.provider.Configure(provider_pb2.ConfigureRequest(args=encode(arguments)), Refused())

    @property
    def _environment(self) -> Mapping[str, str]:
        return self.running.environment(REGION)

    def _lay_out(self, administrator: Any) -> None:
        iam, glue = administrator.client("iam"), administrator.client("glue")
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        for name in ("deployer", *PEOPLE, *PIPELINES):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        lake_formation = administrator.client("lakeformation")
        everyone = [{"DataLakePrincipalIdentifier": DEPLOYER}]
        lake_formation.put_data_lake_settings(
            DataLakeSettings={
                "DataLakeAdmins": everyone,
                "CreateDatabaseDefaultPermissions": [],
                "CreateTableDefaultPermissions": [],
            }
        )
        deployer = self.running.session(ACCOUNT, REGION, DEPLOYER)
        glue, lake_formation = deployer.client("glue"), deployer.client("lakeformation")
        for key, values in (("zone", ["masked", "curated"]), ("classification", ["internal", "public"])):
            lake_formation.create_lf_tag(TagKey=key, TagValues=values)
        for zone in ("masked", "curated"):
            administrator.client("s3").create_bucket(
                Bucket=f"acme-dev-{zone}-{ACCOUNT}", CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            lake_formation.register_resource(
                ResourceArn=f"arn:aws:s3:::acme-dev-{zone}-{ACCOUNT}", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/deployer"
            )
        for database, tables in TABLES.items():
            glue.create_database(DatabaseInput={"Name": database})
            for table in tables:
                columns = [{"Name": name, "Type": "string"} for name in COLUMNS]
                location = f"s3://acme-dev-masked-{ACCOUNT}/{database}/{table}/"
                storage = {"Columns": columns, "Location": location}
                glue.create_table(DatabaseName=database, TableInput={"Name": table, "StorageDescriptor": storage})
                for name in ("oslo", "rome"):
                    lake_formation.create_data_cells_filter(
                        TableData={
                            "TableCatalogId": ACCOUNT,
                            "DatabaseName": database,
                            "TableName": table,
                            "Name": name,
                            "RowFilter": {"FilterExpression": f"city = '{name}'"},
                            "ColumnNames": list(COLUMNS[:2]),
                        }
                    )

    def apply(self, config: StackConfig, order: random.Random) -> None:
        """Bring the grants to what the plan of a configuration says."""
        wanted = {grant.logical_name: _inputs(grant) for grant in planned(config)}
        names = sorted(wanted)
        order.shuffle(names)
        for name in names:
            self._step(name, wanted[name])
        gone = sorted(self.state.keys() - wanted.keys())
        order.shuffle(gone)
        for name in gone:
            self._delete(name)
        self.applied += 1

    def _step(self, name: str, inputs: Any) -> None:
        made = self.state.get(name)
        olds = made.inputs if made else {}
        request = provider_pb2.CheckRequest(urn=_urn(name), olds=encode(olds), news=encode(inputs))
        checked = self.provider.Check(request, Refused())
        if checked.failures:
            raise AssertionError(checked.failures)
        if made is not None:
            difference = self.provider.Diff(
                provider_pb2.DiffRequest(
                    id=made.identity,
                    urn=_urn(name),
                    olds=encode(made.outputs),
                    old_inputs=encode(made.inputs),
                    news=checked.inputs,
                ),
                Refused(),
            )
            if difference.changes != provider_pb2.DiffResponse.DIFF_SOME:
                return
            # Every argument of a grant replaces it, and the program says that it is deleted first.
            if not difference.replaces or not difference.deleteBeforeReplace:
                raise AssertionError(f"{name} isn't replaced by deleting it first")
            if self.deletes_first:
                self._delete(name)
        created = self.provider.Create(provider_pb2.CreateRequest(urn=_urn(name), properties=checked.inputs), Refused())
        if name in self.state:
            self._delete(name)
        self.state[name] = Made(created.id, decode(checked.inputs), decode(created.properties))

    def _delete(self, name: str) -> None:
        made = self.state.pop(name)
        self.provider.Delete(
            provider_pb2.DeleteRequest(
                id=made.identity, urn=_urn(name), properties=encode(made.outputs), old_inputs=encode(made.inputs)
            ),
            Refused(),
        )

    def differences(self, config: StackConfig) -> list[str]:
        """Return what Lake Formation holds and the plan doesn't say, and the other way round, a line each."""
        client = self.session.client("lakeformation")
        found: list[Any] = []
        token: dict[str, str] = {}
        while True:
            page = client.list_permissions(MaxResults=1000, **token)
            found += page["PrincipalResourcePermissions"]
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        held = {
            json.dumps(one, sort_keys=True)
            for one in listed(map(_told, found), ACCOUNT)
            if one["Principal"]["DataLakePrincipalIdentifier"] != DEPLOYER
        }
        # Identifiers are texts of their own types: JSON makes plain ones of them.
        plain = json.loads(json.dumps([_said(grant) for grant in planned(config)]))
        said = {json.dumps(one, sort_keys=True) for one in listed(plain, ACCOUNT)}
        return [f"missing: {one}" for one in sorted(said - held)] + [f"extra: {one}" for one in sorted(held - said)]


def planned(config: StackConfig) -> list[GrantArgs]:
    """Return the grants that the plan of a configuration declares."""
    return [found for found in plan_stack(config).declarations if isinstance(found, GrantArgs)]


def _urn(name: str) -> str:
    return f"urn:pulumi:dev::lakeward::{TYPE}::{name}"


def _inputs(grant: GrantArgs) -> Any:
    """Return a grant's inputs as the SDK sends them."""
    resource = {name: _wired(value) for name, value in granted_resource(grant, ACCOUNT).items()}
    return {
        "principal": grant.principal,
        "permissions": list(grant.permissions),
        **({"permissionsWithGrantOptions": list(grant.grantable)} if grant.grantable else {}),
        **{to_camel(name): value for name, value in resource.items()},
    }


def _wired(value: Any) -> Any:
    if _types.is_input_type(type(value)):
        return {name: _wired(part) for name, part in _types.input_type_to_dict(value).items() if part is not None}
    return [_wired(part) for part in value] if isinstance(value, list | tuple) else value


def _told(one: Any) -> Any:
    return {
        **{name: one[name] for name in ("Principal", "Resource", "Permissions")},
        "PermissionsWithGrantOption": one.get("PermissionsWithGrantOption", []),
    }


def _said(grant: GrantArgs) -> Any:
    """Return a planned grant as Lake Formation's API spells it, from the values of the plan alone."""
    said = {name: getattr(grant.resource, name) for name in grant.resource.__dataclass_fields__}
    resource: dict[str, Any]
    match type(grant.resource).__name__:
        case "GrantedDatabase":
            resource = {"Database": {"Name": said["name"]}}
        case "GrantedTable":
            resource = {"Table": {"DatabaseName": said["database"], "Name": said["name"]}}
        case "GrantedColumns":
            table = {"DatabaseName": said["database"], "Name": said["table"]}
            resource = {"TableWithColumns": {**table, "ColumnNames": list(said["columns"])}}
        case "GrantedFilter":
            table = {"DatabaseName": said["database"], "TableName": said["table"]}
            resource = {"DataCellsFilter": {**table, "Name": said["name"]}}
        case "GrantedTagExpression":
            expression = [{"TagKey": key, "TagValues": list(values)} for key, values in said["expression"]]
            resource = {"LFTagPolicy": {"ResourceType": said["resource_type"], "Expression": expression}}
        case _:
            resource = {"DataLocation": {"ResourceArn": said["arn"]}}
    return entry(grant.principal, resource, list(grant.permissions), list(grant.grantable))


# Changes


def changed(grants: Grants, choice: random.Random) -> Grants:
    """Return other grants, one change away, that a configuration may hold."""
    for _ in range(100):
        found = copy.deepcopy(grants)
        choice.choice((_add, _add, _remove, _change, _split, _merge, _reorder, _move, _rename))(found, choice)
        try:
            configured(found)
        except ConfigurationError:
            continue
        if found != grants:
            return found
    return {}


def _new(persona: str, choice: random.Random) -> dict[str, Any]:
    database = choice.choice(sorted(TABLES))
    named = {"database": database, "table": choice.choice(TABLES[database])}
    columns = sorted(choice.sample(COLUMNS, choice.randint(1, len(COLUMNS))))
    forms: list[dict[str, Any]] = [
        {**named, "columns": columns},
        {**named, "columns": columns},
        {**named, "filter": choice.choice(("oslo", "rome"))},
        {"database": database, "permissions": ["DESCRIBE"]},
        {
            "tags": {
                "zone": ["masked"],
                "classification": choice.choice((["internal"], ["internal", "public"], ["public"])),
            }
        },
    ]
    if persona in PIPELINES:
        rights = ["SELECT", "INSERT", "DELETE", "ALTER", "DESCRIBE"]
        forms += [{**named, "permissions": sorted(choice.sample(rights, choice.randint(1, 3)))}] * 3
        forms += [{"location": choice.choice(("masked", "curated"))}]
    return choice.choice(forms)


def _persona(grants: Grants, choice: random.Random) -> str:
    held = sorted(name for name, found in grants.items() if found)
    return choice.choice(held or [*PEOPLE, *PIPELINES])


def _add(grants: Grants, choice: random.Random) -> None:
    persona = choice.choice([*PEOPLE, *PIPELINES])
    grants.setdefault(persona, []).insert(0, _new(persona, choice))


def _remove(grants: Grants, choice: random.Random) -> None:
    held = grants.get(_persona(grants, choice))
    if held:
        held.pop(choice.randrange(len(held)))


def _change(grants: Grants, choice: random.Random) -> None:
    """Give another form to a grant on the same or another resource."""
    persona = _persona(grants, choice)
    held = grants.get(persona)
    if held:
        held[choice.randrange(len(held))] = _new(persona, choice)


def _rename(grants: Grants, choice: random.Random) -> None:
    """Let a grant go through the other filter, or be on the other table, under the name that follows."""
    held = grants.get(_persona(grants, choice))
    if held:
        one = choice.choice(held)
        if "filter" in one:
            one["filter"] = "rome" if one["filter"] == "oslo" else "oslo"
        elif "table" in one:
            one["table"] = next(name for name in TABLES[one["database"]] if name != one["table"])


def _split(grants: Grants, choice: random.Random) -> None:
    """Divide a grant's columns or permissions between it and one on another table."""
    held = grants.get(_persona(grants, choice), [])
    divided = [one for one in held if len(one.get("columns", one.get("permissions", ()))) > 1 and "table" in one]
    if divided:
        one = choice.choice(divided)
        member = "columns" if "columns" in one else "permissions"
        other = {**one, "table": next(name for name in TABLES[one["database"]] if name != one["table"])}
        other[member] = one[member][1:]
        one[member] = one[member][:1]
        held.append(other)


def _merge(grants: Grants, choice: random.Random) -> None:
    """Put two grants of one form together on the table of the first."""
    held = grants.get(_persona(grants, choice), [])
    for member in ("columns", "permissions"):
        alike = [one for one in held if member in one and "table" in one]
        if len(alike) > 1:
            first, second = choice.sample(alike, 2)
            first[member] = sorted({*first[member], *second[member]})
            held.remove(second)
            return


def _reorder(grants: Grants, choice: random.Random) -> None:
    for held in grants.values():
        choice.shuffle(held)


def _move(grants: Grants, choice: random.Random) -> None:
    """Give a grant to somebody else."""
    persona = _persona(grants, choice)
    held = grants.get(persona)
    if held:
        others = PIPELINES if persona in PIPELINES else PEOPLE
        grants.setdefault(choice.choice([name for name in others if name != persona]), []).append(
            held.pop(choice.randrange(len(held)))
        )


LENGTH = 4


def run_sequence(lake: Lake, seed: int) -> list[str]:
    """Take the lake through one sequence of changes, looking after each; return what was ever wrong."""
    choice = random.Random(seed)  # noqa: S311
    grants: Grants = {}
    for _ in range(choice.randint(2, 6)):
        grants = changed(grants, choice)
    wrong: list[str] = []
    for step in range(LENGTH):
        config = configured(grants)
        lake.apply(config, choice)
        wrong += [f"sequence {seed}, step {step}: {one}" for one in lake.differences(config)]
        grants = changed(grants, choice)
    return wrong
