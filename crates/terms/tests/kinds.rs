//! Each kind of duty beyond prohibition and distance, and what it becomes.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

use terms::agreement::{
    AdherenceAct, Agreement, Amount, Baseline, Basis, Becomes, Condition, Counted, Duty, ElementName,
    ForWhom, Indicator, Level, Measure, Offset, Period, Power, RelationKind, Rule, Signal, Status, Test,
    Turn, What, When, Zero,
};
use terms::{Severity, check, render};

const HEAD: &str = r#"# Agreement

```terms
instrument x "Agreement of X", draft 4
  time zone "Europe/Kyiv"
  D = entry into force
  entry into force 2026-03-03 14:30
  positions without stated precision are within 500 m
  status political statement; signed by KA 2026-03-02, VE
  not signed by TA
  reservation of VE to 1: "self-defence"
  stands with "annex.md"
  side letter to "The main text"
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn", OS "Osmia"
body commission "Special Commission" of TA, KA, VE and 2 of guarantors
  decides occurrence, attribution and remedy
  by silence for 72 h, quorum 3
  standard clear and convincing
  decides within 15 days
  an absent member is noted and the work goes on
body mechanism "Mechanism"
  records; decides nothing
weapon mortar, tank
weapon artillery with calibre
act fire = explosion or shot
act fly = flight
moment ref = when "the referendum approves the text"
moment fixed = D + 10 days
unit personnel "soldiers" includes "border guards" excludes "civilians"
category refinery "oil refineries" sites town only
flow plant "output" net in MWh measured at "feeder 1", "feeder 2"
sensor camera "cameras" detects explosion or shot within 5 km, blind to projectile, blind at night, covers buffer 40 %
line contact from "c.geojson" tolerance 200 m
zone buffer within 7.5 km of contact
zone town from "t.geojson" tolerance 10 m
"#;

fn read(clauses: &str) -> Agreement {
    let text = format!("{HEAD}1 KA, VE shall not fire\n{clauses}\n```\n");
    let checked = check("x.md", text.as_bytes());
    let errors = checked.problems.iter().any(|p| p.severity == Severity::Error);
    assert!(!errors, "{}", render(&checked.problems, "x.md", &text));
    checked.agreement.unwrap()
}

/// The duty of the first clause after the one that every text here has.
fn duty(clause: &str) -> (Agreement, Duty) {
    let agreement = read(clause);
    let duty = agreement.clauses[1].duty.clone();
    (agreement, duty)
}

#[test]
fn the_instrument_keeps_status_adherence_reservations_and_relations() {
    let a = read("");
    let i = &a.instrument;
    assert_eq!(i.status, Some(Status::PoliticalStatement));
    let acts: Vec<(AdherenceAct, bool)> = i.adherence.iter().map(|x| (x.act, x.at.is_some())).collect();
    let signed = AdherenceAct::Signed;
    assert_eq!(acts, [(signed, true), (signed, false), (AdherenceAct::NotSigned, false)]);
    assert_eq!(i.adherence[0].at.unwrap().to_string(), "2026-03-01T22:00:00Z");
    assert_eq!(
        (i.reservations[0].clauses[0].as_str(), i.reservations[0].words.as_str()),
        ("1", "self-defence")
    );
    let kinds: Vec<(RelationKind, bool)> = i.relations.iter().map(|r| (r.kind, r.is_file())).collect();
    assert_eq!(kinds, [(RelationKind::StandsWith, true), (RelationKind::SideLetterTo, false)]);
}

#[test]
fn a_body_says_what_it_decides_and_how() {
    let a = read("2 mechanism decides verification by chair, quorum 1");
    let m = &a.mandates[0];
    assert_eq!(m.powers, [Power::Occurrence, Power::Attribution, Power::Remedy]);
    assert_eq!((m.rule, m.quorum), (Some(Rule::Silence(72 * 3_600_000)), Some(3)));
    assert_eq!((m.standard.as_deref(), m.within_ms), (Some("clear and convincing"), Some(15 * 86_400_000)));
    assert!(m.absence_noted && m.members.contains("2 of guarantors"));
    assert!(a.mandates[1].decides_nothing && a.mandates[1].powers == [Power::Record]);
    let Duty::Mandate(by_clause) = &a.clauses[1].duty else { panic!() };
    let of_clause = &a.mandates[by_clause.mandate];
    assert_eq!((of_clause.clause.as_str(), of_clause.rule), ("2", Some(Rule::Chair)));
}

