"""The tables of docs/guides/calling-law.md, from the data: `python -m tests.calls.law_table` prints them."""

from metacortex.contexts.calls.rules.law import Law, Limit, Rule, Source, shipped_laws

CHECKED = {
    "text": "text read",
    "summary": "summary read",
    "memory": "**from memory**",
    "product": "our choice",
}


def law_tables() -> str:
    countries = [law for law in shipped_laws() if law.country != "XX"]
    countries += [law for law in shipped_laws() if law.country == "XX"]
    parts = [_hours_table([law.rule for law in countries])]
    parts += [f"### States of {law.name}\n\n{_hours_table(law.regions.values())}" for law in countries if law.regions]
    parts += [_duties_of(law) for law in countries]
    return "\n\n".join(parts)


def _hours_table(rules) -> str:
    lines = ["| code | where | hours | calls to one number | source | checked |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{rule.code}` | {rule.name} | {_hours(rule)} | {_limits(rule)} | {_sources(rule)} | {_checked(rule)} |"
        for rule in rules
    ]
    return "\n".join(lines)


def _hours(rule: Rule) -> str:
    holidays, machines = ", not on holidays", ", dialling machines"
    return "<br>".join(
        f"{each.week}{holidays if each.holidays else ''}{machines if each.automated_only else ''}"
        for each in rule.hours
    )


def _limits(rule: Rule) -> str:
    return "<br>".join(_limit(limit) for limit in rule.limits) or "–"


def _limit(limit: Limit) -> str:
    return f"{limit.attempts} per {limit.per}{' (debts)' if limit.purpose == 'debt' else ''}"


def _of(rule: Rule) -> list[Source]:
    return [each.source for each in (*rule.hours, *rule.limits)]


def _sources(rule: Rule) -> str:
    return "<br>".join(dict.fromkeys(_link(source) for source in _of(rule)))


def _checked(rule: Rule) -> str:
    return "<br>".join(dict.fromkeys(CHECKED[source.basis] for source in _of(rule)))


def _link(source: Source) -> str:
    return f"[{source.citation}]({source.url})" if source.url else source.citation


def _duties_of(law: Law) -> str:
    abandoned = law.abandonment
    share = f"{abandoned.limit:.0%} of calls answered by people, per {abandoned.per} and"
    days = abandoned.window_seconds // 86400
    rows = [
        ("ring at least", f"{law.ring_least_seconds} s", law.ring_source),
        (
            "abandoned calls",
            f"{share} {days} day{'s' if days > 1 else ''}, a message within {abandoned.message_within_seconds} s",
            abandoned.source,
        ),
        ("do-not-call list", law.registry.text, law.registry.source),
        ("number shown", law.caller_id.text, law.caller_id.source),
        ("recording", law.recording.text, law.recording.source),
        ("consent", law.automated_consent.text, law.automated_consent.source),
    ]
    lines = [f"### {law.name}", "", "| duty | what | source | checked |", "|---|---|---|---|"]
    lines += [f"| {duty} | {what} | {_link(source)} | {CHECKED[source.basis]} |" for duty, what, source in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    print(law_tables())
