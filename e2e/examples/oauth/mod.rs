//! What the OAuth examples of both frameworks share: the two sessions, what each step of a login does with them, and the client's
//! side of OAuth, which is the crate `oauth2`. The guide's page `oauth` tells the steps.
//!
//! | route | does |
//! | --- | --- |
//! | `GET /` | shows who is logged in, and the cart |
//! | `POST /cart/add` | adds an egg, for anonymous visitors too |
//! | `POST /login` | begins a login: 303 to the provider |
//! | `GET /callback` | takes the provider's answer, and shows a page of our own that goes on by itself |
//! | `POST /login/finish` | logs in: 303 to `/` |
//! | `POST /logout` | logs out: 303 to `/` |
//!
//! A real shop lets `/cart/add` and `/logout` refuse a form of another site too, as the guide's page `login` says.
//!
//! `cargo run -p e2e --example oauth-axum`, then open <http://localhost:8000>. The provider is at <http://127.0.0.1:9000>: another
//! host, and so another site to the browser. Behind a proxy, `BIND` and `PROVIDER_BIND` are where the two listen, `SHOP_URL` and
//! `PROVIDER_URL` where a browser finds them. Over TLS the cookies are `__Host-` ones.

mod provider;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use std::{env, io, thread};

use axum::Router;
use axum::body::Bytes;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use session_cookie::{CookieConfig, Key, SameSite, Session, SessionError, SessionManager};

pub(crate) type Error = Box<dyn std::error::Error>;

/// Marks the session of a login that is under way: `Session<OAuth>`.
pub(crate) struct OAuth;

/// The user, as the provider knows them.
#[derive(Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A login that has begun. The user can read both, and change neither.
#[derive(Serialize, Deserialize)]
struct Begun {
    state: CsrfToken,
    verifier: PkceCodeVerifier,
}

/// The query with which the provider sends the browser back.
#[derive(Deserialize)]
pub(crate) struct Answer {
    /// Missing from the errors of some providers.
    state: Option<CsrfToken>,
    /// Missing when the user said no.
    code: Option<AuthorizationCode>,
}

/// The headers of both pages at the callback: the code and the `state` in its URL are for no other site and no cache. Not
/// `no-referrer`, with which the form that follows would say `Origin: null`, and a guard might refuse it.
pub(crate) const CALLBACK_HEADERS: [(&str, &str); 2] =
    [("referrer-policy", "same-origin"), ("cache-control", "no-store")];

pub(crate) struct Shop {
    /// Who is logged in, and the cart: in a `Strict` cookie.
    pub(crate) main: SessionManager,
    /// The login that is under way: in a `Lax` cookie, which comes back with the user from the provider.
    pub(crate) oauth: SessionManager,
    client: BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>,
    http: reqwest::Client,
    user_url: String,
}

/// Starts the provider, and returns the shop with the socket that it is to serve.
pub(crate) fn start() -> Result<(Shop, TcpListener), Error> {
    let (listener, addr) = listen("BIND", "127.0.0.1:8000")?;
    let (provider_listener, provider_addr) = listen("PROVIDER_BIND", "127.0.0.1:9000")?;
    let url = env::var("SHOP_URL").unwrap_or_else(|_| format!("http://localhost:{}", addr.port()));
    let provider_url = env::var("PROVIDER_URL").unwrap_or_else(|_| format!("http://{provider_addr}"));
    let callback = format!("{url}/callback");

    let provider = provider::router(callback.clone());
    thread::spawn(move || serve(provider_listener, provider));
    println!("the provider is listening on http://{provider_addr}");
    println!("open {url}");
    println!("listening on http://{addr}");

    let (cookie, oauth_name) = match url.starts_with("https:") {
        true => (CookieConfig::hardened(), "__Host-oauth"),
        false => (CookieConfig::default().with_same_site(SameSite::Strict), "oauth"),
    };
    // A real application has a key that outlives the process.
    let main = SessionManager::new(Key::generate()?, cookie.clone())?;
    let oauth = main.sibling(
        cookie.with_name(oauth_name).with_same_site(SameSite::Lax).with_max_age(Duration::from_secs(10 * 60)),
    )?;
    let client = BasicClient::new(ClientId::new(provider::CLIENT_ID.to_owned()))
        .set_client_secret(ClientSecret::new(provider::CLIENT_SECRET.to_owned()))
        .set_auth_uri(AuthUrl::new(format!("{provider_url}/authorize"))?)
        .set_token_uri(TokenUrl::new(format!("http://{provider_addr}/token"))?)
        .set_redirect_uri(RedirectUrl::new(callback)?);
    // A redirect could lead the secret elsewhere. No proxy is between here and loopback.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
    Ok((Shop { main, oauth, client, http, user_url: format!("http://{provider_addr}/user") }, listener))
}

