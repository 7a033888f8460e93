//! Judging the signatures of a file.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use lopdf::{Dictionary, Document, Object, ObjectId};
use serde::Serialize;

use crate::certificate::Certificate;
use crate::chain::{self, Distrust, Purpose};
use crate::envelope::{Envelope, Fault, Naming};
use crate::pdf::{self, ReadError};
use crate::prepare::reason_and_capacity;
use crate::revision;
use crate::time_stamp::{self, TimeStamp};

/// How many signatures of a file are judged; one with more is [`State::CannotTell`].
pub const SIGNATURES_MAX: usize = 16;

/// How far the claimed time may lie ahead of ours: clocks differ.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// What is to be thought of a file and its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub state: State,
    /// In the order in which they were made.
    pub signatures: Vec<SignatureVerdict>,
    /// Something follows the last signed revision, or what was signed is not what stands there now.
    pub modified_after_signing: bool,
    /// What concerns the file as a whole. Each signature has its own besides.
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Every signature is intact and trusted, and nothing else was changed since the first.
    Valid,
    /// The file is not what was signed, or a signature was made by nobody who could.
    Invalid,
    /// Nothing speaks against it, but not enough is known: no signature, an unknown root, an algorithm
    /// or a file that cannot be read here.
    CannotTell,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureVerdict {
    /// The common name in the signer's certificate; without one, what the signature says of itself.
    pub name: String,
    /// The common name of who issued the certificate; empty if there is none.
    pub issuer: String,
    pub reason: String,
    /// In which capacity the signer claims to have signed; empty if the signature does not say.
    pub capacity: String,
    pub location: String,
    /// When the signer claims to have signed (`/M`). No authority has confirmed it.
    pub claimed: Option<Timestamp>,
    /// What a time-stamping authority says; `None` too where its way of signing is not known here.
    pub stamped: Option<TimeStamp>,
    /// The certificate leads to a given root, each one on the way valid when it was signed and allowed
    /// to do what it did. It was signed when a trusted time stamp says, or else when its signer claims.
    pub trusted: bool,
    /// The digest, the signature over it and the certificate it names are right.
    pub intact: bool,
    /// It covers the whole file as it was when signed, but for itself.
    pub covers: bool,
    /// The SHA-256 of the signer's certificate, lower-case hexadecimal; empty if there is none.
    pub fingerprint: String,
    pub problems: Vec<Problem>,
}

/// What is wrong, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    #[error("the file is not a PDF")]
    NotPdf,
    #[error("the file is larger than {} bytes", crate::PDF_BYTES_MAX)]
    TooLarge,
    #[error("the file is encrypted")]
    Encrypted,
    #[error("the structure of the file cannot be read")]
    Unreadable,
    #[error("the file has no signature")]
    NoSignature,
    #[error("the file has more than {SIGNATURES_MAX} signatures")]
    TooManySignatures,
    #[error("something was added to the file after the last signature")]
    ModifiedAfterSigning,
    #[error("more than a signature was added to the file between two signatures")]
    ModifiedBetweenSignatures,
    #[error("the signature does not say properly what it covers")]
    BadByteRange,
    #[error("the signature is not where it says it is")]
    HoleElsewhere,
    #[error("the signature does not cover the whole file as it was when signed")]
    NotCovered,
    #[error("the signature belongs to no field of the form")]
    NoField,
    #[error("the signature is of a kind that cannot be verified here")]
    UnknownKind,
    #[error("the signature cannot be read")]
    UnreadableSignature,
    #[error("the signature comes without its signer's certificate")]
    NoCertificate,
    #[error("the signature uses an algorithm that cannot be verified here")]
    UnknownAlgorithm,
    #[error("the file was changed after it was signed")]
    OtherDigest,
    #[error("the signature was not made with the key of its certificate")]
    WrongSignature,
    #[error("the signature means another certificate than the one it comes with")]
    OtherCertificate,
    #[error("the certificate does not lead to a root that is trusted here")]
    UnknownRoot,
    #[error("the certificate was not valid when the signature claims to have been made")]
    NotValidThen,
    #[error("the certificate is not meant for signing documents")]
    WrongUse,
    #[error("the certificate has a condition that is not understood here")]
    NotUnderstood,
    #[error("the signature claims to have been made in the future")]
    InTheFuture,
    #[error("the time stamp of the signature is not one of this signature")]
    WrongTimeStamp,
}

