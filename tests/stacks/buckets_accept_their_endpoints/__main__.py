"""A bucket accepts every endpoint of the stack's VPC."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import VPC, classified_bucket, gateway_endpoint, network_deny

gateway_endpoint()
classified_bucket(denials=[network_deny({"aws:SourceVpc": VPC})])
