"""What mail servers say about mails, in the words of several of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.mail_structure import (
    NotUnderstood,
    Part,
    fetched,
    file_name,
    files,
    senders,
)

TEXT = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)'
SHEET = (
    b'("APPLICATION" "OCTET-STREAM" ("NAME" "persons.xlsx") NIL NIL "BASE64" 5000 NIL'
    b' ("ATTACHMENT" ("FILENAME" "persons.xlsx")) NIL NIL)'
)


def structure(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b' "MIXED" ("BOUNDARY" "x") NIL NIL NIL)'


def found_in(body: bytes) -> list[Part]:
    (mail,) = fetched([b"1 (UID 7 BODYSTRUCTURE " + body + b")"])
    return list(files(mail["BODYSTRUCTURE"]))


def parameters(*pairs: tuple[str, str]) -> list[bytes | None | list]:  # type: ignore[type-arg]
    return [text.encode() for pair in pairs for text in pair]


def test_an_attachment_is_found_with_its_number_and_encoding() -> None:
    assert found_in(structure(TEXT, SHEET)) == [Part("persons.xlsx", "2", "base64")]


def test_a_mail_that_is_nothing_but_a_file_has_one_part() -> None:
    assert found_in(SHEET) == [Part("persons.xlsx", "1", "base64")]


def test_parts_of_parts_are_numbered_below_them() -> None:
    assert found_in(structure(structure(TEXT, SHEET), SHEET)) == [
        Part("persons.xlsx", "1.2", "base64"),
        Part("persons.xlsx", "2", "base64"),
    ]


@pytest.mark.parametrize(("inner", "section"), [(SHEET, "2.1"), (structure(TEXT, SHEET), "2.2")])
def test_a_mail_in_a_mail_is_looked_through(inner: bytes, section: str) -> None:
    envelope = b'("date" "subject" NIL NIL NIL NIL NIL NIL NIL NIL)'
    forwarded = b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 999 ' + envelope + inner + b" 30)"
    assert found_in(structure(TEXT, forwarded)) == [Part("persons.xlsx", section, "base64")]


def test_a_file_without_a_name_is_named_after_its_number() -> None:
    nameless = b'("APPLICATION" "PDF" NIL NIL NIL "BASE64" 10)'
    attached_text = b'("TEXT" "PLAIN" NIL NIL NIL "8BIT" 10 1 NIL ("ATTACHMENT" NIL) NIL NIL)'
    assert found_in(structure(TEXT, nameless, attached_text)) == [
        Part("unnamed 2.pdf", "2", "base64"),
        Part("unnamed 3.txt", "3", "8bit"),
    ]


def test_what_a_mail_says_itself_is_no_file() -> None:
    html = b'("TEXT" "HTML" NIL NIL NIL "QUOTED-PRINTABLE" 10 1 NIL ("INLINE" NIL) NIL NIL)'
    assert found_in(structure(TEXT, html)) == []


def test_a_name_in_a_literal_is_read() -> None:
    data = [
        (b'1 (UID 7 BODYSTRUCTURE ("APPLICATION" "PDF" ("NAME" {9}', b'a "b).pdf'),
        b') NIL NIL "BASE64" 10))',
    ]
    (mail,) = fetched(data)
    assert [part.name for part in files(mail["BODYSTRUCTURE"])] == ['a "b).pdf']


@pytest.mark.parametrize(
    "pairs",
    [
        [("filename*", "UTF-8''Pr%C3%A4senz%20%E2%82%AC.csv")],
        [("filename*0*", "UTF-8''Pr%C3%A4senz"), ("filename*1*", "%20%E2%82%AC.csv")],
        [("filename", "=?UTF-8?B?UHLDpHNlbnog4oKsLmNzdg==?=")],
        [("filename", "=?utf-8?q?Pr=C3=A4senz?= =?utf-8?q?_=E2=82=AC=2Ecsv?=")],
        [("filename", "Präsenz €.csv")],
        [("FILENAME", "C:\\Users\\office\\Präsenz €.csv")],
        [("filename", "../../Präsenz €.csv")],
    ],
)
def test_a_name_is_understood_in_every_way_in_which_programs_write_it(
    pairs: list[tuple[str, str]],
) -> None:
    assert file_name(parameters(*pairs), "filename") == "Präsenz €.csv"


def test_a_name_in_a_broken_encoding_is_taken_as_it_stands() -> None:
    assert file_name(parameters(("filename", "=?no-such?B?AAAA?=")), "filename") != ""


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=40))
def test_any_name_is_answered_without_a_failure(name: str) -> None:
    for key in ("filename", "filename*", "filename*0*"):
        assert "/" not in file_name(parameters((key, name)), "filename")


@given(data=st.binary(max_size=200))
def test_whatever_a_server_says_is_understood_or_refused(data: bytes) -> None:
    try:
        for mail in fetched([b"1 (UID 1 BODYSTRUCTURE (" + data + b"))"]):
            list(files(mail.get("BODYSTRUCTURE")))
            senders(mail.get("BODYSTRUCTURE"))
    except NotUnderstood:
        pass


def test_brackets_without_number_are_no_reason_to_fall_over() -> None:
    deep = b"(" * 5000 + b")" * 5000
    (mail,) = fetched([b"1 (UID 1 BODYSTRUCTURE " + deep + b")"])
    assert list(files(mail["BODYSTRUCTURE"])) == []


def test_the_sender_is_the_address_in_from_whatever_name_stands_before_it() -> None:
    envelope = (
        b'("date" "subject" (("me@cooperativa.example" NIL "Office" "Elsewhere.example"))'
        b' (("x" NIL "sender" "cooperativa.example")) NIL NIL NIL NIL NIL "<1@x>")'
    )
    (mail,) = fetched([b"1 (UID 1 ENVELOPE " + envelope + b")"])
    assert senders(mail["ENVELOPE"]) == ("office@elsewhere.example",)
