// The real clock, the real randomness, the real environment: the only place that looks at them.
import CommandKit
import Cryptography
import Documents
import Glibc
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
        return Surroundings(
            now: now, random: random,
            onWait: {
                print("wallet: another process is writing to this wallet: waiting for it")
            },
            onProgress: { what, share in
                guard isTerminal else { return }
                let percent = Int((share * 100).rounded(.down))
                let text = share < 1 ? "\r\u{1b}[K\(what): \(percent) %" : "\r\u{1b}[K"
                print(text, newline: false)
            })
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
