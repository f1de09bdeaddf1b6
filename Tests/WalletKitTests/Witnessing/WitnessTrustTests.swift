import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct WitnessTrustTests {
    let witness: WitnessFixture

    init() throws { witness = try WitnessFixture() }

    @Test func `logs are trusted, listed and forgotten`() throws {
        let wallet = witness.wallet
        #expect(try wallet.witnessedLogs().isEmpty)
        let logs = try ["b.example", "a.example", "with/slash", "é"].enumerated().map {
            try HandLog($0.element, key: UInt8($0.offset + 1))
        }
        for log in logs {
            for _ in 0..<2 { #expect(try wallet.trustLog(log.verifier.text).origin == log.origin) }
        }
        try witness.restart()
        #expect(
            try witness.wallet.witnessedLogs().map(\.origin)
                == ["a.example", "b.example", "with/slash", "é"])
        for log in logs { try witness.cosign(log, 0, 3) }
        #expect(try witness.wallet.forgetLog("a.ex").origin == "a.example")
        #expect(throws: WalletError.self) { try witness.wallet.forgetLog("a.example") }
        #expect(try witness.wallet.witnessedLogs().count == 3)
        // Who comes back goes on from where it was.
        #expect(witness.refusal(try logs[1].request(3, 5))?.code == "unknown-log")
        _ = try witness.wallet.trustLog(try logs[1].verifier.text)
        #expect(witness.refusal(try logs[1].request(0, 5))?.code == "conflict")
        try witness.cosign(logs[1], 3, 5)
    }

    @Test func `names are origins, or the beginning of one, or in the address book`() throws {
        let key = try HandLog(key: 5).signer
        let address = Address(of: key.publicKey).text
        for log in [
            try HandLog("ab.example"), try HandLog("ac.example"), try HandLog("ab"),
            try HandLog(address, key: 5),
        ] {
            _ = try witness.wallet.trustLog(try log.verifier.text)
        }
        _ = try witness.wallet.addContact("pub", address)
        for (name, origin) in [
            ("ab", "ab"), ("ab.", "ab.example"), ("ac", "ac.example"), ("pub", address),
            (String(address.prefix(5)), address),
        ] {
            #expect(try witness.wallet.witnessedLog(name).origin == origin)
        }
        for (name, code) in [("a", "ambiguous-name"), ("", "unknown-name"), ("x", "unknown-name")] {
            #expect {
                try witness.wallet.witnessedLog(name)
            } throws: {
                ($0 as? WalletError)?.code == code
            }
        }
    }

    @Test func `a key is trusted only if it can be the log's`() throws {
        let log = try HandLog()
        let text = try log.verifier.text
        let cosigner = try VerifierKey(
            name: try KeyName("log.example"), kind: .cosignature, publicKey: log.signer.publicKey)
        let long = try HandLog(String(repeating: "a", count: Limits.domainBytes + 1))
        for bad in [
            "", "log.example", text + " ", " " + text, cosigner.text, try long.verifier.text,
        ] {
            #expect(throws: NoteError.self) { try witness.wallet.trustLog(bad) }
        }
        let edge = try HandLog(String(repeating: "a", count: Limits.domainBytes))
        _ = try witness.wallet.trustLog(try edge.verifier.text)
        try witness.cosign(edge, 0, 2)
        // An origin that is an address is the address of its key.
        let own = Address(of: log.signer.publicKey).text
        _ = try witness.wallet.trustLog(try HandLog(own).verifier.text)
        #expect {
            try witness.wallet.trustLog(try HandLog(own, key: 2).verifier.text)
        } throws: {
            ($0 as? WitnessError)?.code == "foreign-key"
        }
        // Another key takes no log over.
        _ = try witness.wallet.trustLog(text)
        #expect {
            try witness.wallet.trustLog(try HandLog(key: 2).verifier.text)
        } throws: {
            ($0 as? WitnessError)?.code == "key-taken"
        }
        try witness.cosign(log, 0, 3)
    }
}
