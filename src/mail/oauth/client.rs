//! One POST of a form and one JSON answer, over our own connections: checked addresses and certificates, no redirects.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use super::{Error, Result};
use crate::mail::tls::Trust;

/// Octets of an answer.
pub(super) const ANSWER_BYTES_MAX: usize = 1 << 20;

/// From the connection to the last octet of the answer.
const WITHIN: Duration = Duration::from_secs(15);

/// How a token server says no (RFC 6749 5.2).
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub error: String,
    #[serde(default)]
    pub error_description: String,
}

/// Posts a form and reads the answer; a refusal becomes an error.
pub(super) async fn ask<T: DeserializeOwned>(trust: &Trust, url: &str, form: &[(&str, &str)]) -> Result<T> {
    match ask_or_refusal(trust, url, form).await? {
        Ok(answer) => Ok(answer),
        Err(refusal) => Err(Error::of_code(&refusal.error, &refusal.error_description)),
    }
}

/// Posts a form and reads the answer or the refusal.
pub(super) async fn ask_or_refusal<T: DeserializeOwned>(
    trust: &Trust,
    url: &str,
    form: &[(&str, &str)],
) -> Result<std::result::Result<T, Refusal>> {
    let (status, octets) = match tokio::time::timeout(WITHIN, post(trust, url, form)).await {
        Ok(answered) => answered?,
        Err(_) => return Err(Error::Busy("no answer in time".to_owned())),
    };
    if status.is_success() {
        // The error of serde may show what it read: a token.
        return serde_json::from_slice(&octets)
            .map(Ok)
            .map_err(|_secret| Error::odd("its answer is not what the standard says"));
    }
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Error::Busy(format!("it answers {}", status.as_u16())));
    }
    match serde_json::from_slice(&octets) {
        Ok(refusal) => Ok(Err(refusal)),
        Err(_) => Err(Error::odd(&format!("it answers {}", status.as_u16()))),
    }
}

async fn post(trust: &Trust, url: &str, form: &[(&str, &str)]) -> Result<(StatusCode, Bytes)> {
    let unusable = |why: &str| Error::Address(why.to_owned());
    let url = Url::parse(url).map_err(|e| unusable(&e.to_string()))?;
    let host = url.host_str().ok_or_else(|| unusable("it names no server"))?;
    let port = url.port_or_known_default().ok_or_else(|| unusable("it begins with https://"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable("it may hold no name and no password"));
    }
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let request = Request::post(format!("{}{query}", url.path()))
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(encoded(form))))
        .map_err(|e| unusable(&e.to_string()))?;
    match url.scheme() {
        "https" => {
            let tcp = trust.dial(host, port).await?;
            let (stream, _) = trust.secure(tcp, host, None).await?;
            exchange(stream, request).await
        }
        // For tests and for a token server on the same machine: nobody else hears it.
        "http" => {
            let tcp = trust.dial(host, port).await?;
            if !tcp.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback()) {
                return Err(unusable("it must begin with https://"));
            }
            exchange(tcp, request).await
        }
        _ => Err(unusable("it must begin with https://")),
    }
}

/// A form as its octets go over the wire.
fn encoded(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes)> {
    let broken = |e: hyper::Error| Error::Busy(crate::mail::words::cleaned(&e.to_string()));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let talking = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|_too_long| Error::odd("its answer is cut off or far too long"))?;
        Ok((status, body.to_bytes()))
    };
    // The connection is driven here and not in a task of its own, so nothing stays behind when this is dropped.
    let mut talking = std::pin::pin!(talking);
    tokio::select! {
        biased;
        answered = &mut talking => answered,
        ended = connection => match ended {
            Ok(()) => talking.await,
            Err(error) => Err(broken(error)),
        },
    }
}