impl Problem {
    /// What a file with this problem can be at best.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Problem::NotPdf
            | Problem::TooLarge
            | Problem::Encrypted
            | Problem::Unreadable
            | Problem::NoSignature
            | Problem::TooManySignatures
            | Problem::UnknownKind
            | Problem::UnknownAlgorithm
            | Problem::UnknownRoot
            | Problem::NotUnderstood => State::CannotTell,
            Problem::ModifiedAfterSigning
            | Problem::ModifiedBetweenSignatures
            | Problem::BadByteRange
            | Problem::HoleElsewhere
            | Problem::NotCovered
            | Problem::NoField
            | Problem::UnreadableSignature
            | Problem::NoCertificate
            | Problem::OtherDigest
            | Problem::WrongSignature
            | Problem::OtherCertificate
            | Problem::NotValidThen
            | Problem::WrongUse
            | Problem::InTheFuture
            | Problem::WrongTimeStamp => State::Invalid,
        }
    }
}

impl Verdict {
    /// Everything wrong with the file and its signatures.
    pub fn all_problems(&self) -> impl Iterator<Item = Problem> + '_ {
        let of_signatures = self.signatures.iter().flat_map(|signature| &signature.problems);
        self.problems.iter().chain(of_signatures).copied()
    }

    fn of(signatures: Vec<SignatureVerdict>, problems: Vec<Problem>) -> Verdict {
        let mut verdict =
            Verdict { state: State::Valid, signatures, modified_after_signing: false, problems };
        let is_other = |problem| matches!(problem, Problem::ModifiedAfterSigning | Problem::OtherDigest);
        let modified = verdict.all_problems().any(is_other);
        verdict.modified_after_signing = modified;
        verdict.state =
            verdict.all_problems().map(Problem::state).fold(State::Valid, |worst, state| {
                match (worst, state) {
                    (State::Invalid, _) | (_, State::Invalid) => State::Invalid,
                    (State::CannotTell, _) | (_, State::CannotTell) => State::CannotTell,
                    (State::Valid, State::Valid) => State::Valid,
                }
            });
        verdict
    }
}

/// Judges the signatures of a file that anybody may have made. `at` is the present: a signature
/// without a claimed time is taken as made then.
///
/// It understands PAdES and the older `adbe.pkcs7.detached`, RSA (PKCS #1 v1.5) and ECDSA on P-256,
/// with SHA-256, SHA-384 or SHA-512. It asks nobody about revocation.
#[must_use]
pub fn verify(pdf: &[u8], roots: &[Certificate], at: Timestamp) -> Verdict {
    let document = match pdf::read(pdf) {
        Ok(document) => document,
        Err(error) => {
            let problem = match error {
                ReadError::TooLarge { .. } => Problem::TooLarge,
                ReadError::NotPdf => Problem::NotPdf,
                ReadError::Encrypted => Problem::Encrypted,
                ReadError::Structure(_) => Problem::Unreadable,
            };
            return Verdict::of(vec![], vec![problem]);
        }
    };
    let (found, lost) = find(&document);
    if found.is_empty() {
        let problem = if lost { Problem::UnreadableSignature } else { Problem::NoSignature };
        return Verdict::of(vec![], vec![problem]);
    }
    if found.len() > SIGNATURES_MAX {
        return Verdict::of(vec![], vec![Problem::TooManySignatures]);
    }
    let mut judged: Vec<Judged> = found.iter().map(|one| judge(pdf, &document, one, roots, at)).collect();
    judged.sort_by_key(|one| one.end);
    let mut problems = check_revisions(pdf, &document, &mut judged);
    if lost {
        problems.push(Problem::UnreadableSignature);
    }
    Verdict::of(judged.into_iter().map(|one| one.verdict).collect(), problems)
}

/// A signature dictionary, and whether a field leads to it.
struct Found<'a> {
    id: Option<ObjectId>,
    dictionary: &'a Dictionary,
    in_field: bool,
}

struct Judged {
    verdict: SignatureVerdict,
    id: Option<ObjectId>,
    /// Where the revision ends that it covers.
    end: Option<usize>,
}

