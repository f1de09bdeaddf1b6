import Bytes
import Cryptography
import Documents
import Testing

/// The members of good documents that replicas exchange, by kind.
private let good: [String: [String: String]] = [
    "cancel": [
        "address": "\"\(alice)\"", "domain": "\"example.com\"",
        "expiry": "\"2030-01-01T00:00:00.000Z\"", "instruction": "\"\(digest("ab"))\"",
        "kind": "\"cancel\"", "random": "\"1\"", "symbol": "\"\(bob)\"",
    ],
    "allowance": [
        "address": "\"\(alice)\"", "amount": "\"5\"", "device": "\"\(bob)\"",
        "domain": "\"example.com\"", "expiry": "\"2030-01-01T00:00:00.000Z\"",
        "issued": "\"2029-01-01T00:00:00.000Z\"", "kind": "\"allowance\"", "random": "\"1\"",
        "symbol": "\"\(bob)\"",
    ],
    "revocation": [
        "device": "\"\(bob)\"", "domain": "\"example.com\"",
        "issued": "\"2029-01-01T00:00:00.000Z\"", "kind": "\"revocation\"",
    ],
    "lease": [
        "domain": "\"example.com\"", "from": "\"2029-01-01T00:00:00.000Z\"",
        "holder": "\"\(alice)\"", "issued": "\"2029-01-01T00:00:00.000Z\"", "kind": "\"lease\"",
        "previous": "\"\(digest("cd"))\"", "term": "2", "until": "\"2029-01-02T00:00:00.000Z\"",
    ],
    "cut": [
        "allowances": "[\(left(alice, "5"))]",
        "devices": "[\(place(alice, "3")),\(place(bob, "1"))]", "domain": "\"example.com\"",
        "height": "4", "holder": "\"\(alice)\"", "kind": "\"cut\"", "term": "0",
    ],
]

private func digest(_ pair: String) -> String { String(repeating: pair, count: 32) }

private func left(_ address: Address, _ amount: String) -> String {
    """
    {"address":"\(address)","device":"\(bob)","expiry":"2030-01-01T00:00:00.000Z",\
    "remaining":"\(amount)","symbol":"\(bob)"}
    """
}

private func place(_ device: Address, _ sequence: String) -> String {
    "{\"device\":\"\(device)\",\"sequence\":\(sequence)}"
}

/// The code with which a document of `kind` is refused; nil where it is read and written again.
private func code(
    _ kind: String, _ changes: [String: String?] = [:], meta: String = "{}"
) throws -> RefusalCode? {
    let members = try #require(good[kind])
    let line = sealed(object(members, changes), meta: meta)
    do throws(Refusal) {
        let again = try rewritten(line)
        #expect(again == line)
        return nil
    } catch {
        return error.code
    }
}

