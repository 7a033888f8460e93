//! For how long a case is kept: the classes of the office's schedule (Jadwal Retensi Arsip).

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::definition::SopCode;

/// A class of the schedule. Its years count from the end of the year in which a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub id: String,
    /// As the office calls it.
    pub name: String,
    /// The SOP whose cases belong to it.
    pub sop: SopCode,
    /// How many years a case is at hand,
    pub active_years: i16,
    /// and how many more it is kept.
    pub inactive_years: i16,
    /// On what the years rest.
    pub source: String,
}

impl Class {
    /// The last year to whose end a case is kept that ended on a day.
    pub fn kept_until(&self, ended: Date) -> i16 {
        ended.year().saturating_add(self.years())
    }

    /// The year before which a case has to have ended so that its years are over on a day.
    pub fn due_before(&self, today: Date) -> i16 {
        today.year().saturating_sub(self.years())
    }

    fn years(&self) -> i16 {
        self.active_years.saturating_add(self.inactive_years)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    class: Vec<Class>,
}

const TEXT: &str = include_str!("../../../retention.toml");

static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| {
    let file: File = toml::from_str(TEXT).expect("a test reads retention.toml");
    file.class
});

/// The classes that come with Sigap.
pub fn classes() -> &'static [Class] {
    &CLASSES
}

/// The class of the cases of an SOP.
pub fn class_of(sop: &SopCode) -> Option<&'static Class> {
    classes().iter().find(|class| class.sop == *sop)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{class_of, classes};
    use crate::shipped;

    #[test]
    fn the_years_count_from_the_end_of_the_year_in_which_a_case_ended() {
        let class = class_of(&shipped().code).expect("a class");
        for (ended, kept_until) in
            [(date(2026, 1, 1), 2031), (date(2026, 12, 31), 2031), (date(2027, 1, 1), 2032)]
        {
            assert_eq!(class.kept_until(ended), kept_until, "{ended}");
            let is_due = |today| ended.year() < class.due_before(today);
            assert!(!is_due(date(kept_until, 12, 31)), "{ended} is kept to the last day of {kept_until}");
            assert!(is_due(date(kept_until + 1, 1, 1)), "{ended} is due on the first day after {kept_until}");
        }
    }

    #[test]
    fn every_sop_has_one_class() {
        let of_sop: Vec<_> = classes().iter().filter(|class| class.sop == shipped().code).collect();
        let [class] = of_sop[..] else { panic!("{of_sop:?}") };
        assert!(class.active_years > 0 && class.inactive_years >= 0 && !class.source.is_empty(), "{class:?}");
        assert_eq!((class.active_years, class.inactive_years), (2, 3));
    }
}
