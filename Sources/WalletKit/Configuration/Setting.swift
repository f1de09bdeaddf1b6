// The one table of known settings: from it come defaults, checks, environment names, manual and
// completion.
import Headers
import Service

/// A setting that the program knows.
public struct Setting: Sendable {
    /// Its key.
    public let key: ConfigurationKey
    /// What its values look like.
    public let kind: Kind
    /// Its value where nobody sets it; nil for none.
    public let standard: String?
    /// One line for the manual page.
    public let summary: String

    /// What a setting's values look like.
    public enum Kind: Sendable, Equatable {
        /// true, yes, on, 1 or nothing; false, no, off, 0 or empty.
        case boolean
        /// A whole number, with k, m or g for its multiples of 1024.
        case integer(ClosedRange<Int>)
        /// A number and a unit: 90s, 15m, 24h, 7d, 2w; 0.
        case duration
        /// One of these words.
        case choice([String])
        /// Any text.
        case text
    }

    fileprivate init(
        _ section: String, _ name: String, _ kind: Kind, _ standard: String?, _ summary: String
    ) {
        let folded = ConfigurationSection(folded: section, subsection: nil)
        key = ConfigurationKey(section: folded, folded: name)
        self.kind = kind
        self.standard = standard
        self.summary = summary
    }

    /// The environment variable that sets it: `WALLET_CORE_WAIT` for `core.wait`.
    public var environmentName: String {
        let text = "WALLET_\(key.section.name)_\(key.name)"
        return String(
            decoding: text.utf8.map { character -> UInt8 in
                if character == UInt8(ascii: "-") { return UInt8(ascii: "_") }
                return (0x61...0x7a).contains(character) ? character - 0x20 : character
            }, as: UTF8.self)
    }

    /// In words, what a value must be; nil where `value` is one. A nil value is a key that stands
    /// alone.
    public func expectation(of value: String?) -> String? {
        switch kind {
        case .boolean:
            ConfigurationValue.boolean(value) == nil ? ConfigurationValue.booleanExpected : nil
        case .integer(let range):
            ConfigurationValue.integer(value).map(range.contains) ?? false
                ? nil : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration:
            value.flatMap { try? DurationText.parse($0) } == nil
                ? ConfigurationValue.durationExpected : nil
        case .choice(let words):
            value.map(words.contains) ?? false
                ? nil : "one of " + words.joined(separator: ", ")
        case .text: value == nil ? "a text" : nil
        }
    }
}

/// The known settings.
public enum Settings {
    /// `core.wait`
    public static let coreWait = Setting(
        "core", "wait", .integer(0...86_400), "60",
        "Seconds to wait for the wallet's lock before giving up.")
    /// `core.pager`
    public static let corePager = Setting(
        "core", "pager", .text, nil,
        "The program that long output to a terminal passes through; empty for none.")
    /// `color.ui`
    public static let colorUI = Setting(
        "color", "ui", .choice(["auto", "always", "never"]), "auto",
        "Whether output is coloured; auto means on a terminal.")
    /// `hook.timeout`
    public static let hookTimeout = Setting(
        "hook", "timeout", .duration, "30s", "How long a hook may take before it is ended.")
    /// `pay.expires`
    public static let payExpires = Setting(
        "pay", "expires", .duration, "24h",
        "How long a payment may be cleared, from its signature on.")
    /// `stack.work`
    public static let stackWork = Setting(
        "stack", "work", .text, "207fffff",
        "The target that a stack's header must meet, in Bitcoin's compact form: 8 hexadecimal "
            + "digits.")
    /// `user.address`
    public static let userAddress = Setting(
        "user", "address", .text, nil,
        "The address, by its name, that pays and receives where none is given.")
    /// `domain.admission`
    public static let domainAdmission = Setting(
        "domain", "admission", .choice(AdmissionRule.allCases.map(\.rawValue)), "open",
        "Who may clear through 'wallet serve': open is everybody; known is own addresses, contacts, "
            + "the invited and whoever has a counter or issues a unit here; invite is own addresses "
            + "and the invited.")
    /// `domain.mode`
    public static let domainMode = Setting(
        "domain", "mode", .choice(ReplicaMode.allCases.map(\.rawValue)), "optimistic",
        "Who clears in a domain of several devices: optimistic is every device, provisionally until "
            + "a block is sealed; lease is the device that holds the lease, the others keep what "
            + "they are given for it until they meet.")
    /// `domain.name`
    public static let domainName = Setting(
        "domain", "name", .text, nil,
        "The clearing domain of this wallet; by default the address of its domain key.")
    /// `wallet.name`
    public static let walletName = Setting(
        "wallet", "name", .text, nil, "What this wallet is called for people.")
    /// `advice.hints`
    public static let adviceHints = Setting(
        "advice", "hints", .boolean, "true",
        "Whether messages end in a hint of what to do next.")

