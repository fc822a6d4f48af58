"""Grants by attributes: refused where they would be met by more than they say, or choose rows."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.config import parse
from lakeward.errors import ConfigurationError
from lakeward.plan import plan_stack

SOUND = yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text(encoding="utf-8"))["config"]
ROLE = "arn:aws:iam::111111111111:role/"
COLUMN = {"classification": "internal", "type": "string"}
SALES = {"attributes": {"department": ["sales"]}, "database": "crm", "table": "orders", "columns": ["id"]}
TENANCY = {
    "tenants": [{"id": "tenant1"}, {"id": "tenant2"}],
    "broker": {
        "issuer": "https://login.acme.example/",
        "audience": "lakeward",
        "algorithms": ["RS256"],
        "keySet": "https://login.acme.example/keys.json",
        "claim": "tenant_id",
        "caller": f"{ROLE}tenant-api",
    },
}
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
            "filters": [
                {"name": "mail", "columns": ["what"], "rows": "what = 'mail'"},
                {"name": "all", "columns": ["what"]},
            ],
        }
    ],
}
NOTES = {
    "name": "notes",
    "isolation": "bridge",
    "tables": [{"name": "leads", "zone": "tenants", "path": "leads", "columns": [{"name": "lead", **COLUMN}]}],
}


def configured(*grants, **persona):
    config = {key.removeprefix("lakeward:"): copy.deepcopy(value) for key, value in SOUND.items()}
    config["zones"].append({"name": "tenants"})
    config["databases"] += copy.deepcopy([USAGE, NOTES])
    config["tenancy"] = copy.deepcopy(TENANCY)
    config["personas"][0].update(persona)
    config["attributeGrants"] = copy.deepcopy(list(grants))
    return config


def lines(config):
    with pytest.raises(ConfigurationError) as refused:
        plan_stack(parse(config, "test"))
    return list(refused.value.lines())


def test_grants_by_attributes_are_accepted():
    """The positive twin of all that follows."""
    through_filter = {**SALES, "database": "usage", "table": "events", "filter": "mail", "columns": None}
    del through_filter["columns"]
    described = {**through_filter, "attributes": {"department": ["hr"]}, "permissions": ["DESCRIBE"]}
    del described["filter"]
    config = configured(SALES, through_filter, described, attributes={"department": "sales"})

    assert len(plan_stack(parse(config, "test")).lake.stack) > 0


def test_a_pool_table_is_granted_by_attributes_through_a_filter_only():
    """B11-7: attributes choose who, and without a filter that is every tenant's rows."""
    grant = {**SALES, "database": "usage", "table": "events", "columns": ["what"]}

    assert lines(configured(grant)) == [
        (
            "attributeGrants[0].filter: `events` holds every tenant's rows, and attributes choose who reads, never "
            "which rows; name a data cells filter of the table"
        )
    ]


def test_a_filter_of_all_rows_is_none():
    """A filter that cuts columns alone would give every tenant's rows too."""
    grant = {"attributes": SALES["attributes"], "database": "usage", "table": "events", "filter": "all"}

    assert lines(configured(grant)) == [
        "attributeGrants[0].filter: `all` keeps all rows, and `events` holds every tenant's; name a filter with `rows`"
    ]


@pytest.mark.parametrize(
    "name", ["tenant_id", "TENANT_ID", "lakeward:persona", "aws:x", "LakeFormationAuthorizedCaller"]
)
def test_attributes_that_mean_something_else_are_refused(name):
    """Neither as a row predicate in disguise, nor as what AWS or this project gives a meaning to."""
    (line,) = lines(configured({**SALES, "attributes": {name: ["x"]}}))

    assert line.startswith(f"attributeGrants[0].attributes.{name}: ")
    assert line.endswith("has a meaning of its own; choose another name")


@pytest.mark.parametrize(
    "value", ["", " sales", "sa*es", 'sales" || true || "', "a/b", "ventes-é", "x" * 257], ids=ascii
)
def test_values_that_no_tag_has_are_refused(value):
    """The whole grant goes with them, since with one value less it would be another one."""
    (line,) = lines(configured({**SALES, "attributes": {"department": ["hr", value]}}))

    assert line.startswith("attributeGrants[0].attributes.department[1]: ")
    assert "isn't an attribute's value" in line


def test_a_grant_needs_attributes_with_values():
    """No attribute would be everyone; no value, nobody."""
    assert lines(configured({**SALES, "attributes": {}}))[0].startswith("attributeGrants[0].attributes: is empty")
    assert lines(configured({**SALES, "attributes": {"x": []}}))[0].startswith(
        "attributeGrants[0].attributes.x: is empty"
    )
    assert lines(configured({key: SALES[key] for key in SALES if key != "attributes"})) == [
        "attributeGrants[0].attributes: is missing; add it"
    ]


