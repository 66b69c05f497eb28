//! The file as a page to print: no scripts, nothing loaded from elsewhere, everything escaped.

use crate::view::{
    CaseView, ClockView, ConsultationView, DecisionView, ElementView, EvidenceView, FileView, LadderView,
    LossView, MeasureView, Table,
};
use crate::words::State;
use base::{CivilZone, Instant};
use std::fmt::Write as _;

mod numbers;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
const STYLE: &str = "<style>body{font:11pt/1.4 serif;max-width:60em;margin:2em auto;padding:0 1em}\
    table{border-collapse:collapse;width:100%;margin:.6em 0}th,td{border:1px solid #555;padding:.2em .4em;\
    text-align:left;vertical-align:top}h1,h2,h3{break-after:avoid}tr{break-inside:avoid}\
    .s{font-weight:bold}small{color:#333}</style>\n";

/// The page, with times in the mission's civil zone where no text has one of its own.
#[must_use]
pub fn page(file: &FileView, title: &str, zone: &CivilZone) -> String {
    let mut out = Page { html: HEAD.to_owned(), zone: zone.clone() };
    out.raw("<title>");
    out.text(title);
    out.raw("</title>\n");
    out.raw(STYLE);
    out.raw("</head><body>\n");
    out.element("h1", title);
    let known = format!("As known at {}. For: {}.", out.time(file.as_known_at_ms), file.audience.name());
    out.element("p", &known);
    out.element("p", &format!("Rules: {}.", file.algorithm));
    out.element("p", file.never);
    out.element("h2", "Elements, text by text");
    out.side_by_side(&file.elements);
    out.element("h2", "Clocks, text by text");
    out.side_by_side(&file.clocks);
    file.cases.iter().for_each(|c| out.case(c));
    file.ladders.iter().for_each(|l| out.ladder(l));
    file.consultations.iter().for_each(|c| out.consultation(c));
    file.numbers.iter().for_each(|n| out.numbers(n));
    out.raw("</body></html>\n");
    out.html
}

struct Page {
    html: String,
    zone: CivilZone,
}

