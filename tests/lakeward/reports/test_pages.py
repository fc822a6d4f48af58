"""Pages in a browser: they load nothing, complain of nothing, and can be searched and sorted by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from lakeward.access import PreparedEstate, matrix
from lakeward.access.difference import difference
from lakeward.estate import read_estate
from lakeward.reports import render_matrix
from lakeward.reports.review import picture, render_review, review
from local.chromium import provide
from tests.reviews.lake import changed, grant, lake, role

PERMISSIONS = "lakeformation.Permissions"
HOSTILE = "<img src=http://example.com/x onerror=alert(1)>\u202e`|`@team ::error::"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="module")
def browser():
    """One headless Chromium, spoken to through a pipe: nothing listens."""
    found = provide()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.program, args=[*FLAGS], env={**found.environment} or None, headless=True
        )
        yield started
        started.close()


def operations():
    """Changes that gain by a grant, by a filter and by a tag, and lose by a grant."""
    orders = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
    return [
        {"at": "lakeformation.DataCellsFilters[eu].RowFilter.FilterExpression", "set": "region in ('EU', 'US')"},
        {"at": f"{PERMISSIONS}[1].Resource.TableWithColumns.ColumnNames", "set": ["id", "email"]},
        {"at": PERMISSIONS, "add": grant(role("auditor"), orders, ["SELECT"])},
        {"at": PERMISSIONS, "add": grant(role(HOSTILE), orders, ["SELECT"], ["SELECT"])},
        {"at": "lakeformation.ResourceLFTags[1].LFTags", "set": [{"TagKey": "domain", "TagValues": ["sales"]}]},
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A review and a matrix, as files."""
    before = lake()
    after = changed(before, operations())
    found = difference(before, after)
    folder = tmp_path_factory.mktemp("pages")
    shown = review(found, "git:main:dev", HOSTILE, after, picture=picture(found, before, after))
    (folder / "review.html").write_text(render_review(shown, "html"), encoding="utf-8")
    access = matrix(PreparedEstate(read_estate(after)))
    (folder / "matrix.html").write_text(render_matrix(access, "html"), encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, pages):
    """Opens a page; afterwards nothing was said on its console, and nothing was asked for but itself."""
    heard, asked, contexts = [], [], []

    def open_page(name, **more):
        context = browser.new_context(**more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((pages / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()

    assert heard == []
    assert {url.partition("#")[0].rpartition("/")[2] for url in asked} <= {"review.html", "matrix.html"}
    assert len(asked) == len(contexts)


def shown_rows(page):
    """The texts of the rows that can be seen, in order."""
    return page.locator("table[data-sortable] > tbody > tr:visible").all_inner_texts()


@pytest.mark.parametrize("name", ["review.html", "matrix.html"])
def test_search_leaves_the_rows_that_have_every_word(opened, name):
    """Typing leaves matching rows only, says how many, and clearing brings all back."""
    page = opened(name)
    everything = page.locator("output").inner_text()

    page.get_by_label("Search").fill("AUDITOR orders")
    found = shown_rows(page)
    count = page.locator("output").inner_text()
    page.get_by_label("Search").fill("")

    assert found
    assert all("auditor" in row and "crm.orders" in row for row in found)
    assert count == f"{len(found)} of {everything.split()[0]} rows"
    assert page.locator("output").inner_text() == everything


def test_only_what_changes_can_be_left(opened):
    """The rows that a change makes are marked, in words too, and can be shown alone."""
    page = opened("review.html")
    all_rows = len(shown_rows(page))

    page.get_by_label("only what changes").check()
    marked = shown_rows(page)

    assert 0 < len(marked) < all_rows
    assert all("gained" in row or "lost" in row for row in marked)
    assert any(row.startswith("analyst") and "email (new)" in " ".join(row.split()) for row in marked)


@pytest.mark.parametrize("name", ["review.html", "matrix.html"])
def test_tables_are_sorted_by_keyboard(opened, name):
    """Enter on a column's head sorts by it, once more the other way; the head says which."""
    page = opened(name)
    table = page.locator("table[data-sortable]").first
    head = table.locator("thead th").nth(1)

    def column():
        return table.locator("tbody tr > :nth-child(2)").all_inner_texts()

    states = []
    for _ in range(2):
        head.locator("button").press("Enter")
        states.append((head.get_attribute("aria-sort"), column()))
    (up, ascending), (down, descending) = states

    assert (up, down) == ("ascending", "descending")
    assert ascending == sorted(ascending)
    assert descending == sorted(ascending, reverse=True) != ascending
    assert table.locator("thead th[aria-sort]").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_a_page_fits_the_screen_and_can_be_read(opened, scheme, width):
    """Nothing but tables and drawings scrolls sideways; text stands out from what is behind it (WCAG: 4.5)."""
    page = opened("review.html", viewport={"width": width, "height": 900}, color_scheme=scheme)

    wide = page.evaluate("document.documentElement.scrollWidth")
    faint = page.evaluate(CONTRASTS)

    assert wide <= width
    assert [text for text, contrast in faint if contrast < 4.5] == []
    assert len(faint) > 20


CONTRASTS = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const paint = (...colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
    const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    const colors = [];
    for (let one = element; one; one = one.parentElement) colors.unshift(getComputedStyle(one).backgroundColor);
    return colors;
  };
  return [...document.querySelectorAll("h1, h2, p, li, dt, dd, th, td, a, summary, .tag, button, label")]
    .slice(0, 300)
    .filter((element) => element.innerText && !element.classList.contains("skip"))
    .map((element) => {
      const ground = behind(element);
      const [one, other] = [paint(...ground), paint(...ground, getComputedStyle(element).color)].sort().reverse();
      return [element.innerText.slice(0, 40), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
    });
}
"""


def test_a_page_is_told_to_who_cannot_see_it(opened):
    """Tables have heads and names, drawings have words, every control has a label, and focus can be seen."""
    page = opened("review.html")

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.locator("thead th:not([scope=col]), tbody th:not([scope=row])").count() == 0
    assert page.locator("table[data-sortable]:not(:has(caption))").count() == 0
    assert page.locator("svg").count() > 0
    assert page.get_by_role("img", name="Lake Formation grant: open (was shut)").count() > 0
    assert page.get_by_role("searchbox", name="Search").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_page_is_whole_on_paper(opened):
    """What is folded is printed, and folded again afterwards; the search isn't printed."""
    page = opened("review.html")
    folded = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(folded)

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    on_paper = page.evaluate(folded)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="print")

    assert (before > 0, on_paper, page.evaluate(folded)) == (True, 0, before)
    assert page.get_by_label("Search").is_hidden()


def test_what_is_pasted_into_a_page_is_not_run(opened, pages):
    """The policy stops a script and an image, so that what escaping might miss does nothing."""
    text = (pages / "review.html").read_text(encoding="utf-8")
    planted = "<script>document.title = 'run'</script><img src=http://127.0.0.1:1/x><main"
    (pages / "planted.html").write_text(text.replace("<main", planted, 1), encoding="utf-8")
    context = opened("review.html").context
    page = context.new_page()
    stopped, heard = [], []
    page.on("requestfailed", lambda request: stopped.append((request.url, request.failure)))
    page.on("console", lambda message: heard.append(message.text))

    page.goto((pages / "planted.html").as_uri())

    assert page.title() == "Access review"
    assert stopped == [("http://127.0.0.1:1/x", "csp")]
    assert len([line for line in heard if "Content Security Policy" in line]) == 2
