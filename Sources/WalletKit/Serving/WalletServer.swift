// A wallet's domain on the network: processor, sockets and the beat that keeps them going.
import Dispatch
import Network
import Service
import Synchronization

/// What the operator of a server decides.
public struct ServingOptions: Sendable {
    /// Where to listen: `HOST:PORT`, `[ADDRESS]:PORT`, `unix:PATH`.
    public var listen: [String] = []
    /// Certificate chain and key, PEM files; nil for plain HTTP.
    public var tls: TLSFiles?
    /// Whether nothing is cleared.
    public var isReadOnly = false
    /// Where others reach the server; nil where that is unknown.
    public var publicURL: String?
    /// Nanoseconds of a clock that only goes forward.
    public var nanoseconds: (@Sendable () -> UInt64)?
    /// How answers to messages leave; nil where none does.
    public var messages: MessageTransport?
    /// The program's version.
    public var version: String

    /// The usual options.
    public init(version: String) { self.version = version }
}

/// A running server.
public final class WalletServer: Sendable {
    /// The domain's name.
    public var domain: String { live.identity.domain }
    private let live: LiveDomain
    private let processor: Processor
    private let loop: EventLoop
    private let server: HTTPServer
    private let ending: Ending
    private let isSecure: Bool
    private let beat = Beat()

    /// Seconds that running requests have to end after a stop.
    private static let graceSeconds = 10

    /// Opens what is to be served; nobody is let in before `start`.
    /// - Parameter wallet: nobody else uses it from now on.
    /// - Throws: failures of storage; `KeyError`; `NetworkError`, `ConfigurationError`.
    public init(wallet: Wallet, _ options: ServingOptions) throws {
        let ending = Ending()
        self.ending = ending
        isSecure = options.tls != nil
        let service = try ServiceOptions(options, wallet.configuration)
        let limits = try ServerLimits(wallet.configuration)
        let addresses = try options.listen.map { text throws(NetworkError) in
            try ListenAddress(text)
        }
        live = try LiveDomain(
            wallet: wallet, isReadOnly: options.isReadOnly, version: options.version,
            nanoseconds: options.nanoseconds, messages: options.messages
        ) { ending.end($0) }
        processor = Processor(domain: live, options: service)
        loop = try EventLoop()
        server = HTTPServer(
            loop: loop, addresses: addresses,
            tls: options.tls,
            limits: limits, clock: { [live] in live.now.milliseconds / 1000 }, handler: processor)
    }

    /// Lets people in.
    /// - Returns: the URLs under which the server answers.
    /// - Throws: `NetworkError`.
    public func start() throws -> [String] {
        let addresses = try server.start()
        beat.start { [processor, live] in
            live.look()
            live.inbox?.beat()
            processor.tick()
        }
        return addresses.map { address in
            switch address {
            case .unix: address.description
            default: (isSecure ? "https://" : "http://") + address.description
            }
        }
    }

    /// Asks the server to stop; from any thread, and from a signal's handler on a queue.
    public func requestStop() { ending.end(nil) }

    /// Waits until somebody asks for the end, or the ledger cannot be written any more; then lets
    /// running requests end, and writes the index.
    /// - Throws: the failure of storage that has ended it.
    public func wait() throws {
        let failure = ending.wait()
        beat.stop()
        processor.stop()
        // First what is still cleared is answered, then the doors close.
        server.stop(graceSeconds: failure == nil ? Self.graceSeconds : 1)
        live.stop()
        loop.stop()
        if let failure { throw failure }
    }
}

/// Something that is done once a second.
private final class Beat: Sendable {
    private let queue = DispatchQueue(label: "beat")
    private let isStopped = Mutex(false)

    func start(_ body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + .seconds(1)) { [self] in
            guard !isStopped.withLock({ $0 }) else { return }
            body()
            start(body)
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

/// The moment at which a server is to end, and why.
private final class Ending: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)

    func end(_ error: (any Error)?) {
        failure.withLock { if $0 == nil { $0 = error } }
        semaphore.signal()
    }

    func wait() -> (any Error)? {
        semaphore.wait()
        return failure.withLock { $0 }
    }
}

extension ServiceOptions {
    fileprivate init(_ options: ServingOptions, _ configuration: Configuration) throws {
        self.init()
        isReadOnly = options.isReadOnly
        publicURL = try options.publicURL ?? configuration.text(Settings.servePublicURL)
        corsOrigins = try (configuration.text(Settings.serveCORS) ?? "")
            .split(separator: " ").map(String.init)
        isBehindProxy = try configuration.boolean(Settings.serveProxied)
        admission =
            AdmissionRule(
                rawValue: try configuration.text(Settings.domainAdmission) ?? "") ?? .open
        let rate = try configuration.integer(Settings.serveRate)
        peerAllowance = rate == 0 ? nil : BucketSize(capacity: rate * 10, perSecond: rate)
        let addressRate = try configuration.integer(Settings.serveAddressRate)
        addressAllowance =
            addressRate == 0
            ? nil : BucketSize(capacity: addressRate * 10, perSecond: addressRate)
        nanoseconds = options.nanoseconds
        version = options.version
    }
}

extension ServerLimits {
    fileprivate init(_ configuration: Configuration) throws {
        self.init()
        connectionsOfAddress = try configuration.integer(Settings.serveConnectionsPerAddress)
    }
}
