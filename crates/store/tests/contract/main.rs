//! What every database has to do for an office.

mod absences;
mod books;
mod cases;
mod copying;
mod destruction;
mod files;
mod finding;
mod history;
mod import;
mod inbox;
mod letters;
mod lists;
mod mandates;
mod nodes;
mod office;
mod orders;
mod people;
mod phrases;
mod rebuild;
mod reports;
mod second_factors;
mod service;
mod tokens;
mod webhooks;

/// Everything above, on the other database.
#[test]
fn the_contract_holds_on_postgresql() {
    office::postgres::run_all_there();
}
