//! Clauses that are judged over a period: compared figure by figure. Stricter means more is asked of those bound.

use super::matching::counted;
use super::{Shown, Verdict};
use crate::agreement::{
    ActorIx, Agreement, Amount, Baseline, Bound, Clause, Condition, Duty, Element, ElementName, Guarantee,
    Indicator, Limit, Measure, Offset, Respond, Share,
};
use base::time::DAY_MS;

/// Differences found so far: what makes the second stricter and what makes it looser, and what cannot be ordered.
#[derive(Default)]
struct Found {
    stricter: Vec<Shown>,
    looser: Vec<Shown>,
    other: Vec<Shown>,
}

impl Found {
    fn add(&mut self, order: std::cmp::Ordering, shown: Shown) {
        match order {
            std::cmp::Ordering::Less => self.stricter.push(shown),
            std::cmp::Ordering::Greater => self.looser.push(shown),
            std::cmp::Ordering::Equal => {}
        }
    }

    /// Something differs that is neither stricter nor looser.
    fn differs(&mut self, what: &str, first: String, second: String) {
        let said = |words: String| if words.is_empty() { "not said".to_owned() } else { words };
        let (first, second) = (said(first), said(second));
        if first != second {
            self.other.push(Shown { sentence: what.to_owned(), witness: None, first, second });
        }
    }

    /// The more of it, the stricter.
    fn more(&mut self, what: &str, first: f64, second: f64, say: impl Fn(f64) -> String) {
        let order = first.partial_cmp(&second).unwrap_or(std::cmp::Ordering::Equal);
        self.add(order, plain(what, say(first), say(second)));
    }

    /// The less of it, the stricter; nothing said is the loosest.
    fn less(&mut self, what: &str, first: Option<f64>, second: Option<f64>, say: impl Fn(f64) -> String) {
        let order = match (first, second) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, Some(_)) => std::cmp::Ordering::Less,
            (Some(_), None) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => b.partial_cmp(&a).unwrap_or(std::cmp::Ordering::Equal),
        };
        let said = |v: Option<f64>| v.map_or_else(|| "not said".to_owned(), &say);
        self.add(order, plain(what, said(first), said(second)));
    }

    fn end(self) -> (Verdict, Vec<Shown>) {
        let verdict = match (self.stricter.is_empty(), self.looser.is_empty(), self.other.is_empty()) {
            (true, true, true) => Verdict::Same,
            (false, true, true) => Verdict::Stricter,
            (true, false, true) => Verdict::Looser,
            _ => Verdict::Mixed,
        };
        (verdict, self.looser.into_iter().chain(self.stricter).chain(self.other).collect())
    }
}

fn plain(what: &str, first: String, second: String) -> Shown {
    Shown { sentence: what.to_owned(), witness: None, first, second }
}

