//! The command line as its users type it, against the real binary.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use sop::calendar::Zone;
use sop::case::{By, Channel, Event, NewEvent, SystemJob, Texts, Values, text_key};
use store::{CaseFile, Device, EventKind, NewPerson, NewWebhook, Period, SecretsKey, Store, Unit};

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
fn an_sop_is_printed_the_one_that_comes_along_or_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (own, given) = (path("sop.pdf"), path("berkas.pdf"));
    assert!(sigap(&["sop", "print", "-o", &own]).status.success());
    assert!(sigap(&["sop", "print", SEED, "-o", &given]).status.success());
    let [own, given] = [own, given].map(|file| std::fs::read(file).expect("a PDF"));
    assert!(own == given && own.starts_with(b"%PDF"));
    let nowhere = sigap(&["sop", "print", "-o", &path("tidak/ada.pdf")]);
    assert!(!nowhere.status.success() && err(&nowhere).contains("ada.pdf cannot be written"));
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

/// The day it is in an office.
#[expect(clippy::disallowed_methods, reason = "the commands read the clock too")]
fn today() -> jiff::civil::Date {
    Zone::Wib.offset().to_datetime(jiff::Timestamp::now()).date()
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
    let two = ["--name", "Ratna", "--email", "r@brmp.example", "--position", "Auditor", "--unit", "BRMP-NTT"];
    let two = [&["user", "add", "--role", "auditor", "--role", "ketua", "--data", &data], &two[..]].concat();
    let both = sigap_with(&two, &[], "sandi-yang-panjang\n");
    assert!(err(&both).contains("an auditor changes nothing and holds no other role"), "{}", err(&both));
    for (password, why) in [("password-2026", "tried first"), ("wulandari-2026", "its owner's name")] {
        let weak = add("rina@brmp.example", "ketua", &format!("{password}\n"));
        assert!(!weak.status.success() && err(&weak).contains(why), "{}", err(&weak));
    }
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
    let weak = sigap_with(&["user", "passwd", "rina@brmp.example", "--data", &data], &[], "rahasia12345\n");
    assert!(!weak.status.success() && err(&weak).contains("tried first"), "{}", err(&weak));

    let today = today();
    let token = |login: &str, days: i32| {
        let until = (today + jiff::Span::new().days(days)).to_string();
        sigap(&[
            "user", "token", "add", login, "--name", "Papan", "--scope", "read", "--until", &until, "--data",
            &data,
        ])
    };
    let made = token("rina@brmp.example", 30);
    assert!(made.status.success(), "{}", err(&made));
    assert_eq!((&out(&made)[..6], out(&made).trim().len()), ("sigap_", 70), "nothing but the token");
    let listed = out(&sigap(&["user", "token", "list", "rina@brmp.example", "--data", &data]));
    assert!(
        listed.contains("read  made") && listed.contains("last used never") && listed.contains("Papan"),
        "{listed}"
    );
    let id = listed.split_whitespace().next().expect("its number").to_owned();
    let revoke = || sigap(&["user", "token", "revoke", "rina@brmp.example", &id, "--data", &data]);
    assert!(revoke().status.success());
    assert!(!revoke().status.success() && err(&revoke()).contains("token list"), "it is gone");
    assert!(token("rina@brmp.example", 30).status.success());
    let passwd = ["user", "passwd", "rina@brmp.example", "--revoke-tokens", "--data", &data];
    let changed = sigap_with(&passwd, &[], "sandi-yang-lain-lagi\n");
    assert!(out(&changed).contains("Tokens revoked: 1."), "{}", err(&changed));
    let late = token("rina@brmp.example", 400);
    assert!(!late.status.success() && err(&late).contains("at most a year"), "{}", err(&late));
    let nobody = token("siapa@brmp.example", 30);
    assert!(!nobody.status.success() && err(&nobody).contains("nobody signs in"), "{}", err(&nobody));
}

#[tokio::test]
async fn a_second_factor_or_webhook_whose_secret_is_lost_is_taken_away_on_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    assert!(sigap(&["unit", "add", "BRMP-NTT", "BRMP NTT", "--data", &data]).status.success());
    let table = folder.path().join("orang.csv").display().to_string();
    std::fs::write(
        &table,
        "nama,nip,surel,jabatan,satker,peran\nRina,,rina@brmp.example,Ketua Tim,BRMP-NTT,ketua\n",
    )
    .expect("a table");
    assert!(sigap(&["people", "import", &table, "--data", &data]).status.success());
    let store = Store::open(&format!("sqlite://{data}/sigap.db")).await.expect("the office's store");
    let key = std::fs::read_to_string(format!("{data}/secrets.key")).expect("the key of the secrets");
    let store = store.with_secrets_key(SecretsKey::parse(&key).expect("a key"));
    let rina = store.people(today()).await.expect("the people").remove(0).id;
    assert!(store.begin_authenticator_app(&rina, b"12345678901234567890").await.expect("a second factor"));
    let remove = ["user", "remove-second-factor", "rina@brmp.example", "--data", &data];
    let webhook = NewWebhook {
        name: "Dasbor".to_owned(),
        address: "https://program.example".to_owned(),
        kinds: [EventKind::Closed].into(),
        secret: "whsec_x".to_owned(),
    };
    let number = store
        .add_webhook(&webhook, &rina, "2026-01-05T03:00:00Z".parse().expect("a time"))
        .await
        .expect("a webhook")
        .expect("room");
    let without_key = {
        let (key, away) = (format!("{data}/secrets.key"), format!("{data}/away"));
        std::fs::rename(&key, &away).expect("the key moves");
        let refused = sigap(&["migrate", "--data", &data]);
        std::fs::rename(&away, &key).expect("the key comes back");
        refused
    };
    assert!(
        !without_key.status.success() && err(&without_key).contains("sigap webhook remove"),
        "{}",
        err(&without_key)
    );
    let number = number.to_string();
    assert!(out(&sigap(&["webhook", "list", "--data", &data])).contains("Dasbor"));
    assert!(sigap(&["webhook", "remove", &number, "--data", &data]).status.success());
    let twice = sigap(&["webhook", "remove", &number, "--data", &data]);
    assert!(!twice.status.success() && err(&twice).contains("there is no webhook"), "{}", err(&twice));

    let removed = sigap(&remove);
    assert!(
        removed.status.success() && out(&removed).contains("with the password alone"),
        "{}",
        err(&removed)
    );
    assert_eq!(store.authenticator_app(&rina).await.expect("no second factor"), None);
    // Nothing rests on the key that is lost, and a new one may be made.
    std::fs::remove_file(format!("{data}/secrets.key")).expect("a key to lose");
    assert!(sigap(&["migrate", "--new-keys", "--data", &data]).status.success());
    let twice = sigap(&remove);
    assert!(!twice.status.success() && err(&twice).contains("has no second factor"), "{}", err(&twice));
}

