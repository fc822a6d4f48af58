"""The one settings object of the account and Region."""

from __future__ import annotations

from components.component import Declared, LakeComponent
from components.providers import data_lake_settings
from components.providers.connection import Connection
from lakeward.plan.declarations import DataLakeSettingsArgs


class DataLakeSettings(LakeComponent[DataLakeSettingsArgs], area="governance"):
    """Who administers the lake; closed defaults; no access to whole tables from outside."""

    def place(self, args: DataLakeSettingsArgs, declared: Declared) -> None:
        lake = declared.lake
        data_lake_settings.DataLakeSettings(
            self.logical_name,
            Connection(account=lake.account, region=lake.region, assume_roles=lake.assume_roles),
            deployer=lake.deployer,
            administrators=args.administrators,
            read_only_administrators=args.read_only_administrators,
            parameters={
                "CROSS_ACCOUNT_VERSION": args.cross_account_version,
                "SET_SOURCE_IDENTITY": "TRUE" if args.set_source_identity else "FALSE",
            },
            # Another account or Region is another settings object: the new one may close before the old one is left.
            opts=self.child(delete_before_replace=False),
        )
        self.register_outputs({})
