"""The table's bucket only begins like the location's."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import table

table(at="s3://acme-curated-old/orders/")
