//! Exchanges the keys of a server that runs.

use session_cookie::{SessionManager, SessionSettings};

use std::io;

use tokio::signal::unix::{SignalKind, signal};

fn reload_keys(manager: &SessionManager, settings: &SessionSettings) -> Result<(), Box<dyn std::error::Error>> {
    let (key, fallback_keys) = settings.keys()?;
    manager.set_keys(key, fallback_keys)?;
    Ok(())
}

/// Reads the keys again at each SIGHUP.
fn reload_at_hangup(manager: SessionManager, settings: SessionSettings) -> io::Result<()> {
    // From here on SIGHUP does not end the process.
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            if let Err(error) = reload_keys(&manager, &settings) {
                tracing::error!("the keys stay as they are: {error}");
            }
        }
    });
    Ok(())
}

mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn at_a_hangup_the_keys_are_read_again() {
        let [key, fallback_keys] =
            ["recipe_key", "recipe_fallback_keys"].map(|name| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        fs::write(&key, "the old key of the recipe, 32 bytes or more").unwrap();
        fs::write(&fallback_keys, "").unwrap();
        let settings = serde_json::json!({"secret_key_file": key, "fallback_keys_file": fallback_keys});
        let settings: SessionSettings = serde_json::from_value(settings).unwrap();
        let manager = SessionManager::try_from(settings.clone()).unwrap();
        reload_at_hangup(manager.clone(), settings).unwrap();
        let before = manager.keys_in_use();

        fs::write(&key, "the new key of the recipe, 32 bytes or more").unwrap();
        let hangup =
            std::process::Command::new("kill").args(["-HUP", &std::process::id().to_string()]).status().unwrap();

        assert!(hangup.success());
        let reloaded = async {
            while manager.keys_in_use() == before {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reloaded).await.unwrap();
    }
}
