"""What tenants cost, and where AWS's numbers end."""

from __future__ import annotations

import pytest

from lakeward.config import parse
from lakeward.errors import ConfigurationError
from lakeward.model import Quotas
from lakeward.plan.ceilings import Ceiling, check_ceilings, usages
from lakeward.plan.costs import Cost, tenant_costs
from lakeward.plan.declarations import (
    AttributeGrantArgs,
    GrantArgs,
    GrantedDatabase,
    GrantedFilter,
    GrantedTagExpression,
    LfTagArgs,
    QueryWorkgroupArgs,
    RegistrationRoleArgs,
)

READER = "arn:aws:iam::111111111111:role/reader"
EVERYONE = "111111111111:IAMPrincipals"
QUOTAS = Quotas(roles=20, workgroups=20)


def tag(number):
    return [LfTagArgs(logical_name="lf-tag-x", key="tenant_id", values=tuple(f"t{n}" for n in range(number)))]


def filters(number, principal=READER):
    return [
        GrantArgs(
            logical_name=f"grant-{n}",
            principal=principal,
            permissions=("SELECT",),
            resource=GrantedFilter(database="usage", table="events", name=f"f{n}"),
        )
        for n in range(number)
    ]


def by_attributes(number):
    return [
        AttributeGrantArgs(
            logical_name=f"attribute-grant-{n}",
            principal=EVERYONE,
            condition=f"c{n}",
            permissions=("SELECT",),
            resource=GrantedFilter(database="usage", table="events", name=f"f{n}"),
        )
        for n in range(number)
    ]


def by_tags(number, *, values=("a",)):
    return [
        GrantArgs(
            logical_name=f"grant-{n}",
            principal=READER,
            permissions=("SELECT",),
            resource=GrantedTagExpression(resource_type="TABLE", expression=(("zone", tuple(values)),)),
        )
        for n in range(number)
    ]


def sized(number):
    """An expression of this many bytes as a request spells it."""
    return by_tags(1, values=("a" * (number - len('[{"TagKey":"zone","TagValues":[""]}]')),))


def roles(number):
    named = {"path": "/", "arn": READER, "description": "", "trust": "{}", "policies": (), "boundary_arn": None}
    return [RegistrationRoleArgs(logical_name=f"r{n}", name=f"r{n}", tags={}, **named) for n in range(number)]


def workgroups(number):
    place = {"result_location": "s3://b/x/", "key": "key-x", "tags": {}}
    return [QueryWorkgroupArgs(logical_name=f"w{n}", name=f"w{n}", **place) for n in range(number)]


CEILINGS = [
    pytest.param(tag, 1000, Ceiling.LF_TAG_VALUES, "tenant_id", id="LF-Tag values"),
    pytest.param(filters, 100, Ceiling.FILTERS, "reader on usage.events", id="filters"),
    pytest.param(by_attributes, 100, Ceiling.FILTERS, f"{EVERYONE} on usage.events", id="filters by attributes"),
    pytest.param(by_tags, 50, Ceiling.TAG_GRANTS, "reader on tables", id="tag grants"),
    pytest.param(sized, 900, Ceiling.EXPRESSION, "reader", id="expression"),
    pytest.param(roles, 20, Ceiling.ROLES, "", id="roles"),
    pytest.param(workgroups, 20, Ceiling.WORKGROUPS, "", id="workgroups"),
]


@pytest.mark.parametrize(("declared", "limit", "ceiling", "subject"), CEILINGS)
def test_a_ceiling_is_reached_and_not_passed(declared, limit, ceiling, subject):
    """B19: as many as AWS takes are taken; one more is refused, with what it is, the number and what to do."""
    (reached,) = [usage for usage in usages(declared(limit), QUOTAS) if usage.ceiling is ceiling]
    check_ceilings([reached])

    with pytest.raises(ConfigurationError) as refused:
        check_ceilings(usages(declared(limit + 1), QUOTAS))
    (line,) = refused.value.lines()
    assert (reached.most, reached.limit, reached.subject) == (limit, limit, subject)
    assert line.startswith(f"{ceiling.path}: there would be {limit + 1} {ceiling.noun}")
    assert f", and AWS takes {limit}; {ceiling.remedy}" in line
    assert (f"write the number at `quotas.{ceiling.quota}`" in line) is (ceiling.quota is not None)


def test_filters_are_counted_for_each_principal_and_table():
    """What tenants share are tables, not filters: a hundred each is fine for any number of tenants."""
    declared = [*filters(60), *filters(60, principal=f"{READER}-2")]

    check_ceilings(usages(declared, QUOTAS))


def test_grants_without_filters_count_for_nothing():
    """A grant on a database meets no ceiling."""
    granted = GrantedDatabase(name="crm")
    declared = [
        GrantArgs(logical_name="g", principal=READER, permissions=("DESCRIBE",), resource=granted) for _ in range(2000)
    ]

    assert {usage.most for usage in usages(declared, QUOTAS)} == {0}


def test_aws_defaults_hold_unless_they_were_raised():
    """A thousand roles and workgroups; the configuration may say that AWS has given more."""
    assert Quotas() == Quotas(roles=1000, workgroups=1000)
    assert Ceiling.ROLES.limit(Quotas(roles=5000)) == 5000
    assert Ceiling.FILTERS.limit(Quotas(roles=5000)) == 100


def configured(lab, number):
    values = {key: value for key, value in lab.values.items() if key.startswith("lakeward:")}
    tenants = [{"id": f"tenant{n}"} for n in range(number)]
    return {**values, "lakeward:tenancy": {**values["lakeward:tenancy"], "tenants": tenants}}


def test_too_many_tenants_are_refused_at_configuration(lab):
    """With the place, every ceiling that is met, and the remedy of each."""
    config = {**configured(lab, 30), "lakeward:quotas": {"roles": 40, "workgroups": 20}}

    with pytest.raises(ConfigurationError) as refused:
        lab.planned(lambda values: values.update({key[9:]: value for key, value in config.items()}))

    spread = "spread the tenants over several stacks, or have AWS raise it and write the number at"
    assert list(refused.value.lines()) == [
        f"tenancy.tenants: there would be 74 IAM roles, and AWS takes 40; {spread} `quotas.roles`",
        f"tenancy.tenants: there would be 34 Athena workgroups, and AWS takes 20; {spread} `quotas.workgroups`",
    ]


@pytest.mark.parametrize("number", [1, 2, 17])
def test_one_more_tenant_costs_the_same_however_many_there_are(lab, number):
    """Linear: what is printed is what the next one adds."""

    def planned(count):
        return lab.planned(lambda values: values.update({k[9:]: v for k, v in configured(lab, count).items()}))

    config = parse(configured(lab, number), "dev")

    costs = tenant_costs(config, planned(number))

    added = len(planned(number + 1).declarations) - len(planned(number).declarations)
    assert costs.one_more == Cost(components=added, filters=1, grants=4)
    assert (costs.tenants, costs.pool_tables, costs.own_tables) == (number, 1, 1)


def test_a_stack_without_tenants_has_no_costs(lab):
    """There is nobody to count."""

    def without(values):
        del values["tenancy"]
        values["databases"] = [found for found in values["databases"] if "isolation" not in found]
        values["zones"] = [found for found in values["zones"] if found["name"] != "tenants"]

    values = {key: value for key, value in lab.values.items() if key.startswith("lakeward:")}
    bare = {key[9:]: value for key, value in values.items()}
    without(bare)

    assert tenant_costs(parse(bare, "dev"), lab.planned(without)) is None
