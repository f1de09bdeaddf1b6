import Bytes
import Cryptography
import Documents
import Foundation
import Testing

@Suite struct TransactionTests {
    private func code(_ text: String) -> RefusalCode? {
        do {
            _ = try TransactionDocument(Envelope(line: Array(text.utf8)))
            return nil
        } catch {
            return error.code
        }
    }

    private let instruction = String(decoding: sealed(object(goodIOU)), as: UTF8.self)
    private var hash: String { Hash.sha256d(Array(object(goodIOU).utf8)).hexadecimal }

    private func members(_ changes: [String: String?] = [:]) -> String {
        let output = """
            {"address":"\(bob)","balance":{"max":"Infinity","min":"0","net":"10"},"counter":"\(alice)","sources":[]}
            """
        return object(
            [
                "clock": """
                {"device":"\(bob)","sequence":1,"tick":0,"time":"2026-01-01T00:00:00.000Z"}
                """,
                "domain": "\"example.com\"", "inputs": "[{\"hash\":\"\(hash)\"}]",
                "outputs": "[\(output)]",
            ], changes)
    }

    private func document(_ data: String, _ meta: String? = nil) -> String {
        String(
            decoding: sealed(data, meta: meta ?? "{\"inputs\":[\(instruction)]}"), as: UTF8.self)
    }

    @Test func `a good transaction is read`() {
        #expect(code(document(members())) == nil)
    }

    @Test func `every member is required and every other is refused`() {
        for name in ["clock", "domain", "inputs", "outputs"] {
            #expect(code(document(members([name: nil]))) == .malformedDocument)
            #expect(code(document(members([name: "1"]))) == .malformedDocument)
        }
        #expect(code(document(members(["events": "[]"]))) == .malformedDocument)
        #expect(code(document(members(["inputs": "[]"]))) == .malformedDocument)
        #expect(code(document(members(["outputs": "[]"]))) == .malformedDocument)
    }

