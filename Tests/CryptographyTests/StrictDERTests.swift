import Bytes
import Cryptography
import Testing

/// Each rule of BIP66 broken once. The signature is sound but for its spelling, so that a loose
/// parser would take it.
@Suite struct StrictDERTests {
    let key: Secp256k1.PrivateKey
    let digest: Digest256
    /// R and S, of which R needs no zero byte in front and S is low.
    let r: [UInt8]
    let s: [UInt8]

    init() throws {
        key = try Secp256k1.PrivateKey(secret(String(repeating: "01", count: 32)))
        var counter: UInt8 = 0
        while true {
            let digest = Hash.sha256([counter])
            let signature = key.sign(digest)
            if signature.count == 70 {
                self.digest = digest
                r = Array(signature[4..<36])
                s = Array(signature[38..<70])
                return
            }
            counter += 1
        }
    }

    private func accepts(_ signature: [UInt8]) -> Bool {
        Secp256k1.verify(
            signature: signature, digest: digest, publicKey: key.publicKey.compressed)
    }

    private func spelled(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
        let body = [0x02, UInt8(r.count)] + r + [0x02, UInt8(s.count)] + s
        return [0x30, UInt8(body.count)] + body
    }

    @Test func `the strict spelling is accepted`() {
        #expect(accepts(spelled(r, s)))
        #expect(spelled(r, s) == der(r, s))
    }

    @Test func `lengths outside 8 to 72 are refused`() {
        #expect(!accepts([]))
        #expect(!accepts([0x30]))
        #expect(!accepts([0x30, 0x00]))
        #expect(!accepts([0x30, 0x05, 0x02, 0x01, 0x01, 0x02, 0x00]))
        #expect(!accepts([UInt8](repeating: 0x30, count: 73)))
        #expect(!accepts(spelled([0, 0] + r, [0, 0] + s)))
    }

    @Test func `every cut is refused`() {
        let signature = spelled(r, s)
        for count in 0..<signature.count { #expect(!accepts(Array(signature[..<count]))) }
        for count in 1..<signature.count { #expect(!accepts(Array(signature[count...]))) }
    }

    @Test func `a byte after the end is refused, inside and outside the sequence`() {
        #expect(!accepts(spelled(r, s) + [0]))
        #expect(!accepts(spelled(r, s) + [1]))
        var inside = spelled(r, s) + [0]
        inside[1] += 1
        #expect(!accepts(inside))
    }

    @Test func `another tag is refused`() {
        for index in [0, 2, 36] {
            for tag in UInt8.min...UInt8.max {
                var signature = spelled(r, s)
                guard signature[index] != tag else { continue }
                signature[index] = tag
                if accepts(signature) { Issue.record("tag \(tag) at \(index)") }
            }
        }
    }

    @Test func `another length is refused`() {
        for index in [1, 3, 37] {
            for length in UInt8.min...UInt8.max {
                var signature = spelled(r, s)
                guard signature[index] != length else { continue }
                signature[index] = length
                if accepts(signature) { Issue.record("length \(length) at \(index)") }
            }
        }
    }

    @Test func `a length in the long form is refused`() {
        var signature = spelled(r, s)
        signature.insert(0x81, at: 1)
        #expect(!accepts(signature))
        let number: [UInt8] = [0x02, 0x81, 0x20]
        #expect(!accepts([0x30, 0x45] + number + r + [0x02, 0x20] + s))
        #expect(!accepts([0x30, 0x45, 0x02, 0x20] + r + number + s))
        #expect(!accepts([0x30, 0x80, 0x02, 0x20] + r + [0x02, 0x20] + s + [0, 0]))
    }

    @Test func `a number without bytes is refused`() {
        #expect(!accepts(spelled([], s)))
        #expect(!accepts(spelled(r, [])))
        #expect(!accepts(spelled([], [])))
    }

    @Test func `a negative number is refused`() {
        var negative = r
        negative[0] |= 0x80
        #expect(!accepts(spelled(negative, s)))
        #expect(!accepts(spelled(r, [0x80] + s.dropFirst())))
        #expect(!accepts(spelled([0x80], [0x80])))
    }

    @Test func `a needless zero in front is refused`() {
        #expect(!accepts(spelled([0] + r, s)))
        #expect(!accepts(spelled(r, [0] + s)))
        #expect(!accepts(spelled(r, [0, 0] + s)))
    }

    @Test func `zero is refused as R and as S`() {
        #expect(!accepts(spelled([0], s)))
        #expect(!accepts(spelled(r, [0])))
        #expect(!accepts(spelled([0], [0])))
    }

    @Test func `R and S not below the order are refused`() {
        let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        #expect(!accepts(spelled([0] + order, s)))
        #expect(!accepts(spelled(r, [0] + order)))
        #expect(!accepts(spelled([0] + [UInt8](repeating: 0xff, count: 32), s)))
        #expect(!accepts(spelled([1] + [UInt8](repeating: 0, count: 32), s)))
    }

    @Test func `a high S is refused`() {
        let high = orderMinus(s)
        #expect(high[0] >= 0x7f)
        #expect(!accepts(der(r, high)))
    }

    @Test func `a changed byte anywhere is refused and nothing crashes`() {
        let signature = spelled(r, s)
        for index in signature.indices {
            for mask in [0x01, 0x80, 0xff] as [UInt8] {
                var changed = signature
                changed[index] ^= mask
                if accepts(changed) { Issue.record("byte \(index) ^ \(mask)") }
            }
        }
    }

    @Test func `random bytes are refused and nothing crashes`() {
        var generator = Generator()
        for _ in 0..<20_000 {
            var bytes = generator.bytes(generator.below(80))
            if bytes.count > 4 && generator.below(2) == 0 {
                bytes[0] = 0x30
                bytes[1] = UInt8(bytes.count - 2)
                bytes[2] = 0x02
                bytes[3] = UInt8(generator.below(40))
            }
            if accepts(bytes) { Issue.record("\(bytes), \(generator.comment)") }
        }
    }

    private func orderMinus(_ number: [UInt8]) -> [UInt8] {
        let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        var result = order
        var borrow = 0
        for index in (0..<32).reversed() {
            let value = Int(order[index]) - Int(number[index]) - borrow
            borrow = value < 0 ? 1 : 0
            result[index] = UInt8(value & 0xff)
        }
        return result
    }
}
