use std::fs;
use std::path::Path;

use sop::case::FileHash;
use store::files::{Files, FilesError};
use tokio::io::AsyncReadExt as _;

const HASH_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Every file below a folder, by path.
fn all_files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all_files(&path).into_iter().map(|name| format!("{}/{name}", file_name(&path))));
        } else {
            found.push(file_name(&path));
        }
    }
    found.sort();
    found
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[tokio::test]
async fn a_file_is_kept_once_and_found_by_its_content() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(dir.path().join("lampiran")).unwrap();
    for _ in 0..2 {
        let mut upload = files.begin().await.unwrap();
        upload.write(b"a").await.unwrap();
        upload.write(b"bc").await.unwrap();
        assert_eq!(upload.bytes(), 3);
        let (hash, bytes) = upload.finish().await.unwrap();
        assert_eq!((hash.as_str(), bytes), (HASH_OF_ABC, 3));
    }
    assert_eq!(all_files(dir.path()), [format!("lampiran/ba/78/{HASH_OF_ABC}")]);

    let files = Files::open(dir.path().join("lampiran")).unwrap();
    let (mut file, bytes) = files.read(&HASH_OF_ABC.into()).await.unwrap();
    let mut content = String::new();
    file.read_to_string(&mut content).await.unwrap();
    assert_eq!((content.as_str(), bytes), ("abc", 3));
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(dir.path()).unwrap();
    let mut upload = files.begin().await.unwrap();
    upload.write(b"half").await.unwrap();
    Files::beside(dir.path()).unwrap();
    assert_eq!(all_files(dir.path()).len(), 1, "whoever reads beside it lets it come in");
    drop(upload);
    assert_eq!(all_files(dir.path()), [""; 0]);
}

#[tokio::test]
async fn what_a_killed_process_left_half_taken_in_is_gone_when_the_folder_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(dir.path()).unwrap();
    let mut upload = files.begin().await.unwrap();
    upload.write(b"abc").await.unwrap();
    upload.finish().await.unwrap();
    fs::write(dir.path().join("incoming/.tmpA1b2C3"), "half").unwrap();
    Files::open(dir.path()).unwrap();
    assert_eq!(all_files(dir.path()), [format!("ba/78/{HASH_OF_ABC}")]);
}

#[tokio::test]
async fn only_a_hash_is_a_path() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("rahasia"), "x").unwrap();
    let files = Files::open(dir.path()).unwrap();
    let upper = HASH_OF_ABC.to_uppercase();
    for hash in [
        "",
        "../rahasia",
        "/etc/passwd",
        "rahasia",
        &"é".repeat(32),
        &upper,
        &"0".repeat(63),
        &"0".repeat(64),
    ] {
        let found = files.read(&FileHash::from(hash)).await;
        assert!(matches!(found, Err(FilesError::Missing { .. })), "{hash}");
    }
}

#[tokio::test]
async fn a_file_that_was_altered_is_told_and_never_served() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(dir.path()).unwrap();
    let abc = async || {
        let mut upload = files.begin().await.unwrap();
        upload.write(b"abc").await.unwrap();
        upload.finish().await.unwrap()
    };
    let (hash, _) = abc().await;
    let lies_at = dir.path().join("ba/78").join(HASH_OF_ABC);
    for altered in ["abd", "ab", "abcd", ""] {
        fs::write(&lies_at, altered).unwrap();
        let error = files.read(&hash).await.unwrap_err();
        assert!(matches!(error, FilesError::Altered { .. }), "{altered}: {error}");
    }
    abc().await;
    assert_eq!(files.whole(&hash).await.unwrap(), b"abc", "keeping it again mends it");
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(dir.path()).unwrap();
    let mut upload = files.begin().await.unwrap();
    upload.write(b"abc").await.unwrap();
    upload.finish().await.unwrap();
    let kept = fs::metadata(dir.path().join("ba/78").join(HASH_OF_ABC)).unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
}
