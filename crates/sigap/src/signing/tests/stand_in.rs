//! A stand-in for BSrE and for a time-stamping authority, on an address of this machine. It really
//! signs, with test certificates, and misbehaves as it is told.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};

use jiff::Timestamp;
use signatures::{Field, Key, KeyFile, Subject, TestAuthority};

pub const USER: &str = "kantor-uji";
pub const PASSWORD: &str = "sandi-kantor-uji";
pub const NIK: &str = "3171234567890123";
pub const PASSPHRASE: &str = "frasa-pejabat-uji";

/// `kantor-uji:sandi-kantor-uji`
const AUTHORIZATION: &str = "Basic a2FudG9yLXVqaTpzYW5kaS1rYW50b3ItdWpp";

/// When everything here happens.
pub fn now() -> Timestamp {
    "2026-11-23T02:00:00Z".parse().expect("a moment")
}

pub static AUTHORITY: LazyLock<TestAuthority> = LazyLock::new(|| {
    TestAuthority::create("CA Uji Tiruan", "2026-01-01T00:00:00Z".parse().expect("a moment")).expect("a CA")
});

/// The key of an official as a file, under their passphrase: opening it takes a while.
pub static PKCS12: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let subject = Subject { common_name: "Rina Wulandari".to_owned(), ..Subject::default() };
    let began = "2026-01-01T00:00:00Z".parse().expect("a moment");
    AUTHORITY.issue(&subject, began, 2, PASSPHRASE).expect("a key")
});

static KEY: LazyLock<Key> =
    LazyLock::new(|| KeyFile::from_bytes(PKCS12.clone()).unlock(PASSPHRASE).expect("its passphrase"));

/// What it does when it is asked to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    Signs,
    /// Signs and hangs up without a word.
    HangsUp,
    /// Signs, says the number of the file and half of the file, and hangs up.
    HangsUpHalfway,
    /// Signs, and then lets wait for as long as anybody does.
    LetsWait,
    /// Something between here and there answers in its place.
    GatewayTimesOut,
    ChangesTheLetter,
    SignsAnotherFile,
    AnswersWithAPage,
    /// Says something of its own, with a code that nobody knows.
    Refuses,
}

/// What has happened.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many files were signed.
    pub signed: usize,
    /// The last form, file and passphrase included, as it came.
    pub form: HashMap<String, Vec<u8>>,
    /// Signed files that were not fetched yet.
    waiting: HashMap<String, Vec<u8>>,
}

pub struct StandIn {
    pub url: String,
    seen: Arc<Mutex<Seen>>,
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl StandIn {
    /// Begins to answer, having this status for the one person it knows.
    pub fn open(habit: Habit, status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        // It ends with the test.
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                // A client that was not waited for may be gone.
                let Some(request) = Request::read(&mut stream) else { continue };
                answer(&mut stream, &request, habit, status, &shared);
            }
        });
        Self { url, seen }
    }

    pub fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().expect("a whole stand-in"))
    }
}

