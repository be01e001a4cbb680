// Every page of Deskbell, with a name: for the walk, the gates and the screenshots. A new page is a line here.

/** Before anybody signs in: of a desk that nobody has set up, and of one that runs. */
export const FRESH = { setup: "/setup" };
export const OUTSIDE = { "sign-in": "/login" };

/** Pages that are answered with another status than 200. */
export const STATUS = { "/nowhere": 404 };

/** The first address on a page that looks so. */
const first = async (page, at, pattern) => {
  await page.goto(at);
  const found = await page.$$eval("main a[href]", (links) => links.map((link) => link.getAttribute("href")));
  const link = found.find((href) => pattern.test(href));
  if (!link) throw new Error(`no link like ${pattern} on ${at}: ${found}`);
  return link;
};

/** Those that a signed-in admin can open. */
export const pagesOf = async (page) => {
  const person = await first(page, "/people", /^\/people\/\d+$/);
  const call = await first(page, "/calls/log?outcome=answered", /^\/calls\/\d+$/);
  return {
    calls: "/calls",
    "calls-log": "/calls/log",
    "calls-missed": "/calls/log?missed=1",
    "calls-no-match": "/calls/log?q=nobody&outcome=missed",
    call,
    dossier: `${call}/dossier`,
    "caller-new": `${call}/person/new`,
    "caller-known": `${call}/person?q=must`,
    reports: "/calls/reports",
    "reports-tables": "/calls/reports?range=month&tables=1",
    "reports-none": "/calls/reports?from=2020-01-01&to=2020-01-02",
    wall: "/calls/wall",
    "shift-end": "/calls/shift-end",
    incidents: "/calls/incidents",
    "incident-new": "/calls/incidents/new",
    duty: "/admin/duty",
    callbacks: "/calls/callbacks",
    palette: "/palette",
    "call-ticket": "/calls/newest/ticket",
    interview: "/calls/current/interview",
    tickets: "/t",
    "tickets-closed": "/t?closed=1",
    search: "/search?q=water",
    "ticket-new": "/t/new",
    ticket: await first(page, "/t", /^\/t\/\d+/),
    "ticket-mail": await first(page, "/t?channel=mail&status=all", /^\/t\/\d+/),
    "ticket-answer": `${await first(page, "/t?channel=mail&status=all", /^\/t\/\d+/)}/answer?how=reply`,
    people: "/people",
    "person-new": "/people/new",
    person,
    "person-edit": `${person}/edit`,
    "person-remove": `${person}/remove`,
    sites: "/sites",
    site: await first(page, "/sites", /^\/sites\/\d+$/),
    "site-new": "/sites/new",
    organisations: "/orgs",
    organisation: await first(page, "/orgs", /^\/orgs\/\d+$/),
    profile: "/me",
    admin: "/admin",
    agents: "/admin/agents",
    "agent-new": "/admin/agents/new",
    agent: "/admin/agents/2",
    teams: "/admin/teams",
    roles: "/admin/roles",
    health: "/admin/health",
    categories: "/admin/categories",
    "category-new": "/admin/categories/new",
    category: "/admin/categories/1",
    "wrap-up": "/admin/wrap-up",
    blocked: "/admin/blocked",
    "mail-ledger": "/admin/mail/ledger",
    "mail-ledger-aside": "/admin/mail/ledger?outcome=quarantined",
    "mail-outbox": "/admin/mail/outbox",
    "mail-texts": "/admin/mail/texts",
    "mail-text-new": "/admin/mail/texts/new",
    settings: "/admin/settings",
    lines: "/admin/lines",
    "line-new": "/admin/lines/new",
    line: "/admin/lines/1",
    mail: "/admin/mail",
    "mail-new": "/admin/mail/new",
    missing: "/nowhere",
    kit: "/dev/ui",
  };
};
