// Whoever follows the log has heard each of its lines once, however it is sealed and written anew.
import Bytes
import Documents
import Testing

@testable import WalletKit

@Suite("Following the log")
struct LogFollowerTests {
    private func drain(_ follower: inout LogFollower, _ listener: inout Listener) throws {
        while true {
            let events = try follower.next()
            if events.isEmpty { return }
            listener.hear(events)
        }
    }

    @Test("Random histories: what was heard is the log, whoever was interrupted", arguments: 0..<60)
    func histories(round: Int) throws {
        var random = SplitMix()
        let log = try LogFixture()
        var listener = Listener()
        var follower = try LogFollower(directory: log.documents, from: .beginning)
        let isGrowing = round % 3 == 0
        for _ in 0..<25 {
            switch random.below(isGrowing ? 6 : 9) {
            case 0, 1, 2: try log.append(1 + random.below(4))
            case 3: try log.seal()
            case 4: try drain(&follower, &listener)
            case 5:
                // Another process goes on where this one was.
                if let cursor = listener.cursor {
                    follower = try LogFollower(directory: log.documents, from: .cursor(cursor))
                }
            case 6:
                var lines = log.open
                lines.shuffle(using: &random)
                try log.rewrite(Array(lines.prefix(random.below(lines.count + 1))))
                if random.below(2) == 0 { try log.append(random.below(3) + 1) }
            case 7:
                let place = random.below(log.open.count + 1)
                try log.rewrite(log.open[..<place] + [log.line()] + log.open[place...])
            default: if !log.blocks.isEmpty { try log.withdraw() }
            }
        }
        try drain(&follower, &listener)
        #expect(listener.heard == log.hashes, random.comment)
        if isGrowing { #expect(listener.rewritings == 0, random.comment) }
        // Everybody's cursor leads to the same end.
        for position in Set([0, listener.heard.count / 2, listener.heard.count - 1])
        where position >= 0 && position < listener.heard.count {
            var late = try LogFollower(directory: log.documents, from: .after(position))
            var rest: [Digest256] = []
            for case .document(let document, _) in try late.next() { rest.append(document.hash) }
            #expect(rest == Array(log.hashes[(position + 1)...]), random.comment)
        }
    }

    @Test("From now on: nothing of before, everything of later")
    func now() throws {
        for blocks in 0..<3 {
            let log = try LogFixture()
            for _ in 0..<blocks {
                try log.append(2)
                try log.seal()
            }
            var follower = try LogFollower(directory: log.documents, from: .now)
            #expect(try follower.next().isEmpty)
            try log.append(1)
            try log.seal()
            try log.append(1)
            let positions = try follower.next().compactMap {
                if case .document(let document, _) = $0 { document.position } else { nil }
            }
            #expect(positions == [0, 1, 2].map { log.hashes.count - 3 + $0 })
        }
    }

    @Test("The last line that still stands is found exactly")
    func common() throws {
        let log = try LogFixture()
        try log.seal()
        try log.append(6)
        var listener = Listener()
        var follower = try LogFollower(directory: log.documents, from: .beginning)
        try drain(&follower, &listener)
        // Position 2 is the first behind the block; the fourth of them changes.
        try log.rewrite(log.open[..<3] + [log.line()] + log.open[4...])
        let events = try follower.next()
        guard case .rewritten(let cursor) = try #require(events.first) else {
            Issue.record("nothing is said of it")
            return
        }
        #expect(cursor.position == 4)
        listener.hear(events)
        // The same lines in another file are the same log.
        try drain(&follower, &listener)
        try log.rewrite(log.open)
        #expect(try follower.next().isEmpty)
    }

    @Test("Who was away while blocks were taken back begins behind one that still stands, or anew")
    func away() throws {
        let log = try LogFixture()
        var listener = Listener()
        for _ in 0..<3 {
            try log.append(2)
            try log.seal()
        }
        try log.append(1)
        var follower = try LogFollower(directory: log.documents, from: .beginning)
        try drain(&follower, &listener)
        let cursor = try #require(listener.cursor)
        try log.rewrite([log.line()])
        var late = try LogFollower(directory: log.documents, from: .cursor(cursor))
        guard case .rewritten(let known) = try #require(try late.next().first) else {
            Issue.record("nothing is said of it")
            return
        }
        #expect(known.position == log.hashes.count - 2)
        try log.withdraw()
        late = try LogFollower(directory: log.documents, from: .cursor(cursor))
        guard case .rewritten(let unknown) = try #require(try late.next().first) else {
            Issue.record("nothing is said of it")
            return
        }
        #expect(unknown.position == -1)
        // A position that the log does not have any more.
        late = try LogFollower(directory: log.documents, from: .after(1_000))
        guard case .rewritten = try #require(try late.next().first) else {
            Issue.record("nothing is said of it")
            return
        }
    }

    @Test("Pages are bounded, and nothing is lost between them")
    func pages() throws {
        let log = try LogFixture()
        try log.append(LogFollower.pageEvents + 5)
        var listener = Listener()
        var follower = try LogFollower(directory: log.documents, from: .beginning)
        let first = try follower.next()
        #expect(first.count == LogFollower.pageEvents)
        listener.hear(first)
        try drain(&follower, &listener)
        #expect(listener.heard == log.hashes)
    }

    @Test("Cursors are read as they are written, and nothing else is one")
    func cursors() throws {
        let cursor = WatchCursor(position: 41, blocks: 3, block: 0x9c75, trail: 0xffff_ffff)
        #expect(cursor.text == "41.3.00009c75.ffffffff" && WatchCursor(cursor.text) == cursor)
        #expect(WatchStart("-1") == .after(-1) && WatchStart("41") == .after(41))
        #expect(WatchStart(cursor.text) == .cursor(cursor))
        for text in [
            "", "-2", "+1", "1.2", "x", "41.3.9c75.ffffffff", "41.3.+0009c75.ffffffff",
            "41.3.00009c75.ffffffff.", "9999999999999", "1.9999999999999.00009c75.ffffffff",
        ] { #expect(WatchStart(text) == nil, "\(text)") }
    }
}
