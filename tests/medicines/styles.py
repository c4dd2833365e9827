"""The same product name as different systems write it: dm+d, EMIS, Read codes and BNF presentations."""

import re

STRENGTH = re.compile(
    r"[0-9][0-9.]*\s?(?:mg|g|micrograms?|nanograms?)?(?:/[0-9.]+\s?(?:mg|g|micrograms?))*"
    r"(?:/[0-9.]*\s?(?:ml|hour|dose|actuation|sachet))?(?=[\s)]|$)"
)
SHORT = (
    ("modified-release", "M/R"),
    ("prolonged-release", "M/R"),
    ("effervescent", "Eff"),
    ("orodispersible", "Orodisper"),
    ("transdermal patches", "T/Derm Patch"),
    ("tablets", "Tab"),
    ("capsules", "Cap"),
    ("oral solution", "Oral Soln"),
    ("oral suspension", "Oral Susp"),
    ("solution for injection", "Inj"),
    ("suppositories", "Suppos"),
    ("sublingual", "Subling"),
    ("sugar free", "S/F"),
    ("micrograms/hour", "mcg/hr"),
    ("microgram/hour", "mcg/hr"),
    ("micrograms", "mcg"),
    ("microgram", "mcg"),
    ("hydrochloride", "HCl"),
    ("sulfate", "sulphate"),
)


def shortened(name: str) -> str:
    """The name with the usual abbreviations."""
    for word, short in SHORT:
        name = name.replace(word, short)
    return name


def parts(name: str) -> tuple[str, str, str] | None:
    """Name, strength and form of a dm+d name with one strength; None for other names."""
    found = list(STRENGTH.finditer(name))
    stated = [match for match in found if re.search(r"mg|gram|/", match.group())]
    if len(stated) != 1 or len(found) != 1 or stated[0].start() == 0:
        return None
    return name[: stated[0].start()].strip(), stated[0].group(), name[stated[0].end() :].strip()


def emis(name: str) -> str:
    """Form before strength, a space before the unit: "Zomorph Modified-release capsules 10 mg"."""
    split = parts(name)
    if not split:
        return name
    medicine, strength, form = split
    return f"{medicine} {form.capitalize()} {re.sub(r'(?<=[0-9])(?=[a-z])', ' ', strength)}"


def abbreviated(name: str) -> str:
    """Abbreviated where it stands: "Zomorph 10mg m/r caps"."""
    short = shortened(name).replace("Tab", "tabs").replace("Cap", "caps").replace("M/R", "m/r")
    return short.replace("T/Derm Patch", "patches")


def read_code(name: str) -> str:
    """Upper case with the strength at the end: "ZOMORPH M/R CAPS 10MG"."""
    split = parts(name)
    if not split:
        return abbreviated(name).upper()
    medicine, strength, form = (abbreviated(part) for part in split)
    return f"{medicine} {form} {strength}".upper()


def bnf(name: str) -> str:
    """Name, underscore, form, strength, release: "Zomorph_Cap 10mg M/R"."""
    split = parts(name)
    if not split:
        return shortened(name)
    medicine, strength, form = (shortened(part) for part in split)
    words = form.split()
    after = [word for word in words if word in ("M/R", "S/F")]
    before = [word for word in words if word not in after]
    before = before[-1:] + before[:-1] if before and before[-1] in ("Tab", "Cap") else before
    return f"{medicine}_{' '.join(before)} {strength} {' '.join(after)}".strip()


def packed(name: str) -> str:
    """With a pack and a maker: "Zomorph 10mg modified-release capsules (Any Maker UK Ltd) 56 capsule"."""
    unit = next((word for word in ("tablet", "capsule", "patch") if word in name), "ml")
    return f"{name} (Any Maker UK Ltd) 56 {unit}"


STYLES = {
    "emis": emis,
    "abbreviated": abbreviated,
    "read": read_code,
    "bnf": bnf,
    "packed": packed,
    "upper": str.upper,
    "lower": str.lower,
    "spaced": lambda name: re.sub(r"(?<=[0-9])(?=mg|micro|ml)", " ", name),
}
