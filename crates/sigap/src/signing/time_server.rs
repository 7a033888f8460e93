//! A time-stamping authority over HTTP (RFC 3161, 3.4).

use std::error::Error;

use signatures::TimeAuthority;
use ureq::Agent;

use super::http::{self, Patience};

/// The longest answer that is read, in bytes. A time stamp with its certificates has some 8 kB.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug)]
pub struct TimeServer {
    agent: Agent,
    url: String,
}

impl TimeServer {
    pub fn new(url: &str, patience: Patience) -> Self {
        Self { agent: http::agent(patience), url: url.to_owned() }
    }
}

impl TimeAuthority for TimeServer {
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let mut answer =
            self.agent.post(&self.url).content_type("application/timestamp-query").send(request)?;
        if !answer.status().is_success() {
            return Err(format!("{} answers with {}", self.url, answer.status()).into());
        }
        Ok(answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?)
    }
}
