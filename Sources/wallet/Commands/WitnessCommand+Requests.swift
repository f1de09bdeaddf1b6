// wallet witness request, add-checkpoint: what a log asks, and what the witness answers.
import Bytes
import CommandKit
import Documents
import WalletKit

extension WitnessCommand {
    static let request = Command<Context>(
        "request", summary: "print what this wallet asks of a witness",
        details: [
            "Prints the last checkpoint of this wallet's own log, with the proof that it continues the one that the "
                + "witness has cosigned last: the body of C2SP's `add-checkpoint`. A witness that is "
                + "asked with another SIZE refuses with `conflict` and says which it is."
        ],
        options: [
            CommandOption(
                "old", value: "SIZE", summary: "the size that the witness has cosigned last (0)")
        ],
        examples: [
            CommandExample(
                "wallet witness request | wallet -C ../bar witness add-checkpoint "
                    + "| wallet checkpoint --add -", "have the wallet next door cosign")
        ]
    ) { invocation, context in
        let old = try invocation.integer("old", in: 0...Limits.treeSize) ?? 0
        try context.console.write(try context.wallet().witnessRequest(from: old).bytes)
    }

    static let addCheckpoint = Command<Context>(
        "add-checkpoint", summary: "cosign a checkpoint of a log",
        details: [
            "Reads one request from FILE or from standard input and prints the cosignature, once what it says is "
                + "stored: a repeated request gets the cosignature of the same checkpoint."
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "the request; '-' or none for standard input", completion: .file,
                isOptional: true)
        ],
        examples: [
            CommandExample("wallet witness add-checkpoint < request", "print the cosignature")
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        let body = try read(invocation.optionalArgument(0) ?? "-")
        do {
            let cosigned = try wallet.addCheckpoint(body)
            try context.console.write(
                context.isJSON ? Array((cosigned.row.json + "\n").utf8) : cosigned.lines)
            try context.console.flush()
            let (origin, size) = (cosigned.checkpoint.origin, cosigned.checkpoint.size)
            context.say("cosigned \(size) documents of '\(DisplayText.neutralised(origin))'")
        } catch WitnessError.equivocation(let accusation, let size) {
            try context.console.write(accusation.document + [UInt8(ascii: "\n")])
            throw WitnessError.equivocation(accusation, size: size)
        }
    }

    /// A request, whatever its length is: one that is too long is refused as the others are.
    private static func read(_ path: String) throws -> [UInt8] {
        do {
            return try WholeInput.read(path, limit: Limits.witnessRequestBytes)
        } catch let failure as Failure where failure.code == "too-long" {
            throw Failure(.refused, "malformed-request", failure.message)
        }
    }
}
