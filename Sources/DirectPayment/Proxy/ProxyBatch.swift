// What follows from one event: what is kept, and then what is sent.
import Network

/// Records, and deeds that wait until they are durable.
struct ProxyBatch: Sendable {
    enum Deed: Sendable {
        case send(any WebSocketChannel, [UInt8])
        case close(any WebSocketChannel, Int, String)
        /// To a request of that id.
        case answer(any HTTPResponder, ProxyAnswer, String)
    }

    var records: [ProxyRecord] = []
    var deeds: [Deed] = []

    /// - Parameter isKept: false: nobody is told what was to be kept and is not.
    func perform(isKept: Bool = true) {
        for deed in deeds {
            switch deed {
            case .send(let socket, let frame):
                socket.send(.text(String(decoding: frame, as: UTF8.self)))
            case .close(let socket, let code, let reason):
                socket.close(code: code, reason: reason)
            case .answer(let responder, let answer, let id):
                let told = isKept || records.isEmpty ? answer : ProxyProblem.unstored.answer(id)
                responder.send(ProxyService.response(told, id))
            }
        }
    }
}
