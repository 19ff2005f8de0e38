//! The servers, and how they are configured.

use e2e::{DemoServer, Framework};

use crate::keys::{OLD, PRIMARY};

/// One server.
pub(crate) struct Instance {
    pub(crate) framework: Framework,
    pub(crate) setting: Setting,
    pub(crate) server: DemoServer,
}

/// How a server is configured.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Setting {
    /// The default options.
    Default,
    /// The key was rotated a moment ago, and a session that is not used for a minute ends.
    Rotated,
}

impl Setting {
    const ALL: [Self; 2] = [Self::Default, Self::Rotated];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Rotated => "rotated",
        }
    }

    const fn environment(self) -> &'static [(&'static str, &'static str)] {
        // The report on the log must not depend on the caller's level.
        match self {
            Self::Default => &[("RUST_LOG", "info"), ("SESSION_SECURE", "false"), ("SESSION_SECRET_KEY", PRIMARY)],
            Self::Rotated => &[
                ("RUST_LOG", "info"),
                ("SESSION_SECURE", "false"),
                ("SESSION_SECRET_KEY", PRIMARY),
                ("SESSION_FALLBACK_KEYS", OLD),
                ("SESSION_MAX_AGE", "60"),
                ("SESSION_REFRESH", "10"),
            ],
        }
    }

    /// The key of a session that another server began.
    pub(crate) const fn key_elsewhere(self) -> &'static str {
        match self {
            Self::Default => PRIMARY,
            Self::Rotated => OLD,
        }
    }
}

impl Instance {
    /// Each adapter with each setting.
    pub(crate) fn start_all() -> Vec<Self> {
        let start = |framework, setting: Setting| Self {
            framework,
            setting,
            server: DemoServer::start(framework, setting.environment()),
        };
        let each_setting = |framework| Setting::ALL.map(|setting| start(framework, setting));
        Framework::ALL.into_iter().flat_map(each_setting).collect()
    }
}
