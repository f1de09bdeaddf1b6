// Messages in reports.
import Bytes
import Documents

/// The rows of `inbox` and of what waits to be sent.
public enum MessageRow {
    /// The members of a row of the inbox.
    public static let inboxFields = [
        "id", "status", "from", "known", "domain", "subject", "documents", "sent", "received",
        "answers", "hash",
    ]
    /// The members of a row of the outbox.
    public static let outboxFields = [
        "id", "status", "to", "domain", "subject", "documents", "attempts", "error", "next",
        "expires", "queued", "hash",
    ]
    /// Digits that stand for a hash in tables.
    private static let shortDigits = 12

    private static func short(_ hash: Digest256) -> String {
        String(hash.hexadecimal.prefix(shortDigits))
    }

    /// What a message carries: `iou, 2 notes`.
    static func contents(_ message: Message) -> String {
        var counts: [(kind: String, count: Int)] = []
        for document in message.documents {
            let kind = (try? CarriedDocument(document).kind) ?? "unknown"
            if let index = counts.firstIndex(where: { $0.kind == kind }) {
                counts[index].count += 1
            } else {
                counts.append((kind, 1))
            }
        }
        return counts.map { $0.count == 1 ? $0.kind : "\($0.count) \($0.kind)" }
            .joined(separator: ", ")
    }

    static func row(of entry: InboxEntry, _ standing: Acquaintance, _ book: AddressBook)
        -> ReportRow
    {
        let terms = entry.message.terms
        let name =
            switch standing {
            case .peer(let name), .contact(let name): name
            case .certified: terms.domain
            case .stranger: terms.from.text
            }
        return ReportRow([
            "id": .text(short(entry.message.hash)), "status": .text(entry.status.rawValue),
            "from": .text(name), "known": .text(standing.text), "domain": .text(terms.domain),
            "subject": terms.subject.map { .text($0) },
            "documents": .text(contents(entry.message)), "sent": .text(terms.sent.text),
            "received": .text(entry.acknowledgement.received.text),
            "answers": terms.answers.map { .text($0.hexadecimal) },
            "hash": .text(entry.message.hash.hexadecimal),
        ])
    }
}

extension OutboxEntry {
    /// The message as a row of a report, with the members `MessageRow.outboxFields`.
    public var row: ReportRow {
        ReportRow([
            "id": .text(String(message.hash.hexadecimal.prefix(12))),
            "status": .text(status.rawValue), "to": .text(route.destination.shown),
            "domain": .text(route.domain), "subject": message.terms.subject.map { .text($0) },
            "documents": .text(MessageRow.contents(message)), "attempts": .number(attempts),
            "error": obstacle.map { .text("\($0.code): \($0.message)") },
            "next": status == .waiting ? .text(next.text) : nil,
            "expires": .text(route.expires.text), "queued": .text(route.queued.text),
            "hash": .text(message.hash.hexadecimal),
        ])
    }
}

extension Wallet {
    /// What a message carries, a line for people each.
    /// - Throws: failures of storage.
    public func contents(of entry: InboxEntry) throws -> [(kind: String, text: String)] {
        let resolver = try resolver()
        return try entry.message.documents.map { document in
            let carried = try CarriedDocument(document)
            let id = String(document.hash.hexadecimal.prefix(12))
            let done = entry.outcomes[document.hash].map { " (\($0))" } ?? ""
            let text: String
            switch carried {
            case .instruction(.iou(let iou)):
                let unit = try resolver.view(iou.terms.symbol)
                text =
                    "\(resolver.name(iou.terms.source)) pays \(unit.grouped(iou.terms.amount)) "
                    + "\(unit.label) to \(resolver.name(iou.terms.target)) in \(iou.terms.domain)"
                    + (iou.attachments.noteText.map { ": \($0)" } ?? "")
            case .unit(let unit): text = "\(unit.terms.code) of \(unit.terms.symbol)"
            case .transaction(let document):
                text = "of \(document.transaction.domain)"
            case .note(let note):
                switch note.content {
                case .text(let said): text = said
                case .file(let file):
                    text = "\(file.name), \(file.type), \(file.content.count) bytes"
                }
            case .instruction, .other: text = id
            }
            return (carried.kind, text + done)
        }
    }
}
