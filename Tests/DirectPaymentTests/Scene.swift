// A relay with members that keep what they are sent.
import Bytes
import Documents
import Testing

@testable import DirectPayment

/// A proxy with members that keep what they are sent.
struct Scene {
    var core = ProxyCore(ProxyOptions(publicURL: "https://proxy"))
    var options: ProxyOptions {
        get { core.options }
        set { core.options = newValue }
    }
    var now: Int64 = 1_700_000_000_000
    var count = 0
    var inboxes: [Int: [SocketMessage]] = [:]
    /// The same as text.
    var frames: [Int: [String]] = [:]
    var closed: Set<Int> = []
    var answers: [Int: ProxyAnswer] = [:]
    var kept: [ProxyRecord] = []

    mutating func stamp() -> ProxyStamp {
        count += 1
        return ProxyStamp(now: now, seed: Array("seed \(count)".utf8))
    }

    mutating func perform(_ actions: [ProxyAction]) throws {
        for action in actions {
            switch action {
            case .send(let member, let frame):
                frames[member, default: []].append(String(decoding: frame, as: UTF8.self))
                guard let message = try? SocketMessage(frame) else { continue }
                inboxes[member, default: []].append(message)
            case .close(let member, _, _):
                closed.insert(member)
                core.leave(member, now: now)
            case .answer(let question, let answer):
                #expect(answers[question] == nil, "a question is answered once")
                answers[question] = answer
            case .keep(let record): kept.append(record)
            }
        }
    }

    mutating func join(
        _ channel: String, isInternal: Bool = true, secret: String? = nil, frameBytes: Int? = nil,
        origin: String? = nil, admission: String? = nil
    ) throws -> Int {
        var join = ProxyJoin(channel: channel, isInternal: isInternal, secret: secret)
        join.frameBytes = frameBytes
        join.origin = origin
        join.admission = admission
        let (member, actions) = try core.join(join, stamp())
        try perform(actions)
        return member
    }

    mutating func leave(_ member: Int) { core.leave(member, now: now) }

    mutating func ask(_ question: ProxyQuestion, _ number: Int) throws {
        try perform(core.ask(question, number: number, stamp()))
    }

    mutating func send(_ message: SocketMessage, from member: Int) throws {
        try perform(core.receive(message.bytes, from: member, stamp()))
    }

    mutating func tick() throws { try perform(core.tick(stamp())) }

    func last(_ member: Int) throws -> SocketMessage { try #require(inboxes[member]?.last) }

    func response(
        _ type: String, to message: SocketMessage, _ body: ForeignJSON
    ) -> SocketMessage {
        SocketMessage(
            type: type, channel: message.channel, correlation: message.correlation,
            application: "payd", body: body)
    }

    /// The wallet answers the last question with terms.
    mutating func giveTerms(_ wallet: Int, _ text: String = Captured.terms) throws {
        try send(
            response("paymentrequest.response", to: try last(wallet), try foreign(text)),
            from: wallet)
    }

    /// Another process, with what was kept by this one.
    func restarted() -> Scene {
        var later = Scene()
        later.now = now
        later.count = count
        for record in kept { later.core.restore(record, now: now) }
        return later
    }
}
