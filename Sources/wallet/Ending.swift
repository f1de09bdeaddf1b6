// Being asked to end by a signal, without losing what is under way.
import Dispatch
import Glibc

/// Hands signals over for as long as it lives.
final class SignalWatch {
    private var sources: [any DispatchSourceSignal] = []

    /// - Parameter stop: called for each signal, on a queue of their own.
    init(_ numbers: [Int32] = [SIGTERM, SIGINT], _ stop: @escaping @Sendable () -> Void) {
        for number in numbers {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue(label: "signals"))
            source.setEventHandler { stop() }
            source.activate()
            sources.append(source)
        }
    }

    deinit { for source in sources { source.cancel() } }

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
