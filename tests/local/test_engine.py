"""The engine on a working set of its own, driven for real with a program of three lines."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from lakeward.errors import ConfigurationError, OutsideServiceError
from local import disk
from local.disk import FullDiskError
from local.engine import Engine
from local.outcome import Violation

URN = "urn:pulumi:dev::tiny::lake:test:Pond::pond"

SLOW = "pulumi-python:dynamic:Resource"

PROGRAM = """
    import pulumi

    class Pond(pulumi.ComponentResource):
        def __init__(self, name, depth):
            super().__init__("lake:test:Pond", name, {"depth": depth})
            self.register_outputs({"depth": depth})

    pulumi.export("depth", Pond("pond", pulumi.Config().require("depth")).urn)
"""

SLOW_PROGRAM = """
    import os
    import time
    from pathlib import Path

    from pulumi import dynamic

    Path("program.pid").write_text(str(os.getpid()))

    class SlowProvider(dynamic.ResourceProvider):
        def create(self, inputs):
            import os
            import time
            from pathlib import Path

            Path("provider.pid").write_text(str(os.getpid()))
            time.sleep(2)
            return dynamic.CreateResult("id", {})

    class Slow(dynamic.Resource):
        pass

    for name in ("first", "second"):
        Slow(SlowProvider(), name, {})
"""

PACK = """
    from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

    def shallow(args, report):
        if args.resource_type == "lake:test:Pond" and args.props["depth"] == "deep":
            report("nobody can stand here; choose shallow")

    PolicyPack("safety", [ResourceValidationPolicy(
        name="POND1", description="a pond is shallow", validate=shallow, enforcement_level=EnforcementLevel.MANDATORY,
    )])
"""


@pytest.fixture
def project(tmp_path):
    project = tmp_path / "project"
    (project / "pack").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text("# for people\nconfig:\n  tiny:depth: shallow\n")
    (project / "__main__.py").write_text(dedent(PROGRAM))
    (project / "pack" / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
    (project / "pack" / "__main__.py").write_text(dedent(PACK))
    return project


@pytest.fixture
def engine(cli, project, tmp_path):
    return Engine(cli=cli, project=project, folder=tmp_path / "set", environment={"AWS_REGION": "eu-west-1"})


def types(engine: Engine) -> list[str]:
    return sorted(resource["type"] for resource in engine.export("dev")["deployment"].get("resources", []))


@pytest.mark.engine
class TestOperations:
    def test_second_up_changes_nothing(self, engine):
        """What is declared is made once; the next `up` finds it unchanged; `destroy` leaves nothing."""
        engine.ensure_stack("dev")
        first, second, destroyed = engine.up("dev"), engine.up("dev"), engine.destroy("dev")

        assert [run.exit_code for run in (first, second, destroyed)] == [0, 0, 0]
        assert first.changes == {"create": 2}
        assert {(step.op, step.type, step.name) for step in first.changed} == {
            ("create", "pulumi:pulumi:Stack", "tiny-dev"),
            ("create", "lake:test:Pond", "pond"),
        }
        assert second.changes == {"same": 2}
        assert second.changed == ()
        assert destroyed.changes == {"delete": 2}
        assert types(engine) == []

    def test_preview_makes_nothing(self, engine):
        """A preview says what would be made, and nothing is."""
        engine.ensure_stack("dev")
        outcome = engine.preview("dev", policy_pack=engine.project / "pack")

        assert (outcome.exit_code, outcome.changes, outcome.violations) == (0, {"create": 2}, ())
        assert types(engine) == []

    def test_preview_document_holds_unchanged_resources(self, engine):
        """The preview as a document names what is declared, also where nothing changes."""
        engine.ensure_stack("dev")
        engine.up("dev")
        document = engine.preview("dev", with_document=True).document

        assert {step["op"]: step["newState"]["inputs"] for step in document["steps"] if step["urn"] == URN} == {
            "same": {"depth": "shallow"}
        }

    def test_one_preview_gives_the_judgement_and_the_document(self, engine, tmp_path):
        """The document is of the very run that the pack judged; of one that it refused there is none."""
        pack = engine.project / "pack"
        engine.ensure_stack("dev")
        passed = engine.preview("dev", policy_pack=pack, with_document=True)
        plain = engine.preview("dev", policy_pack=pack)
        (tmp_path / "deep.yaml").write_text("config: {'tiny:depth': deep}\n")
        engine.ensure_stack("dev", tmp_path / "deep.yaml")
        refused = engine.preview("dev", policy_pack=pack, with_document=True)

        assert {step["urn"] for step in passed.document["steps"]} == {step.urn for step in passed.steps}
        assert (plain.steps, plain.document) == (passed.steps, {})
        assert [violation.rule for violation in refused.violations] == ["POND1"]
        assert refused.document == {}

    def test_up_refuses_what_a_mandatory_rule_forbids(self, engine, tmp_path):
        """A broken rule ends `up` before anything is made, by its id; the permitted twin passes the same pack."""
        pack = engine.project / "pack"
        deep = tmp_path / "deep.yaml"
        deep.write_text("config: {'tiny:depth': deep}\n")
        engine.ensure_stack("dev", deep)
        refused = engine.up("dev", policy_pack=pack)

        assert refused.exit_code == 1
        assert refused.violations == (
            Violation(URN, "POND1", "a pond is shallow\nnobody can stand here; choose shallow", "mandatory"),
        )
        assert types(engine) == []

        engine.ensure_stack("dev")
        permitted = engine.up("dev", policy_pack=pack)

        assert (permitted.exit_code, permitted.violations) == (0, ())

    def test_a_failing_program_is_told_by_its_own_words(self, engine):
        """An exception of the program is an error of the outcome, with the program's line."""
        (engine.project / "__main__.py").write_text("raise SystemError('the spring is dry')\n")
        engine.ensure_stack("dev")
        outcome = engine.up("dev")

        assert outcome.exit_code != 0
        assert any("the spring is dry" in error for error in outcome.errors)


