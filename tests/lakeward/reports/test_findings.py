"""Findings: from what the engine reported to what people and programs read."""

import json
from dataclasses import dataclass
from datetime import date

from lakeward.model import Exemption
from lakeward.reports import Finding, findings_of, program_lines, render_findings

ON = date(2026, 6, 1)
KIND = "aws:lakeformation/permissions:Permissions"
URN = f"urn:pulumi:dev::lakeward::lake:stack:Lake$lake:governance:Grant${KIND}::grant-reader"


@dataclass(frozen=True)
class Rule:
    id: str = "LF003"
    claim: str = "no-grant-option"
    name: str = "LF003-no-grant-option"
    fix: str = "leave it out; or declare another"


@dataclass(frozen=True)
class Violation:
    rule: str = "LF003-no-grant-option"
    urn: str = URN
    message: str = "no grant option: why\n`grant-reader`: somebody may pass it on; leave it out; or declare another"
    level: str = "mandatory"


EXEMPTION = Exemption.model_validate_json(
    json.dumps(
        {
            "rule": "LF003",
            "resource": f"{KIND}::grant-reader",
            "owner": "data-governance",
            "reason": "until the new process stands",
            "expires": "2026-06-30",
        }
    )
)
EXEMPT = f"{Violation().message}; exempt until 2026-06-30 by data-governance: until the new process stands"
FINDING = Finding(
    rule="LF003",
    claim="no-grant-option",
    resource=f"{KIND}::grant-reader",
    urn=URN,
    problem="somebody may pass it on",
    fix="leave it out; or declare another",
    blocks=True,
    source="components/grant.py:30",
)


def found(*violations, **more):
    return findings_of(violations, [Rule()], stack="dev", on=ON, **more)


def test_finding_says_rule_resource_problem_fix_and_line():
    """What the engine reports is taken apart by what the pack states, once each."""
    findings = found(Violation(), Violation(), sources={URN: "components/grant.py:30"})

    assert findings.findings == (FINDING,)
    assert findings.blocking == (FINDING,)


def test_exempt_finding_is_shown_with_who_answers_and_blocks_nothing():
    """An advisory violation of an exempt resource carries its exemption, and its problem no fix or reason."""
    findings = found(Violation(level="advisory", message=EXEMPT), exemptions=[EXEMPTION])

    assert findings.blocking == ()
    assert [(one.problem, one.exemption) for one in findings.findings] == [("somebody may pass it on", EXEMPTION)]


def test_mandatory_violation_is_not_exempt_by_its_configuration():
    """What blocked blocked, whatever the configuration says by now."""
    (finding,) = found(Violation(), exemptions=[EXEMPTION]).findings

    assert (finding.blocks, finding.exemption) == (True, None)


def test_rule_of_another_pack_is_shown_as_it_reported():
    """A rule that this pack doesn't know isn't dropped."""
    (finding,) = found(Violation(rule="X1-other-rule", urn="", message="just this")).findings

    assert (finding.rule, finding.claim, finding.problem, finding.fix) == ("X1", "other-rule", "just this", "")
    assert finding.resource == ""


def test_text_shows_every_exemption_used_or_not():
    """Who answers for what stands in the report, with the day of the judgement, also where no rule is broken."""
    assert render_findings(found(exemptions=[EXEMPTION]), "text").splitlines() == [
        "stack dev: 0 findings that block, 0 others, judged on 2026-06-01",
        f"  exemption: LF003 for {KIND}::grant-reader, until 2026-06-30",
        "    data-governance: until the new process stands",
    ]


def test_text_obeys_no_terminal_and_no_build_server():
    """A name from elsewhere is printed on one line and as text."""
    text = render_findings(found(Violation(message="why\n::error::\x1b[31m\nmore")), "text")

    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_json_is_whole_and_the_same_each_time():
    """A program reads the same findings, with the day, whatever order they were reported in."""
    second = Violation(rule="X1-other-rule")
    one, other = (
        render_findings(found(*reported, exemptions=[EXEMPTION]), "json")
        for reported in ([Violation(), second], [second, Violation()])
    )
    document = json.loads(one)

    assert one == other
    assert (document["on"], document["stack"]) == ("2026-06-01", "dev")
    assert document["findings"][0] == {**FINDING.to_json(), "source": None}
    assert document["exemptions"][0]["fault"] is None


def test_lines_of_the_program_are_those_inside_the_project():
    """A recording says where each resource was declared; what somebody else made of it is believed in form only."""
    recording = {
        "resources": [
            {"urn": "a", "source": "components/grant.py:30"},
            {"urn": "b", "source": "../lake.py:45"},
            {"urn": "c", "source": "/etc/passwd:1"},
            {"urn": "d", "source": "grant.py:0"},
            {"urn": "e", "source": "grant.py\n::error::x:1"},
            {"urn": "f", "source": "javascript:alert(1)//:1"},
            {"urn": "g", "source": {"at": 1}},
            {"urn": "h", "source": None},
            {"urn": "i"},
        ]
    }

    assert program_lines(recording) == {"a": "components/grant.py:30"}
