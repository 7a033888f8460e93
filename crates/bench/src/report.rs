//! What was measured: as a table to read, and as JSON to compare with another run.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

/// How long many answers took, one after another or side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    pub name: String,
    pub clients: usize,
    pub count: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub per_second: f64,
    /// The rate in relation to that of the bare store, one after another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_bare_store: Option<f64>,
}

/// One figure, and what it should be.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub cases: u64,
    pub profile: String,
    pub series: Vec<Series>,
    pub figures: Vec<Figure>,
}

impl Series {
    pub fn of(name: &str, clients: usize, mut took: Vec<Duration>, all: Duration) -> Self {
        took.sort_unstable();
        let count = took.len();
        let ms = |part: f64| {
            let place = ((count as f64 * part).ceil() as usize).clamp(1, count.max(1)) - 1;
            took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
        };
        Self {
            name: name.to_owned(),
            clients,
            count,
            p50_ms: ms(0.50),
            p99_ms: ms(0.99),
            per_second: count as f64 / all.as_secs_f64(),
            of_bare_store: None,
        }
    }
}

impl Figure {
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, target: None }
    }

    #[must_use]
    pub fn at_most(self, target: f64) -> Self {
        Self { target: Some(Target::AtMost(target)), ..self }
    }

    #[must_use]
    pub fn at_least(self, target: f64) -> Self {
        Self { target: Some(Target::AtLeast(target)), ..self }
    }

    /// Whether it is as it should be; none where nothing was asked.
    fn is_met(&self) -> Option<bool> {
        self.target.map(|target| match target {
            Target::AtMost(most) => self.value <= most,
            Target::AtLeast(least) => self.value >= least,
        })
    }
}

impl Report {
    /// In Markdown, as `docs/performance.md` has it.
    pub fn table(&self) -> String {
        let mut table = format!("{} cases, {} build\n\n", self.cases, self.profile);
        table += "| act | clients | times | p50 ms | p99 ms | per second | of the bare store |\n";
        table += "|---|---:|---:|---:|---:|---:|---:|\n";
        for Series { name, clients, count, p50_ms, p99_ms, per_second, of_bare_store } in &self.series {
            let of_bare_store = of_bare_store.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            let _infallible = writeln!(
                table,
                "| {name} | {clients} | {count} | {p50_ms:.2} | {p99_ms:.2} | {per_second:.0} | {of_bare_store} |"
            );
        }
        table += "\n| figure | value | target |\n|---|---:|---|\n";
        for figure in &self.figures {
            let target = match (figure.target, figure.is_met()) {
                (Some(Target::AtMost(most)), Some(met)) => format!("at most {most}: {}", verdict(met)),
                (Some(Target::AtLeast(least)), Some(met)) => format!("at least {least}: {}", verdict(met)),
                (Some(_) | None, _) => String::new(),
            };
            let _infallible =
                writeln!(table, "| {} | {:.2} {} | {target} |", figure.name, figure.value, figure.unit);
        }
        table
    }

    pub fn save(&self, path: &Path) -> Result<()> {
        std::fs::write(path, serde_json::to_string_pretty(self)? + "\n")?;
        Ok(())
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_are_at_most_the_median() {
        let took = (1..=200).rev().map(Duration::from_millis).collect();
        let series = Series::of("inbox", 1, took, Duration::from_secs(10));
        assert_eq!((series.p50_ms, series.p99_ms, series.per_second), (100.0, 198.0, 20.0));
    }

    #[test]
    fn a_target_is_met_or_missed() {
        let figure = |value| Figure::new("idle memory", value, "MB").at_most(60.0);
        let report = Report { figures: vec![figure(59.0), figure(61.0)], ..Report::default() };
        let table = report.table();
        assert!(table.contains("59.00 MB | at most 60: met"), "{table}");
        assert!(table.contains("61.00 MB | at most 60: missed"), "{table}");
    }
}