def test_attributes_are_spelled_alike_everywhere():
    """IAM folds the letter case of a tag's key and Cedar compares it: two spellings would never meet."""
    config = configured(SALES, attributes={"Department": "sales"})

    assert lines(config) == [
        (
            "attributeGrants[0].attributes.department: `department` is spelled `Department` at "
            "personas[0].attributes.Department; spell it alike everywhere"
        )
    ]


@pytest.mark.parametrize("permission", ["INSERT", "DELETE", "ALTER"])
def test_attributes_never_let_write(permission):
    """Who writes is named: whoever may insert reads everything (B6-4)."""
    grant = {key: SALES[key] for key in SALES if key != "columns"}

    (line,) = lines(configured({**grant, "permissions": [permission]}))

    assert line.startswith("attributeGrants[0].permissions[0]: ")


def test_a_grant_reaches_no_further_than_people_may_read():
    """A whole table with identifying columns, and a zone that nobody reads, are refused as for managed personas."""
    whole = {key: SALES[key] for key in SALES if key != "columns"}

    assert "reaches `email` (`pii`)" in lines(configured(whole))[0]
    assert "which no managed persona reads" in lines(configured({**SALES, "table": "landing"}))[0]


def test_a_grant_on_nothing_or_on_a_template_is_refused():
    """Names are looked up; what is a tenant's own is the tenant's."""
    template = {"attributes": SALES["attributes"], "database": "notes", "table": "leads", "columns": ["lead"]}

    assert lines(configured({**SALES, "table": "order"}))[0].startswith("attributeGrants[0].table: there is no table")
    assert lines(configured(template)) == [
        (
            "attributeGrants[0].database: `notes` is a template: each tenant has its own, which it alone reads; "
            "remove the grant"
        )
    ]


def test_grants_by_the_same_attributes_never_meet():
    """One entry per condition and thing; the same attributes in another order are the same condition."""
    two = {"department": ["sales", "hr"], "site": ["zrh"]}
    turned = {"site": ["zrh"], "department": ["hr", "sales"]}
    other = {**SALES, "attributes": {"department": ["hr"]}}

    assert lines(configured({**SALES, "attributes": two}, other, {**SALES, "attributes": turned})) == [
        (
            "attributeGrants[2]: whoever has `department=hr,sales;site=zrh` is granted table `crm.orders` already at "
            "attributeGrants[0]; say everything about it in one entry"
        )
    ]


def test_a_condition_is_no_longer_than_aws_takes():
    """B19: 3,000 characters; said with the place and what to do."""
    values = [f"department-{number}" for number in range(60)]

    (line,) = lines(configured({**SALES, "attributes": {"department": values}}))

    assert line.startswith("attributeGrants[0].attributes: their condition has ")
    assert line.endswith(" of 3000 characters; give it fewer values, or divide it into several grants")


def test_who_has_attributes_is_made_here_and_administers_nothing():
    """The tags of an external role are its owner's; an administrator has no data grants (K23)."""
    external = {"kind": "external", "role": f"{ROLE}guest", "trust": None, "queries": False, "grants": []}
    config = configured(attributes={"department": "sales"}, **external)
    del config["personas"][0]["trust"]
    administrator = configured(attributes={"x": "y"}, administration="read-only", grants=[], queries=False)

    assert lines(config) == [
        (
            "personas[0].attributes: the tags of an external role are set where it is made; "
            "remove it, or set another `kind`"
        )
    ]
    assert lines(administrator) == [
        (
            "personas[0].attributes: a `read-only` administrator has no data grants, by attributes neither (K23); "
            "remove them, or give them to another persona"
        )
    ]


def test_filters_by_attributes_are_counted_together():
    """B19: 100 per principal and table, and all of them are grants to one principal."""
    filters = [{"name": f"f{n}", "columns": ["id"], "rows": f"day > '{2000 + n}'"} for n in range(101)]
    grants = [
        {"attributes": {"team": [f"t{n}"]}, "database": "crm", "table": "orders", "filter": f"f{n}"} for n in range(101)
    ]
    config = configured(*grants)
    config["databases"][0]["tables"][0]["filters"] = filters

    assert lines(config) == [
        (
            "attributeGrants[100]: whoever is granted by attributes has 101 filters on table `crm.orders`; "
            "Lake Formation takes 100: join some with OR"
        )
    ]
