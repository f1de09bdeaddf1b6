import Bytes
import Cryptography
import Documents
import Testing

/// parse(write(d)) = d, and write(parse(b)) = b for every b that is accepted.
@Suite struct RoundTripTests {
    @Test func `promises come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<2_000 {
            let iou = try random.iou()
            let again = try IOU(Envelope(line: iou.document))
            #expect(again.terms.data == iou.terms.data, random.comment)
            #expect(again.terms == iou.terms, random.comment)
            #expect(again.hash == iou.hash, random.comment)
            #expect(again.attachments == iou.attachments, random.comment)
            #expect(again.endorsements.signatures == iou.endorsements.signatures, random.comment)
            #expect(again.endorsements.puzzles == iou.endorsements.puzzles, random.comment)
            #expect(again.document == iou.document, random.comment)
            #expect(again.isLocked == iou.isLocked, random.comment)
        }
    }

    @Test func `limits, units and certificates come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<600 {
            let limit = try random.limit()
            let sameLimit = try LimitChange(Envelope(line: limit.document))
            #expect(sameLimit.terms == limit.terms, random.comment)
            #expect(sameLimit.document == limit.document, random.comment)
            let unit = try random.unit()
            let sameUnit = try UnitDefinition(Envelope(line: unit.document))
            #expect(sameUnit.terms == unit.terms, random.comment)
            #expect(sameUnit.document == unit.document, random.comment)
            let device = try random.certificate()
            let sameDevice = try DeviceCertificate(Envelope(line: device.document))
            #expect(sameDevice.address == device.address, random.comment)
            #expect(sameDevice.issued == device.issued, random.comment)
            #expect(sameDevice.document == device.document, random.comment)
        }
    }

    @Test func `transactions come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<600 {
            let (transaction, document) = try random.transaction()
            let again = try TransactionDocument(Envelope(line: document))
            #expect(again.transaction.hash == transaction.hash, random.comment)
            #expect(again.transaction.clock == transaction.clock, random.comment)
            #expect(again.transaction.outputs == transaction.outputs, random.comment)
            #expect(again.transaction.inputs == transaction.inputs, random.comment)
            #expect(try rewritten(document) == document, random.comment)
            for envelope in again.instructions {
                #expect(try Instruction(envelope).document == Array(envelope.bytes), random.comment)
            }
        }
    }

    /// Members are dropped, doubled and exchanged, values taken from elsewhere; the hash is always right.
    @Test func `whatever is accepted is written as it came`() throws {
        var random = Generator()
        let values = [
            "0", "1", "-1", "\"\"", "\"0\"", "\"-1\"", "\"1.5\"", "{}", "[]", "null", "true",
            "\"Infinity\"",
            "\"limit\"", "\"unit\"", "\"device\"", "\"2030-01-01T00:00:00.000Z\"", "\"\(alice)\"",
            "\"\(bob)\"",
            "\"\(String(repeating: "ab", count: 32))\"",
            "{\"puzzle\":\"\(String(repeating: "ab", count: 32))\"}",
            "{\"hashee\":\"x\"}", "[{\"hash\":\"\(String(repeating: "ab", count: 32))\"}]", "\"é\"",
            "\"\\n\"",
        ]
        let names = [
            "active", "amount", "credit", "custom", "domain", "expiry", "locker", "random",
            "solver",
            "source", "symbol", "target", "address", "kind", "max", "min", "code", "form", "name",
            "scale", "terms", "incarnation", "issued", "zzz",
        ]
        var accepted = 0
        for round in 0..<10_000 {
            var members = round % 2 == 0 ? goodIOU : goodLimit
            for _ in 0..<random.below(3) {
                let name = names[random.below(names.count)]
                members[name] = random.chance(5) ? nil : values[random.below(values.count)]
            }
            let line = sealed(object(members))
            if let again = try? rewritten(line) {
                accepted += 1
                #expect(again == line, random.comment)
            }
        }
        #expect(accepted > 1_000, random.comment)
    }

    private func isGood(_ line: [UInt8]) -> Bool {
        guard let instruction = try? Instruction(Envelope(line: line)),
            (try? instruction.checkSignatures()) != nil
        else { return false }
        if case .iou(let iou) = instruction { return !iou.isLocked }
        return true
    }

    @Test func `one bit flipped anywhere in a signed document refuses it`() throws {
        let key = try Key(1)
        var terms = IOU.Terms(
            domain: "example.com", source: key.address, target: bob, amount: amount("12.5"),
            symbol: key.address, random: "00ff", expiry: time("2030-01-01"))
        let note = Attachments.note("thank you")
        terms.custom = Hash.sha256d(note)
        terms.hashlock = Hash.sha256(Array("secret".utf8))
        let bare = IOU(terms)
        let line = bare.replacing(
            Endorsements(signatures: [key.sign(bare.hash)]), .init(note: note, preimage: "secret")
        ).document
        #expect(isGood(line))
        var accepted: [Int] = []
        for position in line.indices {
            for bit in 0..<8 as Range<UInt8> {
                var other = line
                other[position] ^= 1 << bit
                if isGood(other) { accepted.append(position) }
            }
        }
        #expect(accepted == [])
    }

    @Test func `one byte changed anywhere in a document signed by a puzzle refuses it`() throws {
        var random = Generator()
        let keys = try (1...3).map { try Key($0) }
        let puzzle = try Puzzle(threshold: 2, identities: keys.map(\.identity))
        let bare = LimitChange(
            .init(
                domain: "example.com", address: puzzle.address, symbol: alice, end: .max,
                amount: amount("5"), random: "1", expiry: time("2030-01-01")))
        let line = bare.replacing(
            Endorsements(
                signatures: keys[..<2].map { $0.sign(bare.hash, for: puzzle) }, puzzles: [puzzle])
        ).document
        #expect(isGood(line))
        for position in line.indices {
            for _ in 0..<2 {
                var other = line
                other[position] ^= UInt8(1 + random.below(255))
                #expect(!isGood(other), "byte \(position), \(random.comment)")
            }
        }
    }

    @Test func `one byte missing or doubled anywhere refuses a document`() throws {
        let line = sealed(object(goodIOU))
        #expect(code(line) == nil)
        for position in line.indices {
            var shorter = line
            shorter.remove(at: position)
            #expect(code(shorter) != nil)
            var longer = line
            longer.insert(line[position], at: position)
            #expect(code(longer) != nil)
        }
    }
}
