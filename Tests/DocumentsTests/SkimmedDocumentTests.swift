import Bytes
import Documents
import Testing

/// Skimming says what parsing says, or nothing.
@Suite struct SkimmedDocumentTests {
    private func expectSame(_ line: [UInt8], _ comment: Comment) throws {
        let skimmed = try #require(SkimmedDocument(line: line), comment)
        let envelope = try Envelope(line: line)
        #expect(skimmed.hash == envelope.hash, comment)
        let inputs = try (envelope.data["inputs"]?.elements ?? []).map {
            try #require($0["hash"]?.string.flatMap { Digest256(hexadecimal: $0) }, comment)
        }
        #expect(skimmed.inputs == inputs, comment)
        #expect(skimmed.isStack == (DocumentKind(envelope) == .stack), comment)
    }

    @Test func `every kind of the log is skimmed as it is parsed`() throws {
        var random = Generator()
        for _ in 0..<400 {
            try expectSame(try random.transaction().1, random.comment)
            try expectSame(try random.unit().document, random.comment)
            try expectSame(try random.certificate().document, random.comment)
            try expectSame(try random.block().document, random.comment)
            try expectSame(try random.stack().document, random.comment)
        }
    }

    @Test func `a changed line is skimmed as nothing, or as what it still is`() throws {
        var random = Generator()
        for _ in 0..<4_000 {
            var line = try random.transaction().1
            let good = try #require(SkimmedDocument(line: line))
            switch random.below(3) {
            case 0: line[random.below(line.count)] ^= UInt8(1 << random.below(8))
            case 1: line.remove(at: random.below(line.count))
            default: line = Array(line.prefix(random.below(line.count)))
            }
            guard let skimmed = SkimmedDocument(line: line) else { continue }
            // Only what is outside the data can have changed.
            #expect(skimmed.hash == good.hash, random.comment)
            #expect(skimmed.inputs == good.inputs, random.comment)
        }
    }

    @Test func `data of a size that no document has is skimmed as nothing`() {
        let line = Array(
            (#"{"data":{},"hash":{"steps":"stringify:data","types":"sha256:sha256","value":""#
                + String(repeating: "0", count: 64) + #""},"meta":{}}"#).utf8)
        #expect(SkimmedDocument(line: line) == nil)
        #expect(SkimmedDocument(line: []) == nil)
    }
}
