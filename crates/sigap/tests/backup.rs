//! Backups, restores and the doctor, as whoever keeps an office uses them: the trial office is copied, damaged
//! in one way, and has to say exactly what is lost.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use store::{Kept, Store};

/// A trial office, and a backup that was made of it while it was served.
struct Trial {
    office: PathBuf,
    backup: PathBuf,
}

static TRIAL: LazyLock<Trial> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("backup");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let office = folder.join("kantor");
    let mut demo = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(["demo", "--addr", "127.0.0.1:0", "--data", &text(&office)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("sigap starts");
    let mut lines = BufReader::new(demo.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("The office is in")), "the demo is served");
    assert!(sigap(&["log", "seal", "--data", &text(&office)]).status.success());
    let made = sigap(&["backup", &text(&folder.join("cadangan")), "--data", &text(&office)]);
    assert!(made.status.success(), "{}{}", out(&made), err(&made));
    assert!(out(&made).contains("read back and as they were written"), "{}", out(&made));
    let told = Command::new("kill").args(["-TERM", &demo.id().to_string()]).status().expect("kill runs");
    assert!(told.success() && demo.wait().expect("it ends").success());
    let backup = fs::read_dir(folder.join("cadangan")).expect("a folder").next().expect("a backup");
    Trial { office, backup: backup.expect("an entry").path() }
});

fn sigap(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigap")).args(args).stdin(Stdio::null()).output().expect("sigap runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// A copy of the trial office and of its backup, to be damaged.
struct Copy {
    _folder: tempfile::TempDir,
    office: PathBuf,
    backup: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (office, backup) = (folder.path().join("kantor"), folder.path().join("cadangan"));
        copy(&TRIAL.office, &office);
        copy(&TRIAL.backup, &backup);
        Self { _folder: folder, office, backup }
    }

    fn run(&self, args: &[&str]) -> Output {
        sigap(&[args, &["--data", &text(&self.office)]].concat())
    }

    fn restore(&self, options: &[&str]) -> Output {
        self.run(&[&["restore", &text(&self.backup)], options].concat())
    }

    /// What the doctor says has to be done, but for what depends on the day, on this machine, and on how far
    /// the trial office had come with its orders.
    fn problems(&self) -> Vec<String> {
        let report: Value = serde_json::from_slice(&self.run(&["doctor", "--json"]).stdout).expect("JSON");
        let checks = report["checks"].as_array().expect("checks").iter();
        checks
            .filter(|check| check["state"] == "problem")
            .filter(|check| !["calendar", "disk", "outbox"].map(Value::from).contains(&check["check"]))
            .inspect(|check| assert!(check["means"] != "" && check["do"] != "", "{check}"))
            .map(|check| {
                format!(
                    "{}: {}",
                    check["check"].as_str().expect("a name"),
                    check["says"].as_str().expect("it")
                )
            })
            .collect()
    }

    /// A letter: its code, its case, and the hash of its file.
    fn letter(&self) -> (String, String, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = Store::look_into(&self.backup.join("sigap.db")).await.expect("the copy");
            let named = store.files_named_after(None).await.expect("the files");
            let event = named.iter().find(|event| event.letter.is_some()).expect("a letter");
            let code = event.letter.as_ref().expect("its code").to_string();
            (code, event.case.to_string(), event.files[0].to_string())
        })
    }
}

fn place(folder: &Path, hash: &str) -> PathBuf {
    folder.join("files").join(&hash[..2]).join(&hash[2..4]).join(hash)
}

fn flip_a_bit(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("a file");
    bytes[at] ^= 1;
    fs::write(path, bytes).expect("a damage");
}

#[test]
fn a_whole_office_has_no_problem_and_its_backup_no_secret() {
    let copy = Copy::new();
    assert_eq!(copy.problems(), [""; 0]);
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "sha256sums.txt"]).current_dir(&copy.backup);
    assert!(sums.status().expect("sha256sum runs").success(), "ordinary tools read it");
    assert!(!copy.backup.join("seal.key").exists() && !copy.backup.join("secrets.key").exists());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let keys = runtime.block_on(async {
        let store = Store::open(&format!("sqlite://{}", copy.office.join("sigap.db").display())).await;
        store.expect("the office").signing_keys().await.expect("its keys")
    });
    let database = fs::read(copy.backup.join("sigap.db")).expect("the copy");
    let mut looked_for = 0;
    for key in keys {
        if let Kept::Local(file) | Kept::Test(file) = key.kept {
            let begins = &file.pkcs12[..64];
            assert!(!database.windows(64).any(|bytes| bytes == begins), "the key of {}", file.holder);
            looked_for += 1;
        }
    }
    assert!(looked_for > 0, "officials of the trial office have keys");
}

