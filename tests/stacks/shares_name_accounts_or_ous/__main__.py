"""A share names an OU, whose accounts grant on."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import grant

grant(
    principal="arn:aws:organizations::100000000000:ou/o-1aaaaaaaaa/ou-1aaa-aaaaaaaa",
    grantable=["SELECT"],
)
