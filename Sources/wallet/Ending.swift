// Being asked to end by a signal, without losing what is under way.
import Dispatch
import Glibc

/// Two ends of one line; what has come in at `.write` is read at `.read`. It is never closed, so
/// that a late signal cannot write into what has the number after it.
private let bell: (read: CInt, write: CInt) = {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let isMade = socketpair(AF_UNIX, type, 0, &ends) == 0
    precondition(isMade, "no descriptors are left at the start")
    return (ends[0], ends[1])
}()

/// All that a signal's handler may do, for it interrupts anything.
private func ring() {
    let code = errno
    var byte: UInt8 = 1
    _ = write(bell.write, &byte, 1)
    errno = code
}

/// Whether it has rung; it is silent then.
private func hasRung() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    return read(bell.read, &bytes, bytes.count) > 0
}

/// Hands signals over from when it is made for as long as it lives; one at a time.
///
/// A handler of our own, not a source of Dispatch for signals: Dispatch takes a signal in hand only
/// some moments after its source was activated, and what comes before that is lost.
final class SignalWatch {
    private let numbers: [CInt]
    private let source: any DispatchSourceRead

    /// - Parameter stop: called when signals have come, on a queue of its own.
    init(_ numbers: [CInt] = [SIGTERM, SIGINT], _ stop: @escaping @Sendable () -> Void) {
        self.numbers = numbers
        // What rang for another is not for this one. It also sees to it that the line is there
        // before a handler needs it.
        _ = hasRung()
        source = DispatchSource.makeReadSource(
            fileDescriptor: bell.read, queue: DispatchQueue(label: "signals"))
        source.setEventHandler { if hasRung() { stop() } }
        source.activate()
        for number in numbers { Self.handle(number) }
    }

    /// What comes later is for nobody: the program is about to end.
    deinit {
        for number in numbers { signal(number, SIG_IGN) }
        source.cancel()
    }

    private static func handle(_ number: CInt) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in ring() }
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
