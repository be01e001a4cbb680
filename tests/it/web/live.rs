//! The event stream over HTTP.

use deskbell::base::Timestamp;
use deskbell::web::{LiveEvent, PerLang};
use futures_util::StreamExt as _;

use super::Demo;

fn ring(id: i64) -> LiveEvent {
    let html = Some(PerLang::of(|lang| format!("<article id=\"call-{id}\">{}</article>", lang.word())));
    let data = serde_json::json!({"call": id});
    LiveEvent { id, at: Timestamp(id), topic: "calls".to_owned(), audience: 1, circles: Vec::new(), html, data }
}

/// Reads a stream until `end` was in it.
async fn until(answer: reqwest::Response, end: &str) -> String {
    let mut text = String::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        if text.contains(end) {
            break;
        }
    }
    text
}

#[tokio::test]
async fn a_stream_replays_goes_on_and_ends_with_the_server() {
    let demo = Demo::start().await;
    demo.live.publish(&ring(1));
    demo.live.publish(&ring(2));
    let answer = demo.get("/events?since=1", &[("accept-encoding", "br, gzip"), ("accept-language", "de")]).await;
    let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert!(
        header("content-encoding").is_none_or(|c| c == "identity"),
        "a compressed stream would wait for its buffer"
    );
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    demo.live.publish(&ring(3));
    let text = until(answer, "id: 3").await;
    assert!(text.starts_with("retry: 2000\n\nid: 2\nevent: live\ndata: {"), "{text}");
    assert!(text.contains("<article id=\\\"call-2\\\">de</article>") && !text.contains("id: 1\n"), "{text}");

    let after_break = demo.get("/events?since=1", &[("last-event-id", "3"), ("cookie", "deskbell=b")]).await;
    demo.live.publish(&ring(4));
    let text = until(after_break, "id: 4").await;
    assert!(!text.contains("id: 3\n"), "the browser's own word counts more than the page's: {text}");

    let lost = until(demo.get("/events?since=-5", &[("cookie", "deskbell=c")]).await, "event: resync").await;
    assert!(lost.contains("id: 4\nevent: resync"), "{lost}");

    let open = demo.get("/events", &[("cookie", "deskbell=d")]).await;
    let ended = tokio::spawn(until(open, "never"));
    demo.stop().await;
    assert_eq!(ended.await.unwrap(), "retry: 2000\n\n");
}

#[tokio::test]
async fn a_session_has_only_so_many_streams_and_they_end_with_it() {
    let demo = Demo::start().await;
    let mine = [("cookie", "deskbell=mine")];
    let (one, two) = (demo.get("/events", &mine).await, demo.get("/events", &mine).await);
    let three = demo.get("/events", &mine).await;
    assert_eq!((three.status().as_u16(), three.headers().contains_key("retry-after")), (503, true));
    let other = demo.get("/events", &[("cookie", "deskbell=other")]).await;
    demo.live.revoke("mine");
    assert_eq!(until(one, "never").await, "retry: 2000\n\n");
    assert_eq!(until(two, "never").await, "retry: 2000\n\n");
    demo.live.publish(&ring(1));
    assert!(until(other, "id: 1").await.contains("id: 1"), "others go on");
    demo.stop().await;
}
