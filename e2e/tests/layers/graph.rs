//! Which module imports which.

use std::collections::{BTreeMap, BTreeSet};
use std::{fmt, fs, path::Path};

use crate::source::{self, Source};

/// The modules of one crate, named `a::b` from its root, and the arrows between them. The root itself is no module: it
/// is there to re-export.
pub(crate) struct Graph {
    arrows: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Reads all files under a crate's `src`.
    pub(crate) fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        collect(src, "", &mut files);
        Self::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Takes each file's path below `src` and its text.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let sources = files.into_iter().map(|(file, text)| (module_of(file), Source::parse(text))).collect();
        let modules = Modules(sources);
        let arrows = modules.0.keys().filter(|module| !module.is_empty());
        Self { arrows: arrows.map(|module| (module.clone(), modules.imported_by(module))).collect() }
    }

    /// The same with each folder, and each file beside them, as one module.
    pub(crate) fn folders(&self) -> Self {
        let folder = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
        let mut arrows = BTreeMap::<_, BTreeSet<_>>::new();
        for (module, imported) in &self.arrows {
            let from = folder(module);
            let others = imported.iter().map(|module| folder(module)).filter(|to| *to != from).collect::<Vec<_>>();
            arrows.entry(from).or_default().extend(others);
        }
        Self { arrows }
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &str> {
        self.arrows.keys().map(String::as_str)
    }

    pub(crate) fn arrows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.arrows.iter().flat_map(|(from, all)| all.iter().map(|to| (from.as_str(), to.as_str())))
    }

    pub(crate) fn imports(&self, module: &str) -> impl Iterator<Item = &str> {
        self.arrows[module].iter().map(String::as_str)
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} modules, {} arrows", self.modules().count(), self.arrows().count())
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder's entry is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a source file's name is text");
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.push((name, text));
        }
    }
}

/// `a/mod.rs` is `a`, `a/b.rs` is `a::b`, and `lib.rs` is the root.
fn module_of(file: &str) -> String {
    let module = file.trim_end_matches(".rs");
    let module = module.strip_suffix("/mod").unwrap_or(module);
    if module == "lib" { String::new() } else { module.replace('/', "::") }
}

struct Modules(BTreeMap<String, Source>);

impl Modules {
    /// A re-export is an import only where the file uses the name itself.
    fn imported_by(&self, module: &str) -> BTreeSet<String> {
        let source = &self.0[module];
        let used = |name: &String| source.paths.iter().any(|path| path[0] == *name);
        let imports = source.imports.iter().filter(|import| !import.is_reexport || used(&import.name));
        // A single name outside of `use` is no path: `mod child;`, `pub(super)`.
        let longer = source.paths.iter().filter(|path| path.len() > 1);
        let paths = imports.map(|import| &import.path).chain(longer);
        let modules = paths.filter_map(|path| self.resolve(module, path));
        modules.filter(|found| found != module && !found.is_empty()).collect()
    }

    /// The module that defines what `path` names, if it is one of this crate.
    fn resolve(&self, module: &str, path: &source::Path) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => String::new(),
            "self" => module.to_owned(),
            "super" => module.rsplit_once("::").map_or("", |(parent, _)| parent).to_owned(),
            child => self.child(module, child)?,
        };
        for (position, name) in rest.iter().enumerate() {
            if let Some(child) = self.child(&at, name) {
                at = child;
                continue;
            }
            // A name that `at` has from elsewhere. What it is, is told by the rest of that path.
            let import = self.0.get(&at)?.imports.iter().find(|import| import.name == *name);
            if let Some(import) = import
                && at != module
            {
                let path = [&import.path, &rest[position + 1..]].concat();
                return self.resolve(&at, &path).or(Some(at));
            }
            break;
        }
        Some(at)
    }

    fn child(&self, module: &str, name: &str) -> Option<String> {
        let child = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        self.0.contains_key(&child).then_some(child)
    }
}
