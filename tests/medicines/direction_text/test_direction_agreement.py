"""Directions give a dose only where every amount in them agrees with the others and with the product."""

import re
from pathlib import Path

import pytest

from medicines import dose
from tests.medicines.cases import rows_from

WRITTEN = rows_from(Path(__file__).with_name("written_lines.csv"))

PRODUCTS = {
    "m": "MST Continus 10mg tablets",
    "s": "Sevredol 10mg tablets",
    "z": "Zomorph 30mg modified-release capsules",
    "l": "Oramorph 10mg/5ml oral solution",
    "k": "Oramorph 20mg/ml concentrated oral solution",
    "x": "Oxycodone 10mg/ml oral solution sugar free",
    "g": "Gabapentin 300mg capsules",
    "f": "Fentanyl 25micrograms/hour transdermal patches",
    "b": "Transtec 35micrograms/hour transdermal patches",
    "w": "Butec 10micrograms/hour transdermal patches",
    "d": "Dihydrocodeine 30mg tablets",
    "c": "Co-codamol 30mg/500mg tablets",
    "c8": "Co-codamol 8/500",
    "t": "Targinact 10mg/5mg modified-release tablets",
}
NO_DOSE = """
g | 2 tds - 900mg tds
f | 50mcg/hr every 72 hours
m | MST 10 bd
m | 2 tabs=40mg bd
m | 1 mane 2 nocte = 50mg daily
m | 1 (10mg) mane 2 (30mg) nocte
m | 10mg mane 20mg nocte (40mg daily)
l | 5ml (5mg) mane 10ml nocte
k | 10ml (20mg) every 6 hours
k | 10mg (5ml) every 4 hours
k | take 5ml = 10mg qds
k | 5 ml which is 10 mg qds
k | 5ml of the 10mg/5ml solution qds
k | 10mg/5ml: 5ml qds
k | one 5ml spoonful (10mg) four times a day
x | 5mg (5ml) three times a day
x | 5ml (5mg) QDS
x | 5mg/5ml take 5ml qds
l | 5ml (20mg) qds
l | 2.5ml (10mg) qds
l | 10ml (10mg) qds
l | 5ml (10 mcg) qds
l | 5ml(100mg) bd
l | 20mg in 1ml: 1ml qds
m | 3 TABLETS (60MG) AT NIGHT
m | 2 tabs (30mg) bd
m | two 20mg tablets twice a day
m | one 30mg tablet bd
m | take one 15mg tablet twice a day
m | 1 x 30mg tablet bd
m | 30mg tablets: 1 bd
m | MST 30mg 1 bd
m | 1 bd (30mg)
m | 1 bd (30mg bd)
m | 1 tablet = 30mg bd
m | 1 bd (60mg daily)
m | 1 bd (2mg)
m | 1 bd 100mcg
m | take ONE (60MG) twice a day
m | 3 (60mg) bd
m | oxycodone 10mg 1 bd
d | codeine 30mg one qds
m | tramadol 50mg 2 qds
m | gabapentin 300mg tds
m | fentanyl 25mcg patch every 72 hours
m | 1 g bd
m | 1 gram daily
z | 20MG BD
z | 45mg bd
z | 15mg bd
z | one 60mg capsule bd
z | 1 capsule (10mg) bd
z | half a capsule bd
z | 1.5 caps bd
z | 1/2 cap bd
z | 20mg mane 40mg nocte
g | 100mg tds
g | 250mg tds
g | 450mg bd
g | one 100mg capsule tds
g | 1 capsule (600mg) tds
g | 3g daily
s | 20 MCG BD
s | 3mg bd
s | 0.1mg bd
s | 1mg qds
s | 7mg qds
s | 0.3 tablets bd
s | 1/3 tablet bd
s | a third of a tablet bd
s | 0.01 tablets bd
s | 1.1 tablets bd
m | 2.5mg bd
m | quarter of a tablet bd
m | 7.5mg bd
m | 2O MG BD
m | TW0 AT NIGHT AND 1 IN THE MORNING
m | 0NE bd
m | 1O mg bd
m | l0mg bd
m | 2O tablets bd
m | I0mg bd
m | ¹ bd
m | ² tabs bd
m | 1² bd
m | ① bd
m | take 1B bd
m | T0 bd
m | 2 t1mes a day
m | 0ne tw1ce a day
m | 1 b0
m | 1 8D
m | S bd
m | B hourly 1
m | one 1Z hourly
m | 1 every l2 hours
m | 1 every 1z hours
m | Z bd
m | 1 Td5
m | zero bd
m | 0 bd
m | O bd
m | nil bd
m | ONE AT BREAKFAST, TWO AT TEATIME AND
m | ONE CAPSULE AT NIGHT. ALSO TAKE TH
m | ONE TWICE A DAY WITH
m | ONE TWICE A DAY ALSO
m | ONE TWICE A DAY AND A FURTHER
m | ONE TWICE A DAY PLUS
m | ONE TWICE A DAY THEN
m | ONE IN THE MORNING AND TAKE
m | ONE IN THE MORNING AND TWO
m | ONE IN THE MORNING,
m | ONE IN THE MORNING &
m | ONE TABLET TWICE A DAY OR
m | ONE AT NIGHT INCREASING
m | ONE AT NIGHT FOR
m | ONE AT NIGHT IF
m | ONE AT NIGHT WHEN
m | ONE AT NIGHT AS
m | ONE AT NIGHT UP
m | ONE AT NIGHT UP TO
m | ONE AT NIGHT MAX
m | ONE EVERY
m | TAKE ONE TABLET IN THE MORNING ONE TABLET AT LUNCHTIME ONE TABLET AT TEATIME AND THREE TABL
f | APPLY PATCHES EVERY 72 HOURS
f | APPLY THE PATCHES EVERY THREE DAYS
f | PATCHES TO BE CHANGED EVERY 72 HOURS
f | CHANGE PATCHES EVERY 3 DAYS
f | apply 100 mcg patch every 72 hours
f | APPLY ONE 50MCG PATCH EVERY 72 HOURS
f | one 12mcg/hr patch every 72 hours
f | 100micrograms/hour patch every 3 days
f | apply 2.5 patches every 72 hours
f | apply one or two patches every 72 hours
f | one tablet every 72 hours
f | apply as directed
f | apply half a patch every 72 hours
f | change every 48-72 hours
f | buprenorphine 10mcg patch weekly
m | MAX 6 A DAY
m | AS DIRECTED - MAXIMUMOF 40MG A DAY
m | MX 4 DAILY
m | UP TP 4 A DAY
m | NOTMORE THAN 4 A DAY
m | NO MORE THEN 4 A DAY
m | nomore than 4 daily
m | maxium 4 a day
m | take up-to 4 a day
m | 4 a day max
m | 4 daily maximum
m | limit to 4 a day
m | not to exceed 4 daily
m | 1 TDS IN ADDITION TO ZOMORPH WHEN REQUIRED
m | 1 TWICE A DAY IN ADDITION TO THE 30MG WHEN REQUIRED FOR PAIN
m | 1 qds PRM
m | 2 (20MG) EVERY 6 HOURS FOR BTHRU
m | 1 qds BT PAIN
m | 1 qds BTP
m | 1 qds for b/t pain
m | 1 qds for break-through pain
m | 1 qds (if needed)
m | 1 qds [prn]
m | 1 qds p.r.n
m | 1 qds. PRN
m | 1 qds *PRN*
m | 1 qds as/when required
m | 1 qds when reqd.
m | 1 qds prn for pain, max 8
m | 1 qds with paracetamol if required
m | 1 bd and 1 prn
m | 1 bd + 1 extra for breakthrough
m | 1-2 qds
m | 1 or 2 bd
m | 1 bd or tds
m | one, two or three a day
c | 60/1000 qds
c | 2 tablets (500mg) qds
m | 10 bd
m | 20 mane 20 nocte
m | fifteen bd
m | 1 tab mane 10 nocte
m | 5-0-10
m | 8 daily
g | 300 tds
l | 150ml qds
l | 0.05ml qds
k | 20ml qds
k | 10ml qds
k | 5ml qds
k | 4ml (10mg) qds
x | 5ml qds
l | 50ml qds
l | 35ml bd
l | 31ml bd
l | 2.55ml qds
l | 57.5ml qds
l | 1.11ml qds
s | 12 tablets bd
s | 12 tablets (10mg) bd
s | 12 qds
s | 13 tabs bd
k | 100ml bd
k | 5ml every hours
l | 5ml tablets qds
l | 10mg capsules qds
l | 2 tabs 5ml qds
m | inject 10mg bd
m | injct 10mg bd
m | 1 bd subcutaneously
m | insert one suppository bd
m | one ampoule bd
m | inhale one bd
m | apply one bd
l | inject 1ml bd
m | one after meals and at night
m | 1 before each meal and at bedtime
m | 1 after meals, at night
m | 1 daily and at night
m | 1 mane and every other night
m | 1 every morning and every 2nd night
m | 1 tab 12/24
m | 1 6/24
m | 1 every 122 hours
m | 1 every 46 hours
m | 1 tablet 22 times per day
m | take 30mg tablet twice a day
m | 2 tablets bd (total daily dose 5mg)
m | 2 tablets (total 60mg) bd
m | 2 tablets = total 60mg bd
m | 2 (total 60mg) bd
m | take 2 tablets totalling 60mg twice a day
m | 1 bd (total 2000mg bd)
m | 1 bd to make 10.5mg bd
m | 1 bd (total 33.5mg bd)
f | one patch every 72 hours total 31mcg/hr
f | 2 patches (total 75mcg/hr) every 72 hours
m | 2 tablets bd (total daily dose 20mg)
k | 5ml four times a day (total daily dose 40mg)
k | 5ml (total 10mg) qds
f | apply 2 patches every 72 hours (total 25mcg/hr)
z | 30mg/60mg bd
c | 30mg/60mg qds
l | 5mg/10mg qds
m | with 30mg tablets take two in the morning and one at night
m | along with MST 30mg tablets take one in the morning and one in the evening
m | one tablet in the morning, with 30mg tablet two at night
g | with paracetamol 500mg take two in the morning and two at night
s | 60mg split into two doses daily
s | 60mg in divided doses bd
s | 6 tabs divided bd
s | 60mg over the day bd
l | 20ml divided qds
g | 900mg divided tds
m | take 1 tablet at 6am 2pm and 10pm
m | 1 at 6am. 2pm and 10pm
m | 1 every (third) day
m | 1 every (other) day
m | take one twice a day (
m | take one twice a day...
m | take one twice a day (cont'd)
m | one at lunchtime -
m | take two in the morning and one tablet at lunc
m | take one in the morni
m | 1 thwice a day
m | 2 mane opne nocte
z | one capsule gp to four times a day
c | 1/2 tabs qds
c | 1/2 qds
m | not for regular use. 1 bd
m | 1 bd not regularly
m | 1 qds avoid regular use
m | 1 bd rarely
m | 1 bd for emergency use
m | 1 bd before dressing changes
m | 1 bd in between MST
m | 1 bd as last resort
m | 1 bd according to pain
m | 1 bd asreq'd
m | not addictive if needed 1 bd
m | without food prn 1 bd
m | 1 tds as.required
m | 1 tds as (required)
m | 1 tds *if* needed
m | 1 tds as - required
m | 1 om. & on
m | one through the day and one at night
m | one over the day and two at night
m | 1 tds, 2 of them at night
m | 1 every 4 hours daytime, 2 at night
m | 1 tds. Required for pain
m | 1 qds for crises
m | 1 qds subject to pain
m | 1 bd or as directed
m | ONE TWICE A DAY OR AS DIRECTED BY YOUR DOCTOR
m | 1 bd (or as directed)
m | 1 bd. Or as instructed by hospital
m | 1 bd/or as directed
m | 1 bd or mdu
m | 1 bd or otherwise as directed
m | 1 bd. Or 2 at night
m | 1 bd (or more if directed)
m | 1 bd unless told otherwise
m | 1 bd unless directed otherwise by GP
f | one patch every 72 hours or as directed
m | 1 bd aim to reduce by 5mg weekly
m | 1 bd aim to reduce to 1 od
m | 1 bd aim to reduce then stop
m | 1 bd plan to reduce next month
m | aim to reduce 2 bd to 1 bd
m | 1 bd reduce as able
m | 1 bd, reduce when you can
m | 1 bd or reduce if drowsy
f | one patch every 72 hours aim to reduce to 12mcg
m | 1 bd detox regime
s | 1 qds between doses
s | 1 qds betwen doses
s | 1 qds between MST
s | 1 qds between regular doses
s | 1 qds between patches
s | 1 qds to supplement MST
s | 2 tds on epilepsy days
s | 1 bd on non-dialysis days
m | one most nights
m | one nearly every day
m | 1 bd usually
m | 1 bd pain allowing
m | 1 bd while pain lasts
m | one at night prior to travel
m | 1 bd during periods
m | 1 bd (STOPPED)
m | 1 bd *DISCONTINUED*
m | 1 bd inactive
m | 1 bd do not use
m | 1 bd wrong dose
m | TAKE ONE TABLET TWICE A
m | one every 12
m | one every 4 to 6
m | 1 mane, on
m | one (20mg) in the morning and ONE (10mg) at night
m | 10mg (2 tabs) bd
m | 20mg = 1 tablet bd
m | 20mg = 2 tablets mane 10mg = 2 tablets nocte
m | 2 tablets = 10mg bd
m | 1 bd = 3 tablets/day
m | 1 tds (total 2 daily)
m | 2 qds (total of 6 tablets a day)
m | 1 bd (30mg/24hrs)
m | one teaspoon qds
l | 20mg = 5ml qds
k | 10mg = 5ml qds
k | one teaspoon (10mg) qds
l | one teaspoon (10ml) qds
l | two 5ml spoonfuls (5ml) qds
l | one heaped teaspoon qds
l | one tablespoon qds
l | one 10ml teaspoon qds
l | 5ml (half a teaspoon) qds
l | 1 teaspoon in the morning and 2 at night
l | 5ml qds (total 10ml a day)
b | Apply one patch on Monday and two on Thursday
b | Apply one patch on Monday and remove on Thursday
b | one patch on Monday and one on Monday
b | one patch on Monday and one on Tuesday
b | half a patch on Monday and half on Thursday
s | 1 at 6am 2pm and 10pm
s | 1 at 8am 8am 6pm
s | 1 at 8am to 10pm
s | 1 bd and nocte
s | 1 od and nocte
s | 1 tds and mane
s | 1 tds or nocte
s | 1 tds and nocte prn
s | 1 tds and nocte (total 3)
c | 1.2g qds
c | 10g qds
c | 2g qds
c | 2 tablets (1.5g) qds
c | paracetamol 1g qds
c | 15/500 2 qds
d | 1g qds
d | 30/500 2 qds
m | 10/5 bd
t | 20/10 bd
t | 5/10 bd
t | 10/5 or 20/10 bd
l | 10/5 qds
m | 2 bd (10mg bd)
m | 2 bd - 10mg bd
m | 2 tablets bd (10mg twice a day)
m | 1 bd (10mg a day)
m | 1 bd, 10mg per day
m | 2 bd (20mg/day)
m | 2 bd 20mg a day
m | 2 bd (20mg in 24 hours)
m | 2 bd = 10mg
m | 2 bd = 10mg bd
m | 1 bd = 10mg a day
m | 1 mane 2 nocte (20mg bd)
m | 1 mane 2 nocte (10mg a day)
m | 2 bd, 10mg mane
g | TAKE TWO CAPSULES THREE TIMES A DAY - 300MG TDS
g | 3 tds, 300mg daily
g | 2 tds (300mg every 8 hours)
l | 5ml qds = 10mg daily
l | 5ml qds (10mg a day)
c | 2 qds (30mg codeine a day)
c | 2 qds (30mg qds)
s | 2 qds total 6 a day
s | 2 qds = 6
s | 2 qds ie 6 daily
s | 2 qds making 6 a day
s | 2 qds total 12 a day
s | 2 qds (in total 6 a day)
s | total 6 a day, 2 qds
s | 2 qds total daily dose 6
l | 5ml qds total 10 a day
f | 2 patches every 72 hours total 37
s | 2 qds NOT REQUIRED
s | 2 qds - not needed
s | 2 qds not necessary
s | 2 qds - not to be given
s | 2 qds - not prescribed
s | 2 qds not recommended
s | 2 qds not agreed
s | 2 qds not directed
s | 2 qds never taken
s | 2 qds - not taken
s | 2 qds not tolerated
s | 2 qds - not wanted
s | 2 qds avoid
s | 2 qds - avoid taking
s | 2 qds unused
s | 2 qds - declined by patient
s | 2 qds - patient declines
f | one patch every 72 hours - not needed
f | one patch every 72 hours not to be used
f | one patch every 72 hours avoid
f | one patch every 72 hours - declined
s | 2 qds (trial without)
s | if no better 2 qds
s | 1 qds, if worse 2
s | 2 more qds
s | more 2 qds
s | +1 bd
s | 2 qds with headache
s | 2 qds with severe pain
s | 2 qds in pain
s | 2 qds after pain
s | 2 qds no pain
s | 2 qds for migraine attacks
s | 2 qds for uncontrolled pain
s | 2 qds before driving
s | 1 tds at work
s | 1 tds when driving
s | 2 qds on holiday
s | 1 bd today
s | 1 bd this week
s | last issue 2 qds
s | 2 qds last
s | 2 qds - for wife
s | do not take with co-codamol 2 qds
s | 1 qds xyzzy
s | 1 qds ignore
s | 1 qds reeeduce
s | 1 qds prrrn
s | 1 qds stooopped
s | haaalf a tablet qds
f | lahf a patch every 72 hours
f | one patch every 72 hours xyzzy
s | on4 8 hourly
s | ON4 tablet bd
f | Chang4 patch weekly
f | change patch every Wednesda7
s | 1 every7 evening
f | change3 twice a week
s | apply6 bd
s | 1 bd 6imes a day
s | 1 every q days
l | q.25mls qds
l | &.5ml qds
l | !.25mls qds
s | !½ bd
s | 1 every 1" hours
s | 1 at 0800,.1200
s | 1 bed
s | one tablet bed
s | 1 qds for severe pain.only
s | 2 bd, not.taking
s | 2 bd, not/taking
s | 1 tds not-needed
m | 1 bd after 1 week
m | one twice daily after 3 days
f | one patch every 72 hours, max 2 patches
s | to and a half tds
s | and a half tds
s | on-half bd
g | 600mg bd (on capsule twice a day)
f | apply every 72 hours, one to aech arm
f | apply every 72 hours, one to each arrm
s | 1 bd - not issued
s | 1 bd - do not issude
m | take 2 tablets (40 mg total) by mouth once a day
m | 2 tablets (60mg total) bd
m | one tablet to be taken twice (3) a day
s | 20mg x2 qds
s | 1 every 6 hs
s | 6 hs
s | 30mg x 2 daily - 4 hs
m | 1 tablet twice a day (total 10kg per day)
m | 1 bd slow tabper
m | 1 bd with 30mg tablets (total 50mg bd)
m | 1 bd with 30mg to make 45mg bd
m | 1 bd along with 10mg tablets
m | 1 bd (with 60mg tab = 60mg bd)
z | one twice a day along with 30mg capsule
f | one patch every 72 hours with 12mcg patch (total 45mcg)
f | one patch every 72 hours with 25mcg patch
c8 | 5ml qds
c8 | 10ml bd
s | 1 every 23 days
s | 1 every 4.6 hours
s | 1 3.5 hourly
s | 1 tab 2.3 times a day
s | 05 tab qds
s | 025 tab qds
l | 05ml qds
l | 05ml (10mg) qds
s | a tablets qds
s | take a capsules tds
s | 1 om on
s | 1 mane. on
s | one daily on
s | one at bedtime then 2 in the morning
s | one at nights then 2 in the morning
s | one at nightk then 2 in the morning
s | one every 3even days
s | 1 every 4our hours
s | 1 every 4 hours during the day
s | 1 4 hourly in the day
s | 1 tablet eve
z | one eve
m | 1 tab sr
m | 1 tds sr
m | 1 tab et night
m | 1 bd et nocte
g | 900mg tds (two capsules three times a day)
g | 600mg tds, 2 capsules bd
g | 600mg bd (2 x 400mg)
g | 600mg bd (3 x 300mg)
g | 600mg bd (3 x 300mg caps)
l | 5ml 20mg qds
l | 20mg 5ml qds
k | 1ml (10mg/ml) qds
k | 5ml (10mg/5ml) qds
f | 4 patches every 72 hours (50mcg/hr)
f | 2 x 25mcg every 72 hours (75mcg/hr)
w | two 10mcg patches weekly (30mcg)
m | 1 bd (with 30mg = 38.5mg bd)
b | twice weekly (every 72 hours)
b | once weekly (every 96 hours)
"""
"""Amounts or names that disagree, parts that cannot be, tokens, cut texts, patches, most and optional."""

