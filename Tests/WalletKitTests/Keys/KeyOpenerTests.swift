import Bytes
import Cryptography
import Synchronization
import Testing

@testable import WalletKit

@Suite struct KeyOpenerTests {
    private let stretching = KeyStretching(cost: smallCost, salt: Array("sixteen bytes is".utf8))

    /// Counts how often it is asked.
    private final class Prompt: Sendable {
        let count = Mutex(0)
        func opener(_ answer: @escaping @Sendable () throws -> SecretBytes) -> KeyOpener {
            KeyOpener {
                self.count.withLock { $0 += 1 }
                return try answer()
            }
        }
    }

    @Test func thePassphraseIsAskedForOnceAndStretchedOnceASalt() throws {
        let prompt = Prompt()
        let opener = prompt.opener { SecretBytes(Array("p".utf8)) }
        #expect(prompt.count.withLock { $0 } == 0)
        let key = try opener.key(stretching)
        #expect(try opener.key(stretching) === key)
        let other = KeyStretching(cost: smallCost, salt: Array("another salt".utf8))
        #expect(try opener.key(other) != key)
        #expect(prompt.count.withLock { $0 } == 1)
    }

    @Test func aRefusalIsRememberedToo() {
        struct NoTerminal: Error {}
        let prompt = Prompt()
        let opener = prompt.opener { throw NoTerminal() }
        for _ in 0..<2 { #expect(throws: NoTerminal.self) { try opener.key(stretching) } }
        #expect(prompt.count.withLock { $0 } == 1)
        #expect(throws: KeyError.passphraseMissing) { try KeyOpener().key(stretching) }
    }

    @Test func passphrasesHaveALeastAndALargestLength() throws {
        let limit = Limits.passphraseBytes
        func open(_ count: Int) throws {
            _ = try KeyOpener(SecretBytes([UInt8](repeating: 0x61, count: count))).key(stretching)
        }
        #expect(throws: KeyError.passphraseEmpty) { try open(0) }
        try open(1)
        try open(limit)
        #expect(throws: KeyError.passphraseTooLong(got: limit + 1, limit: limit)) {
            try open(limit + 1)
        }
    }

    @Test func threadsShareOneStretching() async throws {
        let prompt = Prompt()
        let opener = prompt.opener { SecretBytes(Array("p".utf8)) }
        let stretching = stretching
        let keys = try await withThrowingTaskGroup(of: SecretBytes.self) { group in
            for _ in 0..<8 { group.addTask { try opener.key(stretching) } }
            return try await group.reduce(into: [SecretBytes]()) { $0.append($1) }
        }
        #expect(keys.allSatisfy { $0 === keys[0] })
        #expect(prompt.count.withLock { $0 } == 1)
    }
}
