//! A mail server that takes on whatever comes, and can be down.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Result;

/// For so long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was taken on stays with it while it is down.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    /// How often each message came, by its `Message-ID`.
    taken_on: Arc<Mutex<BTreeMap<String, usize>>>,
    listening: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl MailServer {
    /// One that is down.
    pub fn new() -> Result<Self> {
        Ok(Self { address: crate::free_address()?, taken_on: Arc::default(), listening: None })
    }

    /// The settings of an office that sends its letters here.
    pub fn settings(&self) -> String {
        format!("smtp_url = \"smtp://{}\"\nmail_from = \"Sigap <sigap@bangku.example>\"\n", self.address)
    }

    /// Listens from now on.
    pub fn start(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address)?;
        let (stop, taken_on) = (Arc::<AtomicBool>::default(), self.taken_on.clone());
        let stopped = stop.clone();
        let listening = thread::spawn(move || {
            while let Ok((client, _)) = listener.accept()
                && !stopped.load(Ordering::Relaxed)
            {
                let taken_on = taken_on.clone();
                thread::spawn(move || {
                    // A client that goes away in the middle has sent nothing.
                    let _ = converse(&client, &taken_on);
                });
            }
        });
        self.listening = Some((stop, listening));
        Ok(())
    }

    /// Listens no more.
    pub fn stop(&mut self) {
        if let Some((stop, listening)) = self.listening.take() {
            stop.store(true, Ordering::Relaxed);
            // It waits for somebody to come.
            let _ = TcpStream::connect(self.address);
            let _ = listening.join();
        }
    }

    /// How often each message was taken on, by its `Message-ID`.
    pub fn taken_on(&self) -> BTreeMap<String, usize> {
        self.taken_on.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stop();
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
