//! The connections of a server, each with a limit on how long it may take to say what it wants: who
//! opens many and says nothing would otherwise keep everybody else out (CWE-400).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::Service as _;

/// How long a connection may stay without a whole head of a request. A little more than the minute for
/// which proxies keep connections that are not in use, so that theirs end first.
pub const HEAD_MAX: Duration = Duration::from_secs(75);
/// How long is waited when no connection can be taken, as when too many are open.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// Serves until it is told to stop; then connections end with what is under way on them.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    head_max: Duration,
    stop: impl Future<Output = ()>,
) {
    let mut connections = JoinSet::new();
    let (closing, closed) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    connections.spawn(serve_one(stream, from, router.clone(), head_max, closed.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be taken; trying again shortly");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    closing.send_replace(true);
    while connections.join_next().await.is_some() {}
}

async fn serve_one(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    head_max: Duration,
    mut closed: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        let mut router = router.clone();
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_max);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(closed.wait_for(|closed| *closed).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    use super::*;

    /// Far longer than the limit that is tried, and what the test takes where it does not hold.
    const FAR_LONGER: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn who_does_not_say_what_they_want_is_cut_and_others_are_served() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let router = Router::new().route("/", get(|| async { "halo" }));
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        let server = tokio::spawn(serve(listener, router, Duration::from_millis(200), stopped));

        let mut slow = TcpStream::connect(address).await.expect("a connection");
        slow.write_all(b"GET / HTTP/1.1\r\nhost: sig").await.expect("half a head");
        let mut answer = Vec::new();
        let cut = tokio::time::timeout(FAR_LONGER, slow.read_to_end(&mut answer)).await;
        assert!(cut.is_ok(), "half a head keeps its connection");
        assert!(!String::from_utf8_lossy(&answer).contains("halo"));

        let mut quick = TcpStream::connect(address).await.expect("a connection");
        let whole = b"GET / HTTP/1.1\r\nhost: sigap\r\nconnection: close\r\n\r\n";
        quick.write_all(whole).await.expect("a whole head");
        quick.read_to_end(&mut answer).await.expect("an answer");
        assert!(String::from_utf8_lossy(&answer).ends_with("halo"));

        stop.send(()).expect("a server");
        server.await.expect("it ends by itself");
    }
}
