"""The plan: what a stack will declare and which access it intends, as frozen values with nothing left to fill in."""

from lakeward.plan.stack import plan_stack
from lakeward.plan.unknowns import UNKNOWN_ALLOWED

__all__ = ["UNKNOWN_ALLOWED", "plan_stack"]
