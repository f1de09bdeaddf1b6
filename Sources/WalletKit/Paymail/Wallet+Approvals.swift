// Senders of the older kind who wait until somebody says yes.
import Bitcoin
import Bytes
import Documents
import Files
import Paymail

/// A request that waits, or was decided.
public struct PaymailApproval: Sendable {
    /// What it is known by.
    public let token: String
    /// Who is asked.
    public let alias: String
    /// Who asks, and for what: a stranger's words.
    public let request: SenderRequest
    /// Whether somebody said yes; nil where nobody has decided.
    public let isApproved: Bool?

    /// The members of a row.
    public static let fields = ["token", "state", "alias", "sender", "satoshis", "purpose", "name"]

    /// The request as a row.
    public var row: ReportRow {
        ReportRow([
            "token": .text(token),
            "state": .text(isApproved.map { $0 ? "approved" : "denied" } ?? "waiting"),
            "alias": .text(alias), "sender": .text(request.senderHandle),
            "satoshis": request.satoshis.map { .text(String($0)) },
            "purpose": .text(request.purpose), "name": .text(request.senderName),
        ])
    }
}

extension Wallet {
    // limit: requests that wait
    private static let approvalsLimit = 1_000

    /// The requests that wait for a word, and those that had one.
    /// - Throws: `FileError`.
    public func approvals() throws -> [PaymailApproval] {
        let directory = try paymailDirectory()
        return try directory.names("approvals").compactMap { try approval($0, directory) }
    }

    private func approval(
        _ token: String, _ directory: PaymailDirectory
    ) throws -> PaymailApproval? {
        guard ReferenceStore.isReference(token),
            let bytes = try directory.read("approvals/\(token)/request"),
            let value = try? ForeignJSON(bytes), let alias = value["alias"]?.string,
            let request = value["request"]
        else { return nil }
        let decision = try directory.read("approvals/\(token)/decision")
        return PaymailApproval(
            token: token, alias: alias, request: SenderRequest(request),
            isApproved: decision.map { $0 != Self.denied })
    }

    private static let denied = Array("no\n".utf8)

    /// Says yes or no to a request that waits; what was said before stands.
    /// - Parameter text: its token, or the beginning of it.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; failures of coins and of storage.
    public func decide(_ text: String, isApproved: Bool) throws -> PaymailApproval {
        let directory = try paymailDirectory()
        return try directory.held {
            let fitting = try directory.names("approvals").filter { $0.hasPrefix(text) }
            guard fitting.count < 2 else {
                throw WalletError.ambiguous(what: "request", name: text, candidates: fitting)
            }
            guard let token = fitting.first, let found = try approval(token, directory) else {
                throw WalletError.unknown(what: "request", name: text, suggestions: [])
            }
            guard found.isApproved == nil else { return found }
            var decision = Self.denied
            if isApproved {
                let output = try legacyOutput(for: found.alias, found.request)
                decision = Array((output.hexadecimal + "\n").utf8)
            }
            try directory.write("approvals/\(token)/decision", decision)
            return PaymailApproval(
                token: token, alias: found.alias, request: found.request, isApproved: isApproved)
        }
    }

    /// What a sender of the older kind is told.
    func decision(
        for alias: String, _ request: SenderRequest, asks: Bool
    ) throws -> ApprovalDecision {
        guard asks else { return .output(try legacyOutput(for: alias, request)) }
        let directory = try paymailDirectory()
        return try directory.held {
            guard request.token.isEmpty else {
                guard let known = try approval(request.token, directory), known.alias == alias
                else { throw PaymailRefusal.unknownReference }
                guard let bytes = try directory.read("approvals/\(known.token)/decision") else {
                    return .waiting(token: known.token)
                }
                let text = String(decoding: bytes.withoutNewline, as: UTF8.self)
                return Script(hexadecimal: text).map { .output($0) } ?? .denied
            }
            guard try approvals().filter({ $0.isApproved == nil }).count < Self.approvalsLimit
            else { throw PaymailRefusal.unavailable(reason: "too many requests wait") }
            let token = Hexadecimal.encode(try surroundings.random.bytes(16))
            let value: ForeignJSON = ["alias": .string(alias), "request": request.json]
            try directory.write("approvals/\(token)/request", value.bytes)
            return .waiting(token: token)
        }
    }

    /// A fresh output for a sender who will not tell of the payment.
    private func legacyOutput(for alias: String, _ request: SenderRequest) throws -> Script {
        let outputs = try coinDestination(
            satoshis: request.satoshis ?? 0, label: "paymail \(alias), \(request.senderHandle)")
        guard let first = outputs.first else {
            throw PaymailRefusal.unavailable(reason: "there is no output")
        }
        return first.script
    }
}
