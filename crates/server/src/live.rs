//! The latest desk, a few earlier ones, and the watch on the journal's head.

use crate::collect::Collectors;
use crate::desk::{Desk, DeskError, DeskSource};
use crate::docket::room::Room;
use crate::field::Field;
use crate::keep::Keeper;
use crate::limits::{DESKS_KEPT_MAX, FOLDS_AT_ONCE, POLL_MS, STREAMS_MAX};
use crate::people::Accounts;
use crate::problem::Problem;
use crate::query::Query;
use base::Instant;
use publication::Head;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// The state behind every address. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Live>);

struct Live {
    source: Arc<dyn DeskSource>,
    field: Option<Arc<Field>>,
    accounts: Option<Arc<Accounts>>,
    browsers: Option<Arc<crate::out::Browsers>>,
    latest: RwLock<Arc<Desk>>,
    /// Desks of earlier moments, the most recently asked for last.
    kept: Mutex<VecDeque<(i64, Arc<Desk>)>>,
    /// Why the latest desk is behind the journal, if it is.
    trouble: RwLock<Option<String>>,
    folds: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    /// The head shown; `None`: the server is closing.
    head: watch::Sender<Option<Head>>,
    room: Room,
    warnings: crate::rooms::Room<warnings::ledger::Ledger>,
    guarantees: crate::rooms::Room<guarantee::Register>,
    board: crate::rooms::Room<deconfliction::Board>,
    files: crate::rooms::Answers<guarantee::view::FileView>,
    boards: crate::rooms::Answers<crate::board::Laid>,
}

/// What a handler works on.
pub(crate) struct Asked {
    /// The desk asked for.
    pub desk: Arc<Desk>,
    /// The latest desk.
    pub latest: Arc<Desk>,
    /// The parameters.
    pub query: Query,
    /// The moment asked for.
    pub as_known_at: Option<Instant>,
}

impl App {
    /// Folds the latest desk. Blocks.
    pub fn open(source: Arc<dyn DeskSource>) -> Result<App, DeskError> {
        let desk = source.desk(None)?;
        let (head, _) = watch::channel(Some(desk.record.head));
        let field = source.field_dir().map(|dir| Arc::new(Field::at(dir)));
        let accounts = source.accounts();
        let sender = source.sender().filter(|_| accounts.is_some());
        let browsers = sender.and_then(|s| crate::out::Browsers::open(&s)).map(Arc::new);
        Ok(App(Arc::new(Live {
            source,
            accounts,
            browsers,
            field,
            latest: RwLock::new(desk),
            kept: Mutex::new(VecDeque::new()),
            trouble: RwLock::new(None),
            folds: Arc::new(Semaphore::new(FOLDS_AT_ONCE)),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            head,
            room: Room::default(),
            warnings: crate::rooms::Room::default(),
            guarantees: crate::rooms::Room::default(),
            board: crate::rooms::Room::default(),
            files: crate::rooms::Answers::default(),
            boards: crate::rooms::Answers::default(),
        })))
    }

