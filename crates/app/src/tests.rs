//! The whole desk in process: a small office, an in-memory store, and requests as browsers send them.

mod accounts;
mod api;
mod auditor;
mod elsewhere;
mod hostile;
mod limits;
mod mandates;
mod metrics;
mod passkeys;
mod privacy;
mod programs;
mod readings;
mod retention;
mod searching;
mod service;
mod signing;
mod webhooks;
mod workload;
mod writing;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sop::Sop;
use sop::calendar::{Calendar, Zone};
use sop::case::{Actor, Audience, CaseNo, Command, PersonId, UnitCode};
use sop::definition::Role;
use sop::letter::{Dossier, Letter, Stationery};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};
use store::files::Files;
use store::{Correcting, Kept, KeyFile, NewPerson, Nik, Period, Scope, SigningKey, Store, TrustedRoot, Unit};
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::{
    Clock, Desk, LetterError, LetterOffice, MailError, Mailer, Message, Press, Says, Settings, Signed,
    Signer, Verdict, password, router,
};

mod reach;
mod registers;

const PASSWORD: &str = "sandi-yang-panjang";
static HASH: LazyLock<String> = LazyLock::new(|| password::hash_now(PASSWORD));

/// Name, role and unit of everybody in the small office.
const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("hendra", "Hendra Prawira", "sekretaris", "SEKRETARIAT"),
    ("rina", "Rina Wulandari", "ketua", "SEKRETARIAT"),
    ("budi", "Budi Prasetyo", "anggota", "SEKRETARIAT"),
    ("yohanes", "Yohanes Tallo", "anggota", "SEKRETARIAT"),
    ("endang", "Endang Lestari", "agenda", "SEKRETARIAT"),
    ("wahyu", "Wahyu Nugroho", "admin", "SEKRETARIAT"),
    ("markus", "Markus Lado", "pemohon", "BRMP-NTT"),
    ("sari", "Sari Anggraini", "pemohon", "BRMP-NTT"),
];

struct Office {
    desk: Desk,
    settings: Settings,
    files: tempfile::TempDir,
}

/// A press that prints the content of a letter as it is.
#[derive(Debug)]
struct PlainPress;

impl Press for PlainPress {
    fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        let content = serde_json::to_string(letter).map_err(|error| LetterError::Press(Box::new(error)))?;
        if content.contains("tidak dapat dicetak") {
            return Err(LetterError::Press("the template does not like it".into()));
        }
        Ok(format!("%PDF {content}").into_bytes())
    }

    fn dossier(&self, dossier: &Dossier) -> Result<Vec<u8>, LetterError> {
        let content = serde_json::to_string(dossier).map_err(|error| LetterError::Press(Box::new(error)))?;
        let files = dossier.enclosures.iter().map(|file| String::from_utf8_lossy(&file.content));
        Ok(format!("%PDF {content}\n{}", files.collect::<Vec<_>>().join("\n")).into_bytes())
    }

    fn sop(&self, sop: &Sop) -> Result<Vec<u8>, LetterError> {
        Ok(format!("%PDF SOP {}", sop.identity.number).into_bytes())
    }

    fn page_count(&self, _letter: &Letter) -> Result<usize, LetterError> {
        Ok(1)
    }

    fn picture(&self, letter: &Letter, page: usize) -> Result<Option<Vec<u8>>, LetterError> {
        let png = self.pdf(letter)?;
        Ok((page == 0).then_some(png))
    }
}

/// A signer that writes its name under a letter.
#[derive(Debug)]
struct PlainSigner;

impl Signer for PlainSigner {
    fn sign(
        &self,
        key: &SigningKey,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Signed, LetterError> {
        let (Kept::Test(file) | Kept::Local(file)) = &key.kept else { return Err(LetterError::NoAccess) };
        let why = || "as it was told to".into();
        match passphrase {
            "bsre-diam" => return Err(LetterError::NotSigned(why())),
            "bsre-hilang" => return Err(LetterError::AnswerLost(why())),
            "bsre-lain" => return Err(LetterError::NotTheLetter(why())),
            "bsre-habis" => return Err(LetterError::NotEnrolled { status: "EXPIRED".to_owned() }),
            "bsre-baru" => return Err(LetterError::NotEnrolled { status: "BARU SEKALI".to_owned() }),
            "jam-mati" => return Err(LetterError::NoTimeStamp(why())),
            passphrase if passphrase.as_bytes() != file.pkcs12 => return Err(LetterError::WrongPassphrase),
            _ => {}
        }
        let pdf = [pdf, format!(" signed by {}", says.name).as_bytes()].concat();
        Ok(Signed { pdf, certificate: file.certificate.clone() })
    }

    fn verify(&self, pdf: &[u8], _roots: &[TrustedRoot], _at: Timestamp) -> Verdict {
        let text = String::from_utf8_lossy(pdf);
        let is_signed = text.contains(" signed by ");
        let is_changed = is_signed && text.ends_with("!");
        Verdict { valid: Some(is_signed && !is_changed), modified_after_signing: is_changed }
    }

    fn ask_service(&self, _pdf: &[u8]) -> Option<bool> {
        None
    }
}

/// A mailer that keeps what it gets and answers as it was told, then always well.
#[derive(Debug, Default)]
struct PlainMailer {
    got: Mutex<Vec<Message>>,
    answers: Mutex<VecDeque<MailError>>,
}

impl PlainMailer {
    fn answering(answers: impl IntoIterator<Item = MailError>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn got(&self) -> Vec<Message> {
        self.got.lock().expect("one thread at a time").clone()
    }
}

impl Mailer for PlainMailer {
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MailError>> {
        self.got.lock().expect("one thread at a time").push(message);
        let answer = self.answers.lock().expect("one thread at a time").pop_front();
        Box::pin(async move { answer.map_or(Ok(()), Err) })
    }
}

/// A key that its passphrase opens.
fn key_of(id: &str) -> SigningKey {
    SigningKey {
        person: PersonId::new(id),
        kept: Kept::Test(KeyFile {
            pkcs12: PASSPHRASE.as_bytes().to_vec(),
            certificate: "c".repeat(64),
            holder: format!("Pemegang {id}"),
            issuer: "CA Uji".to_owned(),
            valid_until: jakarta("2030-01-01 00:00"),
        }),
        registered_at: jakarta("2026-01-01 00:00"),
    }
}

fn letter_office() -> LetterOffice {
    let stationery = Arc::new(Stationery::shipped().clone());
    LetterOffice::new(Arc::new(PlainPress), Arc::new(PlainSigner), stationery, "https://sigap.example/")
}

/// Everybody's passphrase in the small office.
const PASSPHRASE: &str = "kunci-bersama-77";

/// What came back.
struct Answer {
    status: u16,
    location: String,
    cookie: String,
    headers: axum::http::HeaderMap,
    text: String,
}

/// Somebody at a browser.
struct Visitor<'a> {
    office: &'a Office,
    cookie: String,
}

fn employee(id: &str, name: &str, roles: &[&str]) -> NewPerson {
    NewPerson {
        id: PersonId::new(id),
        name: name.to_owned(),
        nip: None,
        email: format!("{id}@brmp.example"),
        periods: vec![Period::always(
            &format!("Jabatan {name}"),
            UnitCode::new("SEKRETARIAT"),
            roles.iter().map(|role| Role::new(*role)),
        )],
        password_hash: HASH.clone(),
    }
}

impl Office {
    /// The office at a moment, as a clerk writes it: `2026-11-23 09:00` in Jakarta.
    async fn at(moment: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open("sqlite::memory:").await.expect("a store in memory");
        store.migrate().await.expect("its schema");
        for (code, zone) in [("SEKRETARIAT", Zone::Wib), ("BRMP-NTT", Zone::Wita)] {
            let unit = Unit::new(UnitCode::new(code), &code.replace('-', " "), zone);
            store.add_unit(unit).await.expect("a unit");
        }
        for (id, name, role, unit) in PEOPLE {
            let person = NewPerson {
                id: PersonId::new(*id),
                name: (*name).to_owned(),
                nip: None,
                email: format!("{id}@brmp.example"),
                periods: vec![Period::always(
                    &format!("Jabatan {name}"),
                    UnitCode::new(*unit),
                    [Role::new(*role)],
                )],
                password_hash: HASH.clone(),
            };
            store.add_person(&person).await.expect("a person");
            if *role == "sekretaris" || *role == "ketua" {
                store.set_signing_key(&key_of(id)).await.expect("a key");
            }
        }
        let files = Files::open(folder.path()).expect("a folder for files");
        let calendar = Arc::new(Calendar::shipped().clone());
        let desk = Desk::new(store, files, calendar, letter_office(), Clock::Fixed(jakarta(moment)));
        Self { desk, settings: Settings::default(), files: folder }
    }

