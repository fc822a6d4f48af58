"""An account reads the catalog past Lake Formation's lists."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, catalog_policy

catalog_policy(
    principal={"AWS": "arn:aws:iam::100000000002:root"},
    action="glue:Get*",
    resource=f"arn:aws:glue:eu-west-1:{ACCOUNT}:*",
)
