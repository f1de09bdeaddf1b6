// What a command has at hand: the console, the wallet, and how the answer is wanted.
import CommandKit
import Cryptography
import Documents
import Files
import Glibc
import WalletKit

/// One run of the program.
final class Context {
    let console: Console
    let tool: Tool<Context>
    let environment: [String: String]
    let surroundings: Surroundings
    /// What the options before or after the command say.
    let common: Invocation
    /// The exit status if nothing is thrown.
    var status = ExitStatus.done
    var passphraseSource: PassphraseSource
    private var openWallet: Wallet?

    init(
        console: Console, tool: Tool<Context>, environment: [String: String], common: Invocation
    ) throws {
        self.console = console
        self.tool = tool
        self.environment = environment
        self.common = common
        surroundings = Live.surroundings(console: console, environment: environment)
        passphraseSource = PassphraseSource(path: environment["WALLET_PASSPHRASE_FILE"])
        if let path = common.value("passphrase-file") { passphraseSource.path = path }
        if let number = try common.integer("passphrase-fd", in: 0...1_048_576) {
            passphraseSource.descriptor = Int32(number)
        }
    }

    var isJSON: Bool { common.flag("json") }
    var isQuiet: Bool { common.flag("quiet") }

    /// A sentence for people, unless they want quiet.
    func say(_ text: String) { if !isQuiet { console.say(text) } }

    /// A sentence with our names where it has addresses.
    func named(_ text: String) -> String {
        guard let book = openWallet?.book else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let mark = word.last.map { ",:;".contains($0) } ?? false ? word.suffix(1) : ""
            guard let address = try? Address(text: String(word.dropLast(mark.count))),
                let name = book.name(of: address)
            else { return String(word) }
            return name + mark
        }.joined(separator: " ")
    }

    /// What could be done next, unless people have switched such words off.
    func hint(_ text: String) {
        let isWanted = (try? openWallet?.configuration.boolean(Settings.adviceHints)) ?? true
        if !isQuiet, !isJSON, isWanted, console.isErrorTerminal {
            try? console.flush()
            console.say(console.errorStyle.dim("hint: \(text)"))
        }
    }

    /// The directory that the program works in; `-C` has been entered by now.
    func workingDirectory() throws -> String { try Self.absolute(".") }

    static func absolute(_ path: String) throws -> String {
        guard let real = realpath(path, nil) else {
            throw FileError(call: "realpath", path: path, code: errno)
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// The wallet, opened once.
    func wallet() throws -> Wallet {
        if let openWallet { return openWallet }
        let directory = try WalletLocation.find(
            working: try workingDirectory(), isStartGiven: common.value("C") != nil,
            named: environment["WALLET_DIR"], home: environment["HOME"])
        let wallet = try Wallet(
            directory: directory, sources: configurationSources(), surroundings: surroundings,
            opener: opener())
        wallet.handles = { [unowned self, unowned wallet] handle in
            try wallet.resolve(handle, with: try self.paymailClient([]))
        }
        openWallet = wallet
        return wallet
    }

    /// The configuration's layers but the wallet's own.
    func configurationSources() -> Configuration.Sources {
        let global =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { $0 + "/.config" }
        var overrides = common.values("c")
        if let wait = common.value("wait") { overrides.append("core.wait=\(wait)") }
        return Configuration.Sources(
            systemPath: "/etc/wallet/config", globalPath: global.map { $0 + "/wallet/config" },
            walletPath: nil, environment: environment, overrides: overrides)
    }

    /// Opens keys, asking for a passphrase when the first encrypted one is met.
    func opener() -> KeyOpener {
        let source = passphraseSource
        return KeyOpener { try source.read(confirm: false) }
    }

    /// Sends long output through the pager, where people read it.
    func page() throws {
        guard !common.flag("no-pager"), !isJSON else { return }
        let configured = try? openWallet?.configuration.text(Settings.corePager)
        let pager =
            environment["WALLET_PAGER"] ?? configured ?? environment["PAGER"] ?? "less"
        // A pager that is not there shows nothing at all.
        let program = pager.split(separator: " ").first.map(String.init) ?? ""
        guard Child.isProgram(program, path: environment["PATH"] ?? "/usr/bin:/bin") else { return }
        console.startPager(pager)
    }
}

/// The exit statuses (DESIGN §7).
enum ExitStatus: Int32, Error {
    case done = 0
    case refused = 1
    case usage = 2
    case storage = 3
    case network = 4
    case key = 5
    case busy = 6
    case bug = 70
}
