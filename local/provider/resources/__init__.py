"""One file per resource type; a new file is found by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from local.provider.resource_type import ResourceType


def resource_types() -> dict[str, ResourceType]:
    """Every type that the stand-in builds, by token."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    found = [
        candidate()
        for module in modules
        for candidate in vars(module).values()
        if inspect.isclass(candidate)
        and issubclass(candidate, ResourceType)
        and not inspect.isabstract(candidate)
        and candidate.__module__ == module.__name__
    ]
    return {
        resource_type.pulumi_type: resource_type for resource_type in sorted(found, key=lambda one: one.pulumi_type)
    }
