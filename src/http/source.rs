//! Where a request comes from, as a keyed digest: enough to hold back whoever floods or guesses, not enough to find anybody.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use crate::case::ids::Hash;

use super::App;

/// What stands in front of the service.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// The header in which a trusted proxy names the address that it was asked from; the last one counts, which the proxy itself
    /// wrote. Unset, it is the address of whoever connects.
    pub source_header: Option<HeaderName>,
}

/// The digest of the address that a request came from; `None` where there is none.
#[derive(Debug, Clone, Copy)]
pub struct Source(pub Option<Hash>);

impl Source {
    /// To count by: those without an address count together.
    pub fn counted(self) -> Hash {
        self.0.unwrap_or(Hash::NONE)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or(Source(None)))
    }
}

/// Finds out once, for whoever asks later.
pub async fn find(
    State((app, front)): State<(App, Front)>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = address(&front, request.headers(), request.extensions());
    let digest = address.map(|address| app.service.digest("source", &[&network(address)]));
    request.extensions_mut().insert(Source(digest));
    next.run(request).await
}

fn address(front: &Front, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let told = front.source_header.as_ref().and_then(|name| {
        let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    });
    told.or_else(|| {
        let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.ip())
    })
}

/// Whoever has an address of version 6 has all of its network of 64 bits.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(six) => six.octets().into_iter().take(8).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: Option<&str>, sent: &[&str]) -> Option<String> {
        let front = Front {
            source_header: header.map(|name| name.parse().unwrap()),
        };
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 80))));
        address(&front, &headers, &extensions).map(|address| address.to_string())
    }

    #[test]
    fn what_the_proxy_wrote_last_counts_and_nothing_that_a_visitor_says() {
        let of_proxy = Some("x-forwarded-for");
        assert_eq!(found(None, &["1.2.3.4"]).as_deref(), Some("127.0.0.1"));
        assert_eq!(
            found(of_proxy, &["9.9.9.9, 1.2.3.4"]).as_deref(),
            Some("1.2.3.4")
        );
        assert_eq!(
            found(of_proxy, &["9.9.9.9", "1.2.3.4"]).as_deref(),
            Some("1.2.3.4")
        );
        for nothing in [&[][..], &["unknown"]] {
            assert_eq!(found(of_proxy, nothing).as_deref(), Some("127.0.0.1"));
        }
    }

    #[test]
    fn a_network_of_version_6_is_one_source() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:1.2.3.4"), of("1.2.3.4"));
    }
}
