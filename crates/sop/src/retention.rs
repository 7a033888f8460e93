//! For how long a case is kept: the classes of the office's schedule (Jadwal Retensi Arsip).

use std::sync::LazyLock;

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

#[cfg(test)]
mod tests {
    use super::classes;
    use crate::shipped;

    #[test]
    fn every_sop_has_one_class() {
        let of_sop: Vec<_> = classes().iter().filter(|class| class.sop == shipped().code).collect();
        let [class] = of_sop[..] else { panic!("{of_sop:?}") };
        assert!(class.active_years > 0 && class.inactive_years >= 0 && !class.source.is_empty(), "{class:?}");
        assert_eq!((class.active_years, class.inactive_years), (2, 3));
    }
}
