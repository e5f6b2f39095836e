"""Pure decisions of the intake."""

import csv
import hashlib
import io

import pytest

from metacortex.contexts.intake.rules.addresses import make_key, read_address
from metacortex.contexts.intake.rules.columns import (
    MappingUnusable,
    check_mapping,
    guess_mapping,
    plain_header,
    read_row,
    refuse_row,
)
from metacortex.contexts.intake.rules.dedupe import dedupe_key, find_message_id
from metacortex.contexts.intake.rules.sheet import SheetUnreadable, find_delimiter, name_columns, read_sheet
from metacortex.contexts.intake.rules.submission import read_fields
from metacortex.contexts.intake.rules.text import clean_text, defuse_cell, write_csv
from metacortex.contexts.intake.types import ColumnField, RowLead


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("abc234def@leads.test", ("abc234def", "")),
        ("ABC234def+Fair@LEADS.test", ("abc234def", "Fair")),
        ("<abc234def+a+b@leads.test.>", ("abc234def", "a+b")),
        ('"abc234def"@leads.test', ("abc234def", "")),
        ("abc234def@elsewhere.test", None),
        ("abc234def@leads.test.evil.test", None),
        ("abc234def", None),
        ("a'b@leads.test", None),
        ("@leads.test", None),
        ("x\0yabcdef@leads.test", None),
    ],
)
def test_address_names_a_source_only_in_our_domain(address: str, parts: tuple[str, str] | None) -> None:
    assert read_address(address, "leads.test") == parts


def test_fresh_keys_are_readable_as_addresses_and_differ() -> None:
    keys = {make_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(read_address(f"{key}@d.test", "d.test") == (key, "") for key in keys)


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        (b"Message-ID: <a.b@c>\r\n\r\nx", "a.b@c"),
        (b"Subject: x\nMESSAGE-id :\n  <a.b@c>\n\nx", "a.b@c"),
        (b"Message-ID: <a\r\n .b@c> (note)\r\n\r\nx", "a.b@c"),
        (b"Message-ID: bare@id\r\n\r\nx", "bare@id"),
        (b"Message-ID:\r\n\r\nx", None),
        (b"Subject: x\r\n\r\nMessage-ID: <in.body@c>\r\n", None),
        (b"Message-ID: <" + b"a" * 500 + b"@c>\r\n\r\n", None),
        (b"", None),
    ],
)
def test_message_id_is_found_in_the_header_only(raw: bytes, message_id: str | None) -> None:
    assert find_message_id(raw) == message_id


def test_mail_without_id_is_known_by_its_content() -> None:
    assert dedupe_key(b"Subject: a\r\n\r\nb") == "sha256:" + hashlib.sha256(b"Subject: a\r\n\r\nb").hexdigest()
    assert dedupe_key(b"Message-ID: <1@x>\r\n\r\none") == dedupe_key(b"Message-ID: <1@x>\r\n\r\ntwo") == "id:1@x"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3\n", ";"),
        ("a\tb\n1\t2,3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('name,note\nx,"one; two; three"\n', ","),
        ("email\na@b.co\n", ","),
    ],
)
def test_delimiter_is_the_one_that_splits_evenly(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_table_is_read_in_common_encodings(encoding: str) -> None:
    sheet = read_sheet("Näme;E-Mail\r\nJosé;j@x.es\r\n".encode(encoding), max_rows=10)
    assert (sheet.columns, sheet.rows) == (["Näme", "E-Mail"], [["José", "j@x.es"]])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"PK\x03\x04" + b"\0" * 50, "Excel workbook or a ZIP"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "old Excel"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"a,b\n1,\x002\n", "binary"),
        (b"name,note\nx,\x81\x8d\n", "could not be read"),
        (b"name,email\n", "no rows"),
        (b"name\n1\n2\n3\n4\n", "more than 3 rows"),
        (b",".join([b"c"] * 201) + b"\n1\n", "201 columns"),
        (b'name,note\nx,"open ' + b"y" * 140_000, "quotation mark"),
        (b"name,note\nx," + b"y" * 40_000, "cell of more than"),
    ],
)
def test_unusable_file_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(SheetUnreadable, match=reason):
        read_sheet(raw, max_rows=3)


def test_quoted_line_breaks_blank_lines_and_a_separator_line_are_understood() -> None:
    raw = b'sep=;\r\nname;note\r\n\r\nAsha;"line 1\r\nline 2"\r\n;;\r\n'
    sheet = read_sheet(raw, max_rows=10)
    assert (sheet.columns, sheet.rows) == (["name", "note"], [["Asha", "line 1\r\nline 2"]])


