//! What nobody honest sends.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, header};
use futures_util::future::BoxFuture;

use super::{Office, PNG, request_form};
use crate::{ScanError, Scanned, Scanner};

/// A scanner that knows one bad word, and one that it cannot read.
#[derive(Debug)]
pub(super) struct PlainScanner;

impl Scanner for PlainScanner {
    fn scan<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<Scanned, ScanError>> {
        Box::pin(async move {
            let content = std::fs::read(file).map_err(|error| ScanError(error.to_string()))?;
            match String::from_utf8_lossy(&content) {
                text if text.contains("jahat") => Ok(Scanned::Harmful { found: "Kata-Jahat".to_owned() }),
                text if text.contains("rusak") => Err(ScanError("it cannot be read".to_owned())),
                _ => Ok(Scanned::Clean),
            }
        })
    }
}

#[tokio::test]
async fn a_file_that_harms_or_cannot_be_looked_through_is_not_kept() {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.desk.scanner = Some(Arc::new(PlainScanner));
    let markus = office.sign_in("markus").await;
    for (content, sentence) in [("jahat", "perangkat perusak"), ("rusak", "belum dapat diperiksa")] {
        let mut form = request_form("Situs mati", "Uraian yang panjang.");
        let file = [PNG, content.as_bytes()].concat();
        form.push(("files", Some("foto.png"), &file));
        let answer = markus.post_files("/requests", &form).await;
        assert_eq!(answer.status, 422, "{content}");
        assert!(answer.text.contains(sentence) && answer.text.contains("Uraian yang panjang."), "{content}");
    }
    let kept = |folder: &str| std::fs::read_dir(office.files.path().join(folder)).map_or(0, Iterator::count);
    assert_eq!(
        (kept("."), kept("incoming")),
        (1, 0),
        "nothing is left but the empty folder for what comes in"
    );

    let mut form = request_form("Situs mati", "Uraian.");
    form.push(("files", Some("foto.png"), PNG));
    assert_eq!(markus.post_files("/requests", &form).await.status, 303, "a clean one is");
}

/// Somebody unknown is looked at for as long as somebody with a wrong password, so that no clock tells
/// who has an account. Without that care the one takes a hundredth of the other.
#[tokio::test]
async fn the_time_of_a_refusal_does_not_tell_who_has_an_account() {
    let office = Office::at("2026-11-23 09:00").await;
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..4 {
        for (login, fastest) in ["rina@brmp.example", "siapa@brmp.example"].into_iter().zip(&mut fastest) {
            let began = Instant::now();
            let form = [("login", login), ("password", "sandi-yang-salah")];
            let answer = office.stranger().post("/session", &form).await;
            *fastest = began.elapsed().min(*fastest);
            assert_eq!(answer.status, 422, "{login}");
        }
    }
    let [known, unknown] = fastest;
    assert!(unknown * 3 > known && known * 3 > unknown, "known {known:?}, unknown {unknown:?}");
}

