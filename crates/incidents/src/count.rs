//! Counts reconciled: what one source counted is added up, what several sources counted of the same event is not, and
//! different units are never added.

use base::Count;
use evidence::batch::Batch;
use std::collections::BTreeMap;

/// The reconciled count of each unit over the observations `members` of one incident, by unit name. Observations
/// without a stated count add nothing: a report is not a count.
#[must_use]
pub fn reconciled(batch: &Batch, members: &[u32]) -> BTreeMap<String, Count> {
    let mut by_unit_and_source: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for row in members.iter().map(|m| *m as usize) {
        let Some(count) = batch.count(row) else { continue };
        let unit = match batch.word_at(&batch.unit, row) {
            "" => batch.word_at(&batch.kind, row),
            unit => unit,
        };
        let key = (unit, batch.word_at(&batch.source, row));
        by_unit_and_source.entry(key).and_modify(|c| *c = c.plus(count)).or_insert(count);
    }
    let mut by_unit: BTreeMap<String, Count> = BTreeMap::new();
    for ((unit, _), count) in by_unit_and_source {
        by_unit.entry(unit.to_owned()).and_modify(|c| *c = c.reconciled(count)).or_insert(count);
    }
    by_unit
}

#[cfg(test)]
mod tests {
    use super::reconciled;
    use base::Count;
    use evidence::batch::{Batch, Builder, WordIndex};
    use evidence::draft::Draft;

    fn heard(source: &str, key: &str, unit: &str, n: u32) -> Batch {
        let mut b = Builder::new(source);
        let draft = Draft {
            native_key: key.as_bytes(),
            kind: "explosion",
            unit,
            count: Some(Count::exactly(n)),
            ..Draft::default()
        };
        b.push(&draft).unwrap();
        b.take()
    }

    #[test]
    fn one_source_adds_up_two_sources_do_not_and_units_stay_apart() {
        let mut all = Batch::default();
        let mut words = WordIndex::default();
        for part in [
            heard("post-1", "a", "", 2),
            heard("post-1", "b", "", 1),
            heard("post-2", "a", "", 3),
            heard("post-2", "b", "shot", 9),
        ] {
            all.push_row(&part, 0, &mut words);
        }
        let counts = reconciled(&all, &[0, 1, 2, 3]);
        assert_eq!(counts.get("explosion"), Some(&Count::exactly(3)));
        assert_eq!(counts.get("shot"), Some(&Count::exactly(9)));
    }
}
