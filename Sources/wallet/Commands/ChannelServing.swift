// What the operator of a channel server decides, from the command line.
import Channels
import CommandKit
import Glibc
import Network
import WalletKit

/// The options of `wallet channel serve`, read.
struct ChannelServing {
    private let addresses: [ListenAddress]
    private let tls: TLSFiles?
    private let options: ChannelOptions
    private let context: Context
    private let headers: StoredHeaders?

    private static let usualAddress = "127.0.0.1:5010"

    init(_ invocation: Invocation, _ context: Context) throws {
        self.context = context
        let words = invocation.values("listen")
        addresses = try (words.isEmpty ? [Self.usualAddress] : words).map { try ListenAddress($0) }
        tls = try invocation.tlsFiles()
        let now = context.surroundings.now
        let isQuiet = context.isQuiet
        var options = ChannelOptions(
            now: { now().milliseconds },
            onFailure: { if !isQuiet { Self.complain("a request has failed: \($0)") } })
        options.isSecure = tls != nil
        options.publicURL = try invocation.value("public-url").map { text in
            let url = try WebURL(text).description
            return url.hasSuffix("/") ? String(url.dropLast()) : url
        }
        options.tellsStrings = invocation.flag("plain-notify")
        options.requestsPerMinute =
            try invocation.integer("rate", in: 0...1_000_000_000) ?? options.requestsPerMinute
        options.verifiesMessages = invocation.flag("verify-proofs")
        self.options = options
        guard let path = invocation.value("headers") else {
            guard !options.verifiesMessages else {
                throw invocation.usageError(
                    .missingArgument, "'--verify-proofs' needs '--headers'")
            }
            headers = nil
            return
        }
        headers = try HeadersCommand.mending(context) {
            try StoredHeaders(
                path, try HeadersCommand.network(invocation), now: { now().milliseconds })
        }
    }

    /// Opens what is served.
    func server(_ directory: ChannelDirectory) throws -> ChannelServer {
        let service = try ChannelService(
            options, proofs: try headers.map { try ProofReceiver(directory.proofsPath, $0) },
            random: context.surroundings.random
        ) { try directory.store() }
        return try ChannelServer(service, listen: addresses, tls: tls)
    }

    private static func complain(_ text: String) {
        _ = "wallet: \(text)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
