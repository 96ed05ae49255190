//! The registers of the BCM2837's USB controller, a Synopsys DesignWare USB 2.0 OTG core
//! ("DWC2") with its own DMA.
//!
//! Source: the register names and fields are the core's as Linux' `drivers/usb/dwc2/hw.h` and
//! Broadcom's "BCM2835 ARM Peripherals", chapter 15, have them.
#![allow(
    missing_docs,
    reason = "the macros make items that cannot carry any; the fields have their sources' names"
)]

use tock_registers::registers::{ReadOnly, ReadWrite};
use tock_registers::{register_bitfields, register_structs};

/// Host channels of the core on this chip (GHWCFG2 says so too, and is asked).
pub const MAX_CHANNELS: usize = 8;

register_bitfields! [u32,
    /// AHB (memory bus) configuration.
    pub GAHBCFG [
        /// Interrupt line to the processor. Never used: everything is polled.
        INTERRUPT OFFSET(0) NUMBITS(1) [],
        /// Longest burst; 0 is four words (a field of Broadcom's).
        BURST OFFSET(1) NUMBITS(2) [],
        /// Wait until writes have reached memory before a transfer counts as complete
        /// (Broadcom's).
        WAIT_WRITES OFFSET(4) NUMBITS(1) [],
        /// The core reaches memory by itself.
        DMA OFFSET(5) NUMBITS(1) []
    ],
    /// USB configuration.
    pub GUSBCFG [
        /// Width of the PHY interface: 0 for 8 bits.
        PHY_16_BIT OFFSET(3) NUMBITS(1) [],
        /// 1 for an ULPI PHY, 0 for UTMI+.
        ULPI OFFSET(4) NUMBITS(1) [],
        /// Session request protocol.
        SRP OFFSET(8) NUMBITS(1) [],
        /// Host negotiation protocol.
        HNP OFFSET(9) NUMBITS(1) [],
        /// Full and low speed through the ULPI PHY.
        ULPI_FS_LS OFFSET(17) NUMBITS(1) [],
        /// Keep the ULPI clock in suspend.
        ULPI_CLOCK OFFSET(19) NUMBITS(1) [],
        /// The ULPI PHY drives VBUS.
        ULPI_VBUS OFFSET(20) NUMBITS(1) [],
        /// Pulse the data line for sessions.
        TERM_PULSE OFFSET(22) NUMBITS(1) [],
        /// Be a host whatever the plug says.
        FORCE_HOST OFFSET(29) NUMBITS(1) [],
        /// Be a device whatever the plug says.
        FORCE_DEVICE OFFSET(30) NUMBITS(1) []
    ],
    /// Reset.
    pub GRSTCTL [
        /// Resets the core; clears itself.
        CORE OFFSET(0) NUMBITS(1) [],
        /// Empties the receive FIFO; clears itself.
        FLUSH_RX OFFSET(4) NUMBITS(1) [],
        /// Empties transmit FIFOs; clears itself.
        FLUSH_TX OFFSET(5) NUMBITS(1) [],
        /// Which transmit FIFO; 16 for all.
        TX_NUMBER OFFSET(6) NUMBITS(5) [],
        /// The memory bus is idle.
        IDLE OFFSET(31) NUMBITS(1) []
    ],
    /// What the core was built with.
    pub GHWCFG2 [
        /// 2: it has its own DMA.
        ARCHITECTURE OFFSET(3) NUMBITS(2) [],
        /// Host channels less one.
        CHANNELS OFFSET(14) NUMBITS(4) []
    ],
    /// A FIFO's place and size in words.
    pub FIFO [
        START OFFSET(0) NUMBITS(16) [],
        DEPTH OFFSET(16) NUMBITS(16) []
    ],
    /// Host configuration.
    pub HCFG [
        /// PHY clock: 0 for 30 or 60 MHz, 1 for 48 MHz.
        CLOCK OFFSET(0) NUMBITS(2) []
    ],
    /// Frame number.
    pub HFNUM [
        /// Frames, or microframes at high speed.
        NUMBER OFFSET(0) NUMBITS(16) []
    ],
    /// The root port. Bits 1, 2, 3 and 5 are cleared by writing 1, and bit 2 switches the port
    /// off that way: they must be written as 0 unless that is meant.
    pub HPRT [
        CONNECTED OFFSET(0) NUMBITS(1) [],
        CONNECT_CHANGED OFFSET(1) NUMBITS(1) [],
        ENABLED OFFSET(2) NUMBITS(1) [],
        ENABLE_CHANGED OFFSET(3) NUMBITS(1) [],
        OVERLOAD OFFSET(4) NUMBITS(1) [],
        OVERLOAD_CHANGED OFFSET(5) NUMBITS(1) [],
        RESET OFFSET(8) NUMBITS(1) [],
        POWER OFFSET(12) NUMBITS(1) [],
        SPEED OFFSET(17) NUMBITS(2) [High = 0, Full = 1, Low = 2]
    ],
    /// A channel's other end.
    pub HCCHAR [
        MAX_PACKET OFFSET(0) NUMBITS(11) [],
        ENDPOINT OFFSET(11) NUMBITS(4) [],
        IN OFFSET(15) NUMBITS(1) [],
        LOW_SPEED OFFSET(17) NUMBITS(1) [],
        KIND OFFSET(18) NUMBITS(2) [Control = 0, Interrupt = 3],
        /// Transactions in a microframe.
        COUNT OFFSET(20) NUMBITS(2) [],
        ADDRESS OFFSET(22) NUMBITS(7) [],
        ODD_FRAME OFFSET(29) NUMBITS(1) [],
        DISABLE OFFSET(30) NUMBITS(1) [],
        ENABLE OFFSET(31) NUMBITS(1) []
    ],
    /// A channel's transaction translator.
    pub HCSPLT [
        PORT OFFSET(0) NUMBITS(7) [],
        HUB OFFSET(7) NUMBITS(7) [],
        /// 3: all of the data.
        POSITION OFFSET(14) NUMBITS(2) [],
        COMPLETE OFFSET(16) NUMBITS(1) [],
        ENABLE OFFSET(31) NUMBITS(1) []
    ],
    /// A channel's transfer.
    pub HCTSIZ [
        BYTES OFFSET(0) NUMBITS(19) [],
        PACKETS OFFSET(19) NUMBITS(10) [],
        PID OFFSET(29) NUMBITS(2) [Data0 = 0, Data1 = 2, Setup = 3]
    ]
];

