//! Codes that change every half minute (TOTP, RFC 6238), as every authenticator app computes them: six
//! digits of an HMAC-SHA-1 over the number of the half minute. SHA-1 is what the apps agree on, and its
//! collisions do not matter in an HMAC.

use data_encoding::BASE32_NOPAD;
use hmac_for_sha1::{Hmac, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// The length of a secret: as many bytes as SHA-1 has (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// How long a code holds, in seconds.
pub const STEP_SECONDS: i64 = 30;
/// How many steps before and after now are accepted, for telephones whose clocks are not exact.
const STEPS_ASIDE: u64 = 1;
const DIGITS: usize = 6;

/// The step whose code this is, if it is one of about now.
pub fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<u64> {
    let typed: String = typed.chars().filter(|char| !char.is_whitespace()).collect();
    let now = u64::try_from(now.as_second() / STEP_SECONDS).ok()?;
    (now.saturating_sub(STEPS_ASIDE)..=now + STEPS_ASIDE).find(|step| code(secret, *step) == typed)
}

/// The code of a step.
pub fn code(secret: &[u8], step: u64) -> String {
    let mut hmac: Hmac<Sha1> =
        Hmac::new_from_slice(secret).unwrap_or_else(|_| unreachable!("an HMAC takes keys of any length"));
    hmac.update(&step.to_be_bytes());
    let hash = hmac.finalize().into_bytes();
    // Four bytes at a place that the last one names (RFC 4226, section 5.3).
    let at = usize::from(hash[hash.len() - 1] & 0x0f);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    let code = format!("{number:010}");
    code[code.len() - DIGITS..].to_owned()
}

/// The secret as people type it where they cannot take a picture.
pub fn written(secret: &[u8]) -> String {
    let letters = BASE32_NOPAD.encode(secret);
    letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// What the QR code says to an authenticator app.
pub fn address(secret: &[u8], account: &str) -> String {
    // An e-mail address has no other characters that would need it.
    let account = account.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("otpauth://totp/Sigap:{account}?secret={}&issuer=Sigap", BASE32_NOPAD.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B; ours are the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, second / 30), expected, "at {second}");
        }
    }

    #[test]
    fn a_code_holds_half_a_minute_before_and_after_its_own() {
        let secret = b"12345678901234567890";
        let step = |second| step_of(secret, "081 804", Timestamp::from_second(second).expect("a second"));
        let own = 1_111_111_109 / 30;
        assert_eq!(step(1_111_111_109), Some(own));
        let start = 1_111_111_080;
        assert_eq!((step(start - 30), step(start + 59)), (Some(own), Some(own)));
        assert_eq!((step(start - 31), step(start + 60)), (None, None));
        assert_eq!(step_of(secret, "", Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn an_app_is_told_the_secret() {
        let address = address(b"12345678901234567890", "rina@brmp.example");
        assert_eq!(
            address,
            "otpauth://totp/Sigap:rina@brmp.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sigap"
        );
        assert_eq!(written(b"1234567890"), "GEZD GNBV GY3T QOJQ");
    }
}
