import Bytes
import Cryptography
import Documents
import Testing

@Suite struct PuzzleTests {
    private static let original = "ecdsa-ed25519"

    private func key(_ number: UInt8, _ count: Int = 33) -> Puzzle.Identity {
        .init(publicKey: [UInt8](repeating: number, count: count), scheme: "ecdsa-secp256k1")
    }

    private func read(_ line: [UInt8]) -> RefusalCode? {
        do {
            _ = try Puzzle(Envelope(line: line))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `the original's puzzle has its address and hash`() throws {
        let identities = try ["issuer", "alice", "bob"].map {
            Puzzle.Identity(
                publicKey: try hex(vector($0 + ".compressed", "public")), scheme: Self.original)
        }
        let puzzle = try Puzzle(threshold: 2, identities: identities)
        #expect(puzzle.address.text == "wZHLhwsa7WJWypaiDkmRYKRyb2ngdcJ528")
        #expect(
            puzzle.hash.hexadecimal
                == "f7f4dc2fbc45754bf9a1281392e54daf5ba731c214aa78f8779eed343b661f44")
        let again = try Puzzle(Envelope(line: puzzle.document))
        #expect(again == puzzle)
        #expect(again.document == puzzle.document)
    }

    @Test func `a puzzle that can never or always be solved is refused`() {
        func refused(_ threshold: Int, _ identities: [Puzzle.Identity]) -> Bool {
            (try? Puzzle(threshold: threshold, identities: identities)) == nil
        }
        #expect(!refused(1, [key(2)]))
        #expect(!refused(2, [key(2), key(3)]))
        #expect(refused(0, [key(2)]))
        #expect(refused(-1, [key(2)]))
        #expect(refused(2, [key(2)]))
        #expect(refused(1, []))
        #expect(refused(1, [key(2), key(2)]))
        let heavy = Puzzle.Identity(publicKey: key(2).publicKey, scheme: "x", weight: 5)
        #expect(!refused(6, [heavy, key(3)]))
        #expect(refused(7, [heavy, key(3)]))
    }

    @Test func `weights and keys of the limit are taken and one past it is not`() {
        func weighted(_ weight: Int) -> [Puzzle.Identity] {
            [.init(publicKey: key(2).publicKey, scheme: "x", weight: weight)]
        }
        #expect((try? Puzzle(threshold: 1, identities: weighted(Limits.puzzleWeight))) != nil)
        #expect((try? Puzzle(threshold: 1, identities: weighted(Limits.puzzleWeight + 1))) == nil)
        #expect((try? Puzzle(threshold: 1, identities: weighted(0))) == nil)
        func many(_ count: Int) -> [Puzzle.Identity] { (0..<count).map { key(UInt8($0)) } }
        #expect((try? Puzzle(threshold: 1, identities: many(Limits.puzzleIdentities))) != nil)
        #expect((try? Puzzle(threshold: 1, identities: many(Limits.puzzleIdentities + 1))) == nil)
    }

    @Test func `random puzzles come back from their documents`() throws {
        var random = Generator()
        for _ in 0..<1_000 {
            let identities = (0..<1 + random.below(6)).map { _ in
                Puzzle.Identity(
                    publicKey: random.bytes(32 + random.below(34)), scheme: random.text(32),
                    weight: random.chance(2) ? nil : 1 + random.below(9))
            }
            let sum = identities.reduce(0) { $0 + ($1.weight ?? 1) }
            let puzzle = try Puzzle(threshold: 1 + random.below(sum), identities: identities)
            let again = try Puzzle(Envelope(line: puzzle.document))
            #expect(again.document == puzzle.document, random.comment)
            #expect(again.address == puzzle.address, random.comment)
        }
    }

    @Test func `a document of a puzzle has nothing in it that is not known`() throws {
        let identity = "{\"public\":\"\(String(repeating: "02", count: 33))\",\"scheme\":\"x\"}"
        func data(_ identities: String, _ conditions: String = "{\"multisig\":{\"threshold\":1}}")
            -> String
        {
            "{\"conditions\":\(conditions),\"identities\":\(identities)}"
        }
        #expect(read(sealed(data("[\(identity)]"))) == nil)
        #expect(read(sealed(data("[\(identity)]"), meta: "{\"x\":1}")) == .malformedDocument)
        let wrong = [
            data("[]"), data("{}"), data("[\(identity),\(identity)]"),
            data("[\(identity)]", "{\"multisig\":{\"threshold\":2}}"),
            data("[\(identity)]", "{\"multisig\":{\"threshold\":0}}"),
            data("[\(identity)]", "{\"multisig\":{\"threshold\":\"1\"}}"),
            data("[\(identity)]", "{\"multisig\":{\"threshold\":1,\"x\":1}}"),
            data("[\(identity)]", "{\"multisig\":{\"threshold\":1},\"timer\":1}"),
            data("[\(identity)]", "{}"),
            data("[{\"public\":\"02\",\"scheme\":\"x\"}]"),
            data("[\(identity.dropLast()),\"weight\":0}]"),
            data("[\(identity.dropLast()),\"weight\":1000001}]"),
            data("[\(identity.dropLast()),\"extra\":0}]"),
        ]
        for text in wrong { #expect(read(sealed(text)) == .malformedDocument, "\(text)") }
        // A stated weight of 1 is another puzzle than one without, and both come back.
        #expect(read(sealed(data("[\(identity.dropLast()),\"weight\":1}]"))) == nil)
    }

    @Test func `a false hash is noticed`() throws {
        let puzzle = try Puzzle(threshold: 1, identities: [key(2)])
        let line = Envelope.write(data: puzzle.data, hash: Hash.sha256([1])) { _ in }
        #expect(read(line) == .hashMismatch)
    }
}
