//! Roles and what each may do. The one place where a right is given.

use crate::base::words;

words! {
    /// What an agent is at this desk.
    pub enum Role {
        /// Everything, the accounts and the phone lines too.
        Admin = "admin",
        /// Leads teams: all work, and the teams' members.
        Lead = "lead",
        /// Takes calls and works on tickets.
        Agent = "agent",
        /// Works on the tickets of his teams; has no call board.
        Worker = "worker",
        /// Sees, changes nothing.
        Viewer = "viewer",
    }
}

words! {
    /// Something that not everybody may do. Every route names one.
    pub enum Right {
        /// Be signed in: the own profile, signing out.
        Own = "own",
        /// See tickets (workers: those of their teams).
        SeeTickets = "see_tickets",
        /// Change tickets and write notes (workers: those of their teams).
        WorkTickets = "work_tickets",
        /// See the call board and who called.
        SeeCalls = "see_calls",
        /// Mark calls and make tickets of them.
        WorkCalls = "work_calls",
        /// See people and organisations.
        SeePeople = "see_people",
        /// Change people and organisations.
        ChangePeople = "change_people",
        /// See who works here.
        SeeAgents = "see_agents",
        /// Accounts, teams, lines, settings.
        Administer = "administer",
    }
}

impl Role {
    /// Whether this role has a right.
    pub fn may(self, right: Right) -> bool {
        use Right::{
            Administer, ChangePeople, Own, SeeAgents, SeeCalls, SeePeople, SeeTickets, WorkCalls, WorkTickets,
        };
        match right {
            Own | SeeTickets => true,
            WorkTickets => self != Self::Viewer,
            SeeCalls | SeePeople => self != Self::Worker,
            WorkCalls | ChangePeople => matches!(self, Self::Admin | Self::Lead | Self::Agent),
            SeeAgents => matches!(self, Self::Admin | Self::Lead),
            Administer => self == Self::Admin,
        }
    }

    /// The key of its name in the locale files.
    pub fn label(self) -> &'static str {
        match self {
            Self::Admin => "role-admin",
            Self::Lead => "role-lead",
            Self::Agent => "role-agent",
            Self::Worker => "role-worker",
            Self::Viewer => "role-viewer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Right, Role};
    use crate::web::Lang;

    #[test]
    fn every_right_has_a_name_and_a_sentence() {
        for (lang, right) in Lang::ALL.iter().flat_map(|lang| Right::ALL.iter().map(move |right| (lang, right))) {
            for prefix in ["right", "right-hint"] {
                assert!(!lang.t_word(prefix, right.word()).starts_with(prefix), "{lang:?} {prefix} {right:?}");
            }
        }
    }

    #[test]
    fn who_may_what() {
        let table = |right| Role::ALL.iter().filter(|r| r.may(right)).map(|r| r.word()).collect::<Vec<_>>();
        assert_eq!(table(Right::Administer), ["admin"]);
        assert_eq!(table(Right::WorkCalls), ["admin", "lead", "agent"]);
        assert_eq!(table(Right::WorkTickets), ["admin", "lead", "agent", "worker"]);
        assert_eq!(table(Right::SeeCalls), ["admin", "lead", "agent", "viewer"]);
        assert_eq!(table(Right::SeeTickets).len(), 5);
    }
}
