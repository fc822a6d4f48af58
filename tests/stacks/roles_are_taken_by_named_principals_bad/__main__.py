"""Whoever the account's administrators allow takes it."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, role

taken_by = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
role("reader", taken_by=taken_by, allows=["glue:GetTable"])
