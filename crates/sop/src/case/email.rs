//! E-mail addresses, as far as the rules have to know them.

use std::fmt;

/// The longest address that a mail server has to take, in characters (RFC 5321, 4.5.3.1.3).
const ADDRESS_CHARS_MAX: usize = 254;

/// An address of the plain kind that offices have: letters, digits and a few signs, one `@`, a domain
/// with a dot. Quoted and international addresses are not among them, so that nothing in an address
/// can be mistaken for a line of a message or a word to a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address; none if the text is no address and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let dotted = |text: &str, signs: &str, parts_min: usize| {
            let part = |part: &str| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
            };
            text.split('.').count() >= parts_min && text.split('.').all(part)
        };
        let label = |label: &str| !label.starts_with('-') && !label.ends_with('-');
        let is_one = text.len() <= ADDRESS_CHARS_MAX
            && dotted(local, "!#$%&'*+-/=?^_`{|}~", 1)
            && dotted(domain, "-", 2)
            && domain.split('.').all(label);
        is_one.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough for its owner to know it again: `m***@brmp.example`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        format!("{}***@{domain}", &local[..1])
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_nothing_beside_it() {
        for address in ["markus@brmp.example", " m.lado+ti@tu.brmp-ntt.go.id\n", "a@b.id"] {
            let read = EmailAddress::parse(address).map(|read| read.to_string());
            assert_eq!(read.as_deref(), Some(address.trim()));
        }
        for text in [
            "",
            "0812 5550 0142",
            "markus",
            "markus@",
            "@brmp.example",
            "markus@localhost",
            "markus@brmp..example",
            "markus@-brmp.example",
            "a@b@brmp.example",
            "markus@brmp.example, siti@brmp.example",
            "Markus <markus@brmp.example>",
            "markus@brmp.example\r\nBcc: semua@brmp.example",
            "\"markus lado\"@brmp.example",
            "markus@brmp.example>",
        ] {
            assert_eq!(EmailAddress::parse(text), None, "{text:?}");
        }
        let longest = format!("{}@brmp.example", "m".repeat(ADDRESS_CHARS_MAX - "@brmp.example".len()));
        assert!(EmailAddress::parse(&longest).is_some());
        assert_eq!(EmailAddress::parse(&format!("m{longest}")), None);
    }

    #[test]
    fn its_owner_knows_a_masked_address_again() {
        assert_eq!(EmailAddress::parse("markus@brmp.example").unwrap().masked(), "m***@brmp.example");
    }
}
