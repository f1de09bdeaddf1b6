// Being asked to end: SIGTERM, SIGINT and SIGHUP, without losing what is under way.
import Dispatch
import Glibc

/// Notices signals from when it is made.
final class Ending {
    private let semaphore = DispatchSemaphore(value: 0)
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue(label: "signals"))
            let semaphore = semaphore
            source.setEventHandler { semaphore.signal() }
            source.activate()
            sources.append(source)
        }
    }

    deinit { for source in sources { source.cancel() } }

    /// Waits for a signal; true where one has come.
    func hasCome(within milliseconds: Int) -> Bool {
        semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
