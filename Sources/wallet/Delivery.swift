// Sending documents to peers, and telling what has become of them.
import Bytes
import CommandKit
import Documents
import WalletKit

/// What commands that send have in common: an answer a document on standard output, in order.
struct Delivery {
    private let context: Context
    private let session: PeerSession
    private var cleared = 0
    private var replayed = 0
    private var refused = 0

    init(_ context: Context, _ session: PeerSession) {
        self.context = context
        self.session = session
    }

    /// Sends a promise of this wallet; it is kept until its answer is known.
    mutating func deliver(_ document: [UInt8]) throws {
        try write(try session.deliver(document))
    }

    /// Sends the lines of files or of standard input.
    /// - Parameter stops: whether nothing follows a refusal.
    mutating func send(_ invocation: Invocation, stops: Bool) throws {
        var isOver = false
        try DocumentLines.forEach(try LineByLine.streams(invocation)) { line, locate in
            guard !isOver else { return }
            do {
                guard let line else { throw DocumentLines.tooLong }
                try write(try session.send(line))
            } catch let refusal as Refusal {
                let located = locate(refusal)
                try refuse(located.json, located.complaint)
            }
            try context.console.flush()
            isOver = stops && refused > 0
        }
    }

    private mutating func write(_ answer: PeerAnswer) throws {
        switch answer {
        case .taken(let line, let isNew):
            if isNew { cleared += 1 } else { replayed += 1 }
            try context.console.write(line + [UInt8(ascii: "\n")])
        case .refused(let error): try refuse(error.json, "\(error.code): \(error.message)")
        }
    }

    private mutating func refuse(_ json: [UInt8], _ complaint: String) throws {
        refused += 1
        context.status = .refused
        try context.console.write(json + [UInt8(ascii: "\n")])
        context.console.say(
            context.console.errorStyle.red("wallet: ")
                + DisplayText.neutralised(context.named(complaint)))
    }

    /// Says how many of each there were.
    func tell() {
        var parts = ["\(cleared) cleared at '\(session.peer.name)'"]
        if replayed > 0 { parts.append("\(replayed) had cleared before") }
        if refused > 0 { parts.append("\(refused) refused") }
        context.say(parts.joined(separator: ", "))
    }
}
