"""The tables of docs/guides/calling-law.md, from the data: `python -m tests.calls.law_table` prints them."""

from metacortex.contexts.calls.rules.law import Duty, Law, Limit, Rule, Source, shipped_laws
from metacortex.contexts.calls.rules.law.book import DEFAULT_COUNTRY

CHECKED = {
    "text": "confirmed: text read",
    "summary": "confirmed: summary read",
    "memory": "**from memory**",
    "product": "our choice",
}
REFUSES, CAMPAIGN, YOU = "the product refuses", "campaigns keep it", "you"
LOCAL = "the product shows only your numbers of the country; you see to the rest"
RECORDS = "the product: where all must know, none without the announcement"
CONSENTS = "the product asks for any consent or own enquiry; you for the right one and its proof"
STATES_CONSENT = "; for dialling machines no own enquiry where the table of the states says so"


def law_tables() -> str:
    laws = sorted(shipped_laws(), key=lambda law: (law.country == DEFAULT_COUNTRY, law.name))
    return "\n\n".join(_section(law) for law in laws)


def _section(law: Law) -> str:
    head = f"### {law.name} (`{law.country}`)\n\nChecked on {law.checked_on:%d %B %Y}."
    parts = [head, _duties_of(law)]
    if law.regions:
        parts += [f"#### States of {law.name}, beside the rules above", _states_of(law)]
    return "\n\n".join(parts)


def _duties_of(law: Law) -> str:
    abandoned = law.abandonment
    hours = abandoned.window_seconds // 3600
    period = "24 hours" if hours == 24 else f"{hours // 24} days"
    share = f"at most {abandoned.limit:.0%} of calls answered by people, per {abandoned.per} and {period}"
    consents = CONSENTS + STATES_CONSENT * any(rule.machine_consent for rule in law.regions.values())
    shown = LOCAL if law.local_caller_id_only else YOU
    rows = [("hours", _hours(law.rule.hours), REFUSES, [each.source for each in law.rule.hours])]
    if law.rule.limits:
        rows.append(("calls to one number", _limits(law.rule), REFUSES, [each.source for each in law.rule.limits]))
    rows += [
        ("ring at least", f"{law.ring_least_seconds} s", "the product rings no shorter for sales", [law.ring_source]),
        (
            "abandoned calls",
            f"{share}; a message within {abandoned.message_within_seconds} s",
            CAMPAIGN,
            [abandoned.source],
        ),
        ("do-not-call list", law.registry.text, "you load it, the product refuses", [law.registry.source]),
        ("number shown", law.caller_id.text, shown, [law.caller_id.source]),
        ("recording", law.recording.text, RECORDS, [law.recording.source]),
        ("consent", law.automated_consent.text, consents, [law.automated_consent.source]),
    ]
    lines = ["| duty | what we do | who sees to it | source | checked |", "|---|---|---|---|---|"]
    lines += [
        f"| {duty} | {what} | {who} | {_sources(sources)} | {_checked(sources)} |" for duty, what, who, sources in rows
    ]
    return "\n".join(lines)


def _states_of(law: Law) -> str:
    lines = [
        "| code | where | hours | calls to one number | consent | source | checked |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in law.regions.values():
        sources = [each.source for each in (*rule.hours, *rule.limits, *_duties(rule))]
        lines.append(
            f"| `{rule.code}` | {rule.name} | {_hours(rule.hours)} | {_limits(rule) or '–'} | {_consent(rule)} "
            f"| {_sources(sources)} | {_checked(sources)} |"
        )
    return "\n".join(lines)


def _duties(rule: Rule) -> tuple[Duty, ...]:
    return (rule.machine_consent,) if rule.machine_consent else ()


def _consent(rule: Rule) -> str:
    return f"{rule.machine_consent.value}, for dialling machines" if rule.machine_consent else "–"


def _hours(hours) -> str:
    holidays, machines = ", not on holidays", " (dialling machines)"
    return "<br>".join(
        f"{each.week}{holidays if each.holidays else ''}{machines if each.automated_only else ''}{_for(each.purpose)}"
        for each in hours
    )


def _for(purpose: str | None) -> str:
    return " (debts)" if purpose == "debt" else ""


def _limits(rule: Rule) -> str:
    return "<br>".join(_limit(limit) for limit in rule.limits)


def _limit(limit: Limit) -> str:
    return f"{limit.attempts} per {limit.per}{_for(limit.purpose)}"


def _sources(sources: list[Source]) -> str:
    return "<br>".join(dict.fromkeys(_link(source) for source in sources))


def _checked(sources: list[Source]) -> str:
    return "<br>".join(dict.fromkeys(CHECKED[source.basis] for source in sources))


def _link(source: Source) -> str:
    return f"[{source.citation}]({source.url})" if source.url else source.citation


if __name__ == "__main__":
    print(law_tables())
