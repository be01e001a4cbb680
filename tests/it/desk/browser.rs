//! A browser without scripts: it keeps cookies, follows redirects, and sends forms with the token of the last page.

use std::net::IpAddr;
use std::sync::Arc;

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

/// What came back.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub text: String,
    /// The path that was reached, with its query.
    pub path: String,
    pub headers: HeaderMap,
}

impl Page {
    /// The text between tags, white space folded.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut inside = false;
        for c in self.text.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                c if !inside => words.push(c),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The cookies that came with it, as they were written.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect()
    }

    /// The value of the field of that name.
    pub fn field(&self, name: &str) -> String {
        let tag = self.text.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).expect(name);
        if tag.starts_with("textarea") {
            let text = tag.split_once('>').unwrap().1;
            // A browser drops the first line break, and a page puts one there so that no other is lost.
            return unescaped(text.strip_prefix('\n').unwrap_or(text));
        }
        if tag.starts_with("select") {
            let rest = self.text.split_once(tag).unwrap().1;
            let options = rest.split("</select>").next().unwrap().split('<');
            let chosen = options.filter(|o| o.starts_with("option")).find(|o| o.contains(" selected"));
            return chosen.map(|option| attribute(option, "value")).unwrap_or_default();
        }
        if tag.contains("type=\"radio\"") {
            let same = |other: &&str| other.contains(&format!("name=\"{name}\"")) && other.contains(" checked");
            return self.text.split('<').find(same).map(|tag| attribute(tag, "value")).unwrap_or_default();
        }
        attribute(tag, "value")
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let value = tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    unescaped(value.unwrap_or_default())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// Shares the cookies, and stops at the first answer.
    stern: Client,
    jar: Arc<Jar>,
    base: String,
    pub csrf: String,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        Self::with(base, &[], None)
    }

    /// A browser that sends these headers with everything, from an address of this machine such as 127.0.0.2.
    pub fn with(base: &str, headers: &[(&str, &str)], from: Option<IpAddr>) -> Self {
        let named = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap())
        };
        let jar = Arc::new(Jar::default());
        let builder = || {
            let headers = headers.iter().map(named).collect();
            Client::builder().cookie_provider(Arc::clone(&jar)).default_headers(headers).local_address(from)
        };
        let client = builder().redirect(Policy::limited(5)).build().unwrap();
        let stern = builder().redirect(Policy::none()).build().unwrap();
        Self { client, stern, jar, base: base.to_owned(), csrf: String::new() }
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        let response = request.header("accept", "text/html").send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let url = response.url().clone();
        let path = format!("{}{}", url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default());
        let text = response.text().await.unwrap();
        if let Some(rest) = text.split("name=\"csrf\" content=\"").nth(1) {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        Page { status, text, path, headers }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.url(path));
        self.send(request).await
    }

    /// Loads a file.
    pub async fn octets(&mut self, path: &str) -> Vec<u8> {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        answer.bytes().await.unwrap().to_vec()
    }

    /// Opens a page and stops at the first answer.
    pub async fn get_once(&mut self, path: &str) -> Page {
        let request = self.stern.get(self.url(path));
        self.send(request).await
    }

    /// Asks for a fragment, as a script does.
    pub async fn fragment(&mut self, path: &str) -> Page {
        let request = self.client.get(self.url(path)).header("hx-request-type", "partial");
        self.send(request).await
    }

    /// Sends a form with the token of the last page, as a script does.
    pub async fn post_fragment(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(self.url(path)).form(&self.filled(fields));
        self.send(request.header("hx-request-type", "partial")).await
    }

    fn filled<'a>(&'a self, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [("csrf", self.csrf.as_str())].iter().chain(fields).copied().collect()
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(self.url(path)).form(&self.filled(fields));
        self.send(request).await
    }

    /// Sends a form with the token of the last page and stops at the first answer.
    pub async fn post_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.stern.post(self.url(path)).form(&self.filled(fields));
        self.send(request).await
    }

    /// Sends a form without a token.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.stern.post(self.url(path)).form(fields);
        self.send(request).await
    }

    /// Signs in by the page.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.get("/login").await;
        self.post("/login", &[("login", login), ("password", password), ("next", "/")]).await
    }

    /// Opens the live stream.
    pub async fn events(&self, since: i64) -> reqwest::Response {
        self.stern.get(self.url(&format!("/events?since={since}"))).send().await.unwrap()
    }

    /// The value of a cookie that it holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let line = self.jar.cookies(&self.base.parse().unwrap())?;
        let pairs = line.to_str().unwrap().split("; ").filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
    }

    /// Puts a cookie into it, as somebody might who was at this machine before.
    pub fn plant(&self, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.base.parse().unwrap());
    }
}