DOSE = """
g | 2 tds - 600mg tds | 6
f | 25mcg/hr every 72 hours | 1
m | mst 1 bd | 2
m | 2 tabs=20mg bd | 4
m | 1 mane 2 nocte = 30mg daily | 3
m | 1 (10mg) mane 2 (20mg) nocte | 3
m | 10mg mane 20mg nocte (30mg daily) | 3
m | 1 bd 20mg/day | 2
k | 20mg (1ml) every 6 hours | 4
k | 0.5ml (10mg) every 4 hours | 3
l | 5ml (10mg) qds | 20
l | 10mg/5ml: 5ml qds | 20
l | 5ml of 10mg/5ml solution qds | 20
l | one 5ml spoonful (10mg) qds | 20
m | 2 TABLETS (20MG) BD | 4
m | 2 TABLETS (10MG) BD | 4
m | 2 x 10mg tablets bd | 4
m | TAKE 2 TABLETS (TOTAL 40MG) TWICE A DAY | 4
m | 2 bd (total daily dose 40mg) | 4
m | 2 bd (40mg daily) | 4
m | 1 bd with 30mg tablets | 2
m | 1 bd (with 30mg, total 40mg bd) | 2
m | One twice daily (total daily dose 180mg) | 2
m | one 10mg tablet bd | 2
m | MST 10mg 1 bd | 2
m | morphine 10mg 1 bd | 2
m | 1 bd 10mg | 2
m | 15MG BD | 3
m | half a tablet bd | 1
m | 1.5 tabs bd | 3
s | quarter of a tablet bd | 0.5
s | 2.5mg bd | 0.5
s | 7.5mg bd | 1.5
g | 600mg tds | 6
g | 300mg mane 600mg nocte | 3
g | 0.6g tds | 6
g | 900mg daily in 3 divided doses | 3
f | apply 25mcg patch every 72 hours | 1
f | apply one 25 microgram patch every 72 hours | 1
f | apply two 25mcg patches every 72 hours | 2
f | one patch every 72 hours (total 37mcg) | 1
f | one patch every 72 hours with 12mcg patch | 1
f | one every 72 hours (total dose 62mcg/hr) | 1
f | one patch weekly | 1
f | one patch every 24 hours | 1
b | one patch weekly | 1
b | one patch twice weekly | 1
b | one patch every 4 days | 1
w | one patch every 7 days | 1
w | one patch every 3 days | 1
c | Co-codamol 30/500 two qds | 8
c | 30mg/500mg 2 qds | 8
c | 2 tablets (60mg) qds | 8
m | 2tabs bd | 4
s | 1q4h | 6
m | 1bd | 2
m | 2 @ 8am | 2
m | 10mgs bd | 2
m | 10 mgs twice daily | 2
m | six tablets a day | 6
m | 4 tablets mane 5 nocte | 9
c | two qds (8 daily) | 8
k | 10ml (200mg) qds | 40
k | 3ml qds | 12
k | 4ml (80mg) qds | 16
l | 30ml qds | 120
l | 7.5ml bd | 15
l | 1.25ml bd | 2.5
l | 0.35ml bd | 0.7
s | 12 tablets (120mg) bd | 24
s | 120mg bd | 24
l | 5ml qds with MST 10mg tablets | 20
m | one bd. do not crush, chew or inject | 2
m | one every morning and at night | 2
m | one with breakfast and at night | 2
m | one tds after meals | 3
m | 1 every 36 hours | 0.6666666666666666
m | 1 tab every 12/24 | 2
m | 2 tablets bd (total daily dose 70mg) | 4
m | 2 tablets (total 20mg) bd | 4
m | 1 tablet (total 40mg with 30mg tablet) bd | 2
m | 1 bd to make 15mg bd | 2
m | one tablet bd total daily dose 140mg | 2
f | 2 patches (total 50mcg/hr) every 72 hours | 2
m | with 30mg tablets, one bd | 2
g | 900mg daily in divided doses | 3
s | 40mg as two doses a day | 4
m | 1 at 6am, 2pm and 10pm | 3
c | 1/2 tab mane | 0.5
c | ½ bd | 1
c | 1 1/2 tablets bd | 3
m | 1 bd regularly not prn | 2
m | no review needed. 1 bd | 2
m | 1 bd. blood test required | 2
m | 1 bd for persistent pain | 2
m | 1 bd for chronic back pain | 2
m | 1 bd at the same time each day | 2
m | one every 12 hours at the same times each day | 2
m | TWO (20mg) in the morning and ONE (10mg) at night | 3
m | 20mg = 2 tablets bd | 4
m | 1 bd = 2 tablets/day | 2
m | 2 qds (total of 8 tablets a day) | 8
m | 1 bd (20mg/24hrs) | 2
m | 1 bd (total 40mg bd with 30mg) | 2
m | 1 bd. Do not stop unless advised by doctor | 2
s | 1 qds leave at least 4 hours between doses | 4
l | 10mg = 5ml qds | 20
l | 10mg=5ml qds | 20
l | one teaspoon qds | 20
l | two teaspoonfuls bd | 20
l | half a teaspoon qds | 10
l | one 5ml teaspoon (10mg) qds | 20
l | 5ml (one teaspoon) qds | 20
k | one teaspoon (100mg) bd | 10
b | Apply one patch on Monday and one on Thursday | 1
b | two patches on Monday and two on Thursday | 2
s | 1 at 8am 12pm 6pm and 10pm | 4
s | 1 at 8am 12pm 4pm and 8pm | 4
s | 1 at noon and midnight | 2
s | 1 tds and nocte | 4
s | one three times a day and at bedtime | 4
c | 1g qds | 8
c | 500mg qds | 4
c | 1g bd and 500mg nocte | 5
c | 2 tablets (1g) qds | 8
c | 60mg qds | 8
t | 10/5 bd | 2
t | Targinact 10/5 bd | 2
t | 10mg/5mg one bd | 2
t | 1 bd 10/5 | 2
m | 2 bd (20mg bd) | 4
m | 2 bd (40mg/day) | 4
m | 2 bd = 20mg bd | 4
m | 1 mane 2 nocte = 30mg a day | 3
g | 2 tds - 600mg every 8 hours | 6
c | 2 qds (240mg codeine a day) | 8
s | 2 qds total 8 a day | 8
s | 2 qds = 80 a day | 8
l | 5ml qds total 20 a day | 20
s | 1 bd - shared care with pain clinic | 2
s | 1 bd. Do not take more than 2 in 24 hours | 2
s | 1 bd. Not to be taken with alcohol | 2
s | 1 bd avoid alcohol | 2
s | 1 bd. Avoid driving if drowsy | 2
s | 1 bd no early requests | 2
s | 1 bd from today | 2
s | one bd (Dr Patel) | 2
s | one bd for osteoporosis | 2
m | i po bd | 2
m | one tablet 2 times daily 30 mins before food | 2
m | take 2 tablets (20 mg total) by mouth once a day | 2
m | Dose: 1 tablet, Frequency: twice a day | 2
m | Dose 1 tablet. Frequency twice a day. Route oral | 2
m | take 1 tablet by oral route every 12 hours | 2
m | 1 bd daily pick up | 2
m | one (1) tablet to be taken twice (2) a day | 2
c | 2 (60mg/1g) qds | 8
s | 10mg x2 qds | 8
g | 600 mg am, 300mg lunch, 900mg hs | 6
s | 2 tabs hs | 2
m | 1 bd with 2 x 5mg tablets (total 20mg bd) | 2
m | 1 bd with 30mg bd, total daily dose 80mg | 2
f | one patch every 72 hours with 12mcg patch (total 37mcg) | 1
c8 | 2 qds | 8
s | 1 every 14 days | 0.07142857142857142
s | 1 tds. No early requests - max 84 per 28 days | 3
s | one at teatime then two at bedtime | 3
s | 1 tab morn & 1 tab eve | 2
s | 1 morn, 2 eve | 3
m | TT BD | 4
m | 1 tab mane et nocte | 2
m | one mane et two nocte | 3
m | 10mg sr tablets 1 bd | 2
m | 1 bd with 30mg SR bd | 2
g | 600mg tds (two capsules three times a day) | 6
g | 600mg tds. Two capsules three times a day | 6
g | 600mg bd (2 x 300mg) | 4
g | 600mg bd (2 x 300mg caps) | 4
w | one patch to be applied and replaced every seven days to a different site | 1
l | 5ml 10mg qds | 20
l | 10mg 5ml qds | 20
l | 10mg/5ml - take 10ml tds | 30
k | 1ml (20mg/ml) qds | 4
l | 5ml (10mg/5ml) qds | 20
c | 1 gramme qds | 8
m | 1 bd (with 30mg tab = 40mg bd) | 2
f | 4 patches every 72 hours (100mcg/hr) | 4
f | 2 x 25mcg every 72 hours (50mcg/hr) | 2
w | use two 10mcg patches weekly (20mcg) | 2
b | TWICE WEEKLY (EVERY 96 HOURS) | 1
b | APPLY ONE TWICE WEEKLY (EVERY 96 HOURS) | 1
b | two patches every 96 hours, twice weekly | 2
"""


