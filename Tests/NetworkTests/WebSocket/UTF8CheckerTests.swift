// The checker against the library's, which sees texts only whole.

import Testing

@testable import Network

@Suite struct UTF8CheckerTests {
    /// Whether `bytes` are a text, and whether they may begin one.
    private func check(_ pieces: [[UInt8]]) -> (isText: Bool, isBeginning: Bool) {
        var checker = UTF8Checker()
        let isBeginning = pieces.allSatisfy { piece in
            piece.withUnsafeBytes { checker.check($0) }
        }
        return (isBeginning && checker.isComplete, isBeginning)
    }

    @Test func `characters are taken, and every cut of one waits`() {
        // All of two bytes, the borders of the longer ones, and every 37th.
        let borders: [UInt32] = [0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]
        let values = Array(0...0x7ff) + borders + stride(from: 0x800, to: 0x110000, by: 37)
        for value in values {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            var isRight = check([bytes]).isText
            for cut in 1..<max(1, bytes.count) {
                let part = check([Array(bytes[..<cut])])
                isRight = isRight && part.isBeginning && !part.isText
            }
            if !isRight { Issue.record("U+\(String(value, radix: 16))") }
        }
    }

    @Test func `three bytes are judged as the library does`() {
        let first = [0x00, 0x7f, 0x80, 0xbf] + Array(UInt8(0xc0)...0xff)
        for a in first {
            for b in UInt8.min...UInt8.max {
                for c: UInt8 in [0x41, 0x7f, 0x80, 0xbf, 0xc2] {
                    let bytes = [a, b, c]
                    let isText = String(validating: bytes, as: UTF8.self) != nil
                    if check([bytes]).isText != isText { Issue.record("\(bytes)") }
                }
            }
        }
    }

    @Test func `random bytes in random pieces are judged as the library does`() {
        var random = CodecRandom()
        for _ in 0..<5_000 {
            var bytes = Array(random.text("abcdefghijkl ü€😀\u{7ff}\u{800}\u{ffff}", 60).utf8)
            if random.chance(2) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            let isText = String(validating: bytes, as: UTF8.self) != nil
            #expect(check(random.pieces(bytes, longest: 20)).isText == isText, random.comment)
        }
    }
}
