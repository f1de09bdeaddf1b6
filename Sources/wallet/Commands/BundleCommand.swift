// wallet bundle: a replica's documents in a file.
import CommandKit
import Cryptography
import Files
import Sync
import WalletKit

enum BundleCommand {
    static let command = Command<Context>(
        "bundle", summary: "carry documents to another device in a file",
        details: [
            "A bundle is what `wallet sync` would send, in a file: by stick, mail or a drop box. "
                + "It is applied whole or not at all, as often as you like.",
            "With `--to` it is encrypted to `age` recipients, and `age --decrypt` reads it too.",
        ],
        subcommands: [create, apply], group: CommandTable.Group.share,
        seeAlso: ["sync", "clone"])

    private static let create = Command<Context>(
        "create", summary: "write a bundle",
        options: [
            CommandOption(
                "to", value: "RECIPIENT", summary: "encrypt to this age recipient, 'age1…'",
                isRepeating: true),
            CommandOption("force", summary: "over a file that is there"),
        ],
        arguments: [
            CommandArgument("FILE", summary: "the bundle; - for standard output", completion: .file)
        ],
        examples: [
            CommandExample("wallet bundle create laptop.wbundle", "all that this replica has")
        ]
    ) { invocation, context in
        let recipients = try invocation.values("to").map { text in
            do {
                return try AgeRecipient(text)
            } catch {
                throw ReplicaError.badRecipient(text: text)
            }
        }
        let path = invocation.argument(0)
        if path != "-", !invocation.flag("force"), try FileSystem.status(path) != nil {
            throw Failure(
                .refused, "file-exists", "'\(path)' is there", hint: "--force writes over it")
        }
        var bytes: [UInt8] = []
        let contents = try context.wallet().writeBundle(
            program: "wallet \(CommandTable.version)"
        ) { bytes += $0 }
        if !recipients.isEmpty {
            var encryptor = try AgeEncryptor(to: recipients, from: context.surroundings.random)
            bytes = try encryptor.update(bytes) + encryptor.finish()
        }
        if path == "-" {
            try context.console.write(bytes)
        } else {
            try FileSystem.replace(path, with: bytes)
        }
        context.say("\(contents.documents.total) documents, \(bytes.count) bytes")
    }

    private static let apply = Command<Context>(
        "apply", summary: "take a bundle in",
        options: [
            CommandOption(
                "identity", value: "FILE", completion: .file,
                summary: "a file of age identities that decrypts it"),
            CommandOption(
                "dry-run", short: "n", summary: "see that it is whole, and what it holds"),
        ],
        arguments: [CommandArgument("FILE", summary: "the bundle", completion: .file)],
        examples: [
            CommandExample("wallet bundle apply laptop.wbundle", "merge what it holds"),
            CommandExample(
                "wallet bundle apply --identity key.txt laptop.wbundle", "an encrypted one"),
        ]
    ) { invocation, context in
        defer { context.runHooks() }
        var path = try Context.absolute(invocation.argument(0))
        let plain = path + ".plain"
        defer { if path == plain { try? FileSystem.remove(plain) } }
        if let identity = invocation.value("identity") {
            let identities = try AgeIdentity.identities(
                keyFile: SecretBytes(
                    try FileSystem.read(identity, limit: AgeLimits.keyFileBytes)))
            try decrypt(path, to: plain, identities)
            path = plain
        }
        let report = try context.wallet().sync(
            with: .file(path), name: invocation.argument(0),
            SyncOptions(isDryRun: invocation.flag("dry-run")), context.reach())
        try SyncCommand.show(
            report, SyncOptions(isDryRun: invocation.flag("dry-run")), context)
        if !report.merge.demotions.isEmpty { context.status = .refused }
    }

    private static let pieceBytes = 1_048_576

    private static func decrypt(
        _ path: String, to plain: String, _ identities: [AgeIdentity]
    ) throws {
        try FileSystem.remove(plain)
        let (source, target) = (try File(path, .read), try File(plain, .new))
        var decryptor = AgeDecryptor(identities: identities)
        var (from, to) = (0, 0)
        while true {
            let piece = try source.read(at: from, count: pieceBytes)
            from += piece.count
            let text = piece.isEmpty ? try decryptor.finish() : try decryptor.update(piece)
            try target.write(text[...], at: to)
            to += text.count
            if piece.isEmpty { return }
        }
    }
}