#[test]
fn nodes_of_one_office_have_one_pair_of_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite://{}", folder.path().join("bersama.db").display());
    let node = |name: &str| folder.path().join(name).display().to_string();
    let migrate = |node: &str, more: &[&str]| {
        sigap(&[&["migrate", "--data", node, "--database", &database], more].concat())
    };
    let (first, second) = (node("satu"), node("dua"));
    assert!(migrate(&first, &[]).status.success());
    let refused = migrate(&second, &[]);
    assert!(!refused.status.success());
    for said in ["seal.key is not the seal.key of this office", "Copy seal.key from the folder of that node"]
    {
        assert!(err(&refused).contains(said), "{said}: {}", err(&refused));
    }
    for (key, other) in [("seal.key", Some("secrets.key")), ("secrets.key", None)] {
        std::fs::copy(format!("{first}/{key}"), format!("{second}/{key}")).expect("the key of the first");
        let answer = migrate(&second, &[]);
        assert_eq!(answer.status.success(), other.is_none(), "{}", err(&answer));
        assert!(err(&answer).contains(other.unwrap_or_default()), "{}", err(&answer));
    }
    // A node does not serve with other keys either.
    std::fs::remove_file(format!("{second}/secrets.key")).expect("a key to lose");
    let serve = ["serve", "--data", &second, "--database", &database, "--addr", "127.0.0.1:0"];
    let refused = sigap(&serve);
    assert!(
        !refused.status.success() && err(&refused).contains("is not the secrets.key of this office"),
        "{}",
        err(&refused)
    );
    // Once it is lost for good the office takes a new one, and the others have to.
    let taken = migrate(&second, &["--new-keys"]);
    assert!(out(&taken).contains("From now on this office has the secrets.key"), "{}", err(&taken));
    assert!(migrate(&second, &[]).status.success());
    assert!(!migrate(&first, &[]).status.success());
}

#[test]
fn who_has_to_have_a_second_factor_is_one_of_three() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    for wrong in [
        sigap(&["serve", "--second-factor", "some", "--data", &data]),
        sigap_with(&["serve", "--data", &data], &[("SIGAP_SECOND_FACTOR", "some")], ""),
    ] {
        let told = err(&wrong);
        assert!(!wrong.status.success() && told.contains("some") && told.contains("signers"), "{told}");
    }
}

#[test]
fn a_proxy_that_is_trusted_is_an_address_or_a_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let wrong =
        sigap_with(&["serve", "--data", &data], &[("SIGAP_TRUSTED_PROXIES", "[10.0.0.7, kantor]")], "");
    let told = err(&wrong);
    assert!(!wrong.status.success() && told.contains("\"kantor\" in trusted_proxies"), "{told}");
}

