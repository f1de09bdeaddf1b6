// A wallet that dials out to a proxy, and answers there for its invoices.
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// How a link behaves.
public struct LinkOptions: Sendable {
    /// What the operator of the proxy has given out; nil where everybody may open channels.
    public var admission: String?
    /// Where payers reach the proxy: `https://proxy.example`; nil: as this wallet reaches it.
    public var publicURL: String?
    /// Milliseconds before the first new attempt; twice as many before the next one, and so on.
    public var firstPauseMilliseconds = 1_000
    /// Milliseconds at most between two attempts.
    public var longestPauseMilliseconds = 60_000
    /// Milliseconds between two signs of life on the channel `health`; nil: none.
    public var healthMilliseconds: Int? = 30_000
    /// Connections that are opened at one time.
    public var dials = 8

    /// The usual options.
    public init() {}
}

/// What happens to a link, for whoever reports it. No secrets stand in it.
public enum LinkEvent: Sendable {
    /// An invoice can be asked for at the proxy.
    case joined(invoice: String)
    /// It cannot for now; the next attempt comes after so many milliseconds.
    case lost(invoice: String, reason: String, retryMilliseconds: Int)
    /// It is not there any more, because somebody closed it here.
    case closed(invoice: String)
    /// A question has been answered, with a message of this type.
    case answered(invoice: String, type: String)
    /// The wallet failed to answer.
    case failed(invoice: String, any Error)
}

/// What a link is told.
public struct LinkSurroundings: Sendable {
    /// The time.
    public var now: @Sendable () -> Timestamp
    /// For names of messages and for pauses.
    public var random: any RandomSource
    /// From any thread; must return soon.
    public var onEvent: @Sendable (LinkEvent) -> Void

    /// What a link is told.
    public init(
        now: @escaping @Sendable () -> Timestamp, random: any RandomSource,
        onEvent: @escaping @Sendable (LinkEvent) -> Void
    ) {
        self.now = now
        self.random = random
        self.onEvent = onEvent
    }
}

/// Sockets to one proxy, one for each invoice: the protocol has it in the address.
public final class WalletLink: Sendable {
    struct State {
        var lines: [String: LinkLine] = [:]
        var isStopped = false
    }

    let proxy: WebURL
    let client: WebSocketClient
    let options: LinkOptions
    let surroundings: LinkSurroundings
    let clerk: DeskClerk
    let state = Mutex(State())
    /// The wallet is asked one thing at a time.
    let desk = DispatchQueue(label: "link.desk")
    let dialing = DispatchQueue(label: "link.dial", attributes: .concurrent)
    let timers = DispatchQueue(label: "link.timers")
    let slots: DispatchSemaphore

    /// - Parameters:
    ///   - proxy: `ws://HOST`, `wss://HOST`, or the `http` forms; with or without a path `/ws` at
    ///     the end.
    ///   - client: opens sockets; keeps them alive with pings.
    public init(
        proxy: WebURL, client: WebSocketClient, desk: any PaymentDesk,
        options: LinkOptions = LinkOptions(), _ surroundings: LinkSurroundings
    ) {
        let base = ProxyAddress(proxy)
        self.proxy = base.sockets
        self.client = client
        self.options = options
        self.surroundings = surroundings
        slots = DispatchSemaphore(value: options.dials)
        let publicURL = options.publicURL ?? base.web
        clerk = DeskClerk(
            desk: desk, paymentURL: { publicURL + "/api/v1/payment/" + $0 },
            onFailure: { surroundings.onEvent(.failed(invoice: $0, $1)) })
    }

    /// Answers for an invoice from now on, until `close`. Returns at once.
    /// - Parameters:
    ///   - invoice: its id: six letters and digits at least.
    ///   - secret: what binds the channel to this wallet; kept with the invoice, told to nobody but
    ///     the proxy.
    public func open(_ invoice: String, secret: String) {
        let line: LinkLine? = state.withLock { state in
            guard !state.isStopped, state.lines[invoice] == nil else { return nil }
            let line = LinkLine(self, invoice: invoice, secret: secret)
            state.lines[invoice] = line
            return line
        }
        line?.dial()
    }

    /// Answers no more for an invoice.
    public func close(_ invoice: String) {
        guard let line = state.withLock({ $0.lines.removeValue(forKey: invoice) }) else { return }
        line.close()
        surroundings.onEvent(.closed(invoice: invoice))
    }

    /// The invoices that are answered for, and whether their sockets are open just now.
    public var invoices: [String: Bool] {
        state.withLock { $0.lines }.mapValues(\.isJoined)
    }

    /// Shows the proxy's operator that this wallet lives, as the originals do, until `stop`.
    public func beginHealth() {
        guard options.healthMilliseconds != nil else { return }
        let line: LinkLine? = state.withLock { state in
            let name = ProxyCore.healthChannel
            guard !state.isStopped, state.lines[name] == nil else { return nil }
            let line = LinkLine(self, invoice: name, secret: nil)
            state.lines[name] = line
            return line
        }
        line?.dial()
    }

    /// Answers what has been asked, then closes all sockets. Not to be called on the network's
    /// thread, nor by the desk.
    public func stop() {
        let lines = state.withLock { state in
            state.isStopped = true
            return state.lines
        }
        for line in lines.values { line.quieten() }
        desk.sync {}
        for line in lines.values { line.close() }
        state.withLock { $0.lines = [:] }
    }
}

/// The two ways in which a proxy is reached.
struct ProxyAddress: Sendable {
    /// `ws://HOST/PREFIX/ws`.
    let sockets: WebURL
    /// `http://HOST/PREFIX`.
    let web: String

    init(_ url: WebURL) {
        var base = url
        base.query = nil
        while base.path.hasSuffix("/") { base.path.removeLast() }
        if base.path.hasSuffix("/ws") { base.path.removeLast(3) }
        if base.path.isEmpty { base.path = "/" }
        sockets = base.appending(path: "ws")
        let text = base.description
        let isSecure = url.scheme == "https" || url.scheme == "wss"
        let rest = text.split(separator: ":", maxSplits: 1).last.map(String.init) ?? text
        var web = url.scheme == "unix" ? text : (isSecure ? "https:" : "http:") + rest
        while web.hasSuffix("/") { web.removeLast() }
        self.web = web
    }
}
