//! Stylesheet, fonts and scripts, served by the binary itself and kept by browsers for a year: an
//! address carries the hash of its content, so that a new binary has new addresses.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

struct Served {
    href: String,
    content: Cow<'static, [u8]>,
}

static SERVED: LazyLock<HashMap<String, Served>> = LazyLock::new(|| {
    let hash = |file: &EmbeddedFile| hex::encode(&file.metadata.sha256_hash()[..6]);
    let files: HashMap<String, EmbeddedFile> =
        Assets::iter().filter_map(|name| Some((name.to_string(), Assets::get(&name)?))).collect();
    files
        .iter()
        .map(|(name, file)| {
            // The stylesheet names its fonts by their plain addresses; a new font is a new name.
            let href = format!("/assets/{name}?v={}", hash(file));
            (name.clone(), Served { href, content: file.data.clone() })
        })
        .collect()
});

/// The address of a file, with the hash of its content.
pub fn href(name: &str) -> &'static str {
    SERVED.get(name).map_or("/assets/missing", |served| served.href.as_str())
}

/// `GET /assets/{*name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let Some(served) = SERVED.get(&name) else { return Problem::NotFound.into_response() };
    let media_type = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    (headers, served.content.clone()).into_response()
}
