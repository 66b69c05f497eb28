//! Fusion against coded truth: the reports behind the events of UCDP GED. The data lies beside the project and is not
//! part of it; without it the tests say so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use base::Instant;
use evidence::unpack::decompress;
use incidents::Settings;
use incidents::score::exploded::second_half;
use incidents::score::measure::{FUSION, Measured, mean};
use incidents::score::ucdp::{measure, read};
use std::fs::File;
use std::path::Path;

fn measured(name: &str) -> Option<Measured> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ucdp-ged").join(name);
    let Ok(file) = File::open(&path) else {
        // Not through `println!`, which the test runner keeps to itself.
        let aloud = format_args!("skipped: {} is not there\n", path.display()).to_string();
        std::io::Write::write_all(&mut std::io::stderr(), aloud.as_bytes()).unwrap();
        return None;
    };
    let day = |text: &str| Instant::parse(text).unwrap();
    let (from, to) = (day("2018-01-01T00:00:00Z"), day("2023-01-01T00:00:00Z"));
    let events = read(decompress(Box::new(file)), from, to).unwrap().events;
    let measured = measure(&second_half(events), &[1, 2, 3, 4, 5], &Settings::default());
    for (rule, agreements) in &measured.rules {
        let figure = |f: fn(&incidents::score::Agreement) -> f64| mean(agreements, f);
        println!(
            "{name} {rule}: P {:.3} R {:.3} F {:?} pair F {:?} count {:?}",
            figure(|a| a.precision).0,
            figure(|a| a.recall).0,
            figure(|a| a.f1()),
            figure(|a| a.pair_f1),
            figure(|a| a.count_error())
        );
    }
    println!("{} reports, {} events", measured.reports, measured.events);
    println!("pairs {:?}\nincidents {:?}", measured.pairs, measured.incidents);
    Some(measured)
}

fn reaches(name: &str, f1_min: f64, pair_f1_min: f64) {
    let Some(measured) = measured(name) else { return };
    let fusion = measured.of(FUSION);
    assert_eq!(fusion.len(), 5);
    for (seed, agreement) in (1..).zip(fusion) {
        let told = format!("{name}, seed {seed}: {agreement:?}, F1 {:.3}", agreement.f1());
        assert!(agreement.f1() >= f1_min, "{told}");
        assert!(agreement.pair_f1 >= pair_f1_min, "{told}");
        assert!(agreement.count_error().abs() < 0.05, "{told}, count error {:.3}", agreement.count_error());
    }
    for (rule, agreements) in measured.rules.iter().filter(|(rule, _)| *rule != FUSION) {
        let (theirs, own) = (mean(agreements, |a| a.f1()).0, mean(fusion, |a| a.f1()).0);
        assert!(own > theirs, "{name}: {rule} {theirs:.3} against {own:.3}");
    }
    for kept in [&measured.pairs, &measured.incidents] {
        assert!(kept.brier < kept.brier_of_share, "{name}: probabilities say more than their mean");
        let well_filled = kept.bins.iter().filter(|b| b.n >= 200);
        for bin in well_filled {
            assert!((bin.stated - bin.came).abs() < 0.15, "{name}: {bin:?}");
        }
    }
}

#[test]
fn reports_of_the_second_half_of_syria_2018_19_are_grouped_as_their_coders_grouped_them() {
    reaches("syria_ged19.1_16566.csv.gz", 0.90, 0.50);
}

#[test]
fn reports_of_the_second_half_of_ethiopia_2018_22_are_grouped_as_their_coders_grouped_them() {
    reaches("ethiopia.csv.gz", 0.95, 0.80);
}
