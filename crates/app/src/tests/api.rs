//! The interface for machines: what programs ask for somebody, and what they may not.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use store::TokenScope;

use super::*;

/// Somebody's program.
pub(super) struct Program<'a> {
    office: &'a Office,
    token: String,
}

/// What a program gets back.
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) json: Value,
    pub(super) bytes: Vec<u8>,
}

const YEAR_END: Date = date(2026, 12, 31);

impl Office {
    pub(super) async fn program(&self, id: &str, scope: TokenScope) -> Program<'_> {
        let (desk, person) = (&self.desk, PersonId::new(id));
        let made =
            crate::make_token(&desk.store, &desk.calendar, desk.now(), &person, "uji", scope, YEAR_END);
        Program { office: self, token: made.await.expect("a token") }
    }

    pub(super) async fn acting(&self, id: &str) -> Program<'_> {
        self.program(id, TokenScope::Act).await
    }
}

impl Program<'_> {
    pub(super) async fn get(&self, path: &str) -> Told {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Asks for something new.
    async fn asks(&self, key: Option<&str>, body: &Value) -> Told {
        let mut request = Request::post("/api/v1/cases").header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request, Body::from(body.to_string())).await
    }

    /// Sends something that belongs to no case.
    pub(super) async fn posts(&self, path: &str, body: &Value) -> Told {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request, Body::from(body.to_string())).await
    }

    /// Acts on a case that it has seen in a version.
    pub(super) async fn acts(&self, no: &str, act: &str, seen: &str, body: &Value) -> Told {
        let request = Request::post(format!("/api/v1/cases/{no}/{act}"))
            .header("content-type", "application/json")
            .header("if-match", seen);
        self.send(request, Body::from(body.to_string())).await
    }

    pub(super) async fn sees(&self, no: &str) -> String {
        let told = self.get(&format!("/api/v1/cases/{no}")).await;
        assert_eq!(told.status, 200, "{}", told.json);
        told.headers["etag"].to_str().expect("a tag").to_owned()
    }

    /// Acts on a case as it stands.
    pub(super) async fn does(&self, no: &str, act: &str, body: &Value) -> Told {
        let seen = self.sees(no).await;
        self.acts(no, act, &seen, body).await
    }

    pub(super) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Told {
        let request = request.header("authorization", format!("Bearer {}", self.token));
        tell(self.office, request, body).await
    }
}

async fn tell(office: &Office, request: axum::http::request::Builder, body: Body) -> Told {
    let request = request.body(body).expect("a request");
    let response = office.router().oneshot(request).await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole answer").to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Told { status, headers, json, bytes }
}

impl Told {
    /// That it is a problem of this kind.
    #[track_caller]
    pub(super) fn is_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.json["type"], format!("/problems/{kind}"), "{} {}", self.status, self.json);
        assert_eq!((self.status, self.json["status"].as_u64()), (status, Some(u64::from(status))));
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert!(self.json["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{}", self.json);
    }
}

fn help(subject: &str) -> Value {
    json!({
        "contact": "0812 5550 0142",
        "subject": subject,
        "entries": { "jenis": "aplikasi", "uraian": "Situs tidak tampil.", "sifat": "biasa" },
    })
}

fn disposes() -> Value {
    json!({ "outcome": "teruskan", "entries": { "sifat": "biasa", "harap": ["proses"] } })
}

/// A case of Markus' that somebody else filed for him on the pages.
async fn case_of_markus(office: &Office) -> String {
    office.sign_in("markus").await.asks("Situs mati").await
}