#[test]
fn people_are_imported_from_a_table_once_every_line_of_it_is_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    assert!(sigap(&["unit", "add", "BRMP-NTT", "BRMP NTT", "--data", &data]).status.success());
    let table = folder.path().join("orang.csv").display().to_string();
    let import = |text: &str, more: &[&str]| {
        std::fs::write(&table, text).expect("a table");
        sigap(&[&["people", "import", &table, "--data", &data], more].concat())
    };
    let wrong = "\u{feff}nama;nip;surel;jabatan;satker;peran\r\n\
        Rina Wulandari;198203142008012001;rina@brmp.example;Ketua Tim;BRMP-NTT;ketua\r\n\
        ;12;rina@BRMP.example;=1+1;BRMP-X;raja\r\n\
        Budi;;budi;Anggota;BRMP-NTT;\r\n\
        Ratna Dewi;;ratna@brmp.example;Auditor;BRMP-NTT;auditor anggota\r\n";
    for more in [&[][..], &["--dry-run"]] {
        let output = import(wrong, more);
        assert_eq!(output.status.code(), Some(1));
        let told = out(&output);
        for expected in [
            ":3: nama is empty",
            ":3: nip 12 does not have 18 digits",
            ":3: surel rina@BRMP.example stands in line 2 already",
            ":3: jabatan =1+1 begins like a formula",
            ":3: satker BRMP-X is unknown; add it with `sigap unit add`",
            ":3: peran raja is unknown; choose from sekretaris, ketua",
            ":4: surel budi is not an e-mail address",
            ":4: peran is empty",
            ":5: peran auditor anggota has auditor beside another",
            "Nothing was changed.",
        ] {
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
    assert_eq!(out(&sigap(&["user", "list", "--data", &data])), "");

    let right = "nama,nip,surel,jabatan,satker,peran\n\
        Rina Wulandari,19820314 200801 2 001,rina@brmp.example,Ketua Tim,BRMP-NTT,ketua anggota\n";
    let tried = out(&import(right, &["--dry-run"]));
    assert!(tried.contains("1 would be added, 0 changed, 0 are as they were"), "{tried}");
    assert_eq!(out(&sigap(&["user", "list", "--data", &data])), "");
    let done = out(&import(right, &[]));
    assert!(done.contains("1 added, 0 changed, 0 are as they were"), "{done}");
    assert!(done.contains("sigap user passwd"), "{done}");

    let exported = out(&sigap(&["people", "export", "--data", &data]));
    let today = today();
    assert_eq!(
        exported,
        format!(
            "nip,nama,surel,jabatan,satker,peran,sejak,sampai\n\
             198203142008012001,Rina Wulandari,rina@brmp.example,Ketua Tim,BRMP-NTT,anggota ketua,{today},\n"
        ),
        "without a day a role is held from today on"
    );
    let again = out(&import(&exported, &[]));
    assert!(again.contains("0 added, 0 changed, 1 are as they were"), "{again}");
    // By her NIP she is known under another address, and by that address with no NIP.
    let moved = out(&import(&exported.replace("rina@brmp", "rina.w@brmp"), &[]));
    assert!(moved.contains("0 added, 1 changed"), "{moved}");
    let by_address = exported.replace("rina@brmp", "Rina.W@brmp").replace("198203142008012001", "");
    let by_address = out(&import(&by_address.replace("anggota ketua", "ketua"), &[]));
    assert!(by_address.contains("0 added, 1 changed"), "{by_address}");
    let list = out(&sigap(&["user", "list", "--data", &data]));
    assert!(list.lines().count() == 1 && !list.contains("anggota"), "{list}");

    let bare = import("nama,surel\n", &[]);
    assert!(
        !bare.status.success() && err(&bare).contains("the columns nip, jabatan, satker, peran"),
        "{}",
        err(&bare)
    );
}

#[test]
fn people_are_exported_and_imported_with_what_they_were_and_will_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, other) = (office(&folder.path().join("satu")), office(&folder.path().join("dua")));
    for data in [&data, &other] {
        assert!(sigap(&["unit", "add", "BRMP-NTT", "BRMP NTT", "--data", data]).status.success());
    }
    let table = folder.path().join("orang.csv").display().to_string();
    let import = |data: &str, text: &str| {
        std::fs::write(&table, text).expect("a table");
        sigap(&["people", "import", &table, "--data", data])
    };
    let export = |data: &str| out(&sigap(&["people", "export", "--data", data]));
    let roles = |data: &str| {
        let list = out(&sigap(&["user", "list", "--data", data]));
        list.split_whitespace()
            .filter(|word| ["anggota", "ketua"].contains(word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    const HEAD: &str = "nip,nama,surel,jabatan,satker,peran,sejak,sampai\n";
    let wrong = import(
        &data,
        &format!(
            "{HEAD},Rina,rina@brmp.example,Anggota,BRMP-NTT,anggota,2024-01-01,2026-06-30\n\
             ,Rina,rina@brmp.example,Ketua,BRMP-NTT,ketua,2026-06-30,\n\
             ,Rini,rina@brmp.example,Ketua,BRMP-NTT,ketua,2027-01-01,\n\
             ,Budi,budi@brmp.example,Anggota,BRMP-NTT,anggota,1/7/2026,\n\
             ,Dewi,dewi@brmp.example,Anggota,BRMP-NTT,anggota,2026-07-01,2026-06-30\n"
        ),
    );
    assert_eq!(wrong.status.code(), Some(1));
    for expected in [
        ":3: surel rina@brmp.example stands in line 2 already for the same days; leave one out",
        ":4: surel rina@brmp.example stands in line 2 already, for somebody of another name",
        ":5: sejak 1/7/2026 is no day; write it like 2026-12-31",
        ":6: sampai 2026-06-30 lies before sejak 2026-07-01",
        "Nothing was changed.",
    ] {
        assert!(out(&wrong).contains(expected), "{expected}: {}", out(&wrong));
    }

    let (yesterday, today, tomorrow) =
        (today().yesterday().expect("a day"), today(), today().tomorrow().expect("a day"));
    let right = format!(
        "{HEAD},Rina,rina@brmp.example,Anggota Tim,BRMP-NTT,anggota,,{yesterday}\n\
         ,Rina,rina@brmp.example,Ketua Tim,BRMP-NTT,ketua,{today},{today}\n\
         ,Rina,rina@brmp.example,Ketua Tim,BRMP-NTT,anggota ketua,{tomorrow},\n"
    );
    let done = import(&data, &right);
    assert!(out(&done).contains("1 added, 0 changed"), "{}{}", out(&done), err(&done));
    assert_eq!(roles(&data), "ketua", "neither what was yesterday nor what comes tomorrow");
    assert_eq!(export(&data), right);
    assert!(out(&import(&data, &right)).contains("0 added, 0 changed, 1 are as they were"));
    import(&other, &right);
    assert_eq!(export(&other), right, "another office gets the same");

    let plain = "nip,nama,surel,jabatan,satker,peran\n,Rina,rina@brmp.example,Ketua Tim,BRMP-NTT,-\n";
    assert!(out(&import(&data, plain)).contains("0 added, 1 changed"));
    assert_eq!(roles(&data), "");
    let past = format!("{HEAD},Rina,rina@brmp.example,Anggota Tim,BRMP-NTT,anggota,,{yesterday}\n");
    assert!(export(&data).starts_with(&past), "what she was stays: {}", export(&data));
}

#[test]
fn units_are_imported_with_those_they_belong_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let table = folder.path().join("satker.csv").display().to_string();
    let import = |text: &str, more: &[&str]| {
        std::fs::write(&table, text).expect("a table");
        sigap(&[&["unit", "import", &table, "--data", &data], more].concat())
    };
    let wrong = "kode;nama;zona;induk;sejak;sampai\n\
        A;Satu;WIB;B;;\nB;Dua;WIT;C;;\nC;Tiga;WITA;A;;\nE;;GMT;X;kemarin;\nD;Empat;wib;;;\nD;Empat;wib;;2026-02-01;2026-01-31\n";
    for more in [&[][..], &["--dry-run"]] {
        let output = import(wrong, more);
        assert_eq!(output.status.code(), Some(1));
        for expected in [
            ":2: induk B belongs to A itself; choose another",
            ":3: induk C belongs to B itself",
            ":4: induk A belongs to C itself",
            ":5: nama is empty",
            ":5: zona GMT is unknown; choose from WIB, WITA, WIT",
            ":5: induk X is unknown; add a line for it",
            ":5: sejak kemarin is no day",
            ":7: kode D stands in line 6 already",
            ":7: sampai 2026-01-31 lies before sejak 2026-02-01",
        ] {
            assert!(out(&output).contains(expected), "{expected}: {}", out(&output));
        }
    }
    let right = "kode,nama,zona,induk,sejak,sampai\n\
        BPSIP-NTT,BPSIP NTT,WITA,SEK,,2025-12-31\n\
        BRMP-NTT,BRMP NTT,WITA,SEK,2026-01-01,\n\
        SEK,Sekretariat,WIB,,,\n";
    assert!(out(&import(right, &["--dry-run"])).contains("3 would be added, 0 changed, 0 are"));
    assert!(out(&import(right, &[])).contains("3 added, 0 changed, 0 are as they were"));
    assert_eq!(out(&sigap(&["unit", "export", "--data", &data])), right);
    let renamed =
        out(&import("kode,nama,zona\nBRMP-NTT,BRMP Nusa Tenggara Timur,WITA\nSEK,Sekretariat,WIB\n", &[]));
    assert!(renamed.contains("0 added, 1 changed, 1 are as they were"), "{renamed}");
    let after = out(&sigap(&["unit", "export", "--data", &data]));
    assert!(
        after.contains("BRMP-NTT,BRMP Nusa Tenggara Timur,WITA,SEK,2026-01-01,\n"),
        "the rest stays: {after}"
    );
    let rename = ["unit", "rename", "SEK", "Sekretariat Badan", "--from", "2026-07-01", "--data", &data];
    assert!(sigap(&rename).status.success());
    assert!(err(&sigap(&rename)).contains("cannot get another name on 2026-07-01"));
    let with_names = out(&sigap(&["unit", "export", "--data", &data]));
    assert!(
        with_names.contains("SEK,Sekretariat,WIB,,,2026-06-30\nSEK,Sekretariat Badan,WIB,,2026-07-01,\n"),
        "{with_names}"
    );
    assert!(out(&import(&with_names, &[])).contains("0 added, 0 changed, 3 are as they were"));
    let head = "kode,nama,zona,sejak,sampai\n";
    let gap = format!("{head}SEK,Sekretariat,WIB,,2026-06-30\nSEK,Sekretariat Badan,WITA,2026-07-02,\n");
    let lost = format!("{head}SEK,Sekretariat Badan,WIB,,\n");
    for (wrong, told) in [
        (&gap, ":3: kode SEK stands in line 2 already; leave one out or, if it was renamed, let sejak be"),
        (&gap, ":3: zona and induk of SEK are others than in line 2"),
        (&lost, ":2: until 2026-06-30 it was called Sekretariat; add a line for that name"),
    ] {
        assert!(out(&import(wrong, &["--dry-run"])).contains(told), "{told}: {}", out(&import(wrong, &[])));
    }

    let circle = sigap(&["unit", "add", "SEK", "Sekretariat", "--parent", "BRMP-NTT", "--data", &data]);
    assert!(!circle.status.success() && err(&circle).contains("would belong to itself"), "{}", err(&circle));
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

#[test]
fn the_largest_attachment_has_a_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("kantor").display().to_string();
    for megabytes in ["0", "1025", "99999999999999"] {
        let flag = sigap(&["serve", "--attachment-mb", megabytes, "--data", &data]);
        let variable = sigap_with(&["serve", "--data", &data], &[("SIGAP_ATTACHMENT_MB", megabytes)], "");
        for output in [flag, variable] {
            let told = err(&output);
            assert!(!output.status.success() && told.contains("choose from 1 to 1024"), "{told}");
        }
    }
}

#[test]
fn the_helpdesk_cannot_be_given_more_than_a_working_week() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("kantor").display().to_string();
    let migrate =
        |hours| sigap_with(&["migrate", "--data", &data], &[("SIGAP_HELPDESK_HOURS_PER_WEEK", hours)], "");
    for hours in ["0", "38"] {
        let output = migrate(hours);
        assert!(!output.status.success() && err(&output).contains("from 1 to 37"), "{}", err(&output));
    }
    assert!(migrate("37").status.success());
}

