import pickle

import pytest

from eurocluster.reading.cells import UnreadableFile, cell_name


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [
        (7, 6, "F7"),
        (1, 1, "A1"),
        (2, 26, "Z2"),
        (2, 27, "AA2"),
        (3, 702, "ZZ3"),
        (9, 16384, "XFD9"),
    ],
)
def test_a_cell_is_named_as_spreadsheets_do(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


def test_an_unreadable_file_says_its_message_and_survives_a_pipe() -> None:
    error = pickle.loads(pickle.dumps(UnreadableFile("F01", "The file is empty.")))
    assert (error.code, error.message, str(error)) == (
        "F01",
        "The file is empty.",
        "The file is empty.",
    )