#[tokio::test]
async fn programs_walk_a_case_from_the_request_to_the_assignment() {
    let office = Office::at("2026-11-23 09:00").await;
    let (markus, hendra) = (office.acting("markus").await, office.acting("hendra").await);
    let form = markus.get("/api/v1/request-form").await;
    assert!(form.json["fields"].as_array().expect("fields").iter().any(|field| field["id"] == "uraian"));

    let receipt = markus.asks(None, &help("Situs mati")).await;
    assert_eq!((receipt.status, &receipt.json["number"]), (201, &json!("2026-0001")), "{}", receipt.json);
    assert_eq!(receipt.headers["location"], "/api/v1/cases/2026-0001");

    let tasks = hendra.get("/api/v1/tasks").await;
    assert_eq!(
        (&tasks.json["tasks"][0]["case"], &tasks.json["tasks"][0]["task"]),
        (&json!("2026-0001"), &json!(1))
    );
    let case = hendra.get("/api/v1/cases/2026-0001").await;
    let outcomes = case.json["tasks"][0]["outcomes"].as_array().expect("outcomes");
    assert!(outcomes.iter().any(|outcome| outcome["id"] == "teruskan" && outcome["signs"] == false));
    let done = hendra.does("2026-0001", "tasks/1/completion", &disposes()).await;
    assert_eq!((done.status, &done.json["steps"][0]["done"]), (200, &json!(true)), "{}", done.json);

    let rina = office.acting("rina").await;
    let task = done.json["tasks"][0]["task"].as_u64().expect("a task");
    assert_eq!(rina.get("/api/v1/tasks").await.json["tasks"][0]["task"], task);
    let list = rina.get("/api/v1/cases?state=running&q=situs").await;
    assert_eq!(list.json["cases"][0]["subject"], "Situs mati");
    let books = rina.get("/api/v1/registers/incoming").await;
    assert_eq!(books.json["lines"][0]["case"], "2026-0001");
    assert_eq!(books.json["columns"][0]["name"], "agenda");
    let disposed = rina.get("/api/v1/registers/dispositions?from=2026-11-23&until=2026-11-23").await;
    assert_eq!(disposed.json["lines"][0]["disposed-by"], "Hendra Prawira");
}

#[tokio::test]
async fn acts_beside_tasks_follow_the_rules_of_the_pages() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let (rina, markus) = (office.acting("rina").await, office.acting("markus").await);
    let suspended = rina.does(&no, "suspension", &json!({ "reason": "Menunggu suku cadang." })).await;
    assert_eq!((suspended.status, &suspended.json["state"]["name"]), (200, &json!("suspended")));
    rina.does(&no, "suspension", &json!({ "reason": "Sekali lagi." }))
        .await
        .is_problem(409, "case-suspended");
    let resumed = rina.does(&no, "resumption", &json!({ "note": "Sudah datang." })).await;
    assert_eq!((resumed.status, &resumed.json["state"]["name"]), (200, &json!("running")));
    let noted = rina.does(&no, "notes", &json!({ "note": "Penyedia lambat.", "audience": "office" })).await;
    assert_eq!(noted.json["history"][0]["text"], "Penyedia lambat.");
    markus.does(&no, "suspension", &json!({ "reason": "Saya mau." })).await.is_problem(403, "not-your-role");
    let missing = markus.does(&no, "withdrawal", &json!({ "reason": "" })).await;
    missing.is_problem(422, "mend");
    assert_eq!(
        (&missing.json["errors"][0]["field"], &missing.json["errors"][0]["code"]),
        (&json!("reason"), &json!("missing"))
    );
    let withdrawn = markus.does(&no, "withdrawal", &json!({ "reason": "Sudah beres." })).await;
    assert_eq!((withdrawn.status, &withdrawn.json["state"]["name"]), (200, &json!("ended")));
    let reopened = rina.does(&no, "reopening", &json!({ "reason": "Belum beres." })).await;
    assert_eq!(
        (reopened.status, &reopened.json["state"]["name"]),
        (200, &json!("running")),
        "{}",
        reopened.json
    );
}

