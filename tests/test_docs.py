"""What the documents tell people to type, read and open: a document that no longer holds fails here."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from lakeward.cli import main
from lakeward.config import StackConfig

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def code(document):
    """Every line of a code block and every piece of inline code, comments dropped and continued lines joined."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    for block in blocks:
        yield from re.sub(r"\s+#.*", "", re.sub(r"\\\n\s*", " ", block)).splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def found(pattern):
    """Each match of a pattern in the documents' code, once, with the documents it stands in."""
    where = {}
    for document in DOCUMENTS:
        for line in code(document):
            for match in re.finditer(pattern, line.strip()):
                where.setdefault(match.group(0), set()).add(document.name)
    return sorted(where)


MAKES = found(r"^make [a-z]+(?: [A-Z]+=\S*)*")
LAKEWARDS = found(r"^\$?(?:\.venv/bin/)?lakeward [a-z]+(?: .*)?$")
PULUMIS = found(r"^pulumi [a-z]+(?: [a-z]+(?= |$))*")
KEYS = found(r"\blakeward:[a-zA-Z]+")


@pytest.mark.parametrize("command", MAKES)
def test_make_target_and_its_variables_exist(command):
    """A target of the Makefile, with variables that it reads."""
    _, target, *settings = command.split()

    assert re.search(rf"^{target}:", MAKEFILE, flags=re.MULTILINE)
    assert [one for one in settings if f"$({one.split('=')[0]})" not in MAKEFILE] == []


@pytest.mark.parametrize("command", LAKEWARDS)
def test_command_and_its_options_exist(command, capsys):
    """A command of `lakeward`, with options that it takes."""
    with pytest.raises(SystemExit) as ended:
        main([command.split()[1], "--help"])
    told = capsys.readouterr().out

    assert ended.value.code == 0
    assert [option for option in re.findall(r"--[a-z-]+", command) if option not in told] == []


@pytest.mark.engine
@pytest.mark.parametrize("command", PULUMIS)
def test_pulumi_command_exists(command, cli, tmp_path):
    """A command of the CLI that the toolchain provides."""
    environment = {"HOME": str(tmp_path), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    words = command.split()[1:]
    done = subprocess.run([cli.pulumi, *words, "--help"], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    # A word that is none is an argument of the command before it, whose usage is shown. Names may be aliases.
    assert re.search(rf"^  pulumi(?: [a-z]+){{{len(words)}}}(?: \[|$| <)", done.stdout, flags=re.MULTILINE), done.stdout


@pytest.mark.parametrize("key", KEYS)
def test_configuration_key_or_tag_exists(key):
    """A key of a stack's configuration, described in the project's file, or one of the fixed tags."""
    described = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
    known = {field.alias or name for name, field in StackConfig.model_fields.items()} & set(described)
    tags = {"stack", "owner", "cost", "zone", "kind", "persona"}

    assert key.removeprefix("lakeward:") in known | tags


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    """To a file beside it; addresses of the web aren't asked."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


def test_something_is_found():
    """The documents do tell people what to type."""
    assert len(MAKES) >= 12
    assert len(LAKEWARDS) >= 8
    assert len(PULUMIS) >= 5
    assert len(KEYS) >= 9