impl Page {
    /// What is ours.
    fn raw(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// What comes from outside, or may.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                // Signs that turn the direction of writing could make a page say another thing than its source.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.html.push('\u{fffd}'),
                c if c.is_control() && c != '\n' && c != '\t' => self.html.push('\u{fffd}'),
                c => self.html.push(c),
            }
        }
    }

    fn element(&mut self, name: &'static str, text: &str) {
        let _ = write!(self.html, "<{name}>");
        self.text(text);
        let _ = writeln!(self.html, "</{name}>");
    }

    fn time(&self, at_ms: i64) -> String {
        self.zone.show(Instant(at_ms))
    }

    fn maybe_time(&self, at_ms: Option<i64>, none: &str) -> String {
        at_ms.map_or_else(|| none.to_owned(), |at| self.time(at))
    }

    fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        self.raw("<table><tr>");
        head.iter().for_each(|h| self.element("th", h));
        self.raw("</tr>\n");
        for row in rows {
            self.raw("<tr>");
            row.iter().for_each(|cell| self.element("td", cell));
            self.raw("</tr>\n");
        }
        self.raw("</table>\n");
    }

    fn list(&mut self, title: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.element("p", title);
        self.raw("<ul>");
        items.iter().for_each(|i| self.element("li", i));
        self.raw("</ul>\n");
    }

    fn side_by_side(&mut self, table: &Table) {
        let mut head = vec![""];
        head.extend(table.texts.iter().map(String::as_str));
        let row = |r: &crate::view::TableRow| {
            [r.name.clone()].into_iter().chain(r.cells.iter().map(|c| c.words.clone())).collect()
        };
        let rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
        if rows.is_empty() {
            self.element("p", "No text has any.");
        }
        self.table(&head, &rows);
    }

    /// Times of a text stand in its own zone.
    fn in_zone(&mut self, name: &str, then: impl FnOnce(&mut Page)) {
        let before = self.zone.clone();
        if let Ok(zone) = CivilZone::named(name) {
            self.zone = zone;
        }
        then(self);
        self.zone = before;
    }

    fn case(&mut self, of: &CaseView) {
        self.in_zone(&of.zone, |page| {
            page.element("h2", &format!("{} {}: {}", of.text, of.clause, of.title));
            let status = if of.status.is_empty() { "status not stated" } else { of.status };
            let entry = page.maybe_time(of.entry_into_force_ms, "not known");
            page.element("p", &format!("Status: {status}. Entry into force: {entry}. Zone: {}.", of.zone));
            let against =
                if of.against.is_empty() { "nobody by name".to_owned() } else { of.against.join(", ") };
            let who =
                format!("Given by {} to {}, against {against}.", of.guarantors.join(", "), of.beneficiary);
            page.element("p", &who);
            page.list("The clause waits:", &of.missing);
            of.elements.iter().for_each(|e| page.one(e));
            page.shots(of);
            of.losses.iter().for_each(|l| page.loss(l));
        });
    }

    fn one(&mut self, of: &ElementView) {
        self.raw("<h3>");
        self.text(&of.name);
        self.raw(": <span class=\"s\">");
        self.text(of.state.name());
        self.raw("</span></h3>\n");
        let measure = if of.measure.is_empty() { "none".to_owned() } else { of.measure.join("; or ") };
        self.element("p", &format!("Measure: {measure} (whose: {}).", of.measure_by));
        if of.on_record != of.state {
            self.element("p", &format!("By records and observations alone: {}.", of.on_record.name()));
        }
        self.list("Why:", &of.reasons);
        let missing: Vec<String> = of.missing.iter().map(|(_, words)| words.clone()).collect();
        self.list("What is missing:", &missing);
        self.evidence("Findings:", &of.evidence);
        self.evidence("Against it:", &of.against);
        for gauged in &of.gauged {
            let told = format!(
                "By the measure of {} ({}, {}): {} — {}",
                gauged.by,
                gauged.reference,
                gauged.measure.join("; or "),
                gauged.state.name(),
                gauged.why
            );
            self.element("p", &told);
            self.list("What is missing for that:", &gauged.missing);
        }
    }

    fn evidence(&mut self, title: &str, all: &[EvidenceView]) {
        let told = |e: &EvidenceView| {
            let moves = if e.counts { "" } else { "; does not move it here" };
            format!(
                "{} ({}, confidence {}, under {}{moves}): {}, {}",
                e.reference,
                e.standing,
                e.confidence,
                e.text,
                e.says,
                e.bearing.name()
            )
        };
        let items: Vec<String> = all.iter().map(told).collect();
        self.list(title, &items);
    }

    fn shots(&mut self, of: &CaseView) {
        let told = match of.first_shot {
            State::Met => "theirs whom it is against",
            State::NotMet => "of the side that it protects",
            State::Undetermined => "undetermined",
        };
        self.element("h3", &format!("First shot: {told}"));
        self.list("Why:", &of.first_shot_reasons);
        self.list("What is missing:", &of.first_shot_missing);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for shot in &of.shots {
            let clock = match shot.corrected_ms {
                Some((a, b)) => format!("{} to {}", self.time(a), self.time(b)),
                None => "clock not measured".to_owned(),
            };
            rows.push(vec![
                shot.kind.clone(),
                shot.actor.clone().unwrap_or_else(|| "unknown".to_owned()),
                format!("{} to {}", self.time(shot.stated_ms.0), self.time(shot.stated_ms.1)),
                clock,
                shot.to_the_one_before.to_owned(),
            ]);
        }
        let all = format!("{} shown, {} on record.", rows.len(), of.shots_in_all);
        self.element("p", &all);
        self.table(&["What", "Whose", "As stated", "By its clock", "To the one before"], &rows);
    }

    fn loss(&mut self, of: &LossView) {
        let whom = if of.whom.is_empty() { String::new() } else { format!(" for {}", of.whom.join(", ")) };
        let title = format!("{}: {} {}{whom}: {}", of.clause, of.of.join(", "), of.becomes, of.state);
        self.element("h3", &title);
        self.element("p", &format!("When nobody decides: {}.", of.on_silence));
        if let Some(earliest) = of.earliest_ms {
            self.element("p", &format!("At the earliest: {}.", self.time(earliest)));
        }
        self.list("Why:", &of.reasons);
        self.list("What is missing:", &of.missing);
        of.steps.iter().for_each(|s| self.clock(s));
    }

    fn clock(&mut self, of: &ClockView) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for r in &of.readings {
            rows.push(vec![
                if r.of_the_text { "the text's" } else { "not the text's" }.to_owned(),
                r.zero_words.clone(),
                if r.restarts { "yes" } else { "no" }.to_owned(),
                self.maybe_time(r.zero_ms, "not come"),
                self.maybe_time(r.due_ms, "no end"),
                r.state.replace('_', " "),
                self.maybe_time(r.met_ms, ""),
            ]);
        }
        self.element("p", &format!("Clock of {} ({})", of.name, of.zone));
        self.table(&["Reading", "Zero", "Started anew", "From", "Until", "State", "Done"], &rows);
        let mut zeros: Vec<String> = Vec::new();
        for z in &of.zeros {
            let whose = if z.of_the_text { " (the text's)" } else { "" };
            zeros.push(format!("{}{whose}: {}", z.what, self.maybe_time(z.at_ms, "not come, or not known")));
        }
        self.list("Moments that could be its zero:", &zeros);
        self.list("Notes:", &of.notes);
    }

    fn ladder(&mut self, of: &LadderView) {
        self.element("h2", &format!("Ladder of {} {}", of.text, of.clause));
        let restarts = match of.restarts {
            Some(true) => "a later violation starts it anew",
            Some(false) => "a later violation does not start it anew",
            None => "whether a later violation starts it anew the text does not say",
        };
        let told = format!("To {}: {}. Zero: {}; {restarts}.", of.verb, of.bound.join(", "), of.zero);
        self.element("p", &told);
        self.list("Menu of measures:", &of.menu);
        if !of.procedure.is_empty() {
            self.element("p", &format!("Procedure: {}.", of.procedure));
        }
        for tier in &of.tiers {
            let within = if tier.within.is_empty() { "no time" } else { &tier.within };
            self.element("h3", &format!("{} ({within}): {}", tier.clock.name, tier.what));
            if !tier.when.is_empty() {
                let told = format!("Condition: {} — {}.", tier.when, tier.condition.name());
                self.element("p", &told);
            }
            self.clock(&tier.clock);
        }
        self.list("What is missing:", &of.missing);
    }

    fn consultation(&mut self, of: &ConsultationView) {
        let title = format!("{} on {} {}: {}", of.reference, of.text, of.clause, of.stage.name());
        self.element("h2", &title);
        let asked = format!("{}, {}: {}", of.requested_by, self.time(of.requested_ms), of.question);
        self.element("p", &asked);
        self.list("Rests on:", &of.cites);
        if let Some(due) = of.due_ms {
            self.element("p", &format!("To be held by {}.", self.time(due)));
        }
        let who: Vec<String> =
            of.participants.iter().map(|(who, p)| format!("{who}: {}", p.name())).collect();
        self.list("Participants:", &who);
        let mut positions: Vec<String> = Vec::new();
        for p in &of.positions {
            positions.push(format!("{}, {}: {}", p.who, self.time(p.at_ms), p.text));
        }
        self.list("Positions:", &positions);
        of.decisions.iter().for_each(|d| self.decision(d));
        let mut silences: Vec<String> = Vec::new();
        for s in &of.silences {
            let until = self.time(s.until_ms);
            silences.push(format!("{} on {}, until {until}: {}", s.reference, s.decision, s.state.name()));
            silences.extend(s.objections.iter().map(|o| format!("objection of {}: {}", o.who, o.text)));
        }
        self.list("Silence procedures:", &silences);
        self.measures(&of.measures);
        let mut steps: Vec<String> = Vec::new();
        for n in &of.nationals {
            for (step, said, due) in &n.steps {
                let due = due.map_or_else(String::new, |d| format!("; next by {}", self.time(d)));
                let at = self.time(said.at_ms);
                steps.push(format!("{}, {}: {} at {at}: {}{due}", n.of, n.procedure, step.name(), said.text));
            }
        }
        self.list("National procedures:", &steps);
        if let Some(ended) = &of.ended {
            self.element("p", &format!("Ended {}: {}", self.time(ended.at_ms), ended.text));
        }
    }

    fn decision(&mut self, of: &DecisionView) {
        self.element("h3", &format!("{} ({}, {}): {}", of.reference, of.by, of.rule, of.standing.name()));
        self.element("p", &of.text);
        if !of.condition.is_empty() {
            self.element("p", &format!("On the condition: {}", of.condition));
        }
        for ballot in of.ballot.iter().chain(&of.confirming) {
            let mut rows: Vec<String> =
                ballot.votes.iter().map(|(who, vote, why)| format!("{who}: {} {why}", vote.name())).collect();
            if let (Some(outcome), Some(at)) = (ballot.outcome, ballot.recorded_ms) {
                let at = self.time(at);
                rows.push(format!("recorded {at}: {} ({}) — {}", outcome.name(), ballot.counted, ballot.why));
            }
            self.list("Votes:", &rows);
        }
    }

    fn measures(&mut self, all: &[MeasureView]) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for m in all {
            let mut by = self.maybe_time(m.by_ms, "no date");
            if m.late {
                by.push_str(" (past, not reported as done)");
            }
            let notes: Vec<String> =
                m.notes.iter().map(|(p, said, _)| format!("{}: {}", p.name(), said.text)).collect();
            rows.push(vec![
                m.reference.clone(),
                m.who.clone(),
                m.menu.clone(),
                m.what.clone(),
                by,
                m.progress.name().to_owned(),
                notes.join("; "),
            ]);
        }
        self.table(&["Measure", "Who", "Menu", "What", "By when", "State", "Follow-up"], &rows);
    }
}
