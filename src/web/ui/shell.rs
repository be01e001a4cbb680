//! What stands around every page: the head of the document, navigation, search, the state of the stream, the user's menu.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::base::{Problem, Timestamp};

use super::super::assets;
use super::super::csrf;
use super::super::flash::Undo;
use super::super::lang::Lang;
use super::super::locale::Locale;
use super::super::problem::RETRY_SECONDS;
use super::super::visit::{Density, Theme, Visit};
use super::{Jump, Tone, hidden, hx, icon, keys, post};

/// The product's name, in titles and on the door.
#[derive(Debug)]
pub struct Brand;

impl Brand {
    /// The name.
    pub const NAME: &'static str = "Deskbell";
}

/// A place in the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Where it leads. It counts as current for every path below it.
    pub href: &'static str,
    /// Key of its name.
    pub label_key: &'static str,
    /// Its picture.
    pub icon: &'static str,
    /// Where a number comes from that stands next to it; loaded anew with the news of this topic.
    pub badge: Option<(&'static str, &'static str)>,
}

/// Who is signed in, as far as the shell shows it.
#[derive(Debug, Clone)]
pub struct User {
    /// The name.
    pub name: String,
    /// Two letters of it.
    pub initials: String,
    /// What they are here, in their language.
    pub role: String,
    /// Their own pages: addresses and names.
    pub links: Vec<(&'static str, String)>,
    /// Where the form goes that signs out.
    pub sign_out: &'static str,
}

/// A sentence about what was just done.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it means.
    pub tone: Tone,
    /// The sentence, in the reader's language.
    pub text: String,
    /// How to take it back.
    pub undo: Option<Undo>,
}

/// The surroundings of a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Language and zone.
    pub locale: Locale,
    /// The page's title.
    pub title: String,
    /// The path that was asked for; marks the place in the navigation.
    pub path: String,
    /// When the page was made: clocks on it count by the server's time.
    pub now: Timestamp,
    /// The token for forms.
    pub csrf: String,
    /// Light or dark.
    pub theme: Theme,
    /// How much room rows take.
    pub density: Density,
    /// Who is signed in.
    pub user: Option<User>,
    /// The navigation.
    pub nav: Vec<NavItem>,
    /// The newest event when the page was made ([`super::super::Live::newest`]); nothing for pages that stand still.
    pub live: Option<i64>,
    /// Whether the page is dangerous when it stands still: it warns in red and asks again by itself.
    pub live_required: bool,
    /// Where the search box leads; nothing for no box.
    pub search: Option<&'static str>,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Where the strip below the bar comes from, such as the calls one is in; nothing for no strip.
    pub strip: Option<&'static str>,
    /// The switch of duty, beside the menu.
    pub duty: Option<Markup>,
    /// Whose page it is: what a browser keeps of unfinished texts is kept for them alone. Empty for nobody's.
    pub agent: String,
    /// Whether letters alone are keys.
    pub has_letter_keys: bool,
    /// Where the palette finds; nothing for no palette.
    pub palette: Option<&'static str>,
    /// What keys lead to from every page.
    pub jumps: Vec<Jump>,
}

impl Shell {
    /// Surroundings for somebody of whom no more is known than their visit: no navigation, no menu.
    pub fn new(visit: &Visit, title: &str) -> Self {
        let flash = visit.flash.as_ref().and_then(|flash| Some((flash.text(&visit.locale)?, flash.undo.clone())));
        Self {
            locale: visit.locale.clone(),
            title: title.to_owned(),
            path: visit.path.clone(),
            now: visit.now,
            csrf: visit.csrf.clone(),
            theme: visit.theme,
            density: Density::Normal,
            user: None,
            nav: Vec::new(),
            live: None,
            live_required: false,
            search: None,
            notice: flash.map(|(text, undo)| Notice { tone: Tone::Good, text, undo }),
            strip: None,
            duty: None,
            agent: String::new(),
            has_letter_keys: true,
            palette: None,
            jumps: Vec::new(),
        }
    }

    /// The answer to a request: the page, or the content alone when a script asked for a fragment.
    pub fn answer(&self, visit: &Visit, content: Markup) -> HttpResponse {
        self.answer_with(StatusCode::OK, visit, content)
    }

    /// The answer where scripts ask for a part of the page by the page's own address (a [`hx::region`], a list under
    /// [`hx::filters`]): they get the `part` alone, everybody else the page that `around` makes of it.
    pub fn answer_part(&self, visit: &Visit, part: Markup, around: impl FnOnce(Markup) -> Markup) -> HttpResponse {
        let content = if visit.partial { part } else { around(part) };
        self.answer(visit, content)
    }