/// How `q` of `y` stands to `p` of `x`.
pub(super) fn verdict(x: &Agreement, p: &Clause, y: &Agreement, q: &Clause) -> (Verdict, Vec<Shown>) {
    let mut found = Found::default();
    if let (Some(a), Some(b)) = (p.duty.bound(), q.duty.bound()) {
        who(x, a, y, b, &mut found);
    }
    times(x, p, y, q, &mut found);
    match (&p.duty, &q.duty) {
        (Duty::Limit(l), Duty::Limit(m)) => limit(x, l, y, m, &mut found),
        (Duty::Share(s), Duty::Share(t)) => share(x, s, y, t, &mut found),
        (Duty::Guarantee(g), Duty::Guarantee(h)) => trigger(x, g, y, h, &mut found),
        (Duty::Respond(r), Duty::Respond(s)) => response(r, s, &mut found),
        (Duty::Notify(n), Duty::Notify(m)) => {
            found.more("lead time of a notice", lead_h(n.lead), lead_h(m.lead), |h| format!("{h} h"));
            found.differs("what a notice states", n.content.join(", "), m.content.join(", "));
            found.differs("levels that are told", n.levels.join(", "), m.levels.join(", "));
            found.more("read back", f64::from(n.read_back), f64::from(m.read_back), yes_no);
        }
        (Duty::Access(a), Duty::Access(b)) => {
            let minutes = |ms: Option<i64>| ms.map(|ms| ms as f64 / 60_000.0);
            found.less("time to let in", minutes(a.within_ms), minutes(b.within_ms), |m| format!("{m} min"));
            let quota = |q: &crate::agreement::Access| {
                q.quota.map_or_else(String::new, |q| format!("{} per {}", q.times, q.per.word()))
            };
            found.differs("inspections", quota(a), quota(b));
        }
        (Duty::Remedy(r), Duty::Remedy(s)) => {
            found.less("time to remedy", days(r.within), days(s.within), |d| format!("{d} days"));
            found.differs("the act", r.by.clone(), s.by.clone());
        }
        (Duty::Deed(d), Duty::Deed(e)) => {
            let amount = |d: &crate::agreement::DeedDuty| d.amount.map_or(0.0, |(n, _)| n);
            found.more("how many", amount(d), amount(e), |n| n.to_string());
            found.differs("how it is tested", d.test.clone(), e.test.clone());
        }
        (Duty::Mandate(m), Duty::Mandate(n)) => {
            let name = |a: &Agreement, b: ActorIx| a.actor(b).map(|b| b.name.clone()).unwrap_or_default();
            found.differs("who decides", name(x, m.body), name(y, n.body));
        }
        (Duty::Indicator(i), Duty::Indicator(j)) => indicator(x, i, y, j, &mut found),
        (Duty::Effect(e), Duty::Effect(f)) => {
            let days = |e: &crate::agreement::Effect| {
                // Not `sum`: the sum of nothing is -0.
                e.steps.iter().map(|s| days(Some(s.within)).unwrap_or(0.0)).fold(0.0, |all, d| all + d)
            };
            found.less("time of its steps", Some(days(e)), Some(days(f)), |d| format!("{d} days"));
            found.differs("what it hangs on", hangs_on(x, &e.when), hangs_on(y, &f.when));
        }
        _ => found.differs("kind of duty", p.duty.kind().name().to_owned(), q.duty.kind().name().to_owned()),
    }
    found.end()
}

/// Conditions in words.
fn hangs_on(agreement: &Agreement, conditions: &[Condition]) -> String {
    let zone = |z: &atlas::plan::ZoneIx| agreement.plan.zones.get(usize::from(z.0)).map(|z| z.name.clone());
    let words = |c: &Condition| match c {
        Condition::InZone(z) => format!("it lies in `{}`", zone(z).unwrap_or_default()),
        Condition::Exercise => "it was an exercise".to_owned(),
        other => crate::cells::key(agreement, other).unwrap_or_default(),
    };
    conditions.iter().map(words).collect::<Vec<_>>().join(", and ")
}

fn yes_no(value: f64) -> String {
    if value > 0.0 { "yes".to_owned() } else { "not said".to_owned() }
}

fn lead_h(lead: Option<Offset>) -> f64 {
    days(lead).unwrap_or(0.0) * 24.0
}

/// A length of time in days, for comparing; a month counts thirty.
fn days(offset: Option<Offset>) -> Option<f64> {
    Some(match offset? {
        Offset::None => 0.0,
        Offset::Days(d) | Offset::WholeDays(d) => f64::from(d),
        Offset::Ms(ms) => ms as f64 / DAY_MS as f64,
        Offset::Months(m) => f64::from(m) * 30.0,
    })
}

fn codes(agreement: &Agreement, bound: &Bound) -> Option<Vec<String>> {
    let all = bound.actors.as_ref()?.iter().filter(|a| !bound.except.contains(a));
    let mut codes: Vec<String> = all.filter_map(|a| agreement.actor(*a)).map(|a| a.code.clone()).collect();
    codes.sort_unstable();
    Some(codes)
}

