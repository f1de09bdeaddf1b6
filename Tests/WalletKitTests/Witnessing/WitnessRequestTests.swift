import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct WitnessRequestTests {
    /// Enters documents into a wallet's log and seals them.
    private func grow(_ wallet: Wallet, _ name: String) throws -> BlockDocument {
        _ = try wallet.newUnit(
            (code: name, name: nil, scale: nil, form: nil, terms: nil), issuer: nil)
        return try #require(try wallet.seal(SealOptions()))
    }

    @Test func `one wallet asks, another cosigns, the first keeps it`() throws {
        let (log, witness) = (try WitnessFixture(domain: nil), try WitnessFixture())
        #expect(throws: WalletError.noBlocks) { try log.wallet.witnessRequest(from: 0) }
        var sizes = [0]
        for name in ["A", "B", "C", "D"] {
            let block = try grow(log.wallet, name)
            let key = try block.verifierKey()
            if sizes.count == 1 { _ = try witness.wallet.trustLog(key.text) }
            let request = try log.wallet.witnessRequest(from: sizes[sizes.count - 1])
            let cosigned = try witness.wallet.addCheckpoint(request.bytes)
            #expect(cosigned.seenSize == (sizes.count == 1 ? nil : sizes[sizes.count - 1]))
            let policy = try TrustPolicy(
                Array(
                    """
                    log \(key.text)
                    witness bar \(try witness.wallet.witnessVerifierKey().text)
                    quorum bar

                    """.utf8))
            #expect(try log.wallet.addCosignatures(cosigned.lines, to: nil, policy) == 1)
            let note = try SignedNote(try log.wallet.checkpoint(nil).note)
            #expect(try policy.verify(note).isQuorumMet)
            sizes.append(block.statement.log.size)
        }
        let last = sizes[sizes.count - 1]
        #expect(throws: WalletError.notEarlier(from: last + 1, to: last)) {
            try log.wallet.witnessRequest(from: last + 1)
        }
        // Any size in between is proved, whether a block ends there or not.
        for old in 0...last {
            let request = try log.wallet.witnessRequest(from: old)
            #expect(request.old == old && request.checkpoint.size == last)
            let refusal = witness.refusal(request.bytes)
            #expect(refusal?.code == (old == last ? nil : "conflict"))
        }
    }

    @Test func `a copied wallet that seals otherwise is caught`() throws {
        let (log, witness) = (try WitnessFixture(domain: nil), try WitnessFixture())
        let key = try grow(log.wallet, "A").verifierKey()
        _ = try witness.wallet.trustLog(key.text)
        _ = try witness.wallet.addCheckpoint(try log.wallet.witnessRequest(from: 0).bytes)
        let copy = try WitnessFixture(domain: nil)
        try FileSystem.removeTree(copy.directory)
        try copyTree(log.directory, copy.directory)
        try copy.restart()
        let size = try grow(log.wallet, "B").statement.log.size
        #expect(try grow(copy.wallet, "C").statement.log.size == size)
        let old = try #require(try witness.wallet.witnessedLog(key.name.description).seen)
            .checkpoint.size
        _ = try witness.wallet.addCheckpoint(try log.wallet.witnessRequest(from: old).bytes)
        let refusal = witness.refusal(try copy.wallet.witnessRequest(from: old).bytes)
        #expect(refusal?.code == "equivocation")
    }

    private func copyTree(_ from: String, _ to: String) throws {
        try FileSystem.makeDirectory(to)
        for name in try FileSystem.list(from) {
            let (source, target) = (from + "/" + name, to + "/" + name)
            if try FileSystem.status(source)?.isDirectory == true {
                try copyTree(source, target)
            } else {
                let bytes = try FileSystem.read(source, limit: 10_000_000)
                try FileSystem.replace(target, with: bytes)
            }
        }
    }
}
