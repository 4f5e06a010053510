from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.reading.decoding import PIECE_BYTES, choose_decoding, text_pieces


def decoded(tmp_path: Path, content: bytes, **hints: str) -> tuple[str, str]:
    """Return the rule and the text."""
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    decoding = choose_decoding(path, ReadingHints(**hints))
    return str(decoding.rule), b"".join(text_pieces(path, decoding)).decode()


TEXT = "imię;miasto\r\nŻółć;Kraków\r\nΩμέγα;Αθήνα\r\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zero_bytes(tmp_path: Path, encoding: str) -> None:
    rule, text = decoded(tmp_path, TEXT.encode(encoding))
    assert rule == f"{encoding}: every second byte is zero"
    assert text == TEXT


def test_greek_utf16_without_a_mark_is_known_by_its_delimiters(tmp_path: Path) -> None:
    text = "όνομα;πόλη;ώρες\nΑθηνά;Πάτρα;7\n"
    assert decoded(tmp_path, text.encode("utf-16-le"))[1] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_letters_survive_the_border_of_pieces(tmp_path: Path, encoding: str) -> None:
    text = "żółć;€;😀\n" * (PIECE_BYTES // 20)
    _, found = decoded(tmp_path, text.encode(encoding))
    assert found == text


def test_a_mark_is_no_letter(tmp_path: Path) -> None:
    assert decoded(tmp_path, b"\xef\xbb\xbfid;x\n") == ("utf-8: byte order mark", "id;x\n")


def test_one_line_in_a_code_page_does_not_spoil_a_marked_file(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + "Żółć;1\nKraków;2\n".encode() + "Łódź;3\n".encode("cp1250")
    rule, text = decoded(tmp_path, content, code_page="cp1250")
    assert "lines 3" in rule
    assert text == "Żółć;1\nKraków;2\nŁódź;3\n"


def test_a_line_in_no_known_encoding_is_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes("Żółć;1\nKraków;2\n".encode() + b"\xa3\xf3d\x9f;3\n")
    decoding = choose_decoding(path, ReadingHints())
    assert decoding.unreadable_lines == (3,)
    assert b"".join(text_pieces(path, decoding)).decode().endswith("\ufffd\ufffdd\ufffd;3\n")


def test_a_few_letters_outside_the_code_page_spoil_only_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(b"h\xe9;1\nm\xe9;2\nx\x81y;3\n")
    decoding = choose_decoding(path, ReadingHints(code_page="cp1252"))
    assert decoding.unreadable_lines == (3,)
    assert b"".join(text_pieces(path, decoding)).decode() == "hé;1\nmé;2\nx\ufffdy;3\n"


def test_a_binary_file_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="neither text"):
        decoded(tmp_path, bytes(range(256)) * 40)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no table"):
        decoded(tmp_path, b"a;b\n" + b"x" * (40 << 20))


@settings(deadline=None)
@given(st.binary(max_size=12).map(lambda some: b"a;\xc3\xa9\n" * 3 + some.replace(b"\0", b"")))
def test_only_what_python_decodes_counts_as_utf8(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("csv") / "register.csv"
    path.write_bytes(content)
    decoding = choose_decoding(path, ReadingHints(code_page="cp1252"))
    try:
        content.decode()
    except UnicodeDecodeError:
        assert decoding.has_other_lines
    else:
        assert str(decoding.rule) == "utf-8: the whole file is valid UTF-8"


@pytest.mark.parametrize("letters", [b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xc3"])
def test_half_letters_and_overlong_ones_are_no_utf8(tmp_path: Path, letters: bytes) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes("Ż;1\nó;2\n".encode() + letters)
    assert choose_decoding(path, ReadingHints()).unreadable_lines == (3,)
