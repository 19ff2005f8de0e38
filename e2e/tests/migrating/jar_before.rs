use axum_extra::extract::cookie::{Cookie, PrivateCookieJar};

pub(crate) async fn login(jar: PrivateCookieJar) -> PrivateCookieJar {
    jar.add(Cookie::build(("user_id", "42")).path("/"))
}

pub(crate) async fn me(jar: PrivateCookieJar) -> String {
    jar.get("user_id").map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}
