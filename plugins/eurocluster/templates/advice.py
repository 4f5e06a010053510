"""What a partner is told about a column: its format, its limits, its words.

Sentences are English templates for ``Say`` (eurocluster.wording).

Belongs here: the sentences of templates that speak of one column.
Does not belong here: their places (how_to, register_sheet), translations.
"""

from typing import Final

from babel.numbers import format_decimal

from eurocluster.conforming.labels import sheet_title
from eurocluster.templates.columns import Template, TemplateColumn
from eurocluster.wording import later

_FORMAT: Final[dict[str, str]] = {
    "text": later("Any text."),
    "organisation": later("Name as registered."),
    "organisations": later("Names as registered; several are separated by semicolons."),
    "identifier": later("VAT number, EUID or number in the national register, with all its zeros."),
    "country": later("Pick the country from the list."),
    "date": later("A date, for example {day}."),
    "decimal": later("A number, for example {number}; no unit and no currency sign."),
    "hours": later("Hours as a number: an hour and a half is {hours}."),
    "integer": later("A whole number."),
    "yes_no": later("Pick a word from the list."),
    "enum": later("Pick a word from the list."),
    "set": later("Pick a word from the list; several are separated by semicolons."),
    "list": later("Text; several entries are separated by semicolons."),
    "partner": later("Pick the partner from the list."),
    "partners": later("Pick a partner from the list; several are separated by semicolons."),
    "person_name": later(
        "First name and family name of one person, or use the two columns after it."
    ),
    "first_name": later("First name; only where the full name is not given."),
    "surname": later("Family name; only where the full name is not given."),
    "email": later("The person's own e-mail address, not a shared mailbox."),
    "vat_no": later("VAT number with the letters of its country."),
    "euid": later("Country, register, a dot and the number, without blanks."),
    "reg_no": later("Number with all its zeros; the next column says of which register."),
    "pic": later("Nine digits."),
    "eccp_url": later("Address of the profile; for cluster organisations only."),
    "nuts": later("Code of the region, for example {nuts}."),
    "nace": later("Code of the activity, for example {nace}."),
    "currency": later("Three letters, for example {currency}."),
    "partnership": later("“{name}” for this consortium, else the name of the other partnership."),
}
"""Kind of column → what to write."""

_CODE: Final = later("A code; zeros in front are kept.")
_PARTNERSHIP: Final = later("Code or name of the partnership.")  # where ours is not known

_FOR_COLUMN: Final[dict[tuple[str, str], str]] = {
    ("attendance", "headcount"): later("More than one only for a group without names."),
    ("attendance", "session_date"): later(
        "One row per person and day, or one per person and course."
    ),
    ("training_plans", "adoption_date"): later("Needed as soon as the plan is adopted."),
    ("label_applications", "application_date"): later(
        "Needed as soon as the application is submitted."
    ),
    ("exchanges", "ho_country"): later("Another country than the visitor's."),
    ("sme_investments", "project_link"): later("Code of the training, service or voucher."),
}
"""What only one column needs to be told."""

_SHOWN_WORDS: Final = 16


def told_of(column: TemplateColumn, template: Template) -> tuple[str, ...]:
    """Return what is told about a column, a line each: meaning, what to write, allowed words."""
    meaning = template.say(column.description)
    lines = (meaning, what_to_write(column, template), allowed_words(column, template))
    return tuple(filter(None, lines))


def what_to_write(column: TemplateColumn, template: Template) -> str:
    """Return the format, limits and default of a column in one line."""
    say, language = template.say, template.language
    sentences = [
        say("Required.") if column.required else say("Optional."),
        say(
            _format(column, template),
            day="2024-03-31",
            number=_written(1250.5, language),
            hours=_written(1.5, language),
            nuts="PL22",
            nace="62.01",
            currency="EUR",
            name=template.partnership,
        ),
    ]
    if column.reference is not None:
        named = sheet_title(column.reference, language)
        sentences.append(say("The code used in the register “{register}”.", register=named))
    if extra := _FOR_COLUMN.get((template.register, column.name)):
        sentences.append(say(extra))
    if limit := limits(column, template):
        sentences.append(limit)
    if column.default is not None:
        default = _label(column, column.default)
        sentences.append(say("Blank means “{value}”.", value=default))
    return " ".join(sentences)


def _format(column: TemplateColumn, template: Template) -> str:
    if column.kind == "partnership" and not template.partnership:
        return _PARTNERSHIP
    is_code = column.kind == "text" and column.name.endswith(("_id", "_no"))
    return _CODE if is_code else _FORMAT[column.kind]


def allowed_words(column: TemplateColumn, template: Template) -> str:
    """Return the words of a drop-down in one line, "" for none or for more than can be read."""
    if column.choices is None or column.kind == "partnership":
        return ""
    if len(column.choices.labels) > _SHOWN_WORDS:
        return ""
    words = " · ".join(column.choices.labels.values())
    return template.say("Allowed: {words}", words=words)


def limits(column: TemplateColumn, template: Template) -> str:
    """Return what a number or the length of a text must not pass, "" when there is no limit."""
    say = template.say
    if column.longest is not None:
        return say("At most {longest} characters.", longest=column.longest)
    low, high = (
        "" if bound is None else _written(bound, template.language)
        for bound in (column.minimum, column.maximum)
    )
    if low and high:
        return say("From {low} to {high}.", low=low, high=high)
    if low:
        return say("Not below {low}.", low=low)
    return say("Not above {high}.", high=high) if high else ""


def _written(number: float, language: str) -> str:
    return format_decimal(number, locale=language, group_separator=False)


def _label(column: TemplateColumn, value: str | int) -> str:
    labels = {} if column.choices is None else column.choices.labels
    return labels.get(str(value), str(value))
