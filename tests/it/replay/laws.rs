//! One case walked again, and many counted.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use nhs111::case::event::{Event, Personal};
use nhs111::case::impact::{Again, Change, Counts, Why};
use nhs111::case::present::present;
use nhs111::case::{Case, Planned};
use nhs111::walk::{Answer, Next};

use super::*;

/// A case as it stood after each thing that was done in it and all that followed from that, from its first contact on.
fn stages(made: &Made) -> Vec<Case> {
    let events: Vec<(&Event, Option<&Personal>)> = made
        .composed
        .events
        .iter()
        .map(|drafted| (&drafted.event, drafted.personal.as_ref()))
        .collect();
    let is_whole = |end: &usize| {
        let next = events.get(*end);
        next.is_none_or(|(event, _)| event.body.moves_the_walk())
    };
    (2..=events.len())
        .filter(is_whole)
        .map(|end| Case::replay(events[..end].iter().copied()).unwrap())
        .filter(|case| case.contact().is_some())
        .collect()
}

#[tokio::test]
async fn on_the_content_it_was_walked_on_every_case_is_the_same_wherever_it_was_left() {
    let (made, generator, _place) = made(150).await;
    let then = &generator.release().content;
    let draft = planned(&content());
    let mut ended = 0;
    for made in &made {
        for case in stages(made) {
            let again = on(&case, then, &draft);
            assert_eq!(again.change, Change::Same, "{case:#?}");
            assert_eq!(again.recorded, again.now);
            assert!(!again.differs && !again.already_up && again.dropped.is_empty());
            ended += usize::from(case.advised.is_some());
        }
    }
    assert!(ended > 100);
}

/// How a position stands: what it comes to, and what it asks before that is certain. Found by the walk that the service itself goes by.
fn stands(case: &Case, content: &Planned) -> (Option<String>, Vec<String>) {
    let began = case.contact().unwrap().began;
    let present = present(case, content, moment(began)).unwrap();
    let asks = match &present.position.next {
        Next::Guide(guide) => vec![content.guide(*guide).id.clone()],
        next if next.is_certain() => Vec::new(),
        next => {
            let shown = next.shown().iter();
            shown.map(|fact| content.fact(*fact).id.clone()).collect()
        }
    };
    let nothing = present.plan.pathways().is_empty() && present.position.defect;
    let reached = present.position.disposition.filter(|_| !nothing);
    (reached.map(|id| content.disposition(id).id.clone()), asks)
}

/// The same by hand: by the order of the catalogue, which is the same in all of these drafts.
fn by_hand(case: &Case, then: &Planned, draft: &Planned) -> &'static str {
    let ((recorded, waits), (now, asks)) = (stands(case, then), stands(case, draft));
    if asks.iter().any(|name| !waits.contains(name)) {
        return "unknown";
    }
    let place = |id: &Option<String>| {
        let Some(id) = id else { return (99, 99) };
        let of = draft.disposition(draft.disposition_named(id).unwrap());
        (of.rank, 9 - of.setting as u32)
    };
    match (place(&now).cmp(&place(&recorded)), now == recorded) {
        (_, true) => "same",
        (Ordering::Less, _) => "up",
        (Ordering::Equal, _) => "sideways",
        (Ordering::Greater, _) => "down",
    }
}

fn word(again: &Again) -> &'static str {
    match again.change {
        Change::Same => "same",
        Change::Up => "up",
        Change::Down => "down",
        Change::Sideways => "sideways",
        Change::Unknown(_) => "unknown",
    }
}

