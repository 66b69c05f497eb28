//! Each construct of the language, and what it becomes.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use atlas::plan::{Side, Validity, ZoneShape};
use base::{CivilZone, Instant};
use terms::agreement::{Agreement, Condition, Duty, Reference, Role, What, When};
use terms::{Severity, check, explain};

const HEAD: &str = "instrument x \"Agreement of X\", draft 4\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  entry into force 2026-03-03 14:30\n  positions without stated precision are within 500 m\n";
const NAMES: &str = "party KA \"Karsk\" also \"Republic of Karsk\", \"RK\" answers for \"Northern Volunteers\"\nparty VE \"Velia\"\nguarantor TA \"Tarn\", OS \"Osmia\"\nbody mechanism \"Monitoring Mechanism\"\nweapon mortar, tank\nweapon artillery with calibre also \"howitzer\"\nweapon long-range one of \"R-9\", \"Comet-S\"\nweapon rockets \"multiple-launch rocket systems\"\nact fire = explosion or muzzle flash or shot\nline contact from \"geo/contact.geojson\" tolerance 200 m, KA on the left, VE on the right\nreference of KA, VE is contact\n";

fn whole(head: &str, extra: &str, clauses: &str) -> Agreement {
    let text = format!(
        "# Agreement\n\n```terms\n{head}{NAMES}{extra}```\n\n## Article 1\n\nProse.\n\n```terms\n{clauses}```\n"
    );
    let checked = check("x.md", text.as_bytes());
    let errors: Vec<_> = checked.problems.iter().filter(|p| p.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}", terms::render(&checked.problems, "x.md", &text));
    checked.agreement.expect("no error, so an agreement")
}

fn clauses(clauses: &str) -> Agreement {
    whole(HEAD, "", clauses)
}

fn zone_shape(extra: &str) -> (Agreement, ZoneShape) {
    let agreement = whole(HEAD, extra, "1 nobody shall fire in z\n");
    let zone = agreement.plan.zone("z").expect("declared");
    let shape = agreement.plan.zones[usize::from(zone.0)].shape.clone();
    (agreement, shape)
}

#[test]
fn an_instrument_has_its_name_title_version_zone_and_entry() {
    let a = clauses("1 nobody shall fire\n");
    assert_eq!((a.name.as_str(), a.title.as_str(), a.version.as_str()), ("x", "Agreement of X", "draft 4"));
    assert_eq!(a.zone.name(), "Europe/Kyiv");
    assert_eq!(a.entry_into_force, Instant::parse("2026-03-03T14:30:00+02:00"));
    assert_eq!(a.unstated_precision_m, Some(500.0));
}

#[test]
fn actors_are_found_by_code_name_and_other_names_in_any_case_and_strangers_are_not() {
    let a = clauses("1 nobody shall fire\n");
    let code =
        |word: &str| a.resolve_actor_word(word).and_then(|ix| a.actor(ix)).map(|actor| actor.code.clone());
    for word in ["KA", "ka", "Karsk", " REPUBLIC of karsk ", "rk", "Northern Volunteers"] {
        assert_eq!(code(word).as_deref(), Some("KA"), "{word}");
    }
    assert_eq!(code("Osmia").as_deref(), Some("OS"));
    assert_eq!(code("Kars"), None);
    assert_eq!(code(""), None);
    let roles: Vec<Role> = a.actors.iter().map(|actor| actor.role).collect();
    assert_eq!(roles, [Role::Party, Role::Party, Role::Guarantor, Role::Guarantor, Role::Body]);
}

#[test]
fn weapon_classes_are_found_by_name_and_other_names() {
    let a = clauses("1 nobody shall fire\n");
    let class = |word: &str| a.resolve_weapon_word(word).and_then(|ix| a.weapon(ix)).map(|w| w.name.clone());
    assert_eq!(class("Howitzer").as_deref(), Some("artillery"));
    assert_eq!(class("comet-s").as_deref(), Some("long-range"));
    assert_eq!(class("multiple-launch rocket systems").as_deref(), Some("rockets"));
    assert_eq!(class("submarine"), None);
}

#[test]
fn an_act_covers_its_kinds_of_several_words_too() {
    let a = clauses("1 nobody shall fire\n");
    assert_eq!(a.acts[0].kinds, ["explosion", "muzzle flash", "shot"]);
}

