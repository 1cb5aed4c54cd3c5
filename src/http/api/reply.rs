//! What clients get.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::case::ids::Hash;
use crate::case::state::Case;
use crate::pathway::Content;
use crate::pathway::content::DispositionId;
use crate::service::releases::{Approval, Release};
use crate::service::speech::Speech;
use crate::service::view::View;

use super::screen::NextReply;

/// The release that a reply was made from. Nothing is shown without it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReleaseReply {
    /// The SHA-256 of its canonical form.
    pub hash: String,
    /// `example` until two named approvers release it.
    pub approval: &'static str,
    /// The same in a sentence, to be shown.
    pub notice: &'static str,
}

const NOTICE: &str = "This is example content that is not clinically approved. Do not use it to decide about anybody's care.";

impl ReleaseReply {
    /// Of a release.
    pub fn of(release: &Release) -> Self {
        Self::example(release.hash, release.approval)
    }

    fn example(hash: Hash, approval: Approval) -> Self {
        let (approval, notice) = match approval {
            Approval::Example => ("example", NOTICE),
        };
        ReleaseReply {
            hash: hash.to_string(),
            approval,
            notice,
        }
    }
}

/// A case that has started.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartedReply {
    /// What every later call needs, in the header `Case-Secret`. It is not shown again.
    pub secret: String,
    /// Where the case stands.
    pub state: CaseReply,
}

/// Where a case stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseReply {
    /// The case.
    pub case: String,
    /// Its last event; send it as `after` so that nothing is changed unseen.
    pub seq: u64,
    /// The contact under way, from 1.
    pub contact: u32,
    /// `real`, `practice` or `test`.
    pub mark: &'static str,
    /// What everything here was made from.
    pub release: ReleaseReply,
    /// The complaints that are walked.
    pub complaints: Vec<String>,
    /// What the case holds so far; it can only become more urgent. Absent while nothing is true.
    pub result: Option<ResultReply>,
    /// Parallel needs that are held.
    pub needs: Vec<NeedReply>,
    /// A number to ring back on is known. It is sealed and never shown here.
    pub has_callback_number: bool,
    /// What comes next.
    pub next: NextReply,
}

impl CaseReply {
    /// A case, as a reply in this voice.
    pub fn shown(view: &View, voice: super::request::InVoice) -> axum::Json<Self> {
        axum::Json(CaseReply::of(view, &view.speech(voice.voice.into())))
    }

    /// A case, in the words of `speech`.
    pub fn of(view: &View, speech: &Speech) -> Self {
        let content = &view.release.content;
        let contact = view.case.contact();
        CaseReply {
            case: view.case.id.to_string(),
            seq: view.case.seq,
            contact: contact.map_or(0, |contact| contact.number),
            mark: mark(&view.case),
            release: ReleaseReply::of(&view.release),
            complaints: view
                .case
                .walked()
                .map(|complaint| complaint.family.clone())
                .collect(),
            result: ResultReply::of(view, speech),
            needs: needs(content, &view.case.needs(), speech),
            has_callback_number: view.case.has_callback_number,
            next: NextReply::of_view(view, speech),
        }
    }
}

fn mark(case: &Case) -> &'static str {
    use crate::case::event::Mark;
    match case.mark {
        Mark::Real => "real",
        Mark::Practice => "practice",
        Mark::Test => "test",
    }
}

fn needs(content: &Content, ids: &[&str], speech: &Speech) -> Vec<NeedReply> {
    let known = |id: &&str| content.needs.iter().find(|need| need.id == **id);
    ids.iter()
        .filter_map(known)
        .map(|need| NeedReply {
            id: need.id.clone(),
            title: speech.say(&need.title),
            say: speech.say(&need.say),
        })
        .collect()
}

/// What a case would become.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewReply {
    /// As it stands.
    pub before: CaseReply,
    /// As it would stand; nothing is recorded.
    pub after: CaseReply,
}

/// What answering gives: the case, or, for a preview, the case before and after.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AnsweredReply {
    /// It was recorded.
    Done(Box<CaseReply>),
    /// Nothing was recorded.
    Preview(Box<PreviewReply>),
}

/// A disposition: who should help, and how soon.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResultReply {
    /// Its id in the catalogue.
    pub disposition: String,
    /// For staff.
    pub title: String,
    /// What to do, in a sentence.
    pub headline: String,
    /// 1 is the most urgent.
    pub rank: u32,
    /// How soon, counted from the end of the call; absent means no time frame.
    pub within_minutes: Option<u32>,
    /// Where help is given.
    pub setting: &'static str,
    /// What kind of service.
    pub family: String,
    /// Shown as an emergency.
    pub emergency: bool,
    /// Disposition code (Dx).
    pub dx: Option<String>,
    /// What to do meanwhile.
    pub steps: Vec<String>,
    /// When to ask for help again, and how.
    pub worsening: Vec<String>,
}

impl ResultReply {
    /// What a case comes to, in the words of `speech`.
    pub fn of(view: &View, speech: &Speech) -> Option<Self> {
        view.result()
            .map(|result| Self::of_disposition(&view.release.content, result, speech))
    }

    /// A disposition, in the words of `speech`.
    pub fn of_disposition(content: &Content, id: DispositionId, speech: &Speech) -> Self {
        let disposition = content.disposition(id);
        ResultReply {
            disposition: disposition.id.clone(),
            title: speech.say(&disposition.title),
            headline: speech.say(&disposition.headline),
            rank: disposition.rank,
            within_minutes: disposition.within_minutes,
            setting: setting(disposition.setting),
            family: disposition.family.clone(),
            emergency: disposition.emergency,
            dx: disposition.dx.clone(),
            steps: disposition
                .steps
                .iter()
                .map(|step| speech.say(step))
                .collect(),
            worsening: disposition
                .worsening
                .iter()
                .map(|text| speech.say(text))
                .collect(),
        }
    }
}

fn setting(setting: crate::pathway::content::Setting) -> &'static str {
    use crate::pathway::content::Setting;
    match setting {
        Setting::SelfCare => "self",
        Setting::Pharmacy => "pharmacy",
        Setting::Speak => "speak",
        Setting::See => "see",
        Setting::Hospital => "hospital",
        Setting::Ambulance => "ambulance",
    }
}

/// A parallel need that travels with whatever is reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeedReply {
    /// Its id in the catalogue.
    pub id: String,
    /// For staff.
    pub title: String,
    /// What the person is told.
    pub say: String,
}

/// The complaints that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintsReply {
    /// What they were read from.
    pub release: ReleaseReply,
    /// In order.
    pub complaints: Vec<ComplaintReply>,
}

/// A complaint.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintReply {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Words people use.
    pub found_by: Vec<String>,
}

/// The releases of this provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasesReply {
    /// The one on which new contacts begin.
    pub active: ReleaseReply,
    /// Every activation, the latest first.
    pub activations: Vec<ActivationReply>,
}

/// A release that was made active.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivationReply {
    /// The SHA-256 of its canonical form.
    pub hash: String,
    /// `example` until two named approvers release it.
    pub approval: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}
