// Being asked to end by a signal, without losing what is under way.
import Dispatch
import Files
import Glibc

/// What a signal's handler rings. It is never given up, so that a late signal cannot write into
/// what has the descriptor's number after it.
private let bell = Bell()

/// Hands signals over from when it is made for as long as it lives; one at a time.
///
/// A handler of our own, not a source of Dispatch for signals: Dispatch takes a signal in hand only
/// some moments after its source was activated, and what comes before that is lost.
final class SignalWatch {
    private let numbers: [CInt]
    private let source: (any DispatchSourceRead)?

    /// - Parameter stop: called when signals have come, on a queue of its own.
    init(_ numbers: [CInt] = [SIGTERM, SIGINT], _ stop: @escaping @Sendable () -> Void) {
        self.numbers = numbers
        // A mute bell wakes nobody: then signals end the program as they always do.
        guard bell.descriptor >= 0 else {
            source = nil
            return
        }
        // What rang for another is not for this one.
        _ = bell.silence()
        let source = DispatchSource.makeReadSource(
            fileDescriptor: bell.descriptor, queue: DispatchQueue(label: "signals"))
        source.setEventHandler { if bell.silence() { stop() } }
        source.activate()
        self.source = source
        for number in numbers { Self.handle(number) }
    }

    /// What comes later is for nobody: the program is about to end.
    deinit {
        guard let source else { return }
        for number in numbers { signal(number, SIG_IGN) }
        source.cancel()
    }

    private static func handle(_ number: CInt) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in bell.ring() }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
        // Whoever started us may have held it back.
        var held = sigset_t()
        sigemptyset(&held)
        sigaddset(&held, number)
        pthread_sigmask(SIG_UNBLOCK, &held, nil)
    }

    /// Runs `body`; SIGTERM and SIGINT ask it to end.
    static func stopping<Result>(
        by stop: @escaping @Sendable () -> Void, _ body: () throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(SignalWatch { stop() }, body)
    }
}

/// Notices SIGTERM, SIGINT and SIGHUP from when it is made.
final class Ending {
    private let semaphore = DispatchSemaphore(value: 0)
    private let signals: SignalWatch

    init() {
        let semaphore = semaphore
        signals = SignalWatch([SIGTERM, SIGINT, SIGHUP]) { semaphore.signal() }
    }

    /// Waits for a signal; true where one has come.
    func hasCome(within milliseconds: Int) -> Bool {
        semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
