"""The tenants' database in a configuration: what can't be is refused at its place, all of it at once."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.config import parse
from lakeward.errors import ConfigurationError

SOUND = yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text(encoding="utf-8"))["config"]
AURORA = {
    "vpc": "vpc-0a1b2c3d",
    "subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
    "clients": ["sg-0a1b2c3d"],
    "database": "tenants",
    "engineVersion": "16.6",
    "instanceClass": "db.serverless",
    "tables": [
        {
            "name": "customer",
            "key": ["id"],
            "columns": [
                {"name": "id", "type": "uuid", "generated": True},
                {"name": "email", "type": "varchar(50)"},
                {"name": "tier", "type": "text", "values": ["gold", "silver"]},
            ],
            "unique": [["email"]],
        },
        {
            "name": "invoice",
            "key": ["number"],
            "columns": [
                {"name": "number", "type": "integer"},
                {"name": "customer", "type": "uuid", "nullable": True},
            ],
            "references": [{"columns": ["customer"], "table": "customer"}],
        },
    ],
}
TENANCY = {
    "tenants": [{"id": "tenant1"}],
    "broker": {
        "issuer": "https://login.acme.example/",
        "audience": "lakeward",
        "algorithms": ["RS256"],
        "keySet": "https://login.acme.example/keys.json",
        "claim": "tenant_id",
        "caller": "arn:aws:iam::111111111111:role/tenant-api",
    },
}


def judged(*changes):
    """The lines about a configuration with these changes, each a place and what stands there instead."""
    config = {key.removeprefix("lakeward:"): copy.deepcopy(value) for key, value in SOUND.items()}
    config["zones"].append({"name": "tenants"})
    config["tenancy"] = copy.deepcopy({**TENANCY, "aurora": AURORA})
    for *place, value in changes:
        at = config["tenancy"]["aurora"]
        for part in place[:-1]:
            at = at[part]
        if value is None:
            del at[place[-1]]
        else:
            at[place[-1]] = value
    try:
        parse(config, "test")
    except ConfigurationError as error:
        return [line.removeprefix("tenancy.aurora.") for line in error.lines()]
    return []


def test_a_database_is_accepted():
    """The positive twin of all that follows."""
    assert judged() == []


CUSTOMER, INVOICE = ("tables", 0), ("tables", 1)
PLACES = {
    "subnets": [
        (("subnets", ["subnet-0a1b2c3d"]), "subnets: is empty; give at least 2"),
        (("subnets", ["subnet-0a1b2c3d"] * 2), "subnets[1]: `subnet-0a1b2c3d` stands twice; keep one"),
    ],
    "network": [
        (("vpc", "vpc-1"), "vpc: `vpc-1` isn't the id of a VPC; give `vpc-` and 8 or 17 hexadecimal digits"),
        (
            ("clients", ["0.0.0.0/0"]),
            "clients[0]: `0.0.0.0/0` isn't the id of a security group; give `sg-` and 8 or 17 hexadecimal digits",
        ),
        (("clients", ["sg-0a1b2c3d"] * 2), "clients[1]: `sg-0a1b2c3d` stands twice; keep one"),
        (("clients", []), "clients: is empty; give at least 1"),
    ],
    "server": [
        (("engineVersion", 16.6), "engineVersion: `16.6` isn't text; write it in quotes"),
        (
            ("engineVersion", "14.9"),
            (
                "engineVersion: `14.9` isn't a version of Aurora PostgreSQL from 15 on; give major and minor "
                'version in quotes, such as `"16.6"`'
            ),
        ),
        (
            ("instanceClass", "r6g.large"),
            "instanceClass: `r6g.large` isn't an instance class; give `db.serverless`, or one such as `db.r6g.large`",
        ),
        (("backupRetentionDays", 1), "backupRetentionDays: `1` is too small; give at least 7"),
    ],
    "columns": [
        (
            (*CUSTOMER, "columns", 2, "name", "tenant_id"),
            "tables[0].columns[2].name: `tenant_id` is in every table by itself; remove it",
        ),
        (
            (*CUSTOMER, "columns", 1, "type", "bigserial"),
            (
                "tables[0].columns[1].type: `bigserial` draws from a sequence that all tenants share; "
                "give `uuid`, with `generated: true`"
            ),
        ),
        (
            (*CUSTOMER, "columns", 1, "generated", True),
            "tables[0].columns[1].generated: `varchar(50)` can't be random; make it `uuid`, or remove `generated`",
        ),
        (
            (*CUSTOMER, "columns", 0, "values", ["x"]),
            "tables[0].columns[0].values: `uuid` holds no words; make it `text`, or remove `values`",
        ),
        (
            (*CUSTOMER, "columns", 2, "type", "varchar(5)"),
            "tables[0].columns[2].values[1]: `silver` doesn't fit `varchar(5)`; widen the column",
        ),
        (
            (*CUSTOMER, "columns", 2, "values", ["x'); DROP TABLE y; --"]),
            (
                "tables[0].columns[2].values[0]: `x'); DROP TABLE y; --` isn't a word of a closed set; give 1 to 64 "
                "letters, digits, spaces and `_.:/-`, a letter or digit at both ends"
            ),
        ),
        (
            (*CUSTOMER, "columns", 1, "type", "numeric(5,9)"),
            "tables[0].columns[1].type: `numeric(5,9)` isn't a column type; give 1 to 1000 digits, the scale within",
        ),
    ],
    "keys": [
        (
            (*CUSTOMER, "unique", [["tenant_id", "email"]]),
            "tables[0].unique[0][0]: `tenant_id` leads every key by itself; remove it",
        ),
        (
            (*CUSTOMER, "unique", [["emial"]]),
            "tables[0].unique[0][0]: there is no column `emial`; did you mean `email`?",
        ),
        (
            (*CUSTOMER, "unique", [["id"]]),
            "tables[0].unique[0]: these columns are a key already at tenancy.aurora.tables[0].key; remove one",
        ),
        ((*CUSTOMER, "columns", 0, "nullable", True), "tables[0].key[0]: `id` may be null; remove `nullable`"),
    ],
    "references": [
        (
            (*INVOICE, "references", 0, "table", "custommer"),
            "tables[1].references[0].table: there is no table `custommer`; did you mean `customer`?",
        ),
        (
            (*INVOICE, "columns", 1, "type", "text"),
            "tables[1].references[0].columns[0]: `customer` is `text`, and `id` of `customer` is `uuid`; give both",
        ),
        (
            (*INVOICE, "references", 0, "columns", ["customer", "number"]),
            "tables[1].references[0].columns: 2 columns refer to `customer`, whose key has 1; name as many",
        ),
    ],
}


@pytest.mark.parametrize(("change", "line"), [case for cases in PLACES.values() for case in cases])
def test_what_cant_be_is_refused_at_its_place(change, line):
    """One line: the place, what is wrong, what to write instead."""
    lines = judged(change)

    assert len(lines) == 1
    assert lines[0].startswith(line)


def test_everything_wrong_is_told_at_once():
    """Mistakes in different places are told in the order of the file, each once."""
    lines = judged(
        ("backupRetentionDays", 1),
        (*CUSTOMER, "columns", 1, "type", "serial"),
        (*INVOICE, "references", 0, "table", "nowhere"),
    )

    assert ["tables[0].columns[1].type", "tables[1].references[0].table", "backupRetentionDays"] == [
        line.split(":")[0] for line in lines
    ]
