//! A library as large as a national one: a thousand pathways of about 150 lines, each a file of its own, over shared questions, flows,
//! catalogue, advice and evidence. The same number of pathways, the same text.

/// Pathways of the whole bench.
pub const PATHWAYS: usize = 1000;

const DISPOSITIONS: [(&str, u32, &str, &str); 9] = [
    ("ambulance-category-1", 1, "ambulance", STARTS),
    ("ambulance-category-2", 2, "ambulance", STARTS),
    ("emergency-department-1-hour", 5, "hospital", HANDS_OVER),
    ("primary-care-2-hours", 6, "see", HANDS_OVER),
    ("emergency-department-4-hours", 7, "hospital", HANDS_OVER),
    (
        "clinician-call-back-30-minutes",
        6,
        "speak",
        "    hands_over: yes\n",
    ),
    ("primary-care-24-hours", 9, "see", HANDS_OVER),
    ("pharmacy-24-hours", 10, "pharmacy", "    hands_over: no\n"),
    ("self-care", 13, "self", "    hands_over: no\n"),
];
const STARTS: &str = "    emergency: yes\n    starts_at_once: yes\n    hands_over: yes\n";
const HANDS_OVER: &str = "    hands_over: yes\n";

/// Red flags that every pathway reads, with what is asked.
const SHARED: [(&str, &str); 12] = [
    ("unresponsive", "give no answer when spoken to"),
    ("blue_lips", "have blue or grey lips"),
    ("severe_bleeding", "bleed so fast that it drips or runs"),
    ("new_confusion", "get muddled in a way that is new"),
    ("feverish", "feel hot, cold or shivery"),
    ("shaking_chills", "shake so hard that the bed shakes"),
    ("mottled_skin", "have skin that is blotchy or cold"),
    ("fast_breathing", "breathe much faster than usual"),
    ("little_urine", "pass hardly any urine"),
    ("stiff_neck", "find it hard to bend the neck forward"),
    ("vomiting", "bring everything up again"),
    ("worse_by_the_hour", "get worse from hour to hour"),
];