#[cfg(unix)]
#[test]
fn only_its_owner_gets_into_the_folder_of_an_office() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let data = office(&folder.path().join("baru"));
    let mode = std::fs::metadata(data).expect("the folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "{mode:o}");
}

/// A database with one person, who is no one of the trial office.
async fn office_with_rina(data: &str) -> Store {
    let store = Store::open(&format!("sqlite://{data}/sigap.db")).await.expect("a database");
    let unit = Unit::new("BRMP-NTT".into(), "BRMP NTT", Zone::Wita);
    store.add_unit(unit).await.expect("a unit");
    let rina = NewPerson {
        id: "rina".into(),
        name: "Rina Wulandari".to_owned(),
        nip: None,
        email: "rina@brmp.example".to_owned(),
        periods: vec![Period::always("Ketua Tim Datin", "BRMP-NTT".into(), ["ketua".into()])],
        password_hash: "$argon2id$".to_owned(),
    };
    store.add_person(&rina).await.expect("a person");
    store
}

#[tokio::test]
async fn a_demo_does_not_go_on_with_an_office_that_it_has_not_furnished_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let store = office_with_rina(&data).await;
    let (mut demo, address) = server(&["demo", "--addr", "127.0.0.1:0", "--data", &data]);
    if address.is_some() {
        demo.kill().expect("a demo to end");
    }
    let output = demo.wait_with_output().expect("the demo ends");
    assert!(address.is_none(), "the demo serves what is no trial office");
    let told = err(&output);
    assert!(!output.status.success() && told.contains(&format!("remove the folder {data}")), "{told}");
    assert_eq!(store.people(today()).await.expect("the people").len(), 1, "nothing was touched");
}