    /// The same office later.
    fn later(&mut self, moment: &str) {
        self.desk = self.desk.at(Clock::Fixed(jakarta(moment)));
    }

    /// The same office with a mailer.
    fn mailing(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.desk.letters = self.desk.letters.mailing(Some(mailer));
        self
    }

    /// Carries out what is due.
    async fn works(&self) {
        self.desk.run_outbox("a").await.expect("the outbox");
    }

    /// Carries out what is due, and what that brings.
    async fn works_off(&self) {
        while self.desk.run_outbox("a").await.expect("the outbox") > 0 {}
    }

    /// Somebody who comes to the office, with these roles.
    async fn employs(&self, id: &str, name: &str, roles: &[&str]) {
        self.desk.store.add_person(&employee(id, name, roles)).await.expect("a person");
    }

    /// From today on somebody holds these roles and no other.
    async fn moves(&self, id: &str, name: &str, roles: &[&str]) {
        let people = [employee(id, name, roles)];
        let correcting = Correcting { by: None, why: String::new(), at: self.desk.now() };
        self.desk.store.put_people(&people, self.desk.today(), &correcting).await.expect("other roles");
    }

    fn router(&self) -> Router {
        router(self.desk.clone(), self.settings.clone())
    }

    fn stranger(&self) -> Visitor<'_> {
        Visitor { office: self, cookie: String::new() }
    }

    async fn sign_in(&self, id: &str) -> Visitor<'_> {
        let form = [("login", format!("{id}@brmp.example")), ("password", PASSWORD.to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.stranger().post("/session", &form).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/"), "{id} cannot sign in");
        Visitor { office: self, cookie: answer.cookie.split(';').next().unwrap_or_default().to_owned() }
    }
}

impl Visitor<'_> {
    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.join("&"))).await
    }

    /// A form with files: name, value, and for a file its name.
    async fn post_files(&self, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
            body.extend_from_slice(
                format!("--batas\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
                    .as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--batas--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=batas");
        self.send(request, Body::from(body)).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = request.header(header::COOKIE, &self.cookie).header(header::HOST, "sigap.example");
        let request = request.body(body).expect("a request");
        let response = self.office.router().oneshot(request).await.expect("an answer");
        let headers = response.headers().clone();
        let header =
            |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (location, cookie) = (header(header::LOCATION), header(header::SET_COOKIE));
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole answer");
        Answer { status, location, cookie, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Files a request and returns its number.
    async fn asks(&self, subject: &str) -> String {
        let answer = self.post_files("/requests", &request_form(subject, "Situs tidak tampil.")).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.location.rsplit('/').next().unwrap_or_default().to_owned()
    }

    async fn completes(&self, no: &str, task: u32, form: &[(&str, &str)]) -> Answer {
        let mut form = form.to_vec();
        form.push(("seen", "999"));
        self.post(&format!("/cases/{no}/tasks/{task}/completion"), &form).await
    }
}

fn request_form<'a>(subject: &'a str, description: &'a str) -> Vec<(&'a str, Option<&'a str>, &'a [u8])> {
    vec![
        ("@kontak", None, b"0812 5550 0142"),
        ("@hal", None, subject.as_bytes()),
        ("jenis", None, b"aplikasi"),
        ("uraian", None, description.as_bytes()),
        ("sifat", None, b"biasa"),
    ]
}

fn jakarta(moment: &str) -> Timestamp {
    format!("{}:00+07:00", moment.replace(' ', "T")).parse().expect("a moment")
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        let _ = write!(escaped, "%{byte:02X}");
        escaped
    })
}

pub(crate) const DISPOSES: &[(&str, &str)] =
    &[("outcome", "teruskan"), ("t1-sifat", "biasa"), ("t1-harap", "proses")];

