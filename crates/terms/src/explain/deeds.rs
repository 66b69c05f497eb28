//! Limits, shares, deeds, notices, access and remedies in sentences.

use super::phrases as p;
use super::speech::Speech;
use crate::agreement::{Access, Amount, Counted, DeedDuty, Limit, Notify, Period, Remedy, Share, UnitIx};
use crate::compare::grouped;

impl Speech<'_> {
    fn unit(&self, unit: UnitIx) -> String {
        let named = self.agreement.units.get(usize::from(unit.0));
        named.map(|u| if u.title.is_empty() { u.name.clone() } else { u.title.clone() }).unwrap_or_default()
    }

    fn amount(&self, amount: Amount) -> String {
        match amount {
            Amount::AtMost(n) => self.say(&p::AT_MOST, &[("n", &self.number(grouped(n)))]),
            Amount::AtLeast(n) => self.say(&p::AT_LEAST, &[("n", &self.number(grouped(n)))]),
            Amount::Between(n, m) => {
                self.say(&p::BETWEEN, &[("n", &self.number(grouped(n))), ("m", &self.number(grouped(m)))])
            }
            Amount::Level(n) => self.say(&p::LEVEL, &[("n", &self.number(grouped(n)))]),
        }
    }

    pub(super) fn limit(&self, limit: &Limit) -> (String, Vec<String>) {
        let unit = match &limit.counted {
            Counted::Unit(unit) => self.unit(*unit),
            Counted::Weapon(what) => self.thing(what),
        };
        let (amount, place) = (self.amount(limit.amount), self.place(limit.zone));
        let holes = [("amount", amount.as_str()), ("unit", &unit), ("place", &place)];
        let deed = match limit.supported {
            None => self.say(&p::HOLD, &holes),
            Some(whose) => {
                let whose = self.name(whose);
                let mut holes = holes.to_vec();
                holes.push(("whose", &whose));
                self.say(&p::SUPPORT, &holes)
            }
        };
        let mut more = Vec::new();
        if !limit.while_words.is_empty() {
            more.push(self.say(&p::WHILE, &[("words", &limit.while_words)]));
        }
        if let Counted::Unit(unit) = limit.counted
            && let Some(unit) = self.agreement.units.get(usize::from(unit.0))
        {
            let or_unsaid =
                |all: &[String]| if all.is_empty() { self.plain(&p::NOT_SAID) } else { all.join(", ") };
            let (includes, excludes) = (or_unsaid(&unit.includes), or_unsaid(&unit.excludes));
            more.push(self.say(&p::COUNTS, &[("includes", &includes), ("excludes", &excludes)]));
        }
        (self.shall(&limit.bound, &deed), more)
    }

    fn period(&self, period: Option<Period>) -> String {
        let unsaid = self.plain(&p::NOT_SAID);
        let Some(period) = period else { return unsaid };
        let words: [&str; 4] = match period {
            Period::Hour => ["hour", "година", "час", "heure"],
            Period::Day => ["day", "день", "день", "jour"],
            Period::Week => ["week", "тиждень", "неделя", "semaine"],
            Period::Month => ["month", "місяць", "месяц", "mois"],
            Period::Year => ["year", "рік", "год", "an"],
        };
        p::Phrase(words).plain(self.language)
    }

    pub(super) fn share(&self, share: &Share) -> (String, Vec<String>) {
        let flow = self.agreement.flows.get(usize::from(share.flow.0));
        let flow = flow.map(|f| f.title.clone()).unwrap_or_default();
        let shares: Vec<String> = share
            .shares
            .iter()
            .map(|(actor, pct)| format!("{} {} %", self.name(*actor), self.number(pct.to_string())))
            .collect();
        let tolerance = share
            .tolerance_pct
            .map_or_else(|| self.plain(&p::NOT_SAID), |t| format!("{} %", self.number(t.to_string())));
        let holes = [
            ("flow", flow.as_str()),
            ("shares", &shares.join(", ")),
            ("per", &self.period(share.per)),
            ("tolerance", &tolerance),
        ];
        let zero = if share.nothing_at_zero { &p::NOTHING_AT_ZERO } else { &p::ZERO_NOT_SAID };
        (self.say(&p::SHARE, &holes), vec![self.plain(zero)])
    }

    pub(super) fn deed(&self, deed: &DeedDuty) -> (String, Vec<String>) {
        let words = if deed.withdrawal {
            let things: Vec<String> = deed.leaves.iter().map(|w| self.thing(w)).collect();
            let what =
                if things.is_empty() { self.plain(&p::ALL_FORCES) } else { self.join(&things, &p::AND) };
            let zone = deed.zone.map(|z| self.zone(z)).unwrap_or_default();
            self.say(&p::WITHDRAW, &[("what", &what), ("zone", &zone)])
        } else {
            let amount = deed.amount.map(|(n, unit)| {
                self.say(&p::AMOUNT_OF, &[("n", &self.number(grouped(n))), ("unit", &self.unit(unit))])
            });
            let place = deed.zone.map(|z| self.place(Some(z))).unwrap_or_default();
            let holes =
                [("words", deed.words.as_str()), ("amount", &amount.unwrap_or_default()), ("place", &place)];
            self.say(&p::DO, &holes).trim_end().to_owned()
        };
        let mut more = vec![self.plain(&p::VERIFIED_ONLY)];
        if !deed.test.is_empty() {
            more.insert(0, self.say(&p::TESTED, &[("words", &deed.test)]));
        }
        (self.shall(&deed.bound, &words), more)
    }

    pub(super) fn notify(&self, notify: &Notify) -> (String, Vec<String>) {
        let things: Vec<String> = notify.of.iter().map(|w| self.thing(w)).collect();
        let content =
            if notify.content.is_empty() { self.plain(&p::NOT_SAID) } else { notify.content.join(", ") };
        let holes = [
            ("to", self.names(&notify.to)),
            ("what", self.join(&things, &p::AND)),
            ("place", self.place(notify.zone)),
            ("lead", self.length_or_unsaid(notify.lead)),
            ("content", content),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        let deed = self.say(&p::NOTIFY, &holes);
        let mut more = Vec::new();
        if !notify.levels.is_empty() {
            let read_back = if notify.read_back { self.plain(&p::READ_BACK) } else { String::new() };
            let levels = notify.levels.join(", ");
            more.push(self.say(&p::LEVELS, &[("levels", &levels), ("read_back", &read_back)]));
        }
        more.push(self.plain(&p::NO_PERMISSION));
        (self.shall(&notify.bound, &deed), more)
    }

    pub(super) fn access(&self, access: &Access) -> String {
        let who = if access.admit.is_empty() { self.plain(&p::NOT_SAID) } else { self.names(&access.admit) };
        let time = access.within_ms.map_or_else(|| self.length_or_unsaid(None), |ms| self.span(ms));
        let place = self.place(access.zone);
        let deed = match access.quota {
            None => self.say(&p::ADMIT, &[("who", &who), ("place", &place), ("time", &time)]),
            Some(quota) => {
                let (n, per) = (quota.times.to_string(), self.period(Some(quota.per)));
                let holes =
                    [("n", n.as_str()), ("per", &per), ("who", &who), ("place", &place), ("time", &time)];
                self.say(&p::INSPECT, &holes)
            }
        };
        self.shall(&access.bound, &deed)
    }

    pub(super) fn remedy(&self, remedy: &Remedy) -> String {
        let to = if remedy.report_to.is_empty() {
            self.plain(&p::NOT_SAID)
        } else {
            self.names(&remedy.report_to)
        };
        let holes = [
            ("of", remedy.of.join(", ")),
            ("act", remedy.by.clone()),
            ("time", self.length_or_unsaid(remedy.within)),
            ("to", to),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        self.shall(&remedy.bound, &self.say(&p::REMEDY, &holes))
    }
}
