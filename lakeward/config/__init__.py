"""A stack's configuration: text from people, refused early, all errors at once, each with its path and remedy."""

from lakeward.config.reading import load, load_bytes, parse
from lakeward.config.stack import StackConfig

__all__ = ["StackConfig", "load", "load_bytes", "parse"]
