internal import CLinux
internal import Glibc

/// Tells when the time of day was set, and when the machine has slept.
///
/// A timer of the time of day is cancelled when that is set, as the kernel also does after it has slept
/// (TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)). How long it slept is what the clock that goes on meanwhile gained on the
/// one that does not (CLOCK_BOOTTIME and CLOCK_MONOTONIC).
struct ClockSource: ~Copyable {
    let descriptor: Int32
    private var wake: ContinuousClock.Instant
    private var rest: SuspendingClock.Instant

    /// - Throws: `FileError` when no descriptor is left.
    init() throws {
        descriptor = timerfd_create(CLOCK_REALTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        (wake, rest) = (.now, .now)
        guard descriptor >= 0 else { throw FileError("open", "a timer") }
        arm()
    }

    deinit { close(descriptor) }

    /// Whether the time of day was set since the last call.
    mutating func wasSet() -> Bool {
        var expirations: UInt64 = 0
        guard read(descriptor, &expirations, MemoryLayout<UInt64>.size) < 0, errno == ECANCELED else { return false }
        arm()
        return true
    }

    /// How long the machine has slept since the last call; nil when it has not, or for less than a second.
    mutating func slept() -> Duration? {
        let (now, awake) = (ContinuousClock.now, SuspendingClock.now)
        let asleep = wake.duration(to: now) - rest.duration(to: awake)
        (wake, rest) = (now, awake)
        return asleep >= .seconds(1) ? asleep : nil
    }

    /// Sets the timer to a time that never comes.
    private func arm() {
        var time = itimerspec()
        time.it_value.tv_sec = Int.max >> 32
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET), &time, nil)
    }
}
