//! The sender: conversations that are kept, and how many there are at once.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::conversation::Conversation;
use super::opening::open;
use super::trouble::{Step, Trouble};
use super::{Delivery, Envelope, Login, Outcome, Server};

/// Conversations for bulk.
const BULK_MAX: u32 = 1;

/// Refusals of the login in a row after which it is not tried any more.
pub const REFUSALS_MAX: u32 = 5;

/// Who waits for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A person.
    Prompt,
    /// Nobody in particular: notices, digests, campaigns.
    Bulk,
}

/// A step of a test, and what came of it: what is worth telling, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The step.
    pub step: Step,
    /// What came of it.
    pub result: Result<String, Trouble>,
}

/// Sends letters through one server. Clones share the conversations and the limits.
#[derive(Clone)]
pub struct Sender(Arc<Shared>);

struct Shared {
    server: Server,
    login: RwLock<Login>,
    chances: Mutex<Arc<Chances>>,
    prompt: Arc<Semaphore>,
    prompt_max: u32,
    bulk: Arc<Semaphore>,
    idle: Mutex<Vec<Conversation>>,
    is_tidying: AtomicBool,
}

/// How often a login may still be tried before it is given up. Each try takes a chance, and a refusal does not give it back: so
/// many letters at once don't make more refusals than one after the other.
struct Chances {
    left: Semaphore,
    refusals: AtomicU32,
}

impl Chances {
    /// After so many refusals in a row.
    fn after(refusals: u32) -> Arc<Self> {
        let left = usize::try_from(REFUSALS_MAX.saturating_sub(refusals)).unwrap_or_default();
        let chances = Self { left: Semaphore::new(left), refusals: AtomicU32::new(refusals) };
        if left == 0 {
            chances.left.close();
        }
        Arc::new(chances)
    }
}

impl Sender {
    /// A sender. Nothing is connected before the first letter.
    pub fn new(server: Server, login: Login) -> Self {
        Self::after(0, server, login)
    }

    /// One whose login was refused so often in a row before; see [`REFUSALS_MAX`].
    pub fn after(refusals: u32, server: Server, login: Login) -> Self {
        let prompt_max = u32::try_from(server.conversations_max.clamp(1, 64)).unwrap_or(1);
        let lane = |conversations: u32| Arc::new(Semaphore::new(usize::try_from(conversations).unwrap_or(1)));
        Self(Arc::new(Shared {
            server,
            login: RwLock::new(login),
            chances: Mutex::new(Chances::after(refusals)),
            prompt: lane(prompt_max),
            prompt_max,
            bulk: lane(BULK_MAX),
            idle: Mutex::default(),
            is_tidying: AtomicBool::new(false),
        }))
    }

    /// A new password or access token, for the conversations to come.
    pub fn set_login(&self, login: Login) {
        let mut own = self.0.login.write().unwrap_or_else(PoisonError::into_inner);
        if *own != login {
            self.0.begin_anew();
            *own = login;
        }
    }

    /// Waits until a letter may be sent.
    pub async fn turn(&self, lane: Lane) -> Turn {
        let turns = match lane {
            Lane::Prompt => &self.0.prompt,
            Lane::Bulk => &self.0.bulk,
        };
        Turn { shared: self.0.clone(), turn: turns.clone().acquire_owned().await.ok() }
    }

    /// Waits for a turn and sends a letter; see [`Turn::send`].
    pub async fn send(&self, lane: Lane, envelope: Envelope, octets: Bytes) -> Delivery {
        self.turn(lane).await.send(envelope, octets).await
    }

    async fn send_in_turn(
        shared: Arc<Shared>,
        turn: OwnedSemaphorePermit,
        envelope: Envelope,
        octets: Bytes,
    ) -> Delivery {
        let mut conversation = match shared.conversation().await {
            Ok(conversation) => conversation,
            Err(trouble) => return not_connected(trouble),
        };
        let delivery = conversation.hand_over(&envelope, &octets).await;
        // Where as many are open as may be, somebody waits for one to end.
        if conversation.is_good && !shared.server.open.is_full() {
            shared.keep(conversation);
        } else {
            conversation.end().await;
        }
        // Only now: who comes next finds the conversation, and there is never one more than may be.
        drop(turn);
        Self::tidy_later(&shared);
        delivery
    }

