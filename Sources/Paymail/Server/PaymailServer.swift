// A server of Paymail on the network.
import Dispatch
import Network

/// A running server of Paymail.
public final class PaymailServer: Sendable {
    private let service: PaymailService
    private let loop: EventLoop
    private let server: HTTPServer
    private let isSecure: Bool
    private let ending = DispatchSemaphore(value: 0)

    /// Seconds that running requests have to end after a stop.
    private static let graceSeconds = 10

    /// Opens what is to be served; nobody is let in before `start`.
    /// - Throws: `NetworkError`.
    public init(
        _ service: PaymailService, listen addresses: [ListenAddress], tls: TLSFiles?
    ) throws(NetworkError) {
        self.service = service
        isSecure = tls != nil
        loop = try EventLoop()
        let now = service.options.now
        server = HTTPServer(
            loop: loop, addresses: addresses, tls: tls,
            clock: { now().milliseconds / 1_000 }, handler: service)
    }

    /// Lets people in.
    /// - Returns: the URLs under which it answers.
    /// - Throws: `NetworkError`.
    public func start() throws(NetworkError) -> [String] {
        let urls = try server.start().map { address in
            switch address {
            case .unix: address.description
            default: (isSecure ? "https://" : "http://") + address.description
            }
        }
        if let url = urls.first(where: { $0.hasPrefix("http") }) { service.namePublicURL(url) }
        return urls
    }

    /// Asks it to stop; from any thread.
    public func requestStop() { ending.signal() }

    /// Waits until somebody asks for the end, and lets running requests end.
    public func wait() {
        ending.wait()
        server.stop(graceSeconds: Self.graceSeconds)
        loop.stop()
    }
}