#[tokio::test]
async fn a_stranger_is_asked_to_sign_in_and_comes_back_to_where_they_wanted_to_go() {
    let office = Office::at("2026-11-23 09:00").await;
    let answer = office.stranger().get("/cases?state=late").await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?next=/cases%3Fstate%3Dlate"));
    let form = [("login", "rina@brmp.example"), ("password", PASSWORD), ("next", "/cases?state=late")];
    assert_eq!(office.stranger().post("/session", &form).await.location, "/cases?state=late");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let office = Office::at("2026-11-23 09:00").await;
    for next in ["https://jahat.example", "//jahat.example", "/\\jahat.example", "/a\nb"] {
        let form = [("login", "rina@brmp.example"), ("password", PASSWORD), ("next", next)];
        assert_eq!(office.stranger().post("/session", &form).await.location, "/", "{next:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_kindly_and_five_of_them_are_enough() {
    let office = Office::at("2026-11-23 09:00").await;
    let wrong = [("login", "Rina@brmp.example"), ("password", "bukan ini")];
    for _ in 0..5 {
        let answer = office.stranger().post("/session", &wrong).await;
        assert_eq!((answer.status, answer.cookie.as_str()), (422, ""));
        assert!(answer.text.contains("tidak cocok") && answer.text.contains("value=\"rina@brmp.example\""));
    }
    let right = [("login", "rina@brmp.example"), ("password", PASSWORD)];
    assert_eq!(office.stranger().post("/session", &right).await.status, 429);
    let unknown =
        office.stranger().post("/session", &[("login", "siapa@brmp.example"), ("password", "x")]).await;
    assert!(unknown.status == 422 && unknown.text.contains("tidak cocok"), "an unknown name looks the same");
}

#[tokio::test]
async fn the_session_cookie_cannot_be_read_by_scripts_and_ends_with_the_session() {
    let office = Office::at("2026-11-23 09:00").await;
    let form = [("login", "rina@brmp.example"), ("password", PASSWORD)];
    let cookie = office.stranger().post("/session", &form).await.cookie;
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let rina = office.sign_in("rina").await;
    assert_eq!(rina.get("/inbox").await.status, 200);
    assert_eq!(rina.post("/session/end", &[]).await.status, 303);
    assert_eq!(rina.get("/inbox").await.status, 303, "the old cookie is worth nothing");
}

#[tokio::test]
async fn a_session_ends_by_itself_after_twelve_hours() {
    let mut office = Office::at("2026-11-23 07:30").await;
    let cookie = office.sign_in("rina").await.cookie;
    office.later("2026-11-23 19:31");
    assert_eq!(Visitor { office: &office, cookie }.get("/inbox").await.status, 303);
}

#[tokio::test]
async fn a_form_from_another_site_changes_nothing() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let markus = office.sign_in("markus").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://jahat.example"),
        ("origin", "null"),
    ] {
        let request = Request::post(format!("/cases/{no}/withdrawal"))
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = markus.send(request, Body::from("text=dibajak")).await;
        assert!(answer.status == 403 && answer.text.contains("situs lain"), "{name}: {value}");
    }
    let request = Request::post("/theme").header("origin", "http://sigap.example");
    let own = markus
        .send(
            request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
            Body::from("theme=dark"),
        )
        .await;
    assert_eq!(own.status, 303);
    assert!(markus.get(&format!("/requests/{no}")).await.text.contains("Menunggu diteruskan"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let office = Office::at("2026-11-23 09:00").await;
    for path in ["/sign-in", "/tidak-ada", "/assets/sigap.css", "/healthz"] {
        let headers = office.stranger().get(path).await.headers;
        let policy =
            headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(
            headers.get("x-content-type-options").map(|value| value.as_bytes()),
            Some(&b"nosniff"[..]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_browser_that_came_over_tls_never_again_comes_without() {
    let office = Office::at("2026-11-23 09:00").await;
    for (https, said) in [(false, None), (true, Some("max-age=31536000"))] {
        let router = router(office.desk.clone(), Settings { https, ..Settings::default() });
        let request = Request::get("/sign-in").body(Body::empty()).expect("a request");
        let answer = router.oneshot(request).await.expect("an answer");
        let header = answer.headers().get("strict-transport-security");
        assert_eq!(header.and_then(|value| value.to_str().ok()), said, "over TLS: {https}");
    }
}

#[tokio::test]
async fn a_cookie_that_was_planted_before_signing_in_is_worth_nothing_after() {
    let office = Office::at("2026-11-23 09:00").await;
    let planted = Visitor { office: &office, cookie: format!("sigap_sesi={}", "0".repeat(64)) };
    let form = [("login", "rina@brmp.example"), ("password", PASSWORD)];
    let cookie = planted.post("/session", &form).await.cookie;
    assert!(!cookie.contains(&"0".repeat(64)), "a session of one's own begins: {cookie}");
    assert_eq!(planted.get("/inbox").await.status, 303);
}

#[tokio::test]
async fn what_is_not_for_somebody_looks_like_what_is_not_there() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let mut form = request_form("Situs mati", "Lihat foto.");
    form.push(("files", Some("foto.png"), PNG));
    let filed = markus.post_files("/requests", &form).await;
    let no = filed.location.rsplit('/').next().unwrap_or_default().to_owned();
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let sari = office.sign_in("sari").await;
    for path in [
        "/requests/{}",
        "/cases/{}",
        "/cases/{}/documents/form",
        "/cases/{}/documents/1-0",
        "/cases/{}/attachments/2",
    ] {
        let rina = office.sign_in("rina").await;
        let there = path.starts_with("/requests") || rina.get(&path.replace("{}", &no)).await.status == 200;
        assert!(there, "{path} is there for those who may see it");
        let foreign = sari.get(&path.replace("{}", &no)).await;
        let absent = sari.get(&path.replace("{}", "2026-9999")).await;
        assert_eq!(foreign.status, 404, "{path}");
        assert_eq!(foreign.text.replace(&no, ""), absent.text.replace("2026-9999", ""), "{path}");
    }
    for act in ["notes", "withdrawal", "suspension", "reopening", "tasks/1/completion"] {
        assert_eq!(sari.post(&format!("/cases/{no}/{act}"), &[("text", "x")]).await.status, 404, "{act}");
    }
    let file: &[(&str, Option<&str>, &[u8])] = &[("files", Some("a.png"), PNG)];
    assert_eq!(sari.post_files(&format!("/cases/{no}/attachments"), file).await.status, 404);
}

/// Who gets what at which address, as one table.
#[tokio::test]
async fn an_incomplete_request_comes_back_with_a_sentence_at_each_field_and_all_that_was_typed() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let form: &[(&str, Option<&str>, &[u8])] = &[
        ("@hal", None, b"Situs <b>mati</b>"),
        ("@kontak", None, b""),
        ("jenis", None, b"kopi"),
        ("uraian", None, b""),
        ("sejak", None, b"31-02-2026"),
        ("sifat", None, b"segera"),
        ("files", Some("catatan.txt"), b"hanya teks"),
    ];
    let answer = markus.post_files("/requests", form).await;
    assert_eq!(answer.status, 422);
    for expected in [
        "Perlu diperbaiki: Ajukan permintaan",
        "Telepon atau WhatsApp: Isilah bagian ini.",
        "Jenis masalah: Pilih dari pilihan yang ada.",
        "Uraian: Isilah bagian ini.",
        "Sejak kapan: Tulis tanggal sebagai hari-bulan-tahun, misalnya 20-11-2026.",
        "bukan PDF, PNG, atau JPG",
        "value=\"31-02-2026\"",
        "value=\"segera\" checked",
    ] {
        assert!(answer.text.contains(expected), "{expected} is not in the answer");
    }
    assert!(!answer.text.contains("<b>mati</b>"), "what was typed is text, not markup");
    assert!(markus.get("/requests").await.text.contains("Belum ada permintaan"), "nothing half-written");
}

#[tokio::test]
async fn a_decision_without_its_record_is_returned_with_what_was_typed() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    let answer =
        rina.completes(&no, 2, &[("outcome", "tolak"), ("t2-ringkas", "Bukan kewenangan kami.")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Alasan menolak: Pilih satu atau lebih."), "{}", answer.text);
    assert!(answer.text.contains(">Bukan kewenangan kami.</textarea>"));
    assert!(answer.text.contains("value=\"tolak\" checked"));
    let answer = rina.completes(&no, 2, &[("outcome", "setuju")]).await;
    assert!(answer.status == 422 && answer.text.contains("Pilih anggota yang akan mengerjakannya."));
    let answer = rina.completes(&no, 2, &[("outcome", "")]).await;
    assert!(answer.status == 422 && answer.text.contains("Pilih keputusannya lebih dulu."));
}

#[tokio::test]
async fn of_two_people_at_once_the_slower_hears_who_was_faster() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let first = [("outcome", "setuju"), ("assignee", "budi")];
    assert_eq!(office.sign_in("rina").await.completes(&no, 2, &first).await.status, 303);
    office.later("2026-11-23 09:05");
    let second = [("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Sudah diajukan.")];
    let answer = office.sign_in("rina").await.completes(&no, 2, &second).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.text.contains("Rina Wulandari lebih dulu menyelesaikan langkah ini pukul 09.00."),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("Sudah diajukan."), "what the slower one typed is still there");
}

#[tokio::test]
async fn somebody_else_s_task_is_refused_with_the_name_of_whose_it_is() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let answer = office.sign_in("budi").await.completes(&no, 1, DISPOSES).await;
    assert!(answer.status == 403 && answer.text.contains("milik Sekretaris Badan"));
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    office.sign_in("rina").await.completes(&no, 2, &[("outcome", "setuju"), ("assignee", "budi")]).await;
    let form = [("outcome", "aplikasi"), ("t3-temuan", "Galat 500.")];
    let answer = office.sign_in("yohanes").await.completes(&no, 3, &form).await;
    assert!(answer.status == 403 && answer.text.contains("diserahkan kepada Budi Prasetyo"));
    assert_eq!(office.sign_in("budi").await.completes(&no, 3, &form).await.status, 303);
}

#[tokio::test]
async fn who_repaired_reads_that_somebody_else_has_to_check() {
    let office = Office::at("2026-11-23 09:00").await;
    office.employs("tono", "Tono Raharjo", &["ketua", "anggota"]).await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let tono = office.sign_in("tono").await;
    tono.completes(&no, 2, &[("outcome", "setuju"), ("assignee", "tono")]).await;
    tono.completes(&no, 3, &[("outcome", "server"), ("t3-temuan", "Listrik padam.")]).await;
    tono.completes(&no, 4, &[("outcome", "diperiksa"), ("t4-hasil", "Catu daya rusak.")]).await;
    tono.post(&format!("/cases/{no}/tasks/5/progress"), &[("l5-tahapan", "Catu daya diganti.")]).await;
    let repaired = [("outcome", "diperbaiki"), ("t5-ringkasan", "Menyala lagi.")];
    assert_eq!(tono.completes(&no, 5, &repaired).await.status, 303);
    let page = tono.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Yang menandatangani atau memeriksanya harus orang lain."), "{page}");
    let checks = [("outcome", "lulus"), ("t6-pengecekan", "Menyala.")];
    assert_eq!(tono.completes(&no, 6, &checks).await.status, 403);
    assert_eq!(office.sign_in("rina").await.completes(&no, 6, &checks).await.status, 303);
}

#[tokio::test]
async fn who_hands_a_task_on_without_choosing_to_whom_is_shown_the_form_again() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    rina.completes(&no, 2, &[("outcome", "setuju"), ("assignee", "budi")]).await;
    let address = format!("/cases/{no}/tasks/3/assignment");
    for nobody in ["", "orang-lain", "markus"] {
        let answer = rina.post(&address, &[("assignee", nobody), ("seen", "99")]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("<a href=\"#t3-reassign\">Pilih anggota"), "{}", answer.text);
    }
    assert_eq!(rina.post(&address, &[("assignee", "yohanes"), ("seen", "99")]).await.status, 303);
    assert!(rina.get(&format!("/cases/{no}")).await.text.contains("kepada Yohanes Tallo"));
}

#[tokio::test]
async fn who_sends_without_deciding_is_led_to_the_decision() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let answer = office.sign_in("rina").await.completes(&no, 2, &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("<a href=\"#t2-outcome\">Pilih keputusannya lebih dulu"));
}