#[test]
fn declarations_keep_what_they_say() {
    let a = read("");
    assert_eq!(
        (a.moments[0].event.as_str(), a.moments[0].at.clone()),
        ("the referendum approves the text", None)
    );
    assert_eq!(a.moments[1].at, Some(When::EntryPlusDays(10)));
    assert_eq!((a.units[0].includes.len(), a.units[0].excludes.len()), (1, 1));
    assert!(a.categories[0].sites.is_some() && a.categories[0].sites_only);
    assert_eq!(
        (a.flows[0].basis, a.flows[0].unit.as_str(), a.flows[0].measured_at.len()),
        (Some(Basis::Net), "MWh", 2)
    );
    let s = &a.sensors[0];
    assert_eq!((s.detects.len(), s.blind_to.len(), s.blind_at_night, s.range_m), (2, 1, true, Some(5000.0)));
    assert_eq!(s.covers[0].1, 0.4);
}

#[test]
fn a_limit_is_a_cap_a_floor_a_band_or_a_level() {
    let amount = |clause: &str| match duty(clause).1 {
        Duty::Limit(limit) => limit.amount,
        other => panic!("{other:?}"),
    };
    assert_eq!(amount("2 VE shall hold at most 600 000 personnel"), Amount::AtMost(600_000.0));
    assert_eq!(amount("2 VE shall hold at least 5 tank in buffer"), Amount::AtLeast(5.0));
    assert_eq!(amount("2 VE shall hold at least 5 and at most 9 personnel"), Amount::Between(5.0, 9.0));
    assert_eq!(amount("2 VE shall hold 800 000 personnel, while \"peacetime\""), Amount::Level(800_000.0));
    let (a, d) = duty("2 TA, OS shall support VE in holding 800 000 personnel, while \"peacetime\"");
    let Duty::Limit(limit) = d else { panic!() };
    assert_eq!((limit.supported, limit.while_words.as_str()), (a.actor_of_code("VE"), "peacetime"));
    let Duty::Limit(limit) = duty("2 KA shall hold at most 7 artillery of calibre >= 100 mm in buffer").1
    else {
        panic!()
    };
    assert!(matches!(limit.counted, Counted::Weapon(_)) && limit.zone.is_some());
}

#[test]
fn a_share_is_settled_over_a_period() {
    let Duty::Share(share) = duty("2 plant is shared KA 60 %, VE 40 %\n  per month, tolerance 1.5 %\n  nothing to share when output <= 0").1 else { panic!() };
    let percents: Vec<f64> = share.shares.iter().map(|(_, p)| *p).collect();
    assert_eq!(
        (percents, share.per, share.tolerance_pct, share.nothing_at_zero),
        (vec![60.0, 40.0], Some(Period::Month), Some(1.5), true)
    );
}

#[test]
fn a_deed_has_an_amount_a_test_a_date_and_a_pair() {
    let a = read(
        "2 KA, VE shall do \"release\" of 1 000 personnel\n  complete day D + 30, tested by \"count\", paired with 3, decided by commission, verified by camera, \"visit\", remedy \"return\"\n3 KA shall withdraw tank, mortar from buffer\n  when buffer was silent for 7 days of fire with coverage >= 80 %, and ref has come\n  from then + 3 days, complete day then + 10",
    );
    let Duty::Deed(deed) = &a.clauses[1].duty else { panic!() };
    assert_eq!(
        (deed.words.as_str(), deed.amount.map(|(n, _)| n), deed.test.as_str()),
        ("release", Some(1000.0), "count")
    );
    let c = &a.clauses[1];
    assert_eq!((c.paired.as_slice(), c.verified_by.len(), c.remedies.len()), (&["3".to_owned()][..], 2, 1));
    assert_eq!(c.decided_by, a.actor_of_code("commission"));
    let Duty::Deed(withdrawal) = &a.clauses[2].duty else { panic!() };
    assert!(withdrawal.withdrawal && withdrawal.leaves.len() == 2 && withdrawal.zone.is_some());
    let Condition::Silent { lasts_ms, coverage_min, .. } = &a.clauses[2].when[0] else { panic!() };
    assert_eq!((*lasts_ms, *coverage_min), (7 * 86_400_000, 0.8));
    assert!(matches!(a.clauses[2].when[1], Condition::Come(_)));
    assert_eq!(a.clauses[2].from, When::Then(Offset::Days(3)));
    assert_eq!(a.clauses[2].complete, Some(When::Then(Offset::WholeDays(11))));
}

