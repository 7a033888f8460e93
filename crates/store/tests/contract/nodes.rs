//! Several nodes on one database, and a database that goes away and comes back. All of it on PostgreSQL: with
//! SQLite there is one node, and the database goes when it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, ToSpan as _};
use sop::case::{Actor, Audience, Command, DispatchResult, EmailAddress, SystemJob};
use sop::letter::Stationery;
use sqlx::{AnyConnection, Connection as _, Row as _};
use store::{AskedHere, BookFilter, Change, DueInAll, Filter, Order, Scope, SealKey, Sort, Store};

use crate::office::{Dice, Office, actor, any_act, append, minutes, postgres, request};

/// For as long as a test waits for what should come at once.
const SOON: Duration = Duration::from_secs(20);

fn note(text: &str) -> Command {
    Command::Note { text: text.to_owned(), audience: Audience::Office }
}

/// Rows of two columns.
async fn pairs(url: &str, sql: &'static str) -> Vec<(String, String)> {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    if !postgres::is_chosen() {
        return;
    }
    let (sqlite, postgres) = (Office::in_a_file().await, Office::on_disk().await);
    // The words of the search are kept by each in its own way.
    let on_sqlite = "SELECT m.name, c.name || CASE WHEN c.\"notnull\" OR c.pk THEN ' not null' ELSE '' END \
                     FROM sqlite_master m, pragma_table_info(m.name) c \
                     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '#_%' ESCAPE '#' \
                     AND m.name NOT LIKE 'case#_search%' ESCAPE '#' \
                     AND m.name NOT LIKE 'found#_cases%' ESCAPE '#' ORDER BY 1, 2";
    let on_postgres = "SELECT table_name::text, column_name::text || CASE is_nullable WHEN 'NO' THEN ' not null' \
                       ELSE '' END FROM information_schema.columns WHERE table_schema = 'public' \
                       AND table_name NOT LIKE '#_%' ESCAPE '#' \
                       AND table_name NOT IN ('case_search', 'found_cases', 'listed_cases') ORDER BY 1, 2";
    let mut there = pairs(&postgres.url(), on_postgres).await;
    there.sort();
    let mut wanted = pairs(&sqlite.url(), on_sqlite).await;
    wanted.sort();
    assert!(wanted.len() > 200, "{wanted:?}");
    assert_eq!(there, wanted);

    let indexes_of_sqlite =
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    let indexes_of_postgres = "SELECT tablename::text, indexname::text FROM pg_indexes \
                               WHERE schemaname = 'public' AND tablename <> 'case_search'";
    let there = pairs(&postgres.url(), indexes_of_postgres).await;
    for index in pairs(&sqlite.url(), indexes_of_sqlite).await {
        assert!(there.contains(&index), "PostgreSQL has no {index:?}");
    }
}

#[tokio::test]
async fn text_is_put_in_the_same_order_by_both() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let otherwise = "SELECT table_name::text, column_name::text FROM information_schema.columns \
                     WHERE table_schema = 'public' AND table_name NOT LIKE '#_%' ESCAPE '#' \
                     AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
    assert_eq!(pairs(&office.url(), otherwise).await, [], "write TEXT COLLATE \"C\" in migrations/postgres");
}

