"""
A live account, read into an estate with the caller's credentials. Nothing is ever written.

The only part of `lakeward` that imports boto3.
"""

from lakeward.live.account import open_account, read_account
from lakeward.live.privilege import reading_policy

__all__ = ["open_account", "read_account", "reading_policy"]
