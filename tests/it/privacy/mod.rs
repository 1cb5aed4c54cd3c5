//! What identifies a person: sealed wherever it is stored, gone when its time is over, whole for whoever may have it.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};

use nhs111::case::ids::{CaseId, ProviderId};
use nhs111::clock::SystemIds;
use nhs111::http::render::Pages;
use nhs111::http::{App, router};
use nhs111::service::ports::{Clock as _, Database as Ports};
use nhs111::service::{Caller, Service};
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::telemetry;

use crate::public::browser::read_folder;
use crate::store_contract::database::{self, Fresh};
use crate::test_app::{FixedClock, OwnToken, json_request};

mod command_line;
mod exports;
mod plaintext;
mod retention;
pub mod scan;

/// Runs each test on every database.
macro_rules! on_every_database {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::Held::sqlite().await).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(held) = super::Held::postgres().await {
                    super::$name(&held).await;
                }
            })*
        }
    };
}
use on_every_database;

/// A whole service on a fresh record.
pub struct Held {
    pub fresh: Fresh,
    pub ports: Ports,
    pub clock: Arc<FixedClock>,
    pub service: Arc<Service>,
    pub router: Router,
    token: OwnToken,
}

/// A case, and what opens it.
pub struct Opened {
    pub case: CaseId,
    pub secret: String,
}

impl Held {
    pub async fn sqlite() -> Self {
        Held::on(database::sqlite().await).await
    }

    pub async fn postgres() -> Option<Self> {
        Some(Held::on(database::postgres().await?).await)
    }

    async fn on(fresh: Fresh) -> Self {
        let ports = fresh.ports().await;
        let clock = Arc::new(FixedClock::at("2026-11-22T12:00:00Z"));
        let ids = Arc::new(SystemIds);
        let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
        let service = Arc::new(Service::new(
            ports.clone(),
            clock.clone(),
            ids,
            sealer,
            matching(),
        ));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/public/content");
        let mut files = Vec::new();
        read_folder(&root, &mut files, &root);
        service
            .releases()
            .publish_example(&ProviderId::default(), files, clock.now())
            .await
            .unwrap();
        let router = router(App {
            service: service.clone(),
            metrics: telemetry::metrics(),
            pages: Arc::new(Pages::new().unwrap()),
        });
        Held {
            fresh,
            ports,
            clock,
            service,
            router,
            token: OwnToken::default(),
        }
    }

    pub async fn send(&self, mut request: Request<Body>) -> (u16, Value) {
        use tower::ServiceExt as _;
        self.token.show(&self.service, &mut request).await;
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub async fn start(&self, key: &str, body: &Value) -> (u16, Value) {
        self.send(json_request(
            "/api/v1/cases",
            &[("idempotency-key", key)],
            body,
        ))
        .await
    }

    /// A case of somebody who was born on a day.
    pub async fn born(&self, day: &str, mark: &str) -> Opened {
        let body = json!({
            "complaints": ["sore-throat"], "mark": mark,
            "patient": {"party": "first", "birth_date": day, "sex": "female"},
        });
        let (status, started) = self.start(&uuid::Uuid::now_v7().to_string(), &body).await;
        assert_eq!(status, 201, "{started}");
        Opened {
            case: started["state"]["case"].as_str().unwrap().parse().unwrap(),
            secret: started["secret"].as_str().unwrap().to_owned(),
        }
    }

    /// Does something to a case, with a key of its own.
    pub async fn on_case(
        &self,
        opened: &Opened,
        what: &str,
        key: &str,
        body: &Value,
    ) -> (u16, Value) {
        let path = format!("/api/v1/cases/{}{what}", opened.case);
        let headers = [
            ("case-secret", opened.secret.as_str()),
            ("idempotency-key", key),
        ];
        self.send(json_request(&path, &headers, body)).await
    }

    pub async fn answers(&self, opened: &Opened, question: &str, answer: Value) {
        let body =
            json!({"how": "volunteer", "answers": [{"question": question, "answer": answer}]});
        let key = uuid::Uuid::now_v7().to_string();
        let (status, state) = self.on_case(opened, "/answers", &key, &body).await;
        assert_eq!(status, 200, "{state}");
    }

    pub async fn gives_number(&self, opened: &Opened, number: &str) -> (u16, Value) {
        let body = json!({"number": number});
        self.puts(opened, "/callback-number", &body).await
    }

    /// Says who the person is.
    pub async fn identifies(&self, opened: &Opened, body: &Value) -> (u16, Value) {
        self.puts(opened, "/person", body).await
    }

    async fn puts(&self, opened: &Opened, what: &str, body: &Value) -> (u16, Value) {
        let request = Request::put(format!("/api/v1/cases/{}{what}", opened.case))
            .header("case-secret", &opened.secret)
            .header("content-type", "application/json")
            .header("idempotency-key", uuid::Uuid::now_v7().to_string())
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub async fn looks(&self, opened: &Opened) -> (u16, Value) {
        let request = Request::get(format!("/api/v1/cases/{}", opened.case))
            .header("case-secret", &opened.secret);
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// Whoever keeps the records.
pub fn keeper() -> Caller {
    Caller::operator(ProviderId::default(), "k1".to_owned())
}

/// What finds people again.
pub fn matching() -> Arc<MatchingKey> {
    Arc::new(MatchingKey::new([6; 32]))
}