#[cfg(unix)]
#[tokio::test]
async fn sessions_that_have_expired_are_gone_when_an_office_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let store = office_with_rina(&data).await;
    let long_ago: jiff::Timestamp = "2026-01-05T03:00:00Z".parse().expect("a moment");
    store
        .start_session(&[1; 32], &"rina".into(), &Device::default(), long_ago, long_ago)
        .await
        .expect("a session");
    let (serve, address) = server(&["serve", "--addr", "127.0.0.1:0", "--data", &data]);
    assert!(address.is_some(), "{}", err(&serve.wait_with_output().expect("it ends")));
    stop(serve);
    assert_eq!(store.end_expired_sessions(long_ago).await.expect("sessions"), 0);
}

/// Asks for help as somebody of the office would, without its rules.
async fn request(store: &Store, subject: &str) -> CaseFile {
    let at: jiff::Timestamp = "2026-01-05T03:00:00Z".parse().expect("a moment");
    let event = |number, agenda| Event::Registered {
        number,
        agenda,
        sop: sop::shipped().code.clone(),
        revision: sop::shipped().revision().to_string(),
        requester: None,
        unit: "BRMP-NTT".into(),
        channel: Channel::Letter,
        received_at: at,
        letter_date: None,
        values: Values::new(),
    };
    let texts = Texts::from([(text_key::SUBJECT.to_owned(), subject.to_owned())]);
    let registered = |number, agenda| {
        let by = By::System { system: SystemJob::Clock };
        Ok(vec![NewEvent { at, by, event: event(number, agenda), texts: texts.clone() }])
    };
    store.register(2026, registered).await.expect("a case")
}

#[tokio::test]
async fn cases_whose_years_are_over_are_listed_proposed_and_destroyed_once_another_approved() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let store = office_with_rina(&data).await;
    let wahyu = NewPerson {
        id: "wahyu".into(),
        name: "Wahyu Nugroho".to_owned(),
        nip: None,
        email: "wahyu@brmp.example".to_owned(),
        periods: vec![Period::always("Admin", "BRMP-NTT".into(), ["admin".into()])],
        password_hash: "$argon2id$".to_owned(),
    };
    store.add_person(&wahyu).await.expect("a person");
    let case = request(&store, "Surel tidak terkirim").await.case;
    let ended: jiff::Timestamp = "2016-01-05T03:00:00Z".parse().expect("a moment");
    let by = By::System { system: SystemJob::Clock };
    let closed = Event::Closed { end: "selesai".into() };
    let event = NewEvent { at: ended, by, event: closed, texts: Texts::new() };
    store.append(&case, vec![event]).await.expect("an end");

    let retention = |args: &[&str]| sigap(&[&["retention"], args, &["--data", &data]].concat());
    let due = serde_json::json!([{
        "case": case.number, "class": "layanan-ti", "ended_at": ended, "kept_until": 2021
    }]);
    assert_eq!(json(&retention(&["due", "--format", "json"])), due);
    let propose = |login: &str| retention(&["propose", "--by", login, "--basis", "JRA", "--format", "json"]);
    let not_theirs = propose("rina@brmp.example");
    assert_eq!(not_theirs.status.code(), Some(1));
    assert!(err(&not_theirs).contains("Rina Wulandari does not keep the accounts"), "{}", err(&not_theirs));
    assert_eq!(json(&propose("wahyu@brmp.example")), serde_json::json!({ "list": 1, "cases": 1 }));
    let again = propose("wahyu@brmp.example");
    assert!(err(&again).contains("nothing was proposed"), "{}", err(&again));

    let carry_out = ["carry-out", "1", "--by", "wahyu@brmp.example", "--format", "json"];
    let early = retention(&carry_out);
    assert_eq!(early.status.code(), Some(1));
    assert!(err(&early).contains("is not approved yet"), "{}", err(&early));
    let list = &json(&retention(&["list", "--format", "json"]))[0];
    assert_eq!((list["state"].as_str(), list["proposed"]["by"].as_str()), (Some("proposed"), Some("wahyu")));
    let digest = list["digest"].as_str().expect("a digest");
    store.approve_destruction(1, digest, &"rina".into(), ended).await.expect("four eyes");
    let done = serde_json::json!({ "cases": 1, "left": [], "files": 0 });
    assert_eq!(json(&retention(&carry_out)), done);
    assert!(out(&retention(&["list", "1"])).contains("carried out  cases 1"));
    assert!(sigap(&["log", "verify", "--data", &data]).status.success());
}

