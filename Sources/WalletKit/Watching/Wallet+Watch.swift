// Everything that happens in a wallet, as it happens.
import Bytes
import Documents
import Files

/// How a wallet is watched.
public struct WatchOptions: Sendable {
    /// Where in the log to begin.
    public var start: WatchStart
    /// Whether what comes later is waited for.
    public var isFollowing: Bool
    /// Ends the waiting when it rings.
    public var stop: Bell
    /// A descriptor whose other end may go away, and with it whoever listens.
    public var listener: Int32?

    /// Options.
    public init(
        start: WatchStart, isFollowing: Bool, stop: Bell = Bell(), listener: Int32? = nil
    ) {
        self.start = start
        self.isFollowing = isFollowing
        self.stop = stop
        self.listener = listener
    }
}

extension Wallet {
    /// Tells what happens: documents of the log from the start on, without gap or repetition; and,
    /// while it follows, messages, hooks' runs and what one's devices tell each other from now on.
    /// - Parameter tell: called with what is there, and it is time to show it.
    /// - Throws: failures of storage; what `tell` throws.
    public func watch(_ options: WatchOptions, _ tell: ([WatchEvent]) throws -> Void) throws {
        let changes = DirectoryWatch()
        let documents = directory + "/" + Ledger.documentsName
        func listen() {
            changes.add(directory, isShallow: true)
            changes.add(documents)
            for name in SideEvents.directories { changes.add(directory + "/" + name) }
        }
        // First the ears, then the eyes: nothing falls between.
        listen()
        var others = try options.isFollowing ? SideEvents(directory) : nil
        var log = try LogFollower(directory: documents, from: options.start)
        let (bell, listener) = (options.stop.descriptor, options.listener)
        while true {
            while true {
                let events = try log.next()
                if events.isEmpty { break }
                try tell(events)
                if changes.isOver(bell, listener) { return }
            }
            guard options.isFollowing else { return }
            let more = try others?.next() ?? []
            if !more.isEmpty { try tell(more) }
            if changes.wait(bell, listener) { return }
            listen()
        }
    }

    /// An event in words for people, one line.
    public func line(for event: WatchEvent) -> String {
        switch event {
        case .document(let document, _):
            let number = String(document.position)
            let text = summary(document.line)
            return "\(number)  \(event.kind) \(document.hash.hexadecimal.prefix(12))"
                + (text.isEmpty ? "" : "  \(text)")
        case .rewritten(let cursor):
            return "-  rewritten: what was told behind \(cursor.position) is void"
        case .message(let hash, let line):
            return "-  message \(hash.prefix(12))" + sender(line)
        case .hook(let entry):
            let said = entry.complaints.first.map { ": \($0)" } ?? ""
            return "-  hook \(entry.hook.rawValue): \(entry.ending)\(said)"
        case .entry(let name, _, _): return "-  \(event.kind) \(name)"
        }
    }

    /// Who gives what to whom.
    private func summary(_ line: [UInt8]) -> String {
        guard let root = try? JSONText(line).root else { return "" }
        let parts = (root["meta"]?["inputs"]?.elements ?? []).compactMap { input -> String? in
            guard let data = input["data"], let amount = data["amount"]?.string else { return nil }
            func name(_ member: StaticString) -> String {
                guard let text = data[member]?.string, let address = try? Address(text: text)
                else { return "?" }
                return book.name(of: address) ?? String(text.prefix(8))
            }
            return "\(amount) \(unitName(data["symbol"]?.string)) \(name("source")) > "
                + name("target")
        }
        return parts.prefix(3).joined(separator: ", ") + (parts.count > 3 ? ", …" : "")
    }

    private func unitName(_ symbol: String?) -> String {
        guard let symbol, let address = try? Address(text: symbol) else { return "?" }
        // What the index does not know yet is shown by its address.
        try? reader().catchUp()
        return (try? resolver().view(address).label) ?? String(symbol.prefix(8))
    }

    private func sender(_ line: [UInt8]) -> String {
        guard let text = (try? JSONText(line))?.root["data"]?["from"]?.string,
            let address = try? Address(text: text)
        else { return "" }
        return " from \(book.name(of: address) ?? text)"
    }
}
