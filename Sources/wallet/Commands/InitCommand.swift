// wallet init, wallet restore: a new wallet, from new words or from words kept on paper.
import CommandKit
import Cryptography
import Files
import Glibc
import WalletKit

enum InitCommand {
    static let protection: [CommandOption] = [
        CommandOption("no-passphrase", summary: "keep keys unencrypted, readable by you only")
    ]

    static let command = Command<Context>(
        "init", summary: "make a wallet",
        details: [
            "Makes the directory `.wallet` in DIR, or here. All keys come from twelve "
                + "words, which are shown once on standard error: write them down. They "
                + "restore the wallet, and whoever reads them owns it.",
            "Keys are encrypted with a passphrase, which is asked for on the terminal or "
                + "read as `--passphrase-file` says. A wallet that scripts use unattended can "
                + "be made with `--no-passphrase`; its keys are then protected by the files' "
                + "permissions alone.",
            "The wallet decides the order of clearing in a domain of its own. The "
                + "domain's name is the address of its key, unless `--domain` gives it "
                + "another.",
        ],
        options: [
            CommandOption("name", value: "NAME", summary: "what the wallet is called for people"),
            CommandOption(
                "domain", value: "DOMAIN", summary: "the clearing domain that it decides for"),
            CommandOption(
                "words", value: "COUNT", completion: .choice(["12", "24"]),
                summary: "how many words: 12 or 24 (12)"),
        ] + protection,
        arguments: [
            CommandArgument(
                "DIR", summary: "where '.wallet' is made", completion: .directory, isOptional: true)
        ],
        examples: [
            CommandExample("wallet init", "make a wallet here, asking for a passphrase"),
            CommandExample("wallet init --no-passphrase shop", "make one in 'shop' for scripts"),
        ],
        group: CommandTable.Group.start, needsWallet: false, seeAlso: ["restore", "unit", "key"]
    ) { invocation, context in
        let bytes = invocation.value("words") == "24" ? 32 : 16
        let entropy = SecretBytes(try context.surroundings.random.bytes(bytes))
        let mnemonic = try Mnemonic(entropy: entropy)
        let made = try make(
            invocation, context, mnemonic, name: invocation.value("name"),
            domain: invocation.value("domain"))
        context.console.say("These words restore the wallet. They are not shown again:\n")
        for line in numbered(mnemonic.words) { context.console.say("  " + line) }
        context.console.say("")
        context.say("made a wallet in \(made.directory)")
        try report(made, context)
        context.hint("'wallet unit new CODE' defines a unit of account that you issue")
    }

    /// Makes the wallet with the keys of `mnemonic`.
    static func make(
        _ invocation: Invocation, _ context: Context, _ mnemonic: Mnemonic, name: String?,
        domain: String?
    ) throws -> NewWallet.Made {
        let parent = invocation.optionalArgument(0) ?? "."
        if try FileSystem.status(parent) == nil { try FileSystem.makeDirectory(parent) }
        let directory = try Context.absolute(parent)
        guard try FileSystem.status(directory + "/" + WalletLocation.name) == nil else {
            throw WalletError.walletExists(path: directory + "/" + WalletLocation.name)
        }
        var wallet = NewWallet(
            parent: directory, mnemonic: mnemonic,
            protection: try protection(invocation, context))
        wallet.name = name
        wallet.domain = domain
        return try wallet.make(context.surroundings)
    }

    static func protection(
        _ invocation: Invocation, _ context: Context
    ) throws -> KeyProtection {
        if let error = invocation.conflict(among: ["no-passphrase", "passphrase-file"]) {
            throw error
        }
        if invocation.flag("no-passphrase") { return .none }
        let passphrase = try context.passphraseSource.read(confirm: true)
        return .passphrase(KeyOpener(passphrase))
    }

    /// What has been made, on standard output.
    static func report(_ made: NewWallet.Made, _ context: Context) throws {
        let row = ReportRow([
            "directory": .text(made.directory), "domain": .text(made.domain),
            "address": .text(made.address.address.text), "name": .text(made.address.name),
        ])
        try context.console.write(
            context.isJSON ? row.json + "\n" : made.address.address.text + "\n")
    }

    private static func numbered(_ words: [String]) -> [String] {
        stride(from: 0, to: words.count, by: 4).map { start in
            words[start..<min(start + 4, words.count)].enumerated().map { offset, word in
                let number = String(start + offset + 1)
                return String(repeating: " ", count: 2 - number.utf8.count) + number + ". " + word
                    + (offset == 3
                        ? "" : String(repeating: " ", count: max(1, 11 - word.utf8.count)))
            }.joined()
        }
    }
}

enum RestoreCommand {
    static let command = Command<Context>(
        "restore", summary: "make a wallet from its words",
        details: [
            "Reads the twelve or twenty-four words from standard input and makes a "
                + "wallet with the same keys in DIR, or here. The words bring back keys, not "
                + "balances: what has cleared stands in the old wallet's log alone.",
            "The first address is named `me`; `wallet address new` derives the following "
                + "ones in the same order as before.",
        ],
        options: [
            CommandOption("name", value: "NAME", summary: "what the wallet is called for people"),
            CommandOption(
                "domain", value: "DOMAIN", summary: "the clearing domain that it decides for"),
        ] + InitCommand.protection,
        arguments: [
            CommandArgument(
                "DIR", summary: "where '.wallet' is made", completion: .directory, isOptional: true)
        ],
        examples: [
            CommandExample(
                "wallet restore --no-passphrase < words.txt", "restore here, from a file")
        ],
        group: CommandTable.Group.start, needsWallet: false, seeAlso: ["init", "address"]
    ) { invocation, context in
        if context.console.isInputTerminal { context.say("Type the words, then Control-D:") }
        let input = try SecretInput.read("the words", limit: 1024)
        let words = SecretInput.text(input).split {
            $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r"
        }
        let mnemonic = try Mnemonic(words: words.map { $0.lowercased() })
        let made = try InitCommand.make(
            invocation, context, mnemonic, name: invocation.value("name"),
            domain: invocation.value("domain"))
        context.say("restored the keys of a wallet in \(made.directory)")
        try InitCommand.report(made, context)
    }
}
