//! The contract on PostgreSQL: every test has a database of its own, a copy of one that was furnished once.

use std::io::Write as _;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use store::Store;
use tokio::sync::OnceCell;

/// The address of a cluster in which databases may be made: `postgres://user@host:port/postgres`. The
/// command `cargo xtask test` starts one of its own and sets it.
const CLUSTER: &str = "SIGAP_TEST_POSTGRES";

/// The address of a PgBouncer before that cluster, in transaction mode, without a database:
/// `postgres://user@host:port`.
const PGBOUNCER: &str = "SIGAP_TEST_PGBOUNCER";

/// Set for a run of this program in which every office is on PostgreSQL, to how it is reached.
const CHOSEN: &str = "SIGAP_TEST_ON_POSTGRES";
const DIRECTLY: &str = "directly";
const THROUGH_PGBOUNCER: &str = "pgbouncer";

/// What is tried through PgBouncer: reading, writing, locks and what nodes tell each other. The rest is made of
/// the same.
const TRIED_THROUGH_PGBOUNCER: &[&str] = &["cases::", "lists::", "orders::", "nodes::"];

pub fn is_chosen() -> bool {
    std::env::var_os(CHOSEN).is_some()
}

pub fn is_through_pgbouncer() -> bool {
    std::env::var(CHOSEN).is_ok_and(|how| how == THROUGH_PGBOUNCER)
}

/// The address by which a store opens a database that others reach by `url`.
pub fn as_opened(url: &str) -> String {
    match std::env::var(PGBOUNCER) {
        Ok(pgbouncer) if is_through_pgbouncer() => {
            let (_, name) = url.rsplit_once('/').unwrap();
            format!("{pgbouncer}/{name}?pgbouncer=true")
        }
        _ => url.to_owned(),
    }
}

/// Runs all tests of this program once more, on PostgreSQL.
pub fn run_all_there() {
    if is_chosen() {
        return;
    }
    if std::env::var_os(CLUSTER).is_none() {
        let told = "\nThe contract of the store ran on SQLite alone: `cargo xtask test` runs it on PostgreSQL as well, \
                    and so does every run with SIGAP_TEST_POSTGRES=postgres://user@host:port/postgres.\n\n";
        // Past the test runner, which would show it only if the test failed.
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    }
    run_there(DIRECTLY, &[]);
    if std::env::var_os(PGBOUNCER).is_some() {
        run_there(THROUGH_PGBOUNCER, TRIED_THROUGH_PGBOUNCER);
    }
}

fn run_there(how: &str, tests: &[&str]) {
    let run = Command::new(std::env::current_exe().unwrap()).args(tests).env(CHOSEN, how).output().unwrap();
    let mut screen = std::io::stdout().lock();
    writeln!(screen, "\nOn PostgreSQL, {how}:").unwrap();
    screen.write_all(&run.stdout).unwrap();
    screen.write_all(&run.stderr).unwrap();
    assert!(run.status.success(), "the contract does not hold on PostgreSQL, {how}");
}

/// The address of a new database in which the office is furnished.
pub async fn furnished_database() -> String {
    static FURNISHED: OnceCell<String> = OnceCell::const_new();
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let furnished = FURNISHED.get_or_init(|| async {
        let name = format!("kantor_{}", std::process::id());
        in_cluster(&format!("CREATE DATABASE {name}")).await;
        let store = Store::open(&url_of(&name)).await.unwrap();
        store.migrate().await.unwrap();
        super::furnish(&store).await;
        store.close().await;
        name
    });
    let furnished = furnished.await;
    let copy = format!("{furnished}_{}", COPIES.fetch_add(1, Ordering::Relaxed));
    in_cluster(&format!("CREATE DATABASE {copy} TEMPLATE {furnished}")).await;
    url_of(&copy)
}

/// Ends every connection to a database.
pub async fn cut_off(url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    in_cluster(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
        .await;
}

/// The address of a copy of a database. Whoever is connected to it is cut off: it can only be copied while
/// nobody looks.
pub async fn copied_database(url: &str) -> String {
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let (_, original) = url.rsplit_once('/').unwrap();
    let copy = format!("{original}_salinan_{}", COPIES.fetch_add(1, Ordering::Relaxed));
    cut_off(url).await;
    in_cluster(&format!("CREATE DATABASE {copy} TEMPLATE {original}")).await;
    url_of(&copy)
}

/// The address of a new database that is empty.
pub async fn empty_database() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("kosong_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    in_cluster(&format!("CREATE DATABASE {name}")).await;
    url_of(&name)
}

async fn in_cluster(sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&cluster()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn cluster() -> String {
    std::env::var(CLUSTER).expect("the address of a cluster in SIGAP_TEST_POSTGRES")
}

fn url_of(database: &str) -> String {
    let cluster = cluster();
    let (server, _) = cluster.rsplit_once('/').expect("an address that ends with /postgres");
    format!("{server}/{database}")
}
