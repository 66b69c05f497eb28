//! The named cases: ceasefires that broke, on published records. Days and places were set down from what is known of
//! each breakdown, in hindsight, and not from what any detector says.

use super::named::Case;
use crate::backtest::archive::{RowFault, day_of};

/// A case by its short name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedCase {
    /// Its short name, on the command line.
    pub slug: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The record it is played on.
    pub record: &'static str,
    /// First and last day that are played.
    pub days: [&'static str; 2],
    /// The day the ceasefire entered into force.
    pub entry_into_force: &'static str,
    /// The day it broke.
    pub broke: &'static str,
    /// Where: longitude, latitude, and how far around it zones are named, km.
    pub place: (f64, f64, f64),
}

/// The cases.
pub const CASES: [NamedCase; 4] = [
    NamedCase {
        slug: "iraq-2008",
        name: "Iraq, Mahdi Army freeze",
        record: "insurgent events in Iraq, 2007-08",
        days: ["2007-02-23", "2008-07-05"],
        entry_into_force: "2007-08-29",
        broke: "2008-03-25",
        place: (44.45, 33.39, 45.0),
    },
    NamedCase {
        slug: "ethiopia-2022",
        name: "Ethiopia 2022",
        record: "UCDP GED, Ethiopia",
        days: ["2018-01-01", "2022-12-27"],
        entry_into_force: "2022-03-24",
        broke: "2022-08-24",
        place: (39.6, 12.2, 60.0),
    },
    NamedCase {
        slug: "syria-2016",
        name: "Syria 2016",
        record: "UCDP GED, Syria",
        days: ["2016-01-01", "2016-12-31"],
        entry_into_force: "2016-02-27",
        broke: "2016-04-01",
        place: (37.1, 36.1, 60.0),
    },
    NamedCase {
        slug: "syria-idlib-2019",
        name: "Syria, Idlib 2019",
        record: "UCDP GED, Syria",
        days: ["2016-01-01", "2019-11-30"],
        entry_into_force: "2018-09-17",
        broke: "2019-04-30",
        place: (36.5, 35.4, 60.0),
    },
];

impl NamedCase {
    /// The case of that short name.
    #[must_use]
    pub fn of(slug: &str) -> Option<&'static NamedCase> {
        CASES.iter().find(|c| c.slug == slug)
    }

    /// As it is played, every day looked at.
    ///
    /// # Errors
    /// When a day is none.
    pub fn case(&self) -> Result<Case, RowFault> {
        let [first, last] = self.days;
        Ok(Case {
            name: self.name.to_owned(),
            record: (day_of(first)?, day_of(last)?),
            entry_into_force: day_of(self.entry_into_force)?,
            broke: day_of(self.broke)?,
            place: self.place,
            events_min: 1,
            unobserved: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_its_days_in_order_and_a_name_of_its_own() {
        for named in &CASES {
            let case = named.case().unwrap();
            assert!(case.record.0 < case.entry_into_force && case.entry_into_force < case.broke);
            assert!(case.broke < case.record.1);
            assert_eq!(NamedCase::of(named.slug), Some(named));
        }
        assert_eq!(NamedCase::of("nowhere"), None);
    }
}
