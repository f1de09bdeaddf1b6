import Bytes
import Documents
import Graphstore
import Testing

/// Every rule's code, and that of two broken rules the earlier one is reported.
@Suite struct RuleOrderTests {
    /// A request, or a world, that breaks exactly one rule of those that need a state.
    struct Breach {
        let code: RefusalCode
        let instructions: [Instruction]
        var moment = now
        var signatures: Refusal?
        var isClosed = false
    }

    /// The world of these tests: alice has 10 and has cleared one promise; the unit has 2 decimals; carol holds as
    /// much as there can be.
    private static func world() throws -> Ledger {
        let ledger = Ledger()
        try ledger.clear(iou(issuer, alice, "10", id: 1))
        try ledger.clear(limit(bob, .max, "5", id: 2))
        try ledger.clear(all: [iou(person(7), carol, largest.text, person(7), id: 3)])
        try ledger.clear(cancel(iou(issuer, alice, "1", id: 5)))
        ledger.scales[issuer] = 2
        return ledger
    }

    private static var breaches: [Breach] {
        [
            Breach(
                code: .duplicateInstruction,
                instructions: [limit(alice, .max, "50", id: 10), limit(alice, .max, "51", id: 11)]),
            Breach(code: .wrongDomain, instructions: [iou(issuer, alice, "1") { $0.domain = "x" }]),
            Breach(
                code: .alreadyCleared,
                instructions: [iou(issuer, alice, "10", id: 1), iou(issuer, alice, "1", id: 9)]),
            Breach(code: .alreadyCleared, instructions: [cancel(iou(issuer, alice, "10", id: 1))]),
            Breach(code: .cancelled, instructions: [iou(issuer, alice, "1", id: 5)]),
            Breach(
                code: .cancelled,
                instructions: [
                    iou(issuer, bob, "1", id: 6), cancel(iou(issuer, bob, "1", id: 6)),
                ]),
            Breach(
                code: .notYetActive, instructions: [iou(issuer, alice, "1") { $0.active = expiry }]),
            Breach(code: .expired, instructions: [iou(issuer, alice, "1") { $0.expiry = now }]),
            Breach(
                code: .unknownScheme, instructions: [iou(issuer, alice, "1", id: 4)],
                signatures: Refusal(.unknownScheme, "")),
            Breach(
                code: .signatureInvalid, instructions: [iou(issuer, alice, "1", id: 4)],
                signatures: Refusal(.signatureInvalid, "")),
            Breach(
                code: .signatureMissing, instructions: [iou(issuer, alice, "1", id: 4)],
                signatures: Refusal(.signatureMissing, "")),
            Breach(
                code: .locked, instructions: [iou(issuer, alice, "1") { $0.hashlock = hashOfABC() }]
            ),
            Breach(
                code: .creditNotAllowed, instructions: [iou(alice, bob, "0", credit: "-1", id: 12)]),
            Breach(code: .creditNotAllowed, instructions: [iou(alice, issuer, "0", credit: "-1")]),
            Breach(code: .creditNotAllowed, instructions: [limit(alice, .min, "-1")]),
            Breach(code: .scaleExceeded, instructions: [iou(issuer, alice, "0.001")]),
            Breach(
                code: .amountOverflow, instructions: [iou(person(7), carol, "1", person(7), id: 13)]
            ),
            Breach(
                code: .amountOverflow,
                instructions: [
                    iou(person(7), bob, "0", person(7), credit: "-" + largest.text, id: 14),
                    iou(person(7), bob, "0", person(7), credit: "-1", id: 15),
                ]),
            Breach(code: .lowerLimitReached, instructions: [iou(carol, alice, "1", id: 16)]),
            Breach(code: .upperLimitReached, instructions: [iou(issuer, bob, "6", id: 17)]),
            Breach(
                code: .refusedByPolicy, instructions: [iou(issuer, alice, "1", id: 18)],
                isClosed: true),
        ]
    }

    private func code(_ breaches: [Breach]) throws -> RefusalCode? {
        let ledger = try Self.world()
        if breaches.contains(where: \.isClosed) { ledger.policy.closedUnits = [issuer] }
        let verdict = breaches.compactMap(\.signatures).min { $0.code < $1.code }
        return try ledger.refusal(breaches.flatMap(\.instructions), signatures: verdict)?.code
    }

    @Test func `each breach alone gives its own code`() throws {
        for breach in Self.breaches {
            #expect(try code([breach]) == breach.code, "\(breach.code)")
        }
    }

    @Test func `of two breaches in one request the earlier rule is reported`() throws {
        for first in Self.breaches {
            for second in Self.breaches {
                // The same instruction twice is a breach of its own.
                let hashes = (first.instructions + second.instructions).map(\.hash)
                guard Set(hashes).count == hashes.count else { continue }
                let expected = min(first.code, second.code)
                let seen = try code([first, second])
                #expect(seen == expected, "\(first.code) and \(second.code)")
            }
        }
    }

    @Test func `the rules' codes stand in their order`() {
        let order = RefusalCode.allCases.map(\.rawValue)
        #expect(
            order == [
                "malformed-document", "hash-mismatch", "duplicate-instruction", "invalid-address",
                "wrong-domain", "already-cleared", "cancelled", "not-yet-active", "expired",
                "unknown-scheme",
                "signature-invalid", "signature-missing", "locked", "credit-not-allowed",
                "scale-exceeded", "amount-overflow", "lower-limit-reached", "upper-limit-reached",
                "refused-by-policy", "revoked", "batch-refused", "proof-invalid", "not-trusted",
                "refused-by-hook", "queued",
            ])
        #expect(RefusalCode.allCases == RefusalCode.allCases.sorted())
    }

    @Test func `a refusal explains itself in values and in one line of JSON`() throws {
        let refusal = try #require(try Self.world().refusal([iou(issuer, bob, "6")]))
        #expect(
            refusal.details == [
                "address": bob.text, "limit": "5", "net": "6", "symbol": issuer.text,
            ])
        let json = try JSONText(refusal.json).root
        #expect(json.departure == nil)
        #expect(json["error"]?["code"]?.string == "upper-limit-reached")
        #expect(json["error"]?["details"]?["net"]?.string == "6")
        #expect(json["error"]?["message"]?.string == refusal.message)
        #expect(refusal.with("net", "7").details["net"] == "6")
        #expect(refusal.with("line", "7").details["line"] == "7")
    }
}