def told(product: str, text: str) -> tuple[float | None, float | None]:
    """Units a day (or patches at once) by directions and the wear time; None where they give no dose."""
    line = dose.line(product, text, None, None)
    return line.units_per_day, line.direction.patch_interval_hours if line.units is not None else None


def table(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(" | ")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("product", "text"), table(NO_DOSE))
def test_what_disagrees_or_cannot_be_gives_no_dose(product: str, text: str) -> None:
    line = dose.line(PRODUCTS[product], text, None, None)
    assert line.units is None
    assert line.direction.prn or line.direction.reason or line.direction.units_per_day_min is not None
    supplied = dose.line(PRODUCTS[product], text, 56, 28)
    assert supplied.basis in ("quantity", "") or "wear_time_assumed" in supplied.flags


@pytest.mark.parametrize(("product", "text", "taken"), table(DOSE))
def test_what_agrees_gives_its_dose(product: str, text: str, taken: str) -> None:
    assert told(PRODUCTS[product], text)[0] == float(taken)


@pytest.mark.parametrize(
    ("product", "text", "flag"),
    [
        ("m", "15mg bd", "half_of_modified_release"),
        ("m", "half a tablet bd", "half_of_modified_release"),
        ("s", "half a tablet bd", ""),
        ("f", "one patch weekly", "worn_longer"),
        ("f", "change daily", "worn_shorter"),
        ("f", "one patch every 48 hours", "worn_shorter"),
        ("b", "one patch every 7 days", "worn_longer"),
        ("b", "one patch twice a week", ""),
        ("w", "one patch every 3 days", "worn_shorter"),
        ("w", "one patch every 7 days", ""),
        ("w", "one patch on Monday and one on Thursday", "worn_shorter"),
        ("m", "1 bd aim to reduce", "reduction_planned"),
        ("m", "aim to reduce. 1 bd", "reduction_planned"),
        ("m", "1 bd\nplan to reduce at next review", "reduction_planned"),
        ("f", "one patch every 72 hours. Consider reducing", "reduction_planned"),
        ("m", "1 bd dose reduced 1/9/25", ""),
    ],
)
def test_what_is_unusual_is_read_and_flagged(product: str, text: str, flag: str) -> None:
    line = dose.line(PRODUCTS[product], text, None, None)
    assert line.units is not None
    assert line.flags == ((flag,) if flag else ())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("APPLY ONE PATCH AS DIRECTED", 1),
        ("apply two patches as directed", 2),
        ("use 1 patch", 1),
        ("APPLY AS DIRECTED", None),
        ("apply patches as directed", None),
        ("apply one or two patches", None),
        ("half a patch as directed", None),
        ("apply one patch and", None),
        ("one patch in the morning, remove at night", None),
    ],
)
def test_patches_at_once_are_told_where_only_the_interval_is_missing(text: str, count: int | None) -> None:
    read = dose.line(PRODUCTS["f"], text, None, None).direction
    assert (read.parseable, read.patch_interval_hours, read.patches_at_once) == (False, None, count)


