//! A case under way, as a client sees it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use nhs111::case::ids::ProviderId;
use nhs111::service::access::Access;

use super::{Answered, TestApp, json_request};

/// A case under way, as a client sees it.
pub struct Call<'a> {
    pub app: &'a TestApp,
    pub case: String,
    pub secret: String,
    pub state: Value,
}

impl<'a> Call<'a> {
    /// An adult with a sore throat, who answers for herself.
    pub async fn sore_throat(app: &'a TestApp) -> Self {
        Call::start(app, json!({"complaints": ["sore-throat"], "patient": {"party": "first", "age": "34 years", "sex": "female"}})).await
    }

    #[track_caller]
    pub fn start(app: &'a TestApp, body: Value) -> impl Future<Output = Self> {
        async move {
            let started = app.post("/api/v1/cases", body).await.is(201);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            Call {
                app,
                case: text(&started["state"]["case"]),
                secret: text(&started["secret"]),
                state: started["state"].clone(),
            }
        }
    }

    fn path(&self, what: &str) -> String {
        format!("/api/v1/cases/{}{what}", self.case)
    }

    pub async fn send(&self, what: &str, headers: &[(&str, &str)], body: Value) -> Answered {
        let headers: Vec<_> = headers
            .iter()
            .copied()
            .chain([("case-secret", self.secret.as_str())])
            .collect();
        self.app
            .send(json_request(&self.path(what), &headers, &body))
            .await
    }

    pub async fn read(&self, what: &str) -> Value {
        self.read_status(what).await.is(200)
    }

    /// A reply to a reading that may be refused.
    pub async fn read_status(&self, what: &str) -> Answered {
        let request = Request::get(self.path(what)).header("case-secret", &self.secret);
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn put(&self, what: &str, body: Value) -> Answered {
        let request = Request::put(self.path(what))
            .header("case-secret", &self.secret)
            .header("content-type", "application/json");
        self.app
            .send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// The case, for whoever calls the use cases directly.
    pub fn access(&self) -> Access {
        Access {
            provider: ProviderId::default(),
            case: self.case.parse().unwrap(),
            secret: self.secret.parse().unwrap(),
        }
    }

    /// Answers what is asked.
    pub async fn answers(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body = json!({"answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    /// None of a checklist applies.
    pub async fn none_of(mut self, checklist: &str) -> Self {
        let body = json!({"answers": [{"question": checklist, "ticked": [], "others": "no"}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    pub async fn changes(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body =
            json!({"how": "change", "answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    pub async fn volunteers(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body = json!({"how": "volunteer", "answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    /// The ids of the questions on the screen.
    pub fn asked(&self) -> Vec<&str> {
        let questions = self.state["next"]["questions"].as_array();
        questions
            .map(|questions| {
                questions
                    .iter()
                    .filter_map(|question| question["id"].as_str())
                    .collect()
            })
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn asks(self, questions: &[&str]) -> Self {
        assert_eq!(self.asked(), questions, "{:#}", self.state);
        self
    }

    #[track_caller]
    pub fn holds(self, disposition: &str) -> Self {
        assert_eq!(
            self.state["result"]["disposition"], disposition,
            "{:#}",
            self.state
        );
        self
    }

    #[track_caller]
    pub fn reaches(self, disposition: &str) -> Self {
        assert_eq!(self.state["next"]["kind"], "outcome", "{:#}", self.state);
        self.holds(disposition)
    }
}
