"""Small words where they cannot stand: each may be another word with one letter wrong or left out."""

import re

PLACES = (
    r"[hH][.,(]*[FI]d|[fD]bn[dw]|M[.,&]*np(?![%arem])|"  # "every 4 hours during the day", "bd after 1 week"
    r"F[uxlgpHs]|[M~|e]F",  # "for times a day": four
    r"&[.\-:]+[jiIea]*[tjyVf]|[.\-]&[jiIea]*[tjyV]|e-n|iy|^fNc",  # "1 om. & on", "every - 3 days"
    r"[ul]~nx|[nul]~[ofD]|[ulgp]~[jiIea]+[tfoD]|~~|~[(ulsp]",  # "to 5ml spoonfuls", "one to to": two
    r"(?<![nulgpsq=fotdhHyWwDVAkxKO)])~(?:n|q|=|e|[jiIea]*[tfoD])|[gl]~[fotD]",
    r"(?:^|[.,&|~])[.,&]*j(?=[ulp=&(~|]|n[gl])|(?:^|[.,&:|~])j(?=[tf])",  # "on 30mg tablet": one
    r"jr|j[iIV]|:j|j[,&]+y|\(j(?=[ulp=q&(~|]|n[gl])|j-[=q]",  # "two am on pm": one
    r"(?:^|[^y])r[jea]*y|[nu]y(?![,&~\-ry])|y[,&]+[jiIea]*t|uyt",  # "1 sat": stat; "capsule sat night"
    r"(?:^|[.,~])&[q=]|"  # "to and a half": two
    r"I(?=[.,&|)]|$)|&[Ni](?=[.,]|$)",  # "1 om & in": on
    r"i(?=[Ddhwfxup$])|a(?=n[.,]*$)|[fD&]a(?=$|[.,])|Mfn",  # "2 at daily": alternate
    r"(?:^|[^nXx])x[Iare]*[dD]|M[.,&]*nd",  # "times a day", "maximum eight day"
    r"[ijIeMq=]Z|Z(?=n[gl])|g(?=r[?])|Iy|ee",  # "at might": night; "maximum if 6": of; "in tue morning": the
)
OUT_OF_PLACE = re.compile("|".join(PLACES))
