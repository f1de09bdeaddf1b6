// A witness in a temporary directory, and logs made by hand, which may lie.
import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Synchronization
import Testing

@testable import WalletKit

/// A wallet that witnesses. Its directory goes with it.
final class WitnessFixture {
    let parent: String
    let directory: String
    let clock = Clock()
    private(set) var wallet: Wallet

    /// A clock that the test moves.
    final class Clock: Sendable {
        private let held = Mutex(Int64(1_900_000_000))
        var seconds: Int64 {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    init(domain: String? = "witness.example") throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-witness")
        let random = SeededRandom(seed: Array(parent.utf8))
        var new = NewWallet(
            parent: parent, mnemonic: try Mnemonic(entropy: SecretBytes(random.bytes(16))),
            protection: .none)
        new.domain = domain
        let surroundings = Self.surroundings(clock, random)
        directory = try new.make(surroundings).directory
        wallet = try Wallet(
            directory: directory, sources: Configuration.Sources(), surroundings: surroundings,
            opener: KeyOpener())
    }

    deinit { try? FileSystem.removeTree(parent) }

    private static func surroundings(_ clock: Clock, _ random: any RandomSource) -> Surroundings {
        Surroundings(
            now: { Timestamp(milliseconds: clock.seconds * 1000 + 999) ?? .latest }, random: random)
    }

    /// The wallet as the next process opens it.
    func opened() throws -> Wallet {
        try Wallet(
            directory: directory, sources: Configuration.Sources(),
            surroundings: Self.surroundings(clock, SeededRandom(seed: [1])), opener: KeyOpener())
    }

    func restart() throws { wallet = try opened() }

    func peer(_ log: HandLog) -> PeerDirectory {
        PeerDirectory(peers: directory + "/peers", origin: log.origin.utf8)
    }

    func checkpointPath(_ log: HandLog) -> String { peer(log).path + "/checkpoint" }

    /// What the request is refused for; nil where it is cosigned.
    func refusal(_ body: [UInt8]) -> WitnessError? {
        do {
            _ = try wallet.addCheckpoint(body)
            return nil
        } catch {
            let refusal = error as? WitnessError
            #expect(refusal != nil, "\(error)")
            return refusal
        }
    }

    /// Cosigns, and verifies the cosignature as a stranger would; its time.
    @discardableResult
    func cosign(_ log: HandLog, _ old: Int, _ size: Int) throws -> Int {
        let cosigned = try wallet.addCheckpoint(try log.request(old, size))
        let key = try wallet.witnessVerifierKey()
        let note = try log.note(size).adding(try NoteSignature.lines(cosigned.lines))
        #expect(try Cosignature.time(of: note, by: key) == cosigned.time)
        #expect(try cosigned.checkpoint == log.checkpoint(size))
        return cosigned.time
    }
}

/// A log whose leaves are numbers.
struct HandLog {
    var origin: String
    let signer: SigningKey
    private(set) var leaves: [Digest256]

    /// A log of `count` leaves; the leaves from `fork` on differ with `branch`.
    init(
        _ origin: String = "log.example", key: UInt8 = 1, count: Int = 20, fork: Int = .max,
        branch: UInt8 = 0
    ) throws {
        self.origin = origin
        signer = try SigningKey(
            scheme: .eddsaEd25519, secret: SecretBytes([UInt8](repeating: key, count: 32)))
        leaves = (0..<count).map { MerkleTree.leafHash([UInt8($0), $0 < fork ? 0 : branch]) }
    }

    var verifier: VerifierKey {
        get throws {
            try VerifierKey(
                name: try KeyName(origin), kind: .ed25519, publicKey: signer.publicKey)
        }
    }

    func root(_ size: Int) -> Digest256 { MerkleTree.root(ofLeaves: Array(leaves.prefix(size))) }

    func checkpoint(_ size: Int, _ extensions: [String] = []) throws -> Checkpoint {
        try Checkpoint(origin: origin, size: size, root: root(size), extensions: extensions)
    }

    /// The signature line of this log's key over any text.
    func line(_ text: [UInt8]) throws -> NoteSignature {
        try verifier.signature(try signer.sign(message: text))
    }

    func note(_ size: Int, _ extensions: [String] = []) throws -> SignedNote {
        let text = try checkpoint(size, extensions).text
        return try SignedNote(text: text, signatures: [try line(text)])
    }

    func proof(_ old: Int, _ size: Int) -> [Digest256] {
        MerkleTree.consistencyPath(from: old, toLeaves: Array(leaves.prefix(size)))
    }

    func request(_ old: Int, _ size: Int) throws -> [UInt8] {
        try WitnessRequest(old: old, proof: proof(old, size), note: try note(size)).bytes
    }
}