def test_file_without_header_keeps_its_first_row() -> None:
    sheet = read_sheet(b"Asha,asha@x.co\nRavi,ravi@x.co\n", max_rows=10)
    assert (sheet.columns, len(sheet.rows)) == (["Column 1", "Column 2"], 2)


def test_column_names_are_unique_and_not_empty() -> None:
    assert name_columns(["a", "", "a", "a (2)"]) == ["a", "Column 2", "a (2)", "a (2) (2)"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail", ColumnField.EMAIL),
        ("Correo electrónico", ColumnField.EMAIL),
        ("ई-मेल", ColumnField.EMAIL),
        ("Téléphone", ColumnField.PHONE),
        ("मोबाइल", ColumnField.PHONE),
        ("MOBILE_NO", ColumnField.PHONE),
        ("Vollständiger Name", ColumnField.NAME),
        ("Société", ColumnField.COMPANY),
        ("Anmerkung", ColumnField.MESSAGE),
        ("Lead Source", ColumnField.SOURCE),
        ("Betreff", ColumnField.TITLE),
        ("Shoe size", ColumnField.IGNORE),
    ],
)
def test_column_is_guessed_by_its_name(header: str, field: ColumnField) -> None:
    assert guess_mapping([header], []) == {header: field}


def test_column_is_guessed_by_its_cells_and_given_once() -> None:
    rows = [["a@x.co", "98765 43210", "b@x.co"], ["c@x.co", "+91 22 1234 5678", ""]]
    assert guess_mapping(["c1", "c2", "c3"], rows) == {
        "c1": ColumnField.EMAIL,
        "c2": ColumnField.PHONE,
        "c3": ColumnField.IGNORE,
    }


def test_header_is_compared_without_case_accents_and_marks() -> None:
    assert plain_header("  É-Mail__Adresse ") == "e mail adresse"


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"x": ColumnField.EMAIL}, "no column named"),
        ({"a": ColumnField.EMAIL, "b": ColumnField.EMAIL}, "Only one column"),
        ({"a": ColumnField.NAME}, "email or the phone"),
        ({}, "email or the phone"),
    ],
)
def test_unusable_mapping_is_refused(mapping: dict[str, ColumnField], reason: str) -> None:
    with pytest.raises(MappingUnusable, match=reason):
        check_mapping(["a", "b"], mapping)


def test_row_is_read_by_meaning_and_messages_are_joined() -> None:
    columns = ["n", "e", "m1", "m2", "x"]
    fields = [ColumnField.NAME, ColumnField.EMAIL, ColumnField.MESSAGE, ColumnField.MESSAGE, ColumnField.IGNORE]
    lead = read_row(columns, dict(zip(columns, fields, strict=True)), ["Asha", "a@x.co", "one", "two", "secret"])
    assert lead == RowLead(name="Asha", email="a@x.co", message="one\ntwo")


@pytest.mark.parametrize(
    ("row", "lead", "email", "reason"),
    [
        (["a"], RowLead(email="a@x.co"), "a@x.co", None),
        (["a"], RowLead(email="a@"), None, "not an email"),
        (["a"], RowLead(email="a@x.co", phone="1"), "a@x.co", "not a phone number"),
        (["a"], RowLead(name="Asha"), None, "neither"),
        (["a", "b"], RowLead(email="a@x.co"), "a@x.co", "2 cells"),
        (["a", ""], RowLead(email="a@x.co"), "a@x.co", None),
    ],
)
def test_row_is_refused_with_a_reason(row: list[str], lead: RowLead, email: str | None, reason: str | None) -> None:
    found = refuse_row(["a"], row, lead, email=email, phone=None)
    assert found is None if reason is None else reason in (found or "")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_formula_cells_are_defused(cell: str) -> None:
    assert defuse_cell(cell) == f"'{cell}"


def test_written_csv_reads_back() -> None:
    raw = write_csv([["row", "reason"], ["1", '=HYPERLINK("x")'], ["2", "plain, with comma"]])
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [
        ["row", "reason"],
        ["1", '\'=HYPERLINK("x")'],
        ["2", "plain, with comma"],
    ]


def test_text_is_cleaned_of_what_the_database_refuses() -> None:
    assert clean_text(" a\0b\udcffc ", 10) == "abc"
    assert clean_text("abcdef", 3) == "abc"


def test_unknown_form_fields_are_kept_below_the_message() -> None:
    fields = read_fields({"email": " a@x.co ", "message": "Hello", "Budget": "40 lakh", "empty": " "})
    assert (fields.email, fields.message) == ("a@x.co", "Hello\n\nBudget: 40 lakh")
