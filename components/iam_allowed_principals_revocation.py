"""What was left open from before."""

from __future__ import annotations

from components.component import Declared, LakeComponent
from components.providers.connection import Connection
from components.providers.iam_allowed_principals import IamAllowedPrincipals
from lakeward.plan.declarations import IamAllowedPrincipalsRevocationArgs


class IamAllowedPrincipalsRevocation(LakeComponent[IamAllowedPrincipalsRevocationArgs], area="governance"):
    """Sweeps a database that may be older than this stack; on a new one there is nothing to do."""

    def place(self, args: IamAllowedPrincipalsRevocationArgs, declared: Declared) -> None:
        lake = declared.lake
        IamAllowedPrincipals(
            self.logical_name,
            Connection(account=lake.account, region=lake.region, assume_roles=lake.assume_roles),
            database=args.database,
            tables=args.tables,
            opts=self.child(),
        )
        self.register_outputs({})
