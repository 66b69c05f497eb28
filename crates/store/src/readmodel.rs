//! The read model `desk.db`: incidents, their observations and findings as indexed rows, for whoever asks in SQL. It is
//! written whole, from derived state in its own order, into a new file that then takes the old one's place: the same
//! journal prefix gives the same bytes. Deleting it loses nothing.

use base::Digest;
use findings::{State, Version};
use incidents::count::reconciled;
use rusqlite::{Connection, params};
use std::fs;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incident (
    incident INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
    lon REAL, lat REAL, radius_m REAL, kind TEXT NOT NULL, observations INTEGER NOT NULL, counts TEXT NOT NULL);
CREATE TABLE observation (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident INTEGER REFERENCES incident, source TEXT NOT NULL,
    kind TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, lon REAL, lat REAL, radius_m REAL,
    weapon TEXT NOT NULL, actor TEXT NOT NULL, allegation INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE clause (version TEXT NOT NULL, clause TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (version, clause)) WITHOUT ROWID;
CREATE TABLE finding (
    incident INTEGER NOT NULL REFERENCES incident, version TEXT NOT NULL, clause TEXT NOT NULL, outcome TEXT NOT NULL,
    missing TEXT NOT NULL, PRIMARY KEY (incident, version, clause)) WITHOUT ROWID;
";

const INDEXES: &str = "
CREATE INDEX incident_start ON incident (start_ms);
CREATE INDEX observation_incident ON observation (incident);
CREATE INDEX finding_outcome ON finding (version, clause, outcome);
CREATE VIRTUAL TABLE incident_place USING rtree (incident, lon_min, lon_max, lat_min, lat_max);
INSERT INTO incident_place SELECT incident, lon, lon, lat, lat FROM incident WHERE lon IS NOT NULL;
";

/// Why the read model was not written. Try again: nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// SQLite refused.
    #[error("the read model could not be written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("the read model could not be put in place: {0}")]
    File(#[from] std::io::Error),
}

/// Writes the read model of `state` to `path` and returns the digest of its bytes. A crash leaves the old file, or
/// the new one, and perhaps a `.new` beside it that the next write replaces.
pub fn write(path: &Path, head: Digest, versions: &[&Version], state: &State) -> Result<Digest, WriteError> {
    let mut fresh: PathBuf = path.to_owned();
    fresh.set_extension("db.new");
    match fs::remove_file(&fresh) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    let connection = Connection::open(&fresh)?;
    connection.execute_batch(SCHEMA)?;
    connection.execute_batch("BEGIN")?;
    write_meta(&connection, head, state)?;
    write_incidents(&connection, state)?;
    write_observations(&connection, state)?;
    write_findings(&connection, versions, state)?;
    connection.execute_batch(INDEXES)?;
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, e)| e)?;
    let file = fs::File::open(&fresh)?;
    file.sync_all()?;
    let digest = digest_of(&fresh)?;
    fs::rename(&fresh, path)?;
    Ok(digest)
}

/// The SHA-256 of a file.
pub fn digest_of(path: &Path) -> Result<Digest, std::io::Error> {
    use sha2::{Digest as _, Sha256};
    let mut hasher = Sha256::new();
    std::io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok(Digest(hasher.finalize().into()))
}

/// The journal head that the read model at `path` was made from; `None`: it cannot be read.
#[must_use]
pub fn head_of(path: &Path) -> Option<Digest> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(path, flags).ok()?;
    let text = connection
        .query_row("SELECT value FROM meta WHERE key = 'journal_head'", [], |r| r.get::<_, String>(0));
    Digest::from_hex(&text.ok()?)
}

fn write_meta(connection: &Connection, head: Digest, state: &State) -> Result<(), rusqlite::Error> {
    let mut insert = connection.prepare("INSERT INTO meta VALUES (?1, ?2)")?;
    insert.execute(params!["fusion", incidents::ALGORITHM])?;
    insert.execute(params!["journal_head", head.to_string()])?;
    insert.execute(params!["judging", findings::ALGORITHM])?;
    insert.execute(params!["state", state.digest().to_string()])?;
    Ok(())
}

fn real(value: Option<&f64>) -> Option<f64> {
    value.copied().filter(|v| v.is_finite())
}

fn write_incidents(connection: &Connection, state: &State) -> Result<(), rusqlite::Error> {
    let mut insert =
        connection.prepare("INSERT INTO incident VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    let (batch, all) = (&state.observations, &state.incidents);
    for (i, id) in all.id.iter().enumerate() {
        let row = |column: &[u32]| column.get(i).copied().unwrap_or(0) as usize;
        let place = all.place.get(i).filter(|p| p.met > 0);
        let (timed, lead) = (row(&all.timed_by), row(&all.lead));
        let event = batch.event(timed);
        let members = all.members_of(i);
        let counts: Vec<String> =
            reconciled(batch, &all.counted_of(i)).iter().map(|(u, c)| format!("{u}: {c}")).collect();
        insert.execute(params![
            i as i64,
            id.to_string(),
            event.start.0,
            event.end.0,
            place.map(|p| p.lon_deg),
            place.map(|p| p.lat_deg),
            place.map(|p| f64::from(p.radius_m)).filter(|r| *r >= 0.0),
            batch.word_at(&batch.kind, lead),
            members.len() as i64,
            counts.join("; "),
        ])?;
    }
    Ok(())
}

fn write_observations(connection: &Connection, state: &State) -> Result<(), rusqlite::Error> {
    let mut insert = connection.prepare(
        "INSERT INTO observation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    let batch = &state.observations;
    for (row, id) in batch.id.iter().enumerate() {
        let incident = state.incidents.of_row.get(row).filter(|i| **i != u32::MAX).map(|i| i64::from(*i));
        let event = batch.event(row);
        insert.execute(params![
            row as i64,
            id.to_string(),
            incident,
            batch.word_at(&batch.source, row),
            batch.word_at(&batch.kind, row),
            event.start.0,
            event.end.0,
            real(batch.lon_deg.get(row)),
            real(batch.lat_deg.get(row)),
            batch.radius_m.get(row).map(|r| f64::from(*r)).filter(|r| r.is_finite()),
            batch.word_at(&batch.weapon, row),
            batch.word_at(&batch.actor, row),
            batch.flag(row, evidence::batch::FLAG_ALLEGATION),
            batch.note.get(row),
        ])?;
    }
    Ok(())
}

fn write_findings(
    connection: &Connection,
    versions: &[&Version],
    state: &State,
) -> Result<(), rusqlite::Error> {
    let mut clause_row = connection.prepare("INSERT INTO clause VALUES (?1, ?2, ?3, ?4)")?;
    let mut insert = connection.prepare("INSERT INTO finding VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (version, found) in versions.iter().zip(&state.versions) {
        let clauses = &version.agreement.clauses;
        for clause in clauses {
            let heading = version.agreement.articles.get(clause.article).map_or("", |a| a.heading.as_str());
            clause_row.execute(params![version.label, clause.label, heading, clause.source])?;
        }
        for incident in 0..state.incidents.len() {
            for (c, clause) in clauses.iter().enumerate() {
                let code = found.incident_outcomes.get(c).and_then(|o| o.get(incident)).copied().unwrap_or(0);
                let outcome = findings::Outcome::from_code(code);
                if outcome == findings::Outcome::NotApplicable {
                    continue;
                }
                let missing = found.missing_of_incident(&state.incidents, c, incident).names().join(",");
                insert.execute(params![
                    incident as i64,
                    version.label,
                    clause.label,
                    outcome.name(),
                    missing
                ])?;
            }
        }
    }
    Ok(())
}
