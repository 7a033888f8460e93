use der::asn1::{Int, OctetString};
use der::{Decode, Encode};
use jiff::{Timestamp, ToSpan};

use super::paper::*;
use crate::time_stamp::{self, Request, Response, Status};
use crate::{
    Certificate, Problem, SignError, SignerError, State, TestAuthority, TimeAuthority, TimeStampError,
    TimeStamped, Verdict, sign, verify,
};

/// An authority that answers as it is told to.
struct Counter<F>(F);

impl<F: Fn(&[u8]) -> Vec<u8>> TimeAuthority for Counter<F> {
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        match (self.0)(request) {
            answer if answer.is_empty() => Err("nobody is there".into()),
            answer => Ok(answer),
        }
    }
}

fn clock() -> &'static TestAuthority {
    static CLOCK: std::sync::LazyLock<TestAuthority> = std::sync::LazyLock::new(|| {
        TestAuthority::create("Otoritas Uji Jam", time("2027-01-01T00:00:00Z")).unwrap()
    });
    &CLOCK
}

/// A letter with a time stamp that says `at`.
fn stamped(at: Timestamp) -> Result<Vec<u8>, SignError> {
    asked(|request| clock().time_stamp(request, at).unwrap())
}

fn asked(answer: impl Fn(&[u8]) -> Vec<u8>) -> Result<Vec<u8>, SignError> {
    let authority = Counter(answer);
    let signer = TimeStamped { signer: &office().head, authority: &authority };
    sign(&plain(), &field("Ratna Contoh"), &signer)
}

fn refused(answer: impl Fn(&[u8]) -> Vec<u8>) -> TimeStampError {
    match asked(answer) {
        Err(SignError::Signer(SignerError::TimeStamp(error))) => error,
        other => panic!("{other:?}"),
    }
}

fn both() -> [Certificate; 2] {
    [office().authority.root().clone(), clock().root().clone()]
}

fn only(verdict: &Verdict) -> &crate::SignatureVerdict {
    let [one] = verdict.signatures.as_slice() else { panic!("{verdict:?}") };
    one
}

#[test]
fn a_letter_says_when_it_was_there_and_who_says_so() {
    let at = now() + 7.seconds();
    let verdict = verify(&stamped(at).unwrap(), &both(), now());
    assert_eq!(verdict.state, State::Valid, "{verdict:?}");
    let signature = only(&verdict);
    assert!(signature.trusted && signature.intact && signature.covers);
    let stamp = signature.stamped.as_ref().unwrap();
    assert_eq!((stamp.at, stamp.authority.as_str(), stamp.trusted), (at, "Penanda waktu uji", true));
    assert_eq!(signature.claimed, Some(now()), "what the signer claims stays what it is");
    let plain = sign(&plain(), &field("Ratna Contoh"), &office().head).unwrap();
    assert_eq!(only(&verify(&plain, &both(), now())).stamped, None);
}

#[test]
fn a_letter_stays_valid_where_nobody_knows_the_time_authority() {
    let verdict = verify(&stamped(now()).unwrap(), &office().roots(), now());
    assert_eq!(verdict.state, State::Valid, "{verdict:?}");
    assert!(!only(&verdict).stamped.as_ref().unwrap().trusted);
}

#[test]
fn a_trusted_time_stamp_counts_more_than_what_the_signer_claims() {
    // A signer whose certificate began later than the authority says it was.
    let authority = TestAuthority::create("Otoritas Uji Meja", now() - 1.minute()).unwrap();
    let key = key_from(&authority, "Ratna Contoh", now() - 10.seconds());
    let clock = Counter(|request: &[u8]| clock().time_stamp(request, now() - 1.minute()).unwrap());
    let signer = TimeStamped { signer: &key, authority: &clock };
    let pdf = sign(&plain(), &field("Ratna Contoh"), &signer).unwrap();
    let own = authority.root().clone();
    assert_eq!(verify(&pdf, std::slice::from_ref(&own), now()).state, State::Valid, "on the signer's word");
    let verdict = verify(&pdf, &[own, both()[1].clone()], now());
    assert!(verdict.all_problems().any(|one| one == Problem::NotValidThen), "{verdict:?}");
    assert_eq!(verdict.state, State::Invalid);
}