#[tokio::test]
async fn the_same_office_leaves_the_same_events_on_both() {
    if !postgres::is_chosen() {
        return;
    }
    let mut logs = Vec::new();
    for office in [Office::in_a_file().await, Office::on_disk().await] {
        let mut dice = Dice(11);
        for mut file in office.requests(8).await {
            for minute in 0..dice.roll(60) as i64 {
                if let Ok(events) = any_act(&file.case, &mut dice, minutes(20 + minute)) {
                    file = append(&office.store, &file.case, events).await.unwrap();
                }
            }
        }
        logs.push(pairs(&office.url(), "SELECT '', skeleton FROM events ORDER BY case_id, seq").await);
    }
    assert!(logs[0].len() > 100, "{} events", logs[0].len());
    assert_eq!(logs[0], logs[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_may_start_at_the_same_time() {
    if !postgres::is_chosen() {
        return;
    }
    let url = postgres::as_opened(&postgres::empty_database().await);
    let nodes = (0..4).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            store.migrate().await.unwrap();
            store.ready().await.unwrap();
        })
    });
    for node in nodes.collect::<Vec<_>>() {
        node.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_nodes_do_at_once_is_there_once() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let shared = office.register(request("Bersama"), minutes(0)).await.case.number;
    let nodes = (0..4).map(|node| {
        let (url, shared) = (office.url(), shared.clone());
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let mut lost = 0;
            for n in 0..10 {
                let by = actor("sari");
                let registration = request(&format!("Node {node}, permintaan {n}"));
                let decide = |number, agenda| {
                    let rules = crate::office::rules();
                    sop::case::register(rules, number, agenda, &by, minutes(n), registration.clone())
                };
                store.register(2026, decide).await.unwrap();
                loop {
                    let case = store.case_file(&Scope::All, &shared).await.unwrap().unwrap().case;
                    let rules = crate::office::rules();
                    let command = note(&format!("Node {node}, catatan {n}"));
                    let events =
                        sop::case::decide(rules, &case, &actor("rina"), minutes(60), command).unwrap();
                    match store.append(&case, events).await {
                        Ok(_) => break,
                        Err(store::AppendError::Conflict) => lost += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            lost
        })
    });
    let mut lost = 0;
    for node in nodes.collect::<Vec<_>>() {
        lost += node.await.unwrap();
    }
    assert!(lost > 0, "they came into each other's way");
    let shared = office.store.case_file(&Scope::All, &shared).await.unwrap().unwrap();
    let mut notes: Vec<String> =
        shared.history.iter().flat_map(|recorded| recorded.texts.values().cloned()).collect();
    notes.retain(|text| text.starts_with("Node"));
    notes.sort();
    notes.dedup();
    assert_eq!(notes.len(), 40, "every note is there, and once");
    let numbers = pairs(&office.url(), "SELECT '', agenda::text AS written FROM cases ORDER BY agenda").await;
    let numbers: Vec<_> = numbers.into_iter().map(|(_, number)| number).collect();
    assert_eq!(numbers, (1..=41).map(|n: u32| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_node_hears_what_another_changes_and_nothing_of_itself() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let other = office.another_door().await;
    let (mut here, mut there) = (office.store.changes(), other.changes());
    let file = office.register(request("Surel"), minutes(0)).await;
    let hear = tokio::time::timeout(SOON, async {
        // Until it listens, it is told nothing; what it is told first it may have missed the beginning of.
        let case = file.case.clone();
        let (acting, heard) = tokio::join!(
            async {
                let mut case = case;
                for minute in 1..40 {
                    case = office.act(&case, &actor("rina"), minutes(minute), note("Masih")).await.case;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                case
            },
            there.next()
        );
        (acting, heard)
    });
    let (case, heard) = hear.await.unwrap();
    if postgres::is_through_pgbouncer() {
        assert_eq!(heard, Change::Something, "nobody can listen through it");
        return;
    }
    let Change::Case { case: number, version, requester } = heard else { panic!("{heard:?}") };
    assert_eq!((&number, requester), (&case.number, case.request.requester.clone()));
    assert!(version > 1 && version <= case.version);
    let own = tokio::time::timeout(Duration::from_millis(300), here.next()).await;
    assert!(own.is_err(), "{own:?}");
}

#[tokio::test]
async fn a_database_that_was_restarted_is_not_noticed() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let mut file = office.register(request("Surel"), minutes(0)).await;
    for minute in 1..4 {
        // All connections are gone, as after a restart, which takes longer than this.
        postgres::cut_off(&office.url()).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(office.case(&file).await, file);
        file = office.act(&file.case, &actor("rina"), minutes(minute), note("Masih")).await;
    }
}

#[tokio::test]
async fn what_is_undone_for_the_sake_of_others_is_done_again() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    for code in ["40001", "40P01"] {
        // Two times of three; a sequence is not set back with the transaction.
        let stumble = format!(
            "CREATE SEQUENCE kali; CREATE FUNCTION tersandung() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('kali') % 3 <> 0 THEN RAISE EXCEPTION 'tersandung' USING ERRCODE = '{code}'; END IF; \
             RETURN new; END $$; CREATE TRIGGER sandungan BEFORE INSERT ON events \
             FOR EACH STATEMENT EXECUTE FUNCTION tersandung()"
        );
        office.tamper(&stumble).await;
        let file = office.case(&file).await;
        let noted = office.act(&file.case, &actor("rina"), minutes(1), note("Masih")).await;
        assert_eq!(noted.case.version, file.case.version + 1);
        office.tamper("DROP TRIGGER sandungan ON events; DROP FUNCTION tersandung; DROP SEQUENCE kali").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_number_serves_one_letter_or_is_voided_whoever_is_faster() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let before = pairs(&office.url(), "SELECT series, last::text FROM numbers").await;
    let series: BTreeMap<_, _> = before.into_iter().collect();
    assert_eq!(series.get("letter"), None, "no letter has a number yet");
    let takers = (0..8).map(|n| {
        let url = office.url();
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let dated = "2026-01-05".parse().unwrap();
            let purpose = format!("Surat {n}");
            store
                .reserve_number(
                    &Stationery::shipped().numbering,
                    dated,
                    &purpose,
                    &"wulan".into(),
                    minutes(n),
                )
                .await
                .unwrap()
                .number
        })
    });
    let mut taken = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        taken.push(taker.await.unwrap());
    }
    taken.sort();
    assert_eq!(taken.iter().map(|number| number.number).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    let voids = (0..4).map(|_| {
        let (url, number) = (office.url(), taken[0]);
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            store.void_number(number, "Batal", &"wulan".into(), minutes(9)).await.unwrap()
        })
    });
    let mut voided = 0;
    for void in voids.collect::<Vec<_>>() {
        voided += u32::from(void.await.unwrap());
    }
    assert_eq!(voided, 1, "it is voided once");
}

