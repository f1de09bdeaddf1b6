// The real clock, the real randomness, the real environment: the only place that looks at them.
import CommandKit
import Cryptography
import Documents
import Glibc
import Programs
import Synchronization
import WalletKit

enum Live {
    /// The environment's variables.
    static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }

    /// Clock, randomness and words for people. A test build takes `WALLET_NOW` and `WALLET_SEED`
    /// instead of the first two; a release does not know them.
    static func surroundings(console: Console, environment: [String: String]) -> Surroundings {
        var now: @Sendable () -> Timestamp = { clock() }
        var random: any RandomSource = SystemRandom()
        #if TEST_HOOKS
            if let time = environment["WALLET_NOW"].flatMap({ Timestamp(typed: $0) }) {
                now = { time }
            }
            if let seed = environment["WALLET_SEED"] {
                random = SeededRandom(seed: Array(seed.utf8))
            }
        #endif
        let isTerminal = console.isErrorTerminal
        let start = clock()
        let isShown = Mutex(false)
        var surroundings = Surroundings(
            now: now, random: random,
            threads: min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 256),
            onWait: {
                print("wallet: another process is writing to this wallet: waiting for it")
            },
            onProgress: { what, share in
                // Work of less than a second needs no progress; what is shown is taken away.
                guard isTerminal, clock().milliseconds - start.milliseconds > 1000 else { return }
                let isOver = share >= 1
                let wasShown = isShown.withLock { shown in
                    defer { shown = !isOver }
                    return shown
                }
                guard !isOver || wasShown else { return }
                let percent = Int((share * 100).rounded(.down))
                print(
                    isOver ? "\r\u{1b}[K" : "\r\u{1b}[K\(what): \(percent) %", newline: false)
            })
        surroundings.hooks = hooks(environment)
        return surroundings
    }

    /// How programs of the wallet's owner are run.
    private static func hooks(_ environment: [String: String]) -> HookSurroundings {
        // Whoever started us may ignore the end of children; then nobody could be told of it.
        signal(SIGCHLD, SIG_DFL)
        return HookSurroundings(
            programs: ChildPrograms { nanoseconds() }, environment: environment,
            depth: environment[HookSurroundings.depthName].flatMap { Int($0) } ?? 0)
    }

    /// A clock that only goes forward.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func clock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000) ?? .earliest
    }

    /// To standard error, from wherever the work is done.
    private static func print(_ text: String, newline: Bool = true) {
        let line = newline ? text + "\n" : text
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
