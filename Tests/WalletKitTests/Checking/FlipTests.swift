// No single flipped bit goes unseen.
import Bytes
import Files
import Testing

@testable import WalletKit

@Suite struct FlipTests {
    /// Flips one bit of a byte, looks, and puts it back.
    private func flip(
        _ wallet: CheckFixture, _ name: String, _ offset: Int, _ bit: Int
    ) throws -> StateReport {
        guard let byte = wallet.good[name]?[offset] else { throw CancellationError() }
        let file = try File(wallet.directory + "/" + name, .readWrite)
        try file.write([byte ^ 1 << UInt8(bit)][...], at: offset)
        defer { try? file.write([byte][...], at: offset) }
        return try wallet.look()
    }

    @Test func `a flipped bit in any byte of the log or of what is published is found in its file`()
        throws
    {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        #expect(try wallet.look().findings.isEmpty, random.comment)
        var bytes = 0
        for (name, contents) in wallet.good.sorted(by: { $0.key < $1.key })
        where name != "graph.db" {
            for offset in contents.indices {
                let bit = random.below(8)
                let report = try flip(wallet, name, offset, bit)
                // Nobody knows the witness: the two copies of its line are compared.
                let isFound = report.findings.contains {
                    $0.severity == .damage
                        && ($0.file == name || name.hasPrefix("stacks/cosigned/"))
                }
                #expect(
                    isFound, "\(name), byte \(offset), bit \(bit): \(report.damage)"
                )
                bytes += 1
            }
        }
        print("\(bytes) bytes flipped")
        #expect(bytes > 5000)
        #expect(try wallet.look().findings.isEmpty, random.comment)
    }

    @Test func `a flipped bit in the index is found, or changes nothing that it holds`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let contents = wallet.good["graph.db"] ?? []
        // The header and the beginnings of pages, and then one byte in so many.
        let pageBytes = 4096
        var offsets = Set(0..<100)
        for page in stride(from: 0, to: contents.count, by: pageBytes) {
            offsets.formUnion(page..<page + 12)
        }
        for start in stride(from: 0, to: contents.count, by: 61) {
            offsets.insert(min(start + random.below(61), contents.count - 1))
        }
        for offset in offsets.sorted() {
            let bit = random.below(8)
            let report = try flip(wallet, "graph.db", offset, bit)
            if report.index.damageCount > 0 { continue }
            // Readers get what they have got before.
            let file = try File(wallet.directory + "/graph.db", .readWrite)
            try file.write([contents[offset] ^ 1 << UInt8(bit)][...], at: offset)
            #expect(
                try wallet.fixture.contents() == wallet.contents,
                "byte \(offset), bit \(bit) \(random.comment)")
            try wallet.restore()
        }
        #expect(try wallet.look().findings.isEmpty, random.comment)
    }
}