    /// The latest desk.
    #[must_use]
    pub fn latest(&self) -> Arc<Desk> {
        self.0.latest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where what arrives is kept; a problem that says so, if this desk only shows.
    pub(crate) fn keeper(&self) -> Result<Arc<dyn Keeper>, Problem> {
        self.0.source.keeper().ok_or_else(|| Problem::unavailable("this desk takes nothing: it only shows"))
    }

    /// The docket's room.
    pub(crate) fn room(&self) -> &Room {
        &self.0.room
    }

    /// Where people act about warnings.
    pub(crate) fn warnings(&self) -> &crate::rooms::Room<warnings::ledger::Ledger> {
        &self.0.warnings
    }

    /// Where people consult and decide about guarantees.
    pub(crate) fn guarantees(&self) -> &crate::rooms::Room<guarantee::Register> {
        &self.0.guarantees
    }

    /// Files of the guarantee as they were last laid out.
    pub(crate) fn files(&self) -> &crate::rooms::Answers<guarantee::view::FileView> {
        &self.0.files
    }

    /// Boards as they were last laid out.
    pub(crate) fn boards(&self) -> &crate::rooms::Answers<crate::board::Laid> {
        &self.0.boards
    }

    /// The notice board.
    pub(crate) fn board(&self) -> &crate::rooms::Room<deconfliction::Board> {
        &self.0.board
    }

    /// The field's door; a problem that says so, if this desk has none.
    pub(crate) fn field(&self) -> Result<Arc<Field>, Problem> {
        self.0.field.clone().ok_or_else(|| Problem::unavailable("this desk takes nothing from the field"))
    }

    /// The mission's accounts, if it can have any.
    pub(crate) fn accounts(&self) -> Option<Arc<Accounts>> {
        self.0.accounts.clone()
    }

    /// Browsers that can be told, if any can.
    pub(crate) fn browsers(&self) -> Option<Arc<crate::out::Browsers>> {
        self.0.browsers.clone()
    }

    /// Who sends warnings out, if anybody does.
    pub(crate) fn sender(&self) -> Option<crate::out::Sender> {
        self.0.source.sender()
    }

    /// What is collected from, if anything is.
    pub(crate) fn collectors(&self) -> Option<Arc<Collectors>> {
        self.0.source.collectors()
    }

    /// Why the latest desk is behind the journal, if it is.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.0.trouble.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// News of the head, and a permit that lasts as long as the stream; `None`: too many streams are open.
    pub(crate) fn subscribe(
        &self,
    ) -> Option<(watch::Receiver<Option<Head>>, tokio::sync::OwnedSemaphorePermit)> {
        let permit = self.0.streams.clone().try_acquire_owned().ok()?;
        Some((self.0.head.subscribe(), permit))
    }

    /// Ends every live stream.
    pub(crate) fn close(&self) {
        self.0.head.send_replace(None);
    }

    /// Looks at the journal once, and takes up what is new. Blocks. A failure leaves the last good desk in place.
    pub fn refresh(&self) {
        let shown = self.latest().record.head;
        let result = self
            .0
            .source
            .head()
            .and_then(|head| if head == shown { Ok(None) } else { self.0.source.desk(None).map(Some) });
        let trouble = match result {
            Ok(None) => None,
            Ok(Some(desk)) => {
                let head = desk.record.head;
                *self.0.latest.write().unwrap_or_else(PoisonError::into_inner) = desk;
                self.0.head.send_if_modified(|shown| {
                    let closing = shown.is_none();
                    if !closing {
                        *shown = Some(head);
                    }
                    !closing
                });
                None
            }
            Err(error) => Some(error.to_string()),
        };
        *self.0.trouble.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Watches the journal until the server closes.
    pub(crate) async fn watch(self) {
        let mut ticks = tokio::time::interval(Duration::from_millis(POLL_MS));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let app = self.clone();
            let Ok(permit) = self.0.folds.clone().acquire_owned().await else { return };
            let done = tokio::task::spawn_blocking(move || {
                app.refresh();
                drop(permit);
            });
            if done.await.is_err() {
                *self.0.trouble.write().unwrap_or_else(PoisonError::into_inner) =
                    Some("folding the journal failed".to_owned());
            }
        }
    }

    /// Runs `work` on the desk that the query asks for, off the threads that answer the network.
    pub(crate) async fn on_desk<T: Send + 'static>(
        &self,
        pairs: Vec<(String, String)>,
        work: impl FnOnce(&Asked) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let query = Query::of(pairs)?;
        let as_known_at = query.instant("as_known_at")?;
        let (desk, latest) = match as_known_at {
            None => (self.latest(), self.latest()),
            Some(moment) => (self.as_known_at(moment).await?, self.latest()),
        };
        let asked = Asked { desk, latest, query, as_known_at };
        let done = tokio::task::spawn_blocking(move || work(&asked)).await;
        done.map_err(|_| Problem::unavailable("the answer could not be made; the failure is the server's"))?
    }

    async fn as_known_at(&self, moment: Instant) -> Result<Arc<Desk>, Problem> {
        if let Some(desk) = self.find_kept(moment.0) {
            return Ok(desk);
        }
        let closed = |_| Problem::unavailable("the server is closing");
        let permit = self.0.folds.clone().acquire_owned().await.map_err(closed)?;
        let app = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let desk = app.fold_or_keep(moment.0);
            drop(permit);
            desk
        });
        let failed = |e: DeskError| Problem::unavailable(e.to_string());
        done.await.map_err(|_| Problem::unavailable("folding the journal failed"))?.map_err(failed)
    }

    fn fold_or_keep(&self, moment_ms: i64) -> Result<Arc<Desk>, DeskError> {
        // Somebody else may have folded the same moment while this one waited.
        if let Some(desk) = self.find_kept(moment_ms) {
            return Ok(desk);
        }
        let latest = self.latest();
        // Everything was recorded by then and nothing has been since: it is the latest desk. A moment still to come is
        // never kept, since entries may yet be recorded before it.
        if latest.record.head.recorded_ms <= moment_ms && self.0.source.head()? == latest.record.head {
            return Ok(latest);
        }
        let desk = self.0.source.desk(Some(moment_ms))?;
        let settled = self.0.source.head()?.recorded_ms > moment_ms;
        if settled {
            let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= DESKS_KEPT_MAX {
                kept.pop_front();
            }
            kept.push_back((moment_ms, desk.clone()));
        }
        Ok(desk)
    }

    fn find_kept(&self, moment_ms: i64) -> Option<Arc<Desk>> {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(ms, _)| *ms == moment_ms)?;
        let found = kept.remove(at)?;
        let desk = found.1.clone();
        kept.push_back(found);
        Some(desk)
    }
}

/// Works where waiting for the disk harms nobody, and not on the threads that answer the network.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::unavailable("the answer could not be made; the failure is the server's"))?
}