#[test]
fn a_line_keeps_its_file_layer_validity_tolerance_and_sides() {
    let extra = "line other from \"geo/l.gpkg\" layer \"front\" surveyed by mechanism\n  valid from \"valid_from\" until the next, tolerance 1.5 km\n  VE on the left\nline daily from \"geo/d.geojson\" valid each day by \"date\" tolerance 0 m\nline spans from \"geo/s.geojson\" valid from \"a\" until \"b\" tolerance 0 m\n";
    let a = whole(HEAD, extra, "1 nobody shall fire\n");
    let line = |name: &str| &a.plan.lines[usize::from(a.plan.line(name).expect("declared").0)];
    let other = line("other");
    assert_eq!(other.geometry.layer.as_deref(), Some("front"));
    assert_eq!(other.geometry.validity, Validity::From { property: "valid_from".to_owned() });
    assert_eq!(
        (other.tolerance_m, other.left.as_deref(), other.right.as_deref()),
        (1500.0, Some("VE"), None)
    );
    assert_eq!(line("daily").geometry.validity, Validity::EachDay { property: "date".to_owned() });
    let between = Validity::Between { from: "a".to_owned(), until: "b".to_owned() };
    assert_eq!(line("spans").geometry.validity, between);
}

#[test]
fn zones_are_drawn_within_between_or_on_a_side() {
    let line = |a: &Agreement| a.plan.line("contact").expect("declared");
    let (a, shape) = zone_shape("zone z within 7.5 km of contact\n");
    assert_eq!(shape, ZoneShape::Band { line: line(&a), from_m: 0.0, to_m: 7500.0, side: None });
    let (a, shape) = zone_shape("zone z between 15 km and 50 km of contact on the VE side\n");
    let side = Some(Side::Right);
    assert_eq!(shape, ZoneShape::Band { line: line(&a), from_m: 15_000.0, to_m: 50_000.0, side });
    let (a, shape) = zone_shape("zone z side KA of contact\n");
    assert_eq!(shape, ZoneShape::SideOf { line: line(&a), side: Side::Left });
    let (_, shape) = zone_shape("zone z from \"geo/z.geojson\" tolerance 5 m\n");
    assert!(
        matches!(shape, ZoneShape::Drawn(r) if r.path == "geo/z.geojson" && r.validity == Validity::Always)
    );
}

#[test]
fn a_chain_of_zones_refers_only_to_zones_before_it_wherever_they_are_declared() {
    let (a, shape) = zone_shape(
        "zone z = p or q or r\nzone q = p except r\nzone p within 1 km of contact\nzone r within 2 km of contact\n",
    );
    let zone = |name: &str| a.plan.zone(name).expect("there");
    assert_eq!(shape, ZoneShape::Either(zone("p or q"), zone("r")));
    for (index, plan) in a.plan.zones.iter().enumerate() {
        if let ZoneShape::Both(p, q) | ZoneShape::Either(p, q) | ZoneShape::Except(p, q) = &plan.shape {
            assert!(usize::from(p.0) < index && usize::from(q.0) < index, "{}", plan.name);
        }
    }
}

#[test]
fn a_prohibition_binds_those_it_names_or_everybody_but_those_exempt() {
    let a = clauses(
        "1 KA and VE shall not fire anywhere\n2 nobody except mechanism shall fire\n3 nobody shall fire\n   except mechanism, TA\n",
    );
    let bound = |i: usize| a.clauses[i].duty.bound().cloned().expect("such clauses bind somebody");
    let actor = |code: &str| a.actor_of_code(code).expect("declared");
    assert_eq!(bound(0).actors, Some(vec![actor("KA"), actor("VE")]));
    assert_eq!((bound(1).actors, bound(1).except), (None, vec![actor("mechanism")]));
    assert_eq!(bound(2).except, [actor("mechanism"), actor("TA")]);
    assert_eq!(a.clauses[0].article, 1);
    assert_eq!(a.articles[1].text, "Prose.");
}

#[test]
fn weapons_are_kept_out_of_zones_by_calibre() {
    let a = clauses(
        "1 KA shall not place artillery of calibre >= 100 mm and < 152 mm within 15 km of contact\n2 KA shall not place artillery of calibre below 60 mm within 15 km of contact\n",
    );
    let Duty::Prohibition {
        what: What::Weapon { calibre_min_mm, calibre_below_mm, .. },
        zone: Some(zone),
        ..
    } = &a.clauses[0].duty
    else {
        panic!("{:?}", a.clauses[0].duty)
    };
    assert_eq!((*calibre_min_mm, *calibre_below_mm), (Some(100.0), Some(152.0)));
    let plan = &a.plan.zones[usize::from(zone.0)];
    assert_eq!(plan.name, "within 15 km of contact");
    assert_eq!(a.plan.zones.len(), 1, "the unnamed zone is shared");
}