fn counts(counts: &Counts) -> BTreeMap<&'static str, u64> {
    let Counts {
        same,
        up,
        down,
        sideways,
        unknown,
    } = *counts;
    let all = [
        ("same", same),
        ("up", up),
        ("down", down),
        ("sideways", sideways),
        ("unknown", unknown),
    ];
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn what_is_counted_is_what_is_found_by_hand_one_case_after_the_other() {
    let (made, generator, _place) = made(400).await;
    let then = &generator.release().content;
    let mut met = BTreeMap::new();
    for (name, files, wants) in [
        ("lowered", lowered(), "down"),
        (
            "raised",
            with(SORE_THROAT, &[("fever_days >= 5", "fever_days >= 3")]),
            "up",
        ),
        (
            "aside",
            with(
                SORE_THROAT,
                &[(
                    "otherwise: pharmacy-24-hours",
                    "otherwise: pharmacy-24-hours-too",
                )],
            ),
            "sideways",
        ),
        ("asks more", asks_more(), "unknown"),
        ("other option", without_an_option(), "unknown"),
    ] {
        let files = if name == "aside" {
            with_a_twin(files)
        } else {
            files
        };
        let draft = planned(&files);
        let mut by_hand_all: BTreeMap<&str, u64> = BTreeMap::new();
        for made in &made {
            let case = &made.composed.view.case;
            let found = by_hand(case, then, &draft);
            assert_eq!(word(&on(case, then, &draft)), found, "{name}: {case:#?}");
            *by_hand_all.entry(found).or_default() += 1;
        }
        let tally = tally(&made, then, &draft);
        assert_eq!(counts(&tally.whole), by_hand_all, "{name}");
        let wanted = by_hand_all.get(wants).copied().unwrap_or_default();
        assert!(wanted >= 5, "{name}: {by_hand_all:?}");
        met.insert(name, wanted);
        // Every table is over the same cases.
        for rows in [
            tally.ages.values().collect::<Vec<_>>(),
            tally.families.values().collect(),
        ] {
            let sum: u64 = rows.iter().map(|counts| counts.cases()).sum();
            assert_eq!(sum, 400);
            assert_eq!(
                rows.iter().map(|counts| counts.down).sum::<u64>(),
                tally.whole.down
            );
        }
        let moves = |moves: &BTreeMap<_, u64>| moves.values().sum::<u64>();
        assert_eq!(moves(&tally.down), tally.whole.down);
        assert_eq!(moves(&tally.up), tally.whole.up);
        assert_eq!(moves(&tally.sideways), tally.whole.sideways);
        assert_eq!(tally.why.values().sum::<u64>(), tally.whole.unknown);
    }
    println!("{met:?}");
}

/// A disposition beside the pharmacy's, of its rank and setting.
fn with_a_twin(mut files: Files) -> Files {
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == "dispositions.yaml")
        .unwrap();
    let start = text.find("  pharmacy-24-hours:").unwrap();
    let end = text.find("  self-care:").unwrap();
    let twin = text[start..end].replace("pharmacy-24-hours:", "pharmacy-24-hours-too:");
    text.insert_str(end, &twin);
    files
}

fn said<'c>(case: &'c Case, name: &str) -> Option<&'c Answer> {
    let mut told = case.told.iter().rev();
    told.find(|told| told.name == name)?.answer.as_ref()
}

#[tokio::test]
async fn a_line_that_was_lowered_moves_down_those_who_had_only_it_and_nobody_else() {
    let (made, generator, _place) = made(400).await;
    let then = &generator.release().content;
    let draft = planned(&lowered());
    let mut down = 0;
    for made in &made {
        let case = &made.composed.view.case;
        let again = on(case, then, &draft);
        let days = match said(case, "fever_days") {
            Some(Answer::Number(days)) => Some(*days),
            _ => None,
        };
        if again.change == Change::Down {
            down += 1;
            assert!(
                days.is_some_and(|days| (5.0..9.0).contains(&days)),
                "{days:?}"
            );
            assert_eq!(again.recorded.as_deref(), Some("primary-care-24-hours"));
        } else {
            assert!(
                matches!(again.change, Change::Same | Change::Unknown(_)),
                "{again:?}"
            );
        }
    }
    let tally = tally(&made, then, &draft);
    assert_eq!(tally.whole.down, down);
    assert!(down >= 5 && tally.complaints["sore-throat"].down == down);
    assert_eq!(tally.complaints["headache"].up, 0);
}

