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
HARM = r"without a red fall, a stop or an unknown dose"
THAT_MAY = r"(?: (?:in |of )?(?:any band |those )?that may be judged)?"

# Left out before a headline is taken apart: a change that chance could have made.
COULD_BE_CHANCE = re.compile(
    rf",? (?:about )?(?:as many|{N} (?:more|fewer)) (?:people|person|plans|plan) (?:as|than) "
    r"(?:a year ago|in \w{3} \d{4})(?:: [^;]*)?; could be chance"
)
# Nothing is claimed where it says so …
UNSURE = (
    rf".*: no significant (?:change|difference)(?: between \w+| from the published ones)?{THAT_MAY}",
    rf".*, no significant (?:change|difference between \w+){THAT_MAY}",
    r".*[:,] no significant change since \w{3} \d{4}",
    rf"{N} adults? (?:was|were) [^;]* a day (?:a year ago|before the programme|in) \(?\w{{3}} \d{{4}}\)?, "
    rf"{N} (?:is|are) now: could be chance",
    rf"No significant difference (?:between practices|between services at any stage){THAT_MAY}",
    r"no item(?: that may be judged)? changed significantly in a year",
    rf"No clear difference between new to high dose \({N}\) and left \({N}\) in 12 months",
    r"(?:[^;]*: )?[Nn]o practice is (?:high|low|high or low) with certainty(?: on an item)? \(9 in 10 sure\)",
    r"[^;]*, no sure difference between \w+",
    rf"no service{THAT_MAY} is significantly slower",
    r"no reason stands out",
    r"Reviews and plans: no practice is below all together",
    r"No practice is below all together on more than one item",
    r".*: no gap between groups beyond chance(?:, of those that may be judged)?",
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
    rf"Gabapentinoid use: {N} daily doses per 1,000 people a month",
    rf"Opioid and gabapentinoid together: {SHARE}",
    rf"{N} adults? .* a day",
    rf"{N} of {N} found are excluded(?:, (?:most )?for [^,;]*)?",
    rf"None of {N} {PEOPLE} found is excluded",
    rf"{N} of {N} in scope have a taper plan",
    rf"in {N} of the {N} the dose fell",
    rf"New to high dose {N} times, left {N} times in 12 months",
    rf"(?:(?! than )[^;])*: {NONE_OR_N} new, {NONE_OR_N} left(?:: [^;]*)?",
    rf"{N} of {N} {PEOPLE} in the cohort (?:was|were) reviewed in 12 months",
    rf"{NONE_OR_N} (?:has|have) (?:a|an|other|been) [^,;]*",
    rf"[^:;]*: in place for {N} of {N} people",
    rf"[^:;]*: {SHARE}",
    rf"(?:For {SHARE} no clinician is named|A clinician is named for all)",
    rf"{N} clinicians? have (?:one|up to {N}) each",
    rf"{NONE_OR_N} of {N} practice plans current",
    rf"open most often: [^;]* \({N}\)",
    r"every other heading is dealt with",
    rf"{N}(?: of {N})? (?:of )?people in the cohort were offered a referral",
    rf"{N}(?: of {N})? were seen",
    rf"Half of those seen waited longer than {N} days",
    rf"{SHARE} of the offers were declined",
    rf"{NONE_OR_N} of {N} best-interest reductions? (?:has|have) every safeguard",
    rf"(?:none|{N}) fell too fast or stopped(?:, {N} not known)?",
    rf"no fast fall or stop seen, {N} not known",
    rf"[^:;]*: missing from {N} of {N}(?: each)?",
    r"No safeguard is missing.*",
    rf"A second opinion was offered in {N} of {N} and taken in {N}",
    rf"{N} best-interest reductions?: {N} per 100 people in the cohort",
    rf"{N}(?: of {N})? (?:of )?taper plans are at least {N} below baseline {HARM}, "
    rf"{NONE_OR_N} more after one",
    rf"{NONE_OR_N} {PEOPLE} on an active plan fell by more than {N} between 28-day means",
    r"nobody on an active plan fell by more than \d+% between 28-day means",
    r"none is active",
    rf"(?:Nobody|{N} of {N} {PEOPLE}) moved to a lower band {HARM}(?:, {N}(?: more)? after one)?",
    rf"{NONE_OR_N} to a higher one",
    rf"{N} of {N} {PEOPLE} fell by more than {N} in 12 months: [^;]*",
    r"Nobody’s dose fell by more than \d+% in 12 months, plan or no plan",
    r"No dose is known to have fallen by more than \d+% in 12 months",
    rf"{N} stopped abruptly",
    rf"of {N}(?: more)? (?:it|the dose) is not known",
    rf"{NONE_OR_N} of the {N} then fell too fast on the way",
    rf"(?:Nobody|No active plan|{N} of {N} {PEOPLE}) (?:on an active plan )?(?:is known to have come|came) "
    rf"down by more than {N} (?:between 28-day means|in 28 days)",
    rf"{SHARE} who began .* are below it now {HARM}",
    rf"{N} more after one",
    rf"{N} more (?:has|have) stopped",
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
TRUE_OF_PLANS = (rf"[^;]* the median dose is {N} of baseline on a plan, {N} without",)
PLAIN = re.compile("|".join(f"(?:{form})" for form in (*UNSURE, *COUNTED, *NOBODY, *TO_DO, *TRUE_OF_PLANS)))


def parts(headline: str) -> list[str]:
    """The parts of a headline, without what chance could have made."""
    left = COULD_BE_CHANCE.sub("", headline).strip()
    return [part.strip() for part in left.split("; ") if part.strip()]


def claimed(headline: str) -> list[str]:
    """The parts of a headline that claim a change or a difference; none where it claims nothing."""
    return [part for part in parts(headline) if not PLAIN.fullmatch(part)]
