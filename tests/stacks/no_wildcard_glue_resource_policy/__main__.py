"""The catalog's policy allows sharing by Lake Formation and nothing else."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, catalog_policy

catalog_policy(
    principal={"Service": "ram.amazonaws.com"},
    action="glue:ShareResource",
    resource=f"arn:aws:glue:eu-west-1:{ACCOUNT}:*",
)
