//! Bytes as somebody hostile would send them: well-formed ones, bent. For the tests of whatever reads
//! what comes from outside.
//!
//! A reader may refuse anything, but it neither panics nor takes long. What once made one do so is kept
//! in the folder `hostile/` of its crate and tried first in every later run.

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};
use sha2::{Digest as _, Sha256};

/// How many bent inputs a test tries, unless `HOSTILE_CASES` says more. Then each run tries others.
const CASES: u32 = 200;

/// How long a reader may take over one input on a busy machine, without optimisation.
const AT_MOST: Duration = Duration::from_secs(5);

/// What readers are known to stumble over, in files of text and in binary ones.
const STUMBLING_BLOCKS: &[&[u8]] = &[
    b"",
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\x30\x84\xff\xff\xff\xff",
    b"-1",
    b"0",
    b"9999999999999999999999",
    b"1e999",
    b"%00",
    b"%ff",
    b"\r\n",
    b"'\"<>&;,=",
    b"..",
    b"{}",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"((((((((((((((((((((((((((((((((((((((((((((((((",
    "\u{202e}\u{feff}\u{10ffff}e\u{301}\u{1f469}\u{200d}\u{1f4bb}".as_bytes(),
];

/// One change to a file. Places are parts of its length, so that they stay in it when others shrink it.
#[derive(Clone, Debug)]
enum Bend {
    /// Another byte in the place of one.
    Put(f64, u8),
    Insert(f64, Vec<u8>),
    /// Over what stands there.
    Overwrite(f64, Vec<u8>),
    Remove(f64, usize),
    /// The file ends there.
    Cut(f64),
    /// A piece once more, many times.
    Repeat(f64, usize, usize),
}

/// Gives `read` what is kept of earlier findings under `name`, then the seeds themselves, then many
/// bent ones, and fails with the shortest input that makes it panic or takes it longer than a few
/// seconds; that one is then kept.
///
/// `crate_folder` is `env!("CARGO_MANIFEST_DIR")` of the crate whose reader it is.
///
/// # Panics
/// If the reader does.
pub fn try_all(crate_folder: &str, name: &str, seeds: &[Vec<u8>], read: impl Fn(&[u8])) {
    let kept = Path::new(crate_folder).join("hostile").join(name);
    for finding in std::fs::read_dir(&kept).into_iter().flatten() {
        let path = finding.expect("the folder of findings can be read").path();
        let bytes = std::fs::read(&path).expect("a finding can be read");
        println!("once a finding: {}", path.display());
        timely(&bytes, &read).expect("a finding that was mended");
    }
    for seed in seeds {
        timely(seed, &read).expect("a well-formed input");
    }
    let more = std::env::var("HOSTILE_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: more.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let algorithm = config.rng_algorithm;
    let mut runner = match more {
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(algorithm)),
        Some(_) => TestRunner::new(config),
    };
    match runner.run(&bent(seeds), |input| timely(&input, &read)) {
        Ok(()) => {}
        Err(TestError::Abort(why)) => panic!("nothing was tried: {why}"),
        Err(TestError::Fail(why, input)) => {
            let file = kept.join(&hex::encode(Sha256::digest(&input))[..16]);
            std::fs::create_dir_all(&kept).expect("the folder of findings can be made");
            std::fs::write(&file, &input).expect("a finding can be written");
            panic!("{why}\nThe input lies in {}; mend the reader and commit it.", file.display());
        }
    }
}

fn timely(input: &[u8], read: &impl Fn(&[u8])) -> Result<(), TestCaseError> {
    let began = Instant::now();
    read(input);
    let took = began.elapsed();
    if took > AT_MOST {
        return Err(TestCaseError::fail(format!("{} bytes took {took:?}", input.len())));
    }
    Ok(())
}

fn bent(seeds: &[Vec<u8>]) -> impl Strategy<Value = Vec<u8>> + use<> {
    assert!(!seeds.is_empty(), "there is something to bend");
    (select(seeds.to_vec()), vec(any_bend(), 1..6)).prop_map(|(seed, bends)| bends.iter().fold(seed, bend))
}

fn any_bend() -> impl Strategy<Value = Bend> {
    let place = 0.0..1.0;
    let piece = || prop_oneof![select(STUMBLING_BLOCKS).prop_map(<[u8]>::to_vec), vec(any::<u8>(), 1..9)];
    prop_oneof![
        4 => (place.clone(), any::<u8>()).prop_map(|(at, byte)| Bend::Put(at, byte)),
        2 => (place.clone(), piece()).prop_map(|(at, piece)| Bend::Insert(at, piece)),
        2 => (place.clone(), piece()).prop_map(|(at, piece)| Bend::Overwrite(at, piece)),
        2 => (place.clone(), 1_usize..64).prop_map(|(at, length)| Bend::Remove(at, length)),
        1 => place.clone().prop_map(Bend::Cut),
        1 => (place, 1_usize..40, 2_usize..200)
            .prop_map(|(at, length, times)| Bend::Repeat(at, length, times)),
    ]
}

fn bend(mut bytes: Vec<u8>, bend: &Bend) -> Vec<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a part of a length of a few thousand is a place in it"
    )]
    let place = |part: f64| ((bytes.len() as f64) * part) as usize;
    let within = |at: usize, length: usize| at..(at + length).min(bytes.len());
    match bend {
        Bend::Put(at, byte) => {
            let at = place(*at);
            if let Some(there) = bytes.get_mut(at) {
                *there = *byte;
            }
        }
        Bend::Insert(at, piece) => {
            let at = place(*at);
            bytes.splice(at..at, piece.iter().copied());
        }
        Bend::Overwrite(at, piece) => {
            let there = within(place(*at), piece.len());
            bytes.splice(there, piece.iter().copied());
        }
        Bend::Remove(at, length) => {
            let there = within(place(*at), *length);
            bytes.drain(there);
        }
        Bend::Cut(at) => bytes.truncate(place(*at)),
        Bend::Repeat(at, length, times) => {
            let there = within(place(*at), *length);
            let piece = bytes[there.clone()].repeat(*times);
            bytes.splice(there, piece);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_reader_that_trusts_a_length_is_found_out_and_what_broke_it_is_kept_and_tried_first() {
        let folder = std::env::temp_dir().join(format!("hostile-{}", std::process::id()));
        let folder = folder.to_str().expect("a path of letters").to_owned();
        let seeds = [b"\x03abc".to_vec()];
        let trusting = |bytes: &[u8]| {
            if let [length, rest @ ..] = bytes {
                let _ = &rest[..usize::from(*length)];
            }
        };
        let told = catch_unwind(AssertUnwindSafe(|| try_all(&folder, "trusting", &seeds, trusting)));
        assert!(told.is_err(), "nothing was found");
        let findings =
            || std::fs::read_dir(Path::new(&folder).join("hostile/trusting")).expect("findings").count();
        assert_eq!(findings(), 1);

        let tries = Cell::new(0);
        let again = catch_unwind(AssertUnwindSafe(|| {
            try_all(&folder, "trusting", &seeds, |bytes| {
                tries.set(tries.get() + 1);
                trusting(bytes);
            });
        }));
        assert!(again.is_err() && tries.get() == 1, "the finding was not tried first");
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    }

    #[test]
    fn a_reader_that_checks_passes() {
        try_all(env!("CARGO_MANIFEST_DIR"), "none", &[b"\x03abc".to_vec()], |bytes| {
            if let [length, rest @ ..] = bytes {
                let _ = rest.get(..usize::from(*length));
            }
        });
    }
}
