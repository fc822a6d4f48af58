"""
Finds or makes the Pulumi CLI that this project is tested with.

In this order, each step told on standard error:

1. a `pulumi` on `PATH` in the tested range, with the vendor's Python language host beside it;
2. one that an earlier run has put into the user's cache;
3. the vendor's release, downloaded and checked against the sha256 in `releases.json`;
4. one built from the vendor's Go modules, whose sums stand in `cli/go.sum`, with our own language host.
"""

from local.toolchain.provide import provide
from local.toolchain.versions import Cli

__all__ = ["Cli", "provide"]
