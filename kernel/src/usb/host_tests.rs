//! The whole host on a simulated bus: what is plugged in, what is said of it, which keys come.

use super::descriptor::Speed::{Full, High, Low};
use super::sim::{Node, Noise, Sim};
use super::{HOLD_US, Host, KeyEvent, Notice, Sink};
use KeyEvent::{AllUp, Down, Up};
use std::string::{String, ToString};
use std::vec::Vec;

#[derive(Default)]
struct Heard {
    keys: Vec<KeyEvent>,
    lines: Vec<String>,
}

impl Sink for Heard {
    fn key(&mut self, event: KeyEvent) {
        self.keys.push(event);
    }

    fn notice(&mut self, notice: &Notice) {
        self.lines.push(notice.to_string());
    }
}

struct Bench {
    host: Host<Sim>,
    heard: Heard,
    /// Longest call, in simulated microseconds.
    longest: u64,
}

impl Bench {
    fn new(build: impl FnOnce(&mut Sim)) -> Self {
        let mut sim = Sim::new();
        build(&mut sim);
        Self {
            host: Host::new(sim),
            heard: Heard::default(),
            longest: 0,
        }
    }

    fn sim(&mut self) -> &mut Sim {
        self.host.controller()
    }

    /// Lets time pass, calling as the main loop does.
    fn run(&mut self, micros: u64) {
        let end = self.sim().now + micros;
        let mut calls = 0u64;
        while self.sim().now < end {
            let begun = self.sim().now;
            self.host.poll(begun, &mut self.heard);
            self.longest = self.longest.max(self.sim().now - begun);
            let next = self.host.next_deadline().max(begun + 10).min(end);
            let now = &mut self.sim().now;
            *now = (*now).max(next).max(begun + 1);
            calls += 1;
            assert!(calls < micros / 10 + 10, "it is polled without end");
        }
    }

    fn keys(&mut self) -> Vec<KeyEvent> {
        core::mem::take(&mut self.heard.keys)
    }

    fn lines(&mut self) -> Vec<String> {
        core::mem::take(&mut self.heard.lines)
    }

    fn says(&mut self, what: &str) -> bool {
        self.heard.lines.iter().any(|line| line.contains(what))
    }

    /// Presses and lets go of a key, with time for both to be seen.
    fn tap(&mut self, node: usize, endpoint: u8, usage: u8) {
        self.sim()
            .report(node, endpoint, &[0, 0, usage, 0, 0, 0, 0, 0]);
        self.sim().report(node, endpoint, &[0; 8]);
        self.run(40_000);
    }
}

const SECOND: u64 = 1_000_000;

/// The board: a high-speed hub with five ports, a network chip on the first.
fn board(sim: &mut Sim) -> usize {
    let hub = sim.add(Node::hub(High, 5));
    let network = sim.add(Node::storage(High));
    sim.plug_root(hub);
    sim.plug(hub, 1, network);
    hub
}

#[test]
fn a_low_speed_keyboard_on_the_board_s_hub_types() {
    let mut keyboard = 0;
    let mut bench = Bench::new(|sim| {
        let hub = board(sim);
        keyboard = sim.add(Node::keyboard(Low));
        sim.plug(hub, 3, keyboard);
    });
    bench.run(SECOND);
    assert_eq!(
        bench.lines(),
        [
            "USB: controller ready, 8 channels",
            "USB 1: hub with 5 ports, 1234:4855 \"Hub\", high speed",
            "USB 1.1: storage device, 1234:5354 \"Stick\", high speed; left alone",
            "USB 1.3: keyboard, 1234:4b42 \"Keys\", low speed",
        ]
    );
    assert_eq!(bench.host.keyboards(), 1);
    for usage in 4..30 {
        bench.tap(keyboard, 1, usage);
        assert_eq!(bench.keys(), [Down(usage), Up(usage)]);
    }
    assert!(
        bench.sim().nyets > 0 && bench.sim().splits > 100,
        "splits were used"
    );
    assert_eq!(bench.sim().late, 0, "complete-splits that came too late");
    assert!(
        bench.longest <= HOLD_US + 10,
        "a call took {} us",
        bench.longest
    );
}

