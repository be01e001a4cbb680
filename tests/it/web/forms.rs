//! Forms: who may send them, how large and how slow they may be, and that nothing that was typed is lost.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Demo;

/// The cookie and the token that the form's page gives.
async fn cookie_and_token(demo: &Demo) -> (String, String) {
    let answer = demo.get("/note", &[("accept", "text/html")]).await;
    let line = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(line.contains("; Path=/; HttpOnly; SameSite=Lax"), "{line}");
    let cookie = line.split(';').next().unwrap().to_owned();
    let page = answer.text().await.unwrap();
    let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (cookie, token)
}

#[tokio::test]
async fn a_form_of_ours_is_taken_and_the_next_page_says_so() {
    let demo = Demo::start().await;
    let (cookie, token) = cookie_and_token(&demo).await;
    let sent = demo.post("/note", &[("cookie", &cookie)], &format!("csrf={token}&text=hello")).await;
    assert_eq!((sent.status().as_u16(), &sent.headers()["location"].to_str().unwrap()), (303, &"/note"));
    let done = sent.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let next = demo.get("/note", &[("accept", "text/html"), ("cookie", &format!("{cookie}; {done}"))]).await;
    assert!(next.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"), "said once");
    assert!(next.text().await.unwrap().contains("Saved."));
    let by_script = demo.post("/note", &[("cookie", &cookie), ("x-csrf-token", &token)], "text=hello").await;
    assert_eq!(by_script.status(), 303);
    demo.stop().await;
}

#[tokio::test]
async fn what_was_typed_comes_back_with_the_problem() {
    let demo = Demo::start().await;
    let (cookie, token) = cookie_and_token(&demo).await;
    let empty = demo.post("/note", &[("cookie", &cookie), ("accept", "text/html")], &format!("csrf={token}")).await;
    assert_eq!(empty.status(), 422);
    let page = empty.text().await.unwrap();
    assert!(page.contains("aria-invalid=\"true\"") && page.contains("Please fill this in."), "{page}");
    assert!(page.contains("aria-describedby=\"f-text-error\"") && page.contains("id=\"f-text-error\""));
    let taken =
        demo.post("/note", &[("cookie", &cookie), ("accept", "text/html")], &format!("csrf={token}&text=taken")).await;
    assert_eq!(taken.status(), 409);
    demo.stop().await;
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused_in_plain_words() {
    let demo = Demo::start().await;
    let (cookie, token) = cookie_and_token(&demo).await;
    let good = format!("csrf={token}&text=x");
    let with = |name: &'static str, value: &'static str| vec![("cookie", cookie.as_str()), (name, value)];
    for (headers, body) in [
        (vec![("cookie", cookie.as_str())], "text=x"),
        (vec![("cookie", cookie.as_str())], "csrf=&text=x"),
        (vec![("cookie", cookie.as_str())], "csrf=0123456789012345678901234567890123456789&text=x"),
        (vec![], good.as_str()),
        (vec![("cookie", "deskbell-pre=other")], good.as_str()),
        (with("sec-fetch-site", "cross-site"), good.as_str()),
        (with("sec-fetch-site", "same-site"), good.as_str()),
        (with("origin", "https://evil.example"), good.as_str()),
        (with("origin", "null"), good.as_str()),
    ] {
        let headers: Vec<_> = headers.into_iter().chain([("accept", "text/html")]).collect();
        let answer = demo.post("/note", &headers, body).await;
        assert_eq!(answer.status(), 403, "{headers:?} {body}");
        assert!(answer.text().await.unwrap().contains("was not sent from a current page"));
    }
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x"] {
        let request = demo.http.post(demo.url("/note")).header("cookie", &cookie).header("content-type", kind);
        let answer = request.header("x-csrf-token", &token).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 415, "{kind}");
    }
    let ours = demo.post("/note", &[("cookie", &cookie), ("sec-fetch-site", "same-origin")], &good).await;
    assert_eq!(ours.status(), 303);
    demo.stop().await;
}

#[tokio::test]
async fn large_forms_are_refused() {
    let demo = Demo::start().await;
    let (cookie, token) = cookie_and_token(&demo).await;
    let body = format!("csrf={token}&text={}", "x".repeat(270_000));
    let answer = demo.post("/note", &[("cookie", &cookie)], &body).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["connection"], "close");
    demo.stop().await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let demo = Demo::with(|options| options.body_deadline = Duration::from_millis(200)).await;
    for path in ["/note", "/nowhere", "/hello"] {
        let start = Instant::now();
        let mut socket = TcpStream::connect(demo.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: 1000\r\n\r\ntext="
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let status = if path == "/note" { "408" } else { "40" };
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(
            start.elapsed() < Duration::from_secs(8),
            "{path}: the connection was closed after {:?}",
            start.elapsed()
        );
    }
    demo.stop().await;
}
