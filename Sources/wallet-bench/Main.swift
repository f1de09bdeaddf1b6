// wallet-bench: whole figures of a wallet on this machine, as ratios measured in one run.
import Bytes
import Cryptography
import Documents
import Glibc
import WalletKit

@main
enum Main {
    static func main() {
        do {
            let options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
            try Benchmark(options).run()
        } catch {
            let line = "wallet-bench: \(error)\n"
            _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            exit(1)
        }
    }
}

/// How much is measured.
struct BenchOptions {
    var transactions = 100_000
    var history = 1_000_000
    var payers = 1_000
    var processes = 200
    var isKept = false
    /// Whether only what is served is measured.
    var isServingOnly = false
    /// Whether only replicas are measured.
    var isSyncingOnly = false
    /// Whether only headers are measured.
    var isHeadersOnly = false
    /// Whether only coins are measured.
    var isCoinsOnly = false
    /// Whether only the relay of payments is measured.
    var isProxyingOnly = false

    /// Reads `--transactions N`, `--history N`, `--payers N`, `--processes N`, `--keep`,
    /// `--serving`, `--syncing`, `--headers`, `--proxying`, `--coins`.
    init(_ words: [String]) throws {
        var words = words[...]
        while let word = words.popFirst() {
            if word == "--keep" {
                isKept = true
                continue
            }
            if word == "--serving" {
                isServingOnly = true
                continue
            }
            if word == "--proxying" {
                isProxyingOnly = true
                continue
            }
            if word == "--coins" {
                isCoinsOnly = true
                continue
            }
            if word == "--headers" {
                isHeadersOnly = true
                continue
            }
            if word == "--syncing" {
                isSyncingOnly = true
                continue
            }
            guard let text = words.popFirst(), let number = Int(text), number > 0 else {
                throw BenchError("'\(word)' takes a number")
            }
            switch word {
            case "--transactions": transactions = number
            case "--history": history = number
            case "--payers": payers = number
            case "--processes": processes = number
            default: throw BenchError("no option '\(word)'")
            }
        }
    }
}

/// What could not be measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
