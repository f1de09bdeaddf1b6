// Byte for byte what another implementation of Negentropy says.

import Bytes
import Cryptography
import Documents
import Foundation
import Sync
import Testing

/// Conversations of the Rust implementation with itself: how they were made stands in the file.
private struct Conversations: Decodable {
    struct Message: Decodable {
        let bytes: Int
        let hex: String?
        let sha256: String?

        func matches(_ message: [UInt8]) -> Bool {
            guard message.count == bytes else { return false }
            return hex.map { $0 == Hexadecimal.encode(message) }
                ?? (sha256 == Hash.sha256(message).hexadecimal)
        }
    }

    struct Scenario: Decodable, CustomStringConvertible {
        let name: String
        let documents: Int
        let timestampDivisor: Int
        let responderLacks: [Int]
        let initiatorLacks: [Int]
        let have: Int
        let need: Int
        let messages: [Message]

        var description: String { name }
    }

    let base: UInt64
    let `public`: String
    let scenarios: [Scenario]

    static func read() throws -> Conversations {
        try JSONDecoder().decode(
            Conversations.self, from: Data(try Vectors.bytes("negentropy.json")))
    }

    func set(_ scenario: Scenario, lacks: [Int]) -> ReconciledVector {
        ReconciledVector(
            (0..<scenario.documents).lazy.filter { lacks[0] == 0 || $0 % lacks[0] != lacks[1] }
                .map { number in
                    let timestamp = base + UInt64(number / scenario.timestampDivisor)
                    let text = #"[0,"\#(`public`)",\#(timestamp),1,[],"\#(number)"]"#
                    return SyncItem(timestamp: timestamp, id: Hash.sha256(Array(text.utf8)))
                })
    }
}

@Suite("Conversations of the Rust implementation of Negentropy")
struct NegentropyVectorTests {
    /// The frame size limit of both sides there.
    private let limit = 60_000

    @Test("Both sides say the same bytes")
    func messages() throws {
        let vectors = try Conversations.read()
        #expect(vectors.scenarios.count == 11)
        for scenario in vectors.scenarios {
            let asking = Reconciliation(
                vectors.set(scenario, lacks: scenario.initiatorLacks), limit: limit)
            let asked = Reconciliation(
                vectors.set(scenario, lacks: scenario.responderLacks), limit: limit)
            var difference = SetDifference()
            var message: [UInt8]? = try asking.start()
            var turn = 0
            while let question = message, turn + 1 < scenario.messages.count {
                let isAsked = scenario.messages[turn].matches(question)
                #expect(isAsked, "\(scenario), message \(turn) of \(question.count) bytes")
                let answer = try asked.answer(question[...])
                let isAnswered = scenario.messages[turn + 1].matches(answer)
                #expect(isAnswered, "\(scenario), message \(turn + 1) of \(answer.count) bytes")
                guard isAsked, isAnswered else { break }
                message = try asking.proceed(answer[...], &difference)
                turn += 2
            }
            #expect(message == nil, "\(scenario): more to ask")
            #expect(turn == scenario.messages.count, "\(scenario): \(turn) messages")
            #expect(difference.have.count == scenario.have, "\(scenario)")
            #expect(difference.need.count == scenario.need, "\(scenario)")
        }
    }
}