fn answer(stream: &mut TcpStream, request: &Request, habit: Habit, status: &str, seen: &Mutex<Seen>) {
    let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    if path == ["tsa"] {
        let stamp = AUTHORITY.time_stamp(&request.body, now()).expect("a request for a time stamp");
        return say(stream, 200, "", &stamp);
    }
    if request.headers.get("authorization").map(String::as_str) != Some(AUTHORIZATION) {
        return say(stream, 401, "", br#"{"error":"Unauthorized"}"#);
    }
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["api", "user", "status", nik]) => {
            let status = if *nik == NIK { status } else { "NOT_REGISTERED" };
            let code = if status == "ISSUE" { 1111 } else { 1110 };
            say(stream, 200, "", format!(r#"{{"status_code":{code},"status":"{status}"}}"#).as_bytes());
        }
        ("GET", ["api", "sign", "download", document]) => {
            let file = seen.lock().expect("a whole stand-in").waiting.remove(*document);
            match file {
                Some(file) => say(stream, 200, "", &file),
                None => say(stream, 404, "", br#"{"error":"Dokumen tidak ditemukan"}"#),
            }
        }
        ("POST", ["api", "sign", "verify"]) => {
            let file = request.form().remove("signed_file").unwrap_or_default();
            let root = signatures::Certificate::from_pem(&AUTHORITY.to_pem().expect("PEM")).expect("a root");
            let found = signatures::verify(&file, &[root], now());
            let details = found.signatures.iter().map(|signer| {
                let whole = !found.modified_after_signing;
                let known = signer.trusted && habit != Habit::Refuses;
                format!(
                    r#"{{"info_signer":{{"signer_name":"Rina","cert_user_certified":{known}}},"signature_document":{{"document_integrity":{whole}}}}}"#
                )
            });
            let details: Vec<String> = details.collect();
            let said = format!(
                r#"{{"nama_dokumen":"surat.pdf","jumlah_signature":{},"notes":"","details":[{}]}}"#,
                details.len(),
                details.join(",")
            );
            say(stream, 200, "", said.as_bytes());
        }
        ("POST", ["api", "sign", "pdf"]) => sign(stream, request.form(), habit, seen),
        _ => say(stream, 404, "", b"{}"),
    }
}

fn sign(stream: &mut TcpStream, form: HashMap<String, Vec<u8>>, habit: Habit, seen: &Mutex<Seen>) {
    let text = |name: &str| form.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    if text("passphrase").as_deref() != Some(PASSPHRASE) {
        return say(stream, 400, "", br#"{"status_code":2031,"error":"Passphrase anda salah"}"#);
    }
    match habit {
        Habit::GatewayTimesOut => return say(stream, 504, "", b"<h1>504 Gateway Time-out</h1>"),
        Habit::AnswersWithAPage => return say(stream, 200, "", b"<html>Selamat datang</html>"),
        Habit::Refuses => {
            let said = format!(r#"{{"status_code":"2099","error":"NIK {NIK} dengan {PASSPHRASE} ditolak"}}"#);
            return say(stream, 400, "", said.as_bytes());
        }
        _ => {}
    }
    let mut pdf = form.get("file").cloned().unwrap_or_default();
    if habit == Habit::SignsAnotherFile {
        pdf = super::paper("Surat lain");
    }
    let field = Field {
        name: "Rina Wulandari".to_owned(),
        reason: text("reason").unwrap_or_default(),
        capacity: String::new(),
        location: text("location").unwrap_or_default(),
        at: now(),
    };
    let mut signed = signatures::sign(&pdf, &field, &*KEY).expect("a signature");
    if habit == Habit::ChangesTheLetter {
        // In the name of the field, behind what was given to be signed.
        let at = signed.windows(6).rposition(|window| window == b"Sigap1").expect("the field");
        signed[at] = b'X';
    }
    let document = "65f2a1-uji";
    {
        let mut seen = seen.lock().expect("a whole stand-in");
        seen.signed += 1;
        seen.waiting.insert(document.to_owned(), signed.clone());
        seen.form = form;
    }
    let header = format!("id_dokumen: {document}\r\n");
    match habit {
        Habit::HangsUp => {}
        Habit::HangsUpHalfway => {
            let head = format!("HTTP/1.1 200 OK\r\n{header}content-length: {}\r\n\r\n", signed.len());
            stream.write_all(head.as_bytes()).ok();
            stream.write_all(&signed[..signed.len() / 2]).ok();
        }
        // Reading ends when the other side gives up.
        Habit::LetsWait => drop(stream.read(&mut [0])),
        _ => say(stream, 200, &header, &signed),
    }
}

fn say(stream: &mut TcpStream, status: u16, header: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status} Uji\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // Whoever asked may have gone.
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok();
}

impl Request {
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            let mut more = [0; 4096];
            match stream.read(&mut more).ok()? {
                0 => return None,
                count => bytes.extend_from_slice(&more[..count]),
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
        let mut body = bytes.split_off(end + 4);
        let missing = usize::checked_sub(length, body.len())?;
        stream.take(missing as u64).read_to_end(&mut body).ok()?;
        Some(Self { method, path, headers, body })
    }

    /// The parts of a form, by name (RFC 7578).
    fn form(&self) -> HashMap<String, Vec<u8>> {
        let kind = self.headers.get("content-type").cloned().unwrap_or_default();
        let boundary = format!("--{}", kind.split("boundary=").nth(1).unwrap_or_default());
        let find =
            |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).position(|window| window == wanted);
        let mut form = HashMap::new();
        let mut rest = self.body.as_slice();
        while let Some(start) = find(rest, boundary.as_bytes()) {
            rest = &rest[start + boundary.len()..];
            let (Some(head), Some(end)) = (find(rest, b"\r\n\r\n"), find(rest, boundary.as_bytes())) else {
                break;
            };
            let name = String::from_utf8_lossy(&rest[..head]).into_owned();
            let name = name.split("name=\"").nth(1).and_then(|name| name.split('"').next());
            form.insert(name.unwrap_or_default().to_owned(), rest[head + 4..end - 2].to_vec());
        }
        form
    }
}