#[tokio::test]
async fn one_node_makes_the_backup_of_the_day_and_another_takes_over_when_it_is_killed() {
    let office = Office::on_disk().await;
    let (here, there) = (&office.store, office.another_door().await);
    let (due, hours) = (minutes(0), |hours: i64| minutes(60 * hours));
    assert!(here.take_backup_turn(due, hours(1)).await.unwrap());
    assert!(!there.take_backup_turn(due, hours(2)).await.unwrap(), "the first is still at it");
    assert!(there.take_backup_turn(due, hours(8)).await.unwrap(), "nobody heard of it again");
    there.end_backup_turn(None).await.unwrap();
    assert_eq!(here.last_backup_turn().await.unwrap(), None, "the disk was full");
    assert!(here.take_backup_turn(due, hours(9)).await.unwrap());
    here.end_backup_turn(Some(hours(9))).await.unwrap();
    assert_eq!(there.last_backup_turn().await.unwrap(), Some(hours(9)));
    assert!(!there.take_backup_turn(due, hours(10)).await.unwrap(), "it is made");
    assert!(there.take_backup_turn(hours(24), hours(24)).await.unwrap(), "the next day");
}

#[tokio::test]
async fn a_node_works_on_while_another_brings_the_schema_forward() {
    const GROWING: &[&str] = &[
        "cases",
        "data_requests",
        "dispositions",
        "event_texts",
        "events",
        "held_roles",
        "letters",
        "mandates",
        "open_tasks",
        "postings",
        "reserved_numbers",
        "seals",
        "sealed_heads",
        "sessions",
        "step_runs",
        "task_holds",
        "unit_names",
        "units",
        "webhooks",
    ];
    let office = Office::on_disk().await;
    let mut file = crate::office::waiting_for_signature(&office, "Minta server baru").await;
    let (store, key, book) = (&office.store, SealKey::generate().unwrap(), BookFilter::default());
    for minute in 60..63 {
        // What was asked before is asked again, as prepared then.
        assert_eq!(office.case(&file).await, file);
        let listed = store.list(&Scope::All, &Filter::default(), Sort::NewestFirst, None, 10).await.unwrap();
        assert_eq!(listed.rows.len(), 1);
        assert_eq!(store.outgoing(&book, None, 10).await.unwrap().rows.len(), 1);
        assert_eq!(store.units().await.unwrap().len(), 2);
        assert_eq!(store.people("2026-01-05".parse().unwrap()).await.unwrap().len(), 7);
        assert!(store.person(&"rina".into(), "2026-01-05".parse().unwrap()).await.unwrap().is_some());
        assert_eq!(store.reserved_numbers().await.unwrap(), []);
        assert_eq!(store.webhooks().await.unwrap(), []);
        file = office.act(&file.case, &actor("rina"), minutes(minute), note("Masih")).await;
        store.seal(&key, minutes(minute)).await.unwrap().unwrap();
        assert_eq!(store.verify(&key, None).await.unwrap().findings, []);
        assert_eq!(store.rebuild().await.unwrap().changed_cases, 0);
        for table in GROWING {
            office.tamper(&format!("ALTER TABLE {table} ADD COLUMN sesudah_{minute} TEXT")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_stops_waiting_holds_up_nobody() {
    let office = Office::on_disk().await;
    let other = office.another_door().await;
    // As when a browser is closed: sometimes before the transaction has begun, sometimes in the middle.
    for tenths in 1..40 {
        let patience = Duration::from_micros(100 * tenths);
        let _ = tokio::time::timeout(patience, office.store.set_setting("nama", "Lain")).await;
    }
    let written = tokio::time::timeout(SOON, other.set_setting("nama", "Kantor")).await;
    written.expect("nothing is held").unwrap();
}

#[tokio::test]
async fn of_all_nodes_one_at_a_time_is_numbering_a_letter() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let (here, there) = (office.store.clone(), office.another_door().await);
    let turn = here.turn_to_number().await.unwrap().expect("nobody else has the turn");
    let waiting = tokio::spawn(async move { there.turn_to_number().await.unwrap().is_some() });
    // Whatever else is done meanwhile waits for no letter.
    office.register(request("Surel"), minutes(0)).await;
    assert!(!waiting.is_finished(), "their turn has not come");
    drop(turn);
    assert!(tokio::time::timeout(SOON, waiting).await.expect("their turn comes").unwrap());
    // Nor does the turn of a node that was killed go on.
    let turn = here.turn_to_number().await.unwrap();
    postgres::cut_off(&office.url()).await;
    let other = office.another_door().await;
    let theirs = tokio::time::timeout(SOON, other.turn_to_number()).await.expect("their turn comes");
    assert!(theirs.unwrap().is_some());
    drop(turn);
}

#[tokio::test]
async fn an_address_does_not_tell_its_password() {
    for url in [
        "postgres://sari:rahasia@%2Ftidak%2Fada/kantor",
        "postgresql://sari:rahasia@%2Ftidak%2Fada/kantor?pgbouncer=maybe",
        "postgres://sari@%2Ftidak%2Fada/kantor?password=rahasia",
        "postgress://sari:rahasia@kantor/kantor",
        "postgres://sari:rahasia@kantor:jauh/kantor",
    ] {
        let error = Store::open(url).await.unwrap_err();
        let mut told = format!("{error} {error:?}");
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(error) = cause {
            told += &format!(" {error}");
            cause = error.source();
        }
        assert!(!told.contains("rahasia"), "{told}");
    }
}

#[tokio::test]
async fn what_somebody_asked_of_one_node_is_known_to_the_others_until_it_is_due() {
    let office = Office::on_disk().await;
    let (here, there) = (office.store.clone(), office.another_door().await);
    let asked = |who: &str, since, seconds| AskedHere {
        who: who.to_owned(),
        since,
        worth: SignedDuration::from_secs(seconds),
    };
    let due = |who: &str, due| DueInAll { who: who.to_owned(), due };
    let share = async |node: &Store, asked: &[AskedHere], now| {
        node.share_request_counts(asked, now, now + 30.seconds(), now + 60.seconds()).await.unwrap()
    };
    let now = minutes(0);
    if !here.is_shared() {
        assert_eq!(share(&here, &[asked("rina", now, 40)], now).await, [], "one node tells nobody");
        return;
    }
    let told = share(&here, &[asked("rina", now, 40), asked("budi", now, 2)], now).await;
    assert_eq!(told, [due("rina", now + 40.seconds()), due("budi", now + 2.seconds())]);
    // Who asked for little is nobody else's concern.
    assert_eq!(share(&there, &[], now).await, [due("rina", now + 40.seconds())]);
    let more = [asked("rina", now + 1.second(), 5), asked("agus", now, 3)];
    let told = share(&there, &more, now + 1.second()).await;
    assert_eq!(told, [due("rina", now + 45.seconds()), due("agus", now + 3.seconds())]);
    // Beyond the limit nobody is counted, or who asks many nodes at once would wait for more than a minute.
    let told = share(&here, &[asked("rina", now, 59)], now + 1.second()).await;
    assert_eq!(told, [due("rina", now + 61.seconds())]);
    // What was due long ago counts no more, nor does what lies between.
    assert_eq!(
        share(&there, &[asked("budi", now + 10.seconds(), 1)], now + 10.seconds()).await[1..],
        [due("budi", now + 11.seconds())]
    );
    share(&here, &[], minutes(2)).await;
    let kept = pairs(&office.url(), "SELECT who, due_at::text FROM request_counts").await;
    assert_eq!(kept, [], "all is due and forgotten");
    // A clock that was ahead holds nobody back once it is right again.
    share(&here, &[asked("rina", minutes(600), 40)], minutes(600)).await;
    assert_eq!(share(&there, &[], minutes(3)).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_tell_at_the_same_time_lose_nothing() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let (now, latest) = (minutes(0), minutes(600));
    let nodes = (0..4).map(|node| {
        let url = postgres::as_opened(&office.url());
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            for _ in 0..10 {
                // Each in an order of its own.
                let mut asked: Vec<_> = (0..20)
                    .map(|n| AskedHere {
                        who: format!("orang {n}"),
                        since: now,
                        worth: SignedDuration::from_secs(1),
                    })
                    .collect();
                asked.rotate_left(node * 5);
                store.share_request_counts(&asked, now, now, latest).await.unwrap();
            }
        })
    });
    for node in nodes.collect::<Vec<_>>() {
        node.await.unwrap();
    }
    let in_all = office.store.share_request_counts(&[], now, now, latest).await.unwrap();
    assert_eq!(in_all.len(), 20);
    assert!(in_all.iter().all(|in_all| in_all.due == now + 40.seconds()), "{in_all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_tries_to_sign_in_no_more_get_through_many_nodes_than_through_one() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let nodes = (0..4).map(|_| {
        let url = postgres::as_opened(&office.url());
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let mut taken = 0;
            for _ in 0..5 {
                taken += u32::from(store.take_try("akun:rina", minutes(1), minutes(0), 5).await.unwrap());
            }
            taken
        })
    });
    let mut taken = 0;
    for node in nodes.collect::<Vec<_>>() {
        taken += node.await.unwrap();
    }
    assert_eq!(taken, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_seal_at_once_make_one_chain_of_seals() {
    if !postgres::is_chosen() {
        return;
    }
    let office = Office::on_disk().await;
    let key = SealKey::generate().unwrap();
    let shared = office.register(request("Bersama"), minutes(0)).await.case.number;
    let nodes = (0..4).map(|_| {
        let (url, key, shared) = (postgres::as_opened(&office.url()), key.clone(), shared.clone());
        tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let mut made = 0;
            for n in 0..5 {
                let case = store.case_file(&Scope::All, &shared).await.unwrap().unwrap().case;
                let events =
                    sop::case::decide(crate::office::rules(), &case, &actor("rina"), minutes(60), note("Ya"));
                // Somebody else may have been faster, which is as good.
                let _ = store.append(&case, events.unwrap()).await;
                made += usize::from(store.seal(&key, minutes(60 + n)).await.unwrap().is_some());
            }
            made
        })
    });
    let mut made = 0;
    for node in nodes.collect::<Vec<_>>() {
        made += node.await.unwrap();
    }
    let seals = office.store.seals_after(0, 100).await.unwrap();
    assert!((1..=20).contains(&seals.len()), "{}", seals.len());
    assert_eq!(seals.len(), made, "each is made by one node");
    let verified = office.store.verify(&key, None).await.unwrap();
    assert_eq!(verified.findings, []);
}

