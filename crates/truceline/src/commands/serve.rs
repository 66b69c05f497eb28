//! `truceline serve`: the desk on this machine.

use super::desk::record;
use super::init::mission_failure;
use super::{now_ms, sources};
use crate::cli::Serve;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use ::people::{Link, People};
use publication::Head;
use server::collect::{Collectors, Source};
use server::keep::Keeper;
use server::people::Accounts;
use server::sign_on::Provider;
use server::{Desk, DeskError, DeskSource, Extras, Options, ServeError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::rooms::Resting;
use store::{Mission, MissionReader};

/// Desks folded from a mission directory.
struct OverMission {
    mission: MissionReader,
    keeper: Arc<MissionKeeper>,
    extras: Extras,
    dir: PathBuf,
    collectors: Option<Arc<Collectors>>,
    accounts: Arc<Accounts>,
    resting: Mutex<Resting>,
}

impl DeskSource for OverMission {
    fn head(&self) -> Result<Head, DeskError> {
        // Most acts change nothing that the desk's record rests on: it is not folded again for them.
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        let head = resting.head(self.mission.journal()).map_err(|e| DeskError(chain(&e)))?;
        Ok(Head { seq: head.seq, recorded_ms: head.recorded_ms, digest: head.digest })
    }

    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        let record = record(&self.mission, as_known_at).map_err(|e| DeskError(chain(&e)))?;
        Ok(Arc::new(Desk::new(record, self.extras.clone())))
    }

    fn keeper(&self) -> Option<Arc<dyn Keeper>> {
        Some(self.keeper.clone())
    }

    fn field_dir(&self) -> Option<PathBuf> {
        Some(self.dir.clone())
    }

    fn collectors(&self) -> Option<Arc<Collectors>> {
        self.collectors.clone()
    }

    fn accounts(&self) -> Option<Arc<Accounts>> {
        Some(self.accounts.clone())
    }

    fn sender(&self) -> Option<server::out::Sender> {
        Some(server::out::Sender {
            dir: self.dir.clone(),
            name: server::out::sender_name(self.mission.name()),
            desk: String::new(),
            environment: |name| std::env::var(name).ok(),
            now_ms,
        })
    }
}

pub fn run(args: &Serve) -> Result<Code, Failure> {
    let extras = extras_of(&args.at.mission)?;
    let options = Options {
        listen: args.listen,
        public: args.public,
        behind_proxy: args.proxy,
        hosts: args.hosts.clone(),
    };
    let file = args.sources.clone().or_else(|| sources::of_mission(&args.at.mission));
    let sources = file.as_deref().map(sources::load).transpose()?;
    open(&args.at.mission, extras, options, !args.no_browser, sources, true)
}

/// Serves the desk of the mission in `dir`, and collects from its sources, until it is interrupted. A rehearsal, which
/// is no mission, is not offered accounts.
pub fn open(
    dir: &Path,
    extras: Extras,
    options: Options,
    browser: bool,
    sources: Option<Vec<Source>>,
    is_mission: bool,
) -> Result<Code, Failure> {
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    let keeper = MissionKeeper::start(dir).map_err(Failure::failed)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    let collectors = match sources {
        None => None,
        Some(sources) => {
            let started = runtime.block_on(Collectors::start(sources, keeper.clone()));
            Some(started.map_err(Failure::bad_input)?)
        }
    };
    collectors.iter().flat_map(|c| c.opened()).for_each(|line| println!("{line}"));
    let accounts = Accounts::new(People::open(dir).map_err(Failure::failed)?, now_ms);
    let accounts = Arc::new(match super::people::sign_on(dir)? {
        Some(settings) => accounts.with_sign_on(Provider::new(settings).map_err(Failure::bad_input)?),
        None => accounts,
    });
    let dir = dir.to_owned();
    let first = if is_mission { super::people::first_link(&accounts.store)? } else { None };
    let resting = Mutex::default();
    let over = OverMission { mission, keeper, extras, dir, collectors, accounts, resting };
    let source: Arc<dyn DeskSource> = Arc::new(over);
    let ready = move |address: SocketAddr| {
        if let Some(link) = &first {
            tell_open(address, link);
        }
        println!("the desk is at http://{address}  (stop with Ctrl-C)");
        super::replay::flush();
        if browser {
            open_browser(&format!("http://{address}/"));
        }
    };
    let served = runtime.block_on(server::serve(source, options, ready, interrupted()));
    // A request that is under way is not waited for: nothing of it is acknowledged, and it is asked again.
    runtime.shutdown_timeout(Duration::from_secs(2));
    served.map(|()| Code::Done).map_err(|e| {
        let hint = match e {
            ServeError::NoAccounts(_) => {
                "`truceline people init` makes the first administrator and prints a link"
            }
            _ => "give another address with --listen, such as --listen 127.0.0.1:0",
        };
        Failure::failed(chain(&e)).hint(hint)
    })
}

/// Says that the desk asks nobody who they are, and how that is changed.
fn tell_open(address: SocketAddr, link: &Link) {
    println!("nobody has an account: whoever reaches this machine reads everything");
    println!(
        "make the first administrator at {}",
        super::people::address(&format!("http://{address}"), link)
    );
}

async fn interrupted() {
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// Basemap and boundaries that the mission supplies: `layers/basemap.geojson`, `layers/boundaries.geojson`.
pub fn extras_of(dir: &Path) -> Result<Extras, Failure> {
    let layer = |name: &str| -> Result<Option<serde_json::Value>, Failure> {
        let path: PathBuf = dir.join("layers").join(name);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read(&path).map_err(|e| Failure::failed(format!("`{}`: {e}", path.display())))?;
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|e| Failure::bad_input(format!("`{}` is not GeoJSON: {e}", path.display())))
    };
    Ok(Extras {
        basemap: layer("basemap.geojson")?,
        boundaries: layer("boundaries.geojson")?,
        rehearsal: None,
    })
}

/// Opens a browser if this looks like somebody's desktop; says nothing if it cannot.
fn open_browser(url: &str) {
    let graphical = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| std::env::var_os(v).is_some());
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if graphical {
        "xdg-open"
    } else {
        return;
    };
    let quiet = std::process::Stdio::null;
    let _ = std::process::Command::new(program).arg(url).stdout(quiet()).stderr(quiet()).spawn();
}
