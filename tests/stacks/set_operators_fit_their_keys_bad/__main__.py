"""The organization's id is compared as if there were several."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, role

taken_by = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"}
role(
    "reader",
    taken_by=taken_by,
    allows=["glue:GetTable"],
    condition={"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-1aaaaaaaaa"}},
)