#[tokio::test]
async fn work_is_given_logged_and_given_to_another() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    let hendra = office.acting("hendra").await;
    hendra.does(&no, "tasks/1/completion", &disposes()).await;
    let rina = office.acting("rina").await;
    let case = rina.get(&format!("/api/v1/cases/{no}")).await.json;
    let task = &case["tasks"][0];
    let assigning =
        task["outcomes"].as_array().expect("outcomes").iter().find(|way| way["assigns"].is_string());
    let way = assigning.expect("a way that gives work to somebody");
    let budi = task["members"].as_array().expect("members").iter().find(|who| who["id"] == "budi");
    assert!(budi.is_some(), "Rina may choose Budi: {task}");
    let completion = format!("tasks/{}/completion", task["task"]);
    let nobody = json!({ "outcome": way["id"], "entries": filled(&way["fields"]) });
    rina.does(&no, &completion, &nobody).await.is_problem(422, "assignee-needed");
    let given = json!({ "outcome": way["id"], "entries": filled(&way["fields"]), "assignee": "budi" });
    let given = rina.does(&no, &completion, &given).await;
    assert_eq!(
        (given.status, &given.json["tasks"][0]["assignee"]["name"]),
        (200, &json!("Budi Prasetyo")),
        "{}",
        given.json
    );
    let task = given.json["tasks"][0]["task"].clone();
    let moved = rina.does(&no, &format!("tasks/{task}/assignment"), &json!({ "assignee": "yohanes" })).await;
    assert_eq!(
        (moved.status, &moved.json["tasks"][0]["assignee"]["id"]),
        (200, &json!("yohanes")),
        "{}",
        moved.json
    );
    let yohanes = office.acting("yohanes").await;
    let log = json!({ "entries": {} });
    yohanes.does(&no, &format!("tasks/{task}/progress"), &log).await.is_problem(422, "no-log");
    let budi = office.acting("budi").await;
    budi.does(&no, &format!("tasks/{task}/progress"), &log).await.is_problem(403, "not-assigned-to-you");
}

/// Fills every field of a form in with something that fits.
fn filled(fields: &Value) -> Value {
    let fields = fields.as_array().expect("fields").iter().map(|field| {
        let value = match field["kind"].as_str() {
            Some("choice") => field["options"][0]["id"].clone(),
            Some("choices") => json!([field["options"][0]["id"]]),
            Some("past-date") => json!("2026-11-23"),
            _ => json!("Seperti diminta."),
        };
        (field["id"].as_str().expect("an id").to_owned(), value)
    });
    Value::Object(fields.collect())
}

#[tokio::test]
async fn a_foreign_case_looks_like_one_that_does_not_exist() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    let sari = office.acting("sari").await;
    for (foreign, absent) in [
        (format!("/api/v1/cases/{no}"), "/api/v1/cases/2026-9999".to_owned()),
        (format!("/api/v1/cases/{no}/documents/form"), "/api/v1/cases/2026-9999/documents/form".to_owned()),
        (format!("/api/v1/cases/{no}/attachments/1"), "/api/v1/cases/2026-9999/attachments/1".to_owned()),
        (format!("/api/v1/cases/{no}/attachments"), "/api/v1/cases/2026-9999/attachments".to_owned()),
        (format!("/api/v1/cases/{no}/dispatches"), "/api/v1/cases/2026-9999/dispatches".to_owned()),
        (format!("/api/v1/cases/{no}/dossier"), "/api/v1/cases/2026-9999/dossier".to_owned()),
    ] {
        let (foreign, absent) = (sari.get(&foreign).await, sari.get(&absent).await);
        foreign.is_problem(404, "not-found");
        assert_eq!(foreign.json, absent.json);
    }
    for act in ["withdrawal", "notes", "tasks/1/completion"] {
        let body = match act {
            "withdrawal" => json!({ "reason": "Tidak jadi." }),
            "notes" => json!({ "note": "Apa kabar?" }),
            _ => disposes(),
        };
        sari.acts(&no, act, "\"1\"", &body).await.is_problem(404, "not-found");
    }
    assert_eq!(sari.get("/api/v1/cases").await.json["cases"], json!([]));
    for place in
        ["tasks", "letters", "registers/incoming", "people", "units", "numbers", "mandates", "absences"]
    {
        sari.get(&format!("/api/v1/{place}")).await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn requesters_read_what_their_page_tells_them() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.acting("rina").await;
    rina.does(&no, "notes", &json!({ "note": "Jangan bilang pemohon.", "audience": "office" })).await;
    let told = office.acting("markus").await.get(&format!("/api/v1/cases/{no}")).await;
    assert_eq!((told.status, &told.json["tasks"]), (200, &json!([])));
    assert!(!told.json.to_string().contains("Jangan bilang"), "{}", told.json);
    let documents: Vec<_> =
        told.json["documents"].as_array().expect("documents").iter().map(|made| &made["id"]).collect();
    assert_eq!(documents, ["form"], "the disposition is the office's");
    office
        .acting("markus")
        .await
        .get(&format!("/api/v1/cases/{no}/documents/1-0"))
        .await
        .is_problem(404, "not-found");
}

