//! How long originals are kept: dates by rule, holds, two custodians, and what was erased.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use base::Digest;
use evidence::item::{ERASED, HELD, Handling, Item, PROPOSED, RELEASED};
use evidence::retention::{Announced, CaseOf, NotErased, Rules, RulesWire, Standing, Step, Until};

const DAY_MS: i64 = 86_400_000;

const NOW_MS: i64 = 1_800_000_000_000;

fn photo() -> Item {
    Item {
        digest: Digest([7; 32]),
        bytes: 9,
        media_type: "image/jpeg".to_owned(),
        name: "a.jpg".to_owned(),
        taken_ms: None,
        observation: None,
        is_here: false,
        retain_until_ms: None,
    }
}

fn rules(json: &str) -> Result<Rules, Vec<String>> {
    serde_json::from_str::<RulesWire>(json).map_err(|e| vec![e.to_string()])?.try_into()
}

fn year() -> Rules {
    rules(
        r#"{"rules":[
        {"name":"closed cases","case":"closed","keep_days":1000},
        {"name":"patrol photos","media":"image/","source":"patrol-*","keep_days":365},
        {"name":"the rest","keep_days":30}]}"#,
    )
    .unwrap()
}

fn did(action: &str, by: &str) -> Handling {
    Handling {
        item: Digest([7; 32]),
        action: action.to_owned(),
        by: by.to_owned(),
        note: "why".to_owned(),
        copy: None,
    }
}

fn standing(item: &Item, cases: &[CaseOf], acts: &[(&str, &str)]) -> Standing {
    let announced = Announced { item, source: "patrol-2", recorded_ms: NOW_MS - 400 * DAY_MS, cases };
    let custody: Vec<Handling> = acts.iter().map(|(action, by)| did(action, by)).collect();
    Standing::of(&[announced], custody.iter().map(|h| (NOW_MS - 399 * DAY_MS, h)), &year())
}

#[test]
fn each_item_gets_a_date_with_the_rule_that_gave_it() {
    let item = photo();
    let at = |source, cases, item| Announced { item, source, recorded_ms: NOW_MS, cases };
    let until = |a: Announced<'_>| year().until(&a).unwrap();
    assert_eq!(until(at("patrol-2", &[], &item)).rule, "patrol photos");
    assert_eq!(until(at("camera-2", &[], &item)).rule, "the rest");
    let document = Item { media_type: "application/pdf".to_owned(), ..photo() };
    assert_eq!(until(at("patrol-2", &[], &document)).rule, "the rest");
    let closed = [CaseOf { reference: "CASE-1".to_owned(), closed_ms: Some(NOW_MS + DAY_MS) }];
    let after = until(at("patrol-2", &closed, &item));
    assert_eq!((after.rule.as_str(), after.ms), ("closed cases", NOW_MS + 1_001 * DAY_MS));
    let stated = Item { retain_until_ms: Some(5), ..photo() };
    assert_eq!(
        until(at("patrol-2", &[], &stated)),
        Until { ms: 5, rule: "as stated when it came".to_owned() }
    );
    assert_eq!(Rules::default().until(&at("x", &[], &item)), None, "no rule, no date");
}

#[test]
fn what_is_held_does_not_lapse_and_what_has_lapsed_takes_two() {
    let item = photo();
    let lapsed = standing(&item, &[], &[("received", "o")]);
    assert!(lapsed.has_lapsed(NOW_MS));
    assert_eq!(lapsed.erase("ana", &year(), NOW_MS), Ok(Step::Propose));
    let proposed = standing(&item, &[], &[("received", "o"), (PROPOSED, "ana")]);
    assert_eq!(proposed.erase("ana", &year(), NOW_MS), Err(NotErased::SamePerson { by: "ana".to_owned() }));
    let second = proposed.erase("bo", &year(), NOW_MS);
    assert_eq!(second, Ok(Step::Erase { proposed_by: Some("ana".to_owned()) }));
    let alone = Rules { persons: 1, ..year() };
    assert_eq!(lapsed.erase("ana", &alone, NOW_MS), Ok(Step::Erase { proposed_by: None }));
    let held = standing(&item, &[], &[("received", "o"), (PROPOSED, "ana"), (HELD, "cy")]);
    assert!(matches!(held.erase("bo", &alone, NOW_MS), Err(NotErased::Held { .. })));
    let released =
        standing(&item, &[], &[("received", "o"), (PROPOSED, "ana"), (HELD, "cy"), (RELEASED, "cy")]);
    assert_eq!(released.erase("bo", &year(), NOW_MS), Ok(Step::Propose), "a hold undoes the proposal");
    let open = [CaseOf { reference: "CASE-1".to_owned(), closed_ms: None }];
    let in_case = standing(&item, &open, &[("received", "o")]);
    assert!(!in_case.has_lapsed(NOW_MS), "it is part of an open case");
    assert!(!standing(&item, &[], &[]).has_lapsed(NOW_MS), "it has not come yet");
}

#[test]
fn what_was_erased_is_gone_until_it_comes_again() {
    let item = photo();
    let erased = standing(&item, &[], &[("received", "o"), (ERASED, "bo")]);
    assert!(!erased.is_here && erased.erased.is_some());
    assert_eq!(erased.erase("ana", &year(), NOW_MS), Err(NotErased::NotHere));
    let again = standing(&item, &[], &[("received", "o"), (ERASED, "bo"), ("received", "o")]);
    assert!(again.is_here && again.erased.is_none());
    let late = Item { is_here: true, ..photo() };
    let first = Announced { item: &item, source: "patrol-2", recorded_ms: 10, cases: &[] };
    let second = Announced { item: &late, source: "patrol-3", recorded_ms: 90, cases: &[] };
    let custody = [did("received", "o"), did(ERASED, "bo")];
    let at = [20, 50];
    let both = Standing::of(&[first, second], at.into_iter().zip(&custody), &year());
    assert!(both.is_here, "it came again with another report");
    assert_eq!(both.until.unwrap().ms, 90 + 365 * DAY_MS, "the later date counts");
    let only = Standing::of(&[first], at.into_iter().zip(&custody), &year());
    assert!(!only.is_here);
}

#[test]
fn a_file_of_rules_is_read_strictly() {
    let says = |json: &str| rules(json).unwrap_err().join("; ");
    assert!(says(r#"{"persons":3}"#).contains("1 or 2 custodians"));
    assert!(says(r#"{"rules":[{"name":"a","keep_days":0}]}"#).contains("keep_days"));
    assert!(says(r#"{"rules":[{"name":" ","keep_days":1}]}"#).contains("no name"));
    assert!(says(r#"{"rules":[{"name":"a","case":"open","keep_days":1}]}"#).contains("held"));
    assert!(says(r#"{"rules":[{"name":"a","medium":"x","keep_days":1}]}"#).contains("medium"));
    let two = r#"{"rules":[{"name":"a","keep_days":1},{"name":"a","keep_days":2}]}"#;
    assert!(says(two).contains("two rules"));
    assert_eq!(rules("{}").unwrap(), Rules::default());
}
