//! What was proven of a release: kept whole, shown to anybody, and never claimed before it is there.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use nhs111::case::ids::Hash;
use nhs111::cli::prove_missing;
use nhs111::pathway::canonical::canonical;
use nhs111::service::ports::proofs::{Before, StoredProof};

use crate::public::browser::Browser;
use crate::test_app::{TestApp, also_on_postgres, content};

fn address(hash: Hash) -> String {
    format!("/api/v1/releases/{hash}/proof")
}

async fn page(app: &TestApp, hash: Hash) -> Browser {
    let mut browser = Browser::of(app.router.clone());
    browser.get(&format!("/about/release/{hash}")).await;
    browser
}

/// As anybody asks, with no token.
async fn asked(app: &TestApp, hash: Hash) -> Value {
    let request = axum::http::Request::get(address(hash));
    let request = request.body(axum::body::Body::empty()).unwrap();
    app.send_bare(request).await.is(200)
}

async fn active(app: &TestApp) -> Hash {
    let releases = app.get("/api/v1/releases").await.is(200);
    releases["active"]["hash"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_release_that_is_not_proven_yet_says_so_and_claims_nothing() {
    let app = TestApp::new().await;
    let hash = active(&app).await;
    let told = asked(&app, hash).await;
    assert_eq!(told["state"], "not_yet");
    assert_eq!(told.get("report"), None);
    let page = page(&app, hash).await;
    page.says("This release has not been tested in this way yet.")
        .says("So we do not say here that its rules keep you safe.")
        .says("A danger that nobody wrote down is not in them.")
        .says_not("passed");
}

#[tokio::test]
async fn the_service_proves_what_it_serves_and_anybody_can_read_it() {
    let app = TestApp::new().await;
    let hash = active(&app).await;
    prove_missing(&app.service, &mut HashSet::new())
        .await
        .unwrap();
    let told = asked(&app, hash).await;
    assert_eq!(told["state"], "proven", "{told:#}");
    let report = &told["report"];
    assert_eq!(report["program"], env!("CARGO_PKG_VERSION"));
    let guarantees = report["guarantees"].as_array().unwrap();
    assert_eq!(guarantees.len(), 13);
    for found in guarantees {
        assert_eq!(found["fails"], false, "{found}");
    }
    assert_eq!(told["not_claimed"].as_array().unwrap().len(), 4);
    let page = page(&app, hash).await;
    page.says("Passed, for everyone")
        .says("A worse answer never leads anybody somewhere less urgent")
        .says("What the tests do not show")
        .says(&hash.to_string());
}

#[tokio::test]
async fn every_page_leads_to_what_was_proven_of_its_release() {
    let app = TestApp::new().await;
    let hash = active(&app).await;
    let mut browser = Browser::of(app.router.clone());
    browser.get("/").await;
    browser.follow("How this release was tested").await;
    assert_eq!(browser.path, format!("/about/release/{hash}"));
}

#[tokio::test]
async fn a_release_that_nobody_kept_is_not_found() {
    let app = TestApp::new().await;
    let nobodys = Hash([7; 32]);
    // A report that came before its release does not make it one.
    let early = StoredProof {
        hash: nobodys,
        made_at: app.service.now(),
        report: "{}".to_owned(),
    };
    let proofs = app.database.proofs.clone();
    proofs.keep_proof(&early, Before::Stands).await.unwrap();
    for name in [nobodys.to_string(), "404".to_owned()] {
        let told = app.get(&format!("/api/v1/releases/{name}/proof")).await;
        told.refused(404, "no_such_release");
        let mut browser = Browser::of(app.router.clone());
        browser.get(&format!("/about/release/{name}")).await;
        browser.says("We cannot find this page");
    }
}

#[tokio::test]
async fn a_report_of_another_program_and_a_damaged_one_claim_nothing() {
    let app = TestApp::new().await;
    let hash = active(&app).await;
    for report in [
        r#"{"format": 999, "all": "proven"}"#,
        "{\"format\": 1, \"rep",
    ] {
        let stored = StoredProof {
            hash,
            made_at: app.service.now(),
            report: report.to_owned(),
        };
        let proofs = app.database.proofs.clone();
        proofs
            .keep_proof(&stored, Before::IsReplaced)
            .await
            .unwrap();
        let told = asked(&app, hash).await;
        assert_eq!(told["state"], "unreadable");
        assert_eq!(told.get("report"), None);
        let page = page(&app, hash).await;
        page.says("Another version of our program tested this release.")
            .says_not("passed");
    }
}

#[tokio::test]
async fn a_report_is_made_once_for_all_nodes() {
    let app = TestApp::new().await;
    let hash = active(&app).await;
    let mut given_up = HashSet::new();
    prove_missing(&app.service, &mut given_up).await.unwrap();
    let before = asked(&app, hash).await;
    let app = app.another_node();
    app.clock.forward(60);
    prove_missing(&app.service, &mut given_up).await.unwrap();
    assert_eq!(asked(&app, hash).await, before);
}

also_on_postgres![
    a_release_that_is_not_proven_yet_says_so_and_claims_nothing,
    the_service_proves_what_it_serves_and_anybody_can_read_it,
    a_release_that_nobody_kept_is_not_found,
    a_report_of_another_program_and_a_damaged_one_claim_nothing,
    a_report_is_made_once_for_all_nodes,
];

fn write(files: &[(String, String)], to: &Path) {
    for (name, text) in files {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn prove(folder: &Path, further: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nhs111"));
    command.arg("prove").arg(folder).args(further);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// The report in the record of this app, as `prove --store` left it.
async fn stored(app: &TestApp, files: &[(String, String)]) -> Option<StoredProof> {
    let hash = canonical(files).hash.parse().unwrap();
    app.database.proofs.proof(hash).await.unwrap()
}

#[tokio::test]
async fn prove_keeps_its_report_in_the_record() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    write(&content(), folder.path());
    let proven = prove(
        folder.path(),
        &["--store", "--database-url", &app.database_url()],
    );
    let proven = { proven }.output().unwrap();
    assert_eq!(proven.status.code(), Some(0), "{}", said(&proven));
    assert!(stored(&app, &content()).await.is_some());
    let told = asked(&app, active(&app).await).await;
    assert_eq!(told["state"], "proven");
}

#[tokio::test]
async fn a_draft_that_does_not_check_is_never_proven() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut draft = content();
    draft.push((
        "complaints/bad.yaml".to_owned(),
        "pathway: bad\ntitle: Bad\n".to_owned(),
    ));
    write(&draft, folder.path());
    let refused = prove(
        folder.path(),
        &["--store", "--database-url", &app.database_url()],
    );
    let refused = { refused }.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = said(&refused);
    let finding = said.find("complaints/bad.yaml:").unwrap();
    let nothing = said.find("the content does not check, so nothing was proven");
    assert!(finding < nothing.unwrap(), "{said}");
    assert!(!said.contains("proven  "), "{said}");
    assert_eq!(stored(&app, &draft).await, None);
}

#[tokio::test]
async fn what_there_was_no_time_for_is_unproven_and_kept_as_that() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    write(&content(), folder.path());
    let url = app.database_url();
    let hasty = prove(
        folder.path(),
        &["--seconds", "0", "--store", "--database-url", &url],
    );
    let hasty = { hasty }.output().unwrap();
    assert_eq!(hasty.status.code(), Some(1), "{}", said(&hasty));
    assert!(said(&hasty).contains("G8  unproven"), "{}", said(&hasty));
    let told = asked(&app, active(&app).await).await;
    assert_eq!(told["state"], "fails");
    let page = page(&app, active(&app).await).await;
    page.says("Not known: it took too long")
        .says_not("All 13 tests passed");
    // With time enough it is proven, and takes the place of what was not.
    let whole = prove(folder.path(), &["--store", "--database-url", &url]);
    assert!({ whole }.output().unwrap().status.success());
    let told = asked(&app, active(&app).await).await;
    assert_eq!(told["state"], "proven");
}

/// The whole content takes long enough to be interrupted.
#[tokio::test]
async fn an_interrupt_and_too_little_memory_leave_nothing_behind() {
    let app = TestApp::new().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways");
    let url = app.database_url();
    let proving = prove(&folder, &["--store", "--database-url", &url, "--json"]);
    let proving = { proving }.spawn().unwrap();
    let interrupted = Command::new("kill")
        .args(["-TERM", &proving.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let interrupted = proving.wait_with_output().unwrap();
    let starved = Command::new("sh")
        .args([
            "-c",
            "ulimit -v 60000; exec \"$0\" prove \"$1\" --store --database-url \"$2\" --json",
        ])
        .args([env!("CARGO_BIN_EXE_nhs111"), folder.to_str().unwrap(), &url])
        .output()
        .unwrap();
    let files = nhs111::cli::read_folder(&folder).unwrap();
    for ended in [interrupted, starved] {
        assert!(!ended.status.success());
        assert!(ended.stdout.is_empty(), "{}", said(&ended));
    }
    assert_eq!(stored(&app, &files).await, None);
}
