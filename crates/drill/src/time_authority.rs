//! A time-stamping authority that stamps whatever comes, and can be down.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use signatures::TestAuthority;

use crate::door::Door;
use crate::now;

/// For so long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct TimeServer {
    door: Door,
    authority: Arc<TestAuthority>,
}

impl TimeServer {
    /// One that is down.
    pub fn new() -> Result<Self> {
        let authority = Arc::new(TestAuthority::create("Pusat Waktu Percobaan", now())?);
        Ok(Self { door: Door::closed()?, authority })
    }

    /// The settings of an office whose signatures are stamped here.
    pub fn settings(&self) -> String {
        format!("tsa_url = \"http://{}/\"\n", self.door.address)
    }

    /// Answers from now on.
    pub fn start(&mut self) -> Result<()> {
        let authority = self.authority.clone();
        self.door.open(move |client| converse(&client, &authority))
    }

    /// Answers no more.
    pub fn stop(&mut self) {
        self.door.close();
    }
}

/// As much of HTTP as it takes to be asked once for a time stamp (RFC 3161, 3.4).
fn converse(mut client: &TcpStream, authority: &TestAuthority) -> Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request)?;
    let stamped = authority.time_stamp(&request, now())?;
    client.write_all(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            stamped.len()
        )
        .as_bytes(),
    )?;
    client.write_all(&stamped)?;
    Ok(())
}