/// Binding more of them is stricter.
fn who(x: &Agreement, a: &Bound, y: &Agreement, b: &Bound, found: &mut Found) {
    let (Some(p), Some(q)) = (codes(x, a), codes(y, b)) else { return };
    let (less, more) = (p.iter().any(|c| !q.contains(c)), q.iter().any(|c| !p.contains(c)));
    let shown = plain("who is bound", p.join(", "), q.join(", "));
    match (less, more) {
        (false, false) => {}
        (false, true) => found.stricter.push(shown),
        (true, false) => found.looser.push(shown),
        (true, true) => found.other.push(shown),
    }
}

/// Beginning earlier and ending later is stricter, and so is having to be complete earlier.
fn times(x: &Agreement, p: &Clause, y: &Agreement, q: &Clause, found: &mut Found) {
    let say =
        |a: &Agreement, at: Option<base::Instant>| at.map_or_else(|| "open".to_owned(), |at| a.zone.show(at));
    let of = |a: &Agreement, w: Option<&crate::agreement::When>| w.and_then(|w| a.resolve_when(w));
    let (from_a, from_b) = (of(x, Some(&p.from)), of(y, Some(&q.from)));
    if let (Some(a), Some(b)) = (from_a, from_b) {
        found.add(b.cmp(&a), plain("when it begins", say(x, from_a), say(y, from_b)));
    }
    let (end_a, end_b) = (of(x, p.until.as_ref()), of(y, q.until.as_ref()));
    let last = base::Instant::LAST;
    let known = p.until.is_none() == end_a.is_none() && q.until.is_none() == end_b.is_none();
    if known {
        let order = end_a.unwrap_or(last).cmp(&end_b.unwrap_or(last));
        found.add(order, plain("when it ends", say(x, end_a), say(y, end_b)));
    }
    let (due_a, due_b) = (of(x, p.complete.as_ref()), of(y, q.complete.as_ref()));
    if p.complete.is_some() || q.complete.is_some() {
        let order = due_b.unwrap_or(last).cmp(&due_a.unwrap_or(last));
        found.add(order, plain("when it is due", say(x, due_a), say(y, due_b)));
    }
}

/// What a limit says of a figure.
pub(super) fn of_figure(amount: Amount, figure: f64) -> &'static str {
    let (breached, kept) = ("breached", "kept");
    match amount {
        Amount::AtMost(most) if figure > most => breached,
        Amount::AtLeast(least) if figure < least => breached,
        Amount::Between(least, most) if figure < least || figure > most => breached,
        Amount::Level(level) if figure > level => "breached if read as a cap, kept if read as a floor",
        Amount::Level(level) if figure < level => "kept if read as a cap, breached if read as a floor",
        _ => kept,
    }
}

/// An amount in words.
pub(super) fn amount_words(limit: &Limit) -> String {
    let words = match limit.amount {
        Amount::AtMost(n) => format!("a cap: at most {}", grouped(n)),
        Amount::AtLeast(n) => format!("a floor: at least {}", grouped(n)),
        Amount::Between(a, b) => format!("from {} to {}", grouped(a), grouped(b)),
        Amount::Level(n) => format!("a level: {}, neither cap nor floor said", grouped(n)),
    };
    if limit.supported.is_some() { format!("{words}, which others support") } else { words }
}

/// A number with its thousands in groups.
pub(crate) fn grouped(n: f64) -> String {
    let digits = format!("{}", n.trunc());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && c.is_ascii_digit() && out != "-" {
            out.push(' ');
        }
        out.push(c);
    }
    if n.fract() == 0.0 {
        out
    } else {
        format!("{out}{}", format!("{}", n.fract().abs()).trim_start_matches('0'))
    }
}

fn borders(amount: Amount) -> Vec<f64> {
    match amount {
        Amount::AtMost(n) | Amount::AtLeast(n) | Amount::Level(n) => vec![n],
        Amount::Between(a, b) => vec![a, b],
    }
}

