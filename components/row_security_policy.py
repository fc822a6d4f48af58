"""A row-level security policy."""

from __future__ import annotations

from components.component import Declared, LakeComponent
from components.providers import row_security_policy
from components.providers.connection import Connection
from lakeward.plan.declarations import RowSecurityPolicyArgs


class RowSecurityPolicy(LakeComponent[RowSecurityPolicyArgs], area="governance"):
    """Static rows, for one principal, of all tables that carry certain LF-Tags; never a default for everyone."""

    def place(self, args: RowSecurityPolicyArgs, declared: Declared) -> None:
        lake = declared.lake
        row_security_policy.RowSecurityPolicy(
            self.logical_name,
            Connection(account=lake.account, region=lake.region, assume_roles=lake.assume_roles),
            policy=args.name,
            columns=[{"Name": name, "Type": type_} for name, type_ in args.columns],
            expression=args.row_expression,
            principal=args.principal,
            resource={
                "LFTagPolicy": {
                    "ResourceType": args.tables.resource_type,
                    "Expression": [
                        {"TagKey": key, "TagValues": list(values)} for key, values in args.tables.expression
                    ],
                }
            },
            opts=self.child(),
        )
        self.register_outputs({})
