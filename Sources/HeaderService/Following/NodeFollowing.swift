// One conversation with a node: everything it has, then what it announces.
import Bytes
import Headers
import Network

struct NodeFollowing {
    let host: String
    let port: Int
    let source: HeaderSource
    let chain: SharedChain
    let surroundings: FollowSurroundings
    let stop: StopSign

    private static let waitMilliseconds: Int32 = 200

    /// What is known of the conversation.
    private struct Talk {
        var session: NodeSession
        var isReady = false
        /// When something was asked that is not answered yet.
        var asked: Int64?
        var lastAsked: Int64
        var heard: Int64
        let began: Int64
        var useless = 0
    }

    /// Talks until the end.
    /// - Parameter once: until the node has nothing more.
    /// - Throws: `NetworkError`, `Misbehaviour`; failures of storage.
    func run(once: Bool) throws -> FollowOutcome {
        let socket = try NodeSocket(host: host, port: port)
        let now = surroundings.elapsed()
        var talk = Talk(
            session: NodeSession(chain.network, agent: surroundings.agent), lastAsked: now,
            heard: now, began: now)
        let nonce = try surroundings.random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        try socket.send(
            talk.session.begin(
                now: surroundings.now(), nonce: nonce, height: chain.tip.height))
        while !stop.isStopped {
            guard let bytes = try socket.receive(milliseconds: Self.waitMilliseconds) else {
                try keep(socket, &talk)
                continue
            }
            talk.heard = surroundings.elapsed()
            let events: [NodeSession.Event]
            do throws(HeaderError) { events = try talk.session.receive(bytes) } catch {
                throw Misbehaviour(reason: error)
            }
            for event in events {
                if try take(event, socket, &talk), once { return .caughtUp }
            }
        }
        return .stopped
    }

    /// Nothing has come for a moment.
    private func keep(_ socket: NodeSocket, _ talk: inout Talk) throws {
        let now = surroundings.elapsed()
        func late(_ what: String, _ since: Int64, _ limit: Int64) throws {
            guard now - since > limit else { return }
            throw NetworkError.timedOut(host: host, what: what, seconds: Int(limit / 1000))
        }
        if !talk.isReady {
            try late("greeting", talk.began, HeaderServiceLimits.handshakeMilliseconds)
        }
        if let asked = talk.asked {
            try late("headers", asked, HeaderServiceLimits.answerMilliseconds)
        } else if talk.isReady, now - talk.lastAsked > HeaderServiceLimits.askAgainMilliseconds {
            try ask(socket, &talk)
        }
        try late("sign of life", talk.heard, HeaderServiceLimits.silenceMilliseconds)
    }

    /// - Parameter last: the last header that the node has sent, which may be of another branch.
    private func ask(_ socket: NodeSocket, _ talk: inout Talk, after last: Digest256? = nil) throws
    {
        let locator = try chain.use { try $0.locator() }
        try socket.send(talk.session.getHeaders((last.map { [$0] } ?? []) + locator))
        talk.lastAsked = surroundings.elapsed()
        talk.asked = talk.lastAsked
    }

    /// - Returns: whether the node has nothing more.
    private func take(
        _ event: NodeSession.Event, _ socket: NodeSocket, _ talk: inout Talk
    ) throws -> Bool {
        switch event {
        case .send(let bytes): try socket.send(bytes)
        case .ready(let agent, let height):
            talk.isReady = true
            surroundings.report(source, .connected(agent: agent, height: height))
            try ask(socket, &talk)
        case .announced: if talk.asked == nil { try ask(socket, &talk) }
        // Nothing of that was asked for.
        case .wanted, .missing, .transaction, .blockBegins, .blockBytes, .rejected, .pong: break
        case .headers(let bytes):
            let wasAsked = talk.asked != nil
            talk.asked = nil
            return try take(bytes, wasAsked: wasAsked, socket, &talk)
        }
        return false
    }

    private func take(
        _ bytes: [UInt8], wasAsked: Bool, _ socket: NodeSocket, _ talk: inout Talk
    ) throws -> Bool {
        let count = bytes.count / BlockHeader.byteCount
        if count > 0 {
            do {
                let added = try chain.taking(bytes, source, surroundings)
                talk.useless =
                    added == 0 && count == NodeSession.answerHeaders ? talk.useless + 1 : 0
            } catch let bad as BadHeader {
                guard case .unknownParent = bad.reason else { throw Misbehaviour(reason: bad) }
                // A block that follows what we have missed: asked for all between.
                talk.useless += 1
                guard talk.useless <= HeaderServiceLimits.uselessAnswers else {
                    throw Misbehaviour(reason: bad)
                }
                try ask(socket, &talk)
                return false
            }
            guard talk.useless <= HeaderServiceLimits.uselessAnswers else {
                throw Misbehaviour(
                    reason: HeaderError.malformedMessage(
                        command: "headers", reason: "it brings nothing new, again and again"))
            }
        }
        if count == NodeSession.answerHeaders {
            let last = try BlockHeader(bytes[(bytes.count - BlockHeader.byteCount)...]).hash
            try ask(socket, &talk, after: last)
            return false
        }
        if wasAsked { surroundings.report(source, .caughtUp(tip: chain.tip)) }
        return wasAsked
    }
}

extension SharedChain {
    /// Takes headers of a source in, and reports it.
    /// - Returns: how many were new.
    /// - Throws: `BadHeader`; `Misbehaviour` for branches without end; failures of storage.
    func taking(
        _ bytes: [UInt8], _ source: HeaderSource, _ surroundings: FollowSurroundings
    ) throws -> Int {
        let update: HeaderUpdate
        do { update = try take(bytes, now: surroundings.now()) } catch let error as HeaderError {
            if case .unusable = error { throw error }
            throw Misbehaviour(reason: error)
        }
        let tip = tip
        if let fork = update.fork {
            surroundings.report(
                source, .reorganised(fork: fork, removed: update.removed.count, tip: tip))
        }
        if update.added > 0 { surroundings.report(source, .added(count: update.added, tip: tip)) }
        return update.added
    }
}
