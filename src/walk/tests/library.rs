//! A small library in YAML, and a call in the words of the service.

use jiff::Timestamp;
use jiff::civil::date;

use crate::pathway::{self, Content};
use crate::walk::{
    Answer, Explanation, Facts, Moment, Next, Outcome, Plan, Position, Reached, Scratch, explain,
    outcome, step,
};

pub const DISPOSITIONS: &str = "
none_fit: clinician
early_exit: call-back
dispositions:
  ambulance:
    rank: 1
    setting: ambulance
    family: ambulance
    emergency: yes
    starts_at_once: yes
    hands_over: yes
    title: Ambulance
    say: An ambulance is coming.
    worsening:
      - Ring 999.
  emergency-department:
    rank: 2
    setting: hospital
    within: 1h
    family: hospital
    hands_over: yes
    title: Emergency department
    say: Go to hospital.
    worsening:
      - Ring 999.
  clinician:
    rank: 3
    setting: speak
    within: 30min
    family: clinician
    hands_over: yes
    title: Clinician
    say: Somebody rings back.
    worsening:
      - Ring 999.
  call-back:
    rank: 4
    setting: speak
    within: 1h
    family: clinician
    hands_over: yes
    title: Call back
    say: Somebody rings back.
    worsening:
      - Ring 999.
  pharmacy:
    rank: 5
    setting: pharmacy
    within: 1d
    family: pharmacy
    title: Pharmacy
    say: Ask a pharmacist.
    worsening:
      - Ring 111.
  self-care:
    rank: 6
    setting: self
    family: self-care
    title: Self-care
    say: Rest.
    worsening:
      - Ring 111.
needs:
  safeguarding:
    title: Safeguarding
    say: We tell somebody.
  police:
    title: Police
    say: We tell the police.
    certain: yes
";

pub const SYSTEM: &str = "
system:
  party:
    say: Who is it about?
    answers:
      first: Me
      third: Somebody else
  age:
    say: How old?
    answers: age
  sex:
    say: Which sex?
    answers:
      female: Female
      male: Male
  earlier_contacts:
    say: How many earlier contacts?
    worse: higher
    answers:
      number: contacts
      from: 0
      to: 9
    otherwise: 0
    if_unknown: ask earlier_contacts_told
";

const TOLD: &str = "
questions:
  earlier_contacts_told:
    say: How often did it ring before?
    worse: higher
    answers:
      number: contacts
      from: 0
      to: 9
";

const EVIDENCE: &str = "
title: A guideline
url: https://example.org/
reviewed: 2026-01-01
review_by: 2030-01-01
";

/// A library of these files and what every library needs; the catalogue is most urgent first `ambulance`,
/// `emergency-department`, `clinician` (none fit), `call-back` (early exit), `pharmacy`, `self-care`.
#[track_caller]
pub fn library(files: &[(&str, &str)]) -> Content {
    let base = [
        ("dispositions.yaml", DISPOSITIONS),
        ("questions/system.yaml", SYSTEM),
        ("questions/told.yaml", TOLD),
        ("evidence/e.yaml", EVIDENCE),
    ];
    let replaced = |name: &str| files.iter().any(|(other, _)| *other == name);
    let files: Vec<(String, String)> = base
        .iter()
        .filter(|(name, _)| !replaced(name))
        .chain(files)
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            panic!("{}\n{}", findings.join("\n"), shown(&files));
        }
    }
}

fn shown(files: &[(String, String)]) -> String {
    files
        .iter()
        .map(|(name, text)| format!("--- {name}\n{text}"))
        .collect()
}

/// A pathway `p` with these questions and this flow, and other files.
#[track_caller]
pub fn pathway(questions: &str, flow: &str, files: &[(&str, &str)]) -> Content {
    let text = format!(
        "pathway: p\ntitle: P\nfamily: p\nfound_by: [p]\nevidence: e\nrisks:\n  rest: usual\nquestions:\n{questions}\nflow:\n{flow}\n"
    );
    let mut all = files.to_vec();
    all.push(("complaints/p.yaml", &text));
    library(&all)
}

/// Yes/no questions of these names.
pub fn yes_no(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("  {name}:\n    say: Is it so?\n"))
        .collect()
}

