"""People have a role, and one a user."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, role

taken_by = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"}
role("analyst", taken_by=taken_by, allows=["athena:GetQueryResults"])
aws.iam.User("analyst-user", name="analyst")
