"""The path alone isn't a fixed value."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import shared_bucket

shared_bucket(
    condition={
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1aaaaaaaaa/r-1aaa/ou-1aaa-aaaaaaaa/*"},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/codepipeline/*-codepipeline-rl"},
    }
)
