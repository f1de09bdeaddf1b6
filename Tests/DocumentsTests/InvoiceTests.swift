// Invoices: what is signed is what is read, and nothing else is one.
import Bytes
import Cryptography
import Testing

@testable import Documents

struct InvoiceTests {
    private static func terms() throws -> Invoice.Terms {
        let key = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 7, count: 32)))
        let address = Address(of: key.publicKey.compressed)
        let issued = try #require(Timestamp(Array("2030-01-01T00:00:00.000Z".utf8)))
        let expiry = try #require(Timestamp(Array("2030-01-02T00:00:00.000Z".utf8)))
        return Invoice.Terms(
            amount: try Amount(Array("4.5".utf8), .canonical), symbol: address, code: "BEER",
            scale: 2, target: address, domain: "bar.example", key: "bar.example+0+AA",
            issued: issued, expiry: expiry, random: "r")
    }

    @Test func `an invoice is read as it was written, with and without its optional members`()
        throws
    {
        for (memo, url) in [
            (nil, nil), ("two pints", nil), (nil, "https://relay.example"),
            ("✓ \" \\", "https://relay.example/x"),
        ] as [(String?, String?)] {
            var terms = try Self.terms()
            terms.memo = memo
            terms.url = url
            let invoice = Invoice(terms)
            let again = try Invoice(Envelope(line: invoice.document))
            #expect(again.terms == terms)
            #expect(again.hash == invoice.hash)
            #expect(again.document == invoice.document)
            #expect(again.identifier == invoice.identifier)
            #expect(
                again.paymentURL == url.map { $0 + "/api/v1/payment/" + invoice.identifier })
        }
    }

    @Test func `its name is letters and digits, as old peers want it`() throws {
        let name = Invoice(try Self.terms()).identifier
        #expect((6...30).contains(name.utf8.count))
        #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }

    @Test func `a signature of the receiver is needed`() throws {
        let invoice = Invoice(try Self.terms())
        #expect(throws: Refusal.self) { try invoice.checkSignatures() }
        let key = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 7, count: 32)))
        let other = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 8, count: 32)))
        func signed(_ key: Secp256k1.PrivateKey) -> Invoice {
            Invoice(
                invoice.terms,
                Endorsements(signatures: [
                    DocumentSignature(
                        publicKey: key.publicKey.compressed, scheme: .ecdsaSecp256k1,
                        signer: Address(of: key.publicKey.compressed),
                        signature: key.sign(invoice.hash))
                ]))
        }
        try Invoice(Envelope(line: signed(key).document)).checkSignatures()
        let strange = try Invoice(Envelope(line: signed(other).document))
        #expect(throws: Refusal.self) { try strange.checkSignatures() }
    }

    @Test func `what is missing, strange or out of bounds is refused`() throws {
        let line = String(decoding: Invoice(try Self.terms()).document, as: UTF8.self)
        let changes = [
            ("\"amount\":\"4.5\"", "\"amount\":\"0\""),
            ("\"amount\":\"4.5\"", "\"amount\":\"-1\""),
            ("\"amount\":\"4.5\"", "\"amount\":\"4.50\""),
            ("\"amount\":\"4.5\",", ""), ("\"code\":\"BEER\"", "\"code\":\"\""),
            ("\"scale\":2", "\"scale\":19"), ("\"scale\":2", "\"scale\":-1"),
            ("\"random\":\"r\"", "\"random\":\"\""), ("\"kind\":\"invoice\",", ""),
            ("\"kind\":\"invoice\"", "\"kind\":\"lease\""),
            ("\"scale\":2", "\"scale\":2,\"tip\":\"1\""),
            ("2030-01-02T00:00:00.000Z", "2030-02-30T00:00:00.000Z"),
            ("\"domain\":\"bar.example\"", "\"domain\":\"\""),
        ]
        for (old, new) in changes {
            let changed = line.replacing(old, with: new)
            #expect(changed != line, "\(old)")
            #expect(throws: Refusal.self, "\(new)") {
                try Invoice(Envelope(line: Array(changed.utf8)))
            }
        }
    }

    @Test func `a payment's note names the invoice`() throws {
        let invoice = Invoice(try Self.terms())
        #expect(Attachments(note: invoice.paymentNote).invoice == invoice.hash)
        for note in ["{\"invoice\":\"0\"}", "{\"note\":\"x\"}", "{\"invoice\":7}"] {
            #expect(Attachments(note: Array(note.utf8)).invoice == nil)
        }
        #expect(Attachments().invoice == nil)
    }
}
