// What following says: sentences for people, or lines of JSON, on standard error.
import CommandKit
import Glibc
import HeaderService
import Headers
import Synchronization
import WalletKit

/// Tells what happens, from several threads.
final class FollowReport: Sendable {
    private let isJSON: Bool
    private let isQuiet: Bool
    private let lock = Mutex(())

    init(isJSON: Bool, isQuiet: Bool) {
        self.isJSON = isJSON
        self.isQuiet = isQuiet
    }

    /// The console is one thread's; a line is one write.
    private func say(_ text: String) {
        _ = (text + "\n").withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    func tell(_ source: HeaderSource, _ event: FollowEvent) {
        guard isJSON || !isQuiet else { return }
        lock.withLock { _ in
            if isJSON { say(row(source, event).json) } else { say(sentence(source, event)) }
        }
    }

    /// What went wrong in a server that goes on.
    func tell(_ error: any Error) {
        let text = HeadersCommand.sentence(error)
        let row = ReportRow(["event": .text("failure"), "message": .text(text)])
        lock.withLock { _ in say(isJSON ? row.json : "wallet: \(text)") }
    }

    private func sentence(_ source: HeaderSource, _ event: FollowEvent) -> String {
        switch event {
        case .connected(let agent, let height):
            "'\(source)' is '\(DisplayText.neutralised(agent))', it claims height \(height)"
        case .added(let count, let tip):
            (count == 1 ? "1 header" : "\(count) headers") + " from '\(source)', the tip is "
                + "\(tip.height), '\(tip.hash.displayed)'"
        case .reorganised(let fork, let removed, let tip):
            "\(removed) above height \(fork) have left the chain: another branch has more work, "
                + "its tip is \(tip.height); verify again what was proved above \(fork)"
        case .caughtUp(let tip): "'\(source)' has nothing more, the tip is \(tip.height)"
        case .failed(let error, let retry):
            "'\(source)': \(HeadersCommand.sentence(error))"
                + (retry.map { "; tried again in \($0 / 1000) s" } ?? "")
        case .dropped(let error):
            "'\(source)' is dropped: \(HeadersCommand.sentence(error))"
        }
    }

    private func row(_ source: HeaderSource, _ event: FollowEvent) -> ReportRow {
        let source = ReportRow.Value.text("\(source)")
        switch event {
        case .connected(let agent, let height):
            return ReportRow([
                "event": .text("connected"), "source": source, "agent": .text(agent),
                "height": .number(height),
            ])
        case .added(let count, let tip):
            return ReportRow([
                "event": .text("added"), "source": source, "count": .number(count),
                "height": .number(tip.height), "hash": .text(tip.hash.displayed),
            ])
        case .reorganised(let fork, let removed, let tip):
            return ReportRow([
                "event": .text("reorganised"), "source": source, "fork": .number(fork),
                "removed": .number(removed), "height": .number(tip.height),
                "hash": .text(tip.hash.displayed),
            ])
        case .caughtUp(let tip):
            return ReportRow([
                "event": .text("caught-up"), "source": source, "height": .number(tip.height),
            ])
        case .failed(let error, let retry):
            return ReportRow([
                "event": .text("failed"), "source": source,
                "message": .text(HeadersCommand.sentence(error)),
                "retryMilliseconds": retry.map { .number(Int($0)) },
            ])
        case .dropped(let error):
            return ReportRow([
                "event": .text("dropped"), "source": source,
                "message": .text(HeadersCommand.sentence(error)),
            ])
        }
    }
}