    /// The same with another status.
    pub fn answer_with(&self, status: StatusCode, visit: &Visit, content: Markup) -> HttpResponse {
        let body = if visit.partial { content } else { self.page(content) };
        let mut response = HttpResponse::build(status);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        if self.user.is_some() && !visit.partial {
            // Between the finger down and the finger up a page can be on its way. A page kept longer would be old.
            response.insert_header(("speculation-rules", format!("\"{}\"", assets::url("prefetch.json"))));
        }
        response
            .content_type("text/html; charset=utf-8")
            .insert_header(("vary", "HX-Request-Type, Accept-Language, Cookie"))
            .body(body.into_string())
    }

    /// The answer with a form on it: 422 when there are `problems`, so that scripts and tests can tell.
    pub fn answer_form(&self, visit: &Visit, problems: &[Problem], content: Markup) -> HttpResponse {
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.answer_with(status, visit, content)
    }

    /// The whole page.
    pub fn page(&self, content: Markup) -> Markup {
        let l = &self.locale;
        let framed = self.user.is_some();
        let inside = html! {
            a.skip href="#main" { (l.t("ui-skip")) }
            (self.side())
            (self.top())
            @if let Some(url) = self.strip { (hx::filled("strip", url, &["strip", "calls"])) }
            main id="main" tabindex="-1" data-live-required[self.live_required] {
                @if self.live_required {
                    div.banner.tone-bad role="alert" hidden data-live-banner { (icon("triangle-alert")) span { (l.t("ui-live-lost")) } }
                }
                (content.clone())
            }
            @if self.live.is_some() {
                aside.pops data-live-pops aria-label=(l.t("ui-pops")) {}
                div.unseen role="alert" data-announce {}
            }
            (self.toasts())
            template data-draft-line {
                p.draft-line { (icon("history")) span { (l.t("ui-draft")) } button.button.quiet type="button" { (l.t("ui-draft-discard")) } }
            }
            (keys::sheet(self))
            @if let Some(url) = self.palette { (keys::palette(l, url)) }
        };
        let worker = self.live.map(|_| assets::url("live.js"));
        html! {
            (DOCTYPE)
            html lang=(l.lang.word()) dir=(l.lang.dir()) data-theme=[theme_word(self.theme)] data-density=(self.density.word()) {
                (head(&self.title, Some(&self.csrf)))
                body.framed[framed] data-live-worker=[worker] data-live-seq=[self.live] data-now=(self.now.0)
                    data-agent=[framed.then_some(&self.agent)] data-hotkeys-off[!self.has_letter_keys] {
                    @if framed { (inside) } @else { (door(content)) (self.toasts()) }
                }
            }
        }
    }

