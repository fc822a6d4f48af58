"""Whatever is created belongs to everyone whom IAM lets near it."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import database

everyone = aws.glue.CatalogDatabaseCreateTableDefaultPermissionPrincipalArgs(
    data_lake_principal_identifier="IAM_ALLOWED_PRINCIPALS"
)
database(
    table_defaults=[aws.glue.CatalogDatabaseCreateTableDefaultPermissionArgs(permissions=["ALL"], principal=everyone)]
)