    @Test func `the instructions in meta are those that the record names`() {
        let other = String(decoding: sealed(object(goodIOU, ["random": "\"2\""])), as: UTF8.self)
        #expect(code(document(members(), "{\"inputs\":[\(other)]}")) == .hashMismatch)
        #expect(code(document(members(), "{\"inputs\":[]}")) == .malformedDocument)
        #expect(
            code(document(members(), "{\"inputs\":[\(instruction),\(other)]}"))
                == .malformedDocument)
        #expect(code(document(members(), "{}")) == .malformedDocument)
        #expect(code(document(members(), "{\"inputs\":[{}]}")) == .malformedDocument)
    }

    @Test func `a pointer has one spelling`() {
        func output(_ sources: String) -> String {
            """
            [{"address":"\(bob)","balance":{"max":"Infinity","min":"0","net":"10"},"counter":"\(alice)",\
            "sources":\(sources)}]
            """
        }
        for index in ["0", "1", "9", "10", "199"] {
            #expect(code(document(members(["outputs": output("[\"\(hash)::\(index)\"]")]))) == nil)
        }
        for text in ["::", "::00", "::01", "::-1", "::+1", ":1", "::1000", "::a", "::1 ", ""] {
            #expect(
                code(document(members(["outputs": output("[\"\(hash)\(text)\"]")])))
                    == .malformedDocument)
        }
        #expect(code(document(members(["outputs": output("[1]")]))) == .malformedDocument)
        let twice = "[\"\(hash)::1\",\"\(hash)::2\"]"
        #expect(code(document(members(["outputs": output(twice)]))) == .malformedDocument)
        let upper = "[\"\(hash.uppercased())::1\"]"
        #expect(code(document(members(["outputs": output(upper)]))) == .malformedDocument)
    }

    @Test func `a clock's numbers have their limits`() {
        func clock(_ sequence: String, _ tick: String) -> RefusalCode? {
            let text = """
                {"device":"\(bob)","sequence":\(sequence),"tick":\(tick),"time":"2026-01-01T00:00:00.000Z"}
                """
            return code(document(members(["clock": text])))
        }
        #expect(clock("1", "0") == nil)
        #expect(clock("\(Transaction.Clock.lastSequence)", "\(Transaction.Clock.lastTick)") == nil)
        #expect(clock("0", "0") == .malformedDocument)
        #expect(clock("1", "-1") == .malformedDocument)
        #expect(clock("1", "\(Transaction.Clock.lastTick + 1)") == .malformedDocument)
        #expect(clock("\(Transaction.Clock.lastSequence + 1)", "0") == .malformedDocument)
        #expect(clock("\"1\"", "0") == .malformedDocument)
    }

    @Test func `a transaction has at most 100 instructions and 200 outputs`() {
        let lines = (0...Limits.transactionInstructions).map {
            object(goodIOU, ["random": "\"\($0)\""])
        }
        func inputs(_ count: Int) -> RefusalCode? {
            let hashes = lines[..<count].map { Hash.sha256d(Array($0.utf8)).hexadecimal }
            let documents = lines[..<count].map { String(decoding: sealed($0), as: UTF8.self) }
            let inputs = hashes.map { "{\"hash\":\"\($0)\"}" }.joined(separator: ",")
            return code(
                document(
                    members(["inputs": "[\(inputs)]"]),
                    "{\"inputs\":[\(documents.joined(separator: ","))]}"))
        }
        #expect(inputs(Limits.transactionInstructions) == nil)
        #expect(inputs(Limits.transactionInstructions + 1) == .malformedDocument)
        func outputs(_ count: Int) -> RefusalCode? {
            let one = """
                {"address":"\(bob)","balance":{"max":"0","min":"0","net":"0"},"counter":"\(alice)","sources":[]}
                """
            let list = [String](repeating: one, count: count).joined(separator: ",")
            return code(document(members(["outputs": "[\(list)]"])))
        }
        #expect(outputs(2 * Limits.transactionInstructions) == nil)
        #expect(outputs(2 * Limits.transactionInstructions + 1) == .malformedDocument)
    }

    @Test func `a receipt is the signature of the clock's device`() throws {
        let device = try Key(1)
        let transaction = Transaction(
            clock: .init(device: device.address, sequence: 1, tick: 0, time: time("2026-01-01")),
            domain: "example.com", inputs: [Hash.sha256d(Array(object(goodIOU).utf8))],
            outputs: [
                .init(address: bob, symbol: alice, state: .initial(bob, alice), source: nil)
            ])
        func check(_ receipt: DocumentSignature?) throws -> RefusalCode? {
            let line = transaction.document(
                instructions: [Array(instruction.utf8)[...]], receipt: receipt)
            let read = try TransactionDocument(Envelope(line: line))
            do {
                try read.checkReceipt()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try check(device.sign(transaction.hash)) == nil)
        #expect(try check(nil) == .signatureMissing)
        #expect(try check(Key(2).sign(transaction.hash)) == .signatureMissing)
        #expect(try check(device.sign(Hash.sha256([1]))) == .signatureInvalid)
    }

    @Test func `the clock never goes back, whatever the time does`() throws {
        var random = Generator()
        var clock = Transaction.Clock(device: alice, sequence: 1, tick: 0, time: time("2026-01-01"))
        for _ in 0..<10_000 {
            let jump = Int64(random.below(2_000)) - 1_000
            let now = try #require(clock.time.adding(milliseconds: jump))
            let next = try #require(clock.next(device: alice, now: now))
            #expect(clock < next && next.time >= now, random.comment)
            #expect(next.sequence == clock.sequence + 1, random.comment)
            clock = next
        }
        #expect(clock.next(device: bob, now: clock.time)?.sequence == 1)
    }

    @Test func `a full tick moves to the next millisecond, and time ends`() throws {
        let last = Transaction.Clock.lastTick
        let full = Transaction.Clock(
            device: alice, sequence: 1, tick: last, time: time("2026-01-01"))
        let next = try #require(full.next(device: alice, now: full.time))
        #expect(next.tick == 0)
        #expect(next.time.milliseconds == full.time.milliseconds + 1)
        let end = Transaction.Clock(device: alice, sequence: 1, tick: last, time: .latest)
        #expect(end.next(device: alice, now: .latest) == nil)
    }
}
