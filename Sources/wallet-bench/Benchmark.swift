// The figures of the design's budgets (DESIGN §9), each beside the budget.
import Bytes
import Cryptography
import Dispatch
import Documents
import Files
import Glibc

/// Measures one after the other, on a wallet in a temporary directory.
struct Benchmark {
    let options: BenchOptions
    let directory: String
    let program: String

    init(_ options: BenchOptions) throws {
        self.options = options
        directory = try FileSystem.makeTemporaryDirectory("wallet-bench")
        // The program stands beside this one, built by the same command.
        guard let me = realpath("/proc/self/exe", nil) else { throw BenchError("no /proc") }
        defer { free(me) }
        program = FileSystem.parent(of: String(cString: me)) + "/wallet"
        guard access(program, X_OK) == 0 else {
            throw BenchError("no '\(program)': build the product 'wallet' in the same way")
        }
    }

    func run() throws {
        defer { if !options.isKept { try? FileSystem.removeTree(directory) } }
        if options.isSyncingOnly { return try syncing() }
        if options.isHeadersOnly { return try headers() }
        if options.isCoinsOnly { return try coins() }
        if options.isProxyingOnly { return try proxying() }
        if options.isServingOnly {
            try serving()
            return try PostgresComparison(directory: directory).run { show($0, $1) }
        }
        let wallet = directory + "/wallet"
        _ = try ProcessRun.check([program, "init", "--no-passphrase", "--domain", "bench", wallet])
        let workload = try Workload(domain: "bench", payers: options.payers)
        // The machine's speed drifts: the raw rate is taken on both sides of what is held against
        // it.
        let before = try Self.rawRate()
        let empty = try bulk(workload, wallet, first: 0)
        let raw = (before + (try Self.rawRate())) / 2
        show("verify + sign of libsecp256k1, both cores", format1(raw) + " a second")
        show("bulk clear, empty wallet", "\(format1(empty.rate)) a second")
        ratio("  of the raw rate", empty.rate / raw, atLeast: 0.6)
        memory("  peak memory", empty.peak)
        try seal(wallet)
        let early = try probe(workload, wallet, 0)
        try grow(workload, wallet)
        let full = try bulk(
            workload, wallet, first: options.transactions + options.history)
        show("bulk clear, history of \(options.history)", "\(format1(full.rate)) a second")
        ratio("  of the empty rate", full.rate / empty.rate, atLeast: 0.8)
        memory("  peak memory", full.peak)
        let late = try probe(workload, wallet, 1)
        ratio("  of the cost after the first \(options.transactions)", late / early, atMost: 1.2)
        try commands(wallet)
        try proofs(wallet)
        try paying()
        try serving()
        try syncing()
        try headers()
        try proxying()
        try PostgresComparison(directory: directory).run { show($0, $1) }
    }

    /// One verification and one signature, repeated on every core.
    private static func rawRate() throws -> Double {
        let key = try Secp256k1.PrivateKey(SecretBytes(Hash.sha256(Array("raw".utf8)).bytes))
        let publicKey = key.publicKey.compressed
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let rounds = 10_000
        let seconds = Stopwatch.time {
            DispatchQueue.concurrentPerform(iterations: cores) { core in
                var digest = Hash.sha256([UInt8(core)])
                for _ in 0..<rounds {
                    let signature = key.sign(digest)
                    precondition(
                        Secp256k1.verify(
                            signature: signature, digest: digest, publicKey: publicKey))
                    digest = Hash.sha256(signature)
                }
            }
        }
        return Double(rounds * cores) / seconds
    }

    private func bulk(
        _ workload: Workload, _ wallet: String, first: Int
    ) throws -> (rate: Double, peak: Double) {
        let input = directory + "/payments.ndjson"
        if first == 0 {
            try workload.writeIssues(to: input)
            _ = try ProcessRun.check([program, "-C", wallet, "clear", input])
        }
        try workload.writePayments(options.transactions, first: first, to: input)
        let run = try ProcessRun.check([program, "-C", wallet, "clear", "-"], input: input)
        return (Double(options.transactions) / run.seconds, run.peakMebibytes)
    }