register_structs! {
    /// A host channel.
    pub ChannelRegisters {
        (0x00 => pub hcchar: ReadWrite<u32, HCCHAR::Register>),
        (0x04 => pub hcsplt: ReadWrite<u32, HCSPLT::Register>),
        (0x08 => pub hcint: ReadWrite<u32>),
        (0x0c => pub hcintmsk: ReadWrite<u32>),
        (0x10 => pub hctsiz: ReadWrite<u32, HCTSIZ::Register>),
        (0x14 => pub hcdma: ReadWrite<u32>),
        (0x18 => _reserved),
        (0x20 => @END),
    }
}

register_structs! {
    /// The whole controller.
    pub Registers {
        (0x000 => _reserved0),
        (0x008 => pub gahbcfg: ReadWrite<u32, GAHBCFG::Register>),
        (0x00c => pub gusbcfg: ReadWrite<u32, GUSBCFG::Register>),
        (0x010 => pub grstctl: ReadWrite<u32, GRSTCTL::Register>),
        (0x014 => pub gintsts: ReadWrite<u32>),
        (0x018 => pub gintmsk: ReadWrite<u32>),
        (0x01c => _reserved1),
        (0x024 => pub grxfsiz: ReadWrite<u32>),
        (0x028 => pub gnptxfsiz: ReadWrite<u32, FIFO::Register>),
        (0x02c => _reserved2),
        (0x040 => pub gsnpsid: ReadOnly<u32>),
        (0x044 => _reserved3),
        (0x048 => pub ghwcfg2: ReadOnly<u32, GHWCFG2::Register>),
        (0x04c => _reserved4),
        (0x100 => pub hptxfsiz: ReadWrite<u32, FIFO::Register>),
        (0x104 => _reserved5),
        (0x400 => pub hcfg: ReadWrite<u32, HCFG::Register>),
        (0x404 => pub hfir: ReadWrite<u32>),
        (0x408 => pub hfnum: ReadOnly<u32, HFNUM::Register>),
        (0x40c => _reserved6),
        (0x418 => pub haintmsk: ReadWrite<u32>),
        (0x41c => _reserved7),
        (0x440 => pub hprt: ReadWrite<u32, HPRT::Register>),
        (0x444 => _reserved8),
        (0x500 => pub channels: [ChannelRegisters; MAX_CHANNELS]),
        (0x600 => _reserved9),
        (0xe00 => pub pcgcctl: ReadWrite<u32>),
        (0xe04 => @END),
    }
}
