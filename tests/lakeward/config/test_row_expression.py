"""The language of row filters: what Lake Formation takes is taken, everything else is refused with a remedy."""

import pytest

from lakeward.config.row_expression import problems

TYPES = {
    "count": "bigint",
    "price": "decimal(10,2)",
    "region": "varchar(2)",
    "active": "boolean",
    "day": "string",
    "seen": "timestamp",
    "tags": "array<string>",
    "address": "struct<city:string,geo:struct<lat:double>>",
}


def judge(text):
    return list(problems(text, TYPES, frozenset({"day"}), lambda name: name != "unread"))


@pytest.mark.parametrize(
    "text",
    [
        "count >= 5",
        "count = -5",
        "price <> 1.50",
        "price != 1e3",
        "region = 'EU' and active = true",
        "region in ('EU', 'US') or (count between 1 and 5)",
        "not region like 'E%'",
        "region not like 'E%'",
        "count is not null",
        "count is null and region is null",
        "day >= '2026-01-01'",
        "\"region\" = 'it''s'",
        '"address"."city" = \'Bern\'',
        "address.geo.lat > 46.5",
        "unread = 5",
        "region = '=='",
        "region = '--'",
    ],
)
def test_the_language_of_filters_is_taken(text):
    """Comparisons of a column with constants, joined by AND, OR and NOT (`semantics.md` B9-2)."""
    assert judge(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "isn't one expression"),
        ("count >", "isn't an expression"),
        ("count = 1; count = 2", "isn't one expression"),
        ("count", "isn't a comparison"),
        ("true", "isn't a comparison"),
        ("count = 1 or true", "isn't a comparison"),
        ("lower(region) = 'eu'", "`LOWER(region)` isn't a column"),
        ("count + 1 = 5", "`count + 1` isn't a column"),
        ("5 = count", "`5` isn't a column"),
        ("region = day", "`day` isn't a constant"),
        ('region = "EU"', "isn't a constant"),
        ("region = null", "`NULL` isn't a constant"),
        ("count = abs(5)", "isn't a constant"),
        ("count in (select 1)", "isn't a comparison"),
        ("count = cast('5' as bigint)", "isn't a constant"),
        ("region like 'E%' escape '!'", "isn't a comparison"),
        ("active is true", "isn't a comparison"),
        ("count == 5", "`==` isn't an operator here"),
        ("count = 5 -- five", "holds a comment"),
        ("regoin = 'EU'", "there is no column `regoin`"),
        ("count = '5'", "column `count` is `bigint`, and `'5'` is a text in single quotes"),
        ("region = 5", "column `region` is `varchar(2)`, and `5` is a number"),
        ("active = 'true'", "column `active` is `boolean`"),
        ("count between 1 and 'x'", "column `count` is `bigint`"),
        ("seen > '2026-01-01'", "column `seen` is `timestamp`, which row filters can't compare"),
        ("tags = 'x'", "column `tags` is `array<string>`, which row filters can't compare"),
        ("region.code = 'EU'", "`region` is no struct"),
        ("address.a.b.c.d.e = 5", "nested deeper than 5 levels"),
        ("day is null", "`day` is a partition key"),
        ("count = 1 or " * 200 + "count = 1", "characters long"),
        ("(" * 1000 + "count = 1" + ")" * 1000, "isn't an expression"),
    ],
)
def test_everything_else_is_refused(text, problem):
    """One complaint, about the part that is wrong, with a remedy."""
    ((said, remedy),) = judge(text)

    assert problem in said
    assert remedy


def test_every_wrong_part_is_told():
    """All at once, in the order of the text."""
    found = judge("regoin = 'EU' and (count = 'x' or not lower(day) = 'y')")

    assert [problem.split("`")[1] for problem, _ in found] == ["regoin", "count", "LOWER(day)"]
