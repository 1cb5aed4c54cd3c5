//! The picture and the outline of a pathway say the same, and the same every time.

use super::super::content::{Given, LineId, PathwayId};
use super::super::form::Rule;
use super::super::sample::Sample;
use super::*;

const ONLY: PathwayId = PathwayId(0);

fn sore_throat() -> Sample {
    let mut sample = Sample::new();
    let drooling = sample.yes_no("drooling");
    let swallowing = sample.one_of("swallowing", &["unable", "sore", "normal"]);
    let fever = sample.number("fever_days", 0, 30);
    let (drools, unable, long) = (
        sample.yes(drooling),
        sample.is(swallowing, 1),
        sample.between(fever, 3, i64::MAX),
    );
    let able = sample.content.forms.not(unable);
    sample.only_if(fever, able, Given::Number(0));
    sample.ask_danger(&[drooling], Rule::TRUE);
    sample.ask(&[swallowing, fever], Rule::TRUE);
    sample.reach(1, drools);
    let both = sample.content.forms.any([unable, long]);
    sample.reach(2, both);
    sample.otherwise(5);
    sample
}

#[test]
fn the_outline_says_where_each_answer_leads() {
    let sample = sore_throat();
    let expected = "\
Sample (sample)
For: everybody.
The most urgent line that is true counts. Questions that can no longer matter are not asked.

Danger, asked before every flow
  Q1 drooling: drooling?
     yes leads to L1

Flow
  Q2 swallowing: swallowing?
     It is unable leads to L2
     It is sore leads to Q3
     It is normal leads to Q3
  Q3 fever_days: fever_days?
     applies only if swallowing is not \u{201c}It is unable\u{201d}
     3 or more leads to L2
  L1 reach ambulance-category-2 (ambulance, within 2 hours) if drooling is yes
  L2 reach emergency-department-1-hour (hospital, within 3 hours) if swallowing is \u{201c}It is unable\u{201d} or fever_days is 3 or more
  L3 otherwise pharmacy-24-hours (pharmacy, within 6 hours) for everybody else, unless a line settles for less
";
    assert_eq!(outline(&sample.content, ONLY, &Marks::default()), expected);
}

#[test]
fn the_picture_is_sound_xml_and_says_all_that_the_outline_says() {
    let sample = sore_throat();
    let svg = svg(&sample.content, ONLY, &Marks::default());
    for said in [
        "drooling?",
        "It is unable",
        "L2 reach emergency-department-1-hour",
        "<desc",
        "hospital \u{b7} within 3 hours",
        "\u{2192} L2",
    ] {
        assert!(svg.contains(said), "{said} in {svg}");
    }
    let mut open: Vec<&str> = vec![];
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n'])
            .next()
            .unwrap();
        match tag {
            _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(name)),
            _ if tag.ends_with('/') => {}
            _ => open.push(name),
        }
    }
    assert!(open.is_empty());
}

#[test]
fn it_is_drawn_the_same_every_time() {
    assert_eq!(
        svg(&sore_throat().content, ONLY, &Marks::default()),
        svg(&sore_throat().content, ONLY, &Marks::default())
    );
}

#[test]
fn what_is_marked_is_said_in_words_and_stands_out_by_its_edge() {
    let sample = sore_throat();
    let swallowing = sample.content.fact_named("swallowing").unwrap();
    let line = LineId(1);
    let marks = Marks {
        notes: vec!["Lit: somebody.".into()],
        answered: [(
            swallowing,
            Answered {
                when: "2nd question".into(),
                said: "It is unable".into(),
            },
        )]
        .into(),
        lines: [(line, vec!["\u{25b6} it decides".into()])].into(),
    };
    let outline = outline(&sample.content, ONLY, &marks);
    let svg = svg(&sample.content, ONLY, &marks);
    for words in [
        "Lit: somebody.",
        "\u{25b6} 2nd question: It is unable",
        "\u{25b6} it decides",
    ] {
        assert!(outline.contains(words), "{outline}");
        assert!(svg.contains(words), "{words}");
    }
    assert_eq!(svg.matches("stroke-width=\"4\"").count(), 2);
    assert_eq!(svg.matches("edge given").count(), 1);
}
