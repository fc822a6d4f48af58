"""The estate: the one model of what exists in AWS, and its strict reader."""

from lakeward.estate.document import Account, Estate, Region, read_estate
from lakeward.estate.policies import Policy, PolicyStatement, read_policy
from lakeward.estate.unknown import Listing, Unknown

__all__ = [
    "Account",
    "Estate",
    "Listing",
    "Policy",
    "PolicyStatement",
    "Region",
    "Unknown",
    "read_estate",
    "read_policy",
]
