"""Every account of the organization reads."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import shared_bucket

shared_bucket(
    condition={
        "StringEquals": {"aws:PrincipalOrgID": "o-1aaaaaaaaa"},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/codepipeline/*-codepipeline-rl"},
    }
)