@Suite struct ReplicaDocumentTests {
    @Test(arguments: good.keys.sorted())
    func `every member is needed, none may be added, and each has its type`(kind: String) throws {
        #expect(try code(kind) == nil)
        #expect(try code(kind, ["zzz": "1"]) == .malformedDocument)
        for name in try #require(good[kind]).keys.sorted() {
            #expect(try code(kind, [name: nil]) == .malformedDocument, "\(name) is missing")
            for value in ["null", "true", "{}", "-1", "[1]", "\"\"", "\"é\\n\"", "1.5"] {
                let isText = name == "domain" || name == "random"
                if isText, value == "\"é\\n\"" { continue }
                #expect(
                    try code(kind, [name: value]) == .malformedDocument, "\(name) as \(value)")
            }
        }
        #expect(try code(kind, meta: "{\"other\":1}") == .malformedDocument)
    }

    @Test(arguments: good.keys.sorted())
    func `addresses are checked, and texts have their limits`(kind: String) throws {
        let mistyped = String(alice.text.dropLast()) + (alice.text.last == "x" ? "y" : "x")
        let members = try #require(good[kind])
        for name in ["address", "device", "holder", "symbol"] where members[name] != nil {
            #expect(try code(kind, [name: "\"\(mistyped)\""]) == .invalidAddress)
        }
        for (name, limit) in [("domain", Limits.domainBytes), ("random", Limits.randomBytes)]
        where members[name] != nil {
            let text = String(repeating: "a", count: limit)
            #expect(try code(kind, [name: "\"\(text)\""]) == nil)
            #expect(try code(kind, [name: "\"\(text)a\""]) == .malformedDocument)
        }
    }

    @Test func `an allowance is more than nothing and ends after it was issued`() throws {
        for amount in ["0", "-1", "+1", "1.50", "01"] {
            #expect(try code("allowance", ["amount": "\"\(amount)\""]) == .malformedDocument)
        }
        #expect(
            try code("allowance", ["amount": "\"100000000000000000000\""]) == .amountOverflow)
        #expect(
            try code("allowance", ["issued": "\"2030-01-01T00:00:00.000Z\""]) == .malformedDocument)
        #expect(try code("allowance", ["issued": "\"2029-12-31T23:59:59.999Z\""]) == nil)
    }

    @Test func `a lease has a span, and one before it from the second on`() throws {
        #expect(
            try code("lease", ["until": "\"2029-01-01T00:00:00.000Z\""]) == .malformedDocument)
        #expect(try code("lease", ["until": "\"2029-01-01T00:00:00.001Z\""]) == nil)
        let none = "\"\(digest("00"))\""
        #expect(try code("lease", ["previous": none]) == .malformedDocument)
        #expect(try code("lease", ["previous": none, "term": "1"]) == nil)
        #expect(try code("lease", ["term": "1"]) == .malformedDocument)
        #expect(try code("lease", ["term": "0"]) == .malformedDocument)
        #expect(try code("lease", ["term": "\(ReplicaLimits.leaseTerm)"]) == nil)
        #expect(try code("lease", ["term": "\(ReplicaLimits.leaseTerm + 1)"]) == .malformedDocument)
    }

    @Test func `a cut's lists are in order, without repetition, and not too long`() throws {
        #expect(alice < bob)
        let wrong: [String: [String]] = [
            "devices": [
                "[\(place(bob, "1")),\(place(alice, "1"))]",
                "[\(place(alice, "1")),\(place(alice, "2"))]", "[\(place(alice, "0"))]",
                "[\(place(alice, "1000000000000000"))]", "[{\"device\":\"\(alice)\"}]",
            ],
            "allowances": [
                "[\(left(bob, "1")),\(left(alice, "1"))]",
                "[\(left(alice, "1")),\(left(alice, "2"))]", "[\(left(alice, "0"))]",
                "[\(left(alice, "-1"))]", "[\(place(alice, "1"))]",
            ],
        ]
        for (name, values) in wrong {
            for value in values {
                #expect(try code("cut", [name: value]) == .malformedDocument, "\(value)")
            }
            #expect(try code("cut", [name: "[]"]) == nil)
        }
        #expect(try code("cut", ["term": "-1"]) == .malformedDocument)
        #expect(try code("cut", ["height": "\(Limits.blocks)"]) == .malformedDocument)
        #expect(try code("cut", ["height": "\(Limits.blocks - 1)"]) == nil)
    }

    @Test func `a cut at all its limits still is a document, one past each is none`() throws {
        var random = Generator()
        func cut(_ devices: Int, _ allowances: Int) throws -> [UInt8] {
            CutDocument(
                .init(
                    allowances: (0..<allowances).map { _ in
                        .init(
                            address: random.address(), device: random.address(),
                            expiry: time("2030-01-01"), remaining: amount("99999999999999999999"),
                            symbol: random.address())
                    },
                    devices: (0..<devices).map { _ in
                        .init(
                            device: random.address(), sequence: Transaction.Clock.lastSequence)
                    },
                    domain: String(repeating: "d", count: Limits.domainBytes),
                    height: Limits.blocks - 1, holder: random.address(),
                    term: ReplicaLimits.leaseTerm)
            ).document
        }
        let (devices, allowances) = (ReplicaLimits.cutDevices, ReplicaLimits.cutAllowances)
        let line = try cut(devices, allowances)
        #expect(try rewritten(line) == line, random.comment)
        for line in [try cut(devices + 1, 0), try cut(0, allowances + 1)] {
            #expect(throws: Refusal.self) { try rewritten(line) }
        }
    }

    @Test func `they come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<400 {
            let cancellation = try random.cancellation()
            let same = try Cancellation(Envelope(line: cancellation.document))
            #expect(same.terms == cancellation.terms, random.comment)
            #expect(same.document == cancellation.document, random.comment)
            let allowance = Allowance(
                .init(
                    address: random.address(), amount: random.amount(), device: random.address(),
                    domain: random.text(100), expiry: .latest, issued: random.timestamp(),
                    random: random.text(100), symbol: random.address()),
                try random.endorsements())
            #expect(
                try Allowance(Envelope(line: allowance.document)).terms == allowance.terms,
                random.comment)
            #expect(try rewritten(allowance.document) == allowance.document, random.comment)
            let revocation = Revocation(
                device: random.address(), domain: random.text(100), issued: random.timestamp(),
                try random.endorsements())
            #expect(try rewritten(revocation.document) == revocation.document, random.comment)
            let lease = LeaseDocument(
                .init(
                    domain: random.text(100), from: .earliest, holder: random.address(),
                    issued: random.timestamp(), previous: random.digest(),
                    term: 2 + random.below(9), until: random.timestamp()),
                try random.endorsements())
            #expect(
                try LeaseDocument(Envelope(line: lease.document)).terms == lease.terms,
                random.comment)
        }
    }

    /// Each with the signature that it needs; one byte changed anywhere refuses it.
    @Test func `one byte changed anywhere in a signed document refuses it`() throws {
        var random = Generator()
        let key = try Key(1)
        func check(_ kind: String, _ line: [UInt8]) throws {
            let envelope = try Envelope(line: line)
            switch kind {
            case "revocation": try Revocation(envelope).checkSignature(by: key.address)
            case "allowance": try Allowance(envelope).checkSignature(by: key.address)
            case "cut": try CutDocument(envelope).checkSignature(by: key.address)
            default: try LeaseDocument(envelope).checkSignature(oldHolder: key.address)
            }
        }
        for kind in ["revocation", "allowance", "cut", "lease"] {
            let bare = sealed(object(try #require(good[kind])))
            let hash = try Envelope(line: bare).hash
            let signed = Envelope.write(
                data: Array(try Envelope(line: bare).data.bytes), hash: hash
            ) {
                $0.name("signatures")
                $0.raw("[\(text(key.sign(hash)))]".utf8)
            }
            #expect(throws: Never.self) { try check(kind, signed) }
            #expect(throws: Refusal.self) { try check(kind, bare) }
            for position in signed.indices {
                var other = signed
                other[position] ^= UInt8(1 + random.below(255))
                #expect(throws: Refusal.self, "byte \(position), \(random.comment)") {
                    try check(kind, other)
                }
            }
        }
    }

    private func text(_ signature: DocumentSignature) -> String {
        """
        {"public":"\(Hexadecimal.encode(signature.publicKey))","scheme":"\(signature.scheme)",\
        "signer":"\(signature.signer)","string":"\(Hexadecimal.encode(signature.signature))"}
        """
    }

    @Test func `a lease is signed by its holder or handed over by the one before`() throws {
        let keys = try (1...3).map { try Key($0) }
        let bare = LeaseDocument(
            .init(
                domain: "d", from: time("2029-01-01"), holder: keys[0].address,
                issued: time("2029-01-01"), previous: Hash.sha256([1]), term: 2,
                until: time("2029-01-02")))
        func lease(_ signers: Key...) -> LeaseDocument {
            LeaseDocument(
                bare.terms, Endorsements(signatures: signers.map { $0.sign(bare.hash) }))
        }
        let old = keys[1].address
        #expect(try lease(keys[0]).checkSignature() == keys[0].address)
        #expect(try lease(keys[0]).checkSignature(oldHolder: old) == keys[0].address)
        #expect(try lease(keys[1]).checkSignature(oldHolder: old) == old)
        #expect(try lease(keys[0], keys[1]).checkSignature(oldHolder: old) == old)
        #expect(throws: Refusal.self) { try lease(keys[1]).checkSignature() }
        #expect(throws: Refusal.self) { try lease(keys[2]).checkSignature(oldHolder: old) }
    }

    @Test func `what a merge has derived is signed by any device, a record by its own`() throws {
        let keys = try (1...3).map { try Key($0) }
        let devices = Set(keys.prefix(2).map(\.address))
        let iou = try Instruction(Envelope(line: sealed(object(goodIOU))))
        func document(_ clock: Key, _ signer: Key, record: Digest256?) throws -> TransactionDocument
        {
            let transaction = Transaction(
                clock: .init(
                    device: clock.address, sequence: 1, tick: 0, time: time("2029-01-01")),
                domain: "d", inputs: [iou.hash],
                outputs: [
                    .init(
                        address: alice, symbol: alice, state: .initial(alice, alice), source: nil)
                ])
            let line = transaction.document(
                instructions: [iou.document[...]], receipt: signer.sign(transaction.hash),
                record: record)
            let read = try TransactionDocument(Envelope(line: line))
            #expect(read.record == record)
            return read
        }
        let other = Hash.sha256([7])
        func code(_ clock: Key, _ signer: Key, record: Digest256?) throws -> RefusalCode? {
            let document = try document(clock, signer, record: record)
            do throws(Refusal) {
                try document.checkReceipt(among: devices)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code(keys[0], keys[0], record: nil) == nil)
        #expect(try code(keys[0], keys[1], record: nil) == .signatureMissing)
        #expect(try code(keys[0], keys[1], record: other) == nil)
        #expect(try code(keys[0], keys[2], record: other) == .signatureMissing)
        #expect(try code(keys[2], keys[2], record: nil) == .signatureMissing)
        #expect(try code(keys[2], keys[1], record: other) == .signatureMissing)
        let own = try document(keys[0], keys[0], record: nil).transaction
        let line = own.document(
            instructions: [iou.document[...]], receipt: keys[0].sign(own.hash), record: own.hash)
        #expect(throws: Refusal.self) { try TransactionDocument(Envelope(line: line)) }
    }
}
