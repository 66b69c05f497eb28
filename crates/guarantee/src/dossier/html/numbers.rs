//! The tables of numbers on the page.

use super::Page;
use crate::numbers::{Numbers, Row};

impl Page {
    pub(super) fn numbers(&mut self, of: &Numbers) {
        let rows = of.limits.len() + of.visits.len() + of.access.len() + of.shares.len();
        if rows + of.notices.len() + of.odd.len() == 0 {
            return;
        }
        self.element("h2", &format!("Obligations by number: {}", of.text));
        self.limits(of);
        self.visits(of);
        self.access(of);
        self.shares(of);
        self.notices(of);
        let odd: Vec<String> = of.odd.iter().map(|o| format!("{}: {}", o.record, o.what)).collect();
        self.list("Records that cannot be right:", &odd);
        if of.left_out > 0 {
            self.element("p", &format!("{} rows more.", of.left_out));
        }
    }

    /// How a row stands, since when, and what is missing.
    fn state(&self, row: &Row) -> [String; 3] {
        let outcome = row.outcome.replace('_', " ");
        let state = if row.word.is_empty() { outcome } else { format!("{outcome}: {}", row.word) };
        [state, self.maybe_time(row.since_ms, ""), row.missing.join("; ")]
    }

    fn rests(row: &Row) -> String {
        row.records.iter().map(|r| format!("{}: {}", r.id, r.says)).collect::<Vec<_>>().join("; ")
    }

    fn limits(&mut self, of: &Numbers) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.limits {
            let figures = r.figures.iter().map(|f| format!("{} {}", f.basis, f.figure));
            let ways = r.read_as.iter().map(|w| format!("{}: {}", w.way, w.kept.name()));
            let holds = if r.holds_while.is_empty() { "always".to_owned() } else { r.holds_while.clone() };
            let mut row =
                vec![r.row.clause.clone(), r.row.actor.clone(), format!("{} {}", r.amount, r.counted)];
            row.push(holds);
            row.push(figures.chain(ways).collect::<Vec<_>>().join("; "));
            row.extend(self.state(&r.row));
            row.push(Page::rests(&r.row));
            rows.push(row);
        }
        let head = ["Clause", "Whose", "Amount", "While", "Figures", "State", "Since", "Missing", "Rests on"];
        self.table(&head, &rows);
    }

    fn visits(&mut self, of: &Numbers) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.visits {
            let counted = r.counted.map_or_else(|| "could not be counted".to_owned(), |n| n.to_string());
            let mut serials = Vec::new();
            for (serial, since) in &r.serials_missing {
                serials.push(format!("{serial} since {}", self.time(*since)));
            }
            let mut row = vec![r.row.clause.clone(), r.row.actor.clone(), counted, serials.join("; ")];
            row.extend(self.state(&r.row));
            row.push(Page::rests(&r.row));
            rows.push(row);
        }
        let head = ["Clause", "Whose", "Counted", "Serials missing", "State", "Since", "Missing", "Visit"];
        self.table(&head, &rows);
    }

    fn access(&mut self, of: &Numbers) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.access {
            let quota = if r.quota.is_empty() { "none set".to_owned() } else { r.quota.clone() };
            let mut row = vec![r.row.clause.clone(), r.row.actor.clone(), quota];
            row.extend(self.state(&r.row));
            row.push(Page::rests(&r.row));
            rows.push(row);
        }
        self.table(&["Clause", "Whose", "Quota", "State", "Since", "Missing", "Request"], &rows);
    }

    fn notices(&mut self, of: &Numbers) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.notices {
            let mut row = vec![r.row.clause.clone(), r.row.actor.clone(), r.defect_at.clone()];
            row.push(r.not_stated.join("; "));
            row.extend(self.state(&r.row));
            row.push(Page::rests(&r.row));
            rows.push(row);
        }
        let head =
            ["Clause", "Whose", "Not passed at", "Not stated", "State", "Since", "Missing", "Rests on"];
        self.table(&head, &rows);
    }

    fn shares(&mut self, of: &Numbers) {
        let number = |n: Option<f64>| n.map_or_else(|| "not known".to_owned(), |n| n.to_string());
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.shares {
            let mut flow = format!("{} {}", number(r.flow), r.unit);
            if r.in_part {
                flow.push_str(", in part");
            }
            let parts = r.parts.iter().map(|p| {
                format!(
                    "{}: entitled to {}, received {}, ceded {}, imbalance {}",
                    p.actor,
                    number(p.entitlement),
                    number(p.delivered),
                    number(p.ceded),
                    number(p.imbalance)
                )
            });
            let mut row = vec![r.row.clause.clone(), r.period.clone(), flow];
            row.push(parts.collect::<Vec<_>>().join("; "));
            row.extend(self.state(&r.row));
            row.push(Page::rests(&r.row));
            rows.push(row);
        }
        let head = ["Clause", "Period", "Flow", "Parts", "State", "Since", "Missing", "Rests on"];
        self.table(&head, &rows);
    }
}
