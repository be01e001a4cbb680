//! A browser without scripts: it keeps cookies, follows redirects, and sends forms with the token of the last page.

use reqwest::redirect::Policy;
use reqwest::{Client, Method};

/// What came back.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub text: String,
    /// The path that was reached, with its query.
    pub path: String,
    pub headers: reqwest::header::HeaderMap,
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
}

/// A browser.
pub struct Browser {
    client: Client,
    base: String,
    csrf: String,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::limited(5)).build().unwrap();
        Self { client, base: base.to_owned(), csrf: String::new() }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
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

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Asks for a fragment, as a script does.
    pub async fn fragment(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base)).header("hx-request-type", "partial");
        self.send(request).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut all: Vec<(&str, &str)> = vec![("csrf", &self.csrf)];
        all.extend_from_slice(fields);
        let request = self.client.post(format!("{}{path}", self.base)).form(&all);
        self.send(request).await
    }

    /// Sends a form without a token.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.request(Method::POST, format!("{}{path}", self.base)).form(fields);
        self.send(request).await
    }

    /// Signs in by the page.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.get("/login").await;
        self.post("/login", &[("login", login), ("password", password), ("next", "/")]).await
    }

    /// Opens the live stream.
    pub async fn events(&self, since: i64) -> reqwest::Response {
        self.client.get(format!("{}/events?since={since}", self.base)).send().await.unwrap()
    }
}