    /// Opens a conversation of its own and ends it, for the test screen: each step that worked, and the one that did not.
    pub async fn verify(&self) -> Vec<Checked> {
        let login = self.0.login();
        let mut checked = Vec::new();
        let mut done = |step, told| checked.push(Checked { step, result: Ok(told) });
        let opened = open(&self.0.server, &login, &mut done).await;
        match opened {
            Ok(conversation) => conversation.end().await,
            Err(trouble) => {
                checked.push(Checked { step: trouble.step(), result: Err(trouble) });
            }
        }
        checked
    }

    /// Waits until no letter is on its way, and ends the conversations. For the end of the daemon, and for a change of the
    /// server's settings; letters that come later are sent as before.
    pub async fn rest(&self) {
        let prompt = self.0.prompt.acquire_many(self.0.prompt_max).await;
        let bulk = self.0.bulk.acquire_many(BULK_MAX).await;
        self.0.end_idle(|_| true).await;
        drop((prompt, bulk));
    }

    /// Ends conversations that nobody used for a while; one task at a time does that.
    fn tidy_later(shared: &Arc<Shared>) {
        if shared.is_tidying.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = shared.clone();
        tokio::spawn(async move {
            let idle = shared.server.patience.idle;
            loop {
                tokio::time::sleep(idle).await;
                let now = Instant::now();
                if shared.end_idle(|used_at| now.duration_since(used_at) >= idle).await == 0 {
                    break;
                }
            }
            shared.is_tidying.store(false, Ordering::Release);
        });
    }
}

/// That a letter may be sent now; who drops it lets the next.
pub struct Turn {
    shared: Arc<Shared>,
    turn: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Sends a letter and says what became of it. It is sent in a task of its own to its end, even if nobody waits for the
    /// answer any more.
    pub async fn send(self, envelope: Envelope, octets: Bytes) -> Delivery {
        let Some(turn) = self.turn else { return not_connected(Trouble::Lost(Step::Send)) };
        let sending = tokio::spawn(Sender::send_in_turn(self.shared, turn, envelope, octets));
        sending.await.unwrap_or_else(|error| Delivery {
            outcome: Outcome::Unknown(format!("the sending was cut short: {error}")),
            refused: Vec::new(),
        })
    }
}

impl Shared {
    fn login(&self) -> Login {
        self.login.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A conversation in which a letter can be handed over: one that was kept, if the server is still there, or a new one.
    async fn conversation(&self) -> Result<Conversation, Trouble> {
        while let Some(mut kept) = self.kept() {
            if kept.is_alive().await {
                return Ok(kept);
            }
        }
        let permit = self.server.open.one_more().await;
        let login = self.login();
        let chances = self.chances.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Ok(chance) = chances.left.acquire().await else { return Err(Trouble::LoginGivenUp) };
        let opened = open(&self.server, &login, &mut |_, _| {}).await;
        match &opened {
            Ok(_) => self.begin_anew(),
            Err(trouble) if trouble.is_refused_login() => {
                chance.forget();
                if chances.refusals.fetch_add(1, Ordering::AcqRel) + 1 >= REFUSALS_MAX {
                    chances.left.close();
                }
            }
            Err(_) => {}
        }
        opened.map(|conversation| conversation.held_by(permit))
    }

    /// Refusals until now count no more.
    fn begin_anew(&self) {
        *self.chances.lock().unwrap_or_else(PoisonError::into_inner) = Chances::after(0);
    }

    fn kept(&self) -> Option<Conversation> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, conversation: Conversation) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conversation);
    }

    /// Ends the kept conversations of which this holds; how many are left.
    async fn end_idle(&self, holds: impl Fn(Instant) -> bool) -> usize {
        let (ended, left) = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let ended: Vec<Conversation> = idle.extract_if(.., |kept| holds(kept.used_at)).collect();
            (ended, idle.len())
        };
        for conversation in ended {
            conversation.end().await;
        }
        left
    }
}

/// A letter that was not handed over.
fn not_connected(trouble: Trouble) -> Delivery {
    Delivery { outcome: Outcome::NotConnected(trouble), refused: Vec::new() }
}