pub fn moment() -> Moment {
    Moment {
        contact_began: "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap(),
        today: date(2026, 3, 1),
    }
}

/// What a word of a test says.
pub fn said(word: &str) -> Answer {
    match word {
        "not_sure" => Answer::NotSure,
        "none_fit" => Answer::NoneFit("something else".to_owned()),
        "refused" => Answer::Refused,
        "unknown" => Answer::Unknown,
        "not_told" => Answer::NotTold,
        word => match word.parse() {
            Ok(number) => Answer::Number(number),
            Err(_) => Answer::Word(word.to_owned()),
        },
    }
}

/// One call.
pub struct Call<'a> {
    pub content: &'a Content,
    pub plan: Plan,
    pub facts: Facts,
    scratch: Scratch,
}

impl<'a> Call<'a> {
    /// About the complaint `p`, from a woman of 30 about herself.
    pub fn about_p(content: &'a Content) -> Self {
        Call::about(content, &["p"])
            .given("party", "first")
            .told("age", &Answer::Age("30 years".to_owned()))
            .given("sex", "female")
    }

    pub fn about(content: &'a Content, families: &[&str]) -> Self {
        Call {
            content,
            plan: Plan::new(content, families, false).unwrap(),
            facts: Facts::new(content),
            scratch: Scratch::new(),
        }
    }

    #[track_caller]
    pub fn given(self, name: &str, word: &str) -> Self {
        self.told(name, &said(word))
    }

    #[track_caller]
    pub fn told(mut self, name: &str, answer: &Answer) -> Self {
        let name = self.name(name);
        if let Err(error) = self.facts.tell(self.content, &name, answer, moment()) {
            panic!("{name}: {error}");
        }
        self
    }

    #[track_caller]
    pub fn without(mut self, name: &str) -> Self {
        let name = self.name(name);
        self.facts.withdraw(self.content, &name).unwrap();
        self
    }

    fn name(&self, name: &str) -> String {
        let own = format!("p/{name}");
        match self.content.fact_named(&own) {
            Some(_) => own,
            None => name.to_owned(),
        }
    }

    pub fn position(&mut self) -> Position {
        step(self.content, &self.plan, &self.facts, &mut self.scratch)
    }

    pub fn outcome(&mut self) -> Outcome {
        outcome(self.content, &self.plan, &self.facts, &mut self.scratch)
    }

    pub fn explanation(&self) -> Explanation {
        explain(self.content, &self.plan, &self.facts)
    }

    /// The walk is at its end, here, without a fault of the content.
    #[track_caller]
    pub fn reaches(mut self, disposition: &str) -> Self {
        let position = self.position();
        assert_eq!(self.asked(), Vec::<String>::new(), "still asks");
        assert_eq!(position.next, Next::End);
        assert_eq!(self.named(&position), disposition);
        assert!(!position.defect, "a defect");
        self
    }

    /// So far.
    #[track_caller]
    pub fn stands_at(mut self, disposition: &str) -> Self {
        let position = self.position();
        assert_eq!(self.named(&position), disposition);
        self
    }

    /// Asks this screen next.
    #[track_caller]
    pub fn asks(mut self, names: &[&str]) -> Self {
        assert_eq!(self.asked(), names);
        self
    }

    #[track_caller]
    pub fn shows_guide(mut self, name: &str) -> Self {
        match self.position().next {
            Next::Guide(guide) => assert_eq!(self.content.guide(guide).id, name),
            next => panic!("{next:?}"),
        }
        self
    }

    #[track_caller]
    pub fn keeps(mut self, names: &[&str]) -> Self {
        assert!(matches!(self.position().next, Next::Keep { .. }));
        assert_eq!(self.asked(), names);
        self
    }

    fn asked(&mut self) -> Vec<String> {
        let shown = self.position().next;
        let shown = shown.shown().iter();
        shown
            .map(|fact| self.content.fact(*fact).id.clone())
            .collect()
    }

    fn named(&self, position: &Position) -> String {
        let disposition = position.disposition;
        disposition.map_or("nothing".to_owned(), |id| {
            self.content.disposition(id).id.clone()
        })
    }

    /// Runs to the end on `answers`.
    pub fn reached(&mut self) -> Option<Reached> {
        self.position().reached
    }
}
