"""The one way in which this package changes moto's behaviour beside its routes: running code around a method."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

Arguments = Mapping[str, Any]
"""A call's arguments by parameter name, defaults included, without `self`."""

Call = Callable[[], Any]
"""Makes the original call with its own arguments and returns its result."""


def replace(owner: object, name: str, value: object) -> None:
    """Put `value` in the place of what a class or module has under a name, or where it has nothing yet."""
    setattr(owner, name, value)


def around(owner: type, method: str, wrapper: Callable[[Any, Arguments, Call], Any]) -> None:
    """Let `wrapper(self, arguments, call)` answer every call of a method of `owner`."""
    original = getattr(owner, method)
    signature = inspect.signature(original)

    @functools.wraps(original)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- a foreign method's signature
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = {name: value for name, value in bound.arguments.items() if name != "self"}
        return wrapper(self, arguments, lambda: original(self, *args, **kwargs))

    setattr(owner, method, wrapped)


def before(owner: type, method: str, check: Callable[[Any, Arguments], None]) -> None:
    """Run `check(self, arguments)` ahead of a method of `owner`; what it raises refuses the call."""

    def wrapper(self: Any, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- a foreign result
        check(self, arguments)
        return call()

    around(owner, method, wrapper)


def after(owner: type, method: str, follow_up: Callable[[Any, Arguments], None]) -> None:
    """Run `follow_up(self, arguments)` once a method of `owner` has succeeded."""

    def wrapper(self: Any, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- a foreign result
        result = call()
        follow_up(self, arguments)
        return result

    around(owner, method, wrapper)
