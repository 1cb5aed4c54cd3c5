//! A reply, and what every reply that refuses has.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// A reply.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answered {
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.body
    }

    /// A problem document with this code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (
                self.status.as_u16(),
                self.body["code"].as_str().unwrap_or_default()
            ),
            (status, code),
            "{}",
            self.text
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_is_a_sentence(self.body["detail"].as_str().unwrap());
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:nhs111:problem:{code}"));
        assert_eq!(
            self.body["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        self.body
    }
}

/// For people: one that begins and ends like a sentence, and names nothing of the inside.
#[track_caller]
fn assert_is_a_sentence(detail: &str) {
    let begins = |letter: char| letter.is_uppercase() || letter == '`';
    assert!(
        detail.starts_with(begins) && detail.ends_with('.') && !detail.contains("::"),
        "{detail}"
    );
}
