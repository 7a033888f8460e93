//! The command line as its users type it, against the real binary.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SEED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sops/helpdesk-ti/2024-08-29.toml");

fn sigap(args: &[&str]) -> Output {
    sigap_with(args, &[], "")
}

fn sigap_with(args: &[&str], variables: &[(&str, &str)], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(args)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sigap starts");
    child.stdin.take().expect("a pipe").write_all(typed.as_bytes()).ok();
    child.wait_with_output().expect("sigap ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", out(output), err(output)))
}

fn office(folder: &Path) -> String {
    let data = folder.join("kantor").display().to_string();
    assert!(sigap(&["migrate", "--data", &data]).status.success());
    data
}

#[test]
fn the_seed_is_sound_and_its_printed_total_is_no_path() {
    let output = sigap(&["sop", "check", SEED, "--format", "json"]);
    assert!(output.status.success(), "{}", err(&output));
    let report = json(&output);
    assert_eq!(
        (report["sop"].as_str(), report["revision"].as_str()),
        (Some("helpdesk-ti"), Some("2024-08-29"))
    );
    let paths: Vec<(String, &str, i64, i64, i64)> = report["paths"]
        .as_array()
        .expect("paths")
        .iter()
        .map(|path| {
            let steps: Vec<&str> =
                path["steps"].as_array().expect("steps").iter().filter_map(Value::as_str).collect();
            let norm = |key: &str| path["norm"][key].as_i64().expect("a number");
            (
                steps.join(" "),
                path["end"].as_str().expect("an end"),
                norm("days_min"),
                norm("days_max"),
                norm("minutes"),
            )
        })
        .collect();
    assert_eq!(
        paths,
        [
            ("1 2 3 4".to_owned(), "ditolak", 1, 1, 50),
            ("1 2 5 6a 7 8 9 10".to_owned(), "selesai", 4, 8, 140),
            ("1 2 5 6a+6b 7 8 9 10".to_owned(), "selesai", 4, 8, 140),
            ("1 2 5 6b 7 8 9 10".to_owned(), "selesai", 4, 8, 140),
        ]
    );
    assert_eq!(report["column_sum"], serde_json::json!({"days": 10, "minutes": 170}));
    assert_eq!(report["printed_total"], report["column_sum"]);
    let text = out(&sigap(&["sop", "check", SEED]));
    for expected in
        ["4–8 hari 2 jam 20 menit", "1 hari 50 menit", "10 hari 2 jam 50 menit", "[total-is-column-sum]"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn a_mistake_in_an_sop_is_answered_with_its_line_and_a_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("salah.toml");
    let text = std::fs::read_to_string(SEED).expect("the seed").replacen("kegiatan    =", "kegiatn    =", 1);
    let line = text.lines().position(|line| line.starts_with("kegiatn")).expect("the damage") + 1;
    std::fs::write(&file, text).expect("a file");
    let name = file.display().to_string();
    let output = sigap(&["sop", "check", &name]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with(&format!("{name}:{line}:")), "{}", out(&output));
    assert!(out(&output).contains("mungkin maksudnya `kegiatan`"), "{}", out(&output));
    let report = json(&sigap(&["sop", "check", &name, "--format", "json"]));
    assert_eq!(report["findings"][0]["severity"], "error");
    assert_eq!(report["findings"][0]["line"], line);
    let absent = sigap(&["sop", "check", "tidak-ada.toml"]);
    assert!(
        !absent.status.success() && err(&absent).contains("tidak-ada.toml cannot be read"),
        "{}",
        err(&absent)
    );
}

#[test]
fn the_sop_is_shown_as_a_table() {
    let text = out(&sigap(&["sop", "show", SEED]));
    for expected in ["891.2/OT.210/H.1/5/23", "Melakukan Disposisi", "Server Down", "10 hari 2 jam 50 menit"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn a_due_time_is_computed_and_explained() {
    let due = ["calendar", "due", "--start", "2026-11-23T15:50:00+07:00", "--norm", "20 menit"];
    assert_eq!(out(&sigap(&due)).trim(), "2026-11-24T07:40:00+07:00");
    let answer = json(&sigap(&[&due[..], &["--format", "json"]].concat()));
    assert_eq!(answer["start"], "2026-11-23T15:50:00+07:00");
    assert_eq!(answer["norm"], "20 menit");
    assert_eq!(answer["due"], "2026-11-24T07:40:00+07:00");
    assert!(answer["explain"].as_array().is_some_and(|lines| lines.len() >= 2));
    let explained = out(&sigap(&[&due[..], &["--explain"]].concat()));
    assert!(explained.lines().count() > 2, "{explained}");
    let elapsed = [
        "calendar",
        "elapsed",
        "--from",
        "2026-11-23T15:50:00+07:00",
        "--to",
        "2026-11-24T07:40:00+07:00",
        "--format",
        "json",
    ];
    assert_eq!(json(&sigap(&elapsed))["minutes"], 20);
}

#[test]
fn a_year_without_a_calendar_is_refused_and_bad_input_is_explained() {
    let refused = sigap(&["calendar", "due", "--start", "2031-01-01T09:00:00+07:00", "--norm", "1 hari"]);
    assert!(!refused.status.success() && err(&refused).contains("2031"), "{}", err(&refused));
    let norm = sigap(&["calendar", "due", "--start", "2026-01-05T09:00:00+07:00", "--norm", "sebentar"]);
    assert!(!norm.status.success() && err(&norm).contains("sebentar"), "{}", err(&norm));
    let moment = sigap(&["calendar", "due", "--start", "besok", "--norm", "1 hari"]);
    assert!(
        !moment.status.success() && err(&moment).contains("2026-11-23T15:50:00+07:00"),
        "{}",
        err(&moment)
    );
}

#[test]
fn an_office_begins_with_units_and_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let unit = sigap(&["unit", "add", "BRMP-NTT", "BRMP NTT", "--zone", "wita", "--data", &data]);
    assert!(unit.status.success(), "{}", err(&unit));
    let add = |email: &str, role: &str, password: &str| {
        let args = [
            "user",
            "add",
            "--name",
            "Rina Wulandari",
            "--email",
            email,
            "--position",
            "Ketua Tim Datin",
            "--unit",
            "BRMP-NTT",
            "--role",
            role,
            "--data",
            &data,
        ];
        sigap_with(&args, &[], password)
    };
    let short = add("rina@brmp.example", "ketua", "pendek\n");
    assert!(!short.status.success() && err(&short).contains("12 characters"), "{}", err(&short));
    let role = add("rina@brmp.example", "raja", "sandi-yang-panjang\n");
    assert!(
        !role.status.success() && err(&role).contains("choose from sekretaris, ketua, anggota"),
        "{}",
        err(&role)
    );
    assert!(add("rina@brmp.example", "ketua", "sandi-yang-panjang\n").status.success());
    let twice = add("rina@brmp.example", "ketua", "sandi-yang-panjang\n");
    assert!(
        !twice.status.success() && err(&twice).contains("another person has this e-mail"),
        "{}",
        err(&twice)
    );
    let list = out(&sigap(&["user", "list", "--data", &data]));
    assert!(list.contains("rina@brmp.example") && !list.contains("argon2"), "{list}");
    let passwd =
        sigap_with(&["user", "passwd", "rina@brmp.example", "--data", &data], &[], "sandi-yang-lain-lagi\n");
    assert!(passwd.status.success(), "{}", err(&passwd));
}

#[test]
fn an_office_that_is_not_there_says_how_to_make_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("kosong").display().to_string();
    let output = sigap(&["case", "show", "2026-0001", "--data", &data]);
    assert!(!output.status.success() && err(&output).contains("sigap migrate --data"), "{}", err(&output));
}

#[test]
fn settings_come_from_flags_then_variables_then_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let config = path("sigap.toml");
    std::fs::write(&config, format!("data = {:?}\n", path("berkas"))).expect("a file");
    let made = |output: &Output| out(output).trim().to_owned();
    let file = sigap(&["migrate", "--config", &config]);
    assert!(made(&file).contains("berkas"), "{}{}", out(&file), err(&file));
    let variable = sigap_with(&["migrate", "--config", &config], &[("SIGAP_DATA", &path("peubah"))], "");
    assert!(made(&variable).contains("peubah"), "{}", err(&variable));
    let args = ["migrate", "--config", &config, "--data", &path("bendera")];
    let flag = sigap_with(&args, &[("SIGAP_DATA", &path("peubah"))], "");
    assert!(made(&flag).contains("bendera"), "{}", err(&flag));
    std::fs::write(&config, "dataa = \"x\"\n").expect("a file");
    let unknown = sigap(&["migrate", "--config", &config]);
    assert!(!unknown.status.success() && err(&unknown).contains("dataa"), "{}", err(&unknown));
}

/// The trial office is served, its cases can be read from the command line, and it ends when told to.
#[cfg(unix)]
#[test]
fn the_trial_office_opens_and_closes() {
    use std::io::{BufRead, BufReader};

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo").display().to_string();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(["demo", "--addr", "127.0.0.1:0", "--data", &data])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the demo starts");
    let mut lines = BufReader::new(demo.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let address = lines.find(|line| line.contains("http://127.0.0.1:"));
    assert!(address.is_some(), "the demo prints its address");

    let shown = json(&sigap(&["case", "show", "2026-0001", "--format", "json", "--data", &data]));
    assert_eq!(shown["sop"], "helpdesk-ti");
    let events = out(&sigap(&["case", "events", "2026-0001", "--format", "jsonl", "--data", &data]));
    let first: Value = serde_json::from_str(events.lines().next().expect("an event")).expect("JSON");
    assert_eq!((first["seq"].as_i64(), first["event"].as_str()), (Some(1), Some("registered")));
    let rebuilt = out(&sigap(&["log", "rebuild", "--data", &data]));
    assert!(rebuilt.contains("0 differed"), "{rebuilt}");

    let told = Command::new("kill").args(["-TERM", &demo.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    assert!(demo.wait().expect("the demo ends").success());
}
