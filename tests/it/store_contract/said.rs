//! What is said in the contracts: appends to cases that are named by a number.

use jiff::Timestamp;
use uuid::Uuid;

use nhs111::case::chain::{self, Head, Link};
use nhs111::case::event::{Actor, Body, Channel, Event, Mark, Provenance, SCHEMA};
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::service::ports::{Append, Opening, Remember, Summary, WrappedKey};

pub const RELEASE: Hash = Hash([9; 32]);

pub fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

fn links(case: CaseId, after: Head, count: u64, who: &str) -> Vec<Link> {
    let mut head = after;
    (0..count)
        .map(|_| {
            let event = Event {
                schema: SCHEMA,
                case,
                seq: head.seq + 1,
                contact: 1,
                at: Timestamp::UNIX_EPOCH,
                actor: Actor::Visitor,
                provenance: Provenance::Asked,
                body: Body::ComplaintChosen {
                    family: format!("family \"{}\" ü {who}", head.seq),
                },
            };
            let sealed = (head.seq % 2 == 1).then(|| vec![1, 2, 3]);
            let link = chain::link(head, &event, sealed);
            head = link.head();
            link
        })
        .collect()
}

pub fn summary() -> Summary {
    Summary {
        contacts: 1,
        channel: Channel::Api,
        release: RELEASE,
        disposition: None,
        ended: false,
    }
}

pub fn opening(case: CaseId, count: u64) -> Append {
    Append {
        provider: ProviderId::default(),
        case,
        after: Head::NONE,
        opened: Some(Opening {
            secret: Hash([1; 32]),
            key: WrappedKey(vec![4; 72]),
            mark: Mark::Test,
        }),
        links: links(case, Head::NONE, count, ""),
        at: Timestamp::UNIX_EPOCH,
        errands: Vec::new(),
        remember: None,
        match_keys: Vec::new(),
        inbox: Vec::new(),
        summary: summary(),
    }
}

pub fn next(case: CaseId, after: Head, count: u64) -> Append {
    next_by(case, after, count, "")
}

/// As [`next`], in words that nobody else says.
pub fn next_by(case: CaseId, after: Head, count: u64, who: &str) -> Append {
    Append {
        after,
        opened: None,
        links: links(case, after, count, who),
        ..opening(case, 1)
    }
}

pub fn head(append: &Append) -> Head {
    append.links.last().unwrap().head()
}

pub fn key(number: u8) -> Option<Remember> {
    Some(Remember {
        key: Hash([number; 32]),
        request: Hash([2; 32]),
        sealed: Some(vec![number]),
    })
}