def slow_begins(event):
    """Whether an event says that the creation of a slow resource is under way."""
    begun = event.get("resourcePreEvent", {})
    return not begun.get("planning") and begun.get("metadata", {}).get("type") == SLOW


@pytest.mark.engine
class TestInterruption:
    @pytest.fixture(autouse=True)
    def slow(self, project):
        (project / "__main__.py").write_text(dedent(SLOW_PROGRAM))

    def test_interrupted_up_records_what_is_in_flight(self, engine):
        """An interrupt lets steps in flight finish, records them, and leaves no lock; the next `up` goes on."""

        def interrupt(event):
            if slow_begins(event):
                raise KeyboardInterrupt

        engine.ensure_stack("dev")
        with pytest.raises(KeyboardInterrupt):
            engine.up("dev", on_event=interrupt)
        recorded = [kind for kind in types(engine) if kind == SLOW]

        assert recorded
        assert engine.export("dev")["deployment"].get("pending_operations", []) == []
        assert engine.lock("dev") is None
        assert engine.up("dev").changes.get("create", 0) == 2 - len(recorded)

    def test_a_full_disk_ends_the_engine_at_once(self, engine, monkeypatch, gone):
        """The engine would wait for room, step by step: it is ended instead, and its state says that it isn't whole."""

        def fill(event):
            if slow_begins(event):
                monkeypatch.setattr(disk, "free_bytes", lambda _: 0)

        engine.ensure_stack("dev")
        with pytest.raises(FullDiskError, match=r"its disk has 0 MB left, 16 are needed: make room"):
            engine.up("dev", on_event=fill)

        assert gone(engine.lock("dev").pid)
        assert engine.export("dev")["deployment"]["pending_operations"]

    def test_killed_up_leaves_a_lock_of_the_dead_and_no_process(self, engine, eventually, gone):
        """Whoever is killed leaves a lock that says so and nothing running; once unlocked, the stack can be used."""
        engine.ensure_stack("dev")
        arguments = ("up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive")
        process = subprocess.Popen(
            [engine.cli.pulumi, *arguments, "--config-file", str(engine.folder / "stacks" / "Pulumi.dev.yaml")],
            cwd=engine.project,
            env=engine.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        pids = [engine.project / "program.pid", engine.project / "provider.pid"]
        assert eventually(lambda: all(file.exists() and file.read_text() for file in pids))
        assert engine.lock("dev").alive
        process.kill()
        process.wait()
        held = engine.lock("dev")

        assert (held.pid, held.alive) == (process.pid, False)
        assert engine.export("dev")["deployment"]["pending_operations"]
        assert eventually(lambda: all(gone(int(file.read_text())) for file in pids))

        engine.unlock("dev")

        assert engine.lock("dev") is None
        assert engine.up("dev").exit_code == 0


@pytest.mark.engine
class TestWorkingSet:
    def test_the_projects_files_stay_as_people_wrote_them(self, engine):
        """The engine writes its salt into a copy: the stack's file keeps every byte, comments included."""
        before = {file.name: file.read_bytes() for file in engine.project.glob("*.yaml")}
        engine.ensure_stack("dev")
        engine.up("dev")

        assert {file.name: file.read_bytes() for file in engine.project.glob("*.yaml")} == before

    def test_a_forgotten_stack_can_be_made_again(self, engine):
        """Dropping the state, also one that can't be read, leaves a stack that starts from nothing."""
        engine.ensure_stack("dev")
        engine.up("dev")
        for state in engine.folder.glob("state/.pulumi/stacks/tiny/dev.json"):
            state.write_text("")
        with pytest.raises(OutsideServiceError, match="the state of stack dev can't be read"):
            engine.export("dev")
        engine.forget()
        assert not engine.has_stack("dev")
        engine.ensure_stack("dev")

        assert engine.has_stack("dev")
        assert types(engine) == []

    def test_an_interrupted_first_run_is_made_good(self, engine):
        """A state whose salt was lost, as when the making of the stack was cut short, doesn't stand in the way."""
        engine.ensure_stack("dev")
        (engine.folder / "stacks" / "Pulumi.dev.yaml").unlink()
        engine.ensure_stack("dev")

        assert engine.up("dev").exit_code == 0

    def test_the_stand_in_is_installed_at_the_sdks_version(self, engine):
        """The stand-in is a plugin of this working set's home only, and runs this clone's interpreter."""
        engine.install_stand_in()
        listed = json.loads(engine.run("plugin", "ls", "--json").stdout)

        assert [(plugin["name"], plugin["version"]) for plugin in listed] == [("aws", "7.51.1")]
        shims = list(engine.folder.glob("pulumi-home/plugins/*/pulumi-resource-aws"))
        assert [str(engine.python) in shim.read_text() for shim in shims] == [True]


class TestEnvironment:
    def test_nothing_of_the_users_accounts_is_inherited(self, monkeypatch, cli, project, tmp_path):
        """Credentials, profiles and backends of the user reach neither the engine nor what it starts."""
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CA_BUNDLE", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK"):
            monkeypatch.setenv(name, "the-users")
        monkeypatch.setenv("SSL_CERT_FILE", "/the/users/ca.pem")
        engine = Engine(cli=cli, project=project, folder=tmp_path / "set", environment={"AWS_REGION": "eu-west-1"})
        environment = engine.environment()

        assert "the-users" not in environment.values()
        assert {name for name in environment if name.startswith("AWS_")} == {"AWS_REGION"}
        assert environment["SSL_CERT_FILE"] == "/the/users/ca.pem"
        assert environment["HOME"].startswith(str(tmp_path / "set"))
        assert environment["PULUMI_HOME"].startswith(str(tmp_path / "set"))
        assert environment["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/set/state?metadata=skip"

    def test_the_passphrase_is_random_kept_and_for_this_user_only(self, cli, project, tmp_path):
        """Each working set has a passphrase of its own, the same each time, that nobody else can read."""

        def passphrase(folder: str) -> Path:
            Engine(cli=cli, project=project, folder=tmp_path / folder, environment={})
            return tmp_path / folder / "passphrase"

        first, again, second = passphrase("a").read_text(), passphrase("a").read_text(), passphrase("b").read_text()

        assert first == again != second
        assert len(first) >= 32
        assert stat.S_IMODE((tmp_path / "a" / "passphrase").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700

    @pytest.mark.parametrize("content", ["- a list", "a: [", "runtime: python", ""])
    def test_a_project_file_that_is_none_is_told(self, cli, tmp_path, content):
        """A broken `Pulumi.yaml` is refused by its path, not by a traceback."""
        (tmp_path / "Pulumi.yaml").write_text(content)

        with pytest.raises(ConfigurationError, match=r"Pulumi\.yaml"):
            Engine(cli=cli, project=tmp_path, folder=tmp_path / "set", environment={})
