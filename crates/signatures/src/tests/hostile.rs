//! Whatever bytes come from outside, they are judged or refused.

use hostile::try_all;

use super::paper::*;
use crate::envelope::Envelope;
use crate::time_stamp::Response;
use crate::{Certificate, KeyFile, TestAuthority, TimeStamped, prepare, returned, sign, verify};
use der::Decode as _;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn signed() -> Vec<u8> {
    sign(&plain(), &field("Ratna Contoh"), &office().head).unwrap()
}

/// The signature inside a signed file.
fn envelope(pdf: &[u8]) -> Vec<u8> {
    let [_, hole, end, _] = byte_range(pdf);
    let pairs = pdf[hole + 1..end - 1].chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn letters() {
    let stream = paper(Place::Indirect, Place::Direct, Table::Stream);
    let twice = sign(&signed(), &field("Joko Contoh"), &office().secretary).unwrap();
    let roots = office().roots();
    try_all(HERE, "letters", &[plain(), stream, signed(), twice], |pdf| {
        let _ = verify(pdf, &roots, now());
        let _ = prepare(pdf, &field("Ratna Contoh"));
    });
}

#[test]
fn what_a_signing_service_sends_back() {
    try_all(HERE, "returned", &[signed()], |pdf| {
        let _ = returned::signature_added(&plain(), pdf, now());
    });
}

#[test]
fn signatures_and_time_stamps() {
    let clock = TestAuthority::create("Otoritas Uji Jam", time("2027-01-01T00:00:00Z")).unwrap();
    let answer = std::cell::RefCell::new(vec![]);
    struct Clock<'a>(&'a TestAuthority, &'a std::cell::RefCell<Vec<u8>>);
    impl crate::TimeAuthority for Clock<'_> {
        fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
            self.1.replace(self.0.time_stamp(request, now())?);
            Ok(self.1.borrow().clone())
        }
    }
    let authority = Clock(&clock, &answer);
    let stamped = TimeStamped { signer: &office().head, authority: &authority };
    let pdf = sign(&plain(), &field("Ratna Contoh"), &stamped).unwrap();
    let seeds = [envelope(&signed()), envelope(&pdf), answer.take(), fixture("stamp-of-openssl.der")];
    try_all(HERE, "envelopes", &seeds, |bytes| {
        let _ = Envelope::read(bytes);
        let _ = Envelope::read_time_stamp(bytes);
        let _ = Response::from_der(bytes);
    });
}

#[test]
fn certificates() {
    let pem = fixture("root.pem");
    let der = fixture_root().as_der().to_vec();
    try_all(HERE, "certificates", &[pem, der], |bytes| {
        let _ = Certificate::from_pem(&String::from_utf8_lossy(bytes)).map(|one| one.info());
        let _ = Certificate::from_der(bytes).map(|one| one.info());
    });
}

#[test]
fn key_files() {
    // Those made for the test ask for few rounds, so that many can be tried.
    let names = ["p256-modern.p12", "p256-legacy.p12", "rsa-legacy.p12", "no-key.p12"];
    try_all(HERE, "key-files", &names.map(fixture), |bytes| {
        let _ = KeyFile::import(bytes, PASSPHRASE, now());
    });
}
