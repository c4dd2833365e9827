"""Doses that are optional by what they are for: not regular, before a dressing, or for the worst only."""

import re
from functools import lru_cache

from medicines.direction_text.vocabulary.known_words import known
from medicines.direction_text.vocabulary.typing_slips import WORDS
from medicines.spelling import Speller

NOT_REGULAR = (
    r"\b(?:not?|nor|never|avoid|don'?t|without|isn'?t)\b[^.,;]{0,40}"
    r"\b(?:regular|routine|every ?day\b|daily use)"
)
BEFORE = (
    r"\b(?:before|prior|pre|ahead of|for|during)\b[^.,;]{0,25}"
    r"(?:dressing|physio|exercis|activit|procedure|travel|flight|flying|journey)"
    r"|\b(?:before|prior|pre|during)(?: to)? (?:[a-z]+ )?"
    r"(?:treatment|session|mobilis|walking|moving|turning|transfer|personal care|hygiene|washing|shower|bath"
    r"|scan|dental|dentist)"
)
SELDOM = (
    r"\bin ?between\b|\b(?:according|depending|dependent) ?(?:to|on) ?pain"
    r"|\bas (?:little|few|seldom) as|\blast resort|\bemergenc"
    r"|\bcris[ie]s\b|\binfrequent|\bpain persists|\bwound care|\bpain[ -]dependent|\bsubject to pain"
    r"|\bafter trying|\blowest (?:dose|amount)|\bnot continuous|\bcould (?:take|have|use)"
)
REQUIRED_ALONE = r"(?:^|[.;:(*\-])\s*(?:required?|needed|necessary)\s*(?=$|[.;:)*]|f?or (?:[a-z]+ )?pain)"
SIGNS = (
    "regular", "routine", "every day", "everyday", "daily use", "dressing", "physio", "exercis", "activit",
    "procedure", "travel", "flight", "flying", "journey", "scan", "dent", "treatment", "session", "mobilis",
    "walking", "moving", "turning", "transfer", "personal care", "hygiene", "shower", "bath", "washing",
    "between", "pain", "as little", "as few", "as seldom", "resort", "emergenc", "cris", "infrequent",
    "wound", "trying", "lowest", "continuous", "could ", "require", "needed", "necessary",
)  # fmt: skip
"""Words of which one stands in every circumstance: looked for first, which is quicker."""
CIRCUMSTANCE = re.compile(f"{NOT_REGULAR}|{BEFORE}|{SELDOM}|{REQUIRED_ALONE}")
SPELLINGS = """
    regular regularly routine routinely everyday before prior ahead during dressing dressings physio
    physiotherapy exercise exercises exercising activity activities procedure procedures travel travelling
    flight flights flying journey journeys scan dental dentist treatment session sessions mobilising walking
    moving turning transfer transfers personal care hygiene washing shower bath bathing between according
    depending dependent little seldom resort emergency emergencies crisis crises infrequent infrequently
    persists wound subject trying lowest amount continuous continuously could without never avoid pain days
"""
SPELLER = Speller(SPELLINGS.split(), shortest=4, shortest_changed=4, same_first=False)
WORD = re.compile(r"[a-z]{3,}")


def well_spelt(text: str) -> str:
    """The text with each unknown word that is one slip from a word of a circumstance put right."""
    return WORD.sub(lambda match: _meant(match[0]), text)


@lru_cache(maxsize=16384)
def _meant(word: str) -> str:
    if word in WORDS:
        return word
    (meant, *more) = known(word)
    return meant if not more and meant in WORDS else min(SPELLER.candidates(word), default=word)


def by_circumstance(text: str) -> bool:
    """Whether a well-spelt text in the plain spelling says what doses are for, so that they are optional."""
    return any(word in text for word in SIGNS) and CIRCUMSTANCE.search(text) is not None
