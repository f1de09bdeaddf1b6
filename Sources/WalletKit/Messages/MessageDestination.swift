// Where a message goes.
import Bytes
import Network

/// A way to another wallet.
public enum MessageDestination: Sendable, Hashable {
    /// A peer, by its name here: its URL and key are looked up when the message is sent.
    case peer(String)
    /// A processor. `isStrange`: somebody else has named it, so that it must be on the public
    /// network.
    case url(WebURL, isStrange: Bool)
    /// Another wallet's directory on this machine, an absolute path.
    case directory(String)
    /// Another wallet's directory on another machine.
    case ssh(SSHPlace)

    private static let peerMark = "peer:"
    private static let strangeMark = "reply:"
    private static let directoryMark = "file:"

    /// One text for each way.
    public var text: String {
        switch self {
        case .peer(let name): Self.peerMark + name
        case .url(let url, let isStrange): (isStrange ? Self.strangeMark : "") + url.description
        case .directory(let path): Self.directoryMark + path
        case .ssh(let place): place.description
        }
    }

    /// What people call it.
    public var shown: String {
        switch self {
        case .peer(let name): name
        case .url(let url, _): url.description
        case .directory(let path): path
        case .ssh(let place): place.description
        }
    }

    /// Reads what `text` says; nil for anything else.
    init?(stored text: String) {
        func rest(_ mark: String) -> String? {
            text.hasPrefix(mark) ? String(text.dropFirst(mark.count)) : nil
        }
        if let name = rest(Self.peerMark) {
            self = .peer(name)
        } else if let path = rest(Self.directoryMark) {
            self = .directory(path)
        } else if let url = rest(Self.strangeMark) {
            guard let url = try? WebURL(url) else { return nil }
            self = .url(url, isStrange: true)
        } else if text.hasPrefix(SSHPlace.scheme) {
            guard let place = try? SSHPlace(text) else { return nil }
            self = .ssh(place)
        } else {
            guard let url = try? WebURL(text) else { return nil }
            self = .url(url, isStrange: false)
        }
    }

    /// The way that somebody else has named for answers: `https` or `http`, without query.
    static func reply(_ text: String) -> MessageDestination? {
        guard let url = try? WebURL(text), url.scheme == "https" || url.scheme == "http",
            url.query == nil
        else { return nil }
        return .url(url, isStrange: true)
    }
}

/// `ssh://[USER@]HOST[:PORT]/PATH`, or `/~/PATH` for one below the home directory.
///
/// The other machine's shell reads the words that `ssh` is given: only such characters are taken as
/// mean themselves in every shell.
public struct SSHPlace: Sendable, Hashable, CustomStringConvertible {
    /// `HOST` or `USER@HOST`.
    public let host: String
    /// The port; nil for the usual one.
    public let port: Int?
    /// The directory: absolute, or `~/…`.
    public let path: String

    static let scheme = "ssh://"

    /// Reads a place.
    /// - Throws: `MessageError.invalidDestination`.
    public init(_ text: String) throws(MessageError) {
        func refuse(_ reason: String) -> MessageError {
            .invalidDestination(text: String(text.prefix(200)), reason: reason)
        }
        guard text.hasPrefix(Self.scheme), text.utf8.count <= MessageTexts.placeBytes else {
            throw refuse("'ssh://HOST/PATH' is needed")
        }
        let rest = text.dropFirst(Self.scheme.count)
        guard let slash = rest.firstIndex(of: "/") else { throw refuse("the path is missing") }
        var host = rest[..<slash]
        var port: Int?
        if let colon = host.lastIndex(of: ":") {
            let digits = host[host.index(after: colon)...]
            guard let number = Int(digits), (1...65_535).contains(number),
                digits.allSatisfy(\.isNumber)
            else { throw refuse("the port is none") }
            port = number
            host = host[..<colon]
        }
        let parts = host.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2,
            parts.allSatisfy({ part in
                !part.isEmpty && part.utf8.first != UInt8(ascii: "-")
                    && part.utf8.allSatisfy { Self.isPlain($0) && $0 != UInt8(ascii: "/") }
            })
        else { throw refuse("the host's name is none") }
        var path = rest[slash...]
        if path.hasPrefix("/~/") { path = path.dropFirst() }
        guard path.utf8.dropFirst(path.hasPrefix("~") ? 1 : 0).allSatisfy(Self.isPlain) else {
            throw refuse("the path may hold letters, digits and '/', '.', '_', '-', '+', ',' only")
        }
        self.host = String(host)
        self.port = port
        self.path = String(path)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "/._-+,".utf8.contains(byte)
        }
    }

    /// The text that it was read from.
    public var description: String {
        Self.scheme + host + (port.map { ":\($0)" } ?? "") + (path.hasPrefix("~") ? "/" : "") + path
    }

    /// The words that run `wallet` there.
    func arguments(_ command: [String]) -> [String] {
        (port.map { ["-p", String($0)] } ?? []) + [host, "wallet", "-C", path] + command
    }
}

/// Bounds of what is kept beside messages.
enum MessageTexts {
    // limit: the text of an ssh place
    /// Bytes of an ssh place.
    static let placeBytes = 1_024
    // limit: the state of a message
    /// Bytes of a side file.
    static let stateBytes = 262_144
    // limit: the answer of a program that takes a message
    /// Bytes that a program may answer with.
    static let outputBytes = 1_048_576
    // limit: messages that wait to be delivered
    /// Messages in the outbox.
    static let outboxMessages = 10_000
    // limit: days that a message is tried
    /// The longest time that delivery is tried, in days: shorter than a message is taken.
    static let expiryDays: Int64 = 60
    // limit: the pause after a failed attempt
    /// The longest pause between attempts, in seconds.
    static let pauseSeconds: Int64 = 21_600
    // limit: the first pause after a failed attempt
    /// The first pause, in seconds; it doubles each time.
    static let firstPauseSeconds: Int64 = 30
    // limit: a message's file with its acknowledgement or its route
    /// Bytes of a file of the inbox or the outbox.
    static let fileBytes = Limits.lineBytes + 65_536
}
