"""A whole account may invoke the broker."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ACCOUNT, broker

broker(caller=ACCOUNT)
