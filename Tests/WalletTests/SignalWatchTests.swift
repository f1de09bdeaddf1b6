// A signal that comes at once is not lost.

import Dispatch
import Glibc
import Testing

@testable import wallet

@Suite("Signals", .serialized)
struct SignalWatchTests {
    /// How long a signal may take on a busy machine.
    private static let deadlineSeconds = 30

    /// Sent to the process, as systemd and `kill` do; no watch is there yet that has had time.
    @Test("A signal is heard from the moment that the watch is made")
    func atOnce() {
        var heard = 0
        for _ in 0..<500 {
            let semaphore = DispatchSemaphore(value: 0)
            let watch = SignalWatch([SIGUSR1]) { semaphore.signal() }
            kill(getpid(), SIGUSR1)
            let isHeard =
                semaphore.wait(timeout: .now() + .seconds(Self.deadlineSeconds)) == .success
            withExtendedLifetime(watch) {}
            guard isHeard else { break }
            heard += 1
        }
        #expect(heard == 500)
    }

    @Test("Whoever starts us may have held the signal back, or ignored it")
    func heldBack() {
        var held = sigset_t()
        sigemptyset(&held)
        sigaddset(&held, SIGUSR2)
        pthread_sigmask(SIG_BLOCK, &held, nil)
        signal(SIGUSR2, SIG_IGN)
        let semaphore = DispatchSemaphore(value: 0)
        let watch = SignalWatch([SIGUSR2]) { semaphore.signal() }
        pthread_kill(pthread_self(), SIGUSR2)
        #expect(semaphore.wait(timeout: .now() + .seconds(Self.deadlineSeconds)) == .success)
        withExtendedLifetime(watch) {}
    }
}
