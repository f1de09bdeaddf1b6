// wallet checkpoint: what witnesses and auditors keep.
import Bytes
import CommandKit
import Documents
import Files
import WalletKit

enum CheckpointCommand {
    static let command = Command<Context>(
        "checkpoint", summary: "print the signed checkpoint of the log",
        details: [
            "Prints the checkpoint of the last block, or of BLOCK: the size and the root of the log as a signed note "
                + "(C2SP tlog-checkpoint), named after the domain, with the cosignatures that it has been "
                + "given. Who keeps it can see later whether the log has only grown.",
            "The files in `.wallet/stacks/` may be served by any web server: `checkpoint`, and the tiles of the log "
                + "as C2SP tlog-tiles lays them out.",
        ],
        options: [
            CommandOption("key", summary: "print the domain's verifier key instead"),
            CommandOption(
                "add", value: "FILE", completion: .file,
                summary: "add the cosignatures of witnesses in FILE; '-' for standard input"),
            CommandOption(
                "policy", value: "FILE", completion: .file,
                summary: "with --add: verify the witnesses that this tlog-policy names"),
        ],
        arguments: [
            CommandArgument(
                "BLOCK", summary: "a block's height or hash (the last)", isOptional: true)
        ],
        examples: [
            CommandExample("wallet checkpoint > pub.checkpoint", "keep it for later"),
            CommandExample("wallet checkpoint --key", "what a policy names"),
        ],
        group: CommandTable.Group.secure, seeAlso: ["seal", "prove", "verify", "witness"]
    ) { invocation, context in
        let wallet = try context.wallet()
        let block = invocation.optionalArgument(0)
        if let path = invocation.value("add") {
            let policy = try invocation.value("policy").map { path in
                try TrustPolicy(try FileSystem.read(path, limit: Limits.policyBytes))
            }
            let lines = try WholeInput.read(path, limit: Limits.noteBytes)
            let count = try wallet.addCosignatures(lines, to: block, policy)
            context.say(
                (count == 1 ? "1 cosignature added" : "\(count) cosignatures added")
                    + (policy == nil && count > 0 ? ", not verified: '--policy' does that" : ""))
            return
        }
        let report = try wallet.checkpoint(block)
        if context.isJSON { return try context.console.write(report.row.json + "\n") }
        if invocation.flag("key") { return try context.console.write(report.key.text + "\n") }
        try context.console.write(report.note)
    }
}

/// Input that is taken in whole.
enum WholeInput {
    /// A file, or standard input for `-`.
    /// - Throws: `Failure`; `FileError`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let stream = path == "-" ? InputStream(descriptor: 0) : try InputStream(path: path)
        var bytes: [UInt8] = []
        while true {
            let part = try stream.read(65_536)
            if part.isEmpty { return bytes }
            bytes += part
            guard bytes.count <= limit else {
                throw Failure(.refused, "too-long", "'\(path)' has more than \(limit) bytes")
            }
        }
    }
}
