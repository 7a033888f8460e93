//! What a later revision of a signed file may change: nothing but what another signature needs.
//!
//! Whoever signs second could otherwise rewrite the letter that the first one signed, and both
//! signatures would be intact. ISO 32000-1, 12.8.2.2 describes such limits for certified documents;
//! here they hold for every signature.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::pdf;

/// Keys of the catalogue that another signature or its later validation changes.
const CATALOG_KEYS: [&[u8]; 5] = [b"AcroForm", b"DSS", b"Extensions", b"Metadata", b"Version"];
const PAGE_KEYS: [&[u8]; 2] = [b"Annots", b"Tabs"];
const FORM_KEYS: [&[u8]; 4] = [b"Fields", b"SigFlags", b"DR", b"DA"];
const FIELD_KEYS: [&[u8]; 4] = [b"V", b"AP", b"M", b"MK"];

/// Whether `after` is `before` with signatures added.
pub fn only_adds_signatures(before: &Document, after: &Document) -> bool {
    let root = |document: &Document| document.trailer.get(b"Root").and_then(Object::as_reference).ok();
    let (Some(root), true) = (root(before), root(before) == root(after)) else { return false };
    let pages: Vec<ObjectId> = before.page_iter().collect();
    let allowed = Allowed::new(before, root, &pages);
    before.objects.iter().all(|(id, old)| {
        let new = after.objects.get(id);
        new.is_some_and(|new| same(old, new) || allowed.change(before, *id, old, new)) || is_structure(old)
    }) && form_grows(before, after)
        && pages.iter().all(|page| annotations_grow(before, after, *page))
}

/// Objects that may differ, and how.
struct Allowed {
    root: ObjectId,
    pages: Vec<ObjectId>,
    /// What is compared elsewhere or shows nothing to a reader.
    elsewhere: Vec<ObjectId>,
}

impl Allowed {
    fn new(before: &Document, root: ObjectId, pages: &[ObjectId]) -> Allowed {
        let mut elsewhere = vec![];
        let mut add = |dictionary: &Dictionary, key: &[u8]| {
            elsewhere.extend(dictionary.get(key).and_then(Object::as_reference).ok());
        };
        add(&before.trailer, b"Info");
        if let Ok(catalog) = before.catalog() {
            for key in [b"AcroForm".as_slice(), b"DSS", b"Metadata"] {
                add(catalog, key);
            }
            if let Some(form) = pdf::dictionary_at(before, catalog, b"AcroForm") {
                add(form, b"Fields");
            }
            if let Some(store) = pdf::dictionary_at(before, catalog, b"DSS") {
                for key in [b"VRI".as_slice(), b"Certs", b"OCSPs", b"CRLs"] {
                    add(store, key);
                }
            }
        }
        for page in pages {
            if let Ok(page) = before.get_object(*page).and_then(Object::as_dict) {
                add(page, b"Annots");
            }
        }
        Allowed { root, pages: pages.to_vec(), elsewhere }
    }

    fn change(&self, before: &Document, id: ObjectId, old: &Object, new: &Object) -> bool {
        if id == self.root {
            return same_except(old, new, &CATALOG_KEYS);
        }
        if self.pages.contains(&id) {
            return same_except(old, new, &PAGE_KEYS);
        }
        if self.elsewhere.contains(&id) {
            return true;
        }
        // An empty signature field that was filled.
        old.as_dict().is_ok_and(|field| {
            !field.has(b"V") && pdf::is_signature_field(before, field) && same_except(old, new, &FIELD_KEYS)
        })
    }
}

fn same(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::Stream(old), Object::Stream(new)) => old.dict == new.dict && old.content == new.content,
        _ => old == new,
    }
}

fn same_except(old: &Object, new: &Object, keys: &[&[u8]]) -> bool {
    let (Ok(old), Ok(new)) = (old.as_dict(), new.as_dict()) else { return false };
    same_entries_except(old, new, keys)
}

fn same_entries_except(old: &Dictionary, new: &Dictionary, keys: &[&[u8]]) -> bool {
    let matters = |key: &[u8]| !keys.contains(&key);
    old.iter().all(|(key, value)| !matters(key) || new.get(key).is_ok_and(|other| other == value))
        && new.iter().all(|(key, _)| !matters(key) || old.has(key))
}

/// Cross-reference and object streams hold no content of their own; what was in them is compared.
fn is_structure(object: &Object) -> bool {
    object.type_name().is_ok_and(|name| name == b"XRef" || name == b"ObjStm")
}

fn form_grows(before: &Document, after: &Document) -> bool {
    let form = |document| {
        let catalog = Document::catalog(document).ok()?;
        pdf::dictionary_at(document, catalog, b"AcroForm")
    };
    let empty = Dictionary::new();
    let (old, new) = (form(before).unwrap_or(&empty), form(after).unwrap_or(&empty));
    let list = |document, form| pdf::array_at(document, form, b"Fields").unwrap_or_default();
    same_entries_except(old, new, &FORM_KEYS) && grows(after, list(before, old), list(after, new))
}

fn annotations_grow(before: &Document, after: &Document, page: ObjectId) -> bool {
    let list = |document| {
        let page = Document::get_object(document, page).and_then(Object::as_dict).ok()?;
        pdf::array_at(document, page, b"Annots")
    };
    grows(after, list(before).unwrap_or_default(), list(after).unwrap_or_default())
}

/// Whether everything old is still there, in its order, and everything new is a signature field.
fn grows(after: &Document, old: &[Object], new: &[Object]) -> bool {
    let mut expected = old.iter().peekable();
    for object in new {
        if expected.peek() == Some(&object) {
            expected.next();
            continue;
        }
        let field = after.dereference(object).ok().and_then(|(_, field)| field.as_dict().ok());
        if !field.is_some_and(|field| pdf::is_signature_field(after, field)) {
            return false;
        }
    }
    expected.peek().is_none()
}