#[test]
fn two_hundred_keys_come_through_splits_with_none_lost() {
    let mut keyboard = 0;
    let mut bench = Bench::new(|sim| {
        let hub = board(sim);
        keyboard = sim.add(Node::keyboard(Low));
        sim.plug(hub, 2, keyboard);
    });
    bench.run(SECOND);
    let mut expected = Vec::new();
    for index in 0..200u32 {
        let usage = 4 + (index % 26) as u8;
        bench
            .sim()
            .report(keyboard, 1, &[0, 0, usage, 0, 0, 0, 0, 0]);
        bench.sim().report(keyboard, 1, &[0; 8]);
        expected.extend([Down(usage), Up(usage)]);
    }
    bench.run(4 * SECOND);
    assert_eq!(bench.keys(), expected);
}

#[test]
fn qemu_s_own_full_speed_hub_with_a_keyboard() {
    let mut keyboard = 0;
    let mut bench = Bench::new(|sim| {
        sim.absent_hangs = true;
        let hub = sim.add(Node::hub(Full, 8));
        keyboard = sim.add(Node::keyboard(Full));
        sim.plug_root(hub);
        sim.plug(hub, 1, keyboard);
    });
    bench.run(SECOND);
    bench.tap(keyboard, 1, 4);
    assert_eq!(bench.keys(), [Down(4), Up(4)]);
    assert_eq!(bench.sim().splits, 0);
    assert!(bench.longest < 10, "nothing is waited for");
}

#[test]
fn a_keyboard_at_the_root_port() {
    for speed in [Low, Full, High] {
        let mut bench = Bench::new(|sim| {
            let keyboard = sim.add(Node::keyboard(speed));
            sim.plug_root(keyboard);
        });
        bench.run(SECOND / 2);
        bench.tap(0, 1, 5);
        assert_eq!(bench.keys(), [Down(5), Up(5)]);
    }
}

#[test]
fn keyboards_behind_hubs_behind_hubs() {
    // High-speed hub, full-speed hub, full-speed hub, low-speed keyboard: the first one's
    // translator serves them all. And a high-speed hub behind the first with a translator of
    // its own.
    let (mut near, mut far) = (0, 0);
    let mut bench = Bench::new(|sim| {
        let hub = board(sim);
        let middle = sim.add(Node::hub(Full, 4));
        let inner = sim.add(Node::hub(Full, 4));
        let second = sim.add(Node::hub(High, 4));
        far = sim.add(Node::keyboard(Low));
        near = sim.add(Node::keyboard(Full));
        sim.plug(hub, 5, middle);
        sim.plug(middle, 2, inner);
        sim.plug(inner, 4, far);
        sim.plug(hub, 2, second);
        sim.plug(second, 1, near);
    });
    bench.run(3 * SECOND);
    assert!(
        bench.says("USB 1.5.2.4: keyboard"),
        "{:?}",
        bench.heard.lines
    );
    assert!(bench.says("USB 1.2.1: keyboard"));
    bench.tap(far, 1, 6);
    bench.tap(near, 1, 7);
    assert_eq!(bench.keys(), [Down(6), Up(6), Down(7), Up(7)]);
}

#[test]
fn keyboards_come_and_go_and_their_keys_with_them() {
    let (mut hub, mut one, mut two) = (0, 0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        one = sim.add(Node::keyboard(Low));
        two = sim.add(Node::keyboard(Full));
    });
    bench.run(SECOND);
    assert_eq!(bench.host.keyboards(), 0);
    bench.sim().plug(hub, 2, one);
    bench.sim().plug(hub, 4, two);
    bench.run(SECOND);
    assert_eq!(bench.host.keyboards(), 2);
    // Both hold A; the key is up when the second lets go.
    bench.sim().report(one, 1, &[0, 0, 4, 5, 0, 0, 0, 0]);
    bench.run(40_000);
    bench.sim().report(two, 1, &[0, 0, 4, 0, 0, 0, 0, 0]);
    bench.run(40_000);
    assert_eq!(bench.keys(), [Down(4), Down(5)]);
    bench.lines();
    bench.sim().unplug(hub, 2);
    bench.run(200_000);
    assert_eq!(bench.keys(), [Up(5)]);
    assert_eq!(
        bench.lines(),
        ["USB 1.2: unplugged (keyboard, 1234:4b42 \"Keys\")"]
    );
    bench.sim().unplug(hub, 4);
    bench.run(200_000);
    assert_eq!(bench.keys(), [AllUp]);
    // And again, many times over: nothing is used up.
    for _ in 0..40 {
        bench.sim().plug(hub, 2, one);
        bench.run(600_000);
        assert_eq!(bench.host.keyboards(), 1);
        bench.sim().unplug(hub, 2);
        bench.run(200_000);
        assert_eq!(bench.host.keyboards(), 0);
    }
}

