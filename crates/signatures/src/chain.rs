//! From a certificate to a root that is trusted (a part of RFC 5280, 6: no policies, no revocation,
//! no name constraints).

use const_oid::db::rfc5280;
use jiff::Timestamp;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};

use crate::certificate::Certificate;

/// How many certificates may lie between a signer's and the root.
const INTERMEDIATES_MAX: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// No way leads to a root, or none that can be followed here.
    UnknownRoot,
    /// The signer's certificate, or one on every way to a root, was not valid then.
    NotValidThen,
    /// The certificate is not meant for signing documents.
    WrongUse,
    /// The certificate demands something that is not understood here.
    NotUnderstood,
}

/// Whether a certificate is for time stamps and nothing else (RFC 3161, 2.3).
pub fn is_time_authority(certificate: &Certificate) -> bool {
    certificate.content.tbs_certificate.get::<ExtendedKeyUsage>().is_ok_and(|usage| {
        usage.is_some_and(|(critical, usage)| critical && usage.0 == [rfc5280::ID_KP_TIME_STAMPING])
    })
}

/// What a certificate is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Documents,
    TimeStamps,
}

/// Whether `signer` can be traced to one of the roots with certificates out of `others`.
pub fn check(
    signer: &Certificate,
    others: &[Certificate],
    roots: &[Certificate],
    at: Timestamp,
    purpose: Purpose,
) -> Result<(), Distrust> {
    if !signer.is_valid_at(at) {
        return Err(Distrust::NotValidThen);
    }
    if !understood(signer) {
        return Err(Distrust::NotUnderstood);
    }
    let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    match usage(signer) {
        Ok(Some(usage)) if !usage.0.into_iter().any(|one| signing.contains(one)) => {
            return Err(Distrust::WrongUse);
        }
        Ok(_) => {}
        Err(Unreadable) => return Err(Distrust::NotUnderstood),
    }
    if purpose == Purpose::TimeStamps && !is_time_authority(signer) {
        return Err(Distrust::WrongUse);
    }
    if roots.contains(signer) {
        return Ok(());
    }
    let mut search = Search { others, roots, at, used: vec![false; others.len()], expired: false };
    match search.reaches_root(signer, 0) {
        true => Ok(()),
        false if search.expired => Err(Distrust::NotValidThen),
        false => Err(Distrust::UnknownRoot),
    }
}

struct Search<'a> {
    others: &'a [Certificate],
    roots: &'a [Certificate],
    at: Timestamp,
    /// Every certificate is tried once in all, or a crafted set of them could keep us busy for ever.
    used: Vec<bool>,
    /// A root was found, but it was not valid then.
    expired: bool,
}

impl Search<'_> {
    /// `below` is how many intermediate certificates lie under the issuer that is looked for.
    fn reaches_root(&mut self, certificate: &Certificate, below: usize) -> bool {
        for root in self.roots {
            if issued(root, certificate, below) {
                if root.is_valid_at(self.at) {
                    return true;
                }
                self.expired = true;
            }
        }
        if below >= INTERMEDIATES_MAX {
            return false;
        }
        for index in 0..self.others.len() {
            let issuer = &self.others[index];
            if self.used[index] || !issued(issuer, certificate, below) {
                continue;
            }
            self.used[index] = true;
            if issuer.is_valid_at(self.at) && self.reaches_root(&issuer.clone(), below + 1) {
                return true;
            }
        }
        false
    }
}

fn issued(issuer: &Certificate, certificate: &Certificate, below: usize) -> bool {
    issuer.subject() == certificate.issuer()
        && may_issue(issuer, below)
        && understood(issuer)
        && certificate.check_signature(issuer).is_ok()
}

/// RFC 5280, 4.2.1.3 and 4.2.1.9.
fn may_issue(issuer: &Certificate, below: usize) -> bool {
    let Ok(Some((_, constraints))) = issuer.content.tbs_certificate.get::<BasicConstraints>() else {
        return false;
    };
    let room = constraints.path_len_constraint.is_none_or(|length| below <= usize::from(length));
    let usage = match usage(issuer) {
        Ok(usage) => usage.is_none_or(|usage| usage.0.contains(KeyUsages::KeyCertSign)),
        Err(Unreadable) => false,
    };
    constraints.ca && room && usage
}

struct Unreadable;

fn usage(certificate: &Certificate) -> Result<Option<KeyUsage>, Unreadable> {
    let usage = certificate.content.tbs_certificate.get::<KeyUsage>().map_err(|_| Unreadable)?;
    Ok(usage.map(|(_, usage)| usage))
}

/// What is critical must be understood (RFC 5280, 4.2). What a signer's key may also be used for, and
/// under which policy it was issued, changes nothing here.
fn understood(certificate: &Certificate) -> bool {
    let known = [
        rfc5280::ID_CE_BASIC_CONSTRAINTS,
        rfc5280::ID_CE_KEY_USAGE,
        rfc5280::ID_CE_EXT_KEY_USAGE,
        rfc5280::ID_CE_CERTIFICATE_POLICIES,
    ];
    let extensions = certificate.content.tbs_certificate.extensions.iter().flatten();
    extensions.filter(|extension| extension.critical).all(|extension| known.contains(&extension.extn_id))
}
