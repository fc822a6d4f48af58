"""A bucket is locked to a network for the registration role too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import VPC, classified_bucket, location, network_deny

location()
classified_bucket(denials=[network_deny({"aws:SourceVpc": VPC}, spared=["arn:aws:iam::100000000001:role/break-glass"])])
