// What a chain of headers costs: taking one in, and verifying a proof by it.
import Bytes
import Cryptography
import Files
import Glibc
import Headers

extension Benchmark {
    /// Headers of the chain, of a network whose every second hash is good enough.
    private static let chainHeaders = 400_000
    /// Levels of the proof's tree: a block of a thousand transactions.
    private static let levels = 10

    /// Measures `wallet headers import` and `wallet headers verify`, as whole processes.
    func headers() throws {
        let file = directory + "/headers.bin"
        let store = directory + "/headers"
        let proof = directory + "/proof.json"
        try FileSystem.replace(file, with: try chain(proof))
        let words = ["--store", store, "--network", "regtest"]
        let run = try ProcessRun.check([program, "headers", "import", file] + words)
        let rate = Double(Self.chainHeaders) / run.seconds
        show("wallet headers import, \(Self.chainHeaders) headers", "\(format1(rate)) a second")
        ratio("  of 200,000", rate / 200_000, atLeast: 1)
        memory("  peak memory", run.peakMebibytes)
        let again = try ProcessRun.check([program, "headers", "import", file] + words)
        show(
            "  once more, all known",
            "\(format1(Double(Self.chainHeaders) / again.seconds)) a second")
        show("difficulty of the main network", "\(format1(try difficulty())) headers a second")
        let median = try median([program, "headers", "verify", proof] + words).seconds
        show("wallet headers verify, a proof", "\(format1(median * 1_000)) ms (median)")
        ratio("  of 10 ms", median / 0.010, atMost: 1)
    }

    /// A chain, and a proof of a transaction under its last header.
    private func chain(_ proof: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.chainHeaders * BlockHeader.byteCount)
        var last = ChainNetwork.regtest.genesis
        var hash = last.hash
        let target = try CompactTarget(bits: CompactTarget.regtestBits)
        let leaf = Hash.sha256(Array("transaction".utf8))
        let branch = try MerkleBranch(
            index: 5,
            nodes: (0..<Self.levels).map { .hash(Hash.sha256([UInt8($0)])) })
        let root = try branch.root(of: leaf)
        for place in 1...Self.chainHeaders {
            var header = BlockHeader(
                previous: hash,
                merkleRoot: place == Self.chainHeaders
                    ? root : Hash.sha256(Array("\(place)".utf8)),
                time: last.time + 60, bits: last.bits)
            hash = header.hash
            while !target.isMet(by: hash) {
                header.nonce += 1
                hash = header.hash
            }
            bytes += header.bytes
            last = header
        }
        let shown = try TSCProof(subject: .hash(leaf), branch: branch, target: .hash(hash))
        try FileSystem.replace(proof, with: shown.json)
        return bytes
    }

    /// What the rules of the main network cost since November 2017: the bits of each header follow
    /// from the 144 before it.
    private func difficulty() throws -> Double {
        let points = try SyntheticBranch(first: 600_000, count: 200_000)
        let rules = DifficultyRules(.mainnet)
        var sum: UInt32 = 0
        let rounds = 100_000
        let seconds = try Stopwatch.time {
            for place in 0..<rounds {
                let last = try points.point(at: points.first + 1_000 + place)
                sum &+= try rules.bits(after: last, time: last.time + 600, on: points)
                sum &+= try rules.medianTime(at: last.height, on: points)
            }
        }
        guard sum != 0 else { throw BenchError("no bits") }
        return Double(rounds) / seconds
    }
}

/// Points that a chain might have.
private struct SyntheticBranch: ChainBranch {
    let first: Int
    private let points: [ChainPoint]

    init(first: Int, count: Int) throws {
        self.first = first
        let bits: UInt32 = 0x1802_1fdb
        let step = try CompactTarget(bits: bits).work
        var work = step
        points = (0..<count).map { place in
            work = work &+ step
            return ChainPoint(
                height: first + place, time: UInt32(1_570_000_000 + place * 600 + place % 7 * 50),
                bits: bits, work: work)
        }
    }

    func point(at height: Int) throws -> ChainPoint { points[height - first] }
}