#[test]
fn distances_keep_their_rows_reference_and_halved_sides() {
    let a = clauses(
        "3.1 KA, VE shall keep artillery of calibre >= 100 mm at least 50 km side to side from their reference\n      tank, mortar at least 7 500 m\n      fire at least 2 km\n   starting day D + 2, complete day D + 14\n3.2 KA shall keep rockets at least 35 km from contact from D\n",
    );
    let Duty::Distance { items, reference, .. } = &a.clauses[0].duty else { panic!() };
    assert_eq!(*reference, Reference::PerParty);
    let far: Vec<(f64, Option<f64>)> = items.iter().map(|i| (i.at_least_m, i.side_to_side_m)).collect();
    assert_eq!(far, [(25_000.0, Some(50_000.0)), (7500.0, None), (7500.0, None), (2000.0, None)]);
    assert!(matches!(items[3].what, What::Act { .. }));
    let Duty::Distance { reference, .. } = &a.clauses[1].duty else { panic!() };
    assert_eq!(*reference, Reference::Line(a.plan.line("contact").unwrap()));
    assert_eq!(a.clauses[1].from, When::Entry);
}

#[test]
fn the_reference_may_stand_on_a_line_of_its_own_where_it_can_only_be_a_line() {
    let a = clauses(
        "1 KA shall keep rockets at least 35 km\n     artillery at least 25 km\n   from their reference\n   from D + 2 days\n",
    );
    assert!(matches!(a.clauses[0].duty, Duty::Distance { reference: Reference::PerParty, .. }));
    assert_eq!(a.clauses[0].from, When::EntryPlusDays(2));
}

#[test]
fn moments_are_civil_and_a_day_to_complete_in_counts_whole() {
    let a = clauses(
        "1 KA shall keep tank at least 1 km from contact\n  starting day D + 2, complete day D + 14\n2 KA shall not fire from D + 26 days until D + 48 days\n3 KA shall not fire from D + 48 h until 2026-04-01 00:00:30\n4 KA shall not fire from 2026-03-29\n",
    );
    let at = |when: &When| a.resolve_when(when).expect("entry is known");
    let instant = |text: &str| Instant::parse(text).unwrap();
    let first = &a.clauses[0];
    assert_eq!(at(&first.from), instant("2026-03-05T00:00:00+02:00"));
    assert_eq!(at(first.complete.as_ref().unwrap()), instant("2026-03-18T00:00:00+02:00"));
    // 26 civil days later the clocks have changed: the time of day is the same, the offset is not.
    assert_eq!(at(&a.clauses[1].from), instant("2026-03-29T14:30:00+03:00"));
    assert_eq!(at(&a.clauses[2].from), instant("2026-03-05T14:30:00+02:00"));
    assert_eq!(at(a.clauses[2].until.as_ref().unwrap()), instant("2026-04-01T00:00:30+03:00"));
    assert_eq!(at(&a.clauses[3].from), instant("2026-03-29T00:00:00+02:00"));
}

#[test]
fn without_an_entry_into_force_what_counts_from_it_waits_and_dates_do_not() {
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    for when in [When::Entry, When::EntryPlusDays(2), When::EntryPlusMs(5), When::DayAfterEntry(1)] {
        assert_eq!(when.resolve(None, &zone), None);
    }
    assert_eq!(When::At(Instant(7)).resolve(None, &zone), Some(Instant(7)));
}

