//! A migration that is added has to be built in.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
