//! Headers that every answer carries, and the refusal of forms from other sites.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::ctx::App;
use crate::problem::Problem;

const HEADERS: [(&str, &str); 6] = [
    // Nothing inline and nothing from elsewhere: what a page shows and runs comes from the binary. Only
    // the pages of a preview come within it, since they are kept nowhere.
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Said only where people come over TLS: a browser then never again comes without (RFC 6797).
const ONLY_TLS: (&str, &str) = ("strict-transport-security", "max-age=31536000");

pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS.into_iter().chain(app.settings.https.then_some(ONLY_TLS)) {
        response
            .headers_mut()
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    // Pages hold what only their reader may see; files served from the binary say otherwise.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses to change anything for a page of another site. Browsers say where a request comes from
/// in `Sec-Fetch-Site`, but not over plain http; otherwise `Origin` tells. What sends neither is no
/// browser, or one so old that only the cookie's `SameSite` keeps it from coming here signed in for
/// another site.
pub async fn same_site(request: Request, next: Next) -> Response {
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !safe && is_foreign(request.headers()) {
        return Problem::CrossSite.into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (origin, headers.get(header::HOST)) {
        (Some((_, own)), Some(host)) => host.as_bytes() != own.as_bytes(),
        // `null`, or nothing to compare with.
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderName, HeaderValue, is_foreign};

    #[test]
    fn only_what_comes_from_this_host_is_our_own() {
        const ORIGIN: &str = "origin";
        const HOST: (&str, &str) = ("host", "sigap.example:8080");
        for (foreign, headers) in [
            (false, vec![("sec-fetch-site", "same-origin"), HOST]),
            (false, vec![("sec-fetch-site", "none"), HOST]),
            (true, vec![("sec-fetch-site", "same-site"), HOST]),
            (true, vec![("sec-fetch-site", "cross-site"), (ORIGIN, "http://sigap.example:8080"), HOST]),
            (true, vec![("sec-fetch-site", "lainé"), HOST]),
            (false, vec![(ORIGIN, "http://sigap.example:8080"), HOST]),
            (false, vec![(ORIGIN, "https://sigap.example:8080"), HOST]),
            (true, vec![(ORIGIN, "http://sigap.example"), HOST]),
            (true, vec![(ORIGIN, "http://sigap.example:8080")]),
            (true, vec![(ORIGIN, "null"), HOST]),
            (true, vec![(ORIGIN, "null")]),
            (true, vec![(ORIGIN, "http://é"), HOST]),
            (false, vec![HOST]),
        ] {
            let all: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
                    (HeaderName::from_static(name), value)
                })
                .collect();
            assert_eq!(is_foreign(&all), foreign, "{headers:?}");
        }
    }
}
