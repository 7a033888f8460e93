//! The faults, and the ground on which they are tried: an office for each, made once for each store and copied.

mod clock;
mod disk;
mod killed;
mod others;
mod work;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;

use anyhow::{Context, Result, bail};
use drill::{Afterwards, Ledger, Postgres, Program};

/// One drill.
pub struct Fault {
    /// What is done, for the table.
    pub what: &'static str,
    pub store: Kind,
    drill: for<'a> fn(&'a mut Ground, Program) -> Drill<'a>,
}

type Drill<'a> = Pin<Box<dyn Future<Output = Result<Outcome>> + 'a>>;

/// The store under an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// What a drill came to that found nothing.
#[derive(Debug)]
pub struct Outcome {
    /// How often the fault happened.
    pub times: usize,
    pub afterwards: Afterwards,
}

/// Every drill there is.
pub const ALL: &[Fault] = &[
    Fault {
        what: "server killed",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(killed::server(ground, program)),
    },
    Fault {
        what: "server killed",
        store: Kind::Postgres,
        drill: |ground, program| Box::pin(killed::server(ground, program)),
    },
    Fault {
        what: "database killed",
        store: Kind::Postgres,
        drill: |ground, program| Box::pin(killed::database(ground, program)),
    },
    Fault {
        what: "database away",
        store: Kind::Postgres,
        drill: |ground, program| Box::pin(killed::database_away(ground, program)),
    },
    Fault {
        what: "disk full",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(disk::full(ground, program)),
    },
    Fault {
        what: "disk read-only",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(disk::read_only(ground, program)),
    },
    Fault {
        what: "disk does not sync",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(disk::not_synced(ground, program)),
    },
    Fault {
        what: "disk does not sync, server killed",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(disk::not_synced_and_killed(ground, program)),
    },
    Fault {
        what: "disk slow",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(disk::slow(ground, program)),
    },
    Fault {
        what: "clock jumps",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(clock::jumps(ground, program)),
    },
    Fault {
        what: "mail server away",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(others::mail(ground, program)),
    },
    Fault {
        what: "mail server away",
        store: Kind::Postgres,
        drill: |ground, program| Box::pin(others::mail(ground, program)),
    },
    Fault {
        what: "time authority away",
        store: Kind::Sqlite,
        drill: |ground, program| Box::pin(others::time_authority(ground, program)),
    },
];

impl Fault {
    pub fn name(&self) -> String {
        format!("{}, {}", self.what, self.store.name())
    }

    /// Does it to an office of its own.
    pub async fn drill(&self, ground: &mut Ground) -> Result<Outcome> {
        let program = ground.office(&self.name().replace([' ', ','], "-"), self.store)?;
        (self.drill)(ground, program).await
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where drills happen.
#[derive(Debug)]
pub struct Ground {
    sigap: PathBuf,
    folder: PathBuf,
    /// Killed and started again by some drills.
    pub postgres: Option<Postgres>,
}

/// The office on each store that others are copied from.
const MODEL: &str = "model";
const MODEL_ON_POSTGRES: &str = "model_postgres";

impl Ground {
    /// Makes the offices that others are copied from, and starts the server of databases in a cluster, if there is
    /// one: the folder of its programs and its own.
    pub async fn prepare(sigap: &Path, folder: &Path, cluster: Option<(&Path, &Path)>) -> Result<Self> {
        let postgres = cluster.map(|(programs, cluster)| Postgres::start(programs, cluster)).transpose()?;
        let ground = Self { sigap: sigap.to_owned(), folder: folder.to_owned(), postgres };
        ground.program(MODEL, None).furnish().await?;
        if let Some(postgres) = &ground.postgres {
            let database = postgres.database(MODEL_ON_POSTGRES, None)?;
            ground.program(MODEL_ON_POSTGRES, Some(database)).furnish().await?;
        }
        Ok(ground)
    }

    pub fn has(&self, store: Kind) -> bool {
        store == Kind::Sqlite || self.postgres.is_some()
    }

    fn program(&self, name: &str, database: Option<String>) -> Program {
        let (sigap, office) = (self.sigap.clone(), self.folder.join(name));
        Program { sigap, office, database, ..Program::default() }
    }

    /// A new office with everybody in it, and nothing to do yet.
    fn office(&mut self, name: &str, store: Kind) -> Result<Program> {
        let (model, database) = match store {
            Kind::Sqlite => (MODEL, None),
            Kind::Postgres => {
                let postgres = self.postgres.as_mut().context("there is no PostgreSQL")?;
                if !postgres.is_up() {
                    // A drill that failed has left it so.
                    postgres.come_back()?;
                }
                let name = name.to_lowercase().replace('-', "_");
                (MODEL_ON_POSTGRES, Some(postgres.database(&name, Some(MODEL_ON_POSTGRES))?))
            }
        };
        let program = self.program(name, database);
        let copy = Command::new("cp").arg("-a").arg(self.folder.join(model)).arg(&program.office).status()?;
        if !copy.success() {
            bail!("the office cannot be copied");
        }
        Ok(program)
    }
}

/// What the store has kept, which has to be all that was acknowledged and nothing by half.
pub async fn sound(program: &Program, ledger: &Ledger) -> Result<Afterwards> {
    let afterwards = Afterwards::of(program, ledger).await?;
    println!("  {:?}", Afterwards { findings: Vec::new(), ..afterwards.clone() });
    for (said, times) in ledger.said() {
        println!("  {times} × {said}");
    }
    afterwards.is_sound()?;
    Ok(afterwards)
}