/// The files of a library of so many pathways, as `(name, text)` pairs.
pub fn library(pathways: usize) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = [
        ("dispositions.yaml", catalogue()),
        ("questions/system.yaml", SYSTEM.to_owned()),
        ("questions/signs.yaml", shared_questions()),
        ("first-flow.yaml", FIRST_FLOW.to_owned()),
        ("interrupts.yaml", INTERRUPTS.to_owned()),
        ("risk-history.yaml", RISKS.to_owned()),
        ("shared/sepsis-screen.yaml", SEPSIS.to_owned()),
        ("advice/rest-and-fluids.yaml", ADVICE.to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    files.extend((0..20).map(|number| {
        (
            format!("evidence/guidance-{number}.yaml"),
            format!("title: Guidance {number}\nurl: https://guidance.example/{number}\nreviewed: 2026-01-01\nreview_by: 2028-01-01\n"),
        )
    }));
    files.extend((0..pathways).map(|number| {
        (
            format!("complaints/condition-{number:04}.yaml"),
            PATHWAY
                .replace("{id}", &format!("condition-{number:04}"))
                .replace("{q}", &format!("c{number:04}"))
                .replace("{n}", &number.to_string())
                .replace("{source}", &format!("guidance-{}", number % 20)),
        )
    }));
    files
}

fn catalogue() -> String {
    let mut text =
        "none_fit: clinician-call-back-30-minutes\nearly_exit: clinician-call-back-30-minutes\ndispositions:\n"
            .to_owned();
    for (id, rank, setting, more) in DISPOSITIONS {
        text.push_str(&format!(
            "  {id}:\n    rank: {rank}\n    setting: {setting}\n    within: 60min\n    family: {setting}\n    title: {id}\n    say: This is what you need now.\n    third: This is what they need now.\n    worsening:\n      - say: Phone again at once if you get worse.\n        third: Phone again at once if they get worse.\n{more}"
        ));
    }
    text
}

fn shared_questions() -> String {
    let question = |(id, does): (&str, &str)| {
        format!(
            "  {id}:\n    say: Do you {does} now?\n    third: \"{{patient}}: does it happen to {does} now?\"\n    why: This can be a sign of a serious illness.\n    red_flag: yes\n    ask_again_after: 30min\n"
        )
    };
    let questions: String = SHARED.into_iter().map(question).collect();
    format!("questions:\n{questions}")
}

const SYSTEM: &str = "\
system:
  party:
    say: Who is this about?
    answers:
      first: Me
      third: Somebody else
  age:
    say: How old are you?
    third: How old is the person who needs help?
    answers: age
  sex:
    say: What sex were you given at birth?
    third: What sex was the person who needs help given at birth?
    answers:
      female: Female
      male: Male
";

const FIRST_FLOW: &str = "\
evidence: guidance-0
flow:
  - ask: [unresponsive, blue_lips, severe_bleeding]
  - reach: ambulance-category-1
    if: unresponsive
    because:
      say: Somebody who gives no answer may stop breathing.
      third: Somebody who gives no answer may stop breathing.
  - reach: ambulance-category-1
    if: blue_lips || severe_bleeding
    because:
      say: Your life may be in danger.
      third: The life of {patient} may be in danger.
";

const INTERRUPTS: &str = "\
evidence: guidance-1
interrupts:
  - reach: ambulance-category-1
    if: unresponsive
    because:
      say: Somebody who gives no answer may stop breathing.
      third: Somebody who gives no answer may stop breathing.
  - reach: ambulance-category-2
    if: new_confusion && feverish
    because:
      say: An infection may be harming your brain.
      third: An infection may be harming the brain of {patient}.
";

const RISKS: &str = "\
evidence: guidance-2
questions:
  weak_immunity:
    say: Is your body weak at fighting infection?
    third: \"{patient}: is the body weak at fighting infection?\"
    why: Germs can do more harm then.
    ask_again_after: never
  blood_thinners:
    say: Do you take medicine that thins the blood?
    third: \"{patient}: is medicine taken that thins the blood?\"
    why: Bleeding is harder to stop.
    ask_again_after: never
flow:
  - ask: [weak_immunity, blood_thinners]
items:
  weak_immunity:
    reach: primary-care-24-hours
    because:
      say: Your body may be weaker at fighting infection.
      third: The body of {patient} may be weaker at fighting infection.
  blood_thinners:
    reach: primary-care-24-hours
    because:
      say: Bleeding is harder to stop.
      third: Bleeding is harder to stop.
  young_infant:
    if: age < months(3)
    reach: primary-care-2-hours
    because:
      say: A baby this young can become ill fast.
      third: A baby this young can become ill fast.
";

const SEPSIS: &str = "\
shared: sepsis-screen
title: Sepsis screen
evidence: guidance-3
danger:
  - ask: [feverish, shaking_chills]
  - ask: [new_confusion, mottled_skin, fast_breathing, little_urine]
    if: feverish || shaking_chills
  - reach: ambulance-category-2
    if: (feverish || shaking_chills) && (new_confusion || mottled_skin)
    because:
      say: You may have a serious infection.
      third: This may be a serious infection.
  - reach: emergency-department-1-hour
    if: (feverish || shaking_chills) && count([fast_breathing, little_urine, mottled_skin]) >= 2
    because:
      say: An infection may be harming your whole body.
      third: An infection may be harming the whole body of {patient}.
";

const ADVICE: &str = "\
advice: rest-and-fluids
title: Rest and fluids
lines:
  - say: Rest, and drink plenty.
    third: Rest, and plenty to drink, help.
    evidence: guidance-4
  - say: Do not take aspirin.
    third: Do not give aspirin.
    if: age < years(16)
    evidence: guidance-4
";

const PATHWAY: &str = include_str!("pathway.yaml");