#[tokio::test]
async fn what_changed_between_a_page_and_its_stream_is_told_at_once() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Situs mati").await;
    let shown = markus.get(&format!("/requests/{no}")).await.text;
    let stream = shown.split('"').find(|text| text.starts_with("/changes?")).expect("the page watches");
    let stream = stream.replace("&amp;", "&").replace("&#38;", "&");
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;

    let first_told = |who: Visitor<'_>, within: std::time::Duration| {
        let request = Request::get(&stream).header(header::COOKIE, &who.cookie);
        let answer = office.router().oneshot(request.body(Body::empty()).expect("a request"));
        async move {
            let mut body = answer.await.expect("an answer").into_body().into_data_stream();
            let first = tokio::time::timeout(within, body.next()).await.ok()?;
            let bytes = first.expect("the stream stays open").expect("a piece of it");
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
    };
    let told = first_told(markus, std::time::Duration::from_secs(10)).await.expect("something is told");
    assert!(told.contains(&no), "{told}");
    let told = first_told(office.sign_in("sari").await, std::time::Duration::from_millis(100)).await;
    assert_eq!(told, None, "who may not read the case hears nothing of it");
}

#[tokio::test]
async fn a_stream_tells_only_those_who_may_still_read() {
    let office = Office::at("2026-11-23 09:00").await;
    office.employs("tono", "Tono Suharto", &["anggota"]).await;
    let watches = async |cookie: String| {
        let request = Request::get("/changes").header(header::COOKIE, cookie);
        let answer = office.router().oneshot(request.body(Body::empty()).expect("a request")).await;
        answer.expect("an answer").into_body().into_data_stream()
    };
    let tono = office.sign_in("tono").await;
    let mut working = watches(tono.cookie.clone()).await;
    let rina = office.sign_in("rina").await;
    let mut leaving = watches(rina.cookie.clone()).await;
    office.sign_in("markus").await.asks("Situs mati").await;
    for stream in [&mut working, &mut leaving] {
        let told = stream.next().await.expect("the stream is open").expect("a piece of it");
        assert!(String::from_utf8_lossy(&told).contains("changed"));
    }

    office.moves("tono", "Tono Suharto", &["pemohon"]).await;
    rina.post("/session/end", &[]).await;
    office.sign_in("markus").await.asks("Situs mati lagi").await;
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), leaving.next()).await;
    assert!(ended.expect("the stream ends").is_none(), "with the session");
    let told = tokio::time::timeout(std::time::Duration::from_millis(200), working.next()).await;
    assert!(told.is_err(), "a role that was taken away tells nothing more");
}

#[tokio::test]
async fn whoever_keeps_the_agenda_may_also_ask_for_themselves() {
    let office = Office::at("2026-11-23 09:00").await;
    office.employs("tono", "Tono Suharto", &["agenda", "pemohon"]).await;
    let tono = office.sign_in("tono").await;
    let letter = tono.get("/requests/new").await.text;
    assert!(
        letter.contains("Catat surat permintaan") && letter.contains("/requests/new?own=yes"),
        "{letter}"
    );
    let own = tono.get("/requests/new?own=yes").await.text;
    assert!(own.contains("Ajukan permintaan bantuan teknis") && own.contains("name=\"own\""), "{own}");

    let mut form = request_form("Layar saya mati", "Uraian.");
    form.push(("own", None, b"yes"));
    let answer = tono.post_files("/requests", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(tono.get("/requests").await.text.contains("Layar saya mati"));

    // Who only keeps the agenda has nothing to ask, whatever a form says.
    let answer = office.sign_in("endang").await.post_files("/requests", &form).await;
    assert_eq!(answer.status, 422);
}

/// Leads a case to the signature under its refusal; the task of the signature is the seventh.
async fn waits_for_signature(office: &Office, surat: &str) -> String {
    let no = office.sign_in("markus").await.asks("Minta kamera").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    rina.completes(&no, 2, &[("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Bukan kami.")])
        .await;
    let explains = [
        ("outcome", "penjelasan"),
        ("t3-penjelasan", "Ditangani Bagian Umum."),
        ("passphrase-penjelasan", PASSPHRASE),
    ];
    rina.completes(&no, 3, &explains).await;
    rina.completes(&no, 4, &[("outcome", "perintahkan"), ("assignee", "budi")]).await;
    let letter = [("outcome", "ajukan"), ("t5-hal-penolakan", "Jawaban"), ("t5-surat", surat)];
    office.sign_in("budi").await.completes(&no, 5, &letter).await;
    let letter = [("outcome", "teruskan"), ("t6-hal-penolakan", "Jawaban"), ("t6-surat", surat)];
    assert_eq!(rina.completes(&no, 6, &letter).await.status, 303);
    no
}

/// The address of the letter that a task signed, and where it is verified.
async fn letter_of(reader: &Visitor<'_>, no: &str, task: u32) -> (String, String) {
    let address = format!("/cases/{no}/documents/{task}-0");
    let page = reader.get(&address).await.text;
    let verify = page.split('"').find(|text| text.starts_with("/v/")).expect("it can be verified");
    (address, verify.to_owned())
}

#[tokio::test]
async fn a_letter_is_numbered_and_signed_in_the_act_that_closes_the_case() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.sign_in("hendra").await;
    let draft = hendra.get(&format!("/cases/{no}/documents/draft-7/pdf")).await.text;
    assert!(draft.contains("KONSEP") && draft.contains("Belum dapat kami penuhi."), "{draft}");
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    let answer = hendra.completes(&no, 7, &signs).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let (address, _) = letter_of(&hendra, &no, 7).await;
    let pdf = hendra.get(&format!("{address}/pdf")).await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    for said in [
        "2/TU.120/H.1/11/2026",
        "23 November 2026",
        "\"capacity\":\"own\"",
        "SIMULASI",
        "signed by Hendra Prawira",
    ] {
        assert!(pdf.text.contains(said), "no {said} in {}", pdf.text);
    }
    assert!(!pdf.text.contains("KONSEP"));
    let page = hendra.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Hendra Prawira menandatangani surat nomor 2/TU.120/H.1/11/2026."), "{page}");
    // The requester reads it; what was only on its way to it stays in the office.
    let markus = office.sign_in("markus").await;
    assert_eq!(markus.get(&format!("{address}/pdf")).await.text, pdf.text);
    assert_eq!(markus.get(&format!("/cases/{no}/documents/1-0/pdf")).await.status, 404);
    assert_eq!(office.sign_in("sari").await.get(&format!("{address}/pdf")).await.status, 404);
}

#[tokio::test]
async fn a_dossier_tells_the_whole_story_and_is_the_same_whenever_it_is_made() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.sign_in("hendra").await;
    let page = hendra.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains(&format!("href=\"/cases/{no}/dossier\"")), "{page}");
    hendra.completes(&no, 7, &[("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)]).await;
    let (address, _) = letter_of(&hendra, &no, 7).await;
    let letter = hendra.get(&format!("{address}/pdf")).await.text;
    let dossier = hendra.get(&format!("/cases/{no}/dossier")).await;
    assert_eq!(dossier.headers["content-type"], "application/pdf");
    assert!(dossier.headers["content-disposition"].to_str().is_ok_and(|name| name.contains("Berkas kasus")));

    let file = office.desk.store.case_file(&Scope::All, &no.as_str().into()).await;
    let file = file.expect("the store answers").expect("the case");
    let events: Vec<String> =
        file.history.iter().map(|recorded| serde_json::to_string(recorded).expect("JSON")).collect();
    let signature = &file.case.letters.last().expect("a signed letter").signature;
    let listed = format!("{}  04-surat-ke-satker-pemohon.pdf", signature.file);
    let (written, events) = (signature.written_number.clone(), events.join("\n"));
    let told = "Hendra Prawira menandatangani surat nomor 2/TU.120/H.1/11/2026.";
    for said in [&letter, &listed, &written, &events, told, "Terpenuhi", "Ditolak, 23 November 2026"] {
        assert!(dossier.text.contains(said), "no {said} in {}", dossier.text);
    }

    office.later("2027-03-01 09:00");
    let hendra = office.sign_in("hendra").await;
    assert_eq!(hendra.get(&format!("/cases/{no}/dossier")).await.text, dossier.text);
    assert_eq!(office.sign_in("markus").await.get(&format!("/cases/{no}/dossier")).await.status, 404);

    let digest = signature.file.as_str();
    let kept = office.files.path().join(&digest[..2]).join(&digest[2..4]).join(digest);
    std::fs::write(kept, "rusak").expect("a damage");
    for path in [format!("/cases/{no}/dossier"), format!("{address}/pdf")] {
        let answer = hendra.get(&path).await;
        assert_eq!(answer.status, 500, "never a letter that is not it");
        assert!(answer.text.contains("Berkas ini bukan lagi berkas yang disimpan"), "{}", answer.text);
    }
}

#[tokio::test]
async fn where_signing_fails_the_case_stays_and_no_number_is_used() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let unprintable = waits_for_signature(&office, "Ini tidak dapat dicetak.").await;
    let hendra = office.sign_in("hendra").await;
    let try_with = async |no: &str, passphrase: &str| {
        hendra.completes(no, 7, &[("outcome", "tandatangani"), ("passphrase-tandatangani", passphrase)]).await
    };
    for (no, passphrase, said) in [
        (&no, "", "Tulis frasa sandi sertifikat Anda."),
        (&no, "kunci-keliru-13", "Frasa sandi tidak cocok"),
        (&no, "bsre-diam", "BSrE tidak menandatangani surat ini"),
        (&no, "bsre-hilang", "tidak diketahui apakah surat sudah ditandatangani di sana"),
        (&no, "bsre-lain", "bukan surat ini dengan tanda tangan yang utuh"),
        (&no, "bsre-habis", "Sertifikat BSrE Anda sudah habis masa berlakunya."),
        (&no, "bsre-baru", "belum mengizinkan Anda menandatangani (status BARU SEKALI)"),
        (&no, "jam-mati", "Penanda waktu tidak memberi cap waktu yang sah"),
        (&unprintable, PASSPHRASE, "Surat belum dapat ditandatangani dan belum bernomor"),
    ] {
        let answer = try_with(no, passphrase).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains(said), "no {said} in {}", answer.text);
        assert!(answer.text.contains("href=\"#t7-passphrase-tandatangani\""));
        assert!(
            passphrase.is_empty() || !answer.text.contains(passphrase),
            "a passphrase is not shown again"
        );
    }
    // Two explanations were signed; the next number is still the third.
    assert_eq!(office.desk.store.next_letter_number(2026).await.expect("a number"), 3);
    assert_eq!(try_with(&no, PASSPHRASE).await.status, 303);
    assert_eq!(office.desk.store.next_letter_number(2026).await.expect("a number"), 4);
}

