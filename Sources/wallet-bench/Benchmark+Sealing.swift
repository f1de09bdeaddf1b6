// What blocks and proofs cost, and that it does not grow with history.
import Bytes
import Cryptography
import Dispatch
import Files
import Glibc

extension Benchmark {
    /// Payments between two seals whose cost is compared over history.
    private static let probePayments = 10_000
    /// Numbers of the probes' payments, beyond all others.
    private static let firstProbe = 1_000_000_000

    /// Seals what has been cleared in bulk.
    func seal(_ wallet: String) throws {
        let journal = wallet + "/.wallet/documents/journal.ndjson"
        let bytes = try FileSystem.status(journal)?.size ?? 0
        let hashing = try Self.hashing(journal)
        let run = try ProcessRun.check([program, "-C", wallet, "seal", "--quiet"])
        show(
            "seal \(options.transactions) transactions, \(bytes / 1_000_000) MB",
            "\(format2(run.seconds)) s, of which hashing \(format2(hashing)) s")
        ratio("  of 1 s beyond hashing their bytes", run.seconds - hashing, atMost: 1)
        memory("  peak memory", run.peakMebibytes)
    }

    /// Seconds that SHA-256 takes for a file's bytes, twice: the journal is hashed, and so is each
    /// document.
    private static func hashing(_ path: String) throws -> Double {
        let file = try File(path, .read)
        return try Stopwatch.time {
            for _ in 0..<2 {
                var stream = SHA256Stream()
                var offset = 0
                while true {
                    let part = try file.read(at: offset, count: 1 << 20)
                    if part.isEmpty { break }
                    stream.update(part)
                    offset += part.count
                }
                _ = stream.finalize()
            }
        }
    }

    /// The cost of sealing a fixed number of payments after what lies in the log by now.
    func probe(_ workload: Workload, _ wallet: String, _ number: Int) throws -> Double {
        _ = try ProcessRun.check([program, "-C", wallet, "seal", "--quiet"])
        let input = directory + "/probe.ndjson"
        let first = Self.firstProbe + number * Self.probePayments
        try workload.writePayments(Self.probePayments, first: first, to: input)
        _ = try ProcessRun.check([program, "-C", wallet, "clear", input])
        let run = try ProcessRun.check([program, "-C", wallet, "seal", "--quiet"])
        show(
            "seal \(Self.probePayments) transactions after \(try documents(wallet))",
            "\(format1(run.seconds * 1000)) ms")
        return run.seconds
    }

    /// Documents in the log, as its checkpoint says.
    private func documents(_ wallet: String) throws -> Int {
        let note = try FileSystem.read(
            wallet + "/.wallet/stacks/checkpoint", limit: Limits.noteBytes)
        let lines = note.split(separator: UInt8(ascii: "\n"))
        return Int(String(decoding: lines[1], as: UTF8.self)) ?? 0
    }

    /// Whole processes on the sealed wallet.
    func proofs(_ wallet: String) throws {
        let log = directory + "/log"
        _ = try ProcessRun.check([program, "-C", wallet, "seal", "--stack", "--quiet"])
        _ = try ProcessRun.check(
            [program, "-C", wallet, "log", "-n", "5000", "--format", "%(id)"], output: log)
        let id = String(
            decoding: try FileSystem.read(log, limit: 1 << 20).suffix(65).prefix(64), as: UTF8.self)
        let proof = directory + "/proof"
        _ = try ProcessRun.check([program, "-C", wallet, "prove", id], output: proof)
        let runs: [(String, [String], Double)] = [
            ("wallet prove ID", ["-C", wallet, "prove", id], 20),
            ("wallet verify PROOF", ["verify", proof], 10),
            ("wallet seal, nothing to do", ["-C", wallet, "seal"], 10),
        ]
        for (name, words, budget) in runs {
            let (median, peak) = try median([program] + words)
            show(name, "\(format2(median * 1000)) ms")
            ratio("  of \(Int(budget)) ms", median * 1000 / budget, atMost: 1)
            memory("  peak memory", peak)
        }
        try fsck(wallet)
    }

    /// Every byte and signature again, against the raw rate of verifying.
    private func fsck(_ wallet: String) throws {
        var bytes = 0
        let folder = wallet + "/.wallet/documents"
        for name in try FileSystem.list(folder) {
            bytes += try FileSystem.status(folder + "/" + name)?.size ?? 0
        }
        let run = try ProcessRun.check([program, "-C", wallet, "fsck", "--quiet"])
        let rate = Double(bytes) / run.seconds / 1_000_000
        // An instruction's signature and the receipt's: nearly all that there are.
        let signatures = Double(try documents(wallet)) * 2 / run.seconds
        let raw = try Self.rawVerifications()
        show(
            "wallet fsck, \(bytes / 1_000_000) MB",
            "\(format1(run.seconds)) s, \(format1(rate)) MB/s, \(format1(signatures)) signatures a second"
        )
        ratio(
            "  of 100 MB/s or the rate of verifying", max(rate / 100, signatures / raw), atLeast: 1)
        memory("  peak memory", run.peakMebibytes)
    }

    /// Verifications of libsecp256k1 a second, on every core.
    static func rawVerifications() throws -> Double {
        let key = try Secp256k1.PrivateKey(SecretBytes(Hash.sha256(Array("raw".utf8)).bytes))
        let publicKey = key.publicKey.compressed
        let digest = Hash.sha256(Array("digest".utf8))
        let signature = key.sign(digest)
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let rounds = 10_000
        let seconds = Stopwatch.time {
            DispatchQueue.concurrentPerform(iterations: cores) { _ in
                for _ in 0..<rounds {
                    precondition(
                        Secp256k1.verify(
                            signature: signature, digest: digest, publicKey: publicKey))
                }
            }
        }
        return Double(rounds * cores) / seconds
    }
}