UNITS = ("mg", "mcg", "ml", "tablets", "capsules", "patches", "spoonfuls", "drops")
COUNTED = [
    ("k", "0.5ml (10mg) every 4 hours"), ("l", "5ml (10mg) qds"), ("m", "2 tablets (20mg) bd"),
    ("z", "one 30mg capsule bd"), ("g", "2 capsules (600mg) tds"), ("f", "one 25mcg patch every 72 hours"),
    ("m", "20mg (two tablets) bd"), ("x", "0.5ml (5mg) qds"), ("c", "2 tablets (60mg) qds"),
]  # fmt: skip


@pytest.mark.parametrize(("product", "text"), COUNTED)
def test_another_unit_or_strength_is_never_another_dose(product: str, text: str) -> None:
    meant = told(PRODUCTS[product], text)
    assert meant[0] is not None
    for old in ("mcg", "mg", "ml", "tablets", "capsules", "capsule", "patch"):
        for new in UNITS if old in text else ():
            assert told(PRODUCTS[product], text.replace(old, new)) in (meant, (None, None)), (old, new)
    for strength in re.findall("[0-9]+(?=mc?g)", text):
        for other in ("1", "3", "7", "15", "40", "45", "100", "250"):
            changed = re.sub(f"{strength}(?=mc?g)", other, text)
            assert told(PRODUCTS[product], changed) in (meant, (None, None)), changed