/// A signer that somebody disturbs: while the first letter is signed, a note is written to its case.
#[derive(Debug)]
struct DisturbedSigner {
    desk: Desk,
    no: String,
    signed: std::sync::atomic::AtomicU32,
}

impl Signer for DisturbedSigner {
    fn sign(
        &self,
        key: &SigningKey,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Signed, LetterError> {
        if self.signed.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            let rina = Actor::person_with("rina", vec![Role::new("ketua")]);
            let note = Command::Note { text: "Sebentar.".to_owned(), audience: Audience::Office };
            let no = CaseNo::new(&self.no);
            let written = self.desk.act(&rina, &Scope::All, &no, note);
            tokio::runtime::Handle::current().block_on(written).expect("a note");
        }
        PlainSigner.sign(key, passphrase, pdf, says)
    }

    fn verify(&self, pdf: &[u8], roots: &[TrustedRoot], at: Timestamp) -> Verdict {
        PlainSigner.verify(pdf, roots, at)
    }

    fn ask_service(&self, pdf: &[u8]) -> Option<bool> {
        PlainSigner.ask_service(pdf)
    }
}

#[tokio::test]
async fn a_letter_is_signed_once_even_if_its_case_changes_meanwhile() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let signer = Arc::new(DisturbedSigner { desk: office.desk.clone(), no: no.clone(), signed: 0.into() });
    let stationery = office.desk.letters.stationery.clone();
    office.desk.letters =
        LetterOffice::new(Arc::new(PlainPress), signer.clone(), stationery, "https://sigap.example/");
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    let hendra = office.sign_in("hendra").await;
    assert_eq!(hendra.completes(&no, 7, &signs).await.status, 303);
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Sebentar.") && page.contains("menandatangani surat nomor 2/"), "{page}");
    assert_eq!(signer.signed.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn whoever_signs_through_bsre_sees_their_number_masked() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let nik = Nik::parse("3171234567890123").expect("a NIK");
    let kept = Kept::Bsre(nik.clone());
    let key = SigningKey { kept, ..key_of("hendra") };
    office.desk.store.set_signing_key(&key).await.expect("a key");
    let hendra = office.sign_in("hendra").await;
    let page = hendra.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("lewat BSrE dengan NIK ************0123"), "{page}");
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    let answer = hendra.completes(&no, 7, &signs).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Kantor ini belum terhubung dengan BSrE."), "{}", answer.text);
    assert!(!page.contains(nik.in_full()) && !answer.text.contains(nik.in_full()));
}

#[tokio::test]
async fn whoever_has_no_key_is_told_how_to_get_one() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Minta kamera").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let person = NewPerson {
        id: PersonId::new("tono"),
        name: "Tono Suharto".to_owned(),
        nip: None,
        email: "tono@brmp.example".to_owned(),
        periods: vec![Period::always("Ketua Tim", UnitCode::new("SEKRETARIAT"), [Role::new("ketua")])],
        password_hash: HASH.clone(),
    };
    office.desk.store.add_person(&person).await.expect("a person");
    let tono = office.sign_in("tono").await;
    tono.completes(&no, 2, &[("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Bukan kami.")])
        .await;
    let explains =
        [("outcome", "penjelasan"), ("t3-penjelasan", "Bagian Umum."), ("passphrase-penjelasan", "x")];
    let answer = tono.completes(&no, 3, &explains).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("sigap signer import") && answer.text.contains("Bagian Umum."));
}

#[tokio::test]
async fn anybody_can_verify_a_letter_they_hold() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.sign_in("hendra").await;
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    hendra.completes(&no, 7, &signs).await;
    let (address, verify) = letter_of(&hendra, &no, 7).await;
    let letter = hendra.get(&format!("{address}/pdf")).await.text;
    let (other, _) = letter_of(&hendra, &no, 3).await;
    let other = hendra.get(&format!("{other}/pdf")).await.text;

    let stranger = office.stranger();
    let page = stranger.get(&verify).await;
    assert_eq!(page.status, 200);
    for told in ["2/TU.120/H.1/11/2026", "Hendra Prawira", "Sertifikat uji. Surat ini simulasi"] {
        assert!(page.text.contains(told), "no {told} in {}", page.text);
    }
    for hidden in ["Minta kamera", "Belum dapat", "Markus", &no] {
        assert!(!page.text.contains(hidden), "{hidden} is nobody else's");
    }
    for (file, said) in [
        (letter.clone(), "tidak berubah sejak ditandatangani"),
        (format!("{letter}!"), "diubah sesudah ditandatangani"),
        (other, "tetapi ini bukan surat tersebut"),
        ("bukan surat".to_owned(), "Berkas ini bukan surat tersebut"),
    ] {
        let answer = stranger.post_files(&verify, &[("file", Some("surat.pdf"), file.as_bytes())]).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains(said), "no {said} in {}", answer.text);
    }
    assert_eq!(stranger.post_files(&verify, &[("file", Some(""), b"")]).await.status, 422);
    let unknown = stranger.get("/v/TIDAK-ADA").await;
    assert!(
        unknown.status == 404 && unknown.text.contains("tidak pernah menandatangani"),
        "{}",
        unknown.text
    );
}

/// Leads a case to the letter of explanation, signed in row 3 for the requester.
async fn explained(office: &Office, subject: &str) -> String {
    let no = office.sign_in("markus").await.asks(subject).await;
    explains(office, &no).await;
    no
}

