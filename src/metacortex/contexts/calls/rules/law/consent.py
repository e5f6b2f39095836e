"""Whether a person's own enquiry is reason enough for a machine to dial them."""

from metacortex.contexts.calls.rules.law.book import Purpose
from metacortex.contexts.calls.rules.law.verdict import Override, Verdict, override_used, rules_reaching
from metacortex.contexts.calls.rules.zones import Zones


def judge_enquiry(
    zones: Zones, *, automated: bool, purpose: Purpose = "sales", override: Override | None = None
) -> Verdict:
    """Judge whether somebody may be rung who got in touch but gave no consent.

    Where a state that they may be in wants their written consent before a dialling machine calls about a sale, only a
    person may.
    """
    used = override_used(zones, override)
    if not automated or purpose != "sales":
        return Verdict(True, override=used)
    for reach in rules_reaching(zones, "consent", override):
        if reach.rule.machine_consent is not None:
            sentence = (
                f"{reach.rule.name} wants this person's own written consent before a machine dials; that they got in "
                "touch is not enough. Record their consent, or let somebody dial by hand, as in a preview campaign."
            )
            return Verdict(False, reach.rule.code, sentence, None, used)
    return Verdict(True, override=used)