#[tokio::test]
async fn letters_are_read_through_the_interface_and_signed_on_the_pages() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.acting("hendra").await;
    let signs = json!({ "outcome": "tandatangani" });
    hendra.does(&no, "tasks/7/completion", &signs).await.is_problem(422, "signature-needed");
    let form = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    assert_eq!(office.sign_in("hendra").await.completes(&no, 7, &form).await.status, 303);

    let letters = hendra.get("/api/v1/letters").await;
    let letter = &letters.json["letters"][1];
    assert_eq!(
        (&letter["case"], &letter["signer"]["id"]),
        (&json!(no), &json!("hendra")),
        "{}",
        letters.json
    );
    let code = letter["code"].as_str().expect("a code");
    let markus = office.acting("markus").await;
    let pdf = markus.get(&format!("/api/v1/letters/{code}/pdf")).await;
    assert_eq!(
        (pdf.status, &pdf.headers["content-type"]),
        (200, &"application/pdf".parse().expect("a type"))
    );
    assert!(pdf.bytes.starts_with(b"%PDF"), "it is the letter");
    assert_eq!(markus.get(&format!("/api/v1/letters/{code}")).await.json["code"], code);
    let sari = office.acting("sari").await;
    for path in [format!("/api/v1/letters/{code}"), format!("/api/v1/letters/{code}/pdf")] {
        sari.get(&path).await.is_problem(404, "not-found");
    }
    assert!(hendra.get("/api/v1/registers/outgoing").await.json["lines"][0]["number"].is_string());
}

#[tokio::test]
async fn lists_go_on_where_they_say() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.acting("markus").await;
    for n in 1..=3 {
        assert_eq!(markus.asks(None, &help(&format!("Permintaan {n}"))).await.status, 201);
    }
    let first = markus.get("/api/v1/cases?limit=2&sort=number").await.json;
    let next = first["next"].as_str().expect("there is more");
    let rest = markus.get(&format!("/api/v1/cases?limit=2&sort=number&after={next}")).await.json;
    assert_eq!((&rest["cases"][0]["number"], &rest["next"]), (&json!("2026-0003"), &Value::Null));
    let hendra = office.acting("hendra").await;
    let first = hendra.get("/api/v1/tasks?limit=2").await.json;
    let next = first["next"].as_str().expect("there is more");
    let rest = hendra.get(&format!("/api/v1/tasks?limit=2&after={next}")).await.json;
    assert_eq!(rest["tasks"].as_array().map(Vec::len), Some(1));
    markus.get("/api/v1/cases?after=entah").await.is_problem(422, "mend");
    hendra.get("/api/v1/letters?after=entah").await.is_problem(422, "mend");
    markus.get("/api/v1/cases?limit=0").await.is_problem(422, "mend");
    markus.get("/api/v1/cases?unit=ENTAH").await.is_problem(422, "mend");
    markus.get("/api/v1/cases?from=2026-11-24&until=2026-11-23").await.is_problem(422, "mend");
    markus.get("/api/v1/cases?from=kemarin").await.is_problem(400, "unreadable");
    markus.get(&format!("/api/v1/cases?q={}", "x".repeat(201))).await.is_problem(422, "mend");
    markus.get("/api/v1/cases?warna=biru").await.is_problem(400, "unreadable");
}

