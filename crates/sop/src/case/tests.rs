//! What the office may and may not do. Rules are stories that a clerk could read ([`office::check`]),
//! laws hold for whatever people try, the table shows everything at once, and golden samples keep
//! the past readable.

mod office;

mod rules;

mod laws;

mod table;

mod golden;
