//! Releases: publishing, pinning, and what a bad one cannot do.

use serde_json::json;

use nhs111::case::ids::ProviderId;
use nhs111::pathway::Severity;
use nhs111::pathway::canonical::{LANGUAGE, canonical};
use nhs111::service::ports::{Store as _, StoredRelease};
use nhs111::service::releases::{PublishError, Refusal};

use crate::command_line::with_an_expired_source;
use crate::test_app::{Call, TestApp, also_on_postgres, content};

/// The same library, in which a headache is never self-care.
fn changed() -> Vec<(String, String)> {
    let mut files = content();
    for (name, text) in &mut files {
        if name == "complaints/headache.yaml" {
            *text = text.replace("otherwise: self-care", "otherwise: pharmacy-24-hours");
        }
    }
    files
}

#[tokio::test]
async fn new_contacts_pick_up_a_new_release_and_old_ones_keep_theirs() {
    let app = TestApp::new().await;
    let body = json!({"complaints": ["headache"], "patient": {"party": "first", "age": "34 years", "sex": "male"}});
    let old = Call::start(&app, body.clone()).await;
    let first = old.state["release"]["hash"].clone();
    let second = app.publish(changed()).await;
    assert_ne!(first, second.to_string());
    let new = Call::start(&app, body).await;
    assert_eq!(new.state["release"]["hash"], second.to_string());
    for (call, result) in [(old, "self-care"), (new, "pharmacy-24-hours")] {
        let call = call
            .answers("unresponsive", "no")
            .await
            .answers("weak_immunity", "no")
            .await;
        call.answers("worst_ever", "no").await.reaches(result);
    }
    let releases = app.get("/api/v1/releases").await.is(200);
    assert_eq!(releases["active"]["hash"], second.to_string());
    assert_eq!(releases["activations"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_pinned_release_is_read_back_by_a_node_that_never_saw_it() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let (case, secret, before) = (
        call.case.clone(),
        call.secret.clone(),
        call.read("/outcome").await,
    );
    app.publish(changed()).await;
    let app = app.another_node();
    let call = Call {
        app: &app,
        case,
        secret,
        state: before.clone(),
    };
    assert_eq!(call.read("/outcome").await, before);
}

#[tokio::test]
async fn a_bad_folder_leaves_the_running_release_untouched() {
    let app = TestApp::new().await;
    let before = app.get("/api/v1/releases").await.is(200);
    let mut bad = content();
    bad.push((
        "complaints/bad.yaml".to_owned(),
        "pathway: bad\ntitle: Bad\n".to_owned(),
    ));
    let refused = app
        .service
        .releases()
        .publish_example(&ProviderId::default(), bad, app.service.now())
        .await;
    let Err(PublishError::Refused(findings)) = refused else {
        panic!("it was published")
    };
    assert!(!findings.is_empty());
    assert_eq!(app.get("/api/v1/releases").await.is(200), before);
    Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
}

/// The same library, with a line that reads a question which is not always asked: only the solver finds that.
fn undefined() -> Vec<(String, String)> {
    let mut files = content();
    for (name, text) in &mut files {
        if name == "complaints/headache.yaml" {
            *text = text.replace(
                "  - ask: worst_ever\n",
                "  - ask: worst_ever\n    if: age >= years(99)\n",
            );
        }
    }
    assert_ne!(files, content());
    files
}

#[tokio::test]
async fn a_release_that_is_kept_is_not_solved_again() {
    let app = TestApp::new().await;
    let provider = ProviderId::default();
    let publish = || {
        let releases = app.service.releases();
        releases.publish_example(&provider, undefined(), app.service.now())
    };
    let Err(PublishError::Refused(findings)) = publish().await else {
        panic!("it was published")
    };
    assert!(
        findings.iter().any(|finding| finding.code == "P601"),
        "{findings:?}"
    );
    // Its name is in the record, which says that it was proven; a false record shows that nobody proves it again.
    let canonical = canonical(&undefined());
    let kept = StoredRelease {
        hash: canonical.hash.parse().unwrap(),
        language: LANGUAGE,
        canonical: canonical.text,
        kept_at: app.service.now(),
    };
    app.store.keep_release(&kept).await.unwrap();
    assert_eq!(publish().await.unwrap().release.hash, kept.hash);
}

#[tokio::test]
async fn publishing_the_same_folder_again_changes_nothing() {
    let app = TestApp::new().await;
    let before = app.get("/api/v1/releases").await.is(200);
    app.publish(content()).await;
    assert_eq!(app.get("/api/v1/releases").await.is(200), before);
}

#[tokio::test]
async fn without_a_release_the_service_is_alive_and_not_ready() {
    let app = TestApp::without_content().await;
    app.get("/healthz").await.is(200);
    app.get("/readyz").await.refused(503, "no_release");
    app.get("/api/v1/complaints")
        .await
        .refused(503, "no_release");
    let refused = app
        .post("/api/v1/cases", json!({}))
        .await
        .refused(503, "no_release");
    assert!(refused["detail"].as_str().unwrap().contains("999"));
}

#[tokio::test]
async fn an_approved_server_begins_no_contact_on_an_example_that_another_node_made_active() {
    let app = TestApp::new().await.approved_only();
    app.get("/readyz")
        .await
        .refused(503, "release_not_approved");
    let refused = app
        .post("/api/v1/cases", json!({"complaints": ["sore-throat"]}))
        .await
        .refused(503, "release_not_approved");
    assert!(refused["detail"].as_str().unwrap().contains("999"));
    app.walk(json!({"complaints": ["sore-throat"]}))
        .await
        .refused(503, "release_not_approved");
}

#[tokio::test]
async fn an_approved_server_says_every_reason_why_it_may_not_serve_a_release() {
    let app = TestApp::without_content().await;
    let hash = app.publish(with_an_expired_source()).await;
    let reasons = async |app: &TestApp| {
        let (provider, today) = (ProviderId::default(), app.service.today());
        let releases = app.service.releases();
        releases.refusals(&provider, today).await.unwrap()
    };
    assert_eq!(reasons(&app).await, [], "an example may be past its review");
    let app = app.approved_only();
    let refusals = reasons(&app).await;
    assert_eq!(refusals.first(), Some(&Refusal::Example(hash)));
    let Some(Refusal::Expired(finding)) = refusals.get(1) else {
        panic!("{refusals:?}")
    };
    assert_eq!((finding.code, finding.severity), ("P702", Severity::Error));
    assert_eq!(&*finding.span.file, "evidence/e1.yaml");
}

also_on_postgres![
    new_contacts_pick_up_a_new_release_and_old_ones_keep_theirs,
    a_pinned_release_is_read_back_by_a_node_that_never_saw_it,
    a_bad_folder_leaves_the_running_release_untouched,
    a_release_that_is_kept_is_not_solved_again,
    publishing_the_same_folder_again_changes_nothing,
    without_a_release_the_service_is_alive_and_not_ready,
    an_approved_server_begins_no_contact_on_an_example_that_another_node_made_active,
];
