//! JSON over HTTP. The browser reads and writes it: a reader of our own would be a part of the app to load.

use js_sys::JSON;
use postern_shared::{
    error::{ErrorCode, Failure},
    session::HttpFailure,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Headers, RequestCredentials, RequestInit, Response};

/// `GET`: a JSON value, or the failure the gateway told.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpFailure> {
    let response = send("GET", path, None).await?;
    read(&response).await
}

/// `GET` of a page, as text.
pub async fn page(path: &str) -> Result<String, HttpFailure> {
    let response = send("GET", path, None).await?;
    Ok(text_of(&response).await)
}

/// A text, or its beginning.
pub struct Text {
    /// The text.
    pub text: String,
    /// There is more than that.
    pub cut: bool,
}

/// `GET` of a text that the gateway may have cut.
pub async fn text(path: &str) -> Result<Text, HttpFailure> {
    let response = send("GET", path, None).await?;
    let cut = response.headers().get("x-postern-cut").ok().flatten().is_some();
    Ok(Text { text: text_of(&response).await, cut })
}

/// `POST` of a JSON value.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpFailure> {
    let body = written(body).ok_or_else(|| broken("the request cannot be written"))?;
    let response = send("POST", path, Some(&body)).await?;
    read(&response).await
}

/// `PUT` of a JSON value.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpFailure> {
    let body = written(body).ok_or_else(|| broken("the request cannot be written"))?;
    read(&send("PUT", path, Some(&body)).await?).await
}

/// `POST` of a vCard file.
pub async fn post_file<T: DeserializeOwned>(path: &str, file: &Blob) -> Result<T, HttpFailure> {
    let response = send_with("POST", path, Some((file, "content-type", "text/vcard"))).await?;
    if response.ok() { read(&response).await } else { Err(failure_of(&response).await) }
}

/// `PATCH`: the next bytes of a file, from `offset` on. Says where the gateway goes on, be it there or elsewhere.
pub async fn append(path: &str, offset: u64, bytes: &Blob) -> Result<u64, HttpFailure> {
    let place = offset.to_string();
    let response = send_with("PATCH", path, Some((bytes, "upload-offset", &place))).await?;
    let told = response.headers().get("upload-offset").ok().flatten().and_then(|text| text.parse().ok());
    match told.filter(|_| response.ok() || response.status() == 409) {
        Some(there) => Ok(there),
        None => Err(failure_of(&response).await),
    }
}

/// `DELETE`, without an answer.
pub async fn delete(path: &str) -> Result<(), HttpFailure> {
    send("DELETE", path, None).await.map(drop)
}

/// Whether a failure only says that nobody is signed in.
pub fn is_signed_out(failure: &HttpFailure) -> bool {
    failure.failure.code == ErrorCode::NotSignedIn
}

async fn send(method: &str, path: &str, body: Option<&str>) -> Result<Response, HttpFailure> {
    let body = body.map(JsValue::from_str);
    let body = body.as_ref().map(|body| (body, "content-type", "application/json"));
    let response = send_with(method, path, body).await?;
    if response.ok() { Ok(response) } else { Err(failure_of(&response).await) }
}

/// A request with a body and a header that says more about it; its answer, be it what it may.
async fn send_with(
    method: &str,
    path: &str,
    body: Option<(&JsValue, &str, &str)>,
) -> Result<Response, HttpFailure> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    if let Some((body, name, value)) = body {
        let headers = Headers::new().and_then(|headers| headers.set(name, value).map(|()| headers.into()));
        let headers: Result<JsValue, JsValue> = headers;
        init.set_headers(&headers.map_err(|_| broken("the request cannot be made"))?);
        init.set_body(body);
    }
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(path, &init)).await;
    let response = answer.ok().and_then(|answer| answer.dyn_into::<Response>().ok());
    response.ok_or_else(|| broken("it cannot be reached"))
}

async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, HttpFailure> {
    value_of(response).await.ok_or_else(|| broken("its answer cannot be read"))
}

async fn failure_of(response: &Response) -> HttpFailure {
    value_of(response).await.unwrap_or_else(|| broken(&format!("HTTP status {}", response.status())))
}

fn written(value: &impl Serialize) -> Option<String> {
    let value = value.serialize(&Serializer::json_compatible()).ok()?;
    JSON::stringify(&value).ok().map(String::from)
}

async fn value_of<T: DeserializeOwned>(response: &Response) -> Option<T> {
    let value = JsFuture::from(response.json().ok()?).await.ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

async fn text_of(response: &Response) -> String {
    let Ok(text) = response.text() else { return String::new() };
    JsFuture::from(text).await.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn broken(detail: &str) -> HttpFailure {
    HttpFailure { failure: Failure::new(ErrorCode::Internal, detail), retry_after: None }
}
