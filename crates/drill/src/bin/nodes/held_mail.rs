//! A mail server that is given a whole message and does not answer, so that whoever gave it knows nothing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

#[derive(Debug)]
pub struct HeldMail {
    address: SocketAddr,
    /// The `Message-ID` of each message that came.
    came: Receiver<String>,
}

impl HeldMail {
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (tell, came) = mpsc::channel();
        // It listens until the program ends: whoever comes later is held as well.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let tell = tell.clone();
                thread::spawn(move || {
                    if let Ok((id, kept_open)) = until_the_end(client) {
                        let _ = tell.send(id);
                        // The client waits for its answer until it is gone.
                        let mut rest = BufReader::new(kept_open).lines();
                        while rest.next().is_some_and(|line| line.is_ok()) {}
                    }
                });
            }
        });
        Ok(Self { address, came })
    }

    /// The settings of an office that sends its letters here.
    pub fn settings(&self) -> String {
        format!("smtp_url = \"smtp://{}\"\nmail_from = \"Sigap <sigap@bangku.example>\"\n", self.address)
    }

    /// Waits until somebody has given it a message, and tells its `Message-ID`.
    pub fn wait(&self, at_most: Duration) -> Result<String> {
        self.came.recv_timeout(at_most).context("no letter came to the mail server that holds it")
    }
}

/// Speaks SMTP (RFC 5321) up to the end of a message, and keeps the answer to itself.
fn until_the_end(client: TcpStream) -> Result<(String, TcpStream)> {
    let mut says = client.try_clone()?;
    let mut lines = BufReader::new(client.try_clone()?).lines();
    says.write_all(b"220 bangku.example\r\n")?;
    let mut id = String::new();
    let mut is_message = false;
    loop {
        let line = lines.next().context("the client went away")??;
        if is_message {
            if line == "." {
                return Ok((id, client));
            }
            if let Some(found) = line.strip_prefix("Message-ID: ") {
                found.clone_into(&mut id);
            }
            continue;
        }
        is_message = line.eq_ignore_ascii_case("DATA");
        says.write_all(if is_message { b"354 go on\r\n" } else { b"250 ok\r\n" })?;
    }
}