    fn side(&self) -> Markup {
        let l = &self.locale;
        html! {
            nav.side aria-label=(l.t("ui-navigation")) {
                a.brand href="/" { (mark()) span { (Brand::NAME) } }
                ul {
                    @for item in &self.nav {
                        @let current = is_below(&self.path, item.href);
                        li {
                            a href=(item.href) aria-current=[current.then_some("page")] {
                                (icon(item.icon))
                                span.nav-label { (l.t(item.label_key)) }
                                @if let Some((url, topic)) = item.badge { (hx::count(url, topic)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let l = &self.locale;
        html! {
            header.top {
                @if let Some(action) = self.search {
                    form.search method="get" action=(action) role="search" aria-label=(l.t("ui-search")) {
                        label.unseen for="search" { (l.t("ui-search")) }
                        button.search-go type="submit" tabindex="-1" title=(l.t("ui-search")) { (icon("search")) span.unseen { (l.t("ui-search")) } }
                        input id="search" type="search" name="q" placeholder=(l.t("ui-search-hint")) dir="auto" autocomplete="off" data-key="/";
                        kbd aria-hidden="true" { "/" }
                    }
                } @else { span {} }
                div.top-end {
                    @if let Some(url) = self.palette {
                        a.button.quiet.bare href=(url) title=(l.t("keys-palette")) data-open-palette { (icon("keyboard")) span.unseen { (l.t("keys-palette")) } }
                    }
                    @if self.live.is_some() {
                        span.live role="status" data-live-badge data-state="waiting" data-open=(l.t("ui-live-open"))
                            data-waiting=(l.t("ui-live-waiting")) data-gone=(l.t("ui-live-gone")) { span.live-word { (l.t("ui-live-waiting")) } }
                    }
                    @if self.live.is_some() {
                        button.button.quiet.bare.ring-switch type="button" hidden data-bell title=(l.t("ui-bell")) data-locked-title=(l.t("ui-bell-locked")) { (icon("bell")) span.unseen { (l.t("ui-bell")) } }
                    }
                    @if let Some(duty) = &self.duty { (duty) }
                    @if let Some(user) = &self.user { (self.menu(user)) }
                }
            }
        }
    }

    fn menu(&self, user: &User) -> Markup {
        let l = &self.locale;
        html! {
            details.menu {
                summary { span.avatar aria-hidden="true" { (user.initials) } span.unseen { (l.t("ui-menu")) } }
                div.menu-sheet {
                    p.menu-who { strong { bdi { (user.name) } } span { (user.role) } }
                    @for (href, label) in &user.links { a href=(href) { (label) } }
                    div.theme-choice role="group" aria-label=(l.t("ui-theme")) data-theme-choice hidden {
                        button type="button" value="auto" title=(l.t("ui-theme-auto")) { (icon("monitor")) span.unseen { (l.t("ui-theme-auto")) } }
                        button type="button" value="light" title=(l.t("ui-theme-light")) { (icon("sun")) span.unseen { (l.t("ui-theme-light")) } }
                        button type="button" value="dark" title=(l.t("ui-theme-dark")) { (icon("moon")) span.unseen { (l.t("ui-theme-dark")) } }
                        button type="button" value="contrast" title=(l.t("ui-theme-contrast")) { (icon("eye")) span.unseen { (l.t("ui-theme-contrast")) } }
                    }
                    form method="post" action=(user.sign_out) {
                        input type="hidden" name=(csrf::FIELD) value=(self.csrf);
                        button type="submit" { (icon("log-out")) (l.t("ui-sign-out")) }
                    }
                }
            }
        }
    }

    /// The place where notices appear; there from the start, so that screen readers know it.
    fn toasts(&self) -> Markup {
        let l = &self.locale;
        html! {
            div.toasts id="toasts" role="status" data-toasts data-close=(l.t("ui-close")) data-copied=(l.t("ui-copied"))
                data-unsent=(l.t("ui-unsent")) {
                @if let Some(notice) = &self.notice { (toast(&self.locale, &self.csrf, notice)) }
            }
        }
    }
}

/// A notice, with its button that takes it back. [`hx::also_toast`] brings one with an answer to a script.
pub fn toast(locale: &Locale, csrf_token: &str, notice: &Notice) -> Markup {
    html! {
        div class={ "toast " (notice.tone.class()) } data-toast {
            (icon(notice.tone.icon()))
            span { (notice.text) }
            @if let Some(undo) = &notice.undo {
                (post(csrf_token, &undo.path, html! {
                    @for (name, value) in &undo.fields { (hidden(name, value)) }
                    button.toast-undo type="submit" data-key="z" { span { (locale.t("ui-undo")) } kbd { "z" } }
                }))
            }
        }
    }
}

/// A page without surroundings: errors, and what comes before sign-in.
pub fn bare_page(lang: Lang, theme: Theme, title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.word()) dir=(lang.dir()) data-theme=[theme_word(theme)] {
            (head(title, None))
            body { (door(content)) }
        }
    }
}

/// A page's content as a card in the middle, under the product's name.
fn door(content: Markup) -> Markup {
    html! {
        main.door id="main" {
            a.brand href="/" { (mark()) span { (Brand::NAME) } }
            div.card { div.card-body { (content) } }
        }
    }
}

fn head(title: &str, csrf_token: Option<&str>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · " (Brand::NAME) }
            link rel="stylesheet" href=(assets::url("app.css"));
            link rel="icon" type="image/svg+xml" href=(assets::url("mark.svg"));
            (hx::config())
            @if let Some(token) = csrf_token { meta name="csrf" content=(token); }
            script src=(assets::url("htmx.js")) defer {}
            script src=(assets::url("app.js")) defer {}
        }
    }
}

/// The product's mark, the drawing itself: a first visit asks for one file less.
fn mark() -> Markup {
    PreEscaped(include_str!("../assets/mark.svg").trim_end().to_owned())
}

fn theme_word(theme: Theme) -> Option<&'static str> {
    (theme != Theme::Auto).then(|| theme.word())
}

/// Whether `path` is `place` or below it. The root is only itself.
fn is_below(path: &str, place: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || (place != "/" && rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_current_for_what_is_below_it() {
        assert!(is_below("/tickets", "/tickets") && is_below("/tickets/7?a=b", "/tickets") && is_below("/?x", "/"));
        assert!(!is_below("/ticketsonly", "/tickets") && !is_below("/tickets", "/"));
    }
}
