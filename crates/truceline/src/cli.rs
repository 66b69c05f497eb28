//! The command line's shape.

pub mod guarantee;
pub mod items;
mod people;

pub use people::*;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The verification desk for a ceasefire: checks every report against every clause, in the open.
#[derive(Debug, Parser)]
#[command(
    name = "truceline",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 failed, 2 bad input, 3 done \
    with rejected rows, 4 mission held by another process, 5 record broken. See docs/command-line.md."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read an agreement and say everything that is wrong with it, with place and help.
    Check(Check),
    /// Say what a text and its clauses say, in plain sentences.
    Explain(Explain),
    /// Lay the `terms` blocks of texts out; nothing but white space changes.
    Fmt(Fmt),
    /// Print the checked form of a text as JSON (docs/agreement.schema.json).
    Export(Export),
    /// Answer an editor over standard input and output (docs/editors.md).
    Lsp,
    /// Compare two texts clause by clause, with a witness of every difference.
    Compare(Compare),
    /// Judge an archive under one or more texts; needs no mission directory.
    Replay(Replay),
    /// Make a mission directory.
    Init(Init),
    /// Take a file of reports into the mission's journal.
    Import(Import),
    /// Say what a source is, what it detects and what it cannot; list what is known of sources.
    Source(Source),
    /// List media and documents, until when each may be kept and what holds it; hold, release, erase.
    Items(items::ItemsOf),
    /// Record that somebody decided what is one event and what is not.
    Link(Link),
    /// Take allegations from tables and e-mails to the docket.
    Allege(Allege),
    /// Take one act of one person to the docket or another room, from a file; for scripts (docs/cases.md).
    Act(ActOf),
    /// Print the docket: cases, allegations, clocks and remedies; or one case with its history.
    Docket(DocketOf),
    /// Print the watch: streams with what is expected, warnings with what they rest on (docs/watch.md).
    Watch(WatchOf),
    /// Print the guarantee's file: elements, ladders and clocks of each text, consultations (docs/guarantee.md).
    Guarantee(guarantee::GuaranteeOf),
    /// Make, check or sign for a dossier: the guarantee's file as a signed bundle that proves itself offline.
    Dossier(guarantee::Dossier),
    /// Print the notice board: notices with their checks, windows of silence, the register, the hotline.
    Board(guarantee::BoardOf),
    /// Read `routing.yaml`, or say whom a warning would be told to and why (docs/routing.md).
    Routing(guarantee::RoutingOf),
    /// What went out, what waits and what was given up; try a dead letter again.
    Outbox(guarantee::OutboxOf),
    /// Open the desk on this machine, and collect from its sources.
    Serve(Serve),
    /// Let an observer's device send reports to the desk, list who may, or take it back.
    Enrol(Enrol),
    /// Say who may sign in to the desk and what they may do (docs/people.md).
    People(People),
    /// Print the form of the field for other programs: `form xlsform > field.xlsx`.
    Form(FieldForm),
    /// Print a report.
    Report(Report),
    /// Make the derived data again, from the journal alone, and compare.
    Rebuild(Rebuild),
    /// Rehearse an invented ceasefire with known truth, score it, and open the desk.
    Demo(Demo),
    /// Score fusion against a known truth: events that people coded, or the rehearsal's.
    Score(Score),
    /// Play detectors, forecasts or the space-time scan back over an archive, without looking ahead.
    Backtest(Backtest),
    /// Measure the pipeline on this machine, stage by stage.
    Bench(Bench),
    /// Print the formats that evidence is read from.
    Formats,
    /// Print the OpenAPI document of the desk's interface.
    Openapi,
}

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// The agreement: a Markdown file with `terms` blocks.
    pub file: PathBuf,
    /// Also read and compile the lines and zones it names.
    #[arg(long)]
    pub geometry: bool,
    /// Folder that the geometry paths of the text are relative to; the text's own folder if not given.
    #[arg(long, value_name = "DIR")]
    pub geometry_from: Option<PathBuf>,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The agreement: a Markdown file with `terms` blocks.
    pub file: PathBuf,
    /// Labels of clauses, such as 2.1; the instrument and every clause if none is named.
    #[arg(value_name = "CLAUSE")]
    pub clauses: Vec<String>,
    /// Language of the sentences: en, uk, ru or fr.
    #[arg(long, default_value = "en", value_name = "CODE")]
    pub lang: String,
}

