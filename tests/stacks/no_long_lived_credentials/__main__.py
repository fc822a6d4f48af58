"""People have a role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, role

taken_by = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"}
role("analyst", taken_by=taken_by, allows=["athena:GetQueryResults"])