/// The signatures of the form, and those that no field leads to any more: whoever unhooks a signature
/// shall not have a file without one. Also whether a field was signed with what cannot be read any
/// more.
fn find(document: &Document) -> (Vec<Found<'_>>, bool) {
    let mut found: Vec<Found<'_>> = vec![];
    let mut lost = false;
    for (_, field) in pdf::fields(document) {
        if !pdf::is_signature_field(document, field) {
            continue;
        }
        let Ok(value) = field.get(b"V") else { continue };
        let signature = document.dereference(value).and_then(|(id, value)| Ok((id, value.as_dict()?)));
        let Ok((id, dictionary)) = signature else {
            lost |= !value.is_null();
            continue;
        };
        if id.is_none() || found.iter().all(|one| one.id != id) {
            found.push(Found { id, dictionary, in_field: true });
        }
    }
    for (id, object) in &document.objects {
        let Ok(dictionary) = object.as_dict() else { continue };
        if dictionary.has(b"ByteRange")
            && dictionary.has(b"Contents")
            && found.iter().all(|one| one.id != Some(*id))
        {
            found.push(Found { id: Some(*id), dictionary, in_field: false });
        }
    }
    (found, lost)
}

fn judge(pdf: &[u8], document: &Document, found: &Found<'_>, roots: &[Certificate], at: Timestamp) -> Judged {
    let text =
        |key: &[u8]| pdf::entry(document, found.dictionary, key).and_then(pdf::text_of).unwrap_or_default();
    let written_reason = text(b"Reason");
    let (reason, capacity) = reason_and_capacity(&written_reason);
    let mut verdict = SignatureVerdict {
        name: text(b"Name"),
        issuer: String::new(),
        reason: reason.to_owned(),
        capacity: capacity.to_owned(),
        location: text(b"Location"),
        claimed: pdf::time_of(&text(b"M")),
        stamped: None,
        trusted: false,
        intact: false,
        covers: false,
        fingerprint: String::new(),
        problems: vec![],
    };
    if !found.in_field {
        verdict.problems.push(Problem::NoField);
    }
    let mut end = None;
    match hole(pdf, document, found.dictionary) {
        Ok(hole) => {
            end = Some(hole.end_of_revision);
            verdict.covers = true;
            let signed = [&pdf[..hole.range.start], &pdf[hole.range.end..hole.end_of_revision]];
            judge_contents(document, found.dictionary, &hole.contents, &signed, roots, at, &mut verdict);
        }
        Err(problem) => verdict.problems.push(problem),
    }
    Judged { verdict, id: found.id, end }
}

struct Hole {
    /// With its angle brackets.
    range: Range<usize>,
    end_of_revision: usize,
    contents: Vec<u8>,
}

/// Where the signature stands in the file, as `/ByteRange` says and as it is (ISO 32000-1, 12.8.1).
///
/// The hole is nothing but the hexadecimal string of `/Contents`, so that everything else is signed.
fn hole(pdf: &[u8], document: &Document, dictionary: &Dictionary) -> Result<Hole, Problem> {
    let numbers = pdf::array_at(document, dictionary, b"ByteRange").ok_or(Problem::BadByteRange)?;
    let numbers: Option<Vec<usize>> =
        numbers.iter().map(|number| usize::try_from(number.as_i64().ok()?).ok()).collect();
    let Some([0, start, end, length]) = numbers.as_deref() else { return Err(Problem::BadByteRange) };
    let end_of_revision = end.checked_add(*length).ok_or(Problem::BadByteRange)?;
    if start >= end || end_of_revision > pdf.len() {
        return Err(Problem::BadByteRange);
    }
    let range = *start..*end;
    let contents = pdf::entry(document, dictionary, b"Contents").and_then(|contents| contents.as_str().ok());
    let contents = contents.ok_or(Problem::UnreadableSignature)?;
    match hexadecimal(&pdf[range.clone()]) {
        Some(there) if there == contents => Ok(Hole { range, end_of_revision, contents: there }),
        Some(_) | None => Err(Problem::HoleElsewhere),
    }
}

/// The bytes of `<...>`: digits only, in pairs.
fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(b"<")?.strip_suffix(b">")?;
    if digits.len() % 2 != 0 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