/// `fmt`
#[derive(Debug, Args)]
pub struct Fmt {
    /// Texts to lay out in place; `-` reads standard input and writes standard output.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; name the texts that are not laid out and exit with 2 if there are any.
    #[arg(long)]
    pub check: bool,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// The agreement: a Markdown file with `terms` blocks.
    pub file: PathBuf,
}

/// `compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// The first text, A. Texts that it `stands with` are read with it.
    pub first: PathBuf,
    /// The second text, B: verdicts say how it stands to the first.
    pub second: PathBuf,
    /// Judge this evidence under both, and list every observation whose outcome differs: FORMAT:FILE, several times.
    #[arg(long, value_name = "FORMAT:FILE")]
    pub evidence: Vec<String>,
    /// Folder that the geometry paths of the texts are relative to; each text's own folder if not given.
    #[arg(long, value_name = "DIR")]
    pub geometry_from: Option<PathBuf>,
    /// Judge as if every text had entered into force at this moment (RFC 3339).
    #[arg(long, value_name = "MOMENT")]
    pub entry_into_force: Option<String>,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub format: Form,
    /// How to read the evidence.
    #[command(flatten)]
    pub reading: Reading,
}

/// `replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// A text version; may be given several times.
    #[arg(long, required = true)]
    pub agreement: Vec<PathBuf>,
    /// Evidence as FORMAT:FILE; may be given several times. Beside the formats: `records:FILE` (what was declared,
    /// metered, notified, visited, done and decided) and `coverage:FILE`.
    #[arg(long, required = true, value_name = "FORMAT:FILE")]
    pub evidence: Vec<String>,
    /// Folder that the geometry paths of the text are relative to; the text's own folder if not given.
    #[arg(long, value_name = "DIR")]
    pub geometry_from: Option<PathBuf>,
    /// Leave out events that begin at this moment (RFC 3339) or later.
    #[arg(long)]
    pub until: Option<String>,
    /// Rehearse as if every text had entered into force at this moment (RFC 3339).
    #[arg(long, value_name = "MOMENT")]
    pub entry_into_force: Option<String>,
    /// Judge what is judged over a period as of this moment (RFC 3339); the last one in the evidence if not given.
    #[arg(long, value_name = "MOMENT")]
    pub now: Option<String>,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub format: Form,
    /// Write one row an observation: times, position, zones, distances and margins.
    #[arg(long, value_name = "OUT.csv")]
    pub observations: Option<PathBuf>,
    /// Write why each outcome is what it is: one row a reason, for every observation that a clause is about.
    #[arg(long, value_name = "OUT.csv")]
    pub reasons: Option<PathBuf>,
    /// Write every rejected row with its reason.
    #[arg(long, value_name = "OUT.csv")]
    pub rejects: Option<PathBuf>,
    /// How to read the evidence.
    #[command(flatten)]
    pub reading: Reading,
}

/// How files are read.
#[derive(Debug, Args, Clone)]
pub struct Reading {
    /// Mapping file of a generic CSV or GeoJSON.
    #[arg(long)]
    pub mapping: Option<PathBuf>,
    /// Civil time zone of dates without an offset (IANA name); the format's own if not given.
    #[arg(long)]
    pub zone: Option<String>,
    /// Position uncertainty to assume where the source states none, metres.
    #[arg(long)]
    pub radius_m: Option<f64>,
    /// A column that says how often each row arrived: replays a deduplicated archive as it came.
    #[arg(long, value_name = "COLUMN")]
    pub repeat_by: Option<String>,
    /// The day that a file is of whose rows do not say it, YYYY-MM-DD; taken from the file's name if not given.
    #[arg(long, value_name = "DATE")]
    pub day: Option<String>,
    /// Sheet of a workbook (`xlsx`); the first if not given.
    #[arg(long, value_name = "NAME", conflicts_with = "layer")]
    pub sheet: Option<String>,
    /// Layer of a GeoPackage (`gpkg`); the only one if not given.
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
}