fn listen(variable: &str, default: &str) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(env::var(variable).as_deref().unwrap_or(default))?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

#[tokio::main(flavor = "current_thread")]
async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
}

impl Shop {
    /// Begins a login, and returns the address of the provider's page. It takes the place of a login that another tab has begun.
    pub(crate) fn begin_login(&self, oauth: &Session) -> Result<String, SessionError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self.client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).url();
        oauth.clear();
        oauth.insert("begun", Begun { state, verifier })?;
        Ok(url.into())
    }

    /// Asks the provider who it is, and keeps that for the next page. Returns `false` if this browser has not begun this login.
    pub(crate) async fn verify(&self, oauth: &Session, answer: Answer) -> Result<bool, SessionError> {
        // Not yet taken: a link of another site, with a code of theirs, does not end the login that is under way.
        let begun: Option<Begun> = oauth.get("begun")?;
        let Some(Begun { verifier, .. }) = begun.filter(|begun| answer.state.as_ref() == Some(&begun.state)) else {
            return Ok(false);
        };
        // Once: a reload finds nothing. For a copy of the cookie the provider ensures it, which takes a code once.
        oauth.clear();
        let Some(code) = answer.code else { return Ok(false) };
        match self.ask(code, verifier).await {
            Ok(user) => oauth.insert("user", user).map(|()| true),
            Err(error) => {
                eprintln!("the provider did not say who it is: {error}");
                Ok(false)
            }
        }
    }

    /// Exchanges the code for an access token, and that for the user. The token is not kept: the browser would see it.
    async fn ask(&self, code: AuthorizationCode, verifier: PkceCodeVerifier) -> Result<User, Error> {
        let http = |request| send(self.http.clone(), request);
        let tokens = self.client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await?;
        let request = self.http.get(&self.user_url).bearer_auth(tokens.access_token().secret());
        let user = request.send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_slice(&user)?)
    }
}

/// Logs in the user whom the callback has kept, and returns `false` if there is none. Of what was there before the login, the cart
/// alone is kept.
pub(crate) fn log_in(session: &Session, oauth: &Session) -> Result<bool, SessionError> {
    // No user: this form was sent twice, or by another site, whose POST comes without the `Lax` cookie too.
    let Some(user) = oauth.get::<User>("user")? else { return Ok(false) };
    oauth.clear();
    // A cart that can't be read is dropped: it must not keep the user from logging in.
    let cart: Option<Vec<String>> = session.take("cart").unwrap_or_default();
    session.clear();
    if let Some(cart) = cart {
        session.insert("cart", cart)?;
    }
    session.insert("user", user)?;
    Ok(true)
}

/// Lets `oauth2` send its requests with this client.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = http.execute(request.try_into()?).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = HttpResponse::new(response.bytes().await.map(Bytes::into)?);
    (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
    Ok(answer)
}

/// The page at `/`.
pub(crate) fn home(session: &Session) -> Result<String, SessionError> {
    let cart: Vec<String> = session.get("cart")?.unwrap_or_default();
    let (who, button) = match session.get::<User>("user")? {
        Some(user) => (format!("Logged in as {}.", escape(&user.name)), form("/logout", "logout", "Log out")),
        None => ("Not logged in.".to_owned(), form("/login", "login", "Log in")),
    };
    let add = form("/cart/add", "add", "Add an egg");
    Ok(page(&format!("<p id=user>{who}</p><p id=cart>Cart: {}</p>{add}{button}", escape(&cart.join(", ")))))
}

/// The page after the callback. That it is ours is the point: what it sends is no navigation of another site, and brings the
/// `Strict` cookie. Without scripts there is the button. A `<meta http-equiv=refresh>` needs no script but sends a GET, and with that a
/// link of another site could finish a login too. A Content-Security-Policy has to allow the script, by a nonce or its hash.
pub(crate) fn interstitial() -> String {
    let form = form("/login/finish", "finish", "Continue");
    page(&format!("{form}<script>document.forms[0].submit()</script>"))
}

/// The page for a callback or a form that belongs to no login under way here.
pub(crate) fn refused() -> String {
    page("<p id=user>This login was not begun in this browser, or is over.</p><a href='/'>Back</a>")
}

fn page(body: &str) -> String {
    format!("<!doctype html><html lang=en><meta charset=utf-8><title>Egg shop</title><body>{body}")
}

fn form(action: &str, id: &str, label: &str) -> String {
    format!("<form method=post action=\"{}\"><button id={id}>{label}</button></form>", escape(action))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