#[tokio::test]
async fn the_history_is_sealed_and_what_was_tampered_with_is_told_by_case_and_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let store = office_with_rina(&data).await;
    let log = |args: &[&str]| sigap(&[&["log"], args, &["--data", &data]].concat());
    assert_eq!(out(&log(&["seal"])), "Nothing has come since the last seal.\n");
    request(&store, "Surel tidak terkirim").await;
    let sealed = json(&log(&["seal", "--format", "json"]));
    assert_eq!((&sealed["number"], &sealed["cases"], &sealed["events"]), (&1.into(), &1.into(), &1.into()));
    let digest = sealed["digest"].as_str().expect("a digest");
    assert_eq!(json(&log(&["seals", "--format", "json"])), serde_json::json!([sealed]));
    let noted = out(&log(&["seals"]));
    assert!(
        noted.contains("cases 1, events 1")
            && noted.contains(&format!("{} {}", &digest[..8], &digest[8..16]))
    );

    let note = format!("1:{digest}");
    let sound = log(&["verify", "--since", &note, "--format", "json"]);
    assert_eq!(sound.status.code(), Some(0));
    let counts = serde_json::json!({
        "sound": true, "cases": 1, "events": 1, "seals": 1, "unsealed_events": 0, "erased_texts": 0,
        "unsealed_list_acts": 0, "erased_by_lists": {}, "findings": []
    });
    assert_eq!(json(&sound), counts);
    assert_eq!(log(&["verify", "--since", "1:kertas"]).status.code(), Some(2), "no note of a seal");

    let key = folder.path().join("kantor/seal.key");
    let kept = std::fs::read_to_string(&key).expect("the key");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&key.metadata().expect("the key"));
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(&key, "5e".repeat(32)).expect("another key");
    let changed = log(&["verify", "--format", "json"]);
    assert_eq!(changed.status.code(), Some(1));
    let finding = serde_json::json!([{
        "finding": "seal_changed", "seal": 1, "message": "seal 1: it was changed, or not made under this key"
    }]);
    assert_eq!((&json(&changed)["sound"], &json(&changed)["findings"]), (&false.into(), &finding));
    std::fs::remove_file(&key).expect("a key to lose");
    let lost = log(&["verify"]);
    assert!(!lost.status.success() && err(&lost).contains("put "), "{}", err(&lost));
    assert!(!key.exists(), "no other key is made where seals are");
    std::fs::write(&key, "5e".repeat(32)).expect("another key");
    let other = sigap(&["migrate", "--new-keys", "--data", &data]);
    assert!(!other.status.success() && err(&other).contains("sealed"), "nor taken: {}", err(&other));
    std::fs::write(&key, kept).expect("the key again");
    assert!(log(&["verify"]).status.success());
}

/// A server, and the line with its address once it listens; none if it ended before.
fn server(args: &[&str]) -> (Child, Option<String>) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sigap starts");
    let mut lines = BufReader::new(server.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let address = lines.find(|line| line.contains("http://127.0.0.1:"));
    // Whatever else it says must not stop it.
    std::thread::spawn(move || lines.for_each(drop));
    (server, address)
}

#[cfg(unix)]
fn stop(mut server: Child) {
    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    assert!(server.wait().expect("it ends").success());
}

/// While a trial office is open, its letters are taken out and judged as anybody could elsewhere.
#[cfg(unix)]
#[test]
fn letters_are_listed_taken_out_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let data = path("demo");
    let (demo, address) = server(&["demo", "--addr", "127.0.0.1:0", "--data", &data]);
    assert!(address.is_some(), "the demo prints its address");

    let letters = json(&sigap(&["letter", "list", "--format", "json", "--data", &data]));
    let letters = letters.as_array().expect("letters");
    assert!(letters.len() > 5, "{letters:?}");
    let text = out(&sigap(&["letter", "list", "--data", &data]));
    assert_eq!(text.lines().count(), letters.len());
    let said = |letter: &Value, key: &str| letter[key].as_str().expect("a text").to_owned();
    let first = &letters[0];
    assert_eq!(said(first, "state"), "signed");
    assert!(said(first, "kind").starts_with("Surat"), "{first}");
    let shown = json(&sigap(&["case", "show", &said(first, "case"), "--format", "json", "--data", &data]));
    assert_eq!(shown["case"], first["case"]);

    let letter = path("surat.pdf");
    let export = |code: &str| sigap(&["letter", "export", code, "-o", &letter, "--data", &data]);
    let absent = export("0000-0000-0000-0000");
    assert!(!absent.status.success() && err(&absent).contains("sigap letter list"), "{}", err(&absent));
    let exported = export(&said(first, "code").to_lowercase());
    assert!(exported.status.success(), "{}", err(&exported));
    let dossier = |file: &str| {
        let output = path(file);
        let no = said(first, "case");
        let written = sigap(&["case", "dossier", &no, "-o", &output, "--data", &data]);
        assert!(written.status.success(), "{}", err(&written));
        std::fs::read(output).expect("a dossier")
    };
    let once = dossier("berkas.pdf");
    assert!(once == dossier("lagi.pdf"), "the dossier is the same to the byte");
    assert!(once.len() > 100_000 && once.starts_with(b"%PDF"));
    let ca = path("akar.pem");
    std::fs::write(&ca, out(&sigap(&["signer", "ca", "--data", &data]))).expect("a file");
    stop(demo);

    let verify = |file: &str, trust: &[&str]| {
        let args = [&["letter", "verify", file, "--format", "json"], trust].concat();
        // Away from any office that the current folder may have.
        let output = sigap_with(&args, &[("SIGAP_DATA", &path("tidak-ada"))], "");
        (output.status.code(), json(&output))
    };
    for trust in [["--ca", &ca], ["--data", &data]] {
        let (code, verdict) = verify(&letter, &trust);
        assert_eq!((code, &verdict["valid"]), (Some(0), &Value::Bool(true)), "{verdict}");
        assert_eq!(verdict["modified_after_signing"], false);
        assert_eq!(verdict["reasons"], serde_json::json!([]));
        let signer = &verdict["signers"][0];
        assert!(signer["trusted"] == true && !said(signer, "name").is_empty(), "{signer}");
        assert_eq!(said(signer, "capacity"), "Ketua Tim Datin");
        assert!(said(signer, "at").parse::<jiff::Timestamp>().is_ok(), "{signer}");
    }
    let (code, verdict) = verify(&letter, &[]);
    assert_eq!((code, &verdict["valid"]), (Some(2), &Value::Null), "without a root nobody can tell");
    assert_eq!(verdict["signers"][0]["trusted"], false);
    let told = out(&sigap_with(&["letter", "verify", &letter], &[("SIGAP_DATA", &path("tidak-ada"))], ""));
    assert!(told.contains("--ca PEM"), "{told}");

    let mut changed = std::fs::read(&letter).expect("the letter");
    changed[1_000] ^= 1;
    let forged = path("palsu.pdf");
    std::fs::write(&forged, changed).expect("a file");
    let (code, verdict) = verify(&forged, &["--ca", &ca]);
    assert_eq!((code, &verdict["valid"]), (Some(1), &Value::Bool(false)), "{verdict}");
    assert_eq!(verdict["modified_after_signing"], true);

    let stored = walk(&folder.path().join("demo/files"));
    let bytes = std::fs::read(&letter).expect("the letter");
    let kept = stored.iter().find(|file| std::fs::read(file).is_ok_and(|kept| kept == bytes));
    std::fs::write(kept.expect("the letter as it is kept"), b"%PDF").expect("a damage");
    let damaged = export(&said(first, "code"));
    assert!(
        !damaged.status.success() && err(&damaged).contains("take it from a backup"),
        "{}",
        err(&damaged)
    );
    assert_eq!(std::fs::read(&letter).expect("the letter"), bytes, "what was there stays");
}