#[test]
fn an_office_whose_database_is_gone_comes_back_whole() {
    let copy = Copy::new();
    let letters = |copy: &Copy| out(&copy.run(&["letter", "list", "--format", "json"]));
    let before = letters(&copy);
    let refused = copy.restore(&[]);
    assert!(!refused.status.success() && err(&refused).contains("none is overwritten"), "{}", err(&refused));
    for name in ["sigap.db", "sigap.db-wal", "sigap.db-shm"] {
        let _ = fs::remove_file(copy.office.join(name));
    }
    let problems = copy.problems();
    assert!(problems[0].starts_with("database: ") && problems[0].ends_with("is not there"), "{problems:?}");
    let restored = copy.restore(&[]);
    assert!(restored.status.success(), "{}{}", out(&restored), err(&restored));
    assert!(out(&restored).contains("the one that was stored and sealed"), "{}", out(&restored));
    assert!(out(&restored).contains("`sigap signer import`"), "{}", out(&restored));
    assert_eq!(letters(&copy), before);
    assert_eq!(copy.problems(), [""; 0]);
}

#[test]
fn a_whole_machine_is_replaced_by_a_backup_and_the_keys_beside_it() {
    let mut copy = Copy::new();
    let keys = copy.office.clone();
    copy.office = copy.office.with_file_name("mesin-baru");
    let restored = copy.restore(&["--keys", &text(&keys)]);
    assert!(restored.status.success(), "{}{}", out(&restored), err(&restored));
    assert_eq!(copy.problems(), [""; 0]);
}

#[test]
fn a_file_that_is_missing_or_has_one_wrong_bit_is_named_by_its_letter_and_put_back() {
    let copy = Copy::new();
    let (code, case, hash) = copy.letter();
    let kept = place(&copy.office, &hash);
    let damages: [(&str, &dyn Fn()); 2] =
        [("missing", &|| fs::remove_file(&kept).expect("a loss")), ("altered", &|| flip_a_bit(&kept, 1_000))];
    for (says, damage) in damages {
        damage();
        assert_eq!(copy.problems(), [format!("files: {says}: letter {code} of case {case}, {hash}")]);
        let backup = copy.run(&["backup", &text(&copy.office.with_file_name("baru"))]);
        let lost = format!("LOST BEFORE: letter {code} of case {case}: the file {hash}");
        assert!(backup.status.code() == Some(1) && out(&backup).contains(&lost), "{}", out(&backup));
        fs::remove_dir_all(copy.office.with_file_name("baru")).expect("a folder");
        let mended = copy.restore(&["--mend"]);
        assert!(mended.status.success(), "{}{}", out(&mended), err(&mended));
        let told = format!(
            "Put back: letter {code} of case {case}, {hash}.\nFiles put back: 1, files that are lost: 0.\n"
        );
        assert_eq!(out(&mended), told);
        assert_eq!(copy.problems(), [""; 0]);
    }
}

#[test]
fn one_wrong_bit_in_the_database_is_named_by_case_and_event_and_the_backup_has_none() {
    let copy = Copy::new();
    let (_, case, hash) = copy.letter();
    let database = copy.office.join("sigap.db");
    let bytes = fs::read(&database).expect("the database");
    let skeleton = format!("\"file\":\"{hash}\"");
    let at = bytes.windows(skeleton.len()).position(|part| part == skeleton.as_bytes()).expect("the event");
    // The last digit of the hash: another letter than the one that was signed.
    flip_a_bit(&database, at + skeleton.len() - 2);
    let problems = copy.problems();
    assert!(
        problems.iter().any(|problem| problem.starts_with(&format!("history: case {case}, event "))
            && problem.ends_with("it was changed after it was stored")),
        "{problems:?}"
    );
    for name in ["sigap.db", "sigap.db-wal", "sigap.db-shm"] {
        let _ = fs::remove_file(copy.office.join(name));
    }
    assert!(copy.restore(&[]).status.success());
    assert_eq!(copy.problems(), [""; 0]);
}

