import Bytes
import Documents
import Synchronization
import Testing

@testable import WalletKit

@Suite struct WitnessRaceTests {
    // Each request as another process would make it: the lock alone orders them.
    @Test(arguments: 0..<4)
    func `requests at once never get cosignatures of two stories`(round: Int) async throws {
        var random = SplitMix()
        let witness = try WitnessFixture()
        let branches = try [1, 2].map { try HandLog(count: 24, fork: 3, branch: UInt8($0)) }
        _ = try witness.wallet.trustLog(try branches[0].verifier.text)
        try witness.cosign(branches[0], 0, 3)
        let requests = try (0..<160).map { _ in
            let branch = branches[random.below(2)]
            let old = random.below(22) + 3
            let size = old + random.below(4)
            return try branch.request(min(old, 24), min(size, 24))
        }
        let wallets = try (0..<8).map { _ in try witness.opened() }
        // Also those that grow one story, so that something is cosigned in between.
        let climbs = try (3..<24).map { try branches[round % 2].request($0, $0 + 1) }
        let results = Results()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, wallet) in wallets.enumerated() {
                let lone = Lone(wallet)
                let own = number < 2 ? climbs : Array(requests[number * 20..<number * 20 + 20])
                group.addTask {
                    for body in own {
                        if let cosigned = try? lone.wallet.addCheckpoint(body) {
                            results.add(cosigned.checkpoint)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let cosigned = results.all
        #expect(!cosigned.isEmpty, random.comment)
        var roots: [Int: Digest256] = [:]
        for checkpoint in cosigned {
            let other = roots.updateValue(checkpoint.root, forKey: checkpoint.size)
            #expect(other == nil || other == checkpoint.root, random.comment)
        }
        // All of one branch.
        let isOf = branches.map { log in cosigned.allSatisfy { log.root($0.size) == $0.root } }
        #expect(isOf.contains(true), random.comment)
        let last = try witness.opened().witnessedLog("log.example").seen?.checkpoint.size ?? 0
        #expect(last >= cosigned.map(\.size).max() ?? 0, random.comment)
    }

    /// What was cosigned.
    private final class Results: Sendable {
        private let held = Mutex<[Checkpoint]>([])
        var all: [Checkpoint] { held.withLock { $0 } }
        func add(_ checkpoint: Checkpoint) { held.withLock { $0.append(checkpoint) } }
    }

    /// A wallet that one task alone uses.
    // Safe: each is made for one task, and used by no other.
    private struct Lone: @unchecked Sendable {
        let wallet: Wallet
        init(_ wallet: Wallet) { self.wallet = wallet }
    }
}
