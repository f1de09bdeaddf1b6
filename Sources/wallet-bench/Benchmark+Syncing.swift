// What two replicas of a wallet cost each other, as whole processes.
import Files

extension Benchmark {
    /// Payments that one side has and no block has sealed.
    private static let open = 10_000
    /// Recent payments that only one side has.
    private static let differences = 1_000

    /// Measures `wallet clone` and `wallet sync` between directories on this machine.
    func syncing() throws {
        let laptop = directory + "/laptop"
        let phone = directory + "/phone"
        let input = directory + "/synced.ndjson"
        _ = try ProcessRun.check([program, "init", "--no-passphrase", "--domain", "synced", laptop])
        let workload = try Workload(domain: "synced", payers: options.payers)
        try workload.writeIssues(to: input)
        _ = try ProcessRun.check([program, "-C", laptop, "clear", input])
        try workload.writePayments(options.history, first: 0, to: input)
        _ = try ProcessRun.check([program, "-C", laptop, "clear", input])
        _ = try ProcessRun.check([program, "-C", laptop, "seal", "--quiet"])
        try cloning(laptop, phone)
        try meeting("equal replicas", phone, laptop, budget: 0.05)

        var first = options.history
        try workload.writePayments(Self.differences, first: first, to: input)
        _ = try ProcessRun.check([program, "-C", laptop, "clear", input])
        first += Self.differences
        try once("\(Self.differences) new after \(options.history)", phone, laptop, budget: 2)
        try meeting("equal replicas, \(Self.differences) unsealed", phone, laptop, budget: 0.05)

        try workload.writePayments(Self.open - Self.differences, first: first, to: input)
        _ = try ProcessRun.check([program, "-C", laptop, "clear", input])
        first += Self.open - Self.differences
        try once("\(Self.open - Self.differences) more, all verified", phone, laptop, budget: nil)
        // Both have paid: what is open is folded anew.
        for side in [laptop, phone] {
            try workload.writePayments(1, first: first, to: input)
            first += 1
            _ = try ProcessRun.check([program, "-C", side, "clear", input])
        }
        try once("merge over \(Self.open) unsealed", phone, laptop, budget: 1)
    }

    /// The first sync: everything is fetched and checked.
    private func cloning(_ source: String, _ target: String) throws {
        let run = try ProcessRun.check([
            program, "clone", "--with-keys", "--no-passphrase", source, target,
        ])
        let raw = try Self.rawVerifications()
        // An instruction's signature and the receipt's.
        let rate = Double(options.history) * 2 / run.seconds
        show(
            "wallet clone, \(options.history) transactions",
            "\(format1(run.seconds)) s, \(format1(rate)) signatures a second")
        ratio("  of the rate of verifying", rate / raw, atLeast: 0.6)
        memory("  peak memory", run.peakMebibytes)
    }

    private func once(
        _ what: String, _ side: String, _ other: String, budget seconds: Double?
    ) throws {
        let run = try ProcessRun.check([program, "-C", side, "sync", other])
        show("wallet sync, \(what)", "\(format1(run.seconds * 1000)) ms")
        if let seconds {
            ratio("  of \(Int(seconds * 1000)) ms", run.seconds / seconds, atMost: 1)
        }
        memory("  peak memory", run.peakMebibytes)
    }

    private func meeting(
        _ what: String, _ side: String, _ other: String, budget seconds: Double
    ) throws {
        let (median, peak) = try median([program, "-C", side, "sync", other])
        show("wallet sync, \(what)", "\(format1(median * 1000)) ms")
        ratio("  of \(Int(seconds * 1000)) ms", median / seconds, atMost: 1)
        memory("  peak memory", peak)
    }
}
