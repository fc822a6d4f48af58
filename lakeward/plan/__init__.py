"""The plan: what a stack will declare and which access it intends, as frozen values with nothing left to fill in."""

from lakeward.plan.access import intended_access
from lakeward.plan.stack import plan_stack
from lakeward.plan.unknowns import UNKNOWN_ALLOWED

__all__ = ["UNKNOWN_ALLOWED", "intended_access", "plan_stack"]
