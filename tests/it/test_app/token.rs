//! The token of the client that the tests are.

use axum::body::Body;
use axum::http::Request;

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::service::Service;
use nhs111::service::rights::Scopes;

/// The token of the client that the tests are, with the time at which it was had.
#[derive(Default)]
pub struct OwnToken(tokio::sync::Mutex<Option<(i64, String)>>);

impl OwnToken {
    /// Puts the token before a request to the API that has none. The client may do everything, and its token is had anew when the clock
    /// has moved.
    pub async fn show(&self, service: &Service, request: &mut Request<Body>) {
        let is_api = request.uri().path().starts_with("/api/");
        if is_api && !request.headers().contains_key("authorization") {
            let bearer = format!("Bearer {}", self.of(service).await);
            request
                .headers_mut()
                .insert("authorization", bearer.parse().unwrap());
        }
    }

    async fn of(&self, service: &Service) -> String {
        let now = service.now().as_second();
        let mut token = self.0.lock().await;
        if let Some((_, token)) = token
            .as_ref()
            .filter(|(at, _)| (*at..*at + 300).contains(&now))
        {
            return token.clone();
        }
        let (credentials, id) = (service.credentials(), "of-the-tests");
        let secret = match credentials.rotate(id, 0).await {
            Ok(secret) => secret,
            Err(_) => {
                let provider = ProviderId::default();
                let added = credentials.add(&provider, id, "of a test", Scopes::ALL);
                added.await.unwrap()
            }
        };
        let secret = secret.reveal();
        let issued = credentials.issue(id, &secret, None, Hash::NONE);
        let fresh = issued.await.unwrap().token.reveal();
        *token = Some((now, fresh.clone()));
        fresh
    }
}
