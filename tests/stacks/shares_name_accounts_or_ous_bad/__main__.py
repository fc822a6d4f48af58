"""A share names the whole organization."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import grant

grant(principal="arn:aws:organizations::100000000000:organization/o-1aaaaaaaaa")
