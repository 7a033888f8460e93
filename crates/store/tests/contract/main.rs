//! What every database has to do for an office.

mod books;
mod cases;
mod destruction;
mod files;
mod history;
mod inbox;
mod letters;
mod lists;
mod office;
mod orders;
mod people;
mod phrases;
mod rebuild;
mod reports;
mod tokens;