fn judge_contents(
    document: &Document,
    dictionary: &Dictionary,
    contents: &[u8],
    signed: &[&[u8]],
    roots: &[Certificate],
    at: Timestamp,
    verdict: &mut SignatureVerdict,
) {
    let pades = pdf::is_name(document, dictionary, b"SubFilter", b"ETSI.CAdES.detached");
    if !pades && !pdf::is_name(document, dictionary, b"SubFilter", b"adbe.pkcs7.detached") {
        return verdict.problems.push(Problem::UnknownKind);
    }
    let envelope = match Envelope::read(contents) {
        Ok(envelope) => envelope,
        Err(fault) => return verdict.problems.push(problem_of(fault)),
    };
    let info = envelope.signer.info();
    (verdict.name, verdict.issuer, verdict.fingerprint) = (info.subject, info.issuer, info.fingerprint);
    let naming = if pades { Naming::Strict } else { Naming::Free };
    match envelope.check(signed, naming) {
        Ok(()) => verdict.intact = true,
        Err(fault) => verdict.problems.push(problem_of(fault)),
    }
    let claimed = verdict.claimed.unwrap_or(at);
    if claimed.duration_since(at) > CLOCKS_APART {
        return verdict.problems.push(Problem::InTheFuture);
    }
    match envelope.time_stamp().map(|token| time_stamp::judge(&token, envelope.signature(), roots)) {
        Some(Ok(stamp)) => verdict.stamped = Some(stamp),
        // It stands beside the signature and takes nothing from it.
        None | Some(Err(Fault::Unsupported)) => {}
        Some(Err(_)) => verdict.problems.push(Problem::WrongTimeStamp),
    }
    let trusted = verdict.stamped.as_ref().filter(|stamp| stamp.trusted).map(|stamp| stamp.at);
    let then = trusted.unwrap_or(claimed);
    match chain::check(&envelope.signer, &envelope.others, roots, then, Purpose::Documents) {
        Ok(()) => verdict.trusted = true,
        Err(distrust) => verdict.problems.push(match distrust {
            Distrust::UnknownRoot => Problem::UnknownRoot,
            Distrust::NotValidThen => Problem::NotValidThen,
            Distrust::WrongUse => Problem::WrongUse,
            Distrust::NotUnderstood => Problem::NotUnderstood,
        }),
    }
}

fn problem_of(fault: Fault) -> Problem {
    match fault {
        Fault::Unreadable => Problem::UnreadableSignature,
        Fault::NoCertificate => Problem::NoCertificate,
        Fault::Unsupported => Problem::UnknownAlgorithm,
        Fault::OtherDigest => Problem::OtherDigest,
        Fault::WrongSignature => Problem::WrongSignature,
        Fault::OtherCertificate => Problem::OtherCertificate,
    }
}

/// Each signature must cover a revision of its own, the last one the file, and between two of them
/// nothing but the later one may have come. `judged` is sorted by the ends.
fn check_revisions(pdf: &[u8], document: &Document, judged: &mut [Judged]) -> Vec<Problem> {
    let mut problems = vec![];
    let last = judged.iter().filter_map(|one| one.end).next_back();
    if last.is_some_and(|end| end < pdf.len()) {
        problems.push(Problem::ModifiedAfterSigning);
    }
    let ends: Vec<Option<usize>> = judged.iter().map(|one| one.end).collect();
    let mut earlier: Option<Document> = None;
    for (index, one) in judged.iter_mut().enumerate() {
        let Some(end) = one.end else { continue };
        let mut refuse = |problem| {
            one.verdict.covers = false;
            one.verdict.problems.push(problem);
        };
        // Two signatures cannot each cover the other.
        if index > 0 && ends[index - 1] == Some(end) {
            refuse(Problem::NotCovered);
            continue;
        }
        let here = if end == pdf.len() { Some(document.clone()) } else { revision(&pdf[..end], one.id) };
        let Some(here) = here else {
            refuse(Problem::NotCovered);
            continue;
        };
        if earlier.as_ref().is_some_and(|earlier| !revision::only_adds_signatures(earlier, &here))
            && !problems.contains(&Problem::ModifiedBetweenSignatures)
        {
            problems.push(Problem::ModifiedBetweenSignatures);
        }
        earlier = Some(here);
    }
    problems
}

/// The file as it was when a signature was made, if it was a whole file then, with that signature.
fn revision(pdf: &[u8], signature: Option<ObjectId>) -> Option<Document> {
    if !pdf.trim_ascii_end().ends_with(b"%%EOF") {
        return None;
    }
    let document = pdf::read(pdf).ok()?;
    let present = match signature {
        Some(id) => document.get_object(id).and_then(Object::as_dict).is_ok(),
        None => true,
    };
    (present && document.xref_recovery.is_none()).then_some(document)
}