async fn explains(office: &Office, no: &str) {
    office.sign_in("hendra").await.completes(no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    rina.completes(no, 2, &[("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Bukan kami.")])
        .await;
    let explains =
        [("outcome", "penjelasan"), ("t3-penjelasan", "Bagian Umum."), ("passphrase-penjelasan", PASSPHRASE)];
    let answer = rina.completes(no, 3, &explains).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

#[tokio::test]
async fn a_signed_letter_is_mailed_once_and_both_sides_see_to_where() {
    let mailer = PlainMailer::answering([]);
    let office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    let rina = office.sign_in("rina").await;
    assert!(rina.get(&format!("/cases/{no}")).await.text.contains("Sedang dikirim lewat surel."));
    office.works().await;
    office.works().await;
    let [message] = mailer.got().try_into().expect("one message");
    assert_eq!(message.to.as_str(), "markus@brmp.example");
    assert_eq!(message.subject, "Surat 1/TU.120/H.1/11/2026: Penjelasan atas permintaan bantuan teknis TI");
    assert_eq!(message.file_name, "Surat 1-TU.120-H.1-11-2026.pdf");
    let (address, verify) = letter_of(&rina, &no, 3).await;
    assert_eq!(message.pdf, rina.get(&format!("{address}/pdf")).await.text.as_bytes());
    for said in [
        "Yth. Markus Lado,",
        "Nomor surat : 1/TU.120/H.1/11/2026",
        "Tanggal     : 23 November 2026",
        &format!("Nomor kasus : {no}"),
        "SIMULASI.",
        &format!("https://sigap.example{verify}"),
        &format!("https://sigap.example/requests/{no}"),
    ] {
        assert!(message.text.contains(said), "no {said} in {}", message.text);
    }
    let page = rina.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Dikirim ke markus@brmp.example, 23 Nov 09.00"), "{page}");
    assert!(page.contains("Surat nomor 1/TU.120/H.1/11/2026 dikirim lewat surel ke markus@brmp.example."));
    let markus = office.sign_in("markus").await.get(&format!("/requests/{no}")).await.text;
    assert!(markus.contains("Dikirim ke m***@brmp.example, 23 Nov"), "{markus}");
    assert!(!markus.contains("markus@brmp.example"));
}

#[tokio::test]
async fn what_a_mail_server_refuses_is_shown_with_its_answer_and_sent_again_by_the_office() {
    let mailer = PlainMailer::answering([MailError::Permanent("550 5.1.1 <m> unknown".to_owned())]);
    let mut office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    office.works().await;
    office.later("2026-11-23 15:00");
    office.works().await;
    assert_eq!(mailer.got().len(), 1, "what was refused for good is not tried again");
    let endang = office.sign_in("endang").await;
    let page = endang.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Tidak terkirim ke markus@brmp.example: server surel menolaknya"), "{page}");
    assert!(page.contains("550 5.1.1 &#60;m&#62; unknown"), "{page}");
    assert!(page.contains("name=\"surel-3-0\" type=\"email\" value=\"markus@brmp.example\""), "{page}");
    let markus = office.sign_in("markus").await;
    let told = markus.get(&format!("/requests/{no}")).await.text;
    assert!(told.contains("Tidak terkirim ke m***@brmp.example; unduh suratnya di sini."), "{told}");

    let again = format!("/cases/{no}/documents/3-0/dispatches");
    for (typed, said) in [("", "Isilah bagian ini."), ("markus, siti", "Tulis satu alamat surel")] {
        let answer = endang.post(&again, &[("surel-3-0", typed)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(said) && answer.text.contains("href=\"#surel-3-0\""), "{}", answer.text);
    }
    assert_eq!(markus.post(&again, &[("surel-3-0", "x@brmp.example")]).await.status, 403);
    assert_eq!(
        office.sign_in("sari").await.post(&again, &[("surel-3-0", "x@brmp.example")]).await.status,
        404
    );
    assert_eq!(endang.post(&again, &[("surel-3-0", "tu@brmp.example")]).await.status, 303);
    let impatient = endang.post(&again, &[("surel-3-0", "umum@brmp.example")]).await;
    assert_eq!(impatient.status, 409);
    assert!(impatient.text.contains("Surat ini sedang dikirim sejak pukul 15.00."), "{}", impatient.text);
    assert!(impatient.text.contains("umum@brmp.example"), "what was typed is kept");
    office.works().await;
    let [first, second] = mailer.got().try_into().expect("two messages");
    assert_eq!((second.to.as_str(), &second.pdf), ("tu@brmp.example", &first.pdf));
    assert_ne!(first.id, second.id, "a letter that is sent again is another message");
    let page = endang.get(&format!("/cases/{no}")).await.text;
    assert!(
        page.contains("Endang Lestari mengirim ulang surat nomor 1/TU.120/H.1/11/2026 ke tu@brmp.example.")
    );
}

#[tokio::test]
async fn while_a_mail_server_is_away_a_letter_is_tried_again_but_not_for_ever() {
    let away = || MailError::Temporary("451 try again later".to_owned());
    let mailer = PlainMailer::answering((0..3).map(|_| away()));
    let mut office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    for moment in ["09:00", "09:01", "09:02", "09:03", "09:04"] {
        office.later(&format!("2026-11-23 {moment}"));
        office.works().await;
    }
    let got = mailer.got();
    assert_eq!(got.len(), 4, "three times in vain, then it went out");
    assert!(got.iter().all(|message| *message == got[0]), "each try is the same message");
    let rina = office.sign_in("rina").await;
    assert!(
        rina.get(&format!("/cases/{no}")).await.text.contains("Dikirim ke markus@brmp.example, 23 Nov 09.03")
    );

    let mailer = PlainMailer::answering((0..99).map(|_| away()));
    let mut office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    for hour in 9..24 {
        for minute in (0..60).step_by(2) {
            office.later(&format!("2026-11-23 {hour:02}:{minute:02}"));
            office.works().await;
        }
    }
    assert_eq!(mailer.got().len(), 15);
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(
        page.contains("Tidak terkirim ke markus@brmp.example: berkali-kali dicoba sampai 23 Nov 13."),
        "{page}"
    );
    assert!(page.contains("451 try again later"));
}

/// A mailer that tells when it has begun, and takes a message on when it is told to.
#[derive(Debug, Default)]
struct SlowMailer {
    begun: Notify,
    told: Notify,
}

impl Mailer for SlowMailer {
    fn send(&self, _message: Message) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async {
            self.begun.notify_one();
            self.told.notified().await;
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_mail_server_that_takes_its_time_holds_up_nothing_else() {
    let mailer = Arc::new(SlowMailer::default());
    let mut office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    let waits = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&waits, 1, DISPOSES).await;
    office.later("2026-11-23 09:30");
    let mut changes = office.desk.watch();
    let desk = office.desk.clone();
    let at_work = tokio::spawn(async move { desk.run_outbox("a").await });
    // Row 2 fell due at 09:20, which is noted while the letter still waits for its server.
    let is_it = |change| matches!(change, store::Change::Case { case, .. } if case.as_str() == waits);
    while !is_it(changes.recv().await.expect("a change")) {}
    assert!(!at_work.is_finished());
    mailer.told.notify_one();
    at_work.await.expect("the worker").expect("the outbox");
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Dikirim ke markus@brmp.example, 23 Nov 09.30"), "{page}");
}

#[tokio::test]
async fn a_desk_that_closes_first_notes_the_letter_it_is_sending() {
    let mailer = Arc::new(SlowMailer::default());
    let office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    let at_work = tokio::spawn(office.desk.clone().work("a".to_owned()));
    mailer.begun.notified().await;
    office.desk.close();
    mailer.told.notify_one();
    at_work.await.expect("the worker comes to its end");
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Dikirim ke markus@brmp.example"), "{page}");
}

#[tokio::test]
async fn where_no_e_mail_is_set_up_or_no_address_known_the_page_says_so() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = explained(&office, "Minta kamera").await;
    office.works().await;
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("kantor ini belum menyiapkan surel. Suratnya ada di halaman pemohon."), "{page}");
    assert!(!page.contains("Kirim ulang"), "what cannot be done is not offered");

    let mailer = PlainMailer::answering([]);
    let office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let endang = office.sign_in("endang").await;
    let mut form = request_form("Minta kamera", "Untuk rapat.");
    form.extend([
        ("@nama", None, &b"Suparno"[..]),
        ("unit", None, b"BRMP-NTT"),
        ("@nomor-surat", None, b"B-77/TU.120"),
        ("letter-date", None, b"20-11-2026"),
        ("received-on", None, b"23-11-2026"),
        ("received-hour", None, b"08.00"),
    ]);
    let answer = endang.post_files("/requests", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let no = answer.location.rsplit('/').next().unwrap_or_default();
    explains(&office, no).await;
    office.works().await;
    assert_eq!(mailer.got(), []);
    let page = endang.get(&format!("/cases/{no}")).await.text;
    assert!(
        page.contains("alamat surel pemohon tidak diketahui. Serahkan suratnya dengan cara lain."),
        "{page}"
    );
    assert!(page.contains("Kirim ulang surat 1/TU.120/H.1/11/2026 lewat surel"));
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

#[tokio::test]
async fn an_attachment_is_served_as_a_file_to_those_who_may_read_the_case() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let mut form = request_form("Situs mati", "Lihat foto.");
    form.push(("files", Some("..\\..\\foto 'layar'.png"), PNG));
    let answer = markus.post_files("/requests", &form).await;
    let no = answer.location.rsplit('/').next().unwrap_or_default().to_owned();
    let page = markus.get(&format!("/requests/{no}")).await.text;
    let address = page
        .split("href=\"")
        .find(|part| part.contains("/attachments/"))
        .and_then(|part| part.split('"').next());
    let file = markus.get(address.expect("the page links to the file")).await;
    assert_eq!(file.status, 200);
    let header = |name: &str| {
        file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    assert_eq!(header("content-type"), "image/png");
    assert!(
        header("content-disposition").starts_with("attachment; filename=\"foto _layar_.png\""),
        "{}",
        header("content-disposition")
    );
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(office.sign_in("sari").await.get(address.unwrap_or_default()).await.status, 404);
}

#[tokio::test]
async fn too_much_at_once_is_refused_with_the_limit() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Situs mati").await;
    let long = "x".repeat(600 * 1024);
    assert_eq!(markus.post(&format!("/cases/{no}/notes"), &[("text", &long)]).await.status, 413);
    let mut big = PNG.to_vec();
    big.resize(11 * 1024 * 1024, 0);
    let answer =
        markus.post_files(&format!("/cases/{no}/attachments"), &[("files", Some("besar.png"), &big)]).await;
    assert!(
        answer.status == 422 && answer.text.contains("lebih dari 10 MB"),
        "{} {}",
        answer.status,
        answer.text
    );
    let answer = markus.post(&format!("/cases/{no}/notes"), &[("text", &"a".repeat(2_001))]).await;
    assert!(answer.status == 422 && answer.text.contains("paling banyak 2000 huruf"), "{}", answer.text);
    assert!(answer.text.contains(&"a".repeat(2_001)), "the text is still in its form");
}

#[tokio::test]
async fn nothing_typed_becomes_markup_anywhere() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let answer = markus.post_files("/requests", &request_form(EVIL, EVIL)).await;
    let no = answer.location.rsplit('/').next().unwrap_or_default().to_owned();
    markus.post(&format!("/cases/{no}/notes"), &[("text", EVIL)]).await;
    let hendra = office.sign_in("hendra").await;
    hendra
        .completes(
            &no,
            1,
            &[("outcome", "teruskan"), ("t1-sifat", "biasa"), ("t1-harap", "proses"), ("t1-catatan", EVIL)],
        )
        .await;
    let rina = office.sign_in("rina").await;
    rina.post(&format!("/cases/{no}/suspension"), &[("text", EVIL)]).await;
    for (who, path) in [
        (&markus, format!("/requests/{no}")),
        (&markus, "/requests".to_owned()),
        (&rina, format!("/cases/{no}")),
        (&rina, "/inbox".to_owned()),
        (&rina, "/cases".to_owned()),
        (&rina, "/register".to_owned()),
        (&rina, format!("/cases/{no}/documents/form")),
        (&rina, format!("/cases/{no}/documents/1-0")),
        (&rina, format!("/cases?q={}", escaped(EVIL))),
        (&office.stranger(), format!("/sign-in?next=/{}", escaped(EVIL))),
    ] {
        let text = who.get(&path).await.text;
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}");
    }
}

#[tokio::test]
async fn the_language_is_switched_and_remembered() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    assert!(rina.get("/inbox").await.text.contains("Kotak kerja"));
    let answer = rina.post("/language", &[("language", "en"), ("back", "/cases")]).await;
    assert_eq!(answer.location, "/cases");
    assert!(
        office.sign_in("rina").await.get("/inbox").await.text.contains("<html lang=\"en\""),
        "also at another machine"
    );
}

