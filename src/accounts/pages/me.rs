//! [`Me`]: whoever asks, once the gate has let them in.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::accounts::{Agent, Right, SignedIn, views};
use crate::base::Error;
use crate::base::id::{AgentId, TeamId};
use crate::events::{Actor, By};
use crate::settings::Settings;
use crate::web::ui::{Jump, NavItem, Shell, User};
use crate::web::{Density, Lang, Live, Locale, Visit};

/// Where the number of mails comes from that nobody could read, and the topic of its news.
const QUARANTINED: Option<(&str, &str)> = Some(("/admin/mail/quarantined", "mail"));

/// The places of the navigation and the right that each wants.
const PLACES: [(NavItem, Right); 4] = [
    (NavItem { href: "/calls", label_key: "nav-calls", icon: "phone", badge: None }, Right::SeeCalls),
    (NavItem { href: "/t", label_key: "nav-tickets", icon: "ticket", badge: None }, Right::SeeTickets),
    (NavItem { href: "/people", label_key: "nav-people", icon: "users", badge: None }, Right::SeePeople),
    (NavItem { href: "/admin", label_key: "nav-admin", icon: "settings", badge: QUARANTINED }, Right::SeeAgents),
];

/// What keys lead to from every page.
const JUMPS: [(&str, &str, &str, Right); 10] = [
    ("F2", "/calls/newest/ticket", "keys-call", Right::SeeCalls),
    ("c", "/t/new", "ticket-new", Right::WorkTickets),
    ("g h", "/", "nav-home", Right::Own),
    ("g c", "/calls", "nav-calls", Right::SeeCalls),
    ("g b", "/calls/callbacks", "callbacks-title", Right::SeeCalls),
    ("g t", "/t", "nav-tickets", Right::SeeTickets),
    ("g p", "/people", "nav-people", Right::SeePeople),
    ("g o", "/orgs", "organisations-title", Right::SeePeople),
    ("g s", "/admin", "nav-admin", Right::SeeAgents),
    ("g m", "/me", "nav-profile", Right::Own),
];

/// Who asks, how they came, and the desk's settings.
#[derive(Debug, Clone)]
pub struct Me {
    /// The request.
    pub visit: Visit,
    /// The agent and the session.
    pub who: SignedIn,
    /// The desk's settings when the request came.
    pub settings: Settings,
    /// The newest event that live pages knew then; read before any of a page's data.
    newest: i64,
}

impl Me {
    pub(super) fn new(mut visit: Visit, who: SignedIn, settings: Settings, newest: i64) -> Self {
        let chosen = who.agent.language.as_deref().and_then(Lang::from_tag);
        visit.speak(chosen, Lang::from_word(&settings.language), settings.zone());
        Self { visit, who, settings, newest }
    }

    /// Who.
    pub fn agent(&self) -> &Agent {
        &self.who.agent
    }

    /// Whether they may.
    pub fn may(&self, right: Right) -> bool {
        self.who.agent.role.may(right)
    }

    /// The texts of their language.
    pub fn locale(&self) -> &Locale {
        &self.visit.locale
    }

    /// On whose behalf, and for which request, something is written.
    pub fn by(&self) -> By {
        By { actor: Actor::Agent(self.who.agent.id), request: Some(self.visit.request_id.clone()) }
    }

    /// The surroundings of a page. It follows what happens, though not all that is on it does.
    pub fn shell(&self, title: &str) -> Shell {
        let l = self.locale();
        let agent = self.agent();
        let nav = PLACES.into_iter().filter(|(_, right)| self.may(*right)).map(|(item, _)| item).collect();
        let mut shell = Shell::new(&self.visit, title);
        shell.user = Some(User {
            name: agent.name.clone(),
            initials: agent.initials(),
            role: l.t(agent.role.label()),
            links: vec![("/me", l.t("nav-profile"))],
            sign_out: "/logout",
        });
        shell.nav = nav;
        if !self.may(Right::Administer) {
            shell.nav.iter_mut().for_each(|item| item.badge = None);
        }
        shell.duty = self.may(Right::WorkCalls).then(|| views::duty_switch(self));
        shell.search = Some("/search");
        shell.live = Some(self.newest);
        shell.strip = self.may(Right::SeeCalls).then_some("/calls/strip");
        shell.agent = agent.id.to_string();
        shell.density = agent.density.as_deref().and_then(Density::from_word).unwrap_or(Density::Normal);
        shell.has_letter_keys = agent.hotkeys_off_at.is_none();
        shell.palette = Some("/palette");
        let jumps = JUMPS.into_iter().filter(|(.., right)| self.may(*right));
        shell.jumps = jumps.map(|(key, href, label, _)| Jump { key, href, label: l.t(label) }).collect();
        shell
    }

    /// The same for a page that is made of what this very request changed.
    pub fn live_shell(&self, title: &str, live: &Live) -> Shell {
        let mut shell = self.shell(title);
        shell.live = Some(live.newest());
        shell
    }

    /// The groups that live events are told to. Whoever sees the calls of all lines sees all tickets.
    pub fn audience(&self) -> u32 {
        let all = if self.may(Right::SeeCalls) { AUDIENCE_CALLS | AUDIENCE_TICKETS } else { 0 };
        let admins = if self.may(Right::Administer) { AUDIENCE_ADMINS } else { 0 };
        all | admins | AUDIENCE_EVERYBODY
    }

    /// The narrower groups: the agent, and each of the teams.
    pub fn circles(&self) -> Vec<String> {
        let teams = self.who.teams.iter().map(|team| team_circle(*team));
        teams.chain([agent_circle(self.who.agent.id)]).collect()
    }
}

/// The name of the circle of an agent.
pub fn agent_circle(agent: AgentId) -> String {
    format!("agent:{agent}")
}

/// The name of the circle of a team.
pub fn team_circle(team: TeamId) -> String {
    format!("team:{team}")
}

/// Everybody who may see calls.
pub const AUDIENCE_CALLS: u32 = 0b01;

/// Everybody who may see all tickets.
pub const AUDIENCE_TICKETS: u32 = 0b10;

/// Everybody who is signed in; such events say that something changed, and not what.
pub const AUDIENCE_EVERYBODY: u32 = 0b100;

/// Everybody who administers the desk.
pub const AUDIENCE_ADMINS: u32 = 0b1000;

impl FromRequest for Me {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Only a route without the gate has nobody here; tests/it/doors.rs finds such a route.
        let me = request.extensions().get::<Self>().cloned();
        ready(me.ok_or_else(|| Error::Internal("a handler wants to know who asks, but its route has no gate".into())))
    }
}
