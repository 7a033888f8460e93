use jiff::civil::{Date, date};
use sop::calendar::Zone;
use sop::case::PersonId;
use store::{Filter, NewPerson, Period, PersonError, Scope, Sort, Term, Unit, UnitError};

use crate::office::{Office, correcting, minutes, period, person, request, unit};

const TODAY: Date = date(2026, 7, 1);
const TOMORROW: Date = date(2026, 7, 2);
const YESTERDAY: Date = date(2026, 6, 30);

fn from_until(from: Option<Date>, until: Option<Date>, position: &str, roles: &[&str]) -> Period {
    let term = Term { from, until };
    Period { term, position: position.to_owned(), ..period("bpsip-ntt", roles) }
}

/// What Sari is and may on a day.
async fn sari(office: &Office, on: Date) -> (String, String) {
    let sari = office.store.person(&"sari".into(), on).await.unwrap().unwrap();
    let roles: Vec<_> = sari.roles.iter().map(ToString::to_string).collect();
    (sari.position, roles.join(" "))
}

/// Puts Sari in as a table would, on a day.
async fn put(office: &Office, periods: &[Period], today: Date) {
    let sari = NewPerson { periods: periods.to_vec(), ..person("sari", "Sari", &[]) };
    office.store.put_people(&[sari], today, &correcting()).await.unwrap();
}

#[tokio::test]
async fn what_a_person_is_goes_by_the_day() {
    let office = Office::in_memory().await;
    let sari_later = [
        from_until(None, Some(YESTERDAY), "Anggota", &["anggota"]),
        from_until(Some(TODAY), Some(TODAY), "Ketua", &["ketua"]),
        from_until(Some(date(2026, 8, 1)), Some(date(2026, 8, 31)), "Admin", &["admin", "anggota"]),
    ];
    put(&office, &sari_later, TODAY).await;
    for (on, position, roles) in [
        (date(2020, 1, 1), "Anggota", "anggota pemohon"),
        (YESTERDAY, "Anggota", "anggota pemohon"),
        (TODAY, "Ketua", "ketua"),
        (TOMORROW, "Ketua", ""),
        (date(2026, 8, 1), "Admin", "admin anggota"),
        (date(2026, 9, 1), "Admin", ""),
    ] {
        assert_eq!(sari(&office, on).await, (position.to_owned(), roles.to_owned()), "on {on}");
        let found = office.store.people_with_role(&"ketua".into(), on).await.unwrap();
        assert_eq!(found.iter().any(|person| person.id.as_str() == "sari"), on == TODAY, "on {on}");
        let credentials = office.store.credentials("sari@kantor.example", on).await.unwrap().unwrap();
        assert_eq!(credentials.person.position, position);
    }
}

#[tokio::test]
async fn what_ends_stays_written() {
    let office = Office::in_memory().await;
    let record =
        async || office.store.service_records().await.unwrap().remove(&PersonId::new("sari")).unwrap();
    let before = record().await;
    put(&office, &[from_until(None, None, "Ketua", &["ketua"])], TODAY).await;
    let after = record().await;
    assert_eq!(after.postings.len(), before.postings.len() + 1);
    assert_eq!(after.postings[0].term, Term { from: None, until: Some(YESTERDAY) });
    assert_eq!(after.postings[1].term, Term::since(TODAY));
    assert_eq!(after.holdings.len(), before.holdings.len() + 1);
    assert_eq!(sari(&office, YESTERDAY).await.1, "pemohon");
    assert_eq!(sari(&office, TODAY).await.1, "ketua");

    put(&office, &[from_until(None, None, "Ketua", &["ketua"])], date(2026, 9, 1)).await;
    assert_eq!(record().await, after, "who goes on goes on");

    // Given and taken back on one day: it gives nothing any more, and is still written.
    put(&office, &[from_until(None, None, "Ketua", &["ketua", "admin"])], date(2026, 9, 1)).await;
    put(&office, &[from_until(None, None, "Ketua", &["ketua"])], date(2026, 9, 1)).await;
    assert_eq!(sari(&office, date(2026, 9, 1)).await.1, "ketua");
    let admin = record().await.holdings.into_iter().find(|held| held.role.as_str() == "admin").unwrap();
    assert!(admin.term.is_taken_back() && admin.term.from == Some(date(2026, 9, 1)), "{admin:?}");
}