#[tokio::test]
async fn nobody_comes_in_without_a_token_that_is_valid() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    let path = format!("/api/v1/cases/{no}");
    let bare = tell(&office, Request::get(&path), Body::empty()).await;
    bare.is_problem(401, "no-token");
    assert_eq!(bare.headers["www-authenticate"], "Bearer realm=\"sigap\"");
    let cookie = office.sign_in("markus").await.cookie;
    tell(&office, Request::get(&path).header("cookie", cookie), Body::empty())
        .await
        .is_problem(401, "no-token");
    let token = office.acting("markus").await.token;
    for wrong in [
        "Bearer",
        "Bearer sigap_",
        "Basic bWFya3Vz",
        &format!("Bearer {token}0"),
        &format!("Bearer {}", token.to_uppercase()),
    ] {
        let request = Request::get(&path).header("authorization", wrong);
        tell(&office, request, Body::empty()).await.is_problem(401, "no-token");
    }
    office.later("2026-12-31 23:59");
    let program = Program { office: &office, token: token.clone() };
    assert_eq!(program.get(&path).await.status, 200, "it is valid to the end of its last day");
    office.later("2027-01-01 00:00");
    Program { office: &office, token }.get(&path).await.is_problem(401, "no-token");
}

#[tokio::test]
async fn a_token_that_may_read_changes_nothing() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    let reader = office.program("markus", TokenScope::Read).await;
    assert_eq!(reader.get("/api/v1/me").await.json["scope"], "read");
    let told = reader.does(&no, "withdrawal", &json!({ "reason": "Tidak jadi." })).await;
    told.is_problem(403, "only-reads");
    assert!(told.headers["www-authenticate"].to_str().is_ok_and(|told| told.contains("insufficient_scope")));
    reader.asks(None, &help("Situs mati")).await.is_problem(403, "only-reads");
    assert_eq!(reader.get("/api/v1/cases").await.json["cases"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_request_that_is_sent_again_under_its_key_makes_no_second_case() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let markus = office.acting("markus").await;
    let first = markus.asks(Some("kunci-1"), &help("Situs mati")).await;
    let again = markus.asks(Some("kunci-1"), &help("Situs mati")).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((&first.json, &first.headers["location"]), (&again.json, &again.headers["location"]));
    markus.asks(Some("kunci-1"), &help("Printer macet")).await.is_problem(422, "key-used");
    markus.asks(Some("kunci dengan spasi"), &help("Situs")).await.is_problem(400, "bad-request");
    let sari = office.acting("sari").await;
    assert_eq!(
        sari.asks(Some("kunci-1"), &help("Situs mati")).await.json["number"],
        "2026-0002",
        "keys are each person's own"
    );
    let token = markus.token.clone();
    office.later("2026-12-01 09:00");
    let markus = Program { office: &office, token };
    assert_eq!(
        markus.asks(Some("kunci-1"), &help("Situs mati")).await.json["number"],
        "2026-0003",
        "a week later it is new"
    );
}

#[tokio::test]
async fn of_two_who_saw_the_same_version_only_one_acts() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = case_of_markus(&office).await;
    let hendra = office.acting("hendra").await;
    let seen = hendra.sees(&no).await;
    let (disposed, noted) = (disposes(), json!({ "note": "Segera." }));
    let (one, other) = tokio::join!(
        hendra.acts(&no, "tasks/1/completion", &seen, &disposed),
        hendra.acts(&no, "notes", &seen, &noted),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.json, other.json);
    hendra.acts(&no, "notes", &seen, &noted).await.is_problem(412, "changed");
    let newer = if one.status == 200 { &one } else { &other };
    assert_eq!(newer.headers["etag"], hendra.sees(&no).await);
    hendra.acts(&no, "notes", "W/\"1\"", &noted).await.is_problem(400, "bad-request");
    let request =
        Request::post(format!("/api/v1/cases/{no}/notes")).header("content-type", "application/json");
    hendra.send(request, Body::from(noted.to_string())).await.is_problem(428, "if-match-needed");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_where_it_is_wrong() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.acting("markus").await;
    let post = || Request::post("/api/v1/cases").header("content-type", "application/json");
    markus.send(post(), Body::from("{\"contact\":")).await.is_problem(400, "unreadable");
    let mut unknown = help("Situs");
    unknown["warna"] = json!("biru");
    let told = markus.asks(None, &unknown).await;
    told.is_problem(400, "unreadable");
    assert!(told.json["detail"].as_str().is_some_and(|detail| detail.contains("warna")), "{}", told.json);
    let plain = Request::post("/api/v1/cases").header("content-type", "text/plain");
    markus.send(plain, Body::from(help("Situs").to_string())).await.is_problem(415, "not-json");
    let huge = help(&"x".repeat(600 * 1024));
    markus.asks(None, &huge).await.is_problem(413, "form-too-large");
    let misspelt = json!({ "contact": "1", "subject": "Situs", "entries": { "uraiann": "Mati." } });
    let told = markus.asks(None, &misspelt).await;
    told.is_problem(422, "mend");
    assert_eq!(
        (&told.json["errors"][0]["field"], &told.json["errors"][0]["code"]),
        (&json!("uraiann"), &json!("unknown"))
    );
    let empty = json!({ "contact": "", "subject": "", "entries": {} });
    let told = markus.asks(None, &empty).await;
    let fields: Vec<_> =
        told.json["errors"].as_array().expect("errors").iter().map(|error| error["field"].as_str()).collect();
    for field in ["contact", "subject", "uraian"] {
        assert!(fields.contains(&Some(field)), "no {field} in {fields:?}");
    }
    let told = markus.send(Request::delete("/api/v1/cases"), Body::empty()).await;
    told.is_problem(405, "method-not-allowed");
    assert!(told.headers["allow"].to_str().is_ok_and(|methods| methods.contains("POST")));
    markus.get("/api/v1/entah").await.is_problem(404, "not-found");
    let indonesian = Request::get("/api/v1/entah").header("accept-language", "id-ID,id;q=0.9");
    assert_eq!(markus.send(indonesian, Body::empty()).await.json["title"], "Halaman ini tidak ada");
}

