// One request and its response.
import Synchronization

/// Takes the answer to one request from any thread, and carries it out on the loop's.
final class Exchange: @unchecked Sendable {  // Safe: but for `orders` only the loop's
    enum Order {
        case send(HTTPResponse)
        case open(Int, HTTPHeaders)
        case write([UInt8])
        case finish
        case observe(drained: @Sendable () -> Void, gone: @Sendable () -> Void)
        case read(Bool)
    }

    /// Where the body goes.
    enum Body {
        case none
        case gathered([UInt8], limit: Int, run: @Sendable ([UInt8], any HTTPResponder) -> Void)
        case streamed(any HTTPBodySink)
    }

    private enum Answer {
        case awaited
        case open
        case done
    }

    let head: HTTPRequestHead
    private let wire: Wire
    private let orders = Mutex<[Order]>([])
    private var isObeying = false
    private var answer = Answer.awaited
    private var observers: [(drained: @Sendable () -> Void, gone: @Sendable () -> Void)] = []
    /// Whoever speaks to the connection; nil when the exchange is over.
    weak var connection: ServerConnection?

    var body = Body.none
    /// Whether all of the request has come.
    var isWhole = false
    /// Whether the body is not wanted for now.
    private(set) var isPaused = false
    /// Whether the connection may go on, as the response's head has said.
    private(set) var keepsAlive = true

    init(_ head: HTTPRequestHead, _ wire: Wire, _ connection: ServerConnection) {
        self.head = head
        self.wire = wire
        self.connection = connection
    }

    /// Whether the response's head has gone out.
    var isAnswered: Bool { answer != .awaited }
    /// Whether all of the response has been written.
    var isDone: Bool { answer == .done }
}

// MARK: from any thread

extension Exchange: HTTPResponder, HTTPBodyWriter, FlowControl {
    var pendingBytes: Int { wire.pendingBytes }

    func send(_ response: HTTPResponse) { give(.send(response)) }

    func open(status: Int, headers: HTTPHeaders) -> any HTTPBodyWriter {
        give(.open(status, headers))
        return self
    }

    func write(_ bytes: [UInt8]) {
        wire.announce(bytes.count)
        give(.write(bytes))
    }

    func finish() { give(.finish) }

    func observe(
        drained: @escaping @Sendable () -> Void, gone: @escaping @Sendable () -> Void
    ) {
        give(.observe(drained: drained, gone: gone))
    }

    func pause() { give(.read(false)) }

    func resume() { give(.read(true)) }

    /// Orders are carried out in the order in which they were given, by whichever thread.
    private func give(_ order: Order) {
        let isFirst = orders.withLock { orders in
            orders.append(order)
            return orders.count == 1
        }
        if wire.core.isCurrent {
            obey()
        } else if isFirst {
            wire.core.execute { [self] in obey() }
        }
    }
}

// MARK: on the loop's thread

extension Exchange {
    private func obey() {
        // What an order leads to may give further ones; they wait for those before them.
        guard !isObeying else { return }
        isObeying = true
        defer { isObeying = false }
        while true {
            let batch = orders.withLock { orders in
                let all = orders
                orders = []
                return all
            }
            if batch.isEmpty { break }
            for order in batch { obey(order) }
        }
        connection?.exchangeChanged(self)
    }

    private func obey(_ order: Order) {
        if case .write(let bytes) = order { wire.retract(bytes.count) }
        guard let connection else {
            if case .observe(_, let gone) = order, answer != .done { gone() }
            return
        }
        switch order {
        case .send(let response): send(response, connection)
        case .open(let status, let headers):
            guard answer == .awaited else { return }
            answer = .open
            keepsAlive = connection.mayKeepAlive(after: self) && head.takesChunks
            wire.write(
                HTTPWriter.responseHead(
                    status: status, headers: headers, bodyBytes: nil, keepsAlive: keepsAlive,
                    date: connection.date, takesChunks: head.takesChunks))
        case .write(let bytes):
            guard answer == .open, head.method != "HEAD" else { return }
            wire.write(head.takesChunks ? HTTPWriter.chunk(bytes) : bytes)
        case .finish:
            guard answer == .open else { return }
            if head.takesChunks, head.method != "HEAD" { wire.write(HTTPWriter.lastChunk) }
            answer = .done
        case .observe(let drained, let gone):
            observers.append((drained, gone))
            wire.tellsEveryDrain = true
        case .read(let isReading): isPaused = !isReading
        }
    }

    private func send(_ response: HTTPResponse, _ connection: ServerConnection) {
        guard answer == .awaited else { return }
        answer = .done
        keepsAlive = !response.closes && isWhole && connection.mayKeepAlive(after: self)
        var bytes = HTTPWriter.responseHead(
            status: response.status, headers: response.headers, bodyBytes: response.body.count,
            keepsAlive: keepsAlive, date: connection.date)
        let isBare = head.method == "HEAD" || response.status == 204 || response.status == 304
        guard !isBare, !response.body.isEmpty else { return wire.write(bytes) }
        // A small body goes out with its head; a large one is sent from where it lies.
        if response.body.count <= TransportLimits.writeBytes / 4 {
            bytes += response.body
            wire.write(bytes)
        } else {
            wire.write(bytes)
            wire.write(response.body)
        }
    }

    /// Everything written has been sent.
    func drained() {
        if answer == .open { for observer in observers { observer.drained() } }
    }

    /// It is over: nothing that is given from now on is carried out.
    func end() {
        guard connection != nil else { return }
        connection = nil
        wire.tellsEveryDrain = false
        let body = body
        self.body = .none
        if case .streamed(let sink) = body, !isWhole { sink.failed() }
        let gone = observers
        observers = []
        if answer != .done { for observer in gone { observer.gone() } }
    }

    /// A piece of the body came; false where it is too large.
    func received(_ bytes: [UInt8]) -> Bool {
        switch body {
        case .none: return true
        case .streamed(let sink):
            sink.received(bytes)
            return true
        case .gathered(var gathered, let limit, let run):
            guard gathered.count + bytes.count <= limit else { return false }
            body = .none
            if gathered.isEmpty { gathered = bytes } else { gathered += bytes }
            body = .gathered(gathered, limit: limit, run: run)
            return true
        }
    }

    /// All of the request has come.
    func ended() {
        isWhole = true
        let body = body
        switch body {
        case .none: break
        case .streamed(let sink): sink.ended()
        case .gathered(let gathered, _, let run):
            self.body = .none
            run(gathered, self)
        }
    }
}
