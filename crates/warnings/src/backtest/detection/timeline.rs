//! What a watch saw, expected and raised, day by day: what drawings are made from.

use serde::Serialize;

/// A day as the watch had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct DayTold {
    /// What was counted when the day was judged; nothing where nobody could look.
    pub count: Option<u32>,
    /// What part of the day could be seen when it was judged, 0 to 1.
    pub part: f32,
    /// What was expected of the day as it was seen; nothing while that is being learnt.
    pub expected: Option<f64>,
    /// Evidence of a rise after the day, as a power of ten; nothing where none is weighed.
    pub rise_log10: Option<f64>,
    /// Evidence of erosion since entry into force, as a power of ten; nothing while its reference is taken.
    pub erosion_log10: Option<f64>,
}

/// What was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Raised {
    /// A rise over several days.
    Rise,
    /// A shock on one day.
    Shock,
    /// Slow erosion against the first weeks of the ceasefire.
    Erosion,
    /// Neighbouring zones rose together.
    Together,
}

impl Raised {
    /// All of them.
    pub const ALL: [Raised; 4] = [Raised::Rise, Raised::Shock, Raised::Erosion, Raised::Together];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Raised::Rise => "rise",
            Raised::Shock => "shock",
            Raised::Erosion => "erosion",
            Raised::Together => "neighbours together",
        }
    }

    /// The letter that stands for it in plain text.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Raised::Rise => 'R',
            Raised::Shock => 'S',
            Raised::Erosion => 'E',
            Raised::Together => 'N',
        }
    }
}

/// An alarm on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The day it was raised, days since 1970: the day on which the day it is about was judged.
    pub day: i32,
    /// What was raised.
    pub raised: Raised,
}

/// A ceasefire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Truce {
    /// The day it entered into force, days since 1970.
    pub entry_into_force: i32,
    /// The day it broke, days since 1970.
    pub broke: i32,
}

/// A stream day by day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// What is counted where.
    pub name: String,
    /// The first day, days since 1970.
    pub first_day: i32,
    /// The days.
    pub days: Vec<DayTold>,
    /// What was raised, in order of days.
    pub marks: Vec<Mark>,
    /// The ceasefire, where there is one.
    pub truce: Option<Truce>,
    /// The evidence at which a rise is raised, as a power of ten.
    pub rise_level_log10: f64,
    /// The evidence at which erosion is raised, as a power of ten.
    pub erosion_level_log10: f64,
    /// Promised alarms of rises and shocks a zone-year.
    pub promised: f64,
}

impl Timeline {
    /// The days from `from` to `to`, both in it, as far as there are any.
    #[must_use]
    pub fn between(&self, from: i32, to: i32) -> Timeline {
        let last = self.first_day.saturating_add(i32::try_from(self.days.len()).unwrap_or(i32::MAX)) - 1;
        let (from, to) = (from.max(self.first_day), to.min(last));
        let at = usize::try_from(from - self.first_day).unwrap_or(0);
        let days = usize::try_from(i64::from(to) + 1 - i64::from(from)).unwrap_or(0);
        let marks = self.marks.iter().copied().filter(|m| (from..=to).contains(&m.day)).collect();
        Timeline {
            first_day: from,
            days: self.days.iter().copied().skip(at).take(days).collect(),
            marks,
            ..self.clone()
        }
    }

    /// The weeks about its ceasefire: 35 days before it entered into force to 30 after it broke; all of it without one.
    #[must_use]
    pub fn about_the_truce(&self) -> Timeline {
        self.truce.map_or_else(|| self.clone(), |t| self.between(t.entry_into_force - 35, t.broke + 30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_timeline_keeps_its_days_and_its_marks() {
        let mark = |day| Mark { day, raised: Raised::Rise };
        let all = Timeline {
            name: "made up".to_owned(),
            first_day: 100,
            days: (0..50).map(|n| DayTold { count: Some(n), ..DayTold::default() }).collect(),
            marks: vec![mark(101), mark(120), mark(149)],
            truce: Some(Truce { entry_into_force: 150, broke: 110 }),
            rise_level_log10: 2.6,
            erosion_level_log10: 1.3,
            promised: 2.0,
        };
        let part = all.between(110, 130);
        assert_eq!((part.first_day, part.days.len(), part.days[0].count), (110, 21, Some(10)));
        assert_eq!(part.marks, [mark(120)]);
        assert_eq!(all.between(0, 1_000), all);
        assert!(all.between(200, 300).days.is_empty() && all.between(300, 200).days.is_empty());
        assert_eq!(all.about_the_truce().first_day, 115);
    }
}
