//! `SessionSettings`: from a file and from the environment.

mod environment;
mod file;
mod misconfigurations;
mod secrets;

const OPTIONS: [&str; 16] = [
    "secret_key",
    "secret_key_file",
    "fallback_keys",
    "fallback_keys_file",
    "preset",
    "name",
    "max_age",
    "default_lifetime",
    "path",
    "domain",
    "secure",
    "http_only",
    "same_site",
    "partitioned",
    "refresh",
    "max_lifetime",
];

/// Options, values that can't be read as theirs, and the fix that the error names.
const UNREADABLE: [(&str, &str, &str); 21] = [
    ("max_age", "an hour", "whole seconds, or none"),
    ("max_age", "soon", "whole seconds, or none"),
    ("max_age", "60s", "whole seconds, or none"),
    ("max_age", "-1", "whole seconds, or none"),
    ("max_age", "-60", "whole seconds, or none"),
    ("max_age", "60.5", "whole seconds, or none"),
    ("max_age", " 60", "whole seconds, or none"),
    ("max_age", "18446744073709551616", "whole seconds, or none"),
    ("default_lifetime", "never", "whole seconds, or none"),
    ("max_lifetime", "never", "whole seconds, or none"),
    ("preset", "production", "hardened"),
    ("preset", "none", "hardened"),
    ("refresh", "always", "whole seconds, 0 for every time, or on_change"),
    ("refresh", "never", "whole seconds, 0 for every time, or on_change"),
    ("secure", "yes", "true or false"),
    ("secure", "1", "true or false"),
    ("http_only", "no", "true or false"),
    ("http_only", "1", "true or false"),
    ("partitioned", "on", "true or false"),
    ("same_site", "relaxed", "lax, strict or none"),
    ("same_site", "loose", "lax, strict or none"),
];

/// Options, values that make no sense beside the defaults, and the fix that the error names.
const SENSELESS: [(&str, &str, &str); 9] = [
    ("name", "a b", "use letters"),
    ("name", "__Host-id", "is true; set it so"),
    ("max_age", "0", "at least one"),
    ("path", "app", "begins with `/`"),
    ("domain", "a;b", "host name"),
    ("same_site", "none", "to lax or strict"),
    ("partitioned", "true", "which browsers refuse; set"),
    ("refresh", "3600", "give a time below"),
    ("max_lifetime", "3599", "not below"),
];