/// Every file below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// The trial office is served, its cases can be read from the command line, and it ends when told to.
#[cfg(unix)]
#[test]
fn the_trial_office_opens_and_closes() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo").display().to_string();
    let args = ["demo", "--addr", "127.0.0.1:0", "--data", &data];
    let (demo, address) = server(&args);
    assert!(address.is_some(), "the demo prints its address");

    let coming_in = folder.path().join("demo/files/incoming/.tmpA1b2C3");
    std::fs::write(&coming_in, "half").expect("a file that is coming in");
    let shown = json(&sigap(&["case", "show", "2026-0001", "--format", "json", "--data", &data]));
    assert_eq!(shown["sop"], "helpdesk-ti");
    let events = out(&sigap(&["case", "events", "2026-0001", "--format", "jsonl", "--data", &data]));
    let first: Value = serde_json::from_str(events.lines().next().expect("an event")).expect("JSON");
    assert_eq!((first["seq"].as_i64(), first["event"].as_str()), (Some(1), Some("registered")));
    let rebuilt = out(&sigap(&["log", "rebuild", "--data", &data]));
    assert!(rebuilt.contains("0 differed"), "{rebuilt}");
    let seals = json(&sigap(&["log", "seals", "--format", "json", "--data", &data]));
    assert_eq!(seals[0]["number"], 1, "the server seals what it finds: {seals}");
    let verified = sigap(&["log", "verify", "--since", "1", "--data", &data]);
    assert!(verified.status.success() && out(&verified).contains("all is as it was stored"), "{verified:?}");
    assert!(coming_in.is_file(), "commands leave alone what the server takes in");
    stop(demo);

    let (again, address) = server(&args);
    assert!(address.is_some(), "a trial office that is kept opens again");
    assert!(!coming_in.exists(), "what was left half taken in is gone");
    stop(again);

    let calendars = folder.path().join("kalender");
    std::fs::create_dir(&calendars).expect("a folder");
    let year = concat!(env!("CARGO_MANIFEST_DIR"), "/../../calendars/2024.toml");
    std::fs::copy(year, calendars.join("2024.toml")).expect("a calendar");
    let calendars = calendars.display().to_string();
    let (serve, address) =
        server(&["serve", "--addr", "127.0.0.1:0", "--data", &data, "--calendars", &calendars]);
    assert!(address.is_none(), "without the years of its cases an office does not open");
    let told = err(&serve.wait_with_output().expect("it ends"));
    assert!(told.contains(".toml after the SKB") && told.contains("--calendars DIR"), "{told}");
}

/// A collector of OpenTelemetry that stands in for a real one, and what was exported to it.
fn collector() -> (String, std::sync::mpsc::Receiver<serde_json::Value>) {
    use std::io::Read as _;

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (give, exported) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let (mut head, mut line) = (String::new(), String::new());
            while stream.read_line(&mut line).expect("a line of the head") > 2 {
                head += &std::mem::take(&mut line).to_lowercase();
            }
            assert!(
                head.starts_with("post /v1/traces ") && head.contains("content-type: application/json"),
                "{head}"
            );
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            let mut body = vec![0; length.trim().parse().expect("a number")];
            stream.read_exact(&mut body).expect("the export");
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            stream.get_mut().write_all(answer).expect("an answer");
            if give.send(serde_json::from_slice(&body).expect("JSON")).is_err() {
                return;
            }
        }
    });
    (address, exported)
}