#[test]
fn a_hub_is_unplugged_with_the_keyboards_behind_it() {
    let (mut hub, mut outer, mut keyboard) = (0, 0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        outer = sim.add(Node::hub(Full, 4));
        keyboard = sim.add(Node::keyboard(Low));
        sim.plug(hub, 2, outer);
        sim.plug(outer, 3, keyboard);
    });
    bench.run(2 * SECOND);
    bench.sim().report(keyboard, 1, &[2, 0, 4, 0, 0, 0, 0, 0]);
    bench.run(40_000);
    assert_eq!(bench.keys(), [Down(0xe1), Down(4)]);
    bench.lines();
    bench.sim().unplug(hub, 2);
    bench.run(SECOND);
    assert_eq!(bench.keys(), [AllUp]);
    let lines = bench.lines();
    assert!(
        lines.contains(&"USB 1.2.3: unplugged (keyboard, 1234:4b42 \"Keys\")".into()),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("USB 1.2: unplugged (hub")),
        "{lines:?}"
    );
    bench.sim().plug(hub, 2, outer);
    bench.run(2 * SECOND);
    bench.tap(keyboard, 1, 9);
    assert_eq!(bench.keys(), [Down(9), Up(9)]);
}

#[test]
fn the_root_hub_is_unplugged_and_plugged_in_again() {
    let (mut hub, mut keyboard) = (0, 0);
    let mut bench = Bench::new(|sim| {
        sim.absent_hangs = true;
        hub = sim.add(Node::hub(Full, 8));
        keyboard = sim.add(Node::keyboard(Full));
        sim.plug_root(hub);
        sim.plug(hub, 1, keyboard);
    });
    for round in 0..5 {
        bench.run(SECOND);
        assert_eq!(bench.host.keyboards(), 1, "round {round}");
        bench.sim().unplug_root();
        bench.run(SECOND / 10);
        assert_eq!(bench.host.keyboards(), 0);
        bench.sim().plug_root(hub);
    }
}

#[test]
fn unplugged_at_any_moment_of_getting_known() {
    for hangs in [false, true] {
        for moment in (0..700_000).step_by(7_300) {
            let (mut hub, mut keyboard) = (0, 0);
            let mut bench = Bench::new(|sim| {
                sim.absent_hangs = hangs;
                hub = sim.add(Node::hub(High, 4));
                keyboard = sim.add(Node::keyboard(Low));
                sim.plug_root(hub);
                sim.plug(hub, 1, keyboard);
            });
            bench.run(moment);
            bench.sim().unplug(hub, 1);
            bench.run(2 * SECOND);
            assert_eq!(bench.host.keyboards(), 0);
            bench.sim().plug(hub, 1, keyboard);
            bench.run(2 * SECOND);
            assert_eq!(
                bench.host.keyboards(),
                1,
                "unplugged after {moment} us, hangs {hangs}"
            );
            bench.tap(keyboard, 1, 4);
            assert_eq!(bench.keys(), [Down(4), Up(4)]);
        }
    }
}

#[test]
fn given_up_transfers_do_not_fill_the_translator() {
    let mut noise = Noise(77);
    for hangs in [false, true] {
        let mut hub = 0;
        let mut keyboards = Vec::new();
        let mut bench = Bench::new(|sim| {
            sim.absent_hangs = hangs;
            hub = board(sim);
            keyboards = [Low, Low, Full, Low]
                .map(|speed| sim.add(Node::keyboard(speed)))
                .to_vec();
        });
        bench.run(SECOND);
        // Unplugged while they are asked their first questions, again and again.
        for _ in 0..60 {
            for (keyboard, port) in keyboards.iter().zip(2..) {
                bench.sim().plug(hub, port, *keyboard);
            }
            bench.run(180_000 + noise.below(200_000));
            for port in 2..=5 {
                bench.sim().unplug(hub, port);
                bench.run(noise.below(5_000));
            }
            bench.run(400_000);
            assert_eq!(bench.sim().held_by_translators(), 0);
        }
        for (keyboard, port) in keyboards.iter().zip(2..) {
            bench.sim().plug(hub, port, *keyboard);
        }
        bench.run(2 * SECOND);
        for keyboard in keyboards {
            bench.tap(keyboard, 1, 4);
            assert_eq!(bench.keys(), [Down(4), Up(4)]);
        }
    }
}

