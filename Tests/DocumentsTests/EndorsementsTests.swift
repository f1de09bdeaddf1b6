import Bytes
import Cryptography
import Documents
import Testing

@Suite struct EndorsementsTests {
    let keys: [Key]
    let hash = Hash.sha256(Array("a document".utf8))

    init() throws { keys = try (1...5).map { try Key($0) } }

    private func code(
        _ signatures: [DocumentSignature], _ puzzles: [Puzzle] = [], by required: Address? = nil
    ) -> RefusalCode? {
        do {
            try Endorsements(signatures: signatures, puzzles: puzzles)
                .check(hash, signedBy: required ?? keys[0].address)
            return nil
        } catch {
            return error.code
        }
    }

    private func forged(_ signature: DocumentSignature) -> DocumentSignature {
        DocumentSignature(
            publicKey: signature.publicKey, scheme: .ecdsaSecp256k1, signer: signature.signer,
            signature: keys[0].sign(Hash.sha256([1])).signature, script: signature.script)
    }

    @Test func `the signer's signature is enough and nobody's is not`() {
        #expect(code([keys[0].sign(hash)]) == nil)
        #expect(code([]) == .signatureMissing)
        #expect(code([keys[1].sign(hash)]) == .signatureMissing)
    }

    @Test func `a true co-signature is welcome before and after, also twice`() {
        let own = keys[0].sign(hash)
        let other = keys[1].sign(hash)
        for signatures in [[own, other], [other, own], [own, own], [other, own, other]] {
            #expect(code(signatures) == nil)
        }
    }

    @Test func `a false signature refuses the document, whoever else has signed`() {
        let own = keys[0].sign(hash)
        #expect(code([forged(own)]) == .signatureInvalid)
        #expect(code([own, forged(keys[1].sign(hash))]) == .signatureInvalid)
        #expect(code([forged(keys[1].sign(hash)), own]) == .signatureInvalid)
        #expect(code([own, forged(own)]) == .signatureInvalid)
    }

    @Test func `a key that is not the signer's refuses the document`() {
        let own = keys[0].sign(hash)
        let foreign = DocumentSignature(
            publicKey: keys[1].publicKey, scheme: .ecdsaSecp256k1, signer: keys[0].address,
            signature: keys[1].sign(hash).signature)
        #expect(code([foreign]) == .signatureInvalid)
        #expect(code([own, foreign]) == .signatureInvalid)
    }

    @Test func `an uncompressed key is another identity and is not taken`() throws {
        let key = try #require(Secp256k1.PublicKey(keys[0].publicKey)).uncompressed
        let signature = DocumentSignature(
            publicKey: key, scheme: .ecdsaSecp256k1, signer: Address(of: key),
            signature: keys[0].sign(hash).signature)
        #expect(code([signature], by: Address(of: key)) == .signatureInvalid)
    }

    @Test func `an Ed25519 key signs for its address and for no other scheme`() throws {
        let key = try Ed25519.PrivateKey(seed: SecretBytes([UInt8](repeating: 1, count: 32)))
        let address = Address(of: key.publicKey)
        func signature(_ scheme: SignatureScheme) -> DocumentSignature {
            DocumentSignature(
                publicKey: key.publicKey, scheme: scheme, signer: address,
                signature: key.sign(hash.bytes))
        }
        #expect(code([signature(.eddsaEd25519)], by: address) == nil)
        #expect(code([signature(.ecdsaSecp256k1)], by: address) == .signatureInvalid)
    }

    private func puzzle(_ threshold: Int, _ weights: [Int?]) throws -> Puzzle {
        try Puzzle(
            threshold: threshold,
            identities: zip(keys, weights).map {
                .init(publicKey: $0.publicKey, scheme: "ecdsa-secp256k1", weight: $1)
            })
    }