/// Figures between the numbers that two limits name, and beyond them.
pub(super) fn figures(a: Amount, b: Amount) -> Vec<f64> {
    let mut all: Vec<f64> = borders(a).into_iter().chain(borders(b)).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    let mut out: Vec<f64> = all
        .windows(2)
        .map(|w| match w {
            [p, q] => ((p + q) / 2.0).round(),
            _ => 0.0,
        })
        .collect();
    out.extend(&all);
    out.extend(all.last().map(|last| (last * 1.05).round() + 1.0));
    out.extend(all.first().map(|first| (first * 0.9).round()));
    out
}

fn limit(x: &Agreement, l: &Limit, y: &Agreement, m: &Limit, found: &mut Found) {
    let ((thing, _), (_, whose)) = (counted(x, l), counted(y, m));
    let rank = |said: &str| if said == "breached" { 2 } else { i32::from(said != "kept") };
    let (mut looser, mut stricter) = (None, None);
    for figure in figures(l.amount, m.amount) {
        let (a, b) = (of_figure(l.amount, figure), of_figure(m.amount, figure));
        let shown = || {
            plain(&format!("{} {thing} of {}", grouped(figure), whose.join(", ")), a.to_owned(), b.to_owned())
        };
        match rank(a).cmp(&rank(b)) {
            std::cmp::Ordering::Greater => looser = looser.or_else(|| Some(shown())),
            std::cmp::Ordering::Less => stricter = stricter.or_else(|| Some(shown())),
            std::cmp::Ordering::Equal => {}
        }
    }
    found.looser.extend(looser);
    found.stricter.extend(stricter);
    found.differs("while what", l.while_words.clone(), m.while_words.clone());
}

/// An indicator obliges nobody: no difference makes it stricter, and each of its figures is shown.
fn indicator(x: &Agreement, i: &Indicator, y: &Agreement, j: &Indicator, found: &mut Found) {
    let days = |ms: i64| crate::explain::length_of(ms);
    found.differs("over how long it is counted", days(i.window_ms), days(j.window_ms));
    let versus = |a: &Agreement, i: &Indicator| {
        let at = |w: &crate::agreement::When| {
            a.resolve_when(w).map_or_else(|| "a moment not known".to_owned(), |at| a.zone.show(at))
        };
        match &i.baseline {
            None => String::new(),
            Some(Baseline::Before(ms)) => format!("the {} before", days(*ms)),
            Some(Baseline::Since(from)) => format!("since {}", at(from)),
            Some(Baseline::Between(from, to)) => format!("from {} to {}", at(from), at(to)),
        }
    };
    found.differs("what it is compared with", versus(x, i), versus(y, j));
    found.differs("what meets it", turn_words(i), turn_words(j));
    let share = |i: &Indicator| format!("{} %", i.coverage_min * 100.0);
    found.differs("share that has to be watched", share(i), share(j));
    let told = |a: &Agreement, i: &Indicator| {
        let mut all: Vec<String> =
            i.told.iter().filter_map(|t| a.actor(*t)).map(|t| t.code.clone()).collect();
        all.sort_unstable();
        all.join(", ")
    };
    found.differs("who is told", told(x, i), told(y, j));
}

/// What meets an indicator, in words.
fn turn_words(indicator: &Indicator) -> String {
    let Some(level) = indicator.turn.level() else { return indicator.turn.name().to_owned() };
    let measure = match level.measure {
        Measure::Count => "",
        Measure::PerWatchedHour => " per watched hour",
        Measure::Times => " times the baseline",
    };
    let least = level.at_least.map(|n| format!(" and at least {}", grouped(n))).unwrap_or_default();
    format!("{} to {}{measure}{least}", indicator.turn.name(), grouped(level.number))
}

