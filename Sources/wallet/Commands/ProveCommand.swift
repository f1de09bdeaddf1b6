// wallet prove: what shows a stranger that something stands in the log.
import CommandKit
import Documents
import Files
import WalletKit

enum ProveCommand {
    private static let formats = ["json", "tlog", "tsc", "bump"]

    static let command = Command<Context>(
        "prove", summary: "prove what stands in the log, to anybody, offline",
        details: [
            "Prints a proof: a document that carries everything that `wallet verify` needs to check it in an empty "
                + "directory, years later, without this wallet and without a network.",
            "With ID, the hash of a document or of an instruction or its beginning: that it stands in the block that "
                + "it was sealed in. `--format tlog` is the same as a C2SP tlog-proof; `tsc` and `bump` are "
                + "the block's place in its stack, as Bitcoin's tools read it.",
            "`--balance WHO --unit UNIT`: what WHO had at the last block, or that WHO had no counter. `--absent ID`: "
                + "that no document or instruction ID is in any block. `--consistency FROM [TO]`: that the log of "
                + "block FROM, or of a checkpoint in the file FROM, is a beginning of the log of block TO (the last).",
        ],
        options: [
            CommandOption(
                "balance", value: "WHO", completion: .dynamic("addresses"),
                summary: "prove what WHO had, or had not"),
            CommandTable.Shared.unit,
            CommandOption("absent", value: "ID", summary: "prove that ID is in no block"),
            CommandOption(
                "since", value: "HEIGHT", summary: "with --absent: only from this block on (0)"),
            CommandOption(
                "consistency", value: "FROM", completion: .file,
                summary: "prove that the log has only grown since FROM"),
            CommandOption(
                "format", value: "FORMAT", completion: .choice(formats),
                summary: "json, tlog, tsc or bump (json)"),
            CommandOption(
                "output", short: "o", value: "FILE", completion: .file,
                summary: "write to FILE, whole or not at all"),
        ],
        arguments: [
            CommandArgument(
                "ID", summary: "a hash or its beginning; with --consistency, the later block",
                isOptional: true)
        ],
        examples: [
            CommandExample("wallet prove 5e9fc1 -o receipt.proof", "for whoever was paid"),
            CommandExample("wallet prove --balance alice --unit BEER", "what alice had"),
            CommandExample("wallet prove --consistency 3", "nothing sealed by then has changed"),
        ],
        group: CommandTable.Group.secure, seeAlso: ["verify", "seal", "checkpoint"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["balance", "absent", "consistency"]) {
            throw error
        }
        let proof = try context.wallet().prove(try request(invocation))
        let bytes =
            switch invocation.value("format") ?? "json" {
            case "tlog": try proof.tlogProof()
            case "tsc": try proof.tscProof()
            case "bump": try proof.bump()
            default: proof.document + [UInt8(ascii: "\n")]
            }
        guard let path = invocation.value("output"), path != "-" else {
            return try context.console.write(bytes)
        }
        try FileSystem.replace(path, with: bytes)
        context.hint("'wallet verify \(path)' checks it, anywhere")
    }

    private static func request(_ invocation: Invocation) throws -> ProofRequest {
        let argument = invocation.optionalArgument(0)
        if let from = invocation.value("consistency") {
            let state: ProofRequest.EarlierState =
                try FileSystem.status(from).map { $0.isDirectory } == false
                ? .checkpoint(try FileSystem.read(from, limit: ProofRequest.checkpointBytes))
                : .block(from)
            return .consistency(from: state, to: argument)
        }
        if let who = invocation.value("balance") {
            guard argument == nil else { throw excess }
            guard let unit = invocation.value("unit") else {
                throw Failure(
                    .usage, "missing-option", "'--balance' needs '--unit UNIT'",
                    hint: "'wallet prove -h' shows how it is used")
            }
            return .balance(who: who, unit: unit)
        }
        if let id = invocation.value("absent") {
            guard argument == nil else { throw excess }
            return .absence(
                id, since: try invocation.integer("since", in: 0...99_999_999) ?? 0)
        }
        guard let argument else {
            throw Failure(
                .usage, "missing-argument",
                "an ID is needed, or '--balance', '--absent' or '--consistency'",
                hint: "'wallet prove -h' shows how it is used")
        }
        return .document(argument)
    }

    private static let excess = Failure(
        .usage, "excess-argument", "an ID is proved alone",
        hint: "'wallet prove -h' shows how it is used")
}
