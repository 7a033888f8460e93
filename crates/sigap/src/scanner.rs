//! Files from outside, looked through by ClamAV's daemon.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use app::{ScanError, Scanned, Scanner};
use clamav_client::tokio::{Socket, Tcp, scan_file};
use futures_util::future::BoxFuture;

/// How long the daemon may take over one file.
const SECONDS_MAX: u64 = 60;

/// How this office looks through files; none if nothing is set.
///
/// # Errors
/// The setting `clamd` cannot be read.
pub fn scanner(clamd: &str) -> Result<Option<Arc<dyn Scanner>>> {
    let place = match clamd.split_once(':') {
        None if clamd.is_empty() => return Ok(None),
        Some(("unix", path)) if path.starts_with('/') => Clamd::Socket(PathBuf::from(path)),
        Some(("tcp", address)) if address.contains(':') => Clamd::Tcp(address.to_owned()),
        Some(_) | None => {
            bail!("clamd is {clamd:?}; write it as unix:/run/clamav/clamd.ctl or tcp:HOST:PORT")
        }
    };
    Ok(Some(Arc::new(place)))
}

/// Where the daemon listens.
#[derive(Debug)]
enum Clamd {
    Socket(PathBuf),
    Tcp(String),
}

impl Scanner for Clamd {
    fn scan<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<Scanned, ScanError>> {
        Box::pin(async move {
            let asked = async {
                match self {
                    Self::Socket(path) => scan_file(file, Socket { socket_path: path }, None).await,
                    Self::Tcp(address) => scan_file(file, Tcp { host_address: address.as_str() }, None).await,
                }
            };
            match tokio::time::timeout(Duration::from_secs(SECONDS_MAX), asked).await {
                Ok(Ok(answer)) => understand(&answer),
                Ok(Err(error)) => Err(ScanError(format!("{self:?} does not answer: {error}"))),
                Err(_) => Err(ScanError(format!("{self:?} took longer than {SECONDS_MAX} seconds"))),
            }
        })
    }
}

/// `stream: OK`, `stream: NAME FOUND`, or why the file was not looked through.
fn understand(answer: &[u8]) -> Result<Scanned, ScanError> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches(['\0', '\n']);
    match text.strip_prefix("stream: ") {
        Some("OK") => Ok(Scanned::Clean),
        Some(said) if said.ends_with(" FOUND") => {
            Ok(Scanned::Harmful { found: said.trim_end_matches(" FOUND").to_owned() })
        }
        Some(_) | None => Err(ScanError(format!("clamd says {text:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_answer_lets_a_file_in() {
        assert_eq!(understand(b"stream: OK\0").expect("an answer"), Scanned::Clean);
        let found = Scanned::Harmful { found: "Eicar-Signature".to_owned() };
        assert_eq!(understand(b"stream: Eicar-Signature FOUND\0").expect("an answer"), found);
        for unclear in ["", "stream: ", "OK", "INSTREAM size limit exceeded. ERROR\0", "stream: OK?"] {
            assert!(understand(unclear.as_bytes()).is_err(), "{unclear:?} lets a file in");
        }
    }

    #[test]
    fn whatever_a_daemon_says_lets_a_file_in_only_where_it_is_clear() {
        let seeds = [
            &b"stream: OK\0"[..],
            b"stream: Eicar-Signature FOUND\0",
            b"INSTREAM size limit exceeded. ERROR\0",
        ];
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "scanner", &seeds.map(<[u8]>::to_vec), |answer| {
            let says_so =
                answer.starts_with(b"stream: OK") && !answer.windows(5).any(|word| word == b"FOUND");
            assert!(says_so || !matches!(understand(answer), Ok(Scanned::Clean)));
        });
    }

    #[tokio::test]
    async fn a_daemon_that_is_away_lets_nothing_in() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for away in ["unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1"] {
            let scanner = scanner(away).expect("a setting that fits").expect("a scanner");
            assert!(scanner.scan(file.path()).await.is_err(), "{away}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_read_is_told() {
        assert!(scanner("").expect("no setting is no mistake").is_none());
        for wrong in ["clamd.ctl", "unix:clamd.ctl", "tcp:localhost", "http://localhost:3310"] {
            let told = scanner(wrong).expect_err("a refusal").to_string();
            assert!(told.contains("unix:/run/clamav/clamd.ctl"), "{told}");
        }
    }
}
