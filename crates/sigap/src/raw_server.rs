//! For tests: a server of which nothing is known but the bytes with which it answers.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Answers whatever it is asked with the same bytes, and hangs up.
pub struct RawServer {
    pub at: SocketAddr,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl RawServer {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("its address");
        let answer = Arc::new(Mutex::new(Vec::new()));
        let says = answer.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = says.lock().expect("one thread at a time").clone();
                thread::spawn(move || hang_up_after(stream, &answer));
            }
        });
        Self { at, answer }
    }

    pub fn answers_with(&self, answer: &[u8]) {
        *self.answer.lock().expect("one thread at a time") = answer.to_vec();
    }
}

/// Whoever has gone away already needs no answer.
fn hang_up_after(mut stream: TcpStream, answer: &[u8]) {
    let mut asked = [0; 4096];
    let _ = stream.read(&mut asked);
    let _ = stream.write_all(answer);
    let _ = stream.shutdown(Shutdown::Write);
    // What is still on its way would otherwise make the answer be thrown away. Some keep a connection
    // that they cannot use again.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    while stream.read(&mut asked).is_ok_and(|read| read > 0) {}
}