#[test]
fn what_a_translator_loses_is_asked_for() {
    let (mut hub, mut keyboard) = (0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        keyboard = sim.add(Node::keyboard(Low));
        sim.plug(hub, 2, keyboard);
        sim.slow_translators = true;
    });
    bench.run(SECOND);
    for usage in 4..14 {
        bench
            .sim()
            .report(keyboard, 1, &[0, 0, usage, 0, 0, 0, 0, 0]);
        bench.run(60_000);
        bench.sim().report(keyboard, 1, &[0; 8]);
        bench.run(60_000);
        assert_eq!(bench.keys(), [Down(usage), Up(usage)]);
    }
    assert!(
        bench.longest <= HOLD_US + 10,
        "a call took {} us",
        bench.longest
    );
}

#[test]
fn a_receiver_with_a_mouse_and_two_keyboards() {
    let (mut hub, mut receiver) = (0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        receiver = sim.add(Node::receiver());
        sim.plug(hub, 2, receiver);
    });
    bench.run(SECOND);
    assert!(
        bench.says("USB 1.2: 2 keyboards, 1234:5243 \"Receiver\""),
        "{:?}",
        bench.lines()
    );
    bench.sim().report(receiver, 1, &[1, 5, 5]);
    bench.tap(receiver, 2, 4);
    bench.tap(receiver, 3, 5);
    assert_eq!(bench.keys(), [Down(4), Up(4), Down(5), Up(5)]);
}

#[test]
fn a_keyboard_with_a_hub_inside() {
    let mut keyboard = 0;
    let mut bench = Bench::new(|sim| {
        let hub = board(sim);
        let inside = sim.add(Node::hub(Full, 3));
        keyboard = sim.add(Node::keyboard(Full));
        sim.plug(hub, 4, inside);
        sim.plug(inside, 1, keyboard);
    });
    bench.run(2 * SECOND);
    bench.tap(keyboard, 1, 4);
    assert_eq!(bench.keys(), [Down(4), Up(4)]);
}

#[test]
fn reports_too_long_too_short_and_rolled_over() {
    let mut bench = Bench::new(|sim| {
        let keyboard = sim.add(Node::keyboard(Low));
        sim.plug_root(keyboard);
    });
    bench.run(SECOND / 2);
    // A byte more than the endpoint's packet: refused as babble first, then let through.
    bench.sim().report(0, 1, &[0, 0, 4, 0, 0, 0, 0, 0, 0]);
    bench.run(100_000);
    assert_eq!(bench.keys(), [Down(4)]);
    bench.sim().report(0, 1, &[0, 0, 4, 5, 6, 7, 8, 9, 0]);
    bench.sim().report(0, 1, &[0, 0, 1, 1, 1, 1, 1, 1, 0]);
    bench.run(100_000);
    assert_eq!(bench.keys(), [Down(5), Down(6), Down(7), Down(8), Down(9)]);
    bench.sim().report(0, 1, &[0, 0, 4]);
    bench.run(100_000);
    assert_eq!(bench.keys(), [Up(5), Up(6), Up(7), Up(8), Up(9)]);
    bench.sim().report(0, 1, &[]);
    bench.run(100_000);
    assert_eq!(bench.keys(), []);
    bench.sim().report(0, 1, &[0]);
    bench.run(100_000);
    assert_eq!(bench.keys(), [Up(4)]);
}

#[test]
fn the_caps_lock_light_follows_on_all_keyboards() {
    let (mut hub, mut one, mut two) = (0, 0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        one = sim.add(Node::keyboard(Low));
        two = sim.add(Node::keyboard(Full));
        sim.plug(hub, 2, one);
        sim.plug(hub, 3, two);
    });
    bench.run(SECOND);
    for caps in [true, false, true] {
        bench.host.set_leds(caps);
        bench.run(50_000);
    }
    assert_eq!(bench.sim().nodes[one].lights, [0, 2, 0, 2]);
    assert_eq!(bench.sim().nodes[two].lights, [0, 2, 0, 2]);
    // One plugged in later gets the present state.
    bench.sim().unplug(hub, 2);
    bench.run(SECOND);
    bench.sim().plug(hub, 2, one);
    bench.run(SECOND);
    assert_eq!(bench.sim().nodes[one].lights, [0, 2, 0, 2, 2]);
}

