//! The bucket that all nodes reach: moto, an S3 server for tests.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use store::files::{Bucket, BucketKey, Files};

/// An S3 server that runs. It ends when this is dropped, as it loses its standard input.
#[derive(Debug)]
pub struct S3Server {
    process: Child,
    reached: Reached,
}

/// How it says that it is reached.
#[derive(Debug, Deserialize)]
struct Reached {
    endpoint: String,
    region: String,
    bucket: String,
    key: String,
    secret: String,
}

impl S3Server {
    pub fn start(python: &Path, script: &Path) -> Result<Self> {
        let mut process = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", python.display()))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("its standard output")?).read_line(&mut line)?;
        let reached = serde_json::from_str(&line).context("the S3 server does not say how it is reached")?;
        Ok(Self { process, reached })
    }

    fn address(&self) -> String {
        format!("s3://{}/kantor", self.reached.bucket)
    }

    /// The settings of an office that keeps its files here, as the compose file gives them.
    pub fn environment(&self) -> Vec<(String, String)> {
        let Reached { endpoint, region, key, secret, .. } = &self.reached;
        [
            ("SIGAP_FILES", &self.address()),
            ("SIGAP_S3_ENDPOINT", endpoint),
            ("SIGAP_S3_REGION", region),
            ("SIGAP_S3_ACCESS_KEY_ID", key),
            ("SIGAP_S3_SECRET_ACCESS_KEY", secret),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .to_vec()
    }

    /// The files of that office.
    pub fn files(&self) -> Result<Files> {
        let Reached { endpoint, region, key, secret, .. } = &self.reached;
        let key = BucketKey { id: key.clone(), secret: secret.clone() };
        Ok(Files::in_bucket(&Bucket {
            endpoint: endpoint.clone(),
            region: region.clone(),
            key: Some(key),
            ..Bucket::parse(&self.address())?
        })?)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