    /// `serve.listen`
    public static let serveListen = Setting(
        "serve", "listen", .text, "127.0.0.1:2015",
        "Where `wallet serve` listens: HOST:PORT, [ADDRESS]:PORT or unix:PATH.")
    /// `serve.public-url`
    public static let servePublicURL = Setting(
        "serve", "public-url", .text, nil, "Where others reach the server.")
    /// `serve.cors`
    public static let serveCORS = Setting(
        "serve", "cors", .text, nil,
        "Origins whose pages may read the server's answers, with blanks between them; * for all.")
    /// `serve.proxied`
    public static let serveProxied = Setting(
        "serve", "proxied", .boolean, "false",
        "Whether a proxy on this machine says in X-Forwarded-For who asks.")
    /// `serve.rate`
    public static let serveRate = Setting(
        "serve", "rate", .integer(0...10_000_000), "6000",
        "What one network may ask of the server a second, ten times as much at once: a question "
            + "costs 1, a line to be cleared 60; 0 for no bound.")
    /// `serve.address-rate`
    public static let serveAddressRate = Setting(
        "serve", "address-rate", .integer(0...10_000_000), "60000",
        "The same for the promises of one address, wherever they come from.")
    /// `serve.connections-per-address`
    public static let serveConnectionsPerAddress = Setting(
        "serve", "connections-per-address", .integer(1...1_000_000), "64",
        "Connections that one network may have at once.")

    /// `inbox.admission`
    public static let inboxAdmission = Setting(
        "inbox", "admission", .choice(InboxAdmission.allCases.map(\.rawValue)), "open",
        "Whose messages are taken: open is everybody's; peers is those of peers, contacts and own "
            + "addresses; none is nobody's.")
    /// `inbox.limit`
    public static let inboxLimit = Setting(
        "inbox", "limit", .integer(2...1_000_000), "10000",
        "Messages that the inbox holds; those who are no peers may fill half of it.")
    /// `inbox.limit-bytes`
    public static let inboxLimitBytes = Setting(
        "inbox", "limit-bytes", .integer(4096...1_099_511_627_776), "64m",
        "Bytes that the inbox holds; those who are no peers may fill half of it.")
    /// `request.expires`
    public static let requestExpires = Setting(
        "request", "expires", .duration, "24h", "How long a request for payment may be paid.")
    /// `request.proxy`
    public static let requestProxy = Setting(
        "request", "proxy", .text, nil,
        "The relay where requests for payment are paid, and that 'wallet proxy connect' answers.")
    /// `request.ca`
    public static let requestCA = Setting(
        "request", "ca", .text, nil,
        "The file of certificates that TLS of relays and channel servers must lead to; the "
            + "system's where none is named.")
    /// `request.channels`
    public static let requestChannels = Setting(
        "request", "channels", .text, nil,
        "The channel server where proofs of payments are left: https://HOST/ACCOUNT, an account of "
            + "'wallet channel serve'.")
    /// `request.channels-user`
    public static let requestChannelsUser = Setting(
        "request", "channels-user", .text, nil, "Who this wallet is at that channel server.")
    /// `request.channels-secret`
    public static let requestChannelsSecret = Setting(
        "request", "channels-secret", .text, nil,
        "The file that holds the password for it; a relative path begins at '.wallet'.")
    /// `coin.network`
    public static let coinNetwork = Setting(
        "coin", "network", .choice(ChainNetwork.allCases.map(\.rawValue)), "mainnet",
        "The network whose coins 'wallet coin' keeps.")
    /// `coin.broadcast`
    public static let coinBroadcast = Setting(
        "coin", "broadcast", .text, nil,
        "Who takes transactions to miners, tried in their order, with blanks between them: "
            + "arc+https://HOST, mapi+https://HOST, node://HOST:PORT.")
    /// `coin.token`
    public static let coinToken = Setting(
        "coin", "token", .text, nil,
        "The file that holds the token which those are shown; a relative path begins at "
            + "'.wallet'.")
    /// `coin.fee`
    public static let coinFee = Setting(
        "coin", "fee", .integer(0...1_000_000), "50", "Satoshis for 1000 bytes of a transaction.")
    /// `coin.hold`
    public static let coinHold = Setting(
        "coin", "hold", .duration, "10m",
        "How long a transaction that is not handed out holds its coins.")
    /// `paymail.resolve`
    public static let paymailResolve = Setting(
        "paymail", "resolve", .text, nil,
        "Servers of domains, instead of what DNS says, with blanks between them: DOMAIN=URL.")
    /// `ssh.program`
    public static let sshProgram = Setting(
        "ssh", "program", .text, "ssh", "The program that reaches wallets on other machines.")

    /// All of them, in the order of the manual page.
    public static let all: [Setting] = [
        adviceHints, coinBroadcast, coinFee, coinHold, coinNetwork, coinToken, colorUI,
        corePager, coreWait, domainAdmission, domainMode, domainName, hookTimeout,
        inboxAdmission, inboxLimit, inboxLimitBytes, payExpires, paymailResolve, requestCA,
        requestChannels, requestChannelsSecret, requestChannelsUser, requestExpires,
        requestProxy, serveAddressRate, serveConnectionsPerAddress, serveCORS, serveListen,
        serveProxied, servePublicURL, serveRate, sshProgram, stackWork, userAddress,
        walletName,
    ]

    /// The setting of a key; nil for a key that the program does not know.
    public static func setting(_ key: ConfigurationKey) -> Setting? {
        all.first { $0.key == key }
    }
}
