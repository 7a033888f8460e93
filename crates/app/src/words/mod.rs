//! Every word on the screen, in one catalogue for each language: `id.ftl` and `en.ftl`, written in
//! Fluent. The words of the SOP itself come from its file and are never translated.

mod times;

pub use times::{Due, DueFacts};

use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use sop::definition::Sop;
use unic_langid::LanguageIdentifier;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// The tag for `lang` attributes and for storing.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "id" => Some(Self::Indonesian),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Indonesian => Self::English,
            Self::English => Self::Indonesian,
        }
    }
}

/// The catalogue of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub language: Language,
}

/// A phrase of the catalogue, with what is to be filled in.
pub struct Phrase<'a> {
    words: Words,
    key: &'a str,
    args: FluentArgs<'a>,
}

type Catalogue = FluentBundle<FluentResource>;

const INDONESIAN: &str = include_str!("id.ftl");
const ENGLISH: &str = include_str!("en.ftl");

static CATALOGUES: LazyLock<[Catalogue; 2]> = LazyLock::new(|| [read("id", INDONESIAN), read("en", ENGLISH)]);

fn read(tag: &str, text: &str) -> Catalogue {
    let resource = FluentResource::try_new(text.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("the catalogue {tag}.ftl cannot be read: {errors:?}"));
    let language: LanguageIdentifier = tag.parse().expect("a language tag of ours");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks of direction around what is filled in would show up in CSV files and tests.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{tag}.ftl repeats a phrase: {errors:?}"));
    bundle
}

impl Words {
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// The phrase of that name.
    pub fn t(self, key: &str) -> Phrase<'_> {
        Phrase { words: self, key, args: FluentArgs::new() }
    }

    /// A label that the SOP's file adds to the document, in this language.
    pub fn label<'a>(self, sop: &'a Sop, label: &'a str) -> &'a str {
        match self.language {
            Language::Indonesian => label,
            Language::English => sop.in_english(label),
        }
    }

    fn catalogue(self) -> &'static Catalogue {
        match self.language {
            Language::Indonesian => &CATALOGUES[0],
            Language::English => &CATALOGUES[1],
        }
    }
}

impl<'a> Phrase<'a> {
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<FluentValue<'a>>) -> Self {
        self.args.set(name, value);
        self
    }
}

impl fmt::Display for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let catalogue = self.words.catalogue();
        let Some(pattern) = catalogue.get_message(self.key).and_then(|message| message.value()) else {
            // A test finds phrases that are missing; on a screen the name is better than nothing.
            if cfg!(test) {
                panic!("no phrase is called {}", self.key);
            }
            return f.write_str(self.key);
        };
        let mut errors = Vec::new();
        f.write_str(&catalogue.format_pattern(pattern, Some(&self.args), &mut errors))
    }
}

impl fmt::Debug for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phrase({})", self.key)
    }
}

#[cfg(test)]
mod tests;
