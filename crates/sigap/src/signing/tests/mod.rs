//! Signing through services, against stand-ins that really sign: what comes of it when they do not.

mod case;
mod stand_in;

use std::fmt::Write as _;
use std::time::Duration;

use app::{LetterError, Says, Signed, Signer as _};
use sop::case::PersonId;
use store::{Kept, KeyFile, Nik, SigningKey, TrustedRoot};

use self::stand_in::{AUTHORITY, Habit, NIK, PASSPHRASE, PASSWORD, PKCS12, StandIn, USER, now};
use super::OfficeSigner;
use super::bsre::{Bsre, Entry};
use super::http::Patience;
use super::time_server::TimeServer;

/// A letter of one page.
fn paper(text: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f\r\n");
    for (index, object) in objects.iter().enumerate() {
        let _ = write!(table, "{:010} 00000 n\r\n", pdf.len());
        let _ = write!(pdf, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = pdf.len();
    let _ = write!(pdf, "xref\n0 5\n{table}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    pdf.into_bytes()
}

fn says() -> Says {
    Says {
        name: "Rina".to_owned(),
        reason: "Surat jawaban".to_owned(),
        capacity: "Plh. Sekretaris Badan".to_owned(),
        place: "Jakarta".to_owned(),
        at: now(),
    }
}

fn at_bsre() -> SigningKey {
    kept(Kept::Bsre(Nik::parse(NIK).expect("a NIK")))
}

fn here() -> SigningKey {
    kept(Kept::Local(KeyFile {
        pkcs12: PKCS12.clone(),
        certificate: "c".repeat(64),
        holder: "Rina Wulandari".to_owned(),
        issuer: "CA Uji Tiruan".to_owned(),
        valid_until: now(),
    }))
}

fn kept(kept: Kept) -> SigningKey {
    SigningKey { person: PersonId::new("rina"), kept, registered_at: now() }
}

/// An office that may use the stand-in.
fn signer(url: &str, password: &str) -> OfficeSigner {
    let entry = Entry { url, status_path: "/api/user/status/", user: USER, password };
    OfficeSigner { bsre: Some(Bsre::new(&entry, patience())), ..OfficeSigner::default() }
}

fn stamping(url: &str) -> OfficeSigner {
    OfficeSigner { clock: Some(TimeServer::new(url, patience())), ..OfficeSigner::default() }
}

/// Nothing here is far away.
fn patience() -> Patience {
    Patience { to_connect: Duration::from_secs(5), for_an_answer: Duration::from_secs(5) }
}

fn signed_by(stand_in: &StandIn, passphrase: &str) -> Result<Signed, LetterError> {
    signer(&stand_in.url, PASSWORD).sign(&at_bsre(), passphrase, &paper("Surat"), &says())
}

/// An address at which nobody listens.
fn nobody() -> String {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address");
    format!("http://{}", taken.local_addr().expect("an address"))
}

fn roots() -> Vec<TrustedRoot> {
    vec![TrustedRoot { certificate: String::new(), pem: AUTHORITY.to_pem().expect("PEM") }]
}

#[test]
fn bsre_signs_the_letter_as_it_is_and_the_signature_is_checked() {
    let stand_in = StandIn::open(Habit::Signs, "ISSUE");
    let signed = signed_by(&stand_in, PASSPHRASE).expect("a signature");
    assert!(signed.pdf.starts_with(&paper("Surat")));
    assert_eq!(signed.certificate.len(), 64);
    let verdict = OfficeSigner::default().verify(&signed.pdf, &roots(), now());
    assert_eq!((verdict.valid, verdict.modified_after_signing), (Some(true), false));
    let field = |name: &str| {
        stand_in.seen(|seen| String::from_utf8(seen.form.get(name).cloned().unwrap_or_default()))
    };
    for (name, value) in [
        ("nik", NIK),
        ("tampilan", "invisible"),
        ("reason", "Surat jawaban, selaku Plh. Sekretaris Badan"),
        ("location", "Jakarta"),
    ] {
        assert_eq!(field(name).as_deref(), Ok(value), "{name}");
    }
}

#[test]
fn bsre_is_asked_about_a_letter_it_signed() {
    let stand_in = StandIn::open(Habit::Signs, "ISSUE");
    let signed = signed_by(&stand_in, PASSPHRASE).expect("a signature").pdf;
    let office = signer(&stand_in.url, PASSWORD);
    // Nobody here vouches for BSrE's authority.
    assert_eq!(office.verify(&signed, &[], now()).valid, None);
    assert_eq!(office.ask_service(&signed), Some(true));
    let mut changed = signed.clone();
    changed[20] ^= 1;
    assert_eq!(office.ask_service(&changed), Some(false));
    assert_eq!(office.ask_service(&paper("Surat")), Some(false), "there is no signature");
    let stranger = StandIn::open(Habit::Refuses, "ISSUE");
    assert_eq!(
        signer(&stranger.url, PASSWORD).ask_service(&signed),
        Some(false),
        "it does not know the signer"
    );
    for silent in [signer(&nobody(), PASSWORD), signer(&stand_in.url, "salah"), OfficeSigner::default()] {
        assert_eq!(silent.ask_service(&signed), None);
    }
}

#[test]
fn what_bsre_says_about_a_person_is_told_and_nothing_is_signed() {
    let wrong = StandIn::open(Habit::Signs, "ISSUE");
    assert!(matches!(signed_by(&wrong, "frasa-keliru"), Err(LetterError::WrongPassphrase)));
    assert_eq!(wrong.seen(|seen| seen.signed), 0);
    for status in [
        "NOT_REGISTERED",
        "EXPIRED",
        "RENEW",
        "WAITING_FOR_VERIFICATION",
        "NEW",
        "NO_CERTIFICATE",
        "SUSPEND",
        "REVOKE",
    ] {
        let stand_in = StandIn::open(Habit::Signs, status);
        match signed_by(&stand_in, PASSPHRASE) {
            Err(LetterError::NotEnrolled { status: told }) => assert_eq!(told, status),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(stand_in.seen(|seen| seen.signed), 0, "{status}");
    }
}

#[test]
fn bsre_is_of_no_use_to_an_office_that_it_does_not_let_in_or_that_cannot_reach_it() {
    let stand_in = StandIn::open(Habit::Signs, "ISSUE");
    let sign = |signer: OfficeSigner| {
        signer.sign(&at_bsre(), PASSPHRASE, &paper("Surat"), &says()).expect_err("no signature")
    };
    let error = sign(signer(&stand_in.url, "sandi-keliru"));
    assert!(matches!(&error, LetterError::NotSigned(why) if why.to_string().contains("name and password")));
    assert!(matches!(sign(signer(&nobody(), PASSWORD)), LetterError::NotSigned(_)));
    assert!(matches!(sign(OfficeSigner::default()), LetterError::NoAccess));
    assert_eq!(stand_in.seen(|seen| seen.signed), 0);
}

#[test]
fn a_refusal_that_nobody_foresaw_is_logged_without_what_nobody_else_may_read() {
    let stand_in = StandIn::open(Habit::Refuses, "ISSUE");
    let error = signed_by(&stand_in, PASSPHRASE).expect_err("a refusal");
    let logged = format!("{error} {error:?}");
    assert!(logged.contains("2099") && logged.contains("ditolak"), "{logged}");
    assert!(!logged.contains(NIK) && !logged.contains(PASSPHRASE), "{logged}");
    let shown = format!("{:?} {:?}", signer(&stand_in.url, PASSWORD), at_bsre());
    for secret in [PASSWORD, NIK, "a2FudG9y"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_letter_whose_answer_was_lost_is_not_signed_again() {
    for (habit, signed) in [(Habit::HangsUp, 1), (Habit::GatewayTimesOut, 0)] {
        let stand_in = StandIn::open(habit, "ISSUE");
        let answer = signed_by(&stand_in, PASSPHRASE);
        assert!(matches!(answer, Err(LetterError::AnswerLost(_))), "{habit:?}: {answer:?}");
        assert_eq!(stand_in.seen(|seen| seen.signed), signed, "{habit:?}");
    }
}

#[test]
fn nobody_waits_for_bsre_for_ever() {
    let stand_in = StandIn::open(Habit::LetsWait, "ISSUE");
    let patience = Patience { for_an_answer: Duration::from_millis(500), ..patience() };
    let entry = Entry { url: &stand_in.url, status_path: "api/user/status", user: USER, password: PASSWORD };
    let signer = OfficeSigner { bsre: Some(Bsre::new(&entry, patience)), ..OfficeSigner::default() };
    // The key of the stand-in takes a while to open, which is not what is measured.
    signed_by(&StandIn::open(Habit::Signs, "ISSUE"), PASSPHRASE).expect("a signature");
    let answer = signer.sign(&at_bsre(), PASSPHRASE, &paper("Surat"), &says());
    assert!(matches!(answer, Err(LetterError::AnswerLost(_))), "{answer:?}");
    assert_eq!(stand_in.seen(|seen| seen.signed), 1);
}

#[test]
fn a_signed_letter_that_came_only_halfway_is_fetched_by_its_number_once() {
    let stand_in = StandIn::open(Habit::HangsUpHalfway, "ISSUE");
    let signed = signed_by(&stand_in, PASSPHRASE).expect("the rest was fetched");
    assert_eq!(OfficeSigner::default().verify(&signed.pdf, &roots(), now()).valid, Some(true));
    assert_eq!(stand_in.seen(|seen| seen.signed), 1);
}

#[test]
fn only_the_letter_with_a_signature_is_taken() {
    for habit in [Habit::ChangesTheLetter, Habit::SignsAnotherFile, Habit::AnswersWithAPage] {
        let stand_in = StandIn::open(habit, "ISSUE");
        let answer = signed_by(&stand_in, PASSPHRASE);
        assert!(matches!(answer, Err(LetterError::NotTheLetter(_))), "{habit:?}: {answer:?}");
    }
}

#[test]
fn a_key_of_the_office_signs_with_the_time_of_an_authority_or_not_at_all() {
    let stand_in = StandIn::open(Habit::Signs, "ISSUE");
    let sign = |url: &str| stamping(url).sign(&here(), PASSPHRASE, &paper("Surat"), &says());
    let signed = sign(&format!("{}/tsa", stand_in.url)).expect("a signature");
    let found = signatures::verify(&signed.pdf, &[AUTHORITY.root().clone()], now());
    assert_eq!(found.state, signatures::State::Valid, "{found:?}");
    let stamp = found.signatures[0].stamped.as_ref().expect("a time stamp");
    assert!(stamp.trusted && stamp.at == now());

    for url in [nobody(), format!("{}/bukan-tsa", stand_in.url), format!("{}/api", stand_in.url)] {
        let answer = sign(&url);
        assert!(matches!(answer, Err(LetterError::NoTimeStamp(_))), "{url}: {answer:?}");
    }
}

/// A proxy on the way, or somebody in its place, may answer with anything.
#[test]
fn whatever_answers_in_the_place_of_bsre_is_understood_or_refused() {
    let seeds = [
        r#"{"status_code":1111,"status":"ISSUE","message":"User dapat menandatangani"}"#,
        r#"{"status_code":"2011","error":"User tidak terdaftar"}"#,
        r#"{"jumlah_signature":1,"details":[{"signature_document":{"document_integrity":true},"info_signer":{"cert_user_certified":true}}]}"#,
    ];
    let answer = |body: &str| {
        let length = body.len();
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nid_dokumen: a1-b2\r\nConnection: close";
        format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
    };
    let server = crate::raw_server::RawServer::open();
    let url = format!("http://{}", server.at);
    let entry = Entry { url: &url, status_path: "/api/user/status", user: USER, password: PASSWORD };
    let wait = Duration::from_secs(2);
    let bsre = Bsre::new(&entry, Patience { to_connect: wait, for_an_answer: wait });
    let nik = Nik::parse(NIK).expect("a NIK");
    let pdf = paper("Surat");
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "bsre", &seeds.map(answer), |bytes| {
        server.answers_with(bytes);
        let _ = bsre.check_signer(&nik);
        let _ = bsre.verify(&pdf);
    });
}
