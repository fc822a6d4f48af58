"""
`python -m lakeward.live ACCOUNT REGION`: an account's estate on standard output, errors as lines.

A process of its own, so that only what needs boto3 and credentials ever has them.
"""

from __future__ import annotations

import sys

import msgspec

from lakeward.errors import LakewardError
from lakeward.live.account import open_account


def main(account: str, region: str) -> int:
    """Print the estate, and return the exit code (`contracts.md` section 1)."""
    try:
        sys.stdout.buffer.write(msgspec.json.encode(open_account(account, region)))
    except LakewardError as error:
        print(*error.lines(), sep="\n", file=sys.stderr)  # noqa: T201  # this is how a program speaks
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
