//! Who reaches what: every address of the router, by every role, with a case of their own, one of
//! somebody else's and one that is not there. A new address without a line in the table fails.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::{Answer, DISPOSES, Office, PEOPLE, PNG, Visitor, request_form};
use crate::routes;

/// Stand in addresses for a case that is not there.
const ABSENT: &str = "2026-9999";

/// An office with a request of Markus's, disposed, with a file.
pub(super) async fn office_with_a_case() -> (Office, String) {
    let office = Office::at("2026-11-23 09:00").await;
    let mut form = request_form("Situs mati", "Lihat foto.");
    form.push(("files", Some("foto.png"), PNG));
    let filed = office.sign_in("markus").await.post_files("/requests", &form).await;
    let no = filed.location.rsplit('/').next().unwrap_or_default().to_owned();
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    (office, no)
}

/// An address of the router with something in the place of its names.
pub(super) fn filled(path: &str, no: &str) -> String {
    let names = [
        ("{no}", no),
        ("{task}", "2"),
        ("{seq}", "2"),
        ("{which}", "form"),
        ("{page}", "1"),
        ("{code}", "0000-0000-0000-0000"),
        ("{stage}", "4.konsep"),
        ("{field}", "surat"),
        ("{book}", "incoming"),
        ("{number}", "2026-1"),
        ("{session}", "0"),
        ("{id}", "0"),
        ("{person}", "budi"),
        ("{delivery}", "0"),
        ("{*name}", "sigap.css"),
    ];
    let filled = names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    assert!(!filled.contains('{'), "{path} has a name that nothing stands for here");
    filled
}

impl Visitor<'_> {
    /// Asks for an address, or sends it a form with nothing in it.
    async fn tries(&self, method: &str, address: &str) -> Answer {
        let request = Request::builder().method(method).uri(address);
        let takes_files = address == "/requests" || address.ends_with("/attachments");
        match (method, takes_files) {
            ("GET", _) => self.get(address).await,
            (_, true) => self.post_files(address, &[]).await,
            (_, false) => {
                let form = "application/x-www-form-urlencoded";
                self.send(request.header(header::CONTENT_TYPE, form), Body::empty()).await
            }
        }
    }
}

/// Every address with each of its methods, as the router itself tells them.
pub(super) async fn addresses(office: &Office) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for path in routes::paths() {
        let asked = Request::builder().method("TRACE").uri(filled(path, ABSENT));
        let answer = office.stranger().send(asked, Body::empty()).await;
        assert_eq!(answer.status, 405, "{path}");
        let allowed = answer.headers.get(header::ALLOW).and_then(|allowed| allowed.to_str().ok());
        let methods = allowed.unwrap_or_default().split(',').filter(|method| *method != "HEAD");
        all.extend(methods.map(|method| (method.to_owned(), path)));
    }
    // A stream never ends, and the end of a session ends the walk.
    all.retain(|(_, path)| !["/changes", "/session/end"].contains(path));
    all
}

#[tokio::test]
async fn every_role_reaches_its_own_and_what_is_not_theirs_looks_absent() {
    let (office, no) = office_with_a_case().await;
    let addresses = addresses(&office).await;
    let mut columns = Vec::new();
    for who in PEOPLE.iter().map(|(id, ..)| *id).chain(["ratna", "nobody"]) {
        // Each in an office of their own: what one does changes nothing for the next.
        let (office, _) = office_with_a_case().await;
        if who == "ratna" {
            office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
        }
        let visitor = if who == "nobody" { office.stranger() } else { office.sign_in(who).await };
        let mut column = Vec::new();
        for (method, path) in &addresses {
            let there = visitor.tries(method, &filled(path, &no)).await;
            if path.contains("{no}") {
                let absent = visitor.tries(method, &filled(path, ABSENT)).await;
                assert!(absent.status >= 300, "{who} finds {method} {path} of a case that is not there");
                if there.status == 404 || who == "nobody" {
                    let (there, absent) = (there.text.replace(&no, ""), absent.text.replace(ABSENT, ""));
                    assert_eq!(there, absent, "{who} can tell that {method} {path} is there");
                }
            }
            column.push(there.status);
        }
        columns.push((who, column));
    }
    let mut table = format!("{:62}", "");
    for (who, _) in &columns {
        let _ = write!(table, "{who:>9}");
    }
    for (row, (method, path)) in addresses.iter().enumerate() {
        let _ = write!(table, "\n{:62}", format!("{method:4} {path}"));
        for (_, column) in &columns {
            let _ = write!(table, "{:>9}", column[row]);
        }
    }
    insta::assert_snapshot!(table);
}

