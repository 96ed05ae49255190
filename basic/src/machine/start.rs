//! What the machine is when it is switched on.

use core::fmt;

use crate::system::Model;

/// What a machine is when it is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It shows the opening menu, as the 128 does.
    Menu,
    /// The same with 128 BASIC chosen.
    Basic128,
    /// The same with 48 BASIC chosen.
    Basic48,
    /// There are no menus: either model takes commands at once, typed letter by letter in the lower
    /// screen, and NEW leads back there.
    Line(Model),
}

impl Start {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("menu", Self::Menu),
        ("128", Self::Basic128),
        ("48", Self::Basic48),
        ("line", Self::Line(Model::Spectrum128)),
        ("line48", Self::Line(Model::Spectrum48)),
    ];

    /// The one with a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|&(_, start)| start)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Basic128 => "128",
            Self::Basic48 => "48",
            Self::Line(Model::Spectrum128) => "line",
            Self::Line(Model::Spectrum48) => "line48",
        }
    }

    /// The model the machine is when it is switched on.
    #[must_use]
    pub const fn model(self) -> Model {
        match self {
            Self::Menu | Self::Basic128 | Self::Basic48 => Model::Spectrum128,
            Self::Line(model) => model,
        }
    }
}

/// What a machine is made as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What it is when it is switched on.
    pub start: Start,
    /// Whether its host keeps files. Without them it is as the original is without disks.
    pub files: bool,
}

/// What follows the name of a start where there are files.
const WITH_FILES: &str = " files";

impl Setup {
    /// The one with a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let (name, files) = match name.strip_suffix(WITH_FILES) {
            Some(name) => (name, true),
            None => (name, false),
        };
        Start::by_name(name).map(|start| Self { start, files })
    }
}

impl fmt::Display for Setup {
    /// Its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.start.name())?;
        f.write_str(if self.files { WITH_FILES } else { "" })
    }
}

impl<T: Into<Start>> From<T> for Setup {
    fn from(start: T) -> Self {
        Self {
            start: start.into(),
            files: false,
        }
    }
}

impl From<Model> for Start {
    fn from(model: Model) -> Self {
        Self::Line(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn each_has_its_name() {
        for (name, start) in Start::ALL {
            assert_eq!(start.name(), name);
            for files in [false, true] {
                let setup = Setup { start, files };
                assert_eq!(Setup::by_name(&setup.to_string()), Some(setup));
            }
        }
    }
}
