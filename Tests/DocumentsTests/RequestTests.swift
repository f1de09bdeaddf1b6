import Bytes
import Cryptography
import Documents
import Foundation
import Testing

@Suite struct RequestTests {
    private func line(_ number: Int, _ changes: [String: String?] = [:]) -> String {
        let members = ["random": "\"\(number)\""].merging(changes) { $1 }
        return String(decoding: sealed(object(goodIOU, members)), as: UTF8.self)
    }

    private func request(_ inputs: [String], _ rest: String = "") throws -> Request {
        let text = "{\"data\":{\"inputs\":[" + inputs.joined(separator: ",") + "]}\(rest)}"
        return try Request(JSONText(Array(text.utf8)).root)
    }

    private func code(_ inputs: [String], _ rest: String = "") throws -> RefusalCode? {
        do {
            _ = try request(inputs, rest)
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    @Test func `instructions stand ascending by hash, however they came`() throws {
        let lines = (0..<8).map { line($0) }
        let expected = try request(lines)
        #expect(expected.instructions.map(\.hash) == expected.instructions.map(\.hash).sorted())
        var random = Generator()
        for _ in 0..<20 {
            let other = try request(lines.shuffled(using: &random))
            #expect(other.instructions.map(\.hash) == expected.instructions.map(\.hash))
            #expect(other.documents == expected.documents)
        }
        #expect(try Request(JSONText(Array(lines[0].utf8)).root).instructions.count == 1)
    }

    @Test func `a request's own blanks are welcome, those of an instruction are not`() throws {
        let text = "{ \"data\" : {\n \"inputs\" : [ \(line(1)) ,\n \(line(2)) ] } , \"meta\" : {} }"
        #expect(try Request(JSONText(Array(text.utf8)).root).instructions.count == 2)
        let spaced = line(1).replacingOccurrences(of: "\",\"", with: "\", \"")
        #expect(try code([line(2), spaced]) == .malformedDocument)
    }

    @Test func `the same instruction twice is refused, whatever its meta`() throws {
        let signed = line(1).replacingOccurrences(
            of: "\"meta\":{}",
            with: """
                "meta":{"signatures":[{"public":"\(String(repeating: "02", count: 33))","scheme":"x",\
                "signer":"\(alice)","string":"\(String(repeating: "30", count: 70))"}]}
                """)
        #expect(try code([signed]) == nil)
        #expect(try code([line(1), line(1)]) == .duplicateInstruction)
        #expect(try code([line(1), line(2), signed]) == .duplicateInstruction)
        #expect(throws: Refusal.self) {
            let instruction = try Instruction(Envelope(line: Array(line(1).utf8)))
            try Request([instruction, instruction]).checkDistinct()
        }
    }

    @Test func `one limit set twice is refused as a duplicate`() throws {
        func limit(_ number: Int, _ changes: [String: String?] = [:]) -> String {
            let members = ["random": "\"\(number)\""].merging(changes) { $1 }
            return String(decoding: sealed(object(goodLimit, members)), as: UTF8.self)
        }
        #expect(try code([limit(1), limit(2)]) == .duplicateInstruction)
        #expect(try code([limit(1), limit(2, ["max": nil, "min": "\"-1\""])]) == nil)
        #expect(try code([limit(1), limit(2, ["symbol": "\"\(Address(of: [1]))\""])]) == nil)
    }

    @Test func `of several refusals the earliest rule's is reported, whatever the order`() throws {
        let malformed = line(1, ["amount": "\"x\""])
        let mismatch = line(2).replacingOccurrences(of: "\"10\"", with: "\"11\"")
        let address = line(3, ["source": "\"wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfj\""])
        let overflow = line(4, ["amount": "\"100000000000000000000\""])
        let ranked: [(String, RefusalCode)] = [
            (malformed, .malformedDocument), (mismatch, .hashMismatch), (address, .invalidAddress),
            (overflow, .amountOverflow),
        ]
        for (first, code) in ranked {
            #expect(try self.code([line(9), first]) == code)
            for (second, other) in ranked where first != second {
                #expect(try self.code([first, second]) == min(code, other))
            }
            #expect(try self.code([line(9), line(9), first]) == min(code, .duplicateInstruction))
        }
    }

    @Test func `a refusal of one among many says which`() throws {
        let mismatch = line(2).replacingOccurrences(of: "\"10\"", with: "\"11\"")
        let refusal = #expect(throws: Refusal.self) { try request([line(1), mismatch]) }
        #expect(refusal?.details["provided"].map { mismatch.contains($0) } == true)
    }

    @Test func `a request does not pretend to have a hash or signatures of its own`() throws {
        #expect(try code([line(1)], ",\"meta\":{}") == nil)
        #expect(try code([line(1)], ",\"hash\":{}") == .malformedDocument)
        #expect(try code([line(1)], ",\"meta\":{\"signatures\":[]}") == .malformedDocument)
        #expect(try code([line(1)], ",\"extra\":1") == .malformedDocument)
    }

    @Test func `signatures of all instructions are checked and the least code is reported`() throws
    {
        let keys = try (1...3).map { try Key($0) }
        func promise(_ key: Key, _ number: Int) -> IOU {
            IOU(
                .init(
                    domain: "d", source: key.address, target: bob, amount: amount("1"),
                    symbol: key.address, random: String(number), expiry: time("2030-01-01")))
        }
        func signed(_ number: Int, by key: Key? = nil) -> Instruction {
            let iou = promise(keys[number], number)
            return .iou(
                iou.replacing(Endorsements(signatures: [(key ?? keys[number]).sign(iou.hash)])))
        }
        let forged = promise(keys[1], 7)
        let wrong = Instruction.iou(
            forged.replacing(Endorsements(signatures: [keys[1].sign(Hash.sha256([1]))])))
        try Request([signed(0), signed(1), signed(2)]).checkSignatures()
        for (request, code) in [
            ([signed(0), signed(1, by: keys[2])], RefusalCode.signatureMissing),
            ([signed(0), wrong], .signatureInvalid),
            ([signed(1, by: keys[2]), wrong, signed(0)], .signatureInvalid),
        ] {
            let refusal = #expect(throws: Refusal.self) { try Request(request).checkSignatures() }
            #expect(refusal?.code == code)
            #expect(refusal?.details["hash"] != nil)
        }
    }
}