#[tokio::test]
async fn a_machine_gets_a_problem_it_can_read() {
    let office = Office::at("2026-11-23 09:00").await;
    let answer = office
        .stranger()
        .send(Request::get("/tidak-ada").header(header::ACCEPT, "application/json"), Body::empty())
        .await;
    assert_eq!(
        answer.headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes()),
        Some(&b"application/problem+json"[..])
    );
    assert!(
        answer.text.contains("\"type\":\"/problems/not-found\"") && answer.text.contains("\"status\":404"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn malformed_addresses_and_headers_get_a_page_and_never_a_fault() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    for path in [
        "/cases/%FF",
        "/cases/2026-0001/attachments/bukan-angka",
        "/cases/2026-0001/documents/x-y",
        "/cases?after=palsu",
        "/cases?state=apa&unit=%00&sort=aneh",
        "/register?after=%F0%9F%92%A9",
        "/inbox?after=x",
        "/requests/new/..%2f..%2fetc",
        "/assets/../Cargo.toml",
    ] {
        let answer = rina.get(path).await;
        assert!(answer.status < 500, "{path}: {}", answer.status);
        assert!(answer.text.contains("<html") || answer.status == 303, "{path} answers with a page");
    }
    let answer = rina
        .send(
            Request::post("/cases/2026-0001/notes").header(header::CONTENT_TYPE, "text/plain"),
            Body::from("x"),
        )
        .await;
    assert!(answer.status == 415 || answer.status == 400, "{}", answer.status);
    assert_eq!(rina.send(Request::delete("/inbox"), Body::empty()).await.status, 405);
}

#[tokio::test]
async fn what_falls_due_is_noted_by_itself_once() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    assert_eq!(office.desk.run_outbox("w").await.expect("the outbox runs"), 0, "twenty minutes are not over");
    office.later("2026-11-23 09:21");
    assert_eq!(office.desk.run_outbox("w").await.expect("the outbox runs"), 1);
    assert_eq!(office.desk.run_outbox("w").await.expect("the outbox runs"), 0);
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Langkah 2 lewat waktu.") && page.contains("Lewat 1 menit kerja"));
}

#[tokio::test]
async fn a_due_time_is_shown_in_the_office_s_zone_and_the_requester_s() {
    let office = Office::at("2026-11-23 15:50").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let page = office.sign_in("markus").await.get(&format!("/requests/{no}")).await.text;
    assert!(page.contains("Jatuh tempo Selasa 24 Nov 2026 07.40 WIB, yaitu 08.40 WITA"), "{page}");
}

#[tokio::test]
async fn a_day_off_declared_late_moves_open_due_times_and_keeps_the_old_ones() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rejection = [("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Sudah diajukan.")];
    office.sign_in("rina").await.completes(&no, 2, &rejection).await;
    let explained = [
        ("outcome", "penjelasan"),
        ("t3-penjelasan", "Lihat permintaan pertama."),
        ("passphrase-penjelasan", PASSPHRASE),
    ];
    office.sign_in("rina").await.completes(&no, 3, &explained).await;
    assert!(office.desk.order_recomputing().await.expect("ordered"), "it was never computed before");
    assert!(!office.desk.order_recomputing().await.expect("ordered"), "nothing has changed");
    office.works_off().await;
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    assert!(!page.contains("karena kalender berubah"), "{page}");

    let day_off =
        "{ tanggal = 2026-11-24, nama = \"Hari pemilihan\", jenis = \"nasional\", dasar = \"Keppres\" },\n]";
    let text = include_str!("../../../calendars/2026.toml").replacen("\n]", &format!("\n  {day_off}"), 1);
    let calendar = Arc::new(Calendar::from_files(&[("2026.toml", text)]).expect("a calendar"));
    let mut office = office;
    office.desk = Desk::new(
        office.desk.store.clone(),
        office.desk.files.clone(),
        calendar,
        letter_office(),
        Clock::Fixed(jakarta("2026-11-23 10:00")),
    );
    assert!(office.desk.order_recomputing().await.expect("ordered"));
    assert!(!office.desk.order_recomputing().await.expect("ordered"), "once is enough");
    office.works_off().await;
    let page = office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text;
    let told = "Jatuh tempo langkah 4 bergeser dari 24 Nov 2026 09.00 WIB ke 25 Nov 2026 09.00 WIB karena kalender berubah.";
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn a_request_and_its_files_are_taken_in_together_or_not_at_all() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let mut form = request_form("", "Lihat foto.");
    form.push(("files", Some("foto.png"), PNG));
    let answer = markus.post_files("/requests", &form).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("Pilih lagi: foto.png."),
        "the file has to be chosen again, and the page says so"
    );
    assert_eq!(
        std::fs::read_dir(office.files.path().join("incoming")).map_or(0, Iterator::count),
        0,
        "nothing is left"
    );

    let mut form = request_form("Situs mati", "Lihat foto.");
    form.push(("files", Some("foto.png"), PNG));
    let answer = markus.post_files("/requests", &form).await;
    let no = answer.location.rsplit('/').next().unwrap_or_default().to_owned();
    let file = office.desk.store.case_file(&store::Scope::All, &no.as_str().into()).await.expect("the case");
    let history = file.expect("the case is there").history;
    let together = history.iter().filter(|recorded| recorded.at == history[0].at).count();
    assert_eq!((history.len(), together), (4, 4), "registered, attached, and the first row open: one act");
}

