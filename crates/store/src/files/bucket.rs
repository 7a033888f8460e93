//! A bucket of an S3-compatible store: AWS, MinIO, Ceph and others.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use super::FilesError;

/// How long is waited for a connection, and for the next bytes of an answer.
const CONNECT_MAX: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Somebody waits on a page: a store that does not come back soon is told rather than waited for.
const RETRIES_MAX: usize = 3;
const RETRY_MAX: Duration = Duration::from_secs(10);

/// Where files lie that are not in a folder, and how it is reached. What is not said here is taken from the
/// variables that other tools for S3 read as well (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, …), or from the role
/// of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// What stands before the path of each file; often empty.
    pub prefix: String,
    /// Where the store answers, `https://…`; AWS itself if empty.
    pub endpoint: String,
    pub region: String,
    pub key: Option<BucketKey>,
}

/// Who we are to the store.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketKey {
    pub id: String,
    pub secret: String,
}

impl Bucket {
    /// Reads `s3://bucket` or `s3://bucket/prefix`.
    pub fn parse(address: &str) -> Result<Self, FilesError> {
        let wrong = || FilesError::Address {
            address: address.to_owned(),
            mend: "write it as s3://bucket or s3://bucket/prefix".to_owned(),
        };
        let (name, prefix) = match address.strip_prefix("s3://").ok_or_else(wrong)?.split_once('/') {
            Some((name, prefix)) => (name, prefix.trim_end_matches('/')),
            None => (address.trim_start_matches("s3://"), ""),
        };
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if name.is_empty() || !name.chars().all(sound) {
            return Err(wrong());
        }
        Ok(Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: String::new(),
            region: String::new(),
            key: None,
        })
    }

    /// A client of the store; nothing is asked yet.
    pub(super) fn open(&self) -> Result<Arc<dyn ObjectStore>, FilesError> {
        // reqwest takes the cryptography of the process. Whoever was first has chosen the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_MAX)
            .with_read_timeout(SILENCE_MAX)
            // A large file takes as long as it takes.
            .with_timeout_disabled()
            .with_allow_http(self.endpoint.starts_with("http://"));
        let retry =
            RetryConfig { max_retries: RETRIES_MAX, retry_timeout: RETRY_MAX, ..RetryConfig::default() };
        let mut store = AmazonS3Builder::from_env()
            .with_client_options(client)
            .with_retry(retry)
            .with_bucket_name(&self.name);
        if !self.endpoint.is_empty() {
            store = store.with_endpoint(&self.endpoint);
        }
        if !self.region.is_empty() {
            store = store.with_region(&self.region);
        }
        if let Some(key) = &self.key {
            store = store.with_access_key_id(&key.id).with_secret_access_key(&key.secret);
        }
        let store = store
            .build()
            .map_err(|error| FilesError::Address { address: self.to_string(), mend: error.to_string() })?;
        Ok(Arc::new(PrefixStore::new(store, self.prefix.as_str())))
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.name)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

// Written out, so that no secret gets into a log.
impl fmt::Debug for BucketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_bucket_and_a_prefix() {
        let bucket = Bucket::parse("s3://kementerian-sigap/kantor/pusat/").unwrap();
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("kementerian-sigap", "kantor/pusat"));
        assert_eq!(bucket.to_string(), "s3://kementerian-sigap/kantor/pusat");
        assert_eq!(Bucket::parse("s3://sigap").unwrap().to_string(), "s3://sigap");
        for wrong in ["", "s3://", "s3:///kantor", "sigap", "https://sigap", "s3://si gap", "s3://a@b/c"] {
            assert!(Bucket::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_secret_of_a_key_gets_into_no_log() {
        let key = BucketKey { id: "AKIA".to_owned(), secret: "rahasia".to_owned() };
        let bucket = Bucket { key: Some(key), ..Bucket::parse("s3://sigap").unwrap() };
        let files = super::super::Files::in_bucket(&bucket).unwrap();
        let logged = format!("{bucket:?} {files:?} {files}");
        assert!(logged.contains("AKIA") && !logged.contains("rahasia"), "{logged}");
    }
}