/// Form of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    Table,
    /// For programs; the schema is docs/replay.schema.json.
    Json,
}

/// `init`
#[derive(Debug, Args)]
pub struct Init {
    /// The mission's directory, new or empty.
    pub dir: PathBuf,
    /// Its name, for people.
    #[arg(long, default_value = "Mission")]
    pub name: String,
    /// The civil time zone of its days (IANA name); the first agreement's if not given.
    #[arg(long)]
    pub zone: Option<String>,
    /// A text to adopt; may be given several times.
    #[arg(long)]
    pub agreement: Vec<PathBuf>,
    /// Folder that the geometry paths of the text are relative to; the text's own folder if not given.
    #[arg(long, value_name = "DIR")]
    pub geometry_from: Option<PathBuf>,
}

/// Where the mission is.
#[derive(Debug, Args, Clone)]
pub struct At {
    /// The mission's directory.
    #[arg(long, default_value = "mission", env = "TRUCELINE_MISSION")]
    pub mission: PathBuf,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// Format (see `truceline formats`), or `coverage`, `records` or `agreement`.
    pub format: String,
    /// Files, plain or compressed.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Id of the source.
    #[arg(long, default_value = "")]
    pub source: String,
    /// Folder that the geometry paths of an agreement are relative to; the agreement's own folder if not given.
    #[arg(long, value_name = "DIR")]
    pub geometry_from: Option<PathBuf>,
    /// Read and report only; nothing is kept.
    #[arg(long)]
    pub dry_run: bool,
    /// Judge everything afterwards and print the counts.
    #[arg(long)]
    pub judge: bool,
    /// Who runs the source.
    #[arg(long, default_value = "not stated")]
    pub operator: String,
    /// Reliability A to F, or ?.
    #[arg(long, default_value_t = '?')]
    pub reliability: char,
    /// What the source cannot see; the format's own statement if not given.
    #[arg(long)]
    pub limitations: Option<String>,
    /// Where rejected rows are written; rejects/FILE.rejects.csv in the mission if not given.
    #[arg(long)]
    pub rejects: Option<PathBuf>,
    /// Read the column `record` of this rejects file, after it was corrected, as rows under the header of FILES (one
    /// table, of which the rejects are); the file itself is not imported again.
    #[arg(long, value_name = "REJECTS.csv", conflicts_with = "dry_run")]
    pub corrected: Option<PathBuf>,
    /// Print one line on standard output for each acknowledged entry.
    #[arg(long, hide = true)]
    pub print_acks: bool,
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `source`
#[derive(Debug, Args)]
pub struct Source {
    /// What to do.
    #[command(subcommand)]
    pub command: SourceCommand,
}

/// `source …`
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Record the card of a source, or of several, from a JSON file (docs/source-cards.md).
    Describe(SourceDescribe),
    /// List the sources of a mission, a line each.
    List(At),
    /// Show the card of one source, and what its record says.
    Show(SourceShow),
    /// Read a sources file, say everything that is wrong with it, and print what would be collected.
    Check {
        /// The file (docs/collecting.md).
        file: PathBuf,
    },
    /// Print how the sources of a running desk are.
    Health {
        /// The desk's address.
        #[arg(long, default_value = "127.0.0.1:8480")]
        desk: SocketAddr,
    },
}