#[tokio::test]
async fn an_order_of_a_node_that_was_killed_is_taken_on_by_another_once_its_lease_is_over() {
    let office = Office::on_disk().await;
    let file = office.register(request("Minta server"), minutes(0)).await;
    let mut file = office.case(&file).await;
    for outcome in ["teruskan", "tolak", "penjelasan"] {
        file = office.complete(&file.case, outcome, minutes(1)).await;
    }
    let lease = SignedDuration::from_secs(60);
    let killed = office.another_door().await;
    let theirs = killed.claim_orders("node 1", minutes(1), lease, 1).await.unwrap().remove(0);
    let Order::SendLetter { case, letter, dispatch } = &theirs.order else { panic!("{theirs:?}") };
    // It is gone, with all its connections, and says nothing any more.
    killed.close().await;

    let other = office.another_door().await;
    assert_eq!(other.claim_orders("node 2", minutes(2) - 1.second(), lease, 10).await.unwrap(), []);
    let ours = other.claim_orders("node 2", minutes(2), lease, 1).await.unwrap().remove(0);
    // The same letter by the same number of dispatch, from which the name of the message follows.
    assert_eq!((ours.id, &ours.order, ours.attempts), (theirs.id, &theirs.order, 2));
    let note = |to: &str| Command::NoteDispatch {
        letter: letter.clone(),
        dispatch: *dispatch,
        result: DispatchResult::Sent { to: EmailAddress::parse(to).unwrap() },
    };
    assert_eq!(*case, file.case.number);
    let mail = Actor::System(SystemJob::Mail);
    let sent = office.act(&file.case, &mail, minutes(2), note("sari@brmp.example")).await;
    assert!(other.finish_order(ours.id, "node 2", minutes(2)).await.unwrap());
    // A node that was only slow comes back to it: what is known stands, and the order is no longer its own.
    let late =
        sop::case::decide(crate::office::rules(), &sent.case, &mail, minutes(3), note("x@brmp.example"));
    assert_eq!(late.unwrap(), []);
    let slow = office.another_door().await;
    assert!(!slow.finish_order(theirs.id, "node 1", minutes(3)).await.unwrap());
    assert!(!slow.retry_order(theirs.id, "node 1", minutes(9)).await.unwrap());
    assert_eq!(slow.claim_orders("node 1", minutes(4), lease, 10).await.unwrap().len(), 0);
}