#[test]
fn a_notice_has_lead_content_addressees_and_levels() {
    let (a, d) = duty(
        "2 KA, mechanism shall notify fly, fire in buffer at least 48 h before, with \"route\", \"altitude\",\n  to commission, mechanism, passed to \"HQ\", \"unit\", read back",
    );
    let Duty::Notify(n) = d else { panic!() };
    assert_eq!(
        (n.of.len(), n.lead, n.content.len(), n.levels.len(), n.read_back),
        (2, Some(Offset::Ms(48 * 3_600_000)), 2, 2, true)
    );
    assert_eq!(n.to, [a.actor_of_code("commission").unwrap(), a.actor_of_code("mechanism").unwrap()]);
}

#[test]
fn access_has_a_time_or_a_quota() {
    let Duty::Access(a) = duty("2 KA shall admit mechanism to buffer within 30 min").1 else { panic!() };
    assert_eq!((a.within_ms, a.quota, a.zone.is_some()), (Some(1_800_000), None, true));
    let Duty::Access(a) = duty("2 KA shall accept 3 inspections per year by mechanism within 48 h").1 else {
        panic!()
    };
    assert_eq!(a.quota.map(|q| (q.times, q.per)), Some((3, Period::Year)));
}

#[test]
fn interference_is_judged_by_the_acts_that_meddle() {
    let Duty::Abstention { what: terms::agreement::What::Act { kinds, .. }, of, .. } =
        duty("2 nobody shall interfere with signals, markers of mechanism").1
    else {
        panic!()
    };
    assert_eq!(kinds, ["jamming", "marker moved", "marker destroyed"]);
    assert!(of.is_some() && kinds.iter().all(|k| base::vocabulary::is_kind(k)));
}

#[test]
fn a_prohibition_may_be_about_categories_of_objects() {
    let Duty::Prohibition { objects, .. } = duty("2 KA shall not fire on refinery, from D").1 else {
        panic!()
    };
    assert_eq!(objects.len(), 1);
}

#[test]
fn a_guarantee_has_elements_and_each_its_tests() {
    let (_, d) = duty(
        "2 guarantee of TA, OS to VE is due on armed attack by KA\n  significant = weapon artillery of calibre >= 100 mm or heavier or casualties 10 or depth 5 km\n  deliberate = found by commission: \"intent\"; sustained = on 3 of 4 days; across contact; unprovoked = first shot; \"qualifying\"",
    );
    let Duty::Guarantee(g) = d else { panic!() };
    let names: Vec<&str> = g.elements.iter().map(|e| e.name.word()).collect();
    assert_eq!(
        names,
        ["armed attack", "significant", "deliberate", "sustained", "across", "unprovoked", "qualifying"]
    );
    assert_eq!(g.elements[1].tests.len(), 3);
    assert_eq!(g.elements[3].tests, [Test::Days { on: 3, out_of: 4 }]);
    assert_eq!(g.elements[5].tests, [Test::FirstShot]);
    assert!(matches!(g.elements[4].name, ElementName::Across(_)) && g.elements[6].tests.is_empty());
}

#[test]
fn a_response_has_a_zero_tiers_and_a_rule_of_restart() {
    let Duty::Respond(r) = duty("2 TA, OS shall take measures within 24 h of first recorded violation\n  tier 1 within 24 h: \"warning\"\n  tier 3 within 3 days when \"it widens\": \"response\"\n  measures \"a\", \"b\"; procedure \"own\"; a later violation restarts it").1 else { panic!() };
    assert_eq!(
        (r.verb.as_str(), r.zero, r.restarts, r.tiers.len(), r.measures.len()),
        ("take measures", Zero::FirstRecorded, Some(true), 2, 2)
    );
    assert_eq!(
        (r.tiers[1].number, r.tiers[1].within, r.tiers[1].when.as_str()),
        (3, Some(Offset::Days(3)), "it widens")
    );
    let Duty::Respond(r) = duty("2 TA shall consult").1 else { panic!() };
    assert_eq!((r.zero, r.restarts), (Zero::NotSaid, None));
}