/// `source describe`
#[derive(Debug, Args)]
pub struct SourceDescribe {
    /// A card, or a list of cards, as JSON.
    pub file: PathBuf,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `source show`
#[derive(Debug, Args)]
pub struct SourceShow {
    /// The source.
    pub id: String,
    /// Print the card as JSON, as `source describe` reads it.
    #[arg(long)]
    pub json: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `link`
#[derive(Debug, Args)]
pub struct Link {
    /// Whether the observations are of one event.
    #[arg(value_enum)]
    pub verdict: LinkVerdict,
    /// Ids of observations.
    #[arg(required = true, value_name = "OBSERVATION")]
    pub observations: Vec<String>,
    /// With `apart`: the observations that they are parted from.
    #[arg(long, value_name = "OBSERVATION", num_args = 1..)]
    pub from: Vec<String>,
    /// Who decided.
    #[arg(long)]
    pub by: String,
    /// Why.
    #[arg(long)]
    pub why: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// Whether observations are of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinkVerdict {
    /// All of them are.
    Together,
    /// None is of the same event as any that they are parted from.
    Apart,
}

/// Who acts.
#[derive(Debug, Args, Clone)]
pub struct Actor {
    /// The pseudonym of who acts.
    #[arg(long, value_name = "PERSON")]
    pub by: String,
    /// The role in which they act, such as watch-officer or liaison.
    #[arg(long = "as", value_name = "ROLE")]
    pub role: String,
    /// What the role is held of: a party, BODY or BODY/COMPONENT, a guarantor, an organisation.
    #[arg(long, value_name = "WHAT")]
    pub of: Option<String>,
}

/// `allege`
#[derive(Debug, Args)]
pub struct Allege {
    /// Tables (.csv) and e-mails (.eml), plain or compressed.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Who hands them in.
    #[command(flatten)]
    pub actor: Actor,
    /// Who complains, where the file does not say: a party's code, or the name of an organisation.
    #[arg(long = "for", value_name = "COMPLAINANT")]
    pub complainant: Option<String>,
    /// Against which party, where the file does not say.
    #[arg(long, value_name = "PARTY")]
    pub against: Option<String>,
    /// Civil time zone of dates without an offset (IANA name); the mission's if not given.
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// Where rejected rows are written; rejects/FILE.rejects.csv in the mission if not given.
    #[arg(long, value_name = "OUT.csv")]
    pub rejects: Option<PathBuf>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// Where people act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RoomOf {
    /// Cases, allegations, findings (docs/cases.md).
    Cases,
    /// Notices, windows of silence, the register, the hotline (docs/deconfliction.md).
    Board,
    /// Consultations, votes, decisions, measures (docs/guarantee.md).
    Guarantee,
}

/// `act`
#[derive(Debug, Args)]
pub struct ActOf {
    /// The deed, or the act with its key and the revision seen, as JSON; `-` reads standard input.
    pub file: PathBuf,
    /// Who acts.
    #[command(flatten)]
    pub actor: Actor,
    /// The key of the act: the same again is the same act. The file's, or a new one, if not given.
    #[arg(long)]
    pub key: Option<String>,
    /// Where they act: on the docket of cases, on the notice board, or about guarantees.
    #[arg(long, value_enum, default_value_t = RoomOf::Cases)]
    pub room: RoomOf,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `docket`
#[derive(Debug, Args)]
pub struct DocketOf {
    /// Reference of a case; the whole docket if not given.
    pub case: Option<String>,
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    pub as_known_at: Option<String>,
    /// For programs.
    #[arg(long)]
    pub json: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `watch`
#[derive(Debug, Args)]
pub struct WatchOf {
    /// Reference of a warning; all of them if not given.
    pub warning: Option<String>,
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    pub as_known_at: Option<String>,
    /// For programs.
    #[arg(long)]
    pub json: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Which mission.
    #[command(flatten)]
    pub at: At,
    /// Address to listen on; this machine only unless `--public` is given as well.
    #[arg(long, default_value = "127.0.0.1:8480")]
    pub listen: SocketAddr,
    /// Allow an address that other machines can reach. Somebody must have an account (`truceline people init`).
    #[arg(long)]
    pub public: bool,
    /// A proxy stands before the desk that ends TLS and says in X-Forwarded-For where requests come from.
    #[arg(long)]
    pub proxy: bool,
    /// A further name under which the desk may be addressed, such as that of the proxy before it; several times.
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Do not open the browser.
    #[arg(long)]
    pub no_browser: bool,
    /// Collect from the sources in this file (docs/collecting.md); sources.yaml in the mission, if it is there.
    #[arg(long, value_name = "FILE")]
    pub sources: Option<PathBuf>,
}

/// `enrol`
#[derive(Debug, Args)]
pub struct Enrol {
    /// Pseudonym of the observer whose device it is.
    #[arg(long, required_unless_present_any = ["list", "revoke"], conflicts_with_all = ["list", "revoke"])]
    pub observer: Option<String>,
    /// The observer's team: its reports come from the source of that id.
    #[arg(long, required_unless_present_any = ["list", "revoke"], conflicts_with_all = ["list", "revoke"])]
    pub team: Option<String>,
    /// How long the link holds, such as 30d or 12h; until it is revoked if not given.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["list", "revoke"])]
    pub expires: Option<String>,
    /// Where the device reaches the desk.
    #[arg(long, default_value = "http://127.0.0.1:8480", value_name = "URL")]
    pub url: String,
    /// List who is enrolled.
    #[arg(long, conflicts_with = "revoke")]
    pub list: bool,
    /// Take back every device of this observer.
    #[arg(long, value_name = "OBSERVER")]
    pub revoke: Option<String>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `form`
#[derive(Debug, Args)]
pub struct FieldForm {
    /// For which programs.
    #[arg(value_enum)]
    pub kind: FormKind,
}

/// For which programs the form is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormKind {
    /// An XLSForm (.xlsx), for ODK Central, KoboToolbox and pyxform.
    Xlsform,
    /// An XForm (XML), for ODK Collect and its kin.
    Xform,
}

/// `report`
#[derive(Debug, Args)]
pub struct Report {
    /// Which report.
    #[arg(value_enum)]
    pub kind: ReportKind,
    /// The civil day, YYYY-MM-DD, in the mission's zone.
    #[arg(long)]
    pub date: String,
    /// The last civil day of a table; the first if not given.
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Make a table for everybody: a day later, places to cells of 0.1 degrees, no directions, no narratives.
    #[arg(long)]
    pub public: bool,
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long)]
    pub as_known_at: Option<String>,
    /// Form; text for a daily report and smm-csv for a table if not given.
    #[arg(long, value_enum)]
    pub format: Option<ReportForm>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportKind {
    /// One civil day.
    Daily,
    /// The observations of one or more civil days, one a row.
    Table,
}

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// Plain text.
    Text,
    /// A page that stands alone.
    Html,
    /// For programs.
    Json,
    /// A table in the form of the annexes of the OSCE SMM, with further columns; `import smm` reads it.
    SmmCsv,
    /// The same table under plain names of columns.
    Csv,
}

/// `rebuild`
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Which mission.
    #[command(flatten)]
    pub at: At,
    /// As known at this moment (RFC 3339); prints the digest and writes nothing.
    #[arg(long)]
    pub as_known_at: Option<String>,
}

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Directory for the demo's mission; a new temporary one if not given.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Do not open the desk afterwards.
    #[arg(long)]
    pub no_serve: bool,
    /// Do not open the browser.
    #[arg(long)]
    pub no_browser: bool,
    /// Address of the desk.
    #[arg(long, default_value = "127.0.0.1:8480")]
    pub listen: SocketAddr,
}

