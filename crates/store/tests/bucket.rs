//! Files in a bucket, against a real S3 server. `cargo xtask test` installs one and runs these; by hand, with a
//! Python that has moto: `SIGAP_S3_SERVER=…/bin/python cargo test --workspace --test bucket -- --ignored`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use object_store::ObjectStoreExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use serde::Deserialize;
use sop::case::FileHash;
use store::files::{Bucket, BucketKey, Files, FilesError};
use tokio::io::AsyncReadExt as _;

const HASH_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const LIES_AT: &str = "kantor/ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
/// More than is sent at once.
const LARGE_BYTES: usize = 23 * 1024 * 1024 + 17;

/// A server of one test, which ends with it.
struct Server {
    process: Child,
    reached: Reached,
}

#[derive(Deserialize)]
struct Reached {
    endpoint: String,
    region: String,
    bucket: String,
    key: String,
    secret: String,
}

impl Server {
    fn start() -> Self {
        let python = std::env::var("SIGAP_S3_SERVER").expect("SIGAP_S3_SERVER names a Python that has moto");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/judges/s3_server.py");
        let mut process = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the S3 server can be started");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let reached = serde_json::from_str(&line).expect("the S3 server says how it is reached");
        Self { process, reached }
    }

    fn bucket(&self) -> Bucket {
        let Reached { endpoint, region, bucket, key, secret } = &self.reached;
        Bucket {
            endpoint: endpoint.clone(),
            region: region.clone(),
            key: Some(BucketKey { id: key.clone(), secret: secret.clone() }),
            ..Bucket::parse(&format!("s3://{bucket}/kantor")).unwrap()
        }
    }

    fn files(&self) -> Files {
        Files::in_bucket(&self.bucket()).unwrap()
    }

    /// The same bucket as whoever runs the server sees it.
    fn behind(&self) -> AmazonS3 {
        let Reached { endpoint, region, bucket, key, secret } = &self.reached;
        let client = AmazonS3Builder::new().with_endpoint(endpoint).with_allow_http(true).with_region(region);
        let client = client.with_bucket_name(bucket).with_access_key_id(key).with_secret_access_key(secret);
        client.build().unwrap()
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn keep(files: &Files, content: &[u8]) -> Result<FileHash, FilesError> {
    let mut upload = files.begin().await?;
    for part in content.chunks(100_000) {
        upload.write(part).await?;
    }
    Ok(upload.finish().await?.0)
}

async fn listed(files: &Files) -> Vec<FileHash> {
    files.all().map_ok(|lying| lying.file).try_collect().await.unwrap()
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn what_one_node_keeps_another_finds_by_its_content() {
    let server = Server::start();
    let (one, other) = (server.files(), server.files());
    one.reach().await.unwrap();
    assert_eq!(keep(&one, b"abc").await.unwrap().as_str(), HASH_OF_ABC);
    assert_eq!(keep(&other, b"abc").await.unwrap().as_str(), HASH_OF_ABC);
    assert_eq!(listed(&other).await, [HASH_OF_ABC], "kept once");
    assert!(server.behind().head(&Path::from(LIES_AT)).await.is_ok(), "under its prefix");
    let (mut file, bytes) = other.read(&HASH_OF_ABC.into()).await.unwrap();
    let mut content = String::new();
    file.read_to_string(&mut content).await.unwrap();
    assert_eq!((content.as_str(), bytes), ("abc", 3));
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn a_large_file_goes_in_parts_and_comes_back_whole() {
    let server = Server::start();
    let content: Vec<u8> = (0..LARGE_BYTES).map(|n| (n % 251) as u8).collect();
    let hash = keep(&server.files(), &content).await.unwrap();
    assert!(server.files().whole(&hash).await.unwrap() == content);
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn only_what_came_long_enough_ago_is_removed() {
    let server = Server::start();
    let files = server.files();
    let hash = keep(&files, b"abc").await.unwrap();
    assert!(!files.remove(&hash, Timestamp::UNIX_EPOCH).await.unwrap(), "somebody may just refer to it");
    assert!(files.read(&hash).await.is_ok());
    assert!(files.remove(&hash, Timestamp::MAX).await.unwrap());
    assert!(!files.remove(&hash, Timestamp::MAX).await.unwrap(), "it is gone");
    assert!(matches!(files.read(&hash).await, Err(FilesError::Missing { .. })));
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn a_file_that_was_altered_is_told_and_never_served() {
    let server = Server::start();
    let files = server.files();
    let hash = keep(&files, b"abc").await.unwrap();
    server.behind().put(&Path::from(LIES_AT), "abd".into()).await.unwrap();
    let error = files.read(&hash).await.unwrap_err();
    assert!(matches!(error, FilesError::Altered { .. }), "{error}");
    assert!(error.to_string().contains("s3://sigap/kantor"), "{error}");
    keep(&files, b"abc").await.unwrap();
    assert!(files.read(&hash).await.is_ok(), "keeping it again mends it");
    server.behind().delete(&Path::from(LIES_AT)).await.unwrap();
    assert!(matches!(files.read(&hash).await, Err(FilesError::Missing { .. })));
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn a_wrong_key_is_told_and_keeps_nothing() {
    let server = Server::start();
    let mut wrong = server.bucket();
    wrong.key = Some(BucketKey { id: server.reached.key.clone(), secret: "kunci-keliru".to_owned() });
    let files = Files::in_bucket(&wrong).unwrap();
    for error in [
        files.reach().await.unwrap_err(),
        keep(&files, b"abc").await.unwrap_err(),
        files.read(&HASH_OF_ABC.into()).await.unwrap_err(),
        files.remove(&HASH_OF_ABC.into(), Timestamp::MAX).await.unwrap_err(),
    ] {
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(matches!(error, FilesError::Failed { .. }), "{error}");
        assert!(!cause.contains("kunci-keliru"), "{cause}");
    }
    assert!(listed(&server.files()).await.is_empty());
}

#[tokio::test]
#[ignore = "needs an S3 server, which `cargo xtask test` starts"]
async fn a_server_that_is_down_is_told_within_half_a_minute() {
    let mut server = Server::start();
    let files = server.files();
    let hash = keep(&files, b"abc").await.unwrap();
    let mut upload = files.begin().await.unwrap();
    upload.write(b"di tengah jalan").await.unwrap();
    let waits = upload.so_far().await.unwrap().to_owned();
    server.stop();
    let began = Instant::now();
    assert!(matches!(files.read(&hash).await, Err(FilesError::Failed { .. })), "not that it is missing");
    assert!(matches!(upload.finish().await, Err(FilesError::Failed { .. })));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert!(!waits.exists(), "nothing stays on this machine");
}
