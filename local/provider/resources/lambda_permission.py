"""
`aws:lambda/permission:Permission`.

Source: hashicorp/terraform-provider-aws, internal/service/lambda/permission.go (every property is `ForceNew`; imported
as `<function>/<statement>`).
"""

from __future__ import annotations

import json
from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<function>/<statement>"


class Permission(ResourceType):
    """
    A statement of a function's policy, which allows.

    Its identity is `<function>/<statement>`, where the official provider records the statement alone.
    """

    pulumi_type = "aws:lambda/permission:Permission"
    properties: ClassVar = {
        "action": Property(replaces=True),
        "function": Property(replaces=True),
        "principal": Property(replaces=True),
        "sourceAccount": Property(replaces=True),
        "sourceArn": Property(replaces=True),
        "statementId": Property(replaces=True, filled_in=True),
    }
    name_property = "statementId"
    absent = frozenset({"ResourceNotFoundException"})
    deletes_first = True

    def create(self, place: Place, wanted: Properties) -> str:
        conditions = {
            member: wanted[name]
            for name, member in (("sourceAccount", "SourceAccount"), ("sourceArn", "SourceArn"))
            if wanted.get(name)
        }
        place.client("lambda").add_permission(
            FunctionName=wanted["function"],
            StatementId=wanted["statementId"],
            Action=wanted["action"],
            Principal=wanted["principal"],
            **conditions,
        )
        return f"{wanted['function']}/{wanted['statementId']}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        function, statement_id = parts(identity, _FORM)
        policy = json.loads(place.client("lambda").get_policy(FunctionName=function)["Policy"])
        statement = next((one for one in policy["Statement"] if one["Sid"] == statement_id), None)
        if statement is None:
            return None
        principal = statement["Principal"]
        conditions = statement.get("Condition", {})
        return {
            "action": statement["Action"],
            "function": function,
            "principal": principal if isinstance(principal, str) else next(iter(principal.values())),
            "sourceAccount": conditions.get("StringEquals", {}).get("AWS:SourceAccount"),
            "sourceArn": conditions.get("ArnLike", {}).get("AWS:SourceArn"),
            "statementId": statement_id,
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        function, statement_id = parts(identity, _FORM)
        place.client("lambda").remove_permission(FunctionName=function, StatementId=statement_id)