/// What a program sends in a body of this schema.
fn sent(schema: &str) -> Value {
    match schema {
        "NewRequest" => json!({ "contact": "1", "subject": "Uji", "entries": {} }),
        "Completion" => json!({ "outcome": "teruskan" }),
        "Draft" | "Resumption" => json!({}),
        "Progress" => json!({ "entries": {} }),
        "Assignment" => json!({ "assignee": "budi" }),
        "Reason" => json!({ "reason": "Uji." }),
        "Note" => json!({ "note": "Uji." }),
        "NewDispatch" => json!({ "address": "tu@brmp.example" }),
        "Skills" => json!({ "qualifications": [], "tags": ["jaringan"] }),
        "NewNumber" => json!({ "purpose": "Uji." }),
        "NewMandate" => json!({
            "giver": "hendra", "taker": "rina", "capacity": "daily",
            "from": "2026-11-23", "until": "2026-11-23", "basis": "ND-1",
        }),
        "NewAbsence" => {
            json!({ "person": "budi", "from": "2026-11-23", "until": "2026-11-23", "reason": "Uji." })
        }
        other => panic!("nothing stands here for a {other}"),
    }
}

/// An operation of the interface: its method, its address, and what is sent there.
fn operations(described: &Value) -> Vec<(String, String, Option<Value>)> {
    let mut all = Vec::new();
    for (path, methods) in described["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let body = schema.map(|schema| sent(schema.rsplit('/').next().unwrap_or_default()));
            all.push((method.to_uppercase(), path.clone(), body));
        }
    }
    all
}

#[tokio::test]
async fn every_program_reaches_what_its_person_does_and_no_more() {
    let (office, no) = office_with_a_case().await;
    let described = office.acting("rina").await.get("/api/v1/openapi.json").await.json;
    let operations = operations(&described);
    let mut columns = Vec::new();
    for who in PEOPLE.iter().map(|(id, ..)| *id).chain(["ratna"]) {
        let (office, _) = office_with_a_case().await;
        if who == "ratna" {
            office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
        }
        let program = office.acting(who).await;
        let mut column = Vec::new();
        for (method, path, body) in &operations {
            let ask = async |no: &str| {
                // A year is a number, and a document has no file of that number.
                let address = path.replace("{year}", "2026").replace("{id}", "1-0");
                let request = Request::builder().method(method.as_str()).uri(filled(&address, no));
                let request =
                    request.header("if-match", "\"1\"").header(header::CONTENT_TYPE, "application/json");
                let body = body.as_ref().map_or_else(Body::empty, |body| Body::from(body.to_string()));
                program.send(request, body).await
            };
            let there = ask(&no).await;
            if path.contains("{no}") && there.status == 404 {
                assert_eq!(
                    there.json,
                    ask(ABSENT).await.json,
                    "{who} can tell that {method} {path} is there"
                );
            }
            column.push(there.status);
        }
        columns.push((who, column));
    }
    let mut table = format!("{:62}", "");
    for (who, _) in &columns {
        let _ = write!(table, "{who:>9}");
    }
    for (row, (method, path, _)) in operations.iter().enumerate() {
        let _ = write!(table, "\n{:62}", format!("{method:4} {path}"));
        for (_, column) in &columns {
            let _ = write!(table, "{:>9}", column[row]);
        }
    }
    insta::assert_snapshot!(table);
}