fn share(x: &Agreement, s: &Share, y: &Agreement, t: &Share, found: &mut Found) {
    let shares = |a: &Agreement, s: &Share| {
        let mut all: Vec<String> = s
            .shares
            .iter()
            .filter_map(|(actor, pct)| Some(format!("{} {pct} %", a.actor(*actor)?.code)))
            .collect();
        all.sort_unstable();
        all.join(", ")
    };
    found.differs("shares", shares(x, s), shares(y, t));
    let per = |s: &Share| s.per.map_or("not said", |p| p.word()).to_owned();
    found.differs("settled over", per(s), per(t));
    found.less("tolerance", s.tolerance_pct, t.tolerance_pct, |p| format!("{p} %"));
}

/// An element in words that do not hang on indices.
pub(super) fn element_words(agreement: &Agreement, element: &Element) -> String {
    let names = |all: &[ActorIx]| {
        let names: Vec<String> =
            all.iter().filter_map(|a| agreement.actor(*a)).map(|a| a.name.clone()).collect();
        names.join(", ")
    };
    match &element.name {
        ElementName::Fire(by) => format!("fire by {}", names(by)),
        ElementName::ArmedAttack(by) => format!("armed attack by {}", names(by)),
        ElementName::Across(line) => {
            let line = agreement.plan.lines.get(usize::from(line.0)).map_or("a line", |l| l.name.as_str());
            format!("across `{line}`")
        }
        other => other.word().to_owned(),
    }
}

/// A trigger with fewer elements, or with fire instead of an armed attack, is wider: more is asked of the guarantors.
fn trigger(x: &Agreement, g: &Guarantee, y: &Agreement, h: &Guarantee, found: &mut Found) {
    let words =
        |a: &Agreement, g: &Guarantee| g.elements.iter().map(|e| element_words(a, e)).collect::<Vec<_>>();
    let (p, q) = (words(x, g), words(y, h));
    let any_fire = |g: &Guarantee| g.elements.iter().any(|e| matches!(e.name, ElementName::Fire(_)));
    let base = |w: &String| w.starts_with("fire by") || w.starts_with("armed attack by");
    let more = |a: &[String], b: &[String]| a.iter().any(|w| !base(w) && !b.contains(w));
    let narrower = more(&q, &p) || (any_fire(g) && !any_fire(h));
    let wider = more(&p, &q) || (any_fire(h) && !any_fire(g));
    let shown = plain("what it falls due on", p.join("; "), q.join("; "));
    match (narrower, wider) {
        (false, false) => {}
        (true, false) => found.looser.push(shown),
        (false, true) => found.stricter.push(shown),
        (true, true) => found.other.push(shown),
    }
}

fn response(r: &Respond, s: &Respond, found: &mut Found) {
    found.less("time to respond", days(r.within), days(s.within), |d| format!("{} h", d * 24.0));
    let zero = |r: &Respond| format!("{:?}", std::mem::discriminant(&r.zero));
    if zero(r) != zero(s) {
        let say = |r: &Respond| zero_words(&r.zero).to_owned();
        found.differs("where the clock starts", say(r), say(s));
    }
    let restarts = |r: &Respond| match r.restarts {
        None => "not said".to_owned(),
        Some(true) => "a later violation restarts it".to_owned(),
        Some(false) => "a later violation does not restart it".to_owned(),
    };
    found.differs("restart", restarts(r), restarts(s));
    let tiers = |r: &Respond| {
        r.tiers.iter().map(|t| format!("{}: {}", t.number, t.what)).collect::<Vec<_>>().join("; ")
    };
    found.differs("tiers", tiers(r), tiers(s));
    found.differs("measures", r.measures.join(", "), s.measures.join(", "));
}

fn zero_words(zero: &crate::agreement::Zero) -> &'static str {
    use crate::agreement::Zero;
    match zero {
        Zero::FirstViolation => "the first violation",
        Zero::FirstRecorded => "the first recorded violation",
        Zero::Request => "the request",
        Zero::Decision(_) => "the decision of a body",
        Zero::Moment(_) => "a moment of the text",
        Zero::NotSaid => "not said",
    }
}