ASIDES = [
    "take with paracetamol 1g qds", "stop tramadol", "in addition to oramorph 5mg prn",
    "with laxative 2 at night",
    "along with gabapentin 300mg tds", "and omeprazole 20mg daily", "takes amitriptyline 10mg at night",
    "paracetamol 1g qds", "plus oramorph 5ml prn", "together with mst 30mg bd", "with ranitidine 2 at night",
    "instead of tramadol 50mg qds", "and take lactulose 15ml bd", "with diazepam 2mg when required",
    "(paracetamol 500mg)", "and senna", "oramorph 5ml 4 hourly for breakthrough", "reduce oramorph to 2.5ml",
]  # fmt: skip
SINGLE = [
    "one twice a day",
    "1 mane 2 nocte",
    "take two tablets every 6 hours",
    "2 at night",
    "1 qds as directed",
]


@pytest.mark.parametrize("aside", ASIDES)
def test_an_aside_about_another_medicine_changes_no_dose(aside: str) -> None:
    for text in SINGLE:
        meant = told(PRODUCTS["s"], text)
        for written in (f"{text}, {aside}", f"{text}. {aside}", f"{text} {aside}", f"{aside}. {text}"):
            assert told(PRODUCTS["s"], written) in (meant, (None, None)), written


def answer(row: dict[str, str]) -> tuple[float | None, float | None]:
    """What a line judged by hand says: units a day, or patches @ hours; blank for no dose."""
    count, _, hours = row["taken"].partition("@")
    return float(count) if count else None, float(hours) if hours else None


def test_no_line_as_people_write_them_is_read_wrongly_and_most_are_read() -> None:
    found = [(row, told(row["product"], row["directions"])) for row in WRITTEN]
    read = [(row, taken) for row, taken in found if taken[0] is not None]
    assert [row for row, taken in read if taken != answer(row)] == []
    regular = [row for row in WRITTEN if row["taken"]]
    assert len(read) >= 0.65 * len(WRITTEN)
    assert len(read) >= 0.95 * len(regular)


def test_methadone_is_taken_in_more_ml_than_what_is_converted() -> None:
    for text, most in (("40ml daily", 40), ("100ml od", 100), ("120ml od", None)):
        read = dose.line("Methadone 1mg/ml oral solution sugar free", text, None, None).direction
        assert read.units_per_day_max == most, text