#[test]
fn a_time_stamp_of_another_letter_is_noticed() {
    let [one, other] = ["Ratna Contoh", "Ratna Uji"].map(|name| {
        let authority = Counter(|request: &[u8]| clock().time_stamp(request, now()).unwrap());
        sign(&plain(), &field(name), &TimeStamped { signer: &office().head, authority: &authority }).unwrap()
    });
    let cms = |pdf: &[u8]| {
        let [_, hole, end, _] = byte_range(pdf);
        let digits = std::str::from_utf8(&pdf[hole + 1..end - 1]).unwrap();
        let bytes = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(bytes).collect::<Vec<u8>>()
    };
    let foreign = crate::envelope::Envelope::read(&cms(&other)).unwrap().time_stamp().unwrap();
    let prepared = crate::prepare(&plain(), &field("Ratna Contoh")).unwrap();
    let own = crate::Signer::sign(&office().head, &prepared.digest(), now()).unwrap();
    let moved = crate::envelope::Unstamped::open(&own).unwrap().stamp(&foreign).unwrap();
    let verdict = verify(&prepared.embed(&moved).unwrap(), &both(), now());
    assert_eq!(verdict.state, State::Invalid);
    assert!(verdict.all_problems().any(|one| one == Problem::WrongTimeStamp), "{verdict:?}");
    assert_eq!(verify(&one, &both(), now()).state, State::Valid);
}

#[test]
fn an_answer_that_is_no_time_stamp_of_this_signature_is_refused() {
    let good = |request: &[u8]| clock().time_stamp(request, now()).unwrap();
    let changed = |request: &[u8], change: &dyn Fn(&mut Request)| {
        let mut request = Request::from_der(request).unwrap();
        change(&mut request);
        good(&request.to_der().unwrap())
    };
    assert!(matches!(refused(|_| vec![]), TimeStampError::NoAnswer(_)));
    assert!(matches!(refused(|_| b"<html>".to_vec()), TimeStampError::Unreadable));
    let says_no = |_: &[u8]| {
        let said = Some(vec!["policy not accepted".to_owned()]);
        Response { status: Status { status: 2, said, failure: None }, token: None }.to_der().unwrap()
    };
    let error = refused(says_no);
    assert!(matches!(&error, TimeStampError::Refused { status: 2, said } if said == "policy not accepted"));
    let empty =
        |_: &[u8]| Response { status: Status { status: 0, said: None, failure: None }, token: None }.to_der();
    assert!(matches!(refused(|request| empty(request).unwrap()), TimeStampError::Unreadable));
    let other_nonce =
        |request: &[u8]| changed(request, &|request| request.nonce = Some(Int::new(&[7]).unwrap()));
    assert!(matches!(refused(other_nonce), TimeStampError::OtherRequest));
    let no_nonce = |request: &[u8]| changed(request, &|request| request.nonce = None);
    assert!(matches!(refused(no_nonce), TimeStampError::OtherRequest));
    let other_digest = |request: &[u8]| {
        changed(request, &|request| request.imprint.digest = OctetString::new(vec![7; 32]).unwrap())
    };
    assert!(matches!(refused(other_digest), TimeStampError::OtherSignature));
    let late = |request: &[u8]| clock().time_stamp(request, now() + 1.hour()).unwrap();
    assert!(matches!(refused(late), TimeStampError::OtherTime { .. }));
    // A key for letters is not one for time stamps, whoever issued it.
    let by_a_signer = |request: &[u8]| {
        time_stamp::answer(Request::from_der(request).unwrap(), now(), &office().secretary).unwrap()
    };
    assert!(matches!(refused(by_a_signer), TimeStampError::NoAuthority));
    let forged = |request: &[u8]| {
        let mut answer = good(request);
        *answer.last_mut().unwrap() ^= 1;
        answer
    };
    assert!(matches!(refused(forged), TimeStampError::WrongSignature));
}

#[test]
fn a_time_stamp_fits_beside_the_largest_of_our_keys() {
    let rsa = fixture_key("rsa-modern.p12");
    let authority = Counter(|request: &[u8]| clock().time_stamp(request, now()).unwrap());
    let signer = TimeStamped { signer: &rsa, authority: &authority };
    let pdf = sign(&plain(), &field("Wulan Contoh"), &signer).unwrap();
    let verdict = verify(&pdf, &[fixture_root(), both()[1].clone()], now());
    assert_eq!(verdict.state, State::Valid, "{verdict:?}");
    assert!(only(&verdict).stamped.as_ref().unwrap().trusted);
}

/// Answers of OpenSSL, which names the certificate by SHA-1 and writes fractions of a second.
#[test]
fn a_time_stamp_as_others_write_them_is_read() {
    let token = fixture("stamp-of-openssl.der");
    let root = Certificate::from_pem(&String::from_utf8(fixture("stamp-root.pem")).unwrap()).unwrap();
    let stamp = time_stamp::judge(&token, b"tanda tangan", &[root]).unwrap();
    assert!(stamp.trusted);
    assert_eq!(stamp.authority, "Jam Uji Kertas");
    assert_ne!(stamp.at.subsec_millisecond(), 0, "{}", stamp.at);
    assert!(time_stamp::judge(&token, b"tanda tangan lain", &[]).is_err());
}