#[tokio::test]
async fn nobody_is_two_things_on_one_day() {
    let office = Office::in_memory().await;
    let both = [
        from_until(None, Some(TODAY), "Anggota", &["anggota"]),
        from_until(Some(TODAY), None, "Ketua", &["ketua"]),
    ];
    let tono = NewPerson { periods: both.to_vec(), ..person("tono", "Tono", &[]) };
    assert!(matches!(office.store.add_person(&tono).await, Err(PersonError::PeriodsOverlap)));
    let tono = NewPerson { periods: Vec::new(), ..tono };
    assert!(matches!(office.store.add_person(&tono).await, Err(PersonError::PeriodMissing)));
}

#[tokio::test]
async fn a_unit_is_called_on_each_day_as_it_was_then() {
    let office = Office::in_memory().await;
    let day = |month, day| jiff::civil::date(2026, month, day);
    let before = Unit::new("ntt".into(), "BPSIP NTT", Zone::Wita);
    let renamed = before.clone().renamed("BRMP NTT", day(7, 1)).unwrap();
    office.store.add_unit(renamed.clone()).await.unwrap();
    let read = office.store.unit(&unit("ntt")).await.unwrap().unwrap();
    assert_eq!(read, renamed);
    assert!(office.store.units().await.unwrap().contains(&read));
    assert_eq!((read.name_on(day(6, 30)), read.name_on(day(7, 1))), ("BPSIP NTT", "BRMP NTT"));
    assert_eq!(
        read.names(),
        [
            (Term { from: None, until: Some(day(6, 30)) }, "BPSIP NTT"),
            (Term { from: Some(day(7, 1)), until: None }, "BRMP NTT"),
        ]
    );
    let over = Unit { term: Term { from: None, until: Some(day(12, 31)) }, ..read };
    for too_early_or_late in [day(7, 1), jiff::civil::date(2027, 1, 1)] {
        let refused = over.clone().renamed("BRMP", too_early_or_late);
        assert!(matches!(refused, Err(UnitError::NotRenamed { .. })), "{refused:?}");
    }
    assert_eq!(over.renamed("BRMP", day(7, 2)).unwrap().former_names.len(), 2);

    // A unit that is put in without them has no names from before.
    office.store.add_unit(before.clone()).await.unwrap();
    assert_eq!(office.store.unit(&unit("ntt")).await.unwrap(), Some(before));
}

#[tokio::test]
async fn a_case_is_found_by_each_name_of_its_unit() {
    let office = Office::in_memory().await;
    let asked = request("Surel");
    let known = office.store.unit(&asked.unit).await.unwrap().unwrap();
    let renamed = known.renamed("Balai Perakitan", jiff::civil::date(2025, 7, 1)).unwrap();
    let old = renamed.former_names[0].name.clone();
    office.store.add_unit(renamed).await.unwrap();
    let case = office.register(asked, minutes(0)).await.case;
    for words in [old.as_str(), "perakitan"] {
        let filter = Filter { text: Some(words.to_owned()), ..Filter::default() };
        let page = office.store.list(&Scope::All, &filter, Sort::NewestFirst, None, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| &row.no).collect::<Vec<_>>(), [&case.number], "{words}");
    }
}

#[tokio::test]
async fn units_belong_to_others_and_never_to_themselves() {
    let office = Office::in_memory().await;
    let under = |code: &str, parent: &str| Unit {
        parent: Some(parent.into()),
        ..Unit::new(code.into(), code, Zone::Wib)
    };
    let term = Term { from: Some(TODAY), until: Some(TOMORROW) };
    let top = Unit { term, ..Unit::new("top".into(), "Top", Zone::Wit) };
    // The one above comes after those below it.
    office.store.put_units(&[under("b", "a"), under("a", "top"), top.clone()]).await.unwrap();
    assert_eq!(office.store.unit(&unit("b")).await.unwrap().unwrap().parent, Some(unit("a")));
    assert_eq!(office.store.unit(&unit("top")).await.unwrap(), Some(top.clone()));

    let circle = office.store.add_unit(Unit { parent: Some(unit("b")), ..top.clone() }).await;
    assert!(matches!(&circle, Err(UnitError::Circle { .. })), "{circle:?}");
    let nowhere = office.store.put_units(&[under("c", "a"), under("d", "nowhere")]).await;
    assert!(matches!(&nowhere, Err(UnitError::ParentUnknown { parent, .. }) if *parent == unit("nowhere")));
    assert_eq!(office.store.unit(&unit("c")).await.unwrap(), None, "all or none");
    assert_eq!(office.store.unit(&unit("top")).await.unwrap(), Some(top));
}