#[tokio::test]
async fn a_question_that_was_never_asked_is_unknown_and_never_guessed() {
    let (made, generator, _place) = made(400).await;
    let then = &generator.release().content;
    let draft = planned(&asks_more());
    let tally = tally(&made, then, &draft);
    let why = Why::Question("stiff_neck".to_owned());
    assert_eq!(tally.why.keys().collect::<Vec<_>>(), [&why]);
    assert!(tally.why[&why] >= 50, "{:?}", tally.why);
    assert_eq!(
        (tally.whole.up, tally.whole.down),
        (0, 0),
        "neither is guessed"
    );
    for made in &made {
        let case = &made.composed.view.case;
        let again = on(case, then, &draft);
        if !case
            .walked()
            .any(|complaint| complaint.family == "sore-throat")
        {
            assert_eq!(again.change, Change::Same);
        }
        // Where it cannot matter any more, it is not asked, and what is recorded stands.
        if again.recorded.as_deref() == Some("ambulance-category-1") {
            assert_eq!(again.change, Change::Same);
        }
    }
}

#[tokio::test]
async fn what_the_draft_does_not_know_any_more_is_unknown_and_says_which() {
    let (made, generator, _place) = made(400).await;
    let then = &generator.release().content;
    let (option, pathway) = (planned(&without_an_option()), planned(&without_headache()));
    let why = [
        Why::Option("swallowing".to_owned()),
        Why::Complaint("headache".to_owned()),
    ];
    let mut met = [0, 0];
    for made in &made {
        let case = &made.composed.view.case;
        let again = on(case, then, &option);
        if is_unknown(&again.change, &why[0]) {
            met[0] += 1;
            assert_eq!(
                said(case, "swallowing"),
                Some(&Answer::Word("sore".to_owned()))
            );
        } else {
            assert_eq!(again.change, Change::Same, "{again:?}");
        }
        let again = on(case, then, &pathway);
        let has = case
            .walked()
            .any(|complaint| complaint.family == "headache");
        assert_eq!(is_unknown(&again.change, &why[1]), has);
        met[1] += usize::from(has);
        assert!(has || again.change == Change::Same);
    }
    assert!(met.iter().all(|met| *met >= 10), "{met:?}");
}

#[tokio::test]
async fn what_was_answered_and_is_not_asked_any_more_is_counted_and_the_rest_compared() {
    let (made, generator, _place) = made(400).await;
    let then = &generator.release().content;
    let tally = tally(&made, then, &planned(&without_a_question()));
    let answered = made.iter().filter(|made| {
        let (case, now) = (&made.composed.view.case, Some(&made.composed.view.present));
        now.is_some_and(|now| {
            let fact = then.fact_named("afraid_at_home").unwrap();
            now.facts.said(fact).is_some() && case.contact().is_some()
        })
    });
    let answered = u64::try_from(answered.count()).unwrap();
    assert!(answered >= 20);
    assert_eq!(
        tally.dropped,
        BTreeMap::from([("afraid_at_home".to_owned(), answered)])
    );
    assert_eq!(tally.whole.same, 400, "it bore on no disposition");
}

#[tokio::test]
async fn an_answer_too_old_for_the_draft_is_unknown() {
    let (made, generator, _place) = made(600).await;
    let then = &generator.release().content;
    let draft = planned(&with(
        "risk-history.yaml",
        &[("ask_again_after: never", "ask_again_after: contact")],
    ));
    let tally = tally(&made, then, &draft);
    let old = Why::Old("weak_immunity".to_owned());
    assert_eq!(tally.why.keys().collect::<Vec<_>>(), [&old]);
    assert!(tally.whole.unknown > 0);
}

#[tokio::test]
async fn a_tally_of_parts_is_the_tally_of_the_whole() {
    let (made, generator, _place) = made(120).await;
    let then = &generator.release().content;
    let draft = planned(&asks_more());
    let mut parts = tally(&made[..50], then, &draft);
    parts.merge(tally(&made[50..], then, &draft));
    assert_eq!(parts, tally(&made, then, &draft));
}
