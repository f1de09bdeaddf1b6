// Handles, in all the ways in which people write them.
import Cryptography
import Documents
import Testing

@testable import Paymail

struct PaymailHandleTests {
    @Test(arguments: [
        ("alice@example.com", "alice@example.com"), ("Alice@Example.COM", "alice@example.com"),
        ("  alice@example.com\n", "alice@example.com"),
        ("alice@www.example.com", "alice@example.com"), ("$alice", "alice@handcash.io"),
        ("$ALICE", "alice@handcash.io"), ("1alice", "alice@relayx.io"),
        ("1alice@example.com", "1alice@example.com"),
        ("a.b-c_d+e@example.com", "a.b-c_d+e@example.com"),
        ("alice@localhost", "alice@localhost"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ])
    func `a handle has one spelling`(_ typed: String, _ spelt: String) throws {
        let handle = try PaymailHandle(typed)
        #expect(handle.description == spelt)
        #expect(try PaymailHandle(handle.description) == handle)
    }

    @Test(arguments: [
        "", "@", "alice", "alice@", "@example.com", "a@b@example.com", "alice@exa mple.com",
        "alice@bücher.example", "älice@example.com", "alice@example", "alice@127.0.0.1",
        "alice@[::1]", "alice@example.com:8080", "alice@example.com/x", "alice@example.com?x",
        "alice@-example.com", "alice@example..com", "alice@example.com.", ".alice@example.com",
        "alice.@example.com", "a..b@example.com", "al/ice@example.com", "al%69ce@example.com",
        "al ice@example.com", "$", "$a@b.c", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
        "alice@www.", "alice@www.com", "alice\u{0}@example.com", "alice@exam\u{0}ple.com",
    ])
    func `what is no handle is refused`(_ text: String) {
        #expect(throws: PaymailError.self) { try PaymailHandle(text) }
    }

    @Test func `lengths have bounds`() throws {
        let longest = String(repeating: "a", count: PaymailLimits.aliasBytes)
        #expect(try PaymailHandle(longest + "@example.com").alias == longest)
        #expect(throws: PaymailError.self) { try PaymailHandle(longest + "a@example.com") }
        let label = String(repeating: "b", count: 63)
        let domain = [label, label, label, String(repeating: "c", count: 61)]
            .joined(separator: ".")
        #expect(domain.utf8.count == 253)
        #expect(try PaymailHandle("a@" + domain).domain == domain)
        #expect(throws: PaymailError.self) { try PaymailHandle("a@" + domain + "c") }
        #expect(throws: PaymailError.self) {
            try PaymailHandle(String(repeating: " ", count: 600) + "a@example.com")
        }
    }

    @Test func `a handle is told from a name`() {
        #expect(PaymailHandle.isMeant(by: "alice@example.com"))
        #expect(PaymailHandle.isMeant(by: "$alice"))
        #expect(!PaymailHandle.isMeant(by: "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn"))
        #expect(!PaymailHandle.isMeant(by: "alice"))
    }

    @Test func `our capability has the id of its title`() {
        #expect(
            BRFC.identifier(
                title: Capability.promiseTitle, author: Capability.promiseAuthor,
                version: Capability.promiseVersion) == Capability.promiseDestination.rawValue)
        #expect(
            BRFC.identifier(
                title: "bsvalias Payment Addressing (PayTo Protocol Prefix)",
                author: "andy (nChain)", version: "1") == "74524c4d6274")
    }

    @Test func `a thousand random texts never break the reader`() throws {
        let seed: [UInt8] = [0x70, 0x61, 0x79]
        let random = SeededRandom(seed: seed)
        let letters = Array("ab1$@.-_+%/: \u{fc}\u{0}AZ".unicodeScalars)
        for _ in 0..<1_000 {
            let count = Int(try random.bytes(1)[0]) % 24
            let text = try random.bytes(count).reduce(into: "") {
                $0.unicodeScalars.append(letters[Int($1) % letters.count])
            }
            guard let handle = try? PaymailHandle(text) else { continue }
            #expect(try PaymailHandle(handle.description) == handle, "\(text), seed \(seed)")
        }
    }
}

struct PayToURITests {
    @Test func `a request to pay is read`() throws {
        let uri = try PayToURI("payto:alice@example.com?amount=1500&purpose=two%20cups&x=1")
        #expect(uri.handle == alice)
        #expect(uri.satoshis == 1_500)
        #expect(uri.purpose == "two cups")
        let short = try PayToURI("PayTo:$alice")
        #expect(short.handle.domain == "handcash.io")
        #expect(short.amount == nil && short.purpose == nil)
        #expect(try PayToURI("payto:alice@example.com?amount=2.50").satoshis == nil)
        #expect(try PayToURI("payto:alice%40example.com").handle == alice)
    }

    @Test(arguments: [
        "payto:", "payto:alice", "pay:alice@example.com", "payto://iban/DE75512108001245126199",
        "payto:alice@example.com?amount=x", "payto:alice@example.com?amount=-1",
        "payto:alice@example.com?amount=1&amount=2", "payto:alice@example.com?amount=1.2.3",
        "payto:alice@example.com?amount=.", "payto:alice@example.com?purpose=%zz",
        "payto:alice@example.com?amount=1e3",
    ])
    func `what is no such request is refused`(_ text: String) {
        #expect(throws: PaymailError.self) { try PayToURI(text) }
    }
}
