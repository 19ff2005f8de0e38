//! Guides: how the parts work together, and recipes that are tested.

// GitHub shows the pages too, and knows no Rust paths. So the links to items are defined here and not in the pages, and ahead of
// a page: where it defines the same link for GitHub, the first definition counts.

/// [`Key::new`]: crate::Key::new
/// [`Session::origin`]: crate::Session::origin
/// [`SessionManager::keys_in_use`]: crate::SessionManager::keys_in_use
/// [`SessionManager::set_keys`]: crate::SessionManager::set_keys
/// [`SessionManager::sibling`]: crate::SessionManager::sibling
/// [changing the name, path or domain]: crate::guide::rotation#changing-the-name-path-or-domain
/// [concurrency]: crate::guide::concurrency
/// [kept it back]: crate::guide::login#requests-that-come-without-the-cookie
/// [stores last who it is]: crate::guide::login#at-login
///
#[doc = include_str!("rules.md")]
pub mod rules {}

/// [`DecodeError::Expired`]: crate::DecodeError::Expired
/// [`Session::clear`]: crate::Session::clear
/// [`Session::renew`]: crate::Session::renew
/// [`Session::set_lifetime`]: crate::Session::set_lifetime
///
#[doc = include_str!("lifetimes.md")]
pub mod lifetimes {}

/// [`CookieConfig::hardened`]: crate::CookieConfig::hardened
/// [`Origin`]: crate::Origin
/// [`Session::clear`]: crate::Session::clear
/// [`Session::discard`]: crate::Session::discard
/// [`SessionManager::sibling`]: crate::SessionManager::sibling
/// [changing the name, path or domain]: crate::guide::rotation#changing-the-name-path-or-domain
/// [sibling]: crate::guide::rules#several-at-once
/// [two sessions]: crate::guide::oauth
///
#[doc = include_str!("login.md")]
pub mod login {}

/// [`SessionManager::set_keys`]: crate::SessionManager::set_keys
/// [`SessionManager::sibling`]: crate::SessionManager::sibling
/// [replaces the one that was kept back]: crate::guide::login#requests-that-come-without-the-cookie
///
#[doc = include_str!("oauth.md")]
pub mod oauth {}

/// [`Key::derive`]: crate::Key::derive
/// [`SessionManager::keys_in_use`]: crate::SessionManager::keys_in_use
/// [`SessionManager::set_keys`]: crate::SessionManager::set_keys
/// [`SessionSettings::keys`]: crate::SessionSettings::keys
///
#[doc = include_str!("rotation.md")]
pub mod rotation {}

/// [Several full cookies]: crate::guide::rules#how-many-fit-through-a-proxy
/// [key is replaced]: crate::guide::rotation
///
#[doc = include_str!("scaling.md")]
pub mod scaling {}

/// [`Session::update`]: crate::Session::update
/// [`SessionManager::set_keys`]: crate::SessionManager::set_keys
/// [log out everywhere]: crate::guide::login#log-out-everywhere
///
#[doc = include_str!("concurrency.md")]
pub mod concurrency {}

/// [CSRF check]: crate::guide::csrf
/// [How long a session lives]: crate::guide::lifetimes
/// [in this one]: crate::guide::logs#how-to-count-them
/// [all events]: crate::guide::logs
/// [changing the name, path or domain]: crate::guide::rotation#changing-the-name-path-or-domain
/// [how many fit through a proxy]: crate::guide::rules#how-many-fit-through-a-proxy
/// [requests at the same time]: crate::guide::concurrency
/// [rotate]: crate::guide::rotation
/// [what a deploy does to typed sessions]: crate::guide::typed#a-deploy-that-changes-the-type
///
#[doc = include_str!("troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("logs.md")]
pub mod logs {}

/// [`SessionManager::cookie_for`]: crate::SessionManager::cookie_for
/// [`SessionManager::sibling`]: crate::SessionManager::sibling
/// [`SessionManager::with_clock`]: crate::SessionManager::with_clock
///
#[doc = include_str!("testing.md")]
pub mod testing {}

/// [log out everywhere]: crate::guide::login#log-out-everywhere
/// [what happens to a session that was kept back]: crate::guide::login#requests-that-come-without-the-cookie
///
#[doc = include_str!("guards.md")]
pub mod guards {}

#[doc = include_str!("csrf.md")]
pub mod csrf {}

/// [CSRF]: crate::guide::csrf
/// [how long a session lives]: crate::guide::lifetimes
/// [how many fit through a proxy]: crate::guide::rules#how-many-fit-through-a-proxy
/// [logging in]: crate::guide::login#at-login
/// [rotation]: crate::guide::rotation
/// [secrets in containers]: crate::guide::secrets
/// [troubleshooting]: crate::guide::troubleshooting
///
#[doc = include_str!("production.md")]
pub mod production {}

/// [`SessionSettings::keys`]: crate::SessionSettings::keys
/// [`SessionSettings::with_fallback_keys`]: crate::SessionSettings::with_fallback_keys
/// [`SessionSettings::with_secret_key`]: crate::SessionSettings::with_secret_key
/// [Changing the key]: crate::guide::rotation
///
#[doc = include_str!("secrets.md")]
pub mod secrets {}

/// [`Session::take`]: crate::Session::take
/// [came without the cookie]: crate::guide::login#requests-that-come-without-the-cookie
/// [requests at the same time]: crate::guide::concurrency
///
#[doc = include_str!("flash.md")]
pub mod flash {}

/// [`Session::modify`]: crate::Session::modify
/// [`Session::read`]: crate::Session::read
/// [`Session::write`]: crate::Session::write
/// [`SessionError::WrongShape`]: crate::SessionError::WrongShape
///
#[doc = include_str!("typed.md")]
pub mod typed {}

/// [`Answer::apply`]: crate::Answer
/// [`Answer::headers`]: crate::Answer::headers
/// [`PendingSave`]: crate::PendingSave
/// [`ResponseHeader::sensitive`]: crate::ResponseHeader::sensitive
/// [`begin`]: crate::SessionManager::begin
/// [The rules]: crate::guide::rules
///
#[doc = include_str!("adapters.md")]
pub mod adapters {}
