//! What every answer has, and what is told when something went wrong.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Demo;

/// Sends text over a socket and reads the answer to its end.
async fn raw(demo: &Demo, request: &str) -> String {
    let mut socket = TcpStream::connect(demo.address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let demo = Demo::start().await;
    let css = deskbell::web::assets::url("app.css");
    let paths = [
        "/hello",
        "/nowhere",
        "/fail/missing",
        "/fail/forbidden",
        "/fail/invalid",
        "/fail/conflict",
        "/fail/busy",
        "/fail/internal",
        "/fail/panic",
        "/a/nothing.css",
        css.as_str(),
        "/%00",
        "/hello/..%2f",
    ];
    for path in paths {
        for accept in ["text/html", "application/json", "*/*", ""] {
            let answer = demo.get(path, &[("accept", accept)]).await;
            let header = |name: &str| answer.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
            let csp = header("content-security-policy");
            assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
            assert!(csp.contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(header("x-request-id").len(), 16, "{path}");
            assert!(header("strict-transport-security").is_empty(), "{path}: not without https");
            let cache = if path == css { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(header("cache-control"), cache, "{path}");
        }
    }
    demo.stop().await;
}

#[tokio::test]
async fn errors_say_what_they_are_and_keep_their_secrets() {
    let demo = Demo::start().await;
    for (how, status, words) in [
        ("missing", 404, "There is nothing here"),
        ("forbidden", 403, "Your role does not allow this"),
        ("invalid", 422, "at most 9 fit"),
        ("conflict", 409, "Someone was faster"),
        ("busy", 503, "Try again in a few seconds"),
        ("internal", 500, "Something broke on our side"),
        ("panic", 500, "Something broke on our side"),
    ] {
        let answer = demo.get(&format!("/fail/{how}"), &[("accept", "text/html")]).await;
        assert_eq!(answer.status(), status, "{how}");
        assert_eq!(answer.headers().get("retry-after").is_some(), status == 503, "{how}");
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(words) && page.contains(&id), "{how}: {page}");
        assert!(!page.contains("the secret is"), "{how} tells a secret");
    }
    // The worker lives on after a panic.
    assert_eq!(demo.get("/hello", &[]).await.status(), 200);
    demo.stop().await;
}

#[tokio::test]
async fn errors_come_in_the_form_and_language_that_was_asked_for() {
    let demo = Demo::start().await;
    let fragment = demo.get("/fail/missing", &[("accept", "text/html"), ("hx-request-type", "partial")]).await;
    assert!(fragment.text().await.unwrap().starts_with("<div class=\"notice"));
    let json = demo.get("/fail/invalid", &[("accept", "application/json")]).await;
    assert_eq!(json.headers()["content-type"], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&json.text().await.unwrap()).unwrap();
    assert_eq!((problem["status"].as_i64(), problem["errors"].as_array().unwrap().len()), (Some(422), 1));
    let plain = demo.get("/nowhere", &[("accept", "text/plain")]).await;
    assert!(plain.text().await.unwrap().starts_with("Not found: "));
    let german = demo.get("/nowhere", &[("accept", "text/html"), ("accept-language", "de-AT,en;q=0.5")]).await;
    let german = german.text().await.unwrap();
    assert!(german.contains("lang=\"de\"") && german.contains("Nicht gefunden"), "{german}");
    let method = demo.http.delete(demo.url("/note")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(method.status(), 405);
    assert!(method.text().await.unwrap().contains("does not take that kind of request"));
    demo.stop().await;
}

#[tokio::test]
async fn a_demo_speaks_the_languages_of_tests() {
    let demo = Demo::with(|options| options.demo = true).await;
    for (asked, head, word) in [
        ("en-XA", "lang=\"en-XA\" dir=\"ltr\"", "Ñöót föóüúñd"),
        ("ar-XB", "lang=\"ar-XB\" dir=\"rtl\"", "\u{202e}Not found"),
    ] {
        let page =
            demo.get("/nowhere", &[("accept", "text/html"), ("accept-language", asked)]).await.text().await.unwrap();
        assert!(page.contains(head) && page.contains(word), "{asked}: {page}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn what_was_sent_and_failed_is_said_to_be_kept() {
    let demo = Demo::start().await;
    let sent = demo.post("/fail/internal", &[("accept", "text/html")], "text=x").await;
    assert!(sent.text().await.unwrap().contains("notes that you were writing are kept"));
    let looked_up =
        demo.get("/nowhere", &[("accept", "text/html"), ("cookie", "deskbell=x")]).await.text().await.unwrap();
    assert!(
        looked_up.contains("action=\"/search\"") && !looked_up.contains("notes that you were writing are kept"),
        "{looked_up}"
    );
    assert!(!demo.page("/nowhere").await.contains("action=\"/search\""), "strangers have nothing to search");
    demo.stop().await;
}

#[tokio::test]
async fn a_fragment_is_the_content_alone() {
    let demo = Demo::start().await;
    let page = demo.page("/hello").await;
    assert!(page.contains("<title>Hello · Deskbell</title>") && page.contains("Asked by 127.0.0.1 in English"));
    let fragment = demo.get("/hello", &[("hx-request-type", "partial"), ("accept-language", "de")]).await;
    assert_eq!(fragment.headers().get("vary").unwrap(), "HX-Request-Type, Accept-Language, Cookie");
    assert_eq!(fragment.text().await.unwrap(), "<p>Asked by 127.0.0.1 in Deutsch</p>");
    demo.stop().await;
}

#[tokio::test]
async fn nobody_says_who_they_are_unless_a_proxy_of_ours_does() {
    let forged = [("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=6.6.6.6"), ("x-real-ip", "6.6.6.6")];
    let open = Demo::start().await;
    assert!(open.get("/hello", &forged).await.text().await.unwrap().contains("Asked by 127.0.0.1"));
    open.stop().await;
    let behind =
        Demo::with(|options| options.trusted_proxies = vec![deskbell::base::Network::parse("127.0.0.0/8").unwrap()])
            .await;
    assert!(behind.get("/hello", &forged).await.text().await.unwrap().contains("Asked by 6.6.6.6"));
    behind.stop().await;
}

#[tokio::test]
async fn unknown_names_are_not_answered() {
    let demo = Demo::with(|options| options.public_url = Some("https://desk.example.org".parse().unwrap())).await;
    for (host, status) in [
        ("desk.example.org", 200),
        ("localhost:1", 200),
        ("10.0.0.7", 200),
        ("evil.example", 421),
        ("desk.example.org.", 421),
    ] {
        let answer = demo.get("/hello", &[("host", host), ("x-forwarded-host", "desk.example.org")]).await;
        assert_eq!(answer.status(), status, "{host}");
        assert!(answer.headers().contains_key("content-security-policy"), "{host}");
        assert!(answer.headers().contains_key("strict-transport-security"), "{host}");
        assert!(
            answer.headers().get_all("set-cookie").iter().all(|c| c.to_str().unwrap().starts_with("__Host-")),
            "{host}"
        );
    }
    let none = raw(&demo, "GET /hello HTTP/1.0\r\n\r\n").await;
    assert!(none.starts_with("HTTP/1.0 421"), "{none}");
    demo.stop().await;
}

#[tokio::test]
async fn pages_are_compressed() {
    let demo = Demo::start().await;
    for coding in ["br", "gzip"] {
        let answer = demo.get("/gallery/tickets", &[("accept-encoding", coding)]).await;
        assert_eq!(answer.headers()["content-encoding"], coding);
        assert!(answer.bytes().await.unwrap().len() < 6_000, "{coding}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn answers_are_measured_by_route_not_by_path() {
    let demo = Demo::start().await;
    for path in ["/fail/missing", "/fail/busy", "/nowhere/1", "/nowhere/2"] {
        demo.get(path, &[]).await;
    }
    let text = prometheus::TextEncoder::new().encode_to_string(&demo.registry.gather()).unwrap();
    for line in [
        "deskbell_http_request_duration_seconds_count{code=\"404\",method=\"GET\",route=\"/fail/{how}\"} 1",
        "deskbell_http_request_duration_seconds_count{code=\"503\",method=\"GET\",route=\"/fail/{how}\"} 1",
        "deskbell_http_request_duration_seconds_count{code=\"404\",method=\"GET\",route=\"none\"} 2",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    demo.stop().await;
}
