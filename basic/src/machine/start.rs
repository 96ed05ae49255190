//! What the machine is when it is switched on.

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

impl From<Model> for Start {
    fn from(model: Model) -> Self {
        Self::Line(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_name() {
        for (name, start) in Start::ALL {
            assert_eq!(start.name(), name);
        }
    }
}
