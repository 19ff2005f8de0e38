//! A small OAuth provider. It is a test double: it knows one client and two users, asks for no password, and forgets nothing. It
//! checks what a provider has to check (RFC 6749 and 7636), so that a shop that leaves something out does not work here either.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::{Engine, prelude::BASE64_STANDARD};
use oauth2::url::Url;
use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use super::{User, form, page};

pub(crate) const CLIENT_ID: &str = "shop";
pub(crate) const CLIENT_SECRET: &str = "an example secret that the provider gave the shop";

const USERS: [(&str, &str); 2] = [("1", "Alice"), ("2", "Mallory")];

/// The routes of the provider, for a client with this address to return to.
pub(crate) fn router(redirect_uri: String) -> Router {
    Router::new()
        .route("/authorize", get(ask).post(allow))
        .route("/token", post(exchange))
        .route("/user", get(user))
        .with_state(Arc::new(Provider { redirect_uri, codes: Mutex::default(), tokens: Mutex::default() }))
}

struct Provider {
    redirect_uri: String,
    /// For each code that was not exchanged yet: whom it is for, and the challenge that came with the request.
    codes: Mutex<HashMap<String, (usize, String)>>,
    /// For each access token: whom it is for.
    tokens: Mutex<HashMap<String, usize>>,
}

/// The query of `/authorize`.
#[derive(Deserialize)]
struct Request {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    /// Who has clicked, with the POST.
    user: Option<usize>,
}

impl Provider {
    fn check(&self, request: &Request) -> Result<(), StatusCode> {
        let is_right = request.client_id == CLIENT_ID
            && request.redirect_uri == self.redirect_uri
            && request.response_type == "code"
            && request.code_challenge_method == "S256";
        is_right.then_some(()).ok_or(StatusCode::BAD_REQUEST)
    }
}

/// Shows the page that asks the user.
async fn ask(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    Query(request): Query<Request>,
) -> Result<Html<String>, StatusCode> {
    provider.check(&request)?;
    let query = query.unwrap_or_default();
    let forms = USERS.iter().enumerate().map(|(index, (_, name))| {
        form(&format!("/authorize?{query}&user={index}"), &name.to_lowercase(), &format!("Allow, as {name}"))
    });
    Ok(Html(page(&format!("<p id=user>May the egg shop know who you are?</p>{}", forms.collect::<String>()))))
}

/// Sends the user back with a code.
async fn allow(State(provider): State<Arc<Provider>>, Query(request): Query<Request>) -> Result<Redirect, StatusCode> {
    provider.check(&request)?;
    let user = request.user.filter(|user| *user < USERS.len()).ok_or(StatusCode::BAD_REQUEST)?;
    let code = CsrfToken::new_random().into_secret();
    let parameters = [("code", &code), ("state", &request.state)];
    let url = Url::parse_with_params(&request.redirect_uri, parameters).map_err(|_| StatusCode::BAD_REQUEST)?;
    lock(&provider.codes).insert(code, (user, request.code_challenge));
    Ok(Redirect::to(url.as_str()))
}

/// The form of `POST /token`.
#[derive(Deserialize)]
struct Exchange {
    grant_type: String,
    code: AuthorizationCode,
    redirect_uri: String,
    code_verifier: PkceCodeVerifier,
}

#[derive(Serialize)]
struct Token {
    access_token: String,
    token_type: &'static str,
}

#[derive(Serialize)]
struct Refusal {
    error: &'static str,
}

/// Exchanges a code, once, for an access token.
async fn exchange(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(exchange): Form<Exchange>,
) -> Result<Json<Token>, (StatusCode, Json<Refusal>)> {
    if authorization(&headers, "Basic ") != Some(&client_credentials()) {
        return Err((StatusCode::UNAUTHORIZED, Json(Refusal { error: "invalid_client" })));
    }
    let granted = lock(&provider.codes).remove(exchange.code.secret());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&exchange.code_verifier);
    match granted {
        Some((user, expected))
            if exchange.grant_type == "authorization_code"
                && exchange.redirect_uri == provider.redirect_uri
                && challenge.as_str() == expected =>
        {
            let access_token = CsrfToken::new_random().into_secret();
            lock(&provider.tokens).insert(access_token.clone(), user);
            Ok(Json(Token { access_token, token_type: "Bearer" }))
        }
        _ => Err((StatusCode::BAD_REQUEST, Json(Refusal { error: "invalid_grant" }))),
    }
}

/// Says whom an access token is for.
async fn user(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Result<Json<User>, StatusCode> {
    let token = authorization(&headers, "Bearer ").ok_or(StatusCode::UNAUTHORIZED)?;
    let user = lock(&provider.tokens).get(token).copied().ok_or(StatusCode::UNAUTHORIZED)?;
    let (id, name) = USERS[user];
    Ok(Json(User { id: id.to_owned(), name: name.to_owned() }))
}

fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix(scheme)
}

/// As RFC 6749, section 2.3.1: both are form-encoded first.
fn client_credentials() -> String {
    let encoded = |text: &str| oauth2::url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    BASE64_STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET)))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
