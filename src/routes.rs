//! Every URL on one page: method, path, who may, handler. `tests/it/doors.rs` tries each as everybody.

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::accounts::Right::{
    Administer, ChangePeople, Own, SeeAgents, SeeCalls, SeePeople, SeeTickets, WorkCalls, WorkTickets,
};
use crate::accounts::{May, gate};
use crate::web::Visit;
use crate::web::ui::{self, Shell};
use crate::{accounts, calls, mailboxes, ops, palette, people, tickets};

/// One URL.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// The pattern.
    pub path: &'static str,
    /// Who may.
    pub may: May,
}

/// Whoever can reach the server.
const ANYBODY: May = May::Anybody;

const fn only(right: accounts::Right) -> May {
    May::Only(right)
}

/// Adds what only a demo has.
pub fn configure_demo(config: &mut ServiceConfig) {
    config.route("/dev/ui", web::get().to(guide));
}

/// `GET /dev/ui`: the style guide.
async fn guide(visit: Visit) -> HttpResponse {
    let mut shell = Shell::new(&visit, "The kit");
    ui::guide::frame(&mut shell);
    shell.answer(&visit, ui::guide::content(&shell))
}

macro_rules! routes {
    ($($method:ident $path:literal $may:expr => $handler:path;)*) => {
        /// All of them, in the order in which they are tried.
        pub const ROUTES: &[Route] = &[$(Route { method: stringify!($method), path: $path, may: $may }),*];

        /// Puts all of them, each behind the gate, into a server.
        pub fn configure(config: &mut ServiceConfig) {
            $(config.route($path, web::$method().to($handler).wrap(from_fn(|request, next| gate($may, request, next))));)*
            // Whoever may get a page may ask for its head alone, but for the stream, which has no end.
            $(if stringify!($method) == "get" && $path != "/events" {
                config.route($path, web::head().to($handler).wrap(from_fn(|request, next| gate($may, request, next))));
            })*
        }
    };
}

