// How a command gets at a channel: by name or address, with a token or an account.
import Channels
import CommandKit
import Cryptography
import Network
import WalletKit

/// A channel, and how to connect to its server.
struct ChannelAccess {
    let client: ChannelClient
    let sockets: WebSocketClient
    /// What people call it.
    let name: String

    /// The channel that the first argument names.
    init(_ invocation: Invocation, _ context: Context) throws {
        let word = invocation.argument(0)
        let saved = try Self.saved(word, context)
        let url = try saved?.url ?? Self.address(word)
        var token = try Self.secret("token", invocation, context, asks: nil) ?? saved?.token
        if invocation.flag("public") { token = nil }
        let trust = try Self.trust(invocation, saved)
        let loop = try EventLoop()
        client = try ChannelClient(
            url, token: token,
            over: HTTPClient(loop: loop, trust: trust, allowsPrivateAddresses: true))
        sockets = WebSocketClient(loop: loop, trust: trust, allowsPrivateAddresses: true)
        name = saved?.name ?? url.description
    }

    /// What is known of a word that may be a name.
    static func saved(_ word: String, _ context: Context) throws -> ChannelSaved? {
        guard !word.contains(":") else { return nil }
        guard let found = try ChannelSaved.find(word, try context.wallet()) else {
            throw Failure(
                .refused, "unknown-channel", "no channel is called '\(word)'",
                hint: "'wallet channel list' shows names; an address begins with https://")
        }
        return found
    }

    private static func address(_ word: String) throws -> WebURL {
        let url = try WebURL(word)
        guard url.query == nil, url.path.contains("/api/v1/channel/") else {
            throw Failure(
                .usage, "invalid-argument",
                "'\(word)' is no address of a channel, such as "
                    + "'https://HOST/api/v1/channel/ID'")
        }
        return url
    }

    static func trust(_ invocation: Invocation, _ saved: ChannelSaved?) throws -> TLSTrust {
        if let path = invocation.value("ca") { return .file(path: try Context.absolute(path)) }
        return (saved?.authorities).map { .file(path: $0) } ?? .system
    }

    /// A token or a password.
    /// - Parameter asks: what is asked on the terminal where nothing is named; nil: nothing.
    static func secret(
        _ what: String, _ invocation: Invocation, _ context: Context, asks prompt: String?
    ) throws -> SecretBytes? {
        let (file, descriptor) = ("\(what)-file", "\(what)-fd")
        if let error = invocation.conflict(among: [file, descriptor]) { throw error }
        var source = PassphraseSource(path: invocation.value(file))
        source.descriptor = try invocation.integer(descriptor, in: 0...1_048_576).map { Int32($0) }
        if source.path == nil, source.descriptor == nil {
            if let text = context.environment["WALLET_CHANNEL_\(what.uppercased())"] {
                return SecretBytes(Array(text.utf8))
            }
            guard let prompt else { return nil }
            source.prompt = prompt
        }
        do { return SecretInput.trimmed(try source.read(confirm: false)) } catch let error
            as PassphraseFailure
        {
            throw Failure(
                .key, "no-\(what)",
                error.message.replacing("passphrase", with: what),
                hint: "'--\(what)-file FILE' or WALLET_CHANNEL_\(what.uppercased()) holds it")
        }
    }

    /// The account that is named, or that of a saved channel.
    static func account(
        _ invocation: Invocation, _ context: Context, of saved: ChannelSaved?
    ) throws -> (client: ChannelAccountClient, user: String) {
        guard
            let server = try invocation.value("server").map({ try WebURL($0) })
                ?? saved?.owner?.server,
            let user = invocation.value("account") ?? saved?.owner?.user
        else {
            throw invocation.usageError(
                .missingArgument, "'--server' and '--account' say whose account it is")
        }
        let password = try secret("password", invocation, context, asks: "Password of \(user): ")
        let sender = HTTPClient(
            loop: try EventLoop(), trust: try trust(invocation, saved),
            allowsPrivateAddresses: true)
        let given =
            try invocation.integer("account-id", in: 0...Int(Int32.max))
            ?? (invocation.value("server") == nil ? saved?.owner?.account : nil)
        let secret = password ?? SecretBytes([])
        let number =
            try given
            ?? ChannelAccountClient.number(server, user: user, password: secret, over: sender) ?? 1
        return (
            ChannelAccountClient(
                server, account: number, user: user, password: secret, over: sender), user
        )
    }
}
