// wallet headers verify: is what a proof shows in the longest chain?
import Bytes
import CommandKit
import Files
import Headers
import WalletKit

extension HeadersCommand {
    static let verify = Command<Context>(
        "verify", summary: "verify proofs by the chain",
        details: [
            "Each FILE holds a proof that a transaction was mined: TSC, as JSON or binary, BUMP, or "
                + "BEEF, binary or in hexadecimal digits; told by its contents. The branch must lead "
                + "to the root of a header of the longest chain. Of BEEF every path must, and every "
                + "transaction that is not mined must spend what is there, and no more than that, be "
                + "final, and be signed for it: P2PKH, P2PK and bare multisignatures are verified.",
            "With `--root` no file is needed: is that the root at `--height`?",
            "The exit status is 1 if anything is false. The codes: `proof-invalid`, "
                + "`unverifiable-script` for an unmined transaction that spends a script of another "
                + "form, `unknown-header`, `stale-header`, `not-in-chain`, and `not-yet` for a height "
                + "that is a little above the tip.",
        ],
        options: storeOptions + [
            stacks,
            CommandOption("root", value: "ROOT", summary: "verify that a header has this root"),
            CommandOption("height", value: "HEIGHT", summary: "the height of '--root'"),
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "a proof; '-' for standard input", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet headers verify proof.json", "was it mined?"),
            CommandExample("wallet headers verify --stacks proof.bump", "under our own header?"),
        ], group: CommandTable.Group.secure, needsWallet: false, seeAlso: ["verify"]
    ) { invocation, context in
        let chain = try lookup(invocation, context)
        if let text = invocation.value("root") {
            guard let root = Digest256(displayed: text.lowercased()) else {
                throw invocation.invalid("root", expected: "64 hexadecimal digits")
            }
            guard let height = try invocation.integer("height", in: 0...Limits.blockHeight) else {
                throw invocation.usageError(.missingOption, "'--root' needs '--height'")
            }
            try judge("root", nil, chain, context) {
                ChainProof(
                    transactions: [], headers: [try chain.confirmed(root, at: height)], subject: nil
                )
            }
            if invocation.arguments.isEmpty { return }
        } else if invocation.value("height") != nil {
            throw invocation.usageError(.missingOption, "'--height' needs '--root'")
        }
        for path in invocation.arguments.isEmpty ? ["-"] : invocation.arguments {
            var kind = "proof"
            try judge(path == "-" ? nil : path, &kind, chain, context) { kind in
                let proof = try PresentedProof(
                    try WholeInput.read(path, limit: Limits.proofFileBytes))
                kind = proof.kind
                return try chain.verify(proof)
            }
        }
    }

    private static func judge(
        _ kind: String, _ file: String?, _ chain: any HeaderLookup, _ context: Context,
        _ body: () throws -> ChainProof
    ) throws {
        var kind = kind
        try judge(file, &kind, chain, context) { _ in try body() }
    }

    private static func judge(
        _ file: String?, _ kind: inout String, _ chain: any HeaderLookup, _ context: Context,
        _ body: (inout String) throws -> ChainProof
    ) throws {
        let failure: Failure
        do {
            let proof = try body(&kind)
            return try tell(proof, kind, file, chain, context)
        } catch let error as HeaderError {
            failure = Failure(.refused, error.proofCode, error.message)
        } catch let refusal as ChainRefusal {
            failure = Failure(.refused, refusal.code, refusal.message)
        } catch let error as FileError where error.isMissing {
            failure = Failure(.refused, "no-input", "'\(error.path)': \(error.reason)")
        }
        context.status = .refused
        var shown = failure
        if let file { shown.details["file"] = file }
        if context.isJSON { try context.console.write(shown.json + "\n") }
        context.console.say(
            "wallet: " + (file.map { "'\(DisplayText.neutralised($0))': " } ?? "")
                + "\(failure.code): \(DisplayText.neutralised(failure.message))")
    }

    private static func tell(
        _ proof: ChainProof, _ kind: String, _ file: String?, _ chain: any HeaderLookup,
        _ context: Context
    ) throws {
        let tip = chain.tip.height
        let confirmations = proof.headers.map { tip - $0.height + 1 }.min() ?? 0
        if context.isJSON {
            let row = ReportRow([
                "blocks": .list(proof.headers.map(\.hash.displayed)),
                "confirmations": .number(confirmations), "file": file.map { .text($0) },
                "heights": .list(proof.headers.map { String($0.height) }), "kind": .text(kind),
                "roots": .list(proof.headers.map(\.header.merkleRoot.displayed)),
                "subject": proof.subject.map { .text($0.displayed) },
                "transactions": .list(proof.transactions.map(\.displayed)),
                "verified": .boolean(true),
            ])
            return try context.console.write(row.json + "\n")
        }
        let places = Set(proof.headers.map(\.height)).sorted().map(String.init)
        let place = "at height \(places.joined(separator: ", ")), \(confirmations) deep"
        let subjects = proof.subject.map { [$0] } ?? proof.transactions
        for subject in subjects {
            let verb =
                proof.transactions.contains(subject)
                ? "is mined" : "spends what was mined"
            try context.console.write("'\(subject.displayed)' \(verb) \(place)\n")
        }
        if subjects.isEmpty {
            for header in proof.headers {
                let root = header.header.merkleRoot.displayed
                try context.console.write(
                    "'\(root)' is the root of '\(header.hash.displayed)', \(place)\n")
            }
        }
    }
}
