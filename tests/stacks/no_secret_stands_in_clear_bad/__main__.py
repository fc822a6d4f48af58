"""The function holds a password in clear."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import broker

broker(variables={"PARTNER_PASSWORD": "correct horse"})