#[test]
fn exceptions_stand_in_their_clause_or_under_a_label_of_their_own() {
    let extra = "zone storage from \"geo/s.geojson\" tolerance 5 m\n";
    let a = whole(
        HEAD,
        extra,
        "2.1a unless return fire:\n    shown: \"it answered\", and\n    hotline was tried before it\n  to be shown by the party that fired\n2.1 KA shall not fire\n  unless at storage, from D + 2 days\n  unless in an exercise\n  standard balance of probabilities\n2.1b unless at storage, and within 3 km of contact\n2.1c unless answered within 48 h of request, in writing too long, and in an exercise\n"
            .replace(", in writing too long", "")
            .as_str(),
    );
    let clause = &a.clauses[0];
    let labels: Vec<&str> = clause.exceptions.iter().map(|e| e.label.as_str()).collect();
    assert_eq!(labels, ["2.1", "2.1", "2.1a", "2.1b", "2.1c"]);
    let of = |i: usize| clause.exceptions[i].conditions.clone();
    let storage = Condition::InZone(a.plan.zone("storage").unwrap());
    assert_eq!(of(0), std::slice::from_ref(&storage));
    assert_eq!(clause.from, When::EntryPlusDays(2), "what follows the exception is not swallowed by it");
    assert_eq!(of(1), [Condition::Exercise]);
    let shown = |words: &str| Condition::ToBeShown(words.to_owned());
    assert_eq!(of(2), [shown("it answered"), shown("hotline was tried before it")]);
    assert_eq!(clause.exceptions[2].burden, "the party that fired");
    assert_eq!(clause.exceptions[2].title, "return fire");
    assert_eq!(of(3), [storage, Condition::InZone(a.plan.zone("within 3 km of contact").unwrap())]);
    assert_eq!(of(4), [shown("answered within 48 h of request"), Condition::Exercise]);
    assert_eq!(clause.standard.as_deref(), Some("balance of probabilities"));
}

#[test]
fn a_clause_fits_on_one_line_and_keeps_its_source_as_written() {
    let extra = "zone occupied side VE of contact\n";
    let a = whole(
        HEAD,
        extra,
        "1 nobody shall fire in occupied   # all of it\n2 KA shall not fire\n    in occupied # here\n    # and nothing more\n",
    );
    assert_eq!(a.clauses[0].source, "1 nobody shall fire in occupied   # all of it");
    assert_eq!(a.clauses[1].source, "2 KA shall not fire\n    in occupied # here");
}

#[test]
fn an_explanation_is_plain_english_of_what_was_checked() {
    let a = clauses(
        "1 KA, VE shall keep artillery of calibre >= 100 mm at least 50 km side to side from their reference\n  starting day D + 2, complete day D + 14\n2 nobody except mechanism shall fire within 3 km of contact on the KA side\n  from D + 48 h\n2a unless training: in an exercise\n   to be shown by the one who trains\n",
    );
    assert_eq!(
        explain(&a, 0),
        "Karsk and Velia shall keep artillery of 100 mm or more at least 25 km (50 km from side to side) from their reference line (`contact` for Karsk, `contact` for Velia), from the start of day 2 after entry into force (2026-03-05 00:00:00 Europe/Kyiv), complete before the start of day 15 after entry into force (2026-03-18 00:00:00 Europe/Kyiv)."
    );
    assert_eq!(
        explain(&a, 1),
        "Nobody, except Monitoring Mechanism, shall fire (explosion, muzzle flash or shot) within 3 km of `contact` on the Karsk side, from 48 h after entry into force (2026-03-05 14:30:00 Europe/Kyiv). Excused under 2a (training) if it was recorded as an exercise or a controlled blast, to be shown by the one who trains."
    );
    assert_eq!(explain(&a, 2), "");
}

#[test]
fn the_agreement_of_lindmar_checks_without_error_or_warning() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/lindmar-core.md");
    let text = std::fs::read_to_string(path).expect("it is in the repository");
    let checked = check("lindmar-core.md", text.as_bytes());
    let codes: Vec<&str> = checked.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["undefined-term"], "{}", terms::render(&checked.problems, "lindmar-core.md", &text));
    let agreement = checked.agreement.expect("no error");
    assert_eq!(agreement.clauses.len(), 10);
    assert!(agreement.clauses.iter().all(|c| agreement.articles[c.article].heading.starts_with("Article")));
}

#[test]
fn who_must_show_an_exercise_is_not_a_part_of_the_exercise() {
    let a =
        clauses("1 KA shall not fire anywhere\n  unless in an exercise, to be shown by the one who trains\n");
    let exception = &a.clauses[0].exceptions[0];
    assert_eq!(exception.conditions, [Condition::Exercise]);
    assert_eq!(exception.burden, "the one who trains");
    let a =
        clauses("1 KA shall not fire anywhere\n  unless danger was near, to be shown by the one who fired\n");
    let exception = &a.clauses[0].exceptions[0];
    assert_eq!(exception.conditions, [Condition::ToBeShown("danger was near".to_owned())]);
    assert_eq!(exception.burden, "the one who fired");
}