#[test]
fn a_database_that_is_none_any_more_is_told() {
    let copy = Copy::new();
    flip_a_bit(&copy.office.join("sigap.db"), 3);
    // Where the first page was written last, its log still has it whole.
    for log in ["sigap.db-wal", "sigap.db-shm"] {
        let _ = fs::remove_file(copy.office.join(log));
    }
    let problems = copy.problems();
    assert!(problems[0].starts_with("database: ") && problems[0].contains("cannot be read"), "{problems:?}");
}

#[test]
fn a_backup_with_one_wrong_bit_says_what_is_lost_and_gives_back_the_rest_when_asked_to() {
    let mut copy = Copy::new();
    let (code, case, hash) = copy.letter();
    let keys = copy.office.clone();
    flip_a_bit(&place(&copy.backup, &hash), 1_000);
    copy.office = copy.office.with_file_name("mesin-baru");
    let lost = format!("LOST: letter {code} of case {case}: {hash} is damaged in the backup\n");
    let refused = copy.restore(&["--keys", &text(&keys)]);
    assert!(!refused.status.success() && out(&refused) == lost, "{}{}", out(&refused), err(&refused));
    assert!(!copy.office.exists(), "nothing was written");
    let restored = copy.restore(&["--keys", &text(&keys), "--what-is-left"]);
    assert_eq!(restored.status.code(), Some(1), "{}", err(&restored));
    assert!(out(&restored).starts_with(&lost), "{}", out(&restored));
    assert_eq!(copy.problems(), [format!("files: missing: letter {code} of case {case}, {hash}")]);
}

#[test]
fn a_backup_whose_database_is_damaged_is_refused() {
    let mut copy = Copy::new();
    copy.office = copy.office.with_file_name("mesin-baru");
    flip_a_bit(&copy.backup.join("sigap.db"), 50_000);
    let refused = copy.restore(&["--what-is-left"]);
    assert!(!refused.status.success() && err(&refused).contains("take an older backup"), "{}", err(&refused));
    assert!(!copy.office.exists(), "nothing was written");
}

#[test]
fn a_server_makes_a_backup_by_itself_and_files_that_are_the_same_lie_there_once() {
    let copy = Copy::new();
    let backups = copy.office.with_file_name("setiap-hari");
    let serve = |said: &str| {
        let mut server = Command::new(env!("CARGO_BIN_EXE_sigap"))
            .args(["serve", "--addr", "127.0.0.1:0", "--data", &text(&copy.office)])
            .env("SIGAP_BACKUP_DIR", &backups)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sigap starts");
        let mut lines = BufReader::new(server.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains(said)), "{said}");
        server.kill().expect("it is killed");
        server.wait().expect("it ends");
    };
    serve("a backup is made and read back");
    let made = fs::read_dir(&backups).expect("a folder").next().expect("a backup").expect("an entry").path();
    let first = backups.join("sigap-20260101T000000Z");
    fs::rename(made, &first).expect("as if it were old");
    let again = copy.run(&["backup", &text(&backups)]);
    assert!(again.status.success(), "{}", err(&again));
    let (_, _, hash) = copy.letter();
    let places = std::os::unix::fs::MetadataExt::nlink(&place(&first, &hash).metadata().expect("a file"));
    assert_eq!(places, 2);
    fs::remove_dir_all(&backups).expect("a loss");
    fs::write(&backups, "bukan folder").expect("a file in its way");
    serve("no backup could be made");
}

// ---- The same office on PostgreSQL -------------------------------------------------------------------------------

/// Where databases may be made; `cargo xtask test` starts a cluster of its own and sets it.
const CLUSTER: &str = "SIGAP_TEST_POSTGRES";

/// The address of a new and empty database; none where no server is at hand.
fn empty_database(name: &str) -> Option<String> {
    let cluster = std::env::var(CLUSTER).ok()?;
    let name = format!("{name}_{}", std::process::id());
    let mut create = Command::new("createdb");
    let made = create.args(["--maintenance-db", &cluster, &name]).output().expect("createdb of PostgreSQL");
    assert!(made.status.success(), "{}", err(&made));
    let (server, _) = cluster.rsplit_once('/').expect("an address that ends with /postgres");
    Some(format!("{server}/{name}"))
}

