"""The page of the morning."""

from eurocluster.portal.access import Right


def test_the_nine_kpis_stand_by_objective_mandatory_ones_first(
    publish_rows, portal_of, read_page
) -> None:
    page = read_page(portal_of(publish_rows()).get("/").text)
    cards = [heading.split()[0] for heading in page.headings if heading[:3] in ("4a.", "4b.")]
    assert cards == [
        "4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O3",
    ]  # fmt: skip
    assert "Mandatory actions not implemented: 4b.A1 Action 4b.A1" in page.text
    assert "p2: exchanges stale, pacts missing" in page.text


def test_a_period_or_policy_that_is_not_there_is_told_with_those_that_are(
    publish_rows, portal_of, read_page
) -> None:
    portal = portal_of(publish_rows())
    for asked, told in (("period=RP9", "RP1, RP2, all"), ("policy=x", "conservative, reported")):
        answer = portal.get(f"/?{asked}")
        assert answer.status_code == 404
        assert told in read_page(answer.text).text


def test_a_page_is_made_once_per_publication(publish_rows, portal_of) -> None:
    portal = portal_of(publish_rows(), Right.READ)
    first = portal.get("/")
    again = portal.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_before_the_first_publication_the_page_says_what_to_do(
    make_consortium, settings_for, portal_of, read_page
) -> None:
    answer = portal_of(settings_for(make_consortium({}))).get("/")
    assert answer.status_code == 404
    assert "Nothing is published yet" in read_page(answer.text).text