#[test]
fn keyboards_that_refuse_requests_type_all_the_same() {
    for request in [9, 10, 11] {
        let mut bench = Bench::new(|sim| {
            let mut keyboard = Node::keyboard(Low);
            if request != 9 {
                keyboard.faults.refuses = [request].to_vec();
            }
            // A product string nobody gets.
            keyboard.faults.naks = 2;
            let keyboard = sim.add(keyboard);
            sim.plug_root(keyboard);
        });
        bench.run(SECOND);
        bench.tap(0, 1, 4);
        assert_eq!(bench.keys(), [Down(4), Up(4)], "refusing {request}");
    }
}

#[test]
fn a_halted_report_endpoint_is_set_going_again() {
    let mut bench = Bench::new(|sim| {
        let keyboard = sim.add(Node::keyboard(Low));
        sim.plug_root(keyboard);
    });
    bench.run(SECOND / 2);
    bench.tap(0, 1, 4);
    bench.sim().nodes[0].faults.halted = true;
    bench.run(100_000);
    bench.tap(0, 1, 5);
    assert_eq!(bench.keys(), [Down(4), Up(4), Down(5), Up(5)]);
}

#[test]
fn a_hub_that_reports_no_changes_is_looked_at() {
    let (mut hub, mut keyboard) = (0, 0);
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        keyboard = sim.add(Node::keyboard(Low));
        sim.nodes[hub].faults.halted = true;
    });
    bench.run(2 * SECOND);
    bench.sim().plug(hub, 2, keyboard);
    bench.run(6 * SECOND);
    bench.tap(keyboard, 1, 4);
    assert_eq!(bench.keys(), [Down(4), Up(4)]);
    bench.sim().unplug(hub, 2);
    bench.run(6 * SECOND);
    assert_eq!(bench.host.keyboards(), 0);
}

#[test]
fn lost_packets_are_sent_again() {
    for lost in 1..=2 {
        for moment in (100_000..400_000).step_by(3_100) {
            let (mut hub, mut keyboard) = (0, 0);
            let mut bench = Bench::new(|sim| {
                hub = sim.add(Node::hub(High, 4));
                keyboard = sim.add(Node::keyboard(Low));
                sim.plug_root(hub);
                sim.plug(hub, 1, keyboard);
            });
            bench.run(moment);
            bench.sim().nodes[keyboard].faults.lost_packets = lost;
            bench.sim().nodes[hub].faults.lost_packets = lost;
            bench.run(2 * SECOND);
            bench.tap(keyboard, 1, 4);
            assert_eq!(
                bench.keys(),
                [Down(4), Up(4)],
                "{lost} lost after {moment} us"
            );
        }
    }
}

#[test]
fn a_keyboard_that_dies_lets_go_of_its_keys_and_is_taken_back() {
    let mut bench = Bench::new(|sim| {
        let keyboard = sim.add(Node::keyboard(Full));
        sim.plug_root(keyboard);
    });
    bench.run(SECOND / 2);
    bench.sim().report(0, 1, &[0, 0, 4, 0, 0, 0, 0, 0]);
    bench.run(50_000);
    bench.sim().nodes[0].faults.dead = true;
    bench.run(2 * SECOND);
    assert_eq!(bench.keys(), [Down(4), Up(4)]);
    assert_eq!(
        bench.lines().last().unwrap(),
        "USB 1: keyboard does not answer"
    );
    bench.sim().nodes[0].faults.dead = false;
    bench.run(2 * SECOND);
    bench.tap(0, 1, 5);
    assert_eq!(bench.keys(), [Down(5), Up(5)]);
}

