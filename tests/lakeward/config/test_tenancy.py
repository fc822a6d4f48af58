"""Tenants in a configuration: ids that can't be told apart, or stand in places that don't fit, are refused."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.config import parse
from lakeward.errors import ConfigurationError

SOUND = yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text(encoding="utf-8"))["config"]
ROLE = "arn:aws:iam::111111111111:role/"
COLUMN = {"classification": "internal", "type": "string"}
USAGE = {
    "name": "usage",
    "isolation": "pool",
    "tables": [
        {
            "name": "events",
            "zone": "tenants",
            "path": "_tables/events",
            "columns": [{"name": "tenant_id", **COLUMN}, {"name": "what", **COLUMN}],
            "tenantColumns": ["what"],
        }
    ],
}
CRM = {
    "name": "accounts",
    "isolation": "bridge",
    "tables": [{"name": "leads", "zone": "tenants", "path": "leads", "columns": [{"name": "lead", **COLUMN}]}],
}
TENANCY = {
    "tenants": [{"id": "tenant1"}, {"id": "tenant10"}, {"id": "zz"}],
    "writers": ["loader"],
    "broker": {
        "issuer": "https://login.acme.example/",
        "audience": "lakeward",
        "algorithms": ["RS256"],
        "keySet": "https://login.acme.example/keys.json",
        "claim": "tenant_id",
        "caller": f"{ROLE}tenant-api",
    },
}


def configured():
    config = {key.removeprefix("lakeward:"): copy.deepcopy(value) for key, value in SOUND.items()}
    config["zones"].append({"name": "tenants"})
    config["databases"] += copy.deepcopy([USAGE, CRM])
    config["tenancy"] = copy.deepcopy(TENANCY)
    return config


def lines(config):
    with pytest.raises(ConfigurationError) as refused:
        parse(config, "test")
    return list(refused.value.lines())


def test_tenants_of_every_isolation_are_accepted():
    """The positive twin of all that follows."""
    config = parse(configured(), "test")

    assert [tenant.id for tenant in config.tenancy.tenants] == ["tenant1", "tenant10", "zz"]


BAD_IDS = [
    *("Tenant1", "TENANT", "tEnant", "a/b", "/a", "a/", "..", ".", "*", "a*", "?", "a?b", "", " ", "a b", " ab", "ab "),
    *("-ab", "ab-", "a", "1", "1ab", "9", "a_b", "a.b", "a,b", "a:b", "a=b", "a+b", "a@b", "a%b", "a'b", 'a"b', "a;b"),
    *("a\nb", "a\tb", "ab\n", "a\0b", "a\x7fb", "a\u200bb", "a\u202eb", "a\u00adb"),
    *(
        "t\u0435nant",
        "ten\u0430nt1",
        "ten\u0430nt",
        "ﬁrst",
        "tenant\uff11",
        "tenànt",
        "テナント",
        "${x}",
        "%{x}",
        "$(x)",
        "`x`",
    ),
    *("a" * 31, "a" * 65, "a" * 300, "a--" + "b" * 28),
]


@pytest.mark.parametrize("tenant", BAD_IDS, ids=ascii)
def test_a_bad_tenant_id_is_refused_at_its_place_with_the_reason(tenant):
    """Never folded, escaped or cut: what another plane would spell differently is no id."""
    config = configured()
    config["tenancy"]["tenants"][1]["id"] = tenant

    (line,) = lines(config)

    assert line.startswith("tenancy.tenants[1].id: ")
    assert "isn't a tenant's id; give 2 to 30 lower-case letters" in line


def test_at_least_forty_bad_tenant_ids_are_tried():
    """The issue asks for forty, all different."""
    assert len(set(BAD_IDS)) >= 40


@pytest.mark.parametrize("value", [None, 7, True, ["tenant1"], {"x": "tenant1"}], ids=repr)
def test_a_tenant_id_is_text(value):
    """A value of another type is refused at its place too."""
    config = configured()
    config["tenancy"]["tenants"][1]["id"] = value

    (line,) = lines(config)

    assert line.startswith("tenancy.tenants[1].id: ")


def test_a_tenant_stands_once():
    """Two entries of one id would be one tenant with two declarations."""
    config = configured()
    config["tenancy"]["tenants"][2]["id"] = "tenant1"

    assert lines(config) == [
        "tenancy.tenants[2].id: tenant `tenant1` stands already at tenancy.tenants[0].id; remove or rename one"
    ]


def edit(path, value):
    """Return a change that sets the value at a path; `None` removes it."""

    def change(config):
        *above, last = path
        for part in above:
            config = config[part]
        if value is None:
            del config[last]
        else:
            config[last] = value

    return change


BREAKS = {
    "no-zone": (
        lambda config: (config["zones"].pop(), config.update(databases=config["databases"][:1])),
        ["zones: there are tenants and no zone `tenants`; add `- name: tenants`"],
    ),
    "no-zone-for-tables": (
        lambda config: config["zones"].pop(),
        [
            "databases[1].tables[0].zone: zone `tenants` isn't declared; add `- name: tenants` to `zones`",
            "databases[2].tables[0].zone: zone `tenants` isn't declared; add `- name: tenants` to `zones`",
        ],
    ),
    "silo-of-many": (
        edit(["tenancy", "files"], "silo"),
        [
            (
                "tenancy.files: a silo is an account of one tenant, and this stack has 3;"
                " write `bridge`, or give each tenant a stack of its own"
            )
        ],
    ),
    "silo-database-of-many": (
        edit(["databases", 2, "isolation"], "silo"),
        [
            (
                "databases[2].isolation: a silo is an account of one tenant, and this stack has 3;"
                " write `bridge`, or give each tenant a stack of its own"
            )
        ],
    ),
    "isolation-without-tenants": (
        edit(["tenancy"], None),
        [
            "databases[1].isolation: there are no tenants; add `tenancy`, or remove `isolation`",
            "databases[2].isolation: there are no tenants; add `tenancy`, or remove `isolation`",
        ],
    ),
    "retired-and-there": (
        edit(["tenancy", "retired"], ["tenant1"]),
        ["tenancy.retired[0]: tenant `tenant1` is there, in `tenancy.tenants`; take it out of one of the two"],
    ),
    "retired-twice": (
        edit(["tenancy", "retired"], ["tenant9", "tenant9"]),
        ["tenancy.retired[1]: `tenant9` stands twice; keep one"],
    ),
    "unknown-writer": (
        edit(["tenancy", "writers"], ["loadr"]),
        ["tenancy.writers[0]: there is no persona `loadr`; did you mean `loader`?"],
    ),
    "writing-person": (
        edit(["tenancy", "writers"], ["analyst"]),
        ["tenancy.writers[0]: persona `analyst` is no pipeline; name one of `kind: pipeline`"],
    ),
    "no-tenant-column": (
        edit(["databases", 1, "tables", 0, "columns", 0, "name"], "owner"),
        [
            (
                "databases[1].tables[0].columns: nothing says whose row it is: there is no column `tenant_id`;"
                " add `{ name: tenant_id, type: string, … }`"
            )
        ],
    ),
    "tenant-column-is-a-number": (
        edit(["databases", 1, "tables", 0, "columns", 0, "type"], "bigint"),
        ["databases[1].tables[0].columns: `tenant_id` is `bigint`, and ids are text; make it `string`"],
    ),
    "no-columns-for-tenants": (
        edit(["databases", 1, "tables", 0, "tenantColumns"], None),
        [
            (
                "databases[1].tables[0].tenantColumns: is missing: nothing says what each tenant reads of its rows;"
                " list the columns"
            )
        ],
    ),
    "unknown-column-for-tenants": (
        edit(["databases", 1, "tables", 0, "tenantColumns"], ["waht"]),
        ["databases[1].tables[0].tenantColumns[0]: there is no column `waht`; did you mean `what`?"],
    ),
    "columns-for-tenants-elsewhere": (
        edit(["databases", 2, "tables", 0, "tenantColumns"], ["lead"]),
        [
            (
                "databases[2].tables[0].tenantColumns: only tables of a `pool` database are shared by tenants;"
                " remove it, or write `isolation: pool` at the database"
            )
        ],
    ),
    "pool-path-like-a-tenants": (
        edit(["databases", 1, "tables", 0, "path"], "tenant1/events"),
        [
            (
                "databases[1].tables[0].path: `tenant1/events` stands among the tenants' own files;"
                " begin it with `_tables/`"
            )
        ],
    ),
    "bridge-in-another-zone": (
        edit(["databases", 2, "tables", 0, "zone"], "curated"),
        [
            (
                "databases[2].tables[0].zone: each tenant's copy stands in a bucket of its own, not in zone `curated`;"
                " write `zone: tenants`"
            )
        ],
    ),
    "lakes-own-in-the-tenants-zone": (
        edit(["databases", 0, "tables", 0, "zone"], "tenants"),
        [
            (
                "databases[0].tables[0].zone: zone `tenants` is for what is tenants';"
                " choose another zone, or write `isolation` at the database"
            ),
            (
                "personas[0].grants[0].columns[1]: `email` names people (`pii`), and zone `tenants` is for values in"
                " clear (LF010); leave it out, or grant a masked or encrypted table"
            ),
        ],
    ),
    "database-of-a-tenants-name": (
        edit(["databases", 1, "name"], "tenant1_accounts"),
        ["databases[1].name: `tenant1_accounts` is tenant `tenant1`'s database of `accounts`; name it differently"],
    ),
    "grant-on-a-template": (
        edit(["personas", 0, "grants", 0], {"database": "accounts"}),
        [
            (
                "personas[0].grants[0].database: `accounts` is a template: each tenant has its own, which it alone"
                " reads;"
                " remove the grant; who fills the tables is in `tenancy.writers`"
            )
        ],
    ),
    "persona-of-a-tenants-name": (
        edit(["personas", 0, "name"], "tenant-zz"),
        [
            (
                "personas[0].name: its workgroup would be that of tenant `zz` at tenancy.tenants[2];"
                " name the persona differently"
            )
        ],
    ),
    "persona-of-a-tenant-roles-name": (
        edit(["personas", 0, "name"], "Acme-test-tenant-zz"),
        ["personas[0].name: its role would have the name of a tenant's role; name the persona differently"],
    ),
    "caller-is-the-broker": (
        edit(["tenancy", "broker", "caller"], f"{ROLE}acme-test-broker"),
        [
            (
                "tenancy.broker.caller: `arn:aws:iam::111111111111:role/acme-test-broker` is the broker's role, which"
                " this"
                " stack makes for that alone; name a role that exists without this stack"
            )
        ],
    ),
    "foreign-caller": (
        edit(["tenancy", "broker", "caller"], "arn:aws:iam::222222222222:role/tenant-api"),
        [
            (
                "tenancy.broker.caller: `arn:aws:iam::222222222222:role/tenant-api` is of another account:"
                " the broker serves its own account; name one of account 111111111111"
            )
        ],
    ),
    "symmetric-algorithm": (
        edit(["tenancy", "broker", "algorithms"], ["HS256"]),
        ["tenancy.broker.algorithms[0]: `HS256` isn't possible here; did you mean `RS256`?"],
    ),
    "plain-http": (
        edit(["tenancy", "broker", "keySet"], "http://login.acme.example/keys.json"),
        [
            (
                "tenancy.broker.keySet: `http://login.acme.example/keys.json` isn't an https address;"
                " give `https://`, a host in lower case and a path; no user, query or fragment"
            )
        ],
    ),
}


@pytest.mark.parametrize("case", sorted(BREAKS))
def test_a_broken_tenancy_answers_place_problem_and_remedy(case):
    """Each differs from the accepted configuration in one place."""
    change, expected = BREAKS[case]
    config = configured()
    change(config)

    found = lines(config)

    assert found == expected