routes! {
    get  "/"                              only(Own)          => calls::pages::home;
    get  "/login"                         ANYBODY            => accounts::pages::sign_in_page;
    post "/login"                         ANYBODY            => accounts::pages::sign_in;
    post "/logout"                        only(Own)          => accounts::pages::sign_out;
    get  "/setup"                         ANYBODY            => accounts::pages::set_up_page;
    post "/setup"                         ANYBODY            => accounts::pages::set_up;

    get  "/events"                        only(Own)          => calls::pages::events;
    get  "/calls"                         only(SeeCalls)     => calls::pages::board;
    get  "/calls/list"                    only(SeeCalls)     => calls::pages::list;
    get  "/calls/hand"                    only(SeeCalls)     => calls::pages::hand;
    get  "/calls/strip"                   only(SeeCalls)     => calls::pages::strip;
    get  "/calls/storm"                   only(SeeCalls)     => calls::pages::storm;
    post "/calls/storm/quiet"             only(WorkCalls)    => calls::pages::quiet_storm;
    get  "/calls/incidents"               only(SeeCalls)     => calls::pages::list_incidents;
    post "/calls/incidents"               only(WorkCalls)    => calls::pages::declare;
    get  "/calls/incidents/new"           only(WorkCalls)    => calls::pages::new_incident;
    get  "/calls/incidents/{id}"          only(SeeCalls)     => calls::pages::show_incident;
    post "/calls/incidents/{id}"          only(WorkCalls)    => calls::pages::change_incident;
    post "/calls/incidents/{id}/solve"    only(WorkCalls)    => calls::pages::solve_incident;
    get  "/calls/callbacks"               only(SeeCalls)     => calls::pages::callbacks;
    get  "/calls/callbacks/next"          only(SeeCalls)     => calls::pages::next_callbacks;
    post "/calls/callbacks/{id}/hold"     only(WorkCalls)    => calls::pages::hold_callback;
    post "/calls/callbacks/{id}/result"   only(WorkCalls)    => calls::pages::callback_result;
    post "/calls/callbacks/{id}/reopen"   only(WorkCalls)    => calls::pages::reopen_callback;
    get  "/calls/log"                     only(SeeCalls)     => calls::pages::log;
    get  "/calls/log.csv"                 only(SeeCalls)     => calls::pages::log_csv;
    get  "/calls/wall"                    only(SeeCalls)     => calls::pages::wall;
    get  "/calls/reports"                 only(SeeCalls)     => calls::pages::reports;
    get  "/calls/reports.csv"             only(SeeCalls)     => calls::pages::reports_csv;
    get  "/calls/duty"                    only(SeeCalls)     => calls::pages::duty;
    get  "/calls/shift-end"               only(WorkCalls)    => calls::pages::shift_end;
    get  "/calls/newest/ticket"           only(SeeCalls)     => calls::pages::newest_ticket;
    get  "/calls/{id}/ticket"             only(SeeCalls)     => calls::pages::ticket;
    post "/calls/{id}/ticket"             only(WorkCalls)    => calls::pages::make_ticket;
    post "/calls/{id}/missed"             only(WorkCalls)    => calls::pages::mark_missed;
    get  "/calls/{id}"                    only(SeeCalls)     => calls::pages::show;
    get  "/calls/{id}/link"               only(WorkCalls)    => calls::pages::ask_link;
    post "/calls/{id}/known/{incident}"   only(WorkCalls)    => calls::pages::add_known;
    post "/calls/{id}/claim"              only(WorkCalls)    => calls::pages::claim;
    post "/calls/{id}/take-over"          only(WorkCalls)    => calls::pages::take_over;
    post "/calls/{id}/release"            only(WorkCalls)    => calls::pages::release;
    post "/calls/{id}/wrap-up"            only(WorkCalls)    => calls::pages::wrap_up;
    post "/calls/{id}/wrap-up/undo"       only(WorkCalls)    => calls::pages::undo_wrap_up;
    post "/calls/{id}/spam"               only(WorkCalls)    => calls::pages::spam;
    get  "/calls/of-person/{id}"          only(SeeCalls)     => calls::pages::of_person;
    get  "/calls/{id}/dossier"            only(SeeCalls)     => calls::pages::dossier;
    get  "/calls/{id}/person"             only(WorkCalls)    => calls::pages::find_caller;
    post "/calls/{id}/person"             only(WorkCalls)    => calls::pages::set_caller;
    get  "/calls/{id}/person/new"         only(WorkCalls)    => calls::pages::new_caller;
    post "/calls/{id}/person/new"         only(WorkCalls)    => calls::pages::create_caller;

    get  "/palette"                       only(Own)          => palette::pages::palette;
    get  "/calls/{id}/interview"          only(SeeCalls)     => calls::pages::interview;
    post "/calls/{id}/interview"          only(WorkCalls)    => calls::pages::save_interview;
    post "/calls/{id}/link"               only(WorkCalls)    => calls::pages::link;
    post "/calls/{id}/unlink"             only(WorkCalls)    => calls::pages::unlink;
    post "/calls/{id}/ticket/more"        only(WorkCalls)    => calls::pages::another_ticket;
    get  "/t/similar"                     only(SeeTickets)   => calls::pages::similar;
    get  "/t/script"                      only(SeeTickets)   => tickets::pages::script;
    get  "/admin/categories"              only(Administer)   => tickets::pages::list_categories;
    post "/admin/categories"              only(Administer)   => tickets::pages::create_category;
    get  "/admin/categories/new"          only(Administer)   => tickets::pages::new_category;
    get  "/admin/categories/{id}"         only(Administer)   => tickets::pages::edit_category;
    post "/admin/categories/{id}"         only(Administer)   => tickets::pages::change_category;
    post "/admin/categories/{id}/archive" only(Administer)   => tickets::pages::archive;
    post "/admin/categories/{id}/restore" only(Administer)   => tickets::pages::restore;

    get  "/search"                        only(SeeTickets)   => tickets::pages::search;
    get  "/t"                             only(SeeTickets)   => tickets::pages::list;
    get  "/t/new"                         only(WorkTickets)  => tickets::pages::new;
    post "/t/new"                         only(WorkTickets)  => tickets::pages::create;
    get  "/t/{number}"                    only(SeeTickets)   => tickets::pages::show;
    post "/t/{number}"                    only(WorkTickets)  => tickets::pages::change;
    get  "/t/{number}/thread"             only(SeeTickets)   => tickets::pages::thread;
    post "/t/{number}/note"               only(WorkTickets)  => tickets::pages::note;
    post "/t/{number}/take"               only(WorkTickets)  => tickets::pages::take;
    post "/t/{number}/close"              only(WorkTickets)  => tickets::pages::close;
    post "/t/{number}/reopen"             only(WorkTickets)  => tickets::pages::reopen;
    post "/t/{number}/requester"          only(WorkTickets)  => tickets::pages::set_requester;

    get  "/t/{number}/files/{id}"         only(SeeTickets)   => tickets::pages::file;
    get  "/t/{number}/letters/{entry}/page" only(SeeTickets) => tickets::pages::letter_page;
    get  "/t/{number}/letters/{entry}/raw" only(WorkTickets) => mailboxes::pages::raw;
    post "/t/{number}/letters/{entry}/take-back" only(WorkTickets) => mailboxes::pages::take_back;
    post "/t/{number}/letters/{entry}/again" only(WorkTickets) => mailboxes::pages::again;
    post "/t/{number}/letters/{entry}/edit" only(WorkTickets) => mailboxes::pages::edit;
    get  "/t/{number}/participants"       only(SeeTickets)   => mailboxes::pages::participants;
    get  "/t/{number}/unreached"          only(SeeTickets)   => mailboxes::pages::unreached_of_ticket;
    get  "/t/{number}/addresses"          only(WorkTickets)  => mailboxes::pages::addresses;
    get  "/t/{number}/texts/{id}"         only(WorkTickets)  => mailboxes::pages::text;
    get  "/t/{number}/answer"             only(WorkTickets)  => mailboxes::pages::show;
    post "/t/{number}/answer"             only(WorkTickets)  => mailboxes::pages::send;
    post "/t/{number}/answer/draft"       only(WorkTickets)  => mailboxes::pages::keep;
    post "/t/{number}/answer/preview"     only(WorkTickets)  => mailboxes::pages::preview;
    post "/t/{number}/upload"             only(WorkTickets)  => mailboxes::pages::upload;
    post "/t/{number}/files/{id}/remove"  only(WorkTickets)  => mailboxes::pages::remove_file;
    get  "/me/notices"                    only(Own)          => mailboxes::pages::notices;
    post "/me/notices"                    only(Own)          => mailboxes::pages::choose;

    get  "/people"                        only(SeePeople)    => people::pages::list;
    post "/people"                        only(ChangePeople) => people::pages::create;
    get  "/people/new"                    only(ChangePeople) => people::pages::new;
    get  "/people/{id}"                   only(SeePeople)    => people::pages::show;
    post "/people/{id}"                   only(ChangePeople) => people::pages::change;
    get  "/people/{id}/unreached"         only(SeePeople)    => mailboxes::pages::unreached_of_person;
    get  "/people/{id}/edit"              only(ChangePeople) => people::pages::edit;
    post "/people/{id}/numbers/confirm"   only(ChangePeople) => people::pages::confirm_number;
    post "/people/{id}/numbers/drop"      only(ChangePeople) => people::pages::drop_number;
    get  "/people/{id}/remove"            only(ChangePeople) => people::pages::ask_remove;
    post "/people/{id}/remove"            only(ChangePeople) => people::pages::remove;
    get  "/sites"                         only(SeePeople)    => people::pages::list_sites;
    post "/sites"                         only(ChangePeople) => people::pages::create_site;
    get  "/sites/new"                     only(ChangePeople) => people::pages::new_site;
    get  "/sites/{id}"                    only(SeePeople)    => people::pages::show_site;
    post "/sites/{id}"                    only(ChangePeople) => people::pages::change_site;
    get  "/sites/{id}/edit"               only(ChangePeople) => people::pages::edit_site;
    get  "/sites/{id}/remove"             only(ChangePeople) => people::pages::ask_remove_site;
    post "/sites/{id}/remove"             only(ChangePeople) => people::pages::remove_site;
    get  "/orgs"                          only(SeePeople)    => people::pages::list_organisations;
    get  "/orgs/{id}"                     only(SeePeople)    => people::pages::show_organisation;
    post "/orgs/{id}"                     only(ChangePeople) => people::pages::change_organisation;

    post "/duty"                          only(WorkCalls)    => accounts::pages::set_own_duty;
    get  "/admin/duty"                    only(SeeAgents)    => accounts::pages::show_duty;
    post "/admin/duty/{id}"               only(SeeAgents)    => accounts::pages::set_agent_duty;

    get  "/me"                            only(Own)          => accounts::pages::profile;
    post "/me/feel"                       only(Own)          => accounts::pages::set_own_feel;
    post "/me/language"                   only(Own)          => accounts::pages::set_own_language;
    post "/me/password"                   only(Own)          => accounts::pages::change_own_password;
    post "/me/sessions/{id}/end"          only(Own)          => accounts::pages::end_own_session;

    get  "/admin"                         only(SeeAgents)    => accounts::pages::admin;
    get  "/admin/agents"                  only(SeeAgents)    => accounts::pages::list_agents;
    post "/admin/agents"                  only(Administer)   => accounts::pages::create_agent;
    get  "/admin/agents/new"              only(Administer)   => accounts::pages::new_agent;
    get  "/admin/agents/{id}"             only(Administer)   => accounts::pages::show_agent;
    post "/admin/agents/{id}"             only(Administer)   => accounts::pages::change_agent;
    post "/admin/agents/{id}/password"    only(Administer)   => accounts::pages::set_agent_password;
    post "/admin/agents/{id}/disable"     only(Administer)   => accounts::pages::disable_agent;
    post "/admin/agents/{id}/enable"      only(Administer)   => accounts::pages::enable_agent;
    get  "/admin/roles"                   only(SeeAgents)    => accounts::pages::show_roles;
    get  "/admin/health"                  only(Administer)   => ops::pages::health;
    get  "/admin/teams"                   only(SeeAgents)    => accounts::pages::list_teams;
    post "/admin/teams"                   only(Administer)   => accounts::pages::create_team;
    post "/admin/teams/{id}"              only(Administer)   => accounts::pages::rename_team;
    post "/admin/teams/{id}/archive"      only(Administer)   => accounts::pages::archive_team;
    get  "/admin/settings"                only(Administer)   => accounts::pages::show_settings;
    post "/admin/settings"                only(Administer)   => accounts::pages::change_settings;
    get  "/admin/mail/ledger"             only(Administer)   => mailboxes::pages::ledger;
    get  "/admin/mail/ledger/{id}"        only(Administer)   => mailboxes::pages::show_mail;
    get  "/admin/mail/ledger/{id}/raw"    only(Administer)   => mailboxes::pages::download;
    post "/admin/mail/ledger/{id}/retry"  only(Administer)   => mailboxes::pages::retry;
    post "/admin/mail/ledger/{id}/whole"  only(Administer)   => mailboxes::pages::fetch_whole;
    post "/admin/mail/ledger/{id}/ticket" only(Administer)   => mailboxes::pages::make_ticket;
    post "/admin/mail/ledger/{id}/refuse" only(Administer)   => mailboxes::pages::refuse;
    get  "/admin/mail/quarantined"        only(Administer)   => mailboxes::pages::quarantined;
    get  "/admin/mail/outbox"             only(Administer)   => mailboxes::pages::outbox;
    post "/admin/mail/outbox/{id}/retry"  only(Administer)   => mailboxes::pages::send_again;
    post "/admin/mail/outbox/{id}/now"    only(Administer)   => mailboxes::pages::send_now;
    post "/admin/mail/outbox/{id}/cancel" only(Administer)   => mailboxes::pages::cancel;
    post "/admin/mail/addresses/hear"     only(Administer) => mailboxes::pages::hear;
    post "/admin/mail/addresses/revive"   only(Administer)   => mailboxes::pages::revive;
    get  "/admin/mail/texts"              only(Administer)   => mailboxes::pages::list_texts;
    post "/admin/mail/texts"              only(Administer)   => mailboxes::pages::create_text;
    get  "/admin/mail/texts/new"          only(Administer)   => mailboxes::pages::new_text;
    get  "/admin/mail/texts/{id}"         only(Administer)   => mailboxes::pages::show_text;
    post "/admin/mail/texts/{id}"         only(Administer)   => mailboxes::pages::change_text;
    post "/admin/mail/texts/{id}/archive" only(Administer)   => mailboxes::pages::archive_text;
    get  "/admin/lines"                   only(Administer)   => calls::pages::list_lines;
    post "/admin/lines"                   only(Administer)   => calls::pages::create_line;
    get  "/admin/lines/new"               only(Administer)   => calls::pages::new_line;
    get  "/admin/lines/{id}"              only(Administer)   => calls::pages::show_line;
    post "/admin/lines/{id}"              only(Administer)   => calls::pages::change_line;
    post "/admin/lines/{id}/switch"       only(Administer)   => calls::pages::switch_line;
    get  "/admin/wrap-up"                 only(Administer)   => calls::pages::list_codes;
    post "/admin/wrap-up"                 only(Administer)   => calls::pages::create_code;
    post "/admin/wrap-up/{id}"            only(Administer)   => calls::pages::change_code;
    get  "/admin/blocked"                 only(Administer)   => calls::pages::list_blocked;
    post "/admin/blocked"                 only(Administer)   => calls::pages::block_number;
    post "/admin/blocked/remove"          only(Administer)   => calls::pages::unblock_number;
    get  "/admin/mail"                    only(Administer)   => mailboxes::pages::list_boxes;
    post "/admin/mail"                    only(Administer)   => mailboxes::pages::create_box;
    get  "/admin/mail/new"                only(Administer)   => mailboxes::pages::new_box;
    get  "/admin/mail/servers"            only(Administer)   => mailboxes::pages::servers;
    get  "/admin/mail/google"             only(Administer)   => mailboxes::pages::google_back;
    get  "/admin/mail/{id}"               only(Administer)   => mailboxes::pages::show_box;
    post "/admin/mail/{id}"               only(Administer)   => mailboxes::pages::change_box;
    post "/admin/mail/{id}/switch"        only(Administer)   => mailboxes::pages::switch_box;
    post "/admin/mail/{id}/again"         only(Administer)   => mailboxes::pages::again_box;
    post "/admin/mail/{id}/back"          only(Administer)   => mailboxes::pages::back_box;
    post "/admin/mail/{id}/pin"           only(Administer)   => mailboxes::pages::pin;
    post "/admin/mail/{id}/dkim"          only(Administer)   => mailboxes::pages::make_dkim_key;
    post "/admin/mail/{id}/authserv"      only(Administer)   => mailboxes::pages::believe;
    get  "/admin/mail/{id}/test"          only(Administer)   => mailboxes::pages::show_trial;
    post "/admin/mail/{id}/test"          only(Administer)   => mailboxes::pages::begin_trial;
    get  "/admin/mail/{id}/sign-in"       only(Administer)   => mailboxes::pages::show_sign_in;
    post "/admin/mail/{id}/sign-in"       only(Administer)   => mailboxes::pages::begin_sign_in;
}
