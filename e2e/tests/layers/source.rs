//! Reads the paths from a file's source.

/// A path as it is written: `crate::a::B` in three parts.
pub(crate) type Path = Vec<String>;

/// A name that a `use` brings into its module.
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) path: Path,
    pub(crate) is_reexport: bool,
}

pub(crate) struct Source {
    pub(crate) imports: Vec<Import>,
    /// The paths and single names outside of `use` lines.
    pub(crate) paths: Vec<Path>,
}

impl Source {
    pub(crate) fn parse(text: &str) -> Self {
        let without_tests = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
        let tokens = tokens(without_tests);
        let mut source = Self { imports: Vec::new(), paths: Vec::new() };
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at] == "use" {
                // After `pub` or `pub(crate)`.
                let is_reexport = at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                at = source.use_tree(&tokens, at + 1, &[], is_reexport);
            } else if is_name(&tokens[at]) {
                let path = path_at(&tokens, at);
                at += 2 * path.len() - 1;
                source.paths.push(path);
            } else {
                at += 1;
            }
        }
        source
    }

    /// Reads one branch of a `use`, and returns the position after it.
    fn use_tree(&mut self, tokens: &[String], mut at: usize, prefix: &[String], is_reexport: bool) -> usize {
        if tokens[at] == "::" {
            at += 1;
        }
        let mut path = prefix.to_vec();
        while is_name(&tokens[at]) && tokens[at + 1] == "::" {
            path.push(tokens[at].clone());
            at += 2;
        }
        match tokens[at].as_str() {
            "{" => {
                at += 1;
                while tokens[at] != "}" {
                    at = self.use_tree(tokens, at, &path, is_reexport);
                    if tokens[at] == "," {
                        at += 1;
                    }
                }
                return at + 1;
            }
            // `a::{self}` is `a`, and `a::*` is taken as `a` too.
            "self" if !path.is_empty() => {}
            "*" => {}
            last => path.push(last.to_owned()),
        }
        at += 1;
        let mut name = path.last().cloned().unwrap_or_default();
        if tokens[at] == "as" {
            name.clone_from(&tokens[at + 1]);
            at += 2;
        }
        self.imports.push(Import { name, path, is_reexport });
        at
    }
}

fn path_at(tokens: &[String], start: usize) -> Path {
    let mut path = vec![tokens[start].clone()];
    let mut at = start;
    while tokens.get(at + 1).is_some_and(|token| token == "::")
        && tokens.get(at + 2).is_some_and(|token| is_name(token))
    {
        at += 2;
        path.push(tokens[at].clone());
    }
    path
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::` and single characters, without comments, literals of text and white space.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest) {
            length
        } else if first == '"' {
            quoted(rest, '"')
        } else if first == '\'' && (rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'')) {
            quoted(rest, '\'')
        } else if is_name(rest) {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a literal with escapes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// The length of a `r"..."` or `br#"..."#`, if one is here.
fn raw_text(text: &str) -> Option<usize> {
    let prefix = if text.starts_with("br") { 2 } else { 1 };
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end)?;
    Some(prefix + hashes + 1 + length + end.len())
}
