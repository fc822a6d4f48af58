"""What these packages export is a designed list."""

from __future__ import annotations

import pytest

from lakeward import access, estate, reports


@pytest.mark.parametrize("package", [access, estate, reports])
def test_exported_names_are_sorted_and_there(package: object) -> None:
    """Each name in `__all__` exists; the list is sorted."""
    names = package.__all__  # type: ignore[attr-defined]

    assert names == sorted(names)
    assert all(hasattr(package, name) for name in names)
