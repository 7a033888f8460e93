//! Secrets and signatures of webhooks, by Standard Webhooks 1.0 (<https://www.standardwebhooks.com>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// With what every secret begins.
const PREFIX: &str = "whsec_";
/// How many random bytes a secret has; the standard asks for 24 to 64.
const RANDOM_BYTES: usize = 32;

/// The machine gives no random numbers.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the machine gives no random numbers")]
pub struct NoRandomness;

pub fn new_secret() -> Result<String, NoRandomness> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|_| NoRandomness)?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(random)))
}

/// What stands in `webhook-signature`: one signature for each secret. A secret that cannot be read
/// signs nothing.
pub fn sign<'a>(secrets: impl IntoIterator<Item = &'a str>, id: &str, seconds: i64, body: &str) -> String {
    let content = format!("{id}.{seconds}.{body}");
    let signatures = secrets.into_iter().filter_map(|secret| {
        let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(content.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_message_is_signed_as_the_standard_signs_it() {
        let signature = sign(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_differ_and_each_signs() {
        let (old, new) = (new_secret().expect("a secret"), new_secret().expect("a secret"));
        assert_ne!(old, new);
        let both = sign([new.as_str(), old.as_str()], "a", 1, "{}");
        let each = [sign([new.as_str()], "a", 1, "{}"), sign([old.as_str()], "a", 1, "{}")];
        assert_eq!(both, each.join(" "));
    }
}
