//! An address of this machine at which a server of others answers, or does not.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::Result;

/// It is closed until it is opened, and again when it is dropped.
#[derive(Debug)]
pub struct Door {
    pub address: SocketAddr,
    open: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Door {
    pub fn closed() -> Result<Self> {
        Ok(Self { address: crate::free_address()?, open: None })
    }

    /// Lets everybody in from now on, each to a conversation of their own.
    pub fn open(&mut self, converse: impl Fn(TcpStream) -> Result<()> + Send + Sync + 'static) -> Result<()> {
        let listener = TcpListener::bind(self.address)?;
        let (closing, converse) = (Arc::<AtomicBool>::default(), Arc::new(converse));
        let closed = closing.clone();
        let listening = thread::spawn(move || {
            while let Ok((client, _)) = listener.accept()
                && !closed.load(Ordering::Relaxed)
            {
                let converse = converse.clone();
                // Whoever goes away in the middle has said nothing.
                thread::spawn(move || drop(converse(client)));
            }
        });
        self.open = Some((closing, listening));
        Ok(())
    }

    pub fn close(&mut self) {
        if let Some((closing, listening)) = self.open.take() {
            closing.store(true, Ordering::Relaxed);
            // It waits for somebody to come.
            let _ = TcpStream::connect(self.address);
            let _ = listening.join();
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}