    @Test
    func `every subset of keys solves a puzzle exactly where its weights reach the threshold`()
        throws
    {
        for (threshold, weights) in [
            (1, [nil, nil, nil]), (2, [nil, nil, nil]), (3, [nil, nil, nil]), (3, [2, 1, 1]),
            (4, [3, 2, 2]), (5, [5, 1, 1]), (3, [1, 1, 1, 1, 1]),
        ] as [(Int, [Int?])] {
            let puzzle = try puzzle(threshold, weights)
            for subset in 0..<1 << weights.count {
                let chosen = weights.indices.filter { subset >> $0 & 1 == 1 }
                let weight = chosen.reduce(0) { $0 + (weights[$1] ?? 1) }
                let signatures = chosen.map { keys[$0].sign(hash, for: puzzle) }
                let expected: RefusalCode? = weight >= threshold ? nil : .signatureMissing
                #expect(code(signatures, [puzzle], by: puzzle.address) == expected)
                #expect(code(signatures.reversed(), [puzzle], by: puzzle.address) == expected)
            }
        }
    }

    @Test func `the same key twice counts once`() throws {
        let puzzle = try puzzle(2, [nil, nil])
        let one = keys[0].sign(hash, for: puzzle)
        #expect(code([one, one, one], [puzzle], by: puzzle.address) == .signatureMissing)
        #expect(
            code([one, one, keys[1].sign(hash, for: puzzle)], [puzzle], by: puzzle.address) == nil)
    }

    @Test func `a puzzle's signature says which puzzle, and the puzzle has the key`() throws {
        let puzzle = try puzzle(1, [nil, nil])
        let other = try Puzzle(threshold: 1, identities: [keys[4].identity])
        let right = keys[0].sign(hash, for: puzzle)
        #expect(code([right], [], by: puzzle.address) == .signatureInvalid)
        #expect(code([right], [other], by: puzzle.address) == .signatureInvalid)
        #expect(
            code([keys[4].sign(hash, for: puzzle)], [puzzle], by: puzzle.address)
                == .signatureInvalid)
        // A key of a puzzle signs for the puzzle only where it says so.
        #expect(code([keys[0].sign(hash)], [puzzle], by: puzzle.address) == .signatureMissing)
        // Nobody solves one puzzle by the signatures of another.
        let stolen = DocumentSignature(
            publicKey: keys[4].publicKey, scheme: .ecdsaSecp256k1, signer: puzzle.address,
            signature: keys[4].sign(hash).signature, script: other.hash)
        #expect(code([stolen], [puzzle, other], by: puzzle.address) == .signatureInvalid)
        #expect(code([right], [other, puzzle], by: puzzle.address) == nil)
    }

    @Test func `a false signature refuses a puzzle that others have solved`() throws {
        let puzzle = try puzzle(1, [nil, nil])
        let right = keys[0].sign(hash, for: puzzle)
        let wrong = forged(keys[1].sign(hash, for: puzzle))
        #expect(code([right, wrong], [puzzle], by: puzzle.address) == .signatureInvalid)
        #expect(code([wrong, right], [puzzle], by: puzzle.address) == .signatureInvalid)
    }

    @Test func `a missing signature says how many there are`() throws {
        let puzzle = try puzzle(2, [nil, nil, nil])
        let endorsements = Endorsements(
            signatures: [keys[0].sign(hash, for: puzzle)], puzzles: [puzzle])
        let refusal = #expect(throws: Refusal.self) {
            try endorsements.check(hash, signedBy: puzzle.address)
        }
        #expect(refusal?.message.contains("1 of 3 keys") == true)
        #expect(refusal?.details["threshold"] == "2")
    }

    @Test func `adding a signature adds it and its puzzle once`() throws {
        let puzzle = try puzzle(1, [nil, nil])
        let empty = Endorsements()
        let once = empty.adding(keys[0].sign(hash, for: puzzle), puzzle: puzzle)
        let twice = once.adding(keys[0].sign(hash, for: puzzle), puzzle: puzzle)
        #expect(once.signatures.count == 1 && once.puzzles.count == 1)
        #expect(twice.signatures.count == 1 && twice.puzzles.count == 1)
        let more = twice.adding(keys[0].sign(hash)).adding(
            keys[1].sign(hash, for: puzzle), puzzle: puzzle)
        #expect(more.signatures.count == 3 && more.puzzles.count == 1)
    }
}
