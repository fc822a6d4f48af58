"""`lakeward check`: one line for a sound configuration, and nothing loaded that it doesn't need."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from lakeward.cli import main

ROOT = Path(__file__).parents[3]


def run(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    printed = capsys.readouterr()
    return exit_.value.code, printed.out, printed.err


def test_a_sound_configuration_is_summed_up(monkeypatch, capsys):
    """It says which stack that is, how much it holds and what its tenants cost, and exits 0."""
    monkeypatch.chdir(ROOT)

    code, out, err = run(["check", "Pulumi.dev.yaml"], capsys)

    held = "7 zones, 4 databases, 7 tables, 8 personas"
    assert out.splitlines() == [
        f"Pulumi.dev.yaml: stack dev of 100000000001/eu-west-1 is well formed: {held}",
        "tenants: 3",
        "shared tables: 1; filters, and as many grants: 3 x 1 = 3",
        "tables of each tenant's own: 1; grants, whatever their number: 6",
        "one more tenant: components: 16, of them filters: 1, grants: 4",
        "values of an LF-Tag: 9 of 1000 (zone)",
        "data cells filters granted to one principal on one table: 1 of 100 (acme-dev-tenant-tenant1 on usage.events)",
        "LF-Tag grants of one principal on one kind of resource: 1 of 50 (acme-dev-tenant-tenant1 on databases)",
        "bytes of an LF-Tag expression: 116 of 900 (data-steward)",
        "IAM roles: 20 of 1000, as `quotas.roles` says",
        "Athena workgroups: 7 of 1000, as `quotas.workgroups` says",
    ]
    assert (code, err) == (0, "")


def test_a_configuration_without_tenants_is_one_line(monkeypatch, capsys):
    """There is nothing to cost."""
    monkeypatch.chdir(ROOT / "tests" / "lakeward" / "config")

    code, out, _ = run(["check", "sound.yaml", "--stack", "test"], capsys)

    assert code == 0
    assert len(out.splitlines()) == 1


def test_standard_input_is_read_for_a_dash(monkeypatch, capsys):
    """With its stack's name, since no file name says it; without, one line says so."""
    text = (ROOT / "Pulumi.dev.yaml").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    monkeypatch.chdir(ROOT)

    code, out, _ = run(["check", "-", "--stack", "dev"], capsys)

    assert code == 0
    assert out.startswith("-: stack dev of 100000000001/eu-west-1 is well formed")
    assert run(["check", "-"], capsys) == (
        2,
        "",
        "--stack: standard input doesn't say which stack it is; give its name\n",
    )


def test_exemptions_are_judged_on_a_day(monkeypatch, capsys, tmp_path):
    """An input like any other: one that has expired by then is an error, and the day stands in what is printed."""
    exemption = "{rule: LF003, resource: 'aws:x:Y::z', owner: us, reason: for now, expires: '2026-03-01'}"
    sound = (ROOT / "tests" / "lakeward" / "config" / "sound.yaml").read_text()
    (tmp_path / "sound.yaml").write_text(f"{sound.rstrip()}\n  lakeward:exemptions: [{exemption}]\n")
    monkeypatch.chdir(tmp_path)
    arguments = ["check", "sound.yaml", "--stack", "test", "--on"]

    code, out, err = run([*arguments, "2026-03-01"], capsys)
    late = run([*arguments, "2026-03-02"], capsys)
    early = run([*arguments, "2025-01-01"], capsys)

    assert (code, err) == (0, "")
    assert "exemptions: 1, in force on 2026-03-01" in out.splitlines()
    assert late[:2] == (2, "")
    assert late[2].startswith("lakeward:exemptions (LF003 for aws:x:Y::z): it expired on 2026-03-01; ")
    assert "more than 90 days ahead of 2025-01-01" in early[2]
    assert run([*arguments, "tomorrow"], capsys)[0] == 2


def test_a_missing_file_is_one_line(monkeypatch, tmp_path, capsys):
    """Exit 2, no traceback."""
    monkeypatch.chdir(tmp_path)

    assert run(["check", "Pulumi.none.yaml"], capsys) == (
        2,
        "",
        "Pulumi.none.yaml: no such file or directory; give the path of a `Pulumi.<stack>.yaml`\n",
    )


def test_neither_the_engine_nor_aws_is_loaded():
    """A check imports no Pulumi, no AWS library and no server: it runs where none of them is installed."""
    script = (
        "import sys\n"
        "from lakeward.cli import main\n"
        "try:\n"
        "    main(['check', 'Pulumi.dev.yaml'])\n"
        "except SystemExit as end:\n"
        "    print(end.code)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}\n"
        "      & {'boto3', 'botocore', 'pulumi', 'pulumi_aws', 'pulumi_policy', 'grpc', 'moto', 'numpy'}))\n"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)

    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


def test_the_sql_parser_is_loaded_for_row_filters_only(tmp_path):
    """It is the largest import; a configuration without row filters doesn't wait for it."""
    sound = (ROOT / "tests/lakeward/config/sound.yaml").read_text(encoding="utf-8")
    without = sound.replace(", rows: day > '2026-01-01'", "")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lakeward.config import load\n"
        "load(Path(sys.argv[1]), 'test')\n"
        "print('sqlglot' in sys.modules)\n"
    )
    answers = []
    for text in (sound, without):
        (tmp_path / "Pulumi.test.yaml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", script, tmp_path / "Pulumi.test.yaml"], capture_output=True, check=True, text=True
        )
        answers.append(done.stdout.strip())

    assert answers == ["True", "False"]
