// Where the proof of a payment is left: a peer channel, and the secrets that open it.
import Bytes
import Channels
import Cryptography
import DirectPayment
import Documents
import Network

/// How channels are reached; handed in by whoever has a network.
public struct ChannelTransport: Sendable {
    /// Sends requests. `isStrange`: somebody else has named the server, private networks are out of
    /// bounds.
    public var http: @Sendable (_ isStrange: Bool) throws -> any HTTPSender
    /// Waits so many milliseconds.
    public var pause: @Sendable (Int) -> Void

    /// How channels are reached.
    public init(
        http: @escaping @Sendable (Bool) throws -> any HTTPSender,
        pause: @escaping @Sendable (Int) -> Void
    ) {
        self.http = http
        self.pause = pause
    }
}

/// A channel as it is kept in `requests/<id>/channel`, a file of mode 0600.
struct ProofPlace {
    let url: WebURL
    /// Reads; the payee's own may write too.
    let token: SecretBytes
    /// What the payer reads with; nil at the payer's.
    let payerToken: SecretBytes?
    /// Whether this wallet's user has chosen the server.
    let isOwn: Bool

    var bytes: [UInt8] {
        func text(_ secret: SecretBytes) -> String {
            secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        var members: [ForeignJSON.Member] = [
            .init("own", .boolean(isOwn)), .init("token", .string(text(token))),
            .init("url", .string(url.description)),
        ]
        if let payerToken { members.append(.init("payer", .string(text(payerToken)))) }
        return ForeignJSON.object(members).bytes + [UInt8(ascii: "\n")]
    }

    init(url: WebURL, token: SecretBytes, payerToken: SecretBytes?, isOwn: Bool) {
        self.url = url
        self.token = token
        self.payerToken = payerToken
        self.isOwn = isOwn
    }

    /// Reads the file; nil where it is none.
    init?(_ bytes: [UInt8]) {
        guard let value = try? ForeignJSON(bytes), let address = value["url"]?.string,
            let url = try? WebURL(address), let token = value["token"]?.string
        else { return nil }
        self.init(
            url: url, token: SecretBytes(Array(token.utf8)),
            payerToken: value["payer"]?.string.map { SecretBytes(Array($0.utf8)) },
            isOwn: value["own"]?.boolean ?? false)
    }

    /// What an acknowledgement names; nil where it cannot be reached.
    init?(_ channel: ProofChannel, beside relay: WebURL?) {
        let isURL = channel.host.hasPrefix("http://") || channel.host.hasPrefix("https://")
        let text =
            (isURL ? "" : "https://") + channel.host + channel.path + "/api/v1/channel/"
            + channel.channel
        guard let url = try? WebURL(text) else { return nil }
        self.init(
            url: url, token: SecretBytes(Array(channel.token.utf8)), payerToken: nil,
            isOwn: url.host == relay?.host)
    }

    /// As an acknowledgement tells the payer.
    var forPayer: ProofChannel? {
        guard let payerToken else { return nil }
        let marker = "/api/v1/channel/"
        let parts = url.path.split(separator: "/").map(String.init)
        guard let channel = parts.last, parts.count >= 4 else { return nil }
        let path = url.path.dropLast(marker.utf8.count + channel.utf8.count)
        var base = url
        base.path = ""
        return ProofChannel(
            host: base.description, path: String(path), channel: channel,
            token: payerToken.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    }

    func client(_ transport: ChannelTransport) throws -> ChannelClient {
        try ChannelClient(url, token: token, over: transport.http(!isOwn))
    }

    /// What a channel server, or the way to it, has done wrong; nil for other errors.
    static func sentence(for error: any Error) -> String? {
        switch error {
        case let error as NetworkError: PeerError.sentence(for: error)
        case ChannelClientError.network(let error): PeerError.sentence(for: error)
        case ChannelClientError.refused(let refusal): "the server says: \(refusal.message)"
        case ChannelClientError.unreadable(let what, let reason): "\(what): \(reason)"
        case ChannelClientError.ended: "the connection has ended"
        default: nil
        }
    }
}