fn in_a_file(office: &Path) -> String {
    format!("sqlite://{}", text(&office.join("sigap.db")))
}

/// How many seconds it is tried to kill a copy in the middle, and how long after its beginning.
const KILLED_AFTER_MILLIS: [u64; 6] = [150, 300, 450, 600, 800, 1_000];

#[test]
fn an_office_moves_to_postgresql_whoever_kills_the_copy_and_back() {
    let Some(server) = empty_database("pindah") else { return };
    let copy = Copy::new();
    let letters = |more: &[&str]| out(&copy.run(&[&["letter", "list", "--format", "json"], more].concat()));
    let before = letters(&[]);
    let here = in_a_file(&copy.office);
    let to_server = ["copy", "--from", &here, "--to", &server];
    for millis in KILLED_AFTER_MILLIS {
        let mut copying = Command::new(env!("CARGO_BIN_EXE_sigap"))
            .args(to_server)
            .args(["--data", &text(&copy.office)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sigap starts");
        std::thread::sleep(std::time::Duration::from_millis(millis));
        copying.kill().expect("it is killed");
        if copying.wait().expect("it ends").success() {
            break;
        }
        let half = copy.run(&["letter", "list", "--database", &server]);
        let told = err(&half);
        // Nothing stood there yet, or half of it.
        assert!(half.status.success() || told.contains("run `sigap copy` again"), "{told}");
    }
    let moved = copy.run(&to_server);
    let is_there = err(&moved).contains("none is overwritten");
    assert!(moved.status.success() || is_there, "{}{}", out(&moved), err(&moved));
    assert_eq!(letters(&["--database", &server]), before);
    let verified = copy.run(&["log", "verify", "--database", &server]);
    assert!(verified.status.success(), "{}", out(&verified));

    let again = copy.run(&to_server);
    assert!(!again.status.success() && err(&again).contains("none is overwritten"), "{}", err(&again));
    let back = format!("sqlite://{}", text(&copy.office.with_file_name("pulang.db")));
    let came = copy.run(&["copy", "--from", &server, "--to", &back]);
    assert!(came.status.success(), "{}{}", out(&came), err(&came));
    assert!(out(&came).contains("they are the same on both sides"), "{}", out(&came));
    assert_eq!(letters(&["--database", &back]), before);
}

#[test]
fn a_copy_says_what_is_missing_and_no_password() {
    let copy = Copy::new();
    let here = in_a_file(&copy.office);
    let there = format!("sqlite://{}", text(&copy.office.with_file_name("lain.db")));
    let absent = copy.run(&["copy", "--from", &there, "--to", &here]);
    assert!(!absent.status.success() && err(&absent).contains("there is no database"), "{}", err(&absent));
    let secret = "postgres://sari:rahasia@127.0.0.1:1/kantor";
    let unreachable = copy.run(&["copy", "--from", &here, "--to", secret]);
    let told = format!("{}{}", out(&unreachable), err(&unreachable));
    assert!(!unreachable.status.success() && !told.contains("rahasia"), "{told}");
    fs::remove_file(copy.office.join("seal.key")).expect("a loss");
    let keyless = copy.run(&["copy", "--from", &here, "--to", &there]);
    assert!(!keyless.status.success() && err(&keyless).contains("--data"), "{}", err(&keyless));
}

#[test]
fn an_office_on_postgresql_is_backed_up_and_restored_to_a_folder_and_to_a_server() {
    let (Some(server), Some(other)) = (empty_database("asal"), empty_database("tujuan")) else { return };
    let copy = Copy::new();
    let letters = |folder: &Path, database: &str| {
        let args = ["letter", "list", "--format", "json", "--database", database, "--data", &text(folder)];
        out(&sigap(&args))
    };
    let moved = copy.run(&["copy", "--from", &in_a_file(&copy.office), "--to", &server]);
    assert!(moved.status.success(), "{}", err(&moved));
    let before = letters(&copy.office, &server);
    // As nothing here leads to the file any more.
    fs::remove_file(copy.office.join("sigap.db")).expect("a file");
    let backups = copy.office.with_file_name("cadangan-server");
    let made = copy.run(&["backup", &text(&backups), "--database", &server]);
    assert!(made.status.success(), "{}{}", out(&made), err(&made));
    let backup =
        fs::read_dir(&backups).expect("a folder").next().expect("a backup").expect("an entry").path();

    let folder = copy.office.with_file_name("di-folder");
    let keys = ["--keys", &text(&copy.office)];
    let restore = |folder: &Path, more: &[&str]| {
        sigap(&[&["restore", &text(&backup), "--data", &text(folder)][..], &keys, more].concat())
    };
    let restored = restore(&folder, &[]);
    assert!(restored.status.success(), "{}{}", out(&restored), err(&restored));
    assert!(out(&restored).contains("the one that was stored and sealed"), "{}", out(&restored));
    assert_eq!(letters(&folder, &in_a_file(&folder)), before);

    let machine = copy.office.with_file_name("mesin-baru");
    let restored = restore(&machine, &["--database", &other]);
    assert!(restored.status.success(), "{}{}", out(&restored), err(&restored));
    assert_eq!(letters(&machine, &other), before);
    let refused = restore(&machine, &["--database", &other]);
    assert!(!refused.status.success() && err(&refused).contains("none is overwritten"), "{}", err(&refused));
}

#[test]
fn of_two_nodes_on_postgresql_one_makes_the_backup_of_the_day() {
    let Some(server) = empty_database("bergilir") else { return };
    let copy = Copy::new();
    let moved = copy.run(&["copy", "--from", &in_a_file(&copy.office), "--to", &server]);
    assert!(moved.status.success(), "{}", err(&moved));
    let backups = [1, 2].map(|node| copy.office.with_file_name(format!("cadangan-{node}")));
    let serve = |backups: &Path, said: &str| {
        let mut server = Command::new(env!("CARGO_BIN_EXE_sigap"))
            .args(["serve", "--addr", "127.0.0.1:0", "--data", &text(&copy.office), "--database", &server])
            .env("SIGAP_BACKUP_DIR", backups)
            .env("RUST_LOG", "info,sigap::backup=debug,sqlx=warn")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sigap starts");
        let mut lines = BufReader::new(server.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains(said)), "{said}");
        server.kill().expect("it is killed");
        server.wait().expect("it ends");
    };
    serve(&backups[0], "a backup is made and read back");
    serve(&backups[1], "another node makes the backup");
    assert!(!backups[1].exists());
    let report = copy.run(&["doctor", "--json", "--database", &server]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    let database =
        report["checks"].as_array().expect("checks").iter().find(|check| check["check"] == "history");
    assert_eq!(database.expect("the history")["state"], "well", "{report}");
}

#[test]
fn an_office_begins_on_postgresql_as_it_does_in_a_file() {
    let Some(server) = empty_database("baru") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (data, table) = (folder.path().join("kantor"), folder.path().join("orang.csv"));
    let run = |args: &[&str]| {
        let output = sigap(&[args, &["--data", &text(&data), "--database", &server]].concat());
        assert!(output.status.success(), "{args:?}: {}{}", out(&output), err(&output));
        out(&output)
    };
    run(&["migrate"]);
    run(&["unit", "add", "BRMP-NTT", "BRMP NTT", "--zone", "wita"]);
    let people = "nama,nip,surel,jabatan,satker,peran\n\
                  Rina Wulandari,198203142008012001,rina@brmp.example,Ketua Tim,BRMP-NTT,ketua\n";
    fs::write(&table, people).expect("a table");
    run(&["people", "import", &text(&table)]);
    let exported = run(&["people", "export"]);
    assert!(exported.contains("rina@brmp.example"), "{exported}");
    assert!(run(&["log", "verify"]).contains("all is as it was stored"));
    let report = sigap(&["doctor", "--json", "--data", &text(&data), "--database", &server]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    for wanted in ["database", "schema", "history", "outbox", "seals", "files"] {
        let mut checks = report["checks"].as_array().expect("checks").iter();
        let check = checks.find(|check| check["check"] == wanted).expect("a check");
        assert_eq!(check["state"], "well", "{check}");
    }
    assert!(!data.join("sigap.db").exists());
}
