use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;

/// A name service that answers as it was told, and in the end always the same.
#[derive(Clone, Debug)]
struct Answers(Arc<Mutex<Vec<SocketAddr>>>);

impl Resolver for Answers {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut answers = self.0.lock().expect("one thread at a time");
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
        let mut found = self.empty();
        found.push(answer);
        Ok(found)
    }
}

/// A program that answers every message the same, and counts them.
struct Listener {
    at: SocketAddr,
    heard: Arc<AtomicUsize>,
}

impl Listener {
    fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("its address");
        let heard = Arc::new(AtomicUsize::new(0));
        let counting = heard.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                counting.fetch_add(1, Ordering::SeqCst);
                let mut got = Vec::new();
                let mut buffer = [0; 1024];
                while !got.ends_with(b"{}") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => break,
                        Ok(n) => got.extend_from_slice(&buffer[..n]),
                    }
                }
                // Whoever has gone away needs no answer.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { at, heard }
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

const FINE: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";

fn courier(allowed: &[&str], resolver: impl Resolver) -> HttpCourier {
    let allowed: Vec<String> = allowed.iter().map(|text| (*text).to_owned()).collect();
    HttpCourier::new(Networks::new(&allowed).expect("networks"), resolver)
}

fn parcel(address: String) -> Parcel {
    Parcel { address, headers: vec![("webhook-id", "case-2026-0001-1".to_owned())], body: "{}".to_owned() }
}

#[tokio::test]
async fn a_message_reaches_a_program_in_a_network_that_is_allowed() {
    let listener = Listener::answering(FINE);
    let allowing = courier(&["127.0.0.1"], DefaultResolver::default());
    let address = format!("http://{}/sigap", listener.at);
    allowing.check(&address).await.expect("it is allowed");
    assert_eq!(allowing.carry(parcel(address)).await.expect("an answer"), 204);
    assert_eq!(listener.heard(), 1);
}

#[tokio::test]
async fn nothing_knocks_at_machines_that_only_sigap_reaches() {
    let listener = Listener::answering(FINE);
    let refusing = courier(&["10.0.0.0/8"], DefaultResolver::default());
    let port = listener.at.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        for address in [format!("http://{host}:{port}/"), format!("https://{host}:{port}/")] {
            assert!(refusing.check(&address).await.is_err(), "{address}");
            assert!(refusing.carry(parcel(address.clone())).await.is_err(), "{address}");
        }
    }
    assert_eq!(listener.heard(), 0);
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_gains_nothing() {
    let listener = Listener::answering(FINE);
    let own: SocketAddr = "10.9.9.9:80".parse().expect("an address");
    let answers = Answers(Arc::new(Mutex::new(vec![own, listener.at])));
    let courier = courier(&["10.0.0.0/8"], answers.clone());
    let guarded = Guarded { networks: courier.networks.clone(), resolver: answers };
    let uri: Uri = "http://berubah.example/".parse().expect("an address");
    let first = guarded.resolve(&uri, &Agent::config_builder().build(), NextTimeout::default());
    assert_eq!(first.expect("a network that is allowed")[0], own);
    let second = courier.carry(parcel(uri.to_string())).await;
    assert!(matches!(second, Err(CarryError::Address(AddressError::Private { .. }))), "{second:?}");
    assert_eq!(listener.heard(), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let behind = Listener::answering(FINE);
    let moved = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        behind.at
    );
    let front = Listener::answering(moved.leak());
    let allowing = courier(&["127.0.0.1"], DefaultResolver::default());
    let answer = allowing.carry(parcel(format!("http://{}/", front.at))).await.expect("an answer");
    assert_eq!((answer, front.heard(), behind.heard()), (307, 1, 0));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let endless = format!("HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n{}", "x".repeat(64 * 1024));
    let listener = Listener::answering(endless.leak());
    let allowing = courier(&["127.0.0.1"], DefaultResolver::default());
    let answer = allowing.carry(parcel(format!("http://{}/", listener.at))).await.expect("an answer");
    assert_eq!(answer, 200);
}

#[tokio::test]
async fn what_is_no_address_of_a_webhook_is_refused_with_a_reason() {
    let courier = courier(&["10.0.0.0/8"], DefaultResolver::default());
    for address in ["", "kantor", "ftp://1.1.1.1/", "https://", "https://a:b@1.1.1.1/", "https://1.1.1.1/#a"]
    {
        let error = courier.check(address).await.expect_err(address);
        assert_eq!(error, AddressError::NotAnAddress, "{address}");
    }
    let error = courier.check("http://1.1.1.1/").await.expect_err("no encryption");
    assert_eq!(error, AddressError::NotEncrypted { host: "1.1.1.1".to_owned() });
    assert_eq!(courier.check("https://1.1.1.1/sigap").await, Ok(()));
    assert_eq!(courier.check("http://10.1.2.3:8080/").await, Ok(()));
}

#[test]
fn whatever_a_program_answers_its_message_was_taken_or_not() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = crate::raw_server::RawServer::open();
    let address = format!("http://{}/sigap", server.at);
    let courier = courier(&["127.0.0.1"], DefaultResolver::default());
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nsudah\r\n0\r\n\r\n";
    let seeds = [FINE, elsewhere, chunked].map(|answer| answer.as_bytes().to_vec());
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "webhooks", &seeds, |bytes| {
        server.answers_with(bytes);
        let _ = runtime.block_on(courier.carry(parcel(address.clone())));
    });
}