#[cfg(unix)]
#[test]
fn traces_and_metrics_tell_what_was_asked_but_not_about_whom() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office(folder.path());
    let (address, exported) = collector();
    let settings = folder.path().join("sigap.toml").display().to_string();
    std::fs::write(&settings, format!("otlp_url = \"{address}\"\nmetrics_addr = \"127.0.0.1:0\"\n"))
        .expect("settings");
    let args = ["serve", "--addr", "127.0.0.1:0", "--data", &data, "--config", &settings];
    let mut serve = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("sigap starts");
    let mut lines = BufReader::new(serve.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut told = |what: &str| {
        let line = lines.find_map(|line| Some(line.strip_prefix(what)?.trim().to_owned()));
        line.unwrap_or_else(|| panic!("it says {what}"))
    };
    let (desk, metrics) = (told("Sigap:"), told("Metrics:"));
    let status = |url: &str| {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let mut answer = ureq::Agent::from(agent).get(url).call().expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    };
    status(&format!("{desk}/sign-in?next=/cases%3Fq%3DMarkus"));
    status(&format!("{desk}/v/kode-rahasia"));
    assert_eq!(status(&format!("{desk}/metrics")).0, 404, "where people go there are none");
    let (answered, counted) = status(&metrics);
    assert_eq!(answered, 200);
    assert!(counted.contains("route=\"/sign-in\"") && counted.ends_with("# EOF\n"), "{counted}");
    stop(serve);

    let spans: Vec<serde_json::Value> = exported
        .try_iter()
        .flat_map(|export| {
            let resource = &export["resourceSpans"][0];
            let service = &resource["resource"]["attributes"][0];
            assert_eq!(service["value"]["stringValue"], "sigap", "{export}");
            resource["scopeSpans"][0]["spans"].as_array().cloned().unwrap_or_default()
        })
        .collect();
    let names: Vec<&str> = spans.iter().filter_map(|span| span["name"].as_str()).collect();
    assert!(names.contains(&"GET /sign-in") && names.contains(&"GET /v/{code}"), "{names:?}");
    for span in &spans {
        let digits = |key: &str| span[key].as_str().map_or(0, str::len);
        assert_eq!((digits("traceId"), digits("spanId")), (32, 16), "{span}");
        let nanos =
            |key: &str| span[key].as_str().and_then(|nanos| nanos.parse::<u64>().ok()).expect("a time");
        assert!(nanos("startTimeUnixNano") < nanos("endTimeUnixNano"), "{span}");
    }
    let told = serde_json::to_string(&spans).expect("JSON") + &counted;
    assert!(!told.contains("Markus") && !told.contains("rahasia"), "{told}");
}

/// An office with Rina in it.
fn office_of_rina(folder: &Path) -> String {
    let data = office(folder);
    assert!(sigap(&["unit", "add", "SEKRETARIAT", "Sekretariat", "--data", &data]).status.success());
    let add = [
        "user",
        "add",
        "--name",
        "Rina Wulandari",
        "--email",
        "rina@brmp.example",
        "--position",
        "Ketua Tim Datin",
        "--unit",
        "SEKRETARIAT",
        "--role",
        "ketua",
        "--data",
        &data,
    ];
    let added = sigap_with(&add, &[], "sandi-yang-panjang\n");
    assert!(added.status.success(), "{}", err(&added));
    data
}

#[test]
fn an_office_tries_signing_with_a_test_authority_and_takes_a_real_key_or_bsre_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office_of_rina(folder.path());
    let list = || out(&sigap(&["signer", "list", "--data", &data]));
    let demo = sigap_with(
        &["signer", "demo-ca", "--for", "rina@brmp.example", "--data", &data],
        &[],
        "frasa-uji-rina\n",
    );
    assert!(demo.status.success() && out(&demo).contains("simulation"), "{}{}", out(&demo), err(&demo));
    assert!(list().contains("TEST: CA UJI Sigap, bukan BSrE"), "{}", list());
    assert!(out(&sigap(&["signer", "ca", "--data", &data])).contains("BEGIN CERTIFICATE"));
    let nobody = sigap_with(&["signer", "demo-ca", "--for", "siapa", "--data", &data], &[], "frasa\n");
    assert!(!nobody.status.success() && err(&nobody).contains("signs in as siapa"), "{}", err(&nobody));

    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/../signatures/tests/fixtures/p256-modern.p12");
    let import = ["signer", "import", "rina@brmp.example", key, "--data", &data];
    let wrong = sigap_with(&import, &[], "bukan-ini\n");
    assert!(!wrong.status.success() && err(&wrong).contains("passphrase"), "{}", err(&wrong));
    let imported = sigap_with(&import, &[], "kertas-uji\n");
    assert!(imported.status.success(), "{}", err(&imported));
    assert!(list().contains("Otoritas Uji Kertas") && !list().contains("TEST"), "{}", list());

    let register = |nik: &str| sigap(&["signer", "bsre", "rina@brmp.example", "--nik", nik, "--data", &data]);
    let short = register("31712345678");
    assert!(!short.status.success() && err(&short).contains("16 digits"), "{}", err(&short));
    let registered = register("3171234567890123");
    assert!(registered.status.success(), "{}", err(&registered));
    assert!(list().contains("BSrE, NIK ************0123"), "{}", list());
    for said in [out(&registered), err(&registered), err(&short), list()] {
        assert!(!said.contains("31712345678"), "nobody's number is told: {said}");
    }
}

#[test]
fn what_is_set_for_bsre_is_complete_and_its_password_is_never_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = office_of_rina(folder.path());
    let register = |variables: &[(&str, &str)]| {
        let args = ["signer", "bsre", "rina@brmp.example", "--nik", "3171234567890123", "--data", &data];
        sigap_with(&args, variables, "")
    };
    let url = ("SIGAP_BSRE_URL", "http://127.0.0.1:9");
    let half = register(&[url]);
    assert!(!half.status.success() && err(&half).contains("SIGAP_BSRE_PASSWORD"), "{}", err(&half));
    let wrong = register(&[("SIGAP_BSRE_URL", "esign.example"), ("SIGAP_BSRE_USER", "u")]);
    assert!(!wrong.status.success() && err(&wrong).contains("begins with https://"), "{}", err(&wrong));
    // Digits alone, with a zero before them, are still a password.
    let alone = register(&[url, ("SIGAP_BSRE_USER", "0042"), ("SIGAP_BSRE_PASSWORD", "0077123")]);
    let said = err(&alone);
    assert!(!alone.status.success() && said.contains("BSrE cannot be reached"), "{said}");
    assert!(said.contains("nothing was changed") && !said.contains("0077123"), "{said}");
    assert!(!out(&sigap(&["signer", "list", "--data", &data])).contains("Rina"));
    let flag = sigap(&["serve", "--bsre-password", "x", "--data", &data]);
    assert!(!flag.status.success() && err(&flag).contains("unexpected argument"), "{}", err(&flag));
}
