//! Evidence in memory, run as the desk would run it, and people who act on it.
#![allow(dead_code, reason = "each test uses its part")]

use base::{By, CivilZone, Instant, Ref, Refusal, Role, Takes};
use cases::Docket;
use evidence::records::{Record, read_records};
use findings::standing::{Settled, StandingFacts, StandingFinding};
use findings::{State, Version};
use guarantee::act::ClauseRef;
use guarantee::elements::{CaseFile, Seen, case_files, supposing};
use guarantee::ladder::{Ladder, ladders};
use guarantee::numbers::{CheckMeter, Numbers, numbers};
use guarantee::shots::Clocks;
use guarantee::view::{FileView, Sources, file};
use guarantee::words::Audience;
use guarantee::{Act, Deed, Register, Setting};
use incidents::Settings;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use testkit::scenario::{Answer, Run, Scenario};

/// A file of the repository.
pub fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn scenario(name: &str) -> Scenario {
    Scenario::read(&read(&format!("scenarios/good/{name}.md")))
}

/// A scenario as it stands at one moment.
pub struct World {
    pub run: Run,
    pub versions: Vec<Version>,
    pub records: Vec<Record>,
    pub settled: Settled,
    pub now: Instant,
}

impl World {
    pub fn at(scenario: &Scenario, now: &str) -> World {
        World::supposed(scenario, now, None, &[])
    }

    /// With texts that have no day of entry as if in force since `entry`, and with more records.
    pub fn supposed(scenario: &Scenario, now: &str, entry: Option<Instant>, more: &[Record]) -> World {
        let instant = Instant::parse(now).expect("an instant");
        let line = Answer {
            id: format!("now {now}"),
            clause: String::new(),
            outcome: String::new(),
            missing: String::new(),
        };
        let asked = Scenario { expected: vec![line], ..scenario.clone() };
        let run = asked.run().unwrap_or_else(|e| panic!("{e}"));
        let zone = run.versions.first().map_or_else(CivilZone::utc, |v| v.agreement.zone.clone());
        let mut records = more.to_vec();
        for table in &scenario.records {
            let each = &mut |r: Result<Record, _>| records.extend(r.ok());
            read_records(Box::new(table.as_bytes()), &zone, each).unwrap();
        }
        let versions: Vec<Version> = run
            .versions
            .iter()
            .map(|v| {
                let known = v.agreement.entry_into_force;
                match known.or(entry) {
                    Some(entry) => supposing(v, entry),
                    None => supposing_nothing(v),
                }
            })
            .collect();
        let borrowed: Vec<&Version> = versions.iter().collect();
        let observations = run.at[&instant].state.observations.clone();
        let state = State::derive(observations, &borrowed, &Settings::default());
        let known = (records.as_slice(), run.coverage.as_slice());
        let settled = Settled::of(state, &borrowed, known, instant);
        World { run, versions, records, settled, now: instant }
    }

    pub fn version(&self, label: &str) -> usize {
        let found = self.versions.iter().position(|v| v.label == label);
        let labels: Vec<&str> = self.versions.iter().map(|v| v.label.as_str()).collect();
        found.unwrap_or_else(|| panic!("no `{label}` among {labels:?}"))
    }

    pub fn facts(&self, version: usize) -> StandingFacts<'_> {
        StandingFacts {
            observations: &self.settled.state.observations,
            judged: &self.settled.state.versions[version],
            records: &self.records,
            coverage: &self.run.coverage,
        }
    }

    pub fn standing(&self, version: usize) -> &[StandingFinding] {
        &self.settled.standing[version]
    }

    pub fn clocks(&self) -> Clocks {
        Clocks::of(&self.run.cards, None)
    }

    pub fn cases(
        &self,
        clocks: &Clocks,
        docket: Option<&Docket>,
        register: Option<&Register>,
    ) -> Vec<CaseFile> {
        let of = |(v, version): (usize, &Version)| {
            let seen = Seen {
                version,
                standing: self.standing(v),
                facts: self.facts(v),
                docket,
                register,
                clocks,
                now: self.now,
            };
            case_files(&seen)
        };
        self.versions.iter().enumerate().flat_map(of).collect()
    }

    pub fn ladders(&self) -> Vec<Ladder> {
        let each = self.versions.iter().enumerate();
        each.flat_map(|(v, version)| ladders(version, self.standing(v), &self.facts(v), self.now)).collect()
    }

    pub fn numbers(&self, meters: &[CheckMeter]) -> Vec<Numbers> {
        let each = self.versions.iter().enumerate();
        each.map(|(v, version)| numbers(version, self.standing(v), &self.records, meters, self.now)).collect()
    }

    pub fn setting(&self) -> Arc<Setting> {
        let texts: Vec<_> = self.versions.iter().map(|v| (v.label.as_str(), &v.agreement)).collect();
        Arc::new(Setting::of(&texts, CivilZone::named("Europe/Kyiv").unwrap()))
    }

    pub fn file(&self, register: &Register, clocks: &Clocks, audience: Audience) -> FileView {
        let docket = self.run.acted.as_ref().map(|a| &a.docket);
        let cases = self.cases(clocks, docket, Some(register));
        let (ladders, numbers) = (self.ladders(), self.numbers(&[]));
        let sources = Sources { cases: &cases, ladders: &ladders, register, numbers: &numbers };
        file(&sources, audience, self.now)
    }
}

fn supposing_nothing(version: &Version) -> Version {
    Version {
        label: version.label.clone(),
        text: version.text,
        agreement: version.agreement.clone(),
        atlas: Arc::clone(&version.atlas),
        reading: version.reading.clone(),
    }
}

/// Clocks that are all right.
pub fn right() -> Clocks {
    Clocks { unmeasured_ms: Some(0), ..Clocks::default() }
}

pub fn by(person: &str, role: Role, of: &str) -> By {
    By { person: person.to_owned(), role, of: of.to_owned() }
}

pub fn clause(text: &str, clause: &str) -> ClauseRef {
    ClauseRef { text: text.to_owned(), clause: clause.to_owned() }
}

pub fn cns(n: u32) -> Ref {
    Ref(format!("CNS-2026-{n:04}"))
}

pub fn dec(n: u32) -> Ref {
    Ref(format!("DEC-2026-{n:04}"))
}

/// 2026-03-10T08:00Z.
pub const START_MS: i64 = 1_773_129_600_000;
pub const HOUR_MS: i64 = 3_600_000;

/// People who act one after another, an hour apart.
pub struct Story {
    pub register: Register,
    pub acts: Vec<Act>,
    pub now_ms: i64,
}

impl Story {
    pub fn new(setting: Arc<Setting>) -> Story {
        Story { register: Register::new(setting), acts: Vec::new(), now_ms: START_MS }
    }

    pub fn act(&mut self, by: By, deed: Deed) -> Result<Ref, Refusal> {
        self.now_ms += HOUR_MS;
        let key = format!("k{}", self.acts.len());
        let act = Act { key, by, at_ms: self.now_ms, seen: None, deed };
        self.acts.push(act.clone());
        self.register.take(&act).map(|d| d.on)
    }

    pub fn done(&mut self, by: By, deed: Deed) -> Ref {
        self.act(by, deed).unwrap_or_else(|e| panic!("{e}"))
    }
}
