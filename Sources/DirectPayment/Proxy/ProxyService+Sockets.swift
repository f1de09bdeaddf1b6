// The relay's sockets: wallets that have dialled in, payers who like sockets.
import Bytes
import Network
import Synchronization

extension ProxyService {
    /// What a wallet sends beside the handshake: what binds its channel. Never in the address,
    /// which is written to logs on the way.
    public static let secretHeader = "X-Channel-Secret"

    func socket(_ channel: String, _ head: HTTPRequestHead, _ id: String) -> HTTPDisposition {
        guard let query = QueryItems(query: head.query) else {
            return refuse(.malformed("the query cannot be read"), id)
        }
        var join = ProxyJoin(
            channel: channel, isInternal: query["internal"]?.lowercased() == "true",
            secret: head.headers[Self.secretHeader])
        guard join.secret.map({ (1...Limits.proxySecretBytes).contains($0.utf8.count) }) ?? true
        else { return refuse(.malformed("a secret has 1 to 256 bytes"), id) }
        if let field = head.headers["Authorization"], field.lowercased().hasPrefix("bearer ") {
            join.admission = String(field.dropFirst(7))
        }
        join.frameBytes = head.headers[SocketMessage.frameBytesHeader].flatMap { Int($0) }.map {
            min(max($0, Limits.proxyUsualFrameBytes), options.frameBytes)
        }
        join.origin = origin(head)
        let wanted = join
        do throws(ProxyCore.Refusal) {
            try state.withLock { state throws(ProxyCore.Refusal) in
                try state.core.check(wanted)
            }
        } catch {
            var answer = Self.response(error.problem.answer(id), id)
            if answer.status == 401 { answer.headers.add("WWW-Authenticate", "Bearer") }
            return .answer(answer)
        }
        return .upgrade { [self] socket in open(wanted, socket) }
    }

    private func open(
        _ join: ProxyJoin, _ socket: any WebSocketChannel
    ) -> any WebSocketSink {
        let sink = ProxySocket(self, socket)
        act { state in
            do throws(ProxyCore.Refusal) {
                let (member, actions) = try state.core.join(join, self.stamp())
                state.sockets[member] = socket
                state.metrics.joins += 1
                sink.member.store(member, ordering: .relaxed)
                return actions
            } catch {
                // Between the question and the answer somebody else has joined.
                socket.close(code: 1008, reason: "refused")
                return []
            }
        }
        return sink
    }

    /// From where; nil: from this machine.
    private func origin(_ head: HTTPRequestHead) -> String? {
        guard head.peer.isLocal else { return head.peer.network }
        guard isBehindProxy,
            let last = head.headers["X-Forwarded-For"]?.split(separator: ",").last
        else { return nil }
        let text = String(last).filter { $0 != " " }
        guard let address = IPAddress(text) else { return nil }
        // As connections are counted: an IPv6 address by its first half.
        return address.bytes.count == 4
            ? text : address.bytes.prefix(8).map(String.init).joined(separator: ".")
    }

    func received(_ text: String, from member: Int) {
        weigh(text.utf8.count) { [self] in
            act { state in
                state.metrics.framesIn += 1
                return state.core.receive(Array(text.utf8), from: member, self.stamp())
            }
        }
    }

    func gone(_ member: Int) {
        state.withLock { state in
            state.sockets[member] = nil
            state.core.leave(member, now: surroundings.now())
        }
    }
}

/// One socket of a wallet or a payer.
private final class ProxySocket: WebSocketSink, Sendable {
    private let service: ProxyService
    private let socket: any WebSocketChannel
    /// 0 where it could not join.
    let member = Atomic<Int>(0)

    init(_ service: ProxyService, _ socket: any WebSocketChannel) {
        self.service = service
        self.socket = socket
    }

    func received(_ message: WebSocketMessage) {
        let number = member.load(ordering: .relaxed)
        guard number > 0 else { return }
        switch message {
        case .text(let text): service.received(text, from: number)
        case .binary: socket.close(code: 1003, reason: "text frames only")
        }
    }

    func drained() {}

    func closed(code: Int) {
        let number = member.load(ordering: .relaxed)
        if number > 0 { service.gone(number) }
    }
}