#[tokio::test]
async fn letters_on_paper_are_entered_by_the_agenda_officer_alone() {
    let office = Office::at("2026-11-23 09:00").await;
    let mut paper = help("Minta kamera");
    paper["on_paper"] = json!({ "requester_name": "Maria Bria", "unit": "BRMP-NTT", "letter_no": "B-7", "letter_date": "2026-11-20", "received_at": "2026-11-23T08:00:00+07:00" });
    let endang = office.acting("endang").await;
    let receipt = endang.asks(None, &paper).await;
    assert_eq!(receipt.status, 201, "{}", receipt.json);
    assert_eq!(receipt.json["received_at"], "2026-11-23T01:00:00Z");
    let case = endang.get("/api/v1/cases/2026-0001").await.json;
    assert_eq!(
        (&case["request"]["requester_name"], &case["request"]["letter_no"]),
        (&json!("Maria Bria"), &json!("B-7"))
    );
    office.acting("markus").await.asks(None, &paper).await.is_problem(403, "not-your-request");
    paper["on_paper"]["unit"] = json!("ENTAH");
    endang.asks(None, &paper).await.is_problem(422, "mend");
}

#[tokio::test]
async fn people_units_and_working_time_are_told_to_whom_the_pages_tell_them() {
    let office = Office::at("2026-11-23 09:00").await;
    let people = office.acting("wahyu").await.get("/api/v1/people").await;
    assert_eq!(people.json["people"].as_array().map(Vec::len), Some(PEOPLE.len()));
    assert!(!people.json.to_string().contains("argon2"), "no password leaves");
    let rina = office.acting("rina").await;
    rina.get("/api/v1/people").await.is_problem(404, "not-found");
    assert_eq!(rina.get("/api/v1/units").await.json["units"][0]["code"], "BRMP-NTT");
    let me = rina.get("/api/v1/me").await.json;
    assert_eq!((&me["person"]["roles"], &me["scope"]), (&json!(["ketua"]), &json!("act")));
    // Two hours from four in the afternoon go on the next morning.
    let due = rina.get("/api/v1/calendar/due?start=2026-11-23T15:00:00%2B07:00&norm=2%20jam").await;
    assert_eq!(due.status, 200, "{}", due.json);
    assert!(due.json["due_at"].as_str().is_some_and(|at| at.starts_with("2026-11-24T")), "{}", due.json);
    assert!(due.json["because"].as_array().is_some_and(|lines| lines.len() > 1));
    rina.get("/api/v1/calendar/due?start=2026-11-23T15:00:00Z&norm=sebentar").await.is_problem(422, "mend");
    rina.get("/api/v1/calendar/due?start=kemarin&norm=2%20jam").await.is_problem(400, "unreadable");
}