#[tokio::test]
async fn a_file_that_is_missing_or_altered_is_named_on_a_page_and_the_case_stays_readable() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Situs mati").await;
    markus.post_files(&format!("/cases/{no}/attachments"), &[("files", Some("foto.png"), PNG)]).await;
    let page = markus.get(&format!("/requests/{no}")).await.text;
    let (_, from) = page.split_once(&format!("/cases/{no}/attachments/")).expect("its address");
    let (seq, _) = from.split_once('"').expect("its end");
    let address = format!("/cases/{no}/attachments/{seq}");
    assert_eq!(markus.get(&address).await.status, 200);

    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(PNG));
    let kept = office.files.path().join(&digest[..2]).join(&digest[2..4]).join(&digest);
    std::fs::write(&kept, [PNG, b"!"].concat()).expect("a damage");
    let answer = markus.get(&address).await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains("Berkas ini bukan lagi berkas yang disimpan"), "{}", answer.text);
    std::fs::remove_file(&kept).expect("a loss");
    let answer = markus.get(&address).await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains("Berkas ini hilang dari tempat penyimpanan"), "{}", answer.text);
    assert!(answer.text.contains("Kasus dan catatannya utuh"), "{}", answer.text);
    assert_eq!(markus.get(&format!("/requests/{no}")).await.status, 200);
}

#[tokio::test]
async fn of_several_files_all_are_added_or_none() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Situs mati").await;
    let parts: &[(&str, Option<&str>, &[u8])] =
        &[("files", Some("foto.png"), PNG), ("files", Some("surat.docx"), b"PK\x03\x04 bukan gambar")];
    let answer = markus.post_files(&format!("/cases/{no}/attachments"), parts).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("<a href=\"#attach-files\">")
            && answer.text.contains("attach-files-hint attach-files-error")
    );
    assert!(
        answer.text.contains("“surat.docx” bukan PDF, PNG, atau JPG")
            && answer.text.contains("Pilih lagi: foto.png.")
    );
    assert!(!markus.get(&format!("/requests/{no}")).await.text.contains("/attachments/"), "none was added");
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other() {
    let office = Office::at("2026-11-23 09:00").await;
    let guesses = (0..60).map(|n| {
        let office = &office;
        async move {
            let password = format!("tebakan-{n}");
            let form = [("login", "rina@brmp.example"), ("password", password.as_str())];
            office.stranger().post("/session", &form).await.status
        }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let looked_at = statuses.iter().filter(|status| **status == 422).count();
    let held_back = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!((looked_at, held_back), (5, 55));
}

#[tokio::test]
async fn an_account_is_one_however_its_login_is_written() {
    let office = Office::at("2026-11-23 09:00").await;
    let person = NewPerson {
        id: PersonId::new("tono"),
        name: "Tono".to_owned(),
        nip: Some("196804151992031001".to_owned()),
        email: "tono@brmp.example".to_owned(),
        periods: vec![Period::always("Pegawai", UnitCode::new("SEKRETARIAT"), [Role::new("pemohon")])],
        password_hash: HASH.clone(),
    };
    office.desk.store.add_person(&person).await.expect("a person");
    let status = async |login: &str, password: &str| {
        office.stranger().post("/session", &[("login", login), ("password", password)]).await.status
    };
    for login in [
        "196804151992031001",
        "19680415 199203 1 001",
        "1 9680415199203 1001",
        "tono@brmp.example",
        "TONO@brmp.example ",
    ] {
        assert_eq!(status(login, "bukan ini").await, 422, "{login}");
    }
    for login in ["19680415\u{a0}1992031001", "tono@brmp.example"] {
        assert_eq!(status(login, PASSWORD).await, 429, "{login}");
    }
    for login in ["1", " 1", "1 ", "\u{a0}1", "1\t"] {
        assert_eq!(status(login, "bukan ini").await, 422, "nobody's {login:?}");
    }
    assert_eq!(status("1", "bukan ini").await, 429, "nobody looks like somebody");
}

#[tokio::test]
async fn no_login_is_longer_than_its_field() {
    let office = Office::at("2026-11-23 09:00").await;
    for _ in 0..7 {
        let login = format!("{}@brmp.example", "r".repeat(200));
        let answer = office.stranger().post("/session", &[("login", &login), ("password", PASSWORD)]).await;
        assert!(answer.status == 422 && answer.text.contains("tidak cocok"), "{}", answer.status);
    }
    assert!(
        office.stranger().get("/sign-in").await.text.contains("name=\"login\" value=\"\" maxlength=\"200\"")
    );
}

#[tokio::test]
async fn one_address_may_guess_often_only_where_it_may_be_a_whole_office_behind_a_proxy() {
    let office = Office::at("2026-11-23 09:00").await;
    let wrong = async |https: bool, n: usize| {
        let settings = Settings { https, ..Settings::default() };
        let request = Request::post("/session")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("login=orang{n}%40brmp.example&password=x")))
            .expect("a request");
        router(office.desk.clone(), settings).oneshot(request).await.expect("an answer").status().as_u16()
    };
    for n in 0..49 {
        assert_eq!(wrong(false, n).await, 422, "{n}");
    }
    for _ in 0..2 {
        office.sign_in("rina").await;
    }
    assert_eq!(wrong(false, 50).await, 422, "who signs in uses no try up and gives none to others");
    assert_eq!(wrong(false, 51).await, 429);
    assert_eq!(wrong(true, 52).await, 422);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_not_taken_for_a_session_that_has_ended() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    office.desk.store.close().await;
    for path in ["/inbox", "/sign-in", "/"] {
        let answer = rina.get(path).await;
        assert_eq!((answer.status, answer.location.as_str()), (503, ""), "{path}");
        assert!(answer.text.contains("Basis data tidak menjawab"), "{path} answers with a page");
    }
    assert_eq!(office.stranger().get("/inbox").await.status, 303);
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_says_how_to_send_it_again() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    for path in [format!("/cases/{no}/notes"), "/requests".to_owned()] {
        let answer = office.stranger().post(&path, &[("text", "Sudah lama saya tulis.")]).await;
        assert_eq!((answer.status, answer.location.as_str()), (401, ""), "{path}");
        assert!(answer.text.contains("Sesi Anda berakhir") && answer.text.contains("tab baru"), "{path}");
    }
}

#[tokio::test]
async fn the_switches_of_a_page_that_answered_a_form_lead_to_a_page_that_opens() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    let endang = office.sign_in("endang").await;
    let completion = format!("/cases/{no}/tasks/2/completion");
    let withdrawal = format!("/cases/{no}/withdrawal");
    let case = format!("/cases/{no}");
    let request = format!("/requests/{no}");
    let stranger = office.stranger();
    for (who, path, from, back) in [
        (&stranger, "/session", "http://sigap.example/sign-in?next=/cases", "/sign-in?next=/cases"),
        (&stranger, "/session", "http://sigap.example/session", "/sign-in"),
        (&stranger, "/session", "http://jahat.example/sign-in", "/"),
        (&stranger, "/session", "", "/"),
        (&endang, "/requests", "http://sigap.example/requests/new", "/requests/new"),
        (&endang, "/requests", "http://sigap.example/requests", "/requests/new"),
        (&rina, &completion, &format!("http://sigap.example{case}"), &case),
        (&rina, &completion, &format!("http://sigap.example{completion}"), &case),
        (&rina, &completion, &format!("https://sigap.example{completion}"), &case),
        (&markus, &withdrawal, &format!("http://sigap.example{request}"), &request),
        (&markus, &withdrawal, &format!("http://sigap.example{withdrawal}"), &request),
    ] {
        let form = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, from);
        let answer = who.send(form, Body::from("x=1")).await;
        assert!((400..500).contains(&answer.status), "{path} from {from:?}: {}", answer.status);
        let switch = format!("<input type=\"hidden\" name=\"back\" value=\"{back}\">");
        assert!(answer.text.contains(&switch), "{path} from {from:?}: {}", answer.text);
        let opened = who.get(back).await.status;
        assert!(opened == 200 || back == "/", "{back}: {opened}");
    }
}