#[test]
fn dead_devices_are_tried_three_times_and_left_alone() {
    for hangs in [false, true] {
        let (mut hub, mut dead, mut keyboard) = (0, 0, 0);
        let mut bench = Bench::new(|sim| {
            sim.absent_hangs = hangs;
            hub = board(sim);
            dead = sim.add(Node::storage(Full));
            sim.nodes[dead].faults.dead = true;
            keyboard = sim.add(Node::keyboard(Low));
            sim.plug(hub, 2, dead);
            sim.plug(hub, 3, keyboard);
        });
        bench.run(5 * SECOND);
        let lines = bench.lines();
        let failed = lines
            .iter()
            .filter(|line| line.starts_with("USB 1.2: device not usable"));
        assert_eq!(failed.count(), 3, "{lines:?}");
        assert_eq!(bench.sim().nodes[hub].ports[1].resets, 3);
        bench.tap(keyboard, 1, 4);
        assert_eq!(bench.keys(), [Down(4), Up(4)]);
        // Plugged in anew it gets another chance.
        bench.sim().unplug(hub, 2);
        bench.run(SECOND);
        bench.sim().nodes[dead].faults.dead = false;
        bench.sim().plug(hub, 2, dead);
        bench.run(SECOND);
        assert!(bench.says("USB 1.2: storage device"));
    }
}

#[test]
fn more_devices_than_the_table_holds() {
    let mut hub = 0;
    let mut bench = Bench::new(|sim| {
        hub = board(sim);
        for port in 2..=5 {
            let inner = sim.add(Node::hub(High, 7));
            sim.plug(hub, port, inner);
            for port in 1..=7 {
                let keyboard = sim.add(Node::keyboard(High));
                sim.plug(inner, port, keyboard);
            }
        }
    });
    bench.run(20 * SECOND);
    assert!(bench.says("one device too many; left alone"));
    assert_eq!(bench.host.keyboards(), super::MAX_DEVICES - 6);
}

#[test]
fn hubs_behind_hubs_without_end() {
    let mut bench = Bench::new(|sim| {
        let mut hub = sim.add(Node::hub(High, 2));
        sim.plug_root(hub);
        for _ in 0..8 {
            let next = sim.add(Node::hub(High, 2));
            sim.plug(hub, 1, next);
            hub = next;
        }
    });
    bench.run(10 * SECOND);
    assert!(bench.says("USB 1.1.1.1.1.1: hub"));
    assert!(bench.says("left alone"));
}

#[test]
fn a_frame_counter_that_stands_stops_nothing() {
    let mut bench = Bench::new(|sim| {
        let hub = board(sim);
        let keyboard = sim.add(Node::keyboard(Low));
        sim.plug(hub, 2, keyboard);
    });
    bench.run(SECOND);
    bench.sim().frozen = true;
    bench.run(3 * SECOND);
    assert!(bench.longest <= HOLD_US + 10);
    bench.sim().frozen = false;
    bench.run(SECOND);
    bench.tap(2, 1, 4);
    assert_eq!(bench.keys(), [Down(4), Up(4)]);
}

#[test]
fn nonsense_on_the_bus_neither_panics_nor_stops_the_keyboard() {
    for seed in 1..120u64 {
        let (mut hub, mut keyboard) = (0, 0);
        let mut bench = Bench::new(|sim| {
            sim.absent_hangs = seed % 2 == 0;
            hub = board(sim);
            let speed = [Low, Full, High][(seed % 3) as usize];
            let mut liar = match seed % 4 {
                0 => Node::keyboard(speed),
                1 => Node::storage(speed),
                2 => Node::receiver(),
                _ => Node::hub(speed, 4),
            };
            liar.faults.noise = Some(Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
            let liar = sim.add(liar);
            keyboard = sim.add(Node::keyboard(Low));
            sim.plug(hub, 2, liar);
            sim.plug(hub, 3, keyboard);
        });
        bench.run(5 * SECOND);
        bench.sim().unplug(hub, 2);
        bench.run(SECOND);
        bench.keys();
        bench.tap(keyboard, 1, 4);
        assert_eq!(bench.keys(), [Down(4), Up(4)], "seed {seed}");
    }
}

#[test]
fn a_hub_of_noise_at_the_root() {
    for seed in 1..60u64 {
        let mut bench = Bench::new(|sim| {
            let mut hub = Node::hub(High, 7);
            hub.faults.noise = Some(Noise(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1));
            let hub = sim.add(hub);
            sim.plug_root(hub);
        });
        bench.run(5 * SECOND);
        bench.sim().unplug_root();
        bench.run(SECOND);
        let keyboard = bench.sim().add(Node::keyboard(Full));
        bench.sim().plug_root(keyboard);
        bench.run(SECOND);
        bench.keys();
        bench.tap(keyboard, 1, 4);
        assert_eq!(bench.keys(), [Down(4), Up(4)], "seed {seed}");
    }
}
