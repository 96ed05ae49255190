//! Boots the image in QEMU and plays scenarios on it.
#![forbid(unsafe_code)]
