import Bytes
import Cryptography
import Documents
import Testing

@testable import Audit

@Suite struct StackCheckTests {
    /// Compact targets as Bitcoin's own tests have them (arith_uint256_tests, `bignum_SetCompact`),
    /// and how many zero bytes follow the number.
    private static let targets: [(bits: UInt32, number: String, zeros: Int)] = [
        (0x0100_3456, "00", 0), (0x0112_3456, "12", 0), (0x0200_8000, "80", 0),
        (0x0212_3456, "1234", 0), (0x0312_3456, "123456", 0), (0x0412_3456, "123456", 1),
        (0x0500_9234, "9234", 2), (0x1d00_ffff, "ffff", 26), (0x207f_ffff, "7fffff", 29),
        (0x2012_3456, "123456", 29), (0x2200_0012, "12", 31),
    ]

    @Test(arguments: targets)
    func `a compact target is the number that Bitcoin reads`(
        bits: UInt32, number: String, zeros: Int
    ) throws {
        let target = try #require(StackChain.target(littleEndian(bits)))
        let text = number + String(repeating: "00", count: zeros)
        let padded = String(repeating: "0", count: 64 - text.count) + text
        #expect(Hexadecimal.encode(target) == padded)
    }

    private static let falseTargets: [UInt32] = [
        0x0492_3456, 0x01fe_dcba, 0x0080_0001, 0xff12_3456, 0x2112_3456, 0x2200_1234, 0x2300_0012,
    ]

    @Test(arguments: falseTargets)
    func `a target that is negative or too large is none`(bits: UInt32) {
        #expect(StackChain.target(littleEndian(bits)) == nil)
    }

    /// The first header of Bitcoin's chain.
    @Test func `a hash has work up to its target`() throws {
        let text =
            "01000000" + String(repeating: "00", count: 32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
            + "29ab5f49ffff001d1dac2b7c"
        let header = try #require(Hexadecimal.decode(text))
        let hash = Hash.sha256d(header)
        #expect(
            Hexadecimal.encode(hash.bytes.reversed())
                == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
        #expect(StackChain.hasWork(hash, bits: Array(header[72..<76])))
        #expect(!StackChain.hasWork(hash, bits: littleEndian(0x1b00_19d6)))
        // 0x19d668 << 8 * 24 has zeros where the hash goes on: the hash is above it by little.
        #expect(!StackChain.hasWork(hash, bits: littleEndian(0x1b19_d668)))
        #expect(StackChain.hasWork(hash, bits: littleEndian(0x1b19_d669)))
    }

    @Test func `the tree is Bitcoin's, for every number of blocks to 40`() {
        for count in 1...40 {
            let hashes = (0..<count).map { digest("\($0)") }
            #expect(StackChain.root(hashes) == Oracle.merkle(hashes))
        }
    }

    private func littleEndian(_ bits: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
}
