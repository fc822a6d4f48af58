"""A `pulumi` that the user has installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from local.progress import say
from local.toolchain.versions import COMPANIONS, TESTED, Cli, in_tested_range, version_of


def installed(path: str | None = None) -> Cli | None:
    """
    Return the `pulumi` on `PATH` if it can be used; say why if it is there and can't.

    Args:
        path: searched instead of `PATH`.

    """
    found = shutil.which("pulumi", path=path)
    if found is None:
        return None
    pulumi = Path(found).absolute()
    version = version_of(pulumi)
    if version is None:
        say(f"toolchain: {pulumi} doesn't say its version: not used")
        return None
    if not in_tested_range(version):
        say(f"toolchain: {pulumi} is {version}, tested is {TESTED}: not used")
        return None
    # A package manager may have put a link on PATH whose companions lie beside its target.
    for candidate in (pulumi, pulumi.resolve()):
        missing = [name for name in COMPANIONS if not (candidate.parent / name).exists()]
        if not missing:
            return Cli(candidate, version, "path")
    say(f"toolchain: {pulumi} {version} lacks {', '.join(missing)} beside it: not used")
    return None
