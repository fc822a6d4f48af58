"""The grants of a plan: what each persona gets, and that no two meet."""

from __future__ import annotations

from lakeward.plan.declarations import (
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedTable,
    GrantedTagExpression,
)


def overlapping(one, other):
    """Tell whether two grants name one principal and overlapping resources of one kind."""
    if one.principal != other.principal:
        return False
    a, b = one.resource, other.resource
    tables = (GrantedTable, GrantedColumns)
    if isinstance(a, tables) and isinstance(b, tables):
        return (a.database, getattr(a, "table", None) or a.name) == (b.database, getattr(b, "table", None) or b.name)
    return a == b


def test_no_two_grants_overlap(lab, job):
    """INVARIANT of `GrantArgs`, also where a database is granted by name and follows from its tables."""

    def several(values):
        values["personas"].append(
            job(
                "busy",
                grants=[
                    {"database": "secure-db", "permissions": ["DESCRIBE", "ALTER"]},
                    {"database": "secure-db", "table": "secure_dl_masked_data", "columns": ["region"]},
                    {
                        "database": "secure-db",
                        "table": "secure_dl_encrypted_data",
                        "permissions": ["SELECT", "DESCRIBE"],
                    },
                ],
            )
        )

    plan = lab.planned(several)
    grants = [declaration for declaration in plan.declarations if isinstance(declaration, GrantArgs)]
    pairs = [(a.logical_name, b.logical_name) for i, a in enumerate(grants) for b in grants[:i] if overlapping(a, b)]
    busy = {g.logical_name: g.permissions for g in grants if g.logical_name.startswith("grant-busy")}

    assert pairs == []
    assert busy == {
        "grant-busy/database/secure-db": ("ALTER", "DESCRIBE"),
        "grant-busy/table/secure-db/secure_dl_masked_data": ("SELECT",),
        "grant-busy/table/secure-db/secure_dl_encrypted_data": ("DESCRIBE", "SELECT"),
    }


def test_the_grants_of_dev_are_these(dev):
    """C5: what Lake Formation is told, persona by persona; the cloud engineer and the administrators get nothing."""
    granted = {(g.principal.rsplit("/", 1)[-1], g.resource, g.permissions) for g in dev.of(GrantArgs)}
    masked, encrypted = "secure_dl_masked_data", "secure_dl_encrypted_data"
    clear = ("aboutyourself", "address1", "address2", "count", "dob", "firstname", "lastname", "region")
    hidden = (
        "address1_encrypted",
        "address2_encrypted",
        "count",
        "dob_encrypted",
        "firstname_encrypted",
        "lastname_encrypted",
    )
    readers = {principal: (r, p) for principal, r, p in granted if not isinstance(r, GrantedDatabase)}

    assert {p for p, r, v in granted if r == GrantedDatabase(name="secure-db") and v == ("DESCRIBE",)} == {
        "central-analytics-reader",
        "data-steward",
        "process-secure-data",
        "secure-lf-business-analyst",
        "secure-lf-data-scientist",
    }
    assert readers["secure-lf-data-scientist"] == (
        GrantedColumns(database="secure-db", table=masked, columns=clear),
        ("SELECT",),
    )
    assert readers["secure-lf-business-analyst"] == (
        GrantedColumns(database="secure-db", table=encrypted, columns=hidden),
        ("SELECT",),
    )
    assert readers["central-analytics-reader"] == (
        GrantedFilter(database="secure-db", table=masked, name="at-least-five"),
        ("SELECT",),
    )
    assert readers["data-steward"] == (
        GrantedTagExpression(
            expression=(("classification", ("internal", "public")), ("zone", ("encrypted", "masked"))),
        ),
        ("DESCRIBE", "SELECT"),
    )
    assert not {p for p, _, _ in granted} & {"cloud-engineer", "secure-lf-admin", "auditor"}


def test_columns_and_whole_table_share_a_logical_name(lab, job):
    """`platform.md` section 4: going from one to the other replaces the grant and never leaves two."""

    def granting(**grant):
        table = {"database": "secure-db", "table": "secure_dl_masked_data", **grant}
        plan = lab.planned(lambda values: values["personas"].append(job("reader", grants=[table])))
        return {d.logical_name for d in plan.declarations}

    assert granting(columns=["region"]) == granting() == granting(permissions=["DESCRIBE"])
