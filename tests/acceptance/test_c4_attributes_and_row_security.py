"""C4: grants by attributes and row-level security, declared offline, read into an estate and judged."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.access import answer
from lakeward.config import parse
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.plan import plan_stack
from lakeward.reports import compare
from local.recorder import record

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION = "100000000001", "eu-west-1"
CONFIG = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]


class Variant:
    """Stack `dev` after a change of its configuration."""

    def __init__(self, change):
        config = copy.deepcopy(CONFIG)
        change(config)
        self.plan = plan_stack(parse({key: value for key, value in config.items() if key[:4] == "lake"}, "dev"))
        self.document = estate_of(record(ROOT, "dev", config), "stack:dev")

    @property
    def lake_formation(self):
        return self.document["accounts"][ACCOUNT]["regions"][REGION]["lakeformation"]

    def differences(self):
        """Where effective access isn't the intended one."""
        return [str(found) for found in compare(self.plan.intended_access, read_estate(self.document)).differences]

    def read(self, principal, database, table, **more):
        read = {"account": ACCOUNT, "region": REGION, "database": database, "table": table, **more}
        return answer({"estate": self.document, "principal": f"arn:aws:iam::{ACCOUNT}:role/{principal}", "read": read})


def by_attributes(config):
    """Two personas whose departments differ, and two grants by department: columns, and a filter on a pool table."""
    trust = {"saml": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"}
    config["lakeward:personas"] += [
        {"name": "seller", "trust": trust, "queries": True, "attributes": {"department": "sales", "site": "zrh"}},
        {"name": "recruiter", "trust": trust, "queries": True, "attributes": {"department": "hr"}},
    ]
    usage = next(found for found in config["lakeward:databases"] if found["name"] == "usage")
    usage["tables"][0]["filters"] = [{"name": "mail", "columns": ["service", "amount"], "rows": "service = 'mail'"}]
    config["lakeward:attributeGrants"] = [
        {
            "attributes": {"department": ["sales", "service"]},
            "database": "secure-db",
            "table": "secure_dl_masked_data",
            "columns": ["region", "count"],
        },
        {
            "attributes": {"department": ["sales"], "site": ["zrh"]},
            "database": "usage",
            "table": "events",
            "filter": "mail",
        },
    ]


@pytest.fixture(scope="module")
def attributes():
    return Variant(by_attributes)


def with_row_security(config):
    config["lakeward:tenancy"]["rowLevelSecurity"] = True


@pytest.fixture(scope="module")
def row_security():
    return Variant(with_row_security)


def test_attributes_choose_who_reads(attributes):
    """B11: the seller reads the granted columns, certainly; the recruiter, alike but for its department, doesn't."""
    seller = attributes.read("seller", "secure-db", "secure_dl_masked_data")
    recruiter = attributes.read("recruiter", "secure-db", "secure_dl_masked_data")

    assert (seller["verdict"], seller["columns"]) == ("ALLOW", ["count", "region"])
    assert seller["mayColumns"] == ["count", "region"]
    assert (recruiter["may"], recruiter["blockedBy"]) == ("IMPLICIT_DENY", ["identity", "lake-formation"])


def test_a_session_of_another_department_is_another_principal(attributes):
    """B11-2: a session's tag stands over the role's, which is why no trust policy here allows one (B11-6)."""
    read = {"account": ACCOUNT, "region": REGION, "database": "secure-db", "table": "secure_dl_masked_data"}
    role = f"arn:aws:iam::{ACCOUNT}:role/seller"

    def asked(department):
        principal = {"role": role, "session": "s", "tags": {"department": department}}
        return answer({"estate": attributes.document, "principal": principal, "read": read})

    assert asked("service")["verdict"] == "ALLOW"
    assert (asked("hr")["may"], asked("hr")["blockedBy"]) == ("IMPLICIT_DENY", ["lake-formation"])


def test_on_a_pool_table_attributes_give_the_rows_of_the_filter(attributes):
    """B11-7: whoever meets the condition gets the filter's rows, and of these all tenants'."""
    read = attributes.read("seller", "usage", "events")

    assert (read["verdict"], read["columns"], read["rows"]) == ("ALLOW", ["amount", "service"], "service = 'mail'")
    assert read["mayRows"] == "service = 'mail'"
    assert attributes.read("recruiter", "usage", "events")["may"] == "IMPLICIT_DENY"


def test_a_database_is_described_under_the_same_condition(attributes):
    """B11-4: nothing follows for the database from a conditional grant, so there is one for it."""
    grants = [
        (entry["Condition"]["Expression"].count("hasTag"), next(iter(entry["Resource"])), entry["Permissions"])
        for entry in attributes.lake_formation["Permissions"]
        if entry["Principal"]["DataLakePrincipalIdentifier"] == f"{ACCOUNT}:IAMPrincipals"
    ]

    assert sorted(grants) == [
        (1, "Database", ["DESCRIBE"]),
        (1, "TableWithColumns", ["SELECT"]),
        (2, "DataCellsFilter", ["SELECT"]),
        (2, "Database", ["DESCRIBE"]),
    ]


def test_effective_access_by_attributes_is_the_intended_one(attributes):
    """Intent is told from attributes, effect by Cedar's engine from role tags."""
    assert attributes.differences() == []


def test_row_security_policies_are_of_one_tenant_each(row_security):
    """A static expression, attached by LF-Tag for the tenant's role, never as a default; the filters stay."""
    policies = {found["Name"]: found["FilterExpression"] for found in row_security.lake_formation["RLSPolicies"]}
    attached = [
        (
            found["PolicyName"],
            found["Principal"]["DataLakePrincipalIdentifier"].rpartition("/")[2],
            found["Resource"]["LFTagPolicy"]["Expression"],
            found["DefaultRLSPolicy"],
        )
        for found in row_security.lake_formation["RLSPolicyAttachments"]
    ]
    names = [f"acme-dev-tenant-{tenant}" for tenant in ("tenant1", "tenant10", "tenant2")]

    assert policies == {name: f"tenant_id = '{name.rpartition('-')[2]}'" for name in names}
    assert attached == [(name, name, [{"TagKey": "pooled", "TagValues": ["true"]}], False) for name in names]
    assert sorted(found["Name"] for found in row_security.lake_formation["DataCellsFilters"]) == [
        "at-least-five",
        "tenant-tenant1",
        "tenant-tenant10",
        "tenant-tenant2",
    ]


ROWS = [{"tenant_id": "tenant1"}, {"tenant_id": "tenant2"}]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["tenant_id"])
def test_with_row_security_nobody_can_tell_whose_rows_are_read(row_security, row):
    """B22-U: the table is readable, its rows are unknown; a question about one row is open, never a deny."""
    tenant = "tenants/dev/acme-dev-tenant-tenant1"

    read = row_security.read(tenant, "usage", "events")
    asked = row_security.read(tenant, "usage", "events", row=row)

    assert read["verdict"] == "ALLOW"
    assert "B22-U" in read["rows"]["unknown"]
    assert (asked["verdict"], asked["may"]) == ("UNKNOWN", "ALLOW")


def test_without_row_security_whose_rows_are_read_is_certain(attributes):
    """The twin: with filters alone a tenant's own row is an allow and another one's a deny."""
    tenant = "tenants/dev/acme-dev-tenant-tenant1"
    own, others = (attributes.read(tenant, "usage", "events", row=row) for row in ROWS)

    assert own["verdict"] == "ALLOW"
    assert (others["may"], others["blockedBy"]) == ("IMPLICIT_DENY", ["lake-formation"])


def test_row_security_touches_pool_tables_alone(row_security):
    """Bridge databases stay proved: nothing is attached to what isn't `pooled`."""
    own = row_security.read("tenants/dev/acme-dev-tenant-tenant1", "tenant1_crm", "customers")
    others = row_security.read("tenants/dev/acme-dev-tenant-tenant1", "tenant2_crm", "customers")

    assert (own["verdict"], own["rows"]) == ("ALLOW", None)
    assert others["may"] == "IMPLICIT_DENY"


def test_effective_access_with_row_security_is_the_intended_one(row_security):
    """That the rows are open is intended too, since the configuration asked for it."""
    assert row_security.differences() == []
