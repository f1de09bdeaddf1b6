// wallet key: private keys in and out.
import CommandKit
import Cryptography
import Documents
import WalletKit

enum KeyCommand {
    static let command = Command<Context>(
        "key", summary: "import, export and protect keys",
        details: [
            "A private key is read from standard input and written to standard output, "
                + "never taken from the command line. Whoever has it can sign in your name."
        ],
        subcommands: [export, importing, passphrase], group: CommandTable.Group.names,
        seeAlso: ["address", "restore"])

    private static let importing = Command<Context>(
        "import", summary: "take a private key in",
        details: ["Reads WIF or 64 hexadecimal digits from standard input."],
        options: [
            CommandOption(
                "scheme", value: "S",
                completion: .choice(SignatureScheme.allCases.map(\.rawValue)),
                summary: "ecdsa-secp256k1 or eddsa-ed25519 (ecdsa-secp256k1)")
        ],
        arguments: [CommandArgument("WHO", summary: "the new address's name")],
        examples: [CommandExample("wallet key import old < key.wif", "an address called 'old'")]
    ) { invocation, context in
        let scheme = invocation.value("scheme").flatMap { SignatureScheme(rawValue: $0) }
        let text = SecretInput.trimmed(try SecretInput.read("a private key", limit: 256))
        let own = try context.wallet().importKey(
            text, name: invocation.argument(0), scheme: scheme ?? .ecdsaSecp256k1)
        context.say("'\(own.name)' is an address of this wallet")
        try context.console.write(context.isJSON ? own.row.json + "\n" : own.address.text + "\n")
    }

    private static let export = Command<Context>(
        "export", summary: "print a private key",
        options: [
            CommandOption(
                "form", value: "FORM", completion: .choice(["hex", "wif"]),
                summary: "hex or wif (hex)")
        ],
        arguments: [
            CommandArgument("WHO", summary: "the own address", completion: .dynamic("own"))
        ],
        examples: [
            CommandExample("wallet key export me --form wif > key.wif", "for another wallet")
        ]
    ) { invocation, context in
        let format: SigningKey.TextFormat =
            invocation.value("form") == "wif" ? .walletImportFormat : .hexadecimal
        let text = try context.wallet().exportKey(invocation.argument(0), format)
        try context.console.write(SecretInput.text(text) + "\n")
        context.say("whoever reads this key can sign as '\(invocation.argument(0))'")
    }

    private static let passphrase = Command<Context>(
        "passphrase", summary: "change the passphrase",
        details: ["Without WHO all keys of the wallet are changed together."],
        options: [
            CommandOption(
                "new-passphrase-file", value: "FILE", completion: .file,
                summary: "read the new passphrase from FILE"),
            CommandOption("no-passphrase", summary: "keep keys unencrypted, readable by you only"),
        ],
        arguments: [
            CommandArgument(
                "WHO", summary: "an own address with a key of its own", completion: .dynamic("own"),
                isOptional: true)
        ],
        examples: [CommandExample("wallet key passphrase", "asks for the old one and the new one")]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["new-passphrase-file", "no-passphrase"]) {
            throw error
        }
        let protection: KeyProtection
        if invocation.flag("no-passphrase") {
            protection = .none
        } else {
            let source = PassphraseSource(
                path: invocation.value("new-passphrase-file"), prompt: "New passphrase: ")
            protection = .passphrase(KeyOpener { try source.read(confirm: true) })
        }
        context.passphraseSource.prompt = "Old passphrase: "
        try context.wallet().changePassphrase(
            of: invocation.optionalArgument(0), to: protection)
        context.say("the keys are protected anew")
    }
}
