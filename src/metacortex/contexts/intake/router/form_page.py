"""The hosted page of a form, as HTML without script."""

import secrets
from collections.abc import Mapping, Sequence
from html import escape

_FIELDS = (
    ("name", "Your name", "text", "name"),
    ("email", "Email", "email", "email"),
    ("phone", "Phone", "tel", "tel"),
    ("company", "Company", "text", "organization"),
)


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="/favicon.svg">\n'
        '<link rel="stylesheet" href="/f/form.css">\n</head>\n'
        f'<body>\n<main class="sheet">\n{body}\n</main>\n</body>\n</html>\n'
    )


def render_form(
    key: str, name: str, values: Mapping[str, str], errors: Sequence[Mapping[str, str]], problem: str
) -> str:
    """Return the form, with what was typed before and what is wrong with it."""
    wrong = {one["field"]: one["message"] for one in errors}
    once = values.get("once") or secrets.token_urlsafe(18)
    parts = [
        f"<h1>{escape(name)}</h1>",
        '<p class="lead">Leave an email or a phone number; we will get back to you.</p>',
    ]
    if problem:
        parts.append(f'<p class="problem" role="alert">{escape(problem)}</p>')
    parts.append(f'<form method="post" action="/api/v1/forms/{escape(key)}" accept-charset="utf-8">')
    for field, label, kind, autocomplete in _FIELDS:
        parts.append(
            f'<div class="field"><label for="{field}">{label}</label>'
            f'<input id="{field}" name="{field}" type="{kind}" autocomplete="{autocomplete}" '
            f'maxlength="200" value="{escape(values.get(field, ""))}"{_marks(field, wrong)}>{_note(field, wrong)}</div>'
        )
    parts.append(
        '<div class="field"><label for="message">How can we help?</label>'
        f'<textarea id="message" name="message" rows="6" maxlength="20000"{_marks("message", wrong)}>'
        f"\n{escape(values.get('message', ''))}</textarea>{_note('message', wrong)}</div>"
    )
    parts.append(
        '<div class="trap" aria-hidden="true"><label for="website">Leave this empty</label>'
        '<input id="website" name="website" tabindex="-1" autocomplete="off"></div>'
        f'<input type="hidden" name="once" value="{escape(once)}">'
        '<button type="submit">Send</button>\n</form>'
    )
    return _document(f"Error: {name}" if problem else name, "\n".join(parts))


def _marks(field: str, wrong: Mapping[str, str]) -> str:
    return f' aria-invalid="true" aria-describedby="{field}-note"' if field in wrong else ""


def _note(field: str, wrong: Mapping[str, str]) -> str:
    return f'<p class="note" id="{field}-note">{escape(wrong[field])}</p>' if field in wrong else ""


def render_thanks(key: str) -> str:
    """Return the page after sending."""
    return _document(
        "Thank you",
        '<h1>Thank you</h1>\n<p class="lead">Your message is with us. We will get back to you soon.</p>\n'
        f'<p><a href="/f/{escape(key)}">Send another message</a></p>',
    )


def render_gone() -> str:
    """Return the page of a form that does not exist or is switched off."""
    return _document(
        "This form is closed",
        "<h1>This form is closed</h1>\n"
        '<p class="lead">The link may be old. Ask the person who gave it to you for a new one.</p>',
    )
