//! Members of staff of a host system, whom its client names: they have no accounts here.

use std::str::FromStr;

use crate::case::event::{Actor, Channel};

use super::Caller;
use super::ports::clients::Grant;
use super::rights::{NotAllowed, Right};

/// The member of staff for whom a client acts: `clinician 4411223` or `handler jo.bloggs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnBehalfOf {
    /// A call handler, by the id that the client's own organisation knows.
    Handler(String),
    /// A clinician, by the same.
    Clinician(String),
}

/// A text that names no member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a member of staff is named `handler` or `clinician`, a space, and 1 to 64 of letters, digits, `.`, `_`, `-`"
)]
pub struct NotStaff;

impl FromStr for OnBehalfOf {
    type Err = NotStaff;

    fn from_str(text: &str) -> Result<Self, NotStaff> {
        let (role, id) = text.split_once(' ').ok_or(NotStaff)?;
        let of_id = |letter: u8| letter.is_ascii_alphanumeric() || b"._-".contains(&letter);
        if !(1..=64).contains(&id.len()) || !id.bytes().all(of_id) {
            return Err(NotStaff);
        }
        match role {
            "handler" => Ok(OnBehalfOf::Handler(id.to_owned())),
            "clinician" => Ok(OnBehalfOf::Clinician(id.to_owned())),
            _ => Err(NotStaff),
        }
    }
}

/// Who acts by a token: the client itself, or a member of staff whom it names, as `client/staff` on the record.
///
/// # Errors
/// [`NotAllowed`] if the client may act for nobody in that role.
pub fn caller(grant: &Grant, on_behalf_of: Option<&OnBehalfOf>) -> Result<Caller, NotAllowed> {
    let client = Caller {
        provider: grant.provider.clone(),
        channel: Channel::Api,
        actor: Actor::Client(grant.client.clone()),
        scopes: grant.scopes,
    };
    let named = |staff: &str| format!("{}/{staff}", grant.client);
    let actor = match on_behalf_of {
        None => return Ok(client),
        Some(OnBehalfOf::Handler(staff)) => {
            client.may(Right::ActForHandler)?;
            Actor::Handler(named(staff))
        }
        Some(OnBehalfOf::Clinician(staff)) => {
            client.may(Right::ActForClinician)?;
            Actor::Clinician(named(staff))
        }
    };
    Ok(Caller { actor, ..client })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::case::ids::ProviderId;

    #[test]
    fn a_member_of_staff_is_named_by_role_and_id() {
        assert_eq!(
            "clinician 44.1-1_2".parse(),
            Ok(OnBehalfOf::Clinician("44.1-1_2".to_owned()))
        );
        assert_eq!(
            "handler jo".parse(),
            Ok(OnBehalfOf::Handler("jo".to_owned()))
        );
        for text in [
            "",
            "clinician",
            "clinician ",
            "doctor 1",
            "clinician a b",
            "handler a/b",
        ] {
            assert_eq!(text.parse::<OnBehalfOf>(), Err(NotStaff), "{text}");
        }
    }

    #[test]
    fn a_client_acts_for_nobody_unless_a_scope_says_so() {
        let grant = |words: &str| Grant {
            provider: ProviderId::default(),
            client: "desk-a".to_owned(),
            scopes: words.parse().unwrap(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
        };
        let clinician = OnBehalfOf::Clinician("7".to_owned());
        let refused = caller(
            &grant("triage release_grounds act_for_handler"),
            Some(&clinician),
        );
        assert_eq!(refused, Err(NotAllowed(Right::ActForClinician)));
        let acts = caller(&grant("act_for_clinician"), Some(&clinician)).unwrap();
        assert_eq!(acts.actor, Actor::Clinician("desk-a/7".to_owned()));
        assert_eq!(
            acts.channel,
            Channel::Api,
            "a machine starts nothing by itself"
        );
    }
}