    private func grow(_ workload: Workload, _ wallet: String) throws {
        let input = directory + "/history.ndjson"
        var done = 0
        while done < options.history {
            let part = min(200_000, options.history - done)
            try workload.writePayments(part, first: options.transactions + done, to: input)
            _ = try ProcessRun.check([program, "-C", wallet, "clear", input])
            done += part
        }
        try FileSystem.remove(input)
    }

    /// Whole processes on the full wallet.
    private func commands(_ wallet: String) throws {
        _ = try ProcessRun.check(
            [program, "-C", wallet, "unit", "new", "BEER", "--scale", "0"])
        _ = try ProcessRun.check(
            [program, "-C", wallet, "issue", "1000000", "BEER", "--to", "me", "--clear"])
        let log = directory + "/log"
        _ = try ProcessRun.check(
            [program, "-C", wallet, "log", "-n", "1", "--format", "%(id)"], output: log)
        let id = String(
            decoding: try FileSystem.read(log, limit: 1024).prefix(64), as: UTF8.self)
        let runs: [(String, [String])] = [
            ("wallet balance", ["balance"]), ("wallet show ID", ["show", id]),
            ("wallet pay", ["pay", "1", "BEER", "--to", "BEER"]),
            ("wallet log -n 10", ["log", "-n", "10"]),
        ]
        for (name, words) in runs {
            let (median, peak) = try median([program, "-C", wallet] + words)
            show(name, "\(format2(median * 1000)) ms")
            ratio("  of 10 ms", median * 1000 / 10, atMost: 1)
            memory("  peak memory", peak)
        }
        let (floor, _) = try median(["/bin/true"])
        show("/bin/true", "\(format2(floor * 1000)) ms")
    }

    func median(_ arguments: [String]) throws -> (seconds: Double, peak: Double) {
        var runs: [ProcessRun] = []
        for _ in 0..<41 { runs.append(try ProcessRun.check(arguments)) }
        let seconds = runs.map(\.seconds).sorted()[20]
        return (seconds, runs.map(\.peakMebibytes).max() ?? 0)
    }

    /// One process to sign and one to clear, again and again, on a wallet of its own.
    private func paying() throws {
        let wallet = directory + "/small"
        _ = try ProcessRun.check([program, "init", "--no-passphrase", wallet])
        _ = try ProcessRun.check([program, "-C", wallet, "unit", "new", "BEER"])
        _ = try ProcessRun.check([
            program, "-C", wallet, "issue", "100000", "BEER", "--to", "me", "--clear",
        ])
        let iou = directory + "/iou"
        let seconds = try Stopwatch.time {
            for _ in 0..<options.processes {
                _ = try ProcessRun.check(
                    [program, "-C", wallet, "pay", "1", "BEER", "--to", "BEER"], output: iou)
                _ = try ProcessRun.check([program, "-C", wallet, "clear"], input: iou)
            }
        }
        let rate = Double(options.processes) / seconds
        show("durable payments, a process each for pay and clear", "\(format1(rate)) a second")
        ratio("  of 100 a second", rate / 100, atLeast: 1)
    }

    func show(_ what: String, _ figure: String) {
        let room = String(repeating: " ", count: max(1, 54 - what.utf8.count))
        // By `write`, so that a figure is seen as soon as it is known, through a pipe too.
        let line = what + room + figure + "\n"
        _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
    }

    func ratio(_ what: String, _ value: Double, atLeast bound: Double) {
        show(
            what,
            "\(format2(value))  (budget: at least \(bound))\(value >= bound ? "" : "  MISSED")")
    }

    func ratio(_ what: String, _ value: Double, atMost bound: Double) {
        show(
            what, "\(format2(value))  (budget: at most \(bound))\(value <= bound ? "" : "  MISSED")"
        )
    }

    func memory(_ what: String, _ mebibytes: Double) {
        show(
            what,
            "\(format1(mebibytes)) MiB  (budget: 200)\(mebibytes <= 200 ? "" : "  MISSED")")
    }
}

/// A number with one decimal.
func format1(_ value: Double) -> String { String((value * 10).rounded() / 10) }
/// A number with two decimals.
func format2(_ value: Double) -> String { String((value * 100).rounded() / 100) }