/// `score`
#[derive(Debug, Args)]
pub struct Score {
    /// Which truth.
    #[command(subcommand)]
    pub truth: Truth,
}

/// Truths that fusion can be scored against.
#[derive(Debug, Subcommand)]
pub enum Truth {
    /// UCDP GED events, taken apart into the reports that they were coded from (docs/fusion.md).
    Ucdp(ScoreUcdp),
    /// The rehearsal's fortnight, in which each report's event is known. Needs no file.
    Rehearsal(ScoreRehearsal),
}

/// `score rehearsal`
#[derive(Debug, Args)]
pub struct ScoreRehearsal {
    /// Write what was stated against what came true, as SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// `score ucdp`
#[derive(Debug, Args)]
pub struct ScoreUcdp {
    /// Tables of events, CSV, gzip or not.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Events from this day on.
    #[arg(long, default_value = "2018-01-01", value_name = "DAY")]
    pub from: String,
    /// Events before this day.
    #[arg(long, default_value = "2023-01-01", value_name = "DAY")]
    pub to: String,
    /// How often the reports are made, each time with the next seed, from 1.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub seeds: u64,
    /// Score all of the events, the first half that fusion has learnt from included.
    #[arg(long)]
    pub whole: bool,
    /// Write what was stated against what came true, as SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// `backtest`
#[derive(Debug, Args)]
pub struct Backtest {
    /// What is played back (docs/warnings.md).
    #[arg(value_enum)]
    pub method: Method,
    /// Tables of events, CSV, gzip or not: UCDP GED, or with the columns date, longitude and latitude, and, if there
    /// is one, received. None for `control`.
    #[arg(value_name = "FILE", required_if_eq_any(
        [("method", "detection"), ("method", "forecast"), ("method", "scan")]
    ))]
    pub files: Vec<PathBuf>,
    /// Events from this day on.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Events up to this day.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// A cell of half a degree is a zone if it has so many events in the first half of the days.
    #[arg(long, default_value_t = 20)]
    pub events_min: u32,
    /// Forecasts and scans are made every so many days.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub every_days: u16,
    /// Rises that are added, of each size, to measure what detectors find.
    #[arg(long, default_value_t = 2_000)]
    pub trials: usize,
    /// Simulated series of each of the 42 scenarios of `control`.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub series: u16,
    /// Where draws begin: the same seed gives the same figures.
    #[arg(long, default_value_t = 6)]
    pub seed: u64,
    /// With `detection`: play this ceasefire that broke, on its record (docs/warnings.md), and draw it; no rises are
    /// added.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "to", "truce"], value_parser = cases())]
    pub case: Option<String>,
    /// With `detection`: play a ceasefire of your own, from the day it entered into force to the day it broke.
    #[arg(long, value_name = "DAY..DAY", requires = "place")]
    pub truce: Option<String>,
    /// Where that ceasefire broke, and how far around zones are named: longitude, latitude (degrees), km.
    #[arg(long, value_name = "LON,LAT,KM", requires = "truce", allow_hyphen_values = true)]
    pub place: Option<String>,
    /// Of a ceasefire that is played: judge each day so many days after its end, on the reports that had come by then.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=60))]
    pub judged_after_days: u16,
    /// Days on which nobody could look, several times: hatched, and not taken for none.
    #[arg(long, value_name = "DAY..DAY")]
    pub unobserved: Vec<String>,
    /// Write one page with the plots and their numbers: HTML without a script that fetches nothing.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write each plot as an SVG file into this folder, which is made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub svg: Option<PathBuf>,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub json: bool,
}

/// The short names of the cases that are known.
fn cases() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(
        warnings::backtest::detection::cases::CASES
            .iter()
            .map(|c| clap::builder::PossibleValue::new(c.slug).help(format!("{}: {}", c.name, c.record))),
    )
}

/// What is played back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Method {
    /// Detectors of change, beside those of public health, at the same budget of alarms.
    Detection,
    /// Forecasts for 1, 7 and 30 days, beside named baselines.
    Forecast,
    /// The prospective space-time scan, beside the permutation scan.
    Scan,
    /// Detectors on the simulated scenarios of public health; needs no table.
    Control,
}

/// `bench`
#[derive(Debug, Args)]
pub struct Bench {
    /// Observations to generate, or, with `--inputs`, more than a million for the ten-million file.
    #[arg(long, default_value_t = 1_000_000)]
    pub observations: usize,
    /// A folder with `line.geojson`, `points1m.csv` and `points10m.csv` to use instead of generated input.
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
}
