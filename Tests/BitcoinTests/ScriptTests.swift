import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct ScriptTests {
    private let compressed = [2] + [UInt8](repeating: 7, count: 32)
    private let uncompressed = [4] + [UInt8](repeating: 7, count: 64)

    @Test func `forms that are made are read`() {
        let hash = Array(UInt8(1)...20)
        #expect(Script.publicKeyHash(hash).kind == .publicKeyHash(hash))
        #expect(
            Script.publicKeyHash(hash).hexadecimal
                == "76a914" + Hexadecimal.encode(hash) + "88ac")
        for key in [compressed, uncompressed] {
            #expect(Script.publicKey(key).kind == .publicKey(key))
        }
        for count in 1...16 {
            for threshold in 1...count {
                let keys = (0..<count).map { $0 % 2 == 0 ? compressed : uncompressed }
                #expect(
                    Script.multisig(threshold: threshold, keys: keys).kind
                        == .multisig(threshold: threshold, keys: keys))
            }
        }
        for count in [0, 1, 75, 76, 255, 256, 65_535, 65_536] {
            let pieces = [[UInt8](repeating: 1, count: count), [3]]
            #expect(Script.data(pieces).kind == .data(pieces))
            #expect(Script.data(pieces).bytes.starts(with: [0, 0x6a]))
        }
        #expect(Script.data([]).kind == .data([]))
    }

    @Test func `hexadecimal digits are a script's`() {
        #expect(Script(hexadecimal: "6a")?.kind == .data([]))
        #expect(Script(hexadecimal: "6") == nil && Script(hexadecimal: "6A") == nil)
        #expect(Script(hexadecimal: "")?.kind == .other)
    }

    @Test func `a form with anything changed is another`() {
        let hash = [UInt8](repeating: 3, count: 20)
        let form = Script.publicKeyHash(hash).bytes
        for place in form.indices where !(3..<23).contains(place) {
            for change in UInt8(1)...255 {
                var bytes = form
                bytes[place] ^= change
                if case .publicKeyHash = Script(bytes).kind { Issue.record("\(place) \(change)") }
            }
        }
        for other in [form + [0], Array(form.dropLast()), [0x61] + form] {
            #expect(Script(other).kind == .other)
        }
        let key = Script.publicKey(compressed).bytes
        for start: [UInt8] in [[33, 5], [33, 4], [65, 6], [65, 2]] {
            let point = start[0] == 33 ? compressed : uncompressed
            #expect(Script(start + point[1...] + [0xac]).kind == .other, "\(start)")
        }
        for other: [UInt8] in [[0x4c] + key, key + [0xac], [0xac], [0xae], [0x51, 0xae]] {
            #expect(Script(other).kind == .other, "\(other)")
        }
        let push = [33] + compressed
        #expect(Script([0x51] + push + [0x51, 0xae]).kind != .other)
        let others: [(first: [UInt8], pushes: Int, last: [UInt8])] = [
            ([0x51], 0, [0x51]), ([0x52], 1, [0x51]), ([0x00], 1, [0x51]), ([0x51], 1, [0x52]),
            ([0x51], 2, [0x51]), ([0x51], 1, [0x61, 0x51]), ([0x51], 1, [0x00]),
        ]
        for (first, count, last) in others {
            let pushes = [[UInt8]](repeating: push, count: count).flatMap { $0 }
            #expect(Script(first + pushes + last + [0xae]).kind == .other)
        }
    }

    @Test func `data is read as far as it can be`() {
        #expect(Script([0x6a, 2, 1, 2]).kind == .data([[1, 2]]))
        #expect(Script([0, 0x6a, 0x51, 0x60, 0x4f, 0]).kind == .data([[1], [16], [0x81], []]))
        #expect(Script([0, 0x6a, 1, 9, 0x4c]).kind == .data([[9]]))
        #expect(Script([0, 0x6a, 5, 1, 2]).kind == .data([]))
        #expect(Script([0, 0x6a, 0x4d, 0xff, 0xff, 1]).kind == .data([]))
        #expect(Script([0, 0x6a, 0x4e, 0xff, 0xff, 0xff, 0xff, 1]).kind == .data([]))
        #expect(Script([0, 0x6a, 0x4e, 1, 0, 0, 0, 1]).kind == .data([[1]]))
        #expect(Script([0, 0x76, 0x6a]).kind == .other)
    }

    @Test func `pushes know whether they are the shortest`() {
        func minimal(_ bytes: [UInt8]) -> Bool? {
            var reader = PushReader(bytes[...])
            return reader.next()?.isMinimal
        }
        for number in UInt8(1)...16 {
            #expect(minimal([1, number]) == false)
            #expect(minimal([0x50 + number]) == true)
        }
        #expect(minimal([1, 0x81]) == false && minimal([0x4f]) == true)
        #expect(minimal([1, 0]) == true && minimal([1, 17]) == true && minimal([0]) == true)
        #expect(minimal([0x4c, 0]) == false)
        for (opcode, width, first) in [(0x4c, 1, 76), (0x4d, 2, 256), (0x4e, 4, 65_536)] {
            for count in [first - 1, first] {
                let length = (0..<width).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
                let bytes = [UInt8(opcode)] + length + [UInt8](repeating: 5, count: count)
                #expect(minimal(bytes) == (count == first), "\(opcode) \(count)")
                #expect(minimal(Array(bytes.dropLast())) == nil)
            }
        }
        #expect(minimal([0x50]) == nil && minimal([0x61]) == nil && minimal([]) == nil)
    }

    @Test func `whatever the bytes are, they have a form`() {
        var random = Generator()
        for _ in 0..<20_000 {
            var bytes = random.script().bytes
            if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            let script = Script(bytes)
            switch script.kind {
            case .publicKeyHash(let hash): #expect(Script.publicKeyHash(hash) == script)
            case .publicKey(let key): #expect(Script.publicKey(key) == script)
            case .multisig(let threshold, let keys):
                #expect(Script.multisig(threshold: threshold, keys: keys) == script)
            case .data: #expect(bytes.contains(0x6a), random.comment)
            case .other: #expect(bytes.first != 0x6a, random.comment)
            }
        }
    }
}
