import Cryptography
import Testing

@Suite struct RandomSourceTests {
    @Test(arguments: [0, 1, 255, 256, 257, 1_000])
    func `the system gives what is asked for`(count: Int) throws {
        let bytes = try SystemRandom().bytes(count)
        #expect(bytes.count == count)
        // 200 zero bytes in a row are not random.
        if count >= 255 { #expect(bytes.suffix(200).contains { $0 != 0 }) }
    }

    @Test func `a seed is SHA-256 of itself and a counter`() throws {
        let source = SeededRandom(seed: [7])
        let first = Hash.sha256([7, 0, 0, 0, 0, 0, 0, 0, 0]).bytes
        let second = Hash.sha256([7, 0, 0, 0, 0, 0, 0, 0, 1]).bytes
        #expect(try source.bytes(5) == Array(first[..<5]))
        #expect(try source.bytes(40) == Array((first + second)[5..<45]))
        #expect(try source.bytes(0) == [])
    }

    @Test func `how the bytes are asked for does not change them`() throws {
        var generator = Generator()
        let whole = try SeededRandom(seed: [1, 2]).bytes(500)
        let source = SeededRandom(seed: [1, 2])
        var pieces: [UInt8] = []
        while pieces.count < 500 {
            pieces += try source.bytes(min(1 + generator.below(70), 500 - pieces.count))
        }
        #expect(pieces == whole, generator.comment)
    }

    @Test func `threads share a seed without a byte given twice`() async throws {
        let source = SeededRandom(seed: [3])
        let drawn = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 { group.addTask { try source.bytes(32) } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        let again = SeededRandom(seed: [3])
        let expected = try Set((0..<64).map { _ in try again.bytes(32) })
        #expect(drawn == expected)
    }
}
