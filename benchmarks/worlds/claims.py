"""Which headlines claim a change or a difference.

A headline claims something unless each of its parts has one of the forms below, so new wording is a claim
until somebody has listed its form here.
"""

from __future__ import annotations

import re

N = r"(?:\d[\d,]*(?:\.\d+)?%?|\[c\])"
NONE_OR_N = rf"(?:{N}|[Nn]one|[Nn]obody|no)"
SHARE = rf"(?:{N} \({N} of {N}\)|{N}(?: of {N})?|none of 0)"
PEOPLE = r"(?:people|person)"
POSSIBLY = r"too fast or possibly so"
THAT_MAY = r"(?: (?:in |of )?(?:any band |those )?that may be judged)?"

TIMES = rf"(?:never|once|{N} times)"

# Left out before a headline is taken apart: a change that chance could have made.
COULD_BE_CHANCE = re.compile(
    rf",? (?:about )?(?:as many|{N} (?:more|fewer)) (?:people|person|plans|plan) (?:as|than) "
    r"(?:a year ago|in \w{3} \d{4})(?:: [^;]*)?; could be chance"
)
# Nothing is claimed where it says so …
UNSURE = (
    rf".*: no sure (?:change|difference)(?: between \w+|(?: of the bands shown)? from a published study)?"
    rf"{THAT_MAY}",
    rf".*, no sure (?:change|difference between \w+){THAT_MAY}",
    r".*[:,] no sure change since (?:the start|a year ago|\w{3} \d{4})",
    r"Could be chance(?: since \w{3} \d{4})?: [^;]*",
    r"Dose bands: no sure change(?: in those that are shown)?",
    rf"{N} (?:people|person) (?:are|is) on a high-dose opioid: [^;]*, which could be chance",
    r"Too few practices to compare by size",
    r"no item really changed in a year",
    r"Reviews and plans: no practice is low on any item(?: that may be judged)? \(9 in 10 sure\)",
    rf"{N} adults? (?:was|were) [^;]* a day (?:a year ago|before the programme|in) \(?\w{{3}} \d{{4}}\)?, "
    rf"{N} (?:is|are) now: could be chance",
    rf"No sure difference between practices{THAT_MAY}",
    r"(?:.*: )?[Dd]ifferences between (?:services|groups)(?: that are shown)? could be chance"
    r"(?: at every stage)?",
    r"No practice is surely high or low in people seen \(9 in 10 sure\)",
    r"no item(?: that may be judged)? changed surely in a year",
    rf"No clear difference between new to high dose \({N}\) and left \({N}\) in 12 months",
    r"(?:[^;]*: )?[Nn]o practice is (?:high|low|high or low) with certainty(?: on an item)? \(9 in 10 sure\)",
    r"[^;]*, no sure difference between \w+",
    r"no reason stands out",
    r"Reviews and plans: no practice is below all together",
    r"No practice is below all together on more than one item",
    r"(?:.*[:,] )?(?:change|difference) not judged(?:: .*)?",
    r".*may not be shown",
    r".*: too few (?:people to compare groups|plans to compare with the published ones)",
    r"too few at each service to compare them",
    r".*too (?:close|early) to (?:the published ones to )?(?:judge|say).*",
)
# … and where it counts people, plans or records and compares them with nothing.
COUNTED = (
    r"High dose (?:above|at or above) \d+ mg in [^,;]*",
    rf"(?:Above|At or above) \d+ mg: {N} per 1,000 adults",
    rf"High-dose gabapentinoid: {N} per 1,000 adults",
    rf"Reviewed in 3 months: {SHARE}",
    rf"Gabapentinoid use: {N} daily doses per 1,000 people a month, not judged",
    rf"(?:{N}|no) (?:people|person) (?:above|at or above|on a high-dose|reviewed)[^;:,]*",
    rf"{N} (?:people|person) (?:are|is) on a high-dose opioid",
    rf"(?:none|some|{N}) (?:came|may have come) down too fast",
    r"none is known to have come down too fast",
    rf"Opioid and gabapentinoid together: {SHARE}",
    rf"{N} adults? .* a day",
    rf"{N} of {N} found are excluded(?:, (?:most )?for [^,;]*)?",
    rf"None of {N} {PEOPLE} found is excluded",
    rf"{N} of {N} in scope have a plan",
    rf"New to a high dose {TIMES}, left {TIMES} in {N} months",
    rf"the dose of {N} fell, {N} on a plan|supply of {N} stopped",
    rf"{N} (?:still counted, without it|no longer counted|died or moved|excluded)",
    rf"(?:(?! than )[^;])*: {NONE_OR_N} new, {NONE_OR_N} left(?:: [^;]*)?",
    rf"{N} of {N} {PEOPLE} in the cohort (?:was|were) reviewed in 12 months",
    rf"{NONE_OR_N} (?:has|have) (?:a|an|other|been) [^,;]*",
    rf"[^:;]*: in place for {N} of {N} people",
    rf"{NONE_OR_N} of {N} {PEOPLE} (?:on a high dose )?(?:was|were|has|have) [^;]*",
    rf"{N} of {N} practices? (?:has|have) a gap in (?:its|their) plan",
    rf"Second opinion offered in {N} of {N}, taken in {NONE_OR_N}",
    rf"[^:;]*: {SHARE}",
    rf"(?:For {SHARE} no clinician is named|A clinician is named for all)",
    rf"{N} clinicians? have (?:one|up to {N}) each",
    rf"{NONE_OR_N} of {N} practice plans current",
    rf"open most often: [^;]* \({N}\)",
    r"every other heading is dealt with",
    rf"{N} of {N} {PEOPLE} on a high dose were offered a referral",
    rf"{N}(?: of {N})? were seen",
    rf"Half waited more than {N} days",
    rf"{N} of {N} offers? (?:was|were) declined",
    rf"{NONE_OR_N} of {N} best-interest reductions? (?:has|have) every safeguard",
    rf"(?:none|{N}) fell too fast or stopped(?:, {N} not known)?",
    rf"no fast fall or stop seen, {N} not known",
    rf"[^:;]*: missing from {N} of {N}(?: each)?",
    r"No safeguard is missing.*",
    rf"A second opinion was offered in {N} of {N} and taken in {N}",
    rf"{N} best-interest reductions?: {N} per 100 people on a high dose",
    rf"{NONE_OR_N} of {N} {PEOPLE} with a plan came down step by step",
    rf"{NONE_OR_N} {POSSIBLY}",
    rf"{N} of {N} {PEOPLE} with a plan are less than {N} down, or their dose is not known",
    rf"Everybody with a plan is at least {N} down",
    rf"(?:Nobody|{N} of {N} {PEOPLE}) moved down step by step(?:, {N} {POSSIBLY})?",
    rf"{NONE_OR_N} moved up",
    rf"{N} of {N} {PEOPLE} fell too fast in a year(?:, {N} on no plan)?",
    r"Nobody’s dose fell too fast in a year, plan or no plan",
    r"No dose is known to have fallen too fast in a year",
    rf"{N} stopped(?: suddenly)?",
    rf"of {N}(?: more)? (?:it|the dose) is not known",
    rf"{NONE_OR_N} of the {N} then fell too fast on the way",
    rf"(?:{NONE_OR_N}|some) (?:came|may have come) down too fast",
    rf"(?:Nobody|No active plan|{NONE_OR_N} of {N} {PEOPLE}) (?:on an active plan )?"
    rf"(?:is known to have fallen|fell) by more than {N} in four weeks",
    rf"{N} of {N} {PEOPLE} are no longer (?:above|at or above) \d+ mg, step by step",
    rf"{N} of {N} practices (?:have )?sent (?:complete )?data(?: to \w{{3}} \d{{4}})?",
    rf"{N} practices of {N} sent complete data",
)
# The titles of exhibits that have nobody to count.
NOBODY = (
    r"No best-interest reduction in [^;]*",
    r"Each safeguard|Safeguards by practice|Second opinions|Best-interest reductions",
    r"No (?:taper plans to judge|cohort to refer|cohort to review) in [^;]*",
    r"Days from referral to first contact|Why people decline a referral",
    r"[^;]*: nobody to count here",
)
# Records of a person each that lack something: whom to ask, and no comparison of practices.
TO_DO = (
    r"Ask [^;]* for the safeguards that are missing",
    r"\w+ practices? lacks? a safeguard",
    r"begin with [^;]*",
)
# People on a plan come down and others do not, in a steady world too.
TRUE_OF_PLANS = (
    rf"[^;]* the middle dose of {N} plans is {N} of before, {N} without a plan(?:: could be chance)?",
)
PLAIN = re.compile("|".join(f"(?:{form})" for form in (*UNSURE, *COUNTED, *NOBODY, *TO_DO, *TRUE_OF_PLANS)))


def parts(headline: str) -> list[str]:
    """The parts of a headline, without what chance could have made."""
    left = COULD_BE_CHANCE.sub("", headline).strip()
    return [part.strip() for part in left.split("; ") if part.strip()]


def claimed(headline: str) -> list[str]:
    """The parts of a headline that claim a change or a difference; none where it claims nothing."""
    return [part for part in parts(headline) if not PLAIN.fullmatch(part)]
