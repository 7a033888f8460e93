//! A mail server that takes on whatever comes, and can be down.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::door::Door;

/// For so long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was taken on stays with it while it is down.
#[derive(Debug)]
pub struct MailServer {
    door: Door,
    /// How often each message came, by its `Message-ID`.
    taken_on: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl MailServer {
    /// One that is down.
    pub fn new() -> Result<Self> {
        Ok(Self { door: Door::closed()?, taken_on: Arc::default() })
    }

    /// The settings of an office that sends its letters here.
    pub fn settings(&self) -> String {
        let address = self.door.address;
        format!("smtp_url = \"smtp://{address}\"\nmail_from = \"Sigap <sigap@bangku.example>\"\n")
    }

    /// Listens from now on.
    pub fn start(&mut self) -> Result<()> {
        let taken_on = self.taken_on.clone();
        self.door.open(move |client| converse(&client, &taken_on))
    }

    /// Listens no more.
    pub fn stop(&mut self) {
        self.door.close();
    }

    /// How often each message was taken on, by its `Message-ID`.
    pub fn taken_on(&self) -> BTreeMap<String, usize> {
        self.taken_on.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// As much of SMTP (RFC 5321) as it takes to be sent a message.
fn converse(mut client: &TcpStream, taken_on: &Mutex<BTreeMap<String, usize>>) -> Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(client.try_clone()?).lines();
    client.write_all(b"220 bangku.example\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let answer = match line.get(..4).unwrap_or_default().to_uppercase().as_str() {
            "DATA" => {
                client.write_all(b"354 go on\r\n")?;
                let mut id = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    if let Some(found) = line.strip_prefix("Message-ID: ") {
                        found.clone_into(&mut id);
                    }
                }
                *taken_on.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default() += 1;
                "250 taken on"
            }
            "QUIT" => {
                client.write_all(b"221 bye\r\n")?;
                break;
            }
            _ => "250 ok",
        };
        client.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}
