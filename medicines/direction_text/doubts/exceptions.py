"""What a text says against its own dose: it is denied, or for a condition, a day or a person of its own."""

import re

NEGATION = r"\b(?:not|no|never|don'?t|won'?t|without|nor)\b"
FILLER = (
    r"(?: (?:to|be|you|your|the|any|this|that|these|them|or|a|an|other|more|suddenly|abruptly|yet|be used for"
    r"|usually|tablets?|capsules?|medicines?|patch|patches|whole|and|should|must|issues?))*"
)
MAY_BE_DENIED = (
    r"(?:chew|crush|break|bit[ei]|split|suck|swallow|drink|alcohol|driv|operat|exceed|expos|stop"
    r"|sudden|abrupt"
    r"|increas|reduc|decreas|taper|cut|miss|skip|omit|doubl|halv|alter|chang|inject|request|issue"
    r"|early|repeat"
    r"|need to|need for|better|benefit|improve|review|prn|addict|sleepy|heat|sun|direct (?:heat|sun"
    r"|light)|grapefruit|open|shar"
    r"|dissolv|food|water|meal|milk|consult|talking to|speaking|seeing|medical|advice|discuss"
    r"|side effect|allerg"
    r"|known|script|prescription|dispens|exceed|remove|dispose|wash|swim|touch|hairy|broken|irritated"
    r"|greater|further issue|substitut|brand|generic|same|expected"
    r"|(?:take|taken|taking|use|used|using|apply|applied|applying|give|given|have|mix|mixed|put)"
    r"(?: it| this| them| patch| patches| tablets?| medicines?| medication)*"
    r" (?:more|with|any|anything|other|indigestion|milk|iron|at the same|at once|within|alcohol|extra|"
    r"than|on|to|over|near|the same|same|sunbeds|heat|after|if|paracetamol|grapefruit|unless|continuously)"
    r"|(?:as|when|if|where) (?:required|needed|necessary|req)|than|in pain|pain\b|regular|routine"
    r"|[0-9]|one\b|two\b|be injected|[oq]d\b|[tbq]ds?\b)"
)
DENIED = re.compile(rf"{NEGATION}(?!{FILLER} {MAY_BE_DENIED})")
AVOIDED = re.compile(
    r"\bavoid(?:s|ed|ing)?\b(?! (?:the |any |direct |all |taking |using |drinking |sudden |too much )*"
    r"(?:alcohol|heat|sun|driv|grapefruit|expos|same|that|this site|area|site|hair|broken|skin|long|prolonged"
    r"|stop|sudden|constipat|touch|miss|with|other|more|at|drink|hot|external|regular|everyday|every day))"
)
REFUSED = re.compile(
    r"\b(?:unused|unwanted|unneeded|unnecessary|refus(?:al|ed|es|ing)"
    r"|(?<!reduction )(?<!taper )(?<!weaning )(?<!referral )(?<!review )declin(?:ed|es|ing))\b"
)
AMOUNT = r"(?:[0-9]+|half|one|two|three|four|i|ii)"
OFTEN = (
    r"(?:bds?|tds?|tid|qds|qid|od|on|om|mane|nocte|daily|a day|per day|times|twice|once|every|at night"
    r"|in the|[0-9]+ ?x|[0-9]+ times|[0-9]+ ?hourly)"
)
UNIT = r"(?: ?(?:tab\w*|cap\w*|ml\w*|mg|patch\w*))?"
OTHER_DOSE = re.compile(
    rf"\b(?:not|never|don'?t) (?:to )?(?:be )?(?:take|taken|use|used)\b[^.;,:()]*\b{AMOUNT}{UNIT} {OFTEN}\b"
    r"|\bif (?:no|not|symptoms|problems|worse|side|concerned|any|you feel|feeling|impaired)\b"
    rf"[^.;]*\b{AMOUNT}\b(?! ?(?:days?|weeks?|months?|hours?)\b)"
)
HARM = (
    r"(?:pains?|headaches?|migraines?|spasms?|fits?|cramps?|seizures?|cough|coughing|diarrhoea|nausea|flares?"
    r"|attacks?|fever|stiffness|swelling|anxiety|sleep)"
)
OF_HARM = (
    r"(?: (?:the|a|any|some|bad|worst|severe|mild|moderate|acute|uncontrolled|breakthrough|more|chronic|back"
    r"|your|times? of))*"
)
PEOPLE = (
    r"(?:wife|husband|son|daughter|mother|father|mum|dad|spouse|partner|carers?|child|baby|dog|cat|friend)"
)
CONDITION = re.compile(
    rf"(?<!even if )(?<!or not )\b(?:with|without|in|at|on|after|when|during|before|no|upon|under|once|while"
    rf"|whilst){OF_HARM} {HARM}\b(?! (?:clinic|team|manag|review|consultant|nurse|specialist|service|relief"
    r"|kill|medic|control|patch|ladder|due|department|dept|unit|letter|plan))"
    r"|\b(?:attacks?|episodes?|bouts?)\b|\buncontrolled\b|\bmild pain\b"
    r"|(?<!for )(?<!with )\bsevere pain\b(?= [0-9])"
    r"|(?<!care )(?<!caution )(?<!careful )(?<!drowsiness )(?<!affect you )"
    r"\b(?:when|before|for|during|at|on|in|while|whilst|if) (?:driving|work|working|school|holidays?"
    r"|weekends?"
    r"|college|hospital only)\b"
    r"|(?<!from )(?<!of )(?<!ed )(?<!seen )(?<!on )\b(?:today|tonight)\b"
    r"|\b(?:this|next|last|first) (?:week|month|weekend|night|evening|morning|afternoon|time)\b"
    rf"|\bfor (?:his |her |the |my |your )?{PEOPLE}\b"
    rf"|(?<!to )(?<!must )(?<!should )\blast (?:issue |dose |script "
    rf"|prescription )?(?:was )?{AMOUNT}{UNIT} {OFTEN}"
    r"|\blast(?: dose| issue)?[ .]*$"
    r"|(?<!no )(?<!not )(?<!take )(?<!any )(?<!or )(?<!\bn't )\bmore\b(?! than| information| details| help)"
    r"|(?:^|[;,(]) ?\+ ?[0-9a-z]"
)
SIGNS = re.compile(
    r"no|nev|n't|nt\b|avoid|without|un[unw]|refus|declin|pain|ache|graine|spasm|fit|cramp|seiz|cough"
    r"|diarr|naus|flare"
    r"|attack|episode|bout|uncont|driv|work|school|holi|weekend|today|tonight|week|month|night"
    r"|evening|morning"
    r"|afternoon|time|for |last|more|\+|fever|stiff|swell|anxi|sleep|if "
)
RULES = (DENIED, AVOIDED, REFUSED, OTHER_DOSE, CONDITION)


def against(text: str) -> bool:
    """Whether a well-spelt text in the plain spelling denies its dose, or has a condition for it."""
    return SIGNS.search(text) is not None and any(rule.search(text) for rule in RULES)