#[test]
fn an_effect_has_a_condition_steps_and_who_orders_it() {
    let a = read(
        "2 1 is released for the other when 1 is breached by KA, ordered by commission\n3 \"the sanctions\" are reimposed for KA when 1 is breached\n  after step \"commission\" 15 days extendable, and step \"board\" 15 days, after step \"council\" 30 days\n  unless decided by commission\n4 KA shall remedy 1 by \"discipline\" within 7 days, reported to mechanism",
    );
    let Duty::Effect(e) = &a.clauses[1].duty else { panic!() };
    assert_eq!(
        (e.of.as_slice(), e.becomes, &e.whom),
        (&["1".to_owned()][..], Becomes::Released, &ForWhom::TheOther)
    );
    assert!(
        matches!(&e.when[0], Condition::Breached { clause, by: Some(by) } if clause == "1" && by.len() == 1)
    );
    let Duty::Effect(e) = &a.clauses[2].duty else { panic!() };
    let steps: Vec<(bool, bool)> = e.steps.iter().map(|s| (s.parallel, s.extendable)).collect();
    assert_eq!(steps, [(false, true), (true, false), (false, false)]);
    assert!(e.unless_decided_by.is_some() && e.ordered_by.is_none());
    let Duty::Remedy(r) = &a.clauses[3].duty else { panic!() };
    assert_eq!(
        (r.of.as_slice(), r.within, r.report_to.len()),
        (&["1".to_owned()][..], Some(Offset::Days(7)), 1)
    );
}

fn indicator(clause: &str) -> Indicator {
    match duty(clause).1 {
        Duty::Indicator(indicator) => indicator,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_indicator_has_a_signal_a_window_a_baseline_and_a_level() {
    const DAY_MS: i64 = 86_400_000;
    let i = indicator(
        "2 indicator \"denials rise\" of fire in buffer over 7 days against the 28 days before\n  rises to 3 times and at least 4, with coverage >= 80 %, told to mechanism, TA",
    );
    assert_eq!(i.title, "denials rise");
    assert!(matches!(&i.signal, Signal::Facts(What::Act { name, .. }) if name == "fire") && i.zone.is_some());
    assert_eq!((i.window_ms, i.baseline), (7 * DAY_MS, Some(Baseline::Before(28 * DAY_MS))));
    let level = Level { number: 3.0, measure: Measure::Times, at_least: Some(4.0) };
    assert_eq!((i.turn, i.coverage_min, i.told.len()), (Turn::Rises(level), 0.8, 2));

    let i = indicator(
        "2 indicator \"build-up\" of place artillery of calibre >= 100 mm within 15 km of contact over 48 h against from D to D + 28 days rises to 0.5 per watched hour",
    );
    assert!(matches!(i.signal, Signal::Facts(What::Weapon { .. })) && i.told.is_empty());
    assert_eq!(i.baseline, Some(Baseline::Between(When::Entry, When::EntryPlusDays(28))));
    assert_eq!(i.turn.level().map(|l| l.measure), Some(Measure::PerWatchedHour));
    assert_eq!(i.coverage_min, Indicator::COVERAGE_MIN);

    let i =
        indicator("2 indicator \"none\" of notices of fly, fire over 7 days against since day D + 1 stops");
    assert!(matches!(&i.signal, Signal::Notices(of) if of.len() == 2));
    assert_eq!((i.turn, i.baseline), (Turn::Stops, Some(Baseline::Since(When::DayAfterEntry(1)))));
    let i = indicator("2 indicator \"silence\" of hotline calls over 90 min falls to 0");
    assert_eq!((i.signal, i.window_ms, i.zone), (Signal::Calls, 5_400_000, None));
    let i = indicator("2 indicator \"gone\" of tank missing in town over 30 days rises to 2");
    assert!(matches!(i.signal, Signal::Missing(What::Weapon { .. })) && i.baseline.is_none());
}

#[test]
fn an_indicator_binds_nobody_and_may_begin_and_end() {
    let a = read(
        "2 indicator \"x\" of notices over 7 days rises to 3, told to TA\n  from D + 7 days until D + 60 days",
    );
    let clause = &a.clauses[1];
    assert!(clause.duty.bound().is_none() && !clause.duty.is_of_observations());
    assert_eq!(clause.from, When::EntryPlusDays(7));
    assert_eq!(clause.duty.kind().name(), "indicator");
}

#[test]
fn a_clause_that_replaces_another_ends_it() {
    let a = read("2 KA shall not fly\n2.0 KA shall not fly in buffer, from 2026-05-01 00:00, replaces 2");
    assert_eq!(a.clauses[1].until, Some(a.clauses[2].from.clone()));
}

#[test]
fn months_are_calendar_months_in_the_agreements_zone() {
    let a = read("2 KA shall not fly until D + 1 months");
    let until = a.resolve_when(a.clauses[1].until.as_ref().unwrap()).unwrap();
    // 3 March 14:30 at UTC+2; on 3 April the clocks of Kyiv stand at UTC+3.
    assert_eq!(until.to_string(), "2026-04-03T11:30:00Z");
}