/// Sends each of these forms, bent in many ways, and finds no fault of ours: whatever is wrong is said.
#[test]
fn bent_forms_are_refused_or_understood() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (office, no) = runtime.block_on(async {
        let office = Office::at("2026-11-23 09:00").await;
        let no = office.sign_in("markus").await.asks("Situs mati").await;
        (office, no)
    });
    let hendra = runtime.block_on(office.sign_in("hendra"));
    let form = "application/x-www-form-urlencoded";
    let many = "multipart/form-data; boundary=batas";
    let file = "--batas\r\nContent-Disposition: form-data; name=\"files\"; filename=\"foto.png\"\r\n\
        Content-Type: image/png\r\n\r\n\u{89}PNG\r\n--batas--\r\n";
    let sent: [(&str, &str, String, &str); 10] = [
        ("GET", "", "/cases?unit=BRMP-NTT&from=2026-01-01&to=2026-12-31&q=situs".into(), ""),
        ("GET", "", "/cases?after=r.1764000000000000.1".into(), ""),
        ("GET", "", format!("/cases/{no}/documents/form?at=1"), ""),
        ("GET", "", "/register/incoming?from=2026-11-01&after=n.0.1".into(), ""),
        (
            "POST",
            form,
            format!("/cases/{no}/tasks/1/completion"),
            "outcome=teruskan&t1-catatan=Segera&seen=3",
        ),
        ("POST", form, format!("/cases/{no}/notes"), "text=Situs+mati%20lagi&audience=office"),
        (
            "POST",
            many,
            "/requests".into(),
            "--batas\r\nContent-Disposition: form-data; name=\"hal\"\r\n\r\nSitus\r\n--batas--\r\n",
        ),
        ("POST", many, format!("/cases/{no}/attachments"), file),
        ("POST", many, "/v/3K7M-XQ2P-9RTD-4NBV".into(), file),
        ("POST", form, "/language".into(), "language=en&back=%2Fcases"),
    ];
    let seeds = sent.clone().map(|(method, kind, address, body)| {
        format!("{method}\n{kind}\n{address}\n{no}\n{body}").into_bytes()
    });
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "forms", &seeds, |bytes| {
        let mut parts = bytes.splitn(5, |byte| *byte == b'\n');
        let mut part = || parts.next().unwrap_or_default();
        let (method, kind, address, cookie, body) = (part(), part(), part(), part(), part());
        let mut request = Request::builder().method(method).uri(address).header(header::COOKIE, cookie);
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        // What is no request at all does not come as far as us.
        if request.headers_ref().is_none() || address.starts_with(b"/changes") {
            return;
        }
        let answer = runtime.block_on(hendra.send(request, Body::from(body.to_vec())));
        assert!(answer.status < 500, "a fault of ours: {}", answer.text);
    });
}

/// The same for programs: the body, what says which request it is, and which version it has seen.
#[test]
fn bent_requests_of_programs_are_refused_or_understood() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (office, no) = runtime.block_on(async {
        let office = Office::at("2026-11-23 09:00").await;
        let no = office.sign_in("markus").await.asks("Situs mati").await;
        (office, no)
    });
    let hendra = runtime.block_on(office.acting("hendra"));
    let asks = r#"{"contact":"0812","subject":"Situs mati","entries":{"jenis":"aplikasi","uraian":"Mati.","sifat":"biasa"},
        "on_paper":{"requester_name":"Maria","unit":"BRMP-NTT","letter_date":"2026-11-20","received_at":"2026-11-23T09:12:00+07:00"}}"#;
    let sent = [
        ("POST", "/api/v1/cases".to_owned(), "kunci-1", "\"1\"", asks),
        (
            "POST",
            format!("/api/v1/cases/{no}/notes"),
            "",
            "\"3\"",
            r#"{"text":"Situs mati","audience":"office"}"#,
        ),
        (
            "POST",
            format!("/api/v1/cases/{no}/tasks/1/completion"),
            "",
            "*",
            r#"{"outcome":"teruskan","entries":{"sifat":"biasa"}}"#,
        ),
        ("GET", "/api/v1/cases?limit=5&after=r.1764000000000000.1".to_owned(), "", "", ""),
        ("GET", "/api/v1/calendar/due?start=2026-11-23T02:00:00Z&norm=20%20menit".to_owned(), "", "", ""),
    ];
    let seeds = sent.map(|(method, address, key, seen, body)| {
        format!("{method}\n{address}\n{key}\n{seen}\nid, en;q=0.8\n{body}").into_bytes()
    });
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "programs", &seeds, |bytes| {
        let mut parts = bytes.splitn(6, |byte| *byte == b'\n');
        let mut part = || parts.next().unwrap_or_default();
        let (method, address, key, seen, language, body) = (part(), part(), part(), part(), part(), part());
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_LANGUAGE, language);
        for (name, value) in [("idempotency-key", key), ("if-match", seen)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        // What is no request at all does not come as far as us.
        if request.headers_ref().is_none() || address.starts_with(b"/changes") {
            return;
        }
        let told = runtime.block_on(hendra.send(request, Body::from(body.to_vec())));
        assert!(told.status < 500, "a fault of ours: {}", told.json);
    });
}
