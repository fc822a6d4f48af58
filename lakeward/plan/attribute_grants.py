"""
Grants to whoever has certain attributes.

Every one is to all principals of the account, under a condition. That who reads a table may describe its database
follows from no conditional grant (`semantics.md` B11-4), so it is granted beside, under the same condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents.attributes import LONGEST_CONDITION, attribute_condition
from lakeward.errors import ConfigurationError, Problem
from lakeward.plan.declarations import AttributeGrantArgs, GrantedDatabase
from lakeward.plan.grants import granted_of_table


def attribute_grants(config: StackConfig) -> Iterator[AttributeGrantArgs]:
    """
    Declare the grants by attributes, and what they need on databases.

    Raises:
        ConfigurationError: a condition is longer than AWS takes.

    """
    described: set[tuple[str, str]] = set()
    for index, grant in enumerate(config.attribute_grants):
        condition = attribute_condition(grant.attributes)
        _check_length(index, condition)
        if (condition, grant.database) not in described:
            described.add((condition, grant.database))
            yield AttributeGrantArgs(
                logical_name=names.attribute_grant(grant.attributes, "database", grant.database),
                principal=config.names.every_principal(),
                condition=condition,
                permissions=("DESCRIBE",),
                resource=GrantedDatabase(name=grant.database),
            )
        through = () if grant.filter is None else (grant.filter,)
        yield AttributeGrantArgs(
            logical_name=names.attribute_grant(
                grant.attributes, "filter" if through else "table", grant.database, grant.table, *through
            ),
            principal=config.names.every_principal(),
            condition=condition,
            permissions=tuple(sorted(set(grant.permissions))),
            resource=granted_of_table(grant),
        )


def _check_length(index: int, condition: str) -> None:
    if len(condition) > LONGEST_CONDITION:
        raise ConfigurationError(
            (
                Problem(
                    f"attributeGrants[{index}].attributes",
                    f"their condition has {len(condition)} of {LONGEST_CONDITION} characters",
                    "give it fewer values, or divide it into several grants",
                ),
            )
        )