#[tokio::test]
async fn tokens_are_made_shown_once_and_revoked_on_their_page() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let form = |until: &'static str| [("name", "Pencatat suhu"), ("scope", "act"), ("until", until)];
    for until in ["kemarin", "22-11-2026", "24-11-2027"] {
        let refused = markus.post("/account/tokens", &form(until)).await;
        assert_eq!(refused.status, 422, "{until}");
        assert!(refused.text.contains("Pencatat suhu"), "what was typed is kept");
    }
    let made = markus.post("/account/tokens", &form("23-11-2027")).await;
    assert_eq!(made.status, 200);
    let at = made.text.find("sigap_").expect("the token is shown");
    let token = made.text[at..at + 70].to_owned();
    let program = Program { office: &office, token: token.clone() };
    assert_eq!(program.get("/api/v1/me").await.json["token"], "Pencatat suhu");
    let page = markus.get("/account/tokens").await;
    assert!(page.text.contains("berlaku sampai 23 Nov 2027"), "{}", page.text);
    assert!(page.text.contains("Pencatat suhu") && !page.text.contains(&token), "it is shown once");
    let id = page
        .text
        .split("/account/tokens/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("a way to revoke it");
    let revocation = format!("/account/tokens/{id}/revocation");
    assert_eq!(office.sign_in("sari").await.post(&revocation, &[]).await.status, 404, "it is not hers");
    assert_eq!(markus.post(&revocation, &[]).await.status, 303);
    program.get("/api/v1/me").await.is_problem(401, "no-token");
}

#[tokio::test]
async fn the_interface_is_described_for_programs_and_for_people() {
    let office = Office::at("2026-11-23 09:00").await;
    let told = tell(&office, Request::get("/api/v1/openapi.json"), Body::empty()).await;
    assert_eq!((told.status, &told.json["openapi"]), (200, &json!("3.1.0")));
    let paths = told.json["paths"].as_object().expect("paths");
    let page = office.stranger().get("/api").await;
    let mut operations = 0;
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            operations += 1;
            for told in ["operationId", "summary"] {
                assert!(operation[told].is_string(), "{method} {path} has no {told}");
            }
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "the page does not tell of {id}");
            assert!(operation["responses"]["401"].is_object(), "{id} does not say that it wants a token");
            // What it says, it does: nobody gets in without one.
            let path = path.replace("{no}", "2026-0001").replace("{task}", "1");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(path);
            tell(&office, request, Body::empty()).await.is_problem(401, "no-token");
        }
    }
    assert_eq!(operations, 46, "each with a test here, in `programs.rs` or in `searching.rs`");
}

#[tokio::test]
async fn a_token_gives_no_more_than_its_person_holds_today() {
    let mut office = Office::at("2026-11-25 23:30").await;
    office.desk.store.add_person(&super::service::tono()).await.expect("a person");
    let token = office.acting("tono").await.token;
    let answers = async |office: &Office, path: &str| {
        let program = Program { office, token: token.clone() };
        program.get(path).await.status
    };
    assert_eq!(answers(&office, "/api/v1/registers/incoming").await, 200);
    assert_eq!(answers(&office, "/api/v1/people").await, 404);
    office.later("2026-11-26 00:15");
    assert_eq!(answers(&office, "/api/v1/registers/incoming").await, 404);
    assert_eq!(answers(&office, "/api/v1/people").await, 200);
}
