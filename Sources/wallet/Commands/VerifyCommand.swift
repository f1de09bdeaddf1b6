// wallet verify: whatever somebody hands over, judged offline.
import Bytes
import CommandKit
import Documents
import Files
import WalletKit

enum VerifyCommand {
    static let command = Command<Context>(
        "verify", summary: "verify documents, proofs, checkpoints and segments, offline",
        details: [
            "Says of each thing in each FILE what it proves and what it does not show. "
                + "Needs no wallet, no network and no clock. What a file holds is told by its "
                + "contents, not by its name: documents and proofs, one a line; a segment of "
                + "the log, with its block at the end; a checkpoint (C2SP signed note); a C2SP "
                + "tlog-proof; Bitcoin's proofs, as TSC JSON or BUMP. Everything is judged; the "
                + "exit status is 1 if anything is false.",
            "A domain that is named after the address of its key proves itself. Of any "
                + "other, a verdict says under which key it holds; whose key that is, "
                + "`--policy` says. A checkpoint carries no key: it is verified by a policy, by "
                + "a proof or block of the same domain given before it, or by comparison with "
                + "`--checkpoint`.",
            "With `--policy` (C2SP tlog-policy) whatever a domain has sealed must be "
                + "signed by a log of the policy that has the domain's name, and cosigned by "
                + "its quorum of witnesses; else it is refused with `not-trusted`.",
            "With `--checkpoint` nothing that is shown of a log may contradict the "
                + "checkpoint that you hold: another root at the same size is an equivocation. "
                + "A proof of consistency that begins with it lets its later state be held too, "
                + "for the files that follow.",
            "With `--headers` Bitcoin's proofs must lead to one of these headers, which "
                + "are verified: a domain's, from its `stacks/headers`, or Bitcoin's own.",
        ],
        options: [
            CommandOption(
                "policy", value: "FILE", completion: .file,
                summary: "the logs and witnesses that you rely on"),
            CommandOption(
                "checkpoint", value: "FILE", completion: .file,
                summary: "a checkpoint that you have kept", isRepeating: true),
            CommandOption(
                "headers", value: "FILE", completion: .file,
                summary: "headers of 80 bytes each, from height 0 on"),
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "what to verify; '-' or none for standard input",
                completion: .file, isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet show 5e9fc1 | wallet verify", "verify a receipt"),
            CommandExample(
                "wallet verify --policy pub.policy receipt.proof", "is it sealed, and by whom?"),
            CommandExample(
                "wallet verify --checkpoint old.checkpoint growth.proof new.checkpoint",
                "has the log only grown?"),
        ],
        group: CommandTable.Group.secure, needsWallet: false,
        seeAlso: ["prove", "checkpoint", "witness", "show"]
    ) { invocation, context in
        var verifier = Verifier(try reliance(invocation))
        let paths = invocation.arguments.isEmpty ? ["-"] : invocation.arguments
        for path in paths {
            do {
                let stream =
                    path == "-" ? InputStream(descriptor: 0) : try InputStream(path: path)
                try verifier.verify(stream) { try tell($0, context) }
            } catch let error as FileError {
                try tell(unreadable(path, error), context)
            }
        }
    }

    private static func tell(_ result: Result<Verdict, Refusal>, _ context: Context) throws {
        switch result {
        case .success(let verdict) where context.isJSON:
            try context.console.write(verdict.row.json + "\n")
        case .success(let verdict):
            var text = "\(verdict.hash.prefix(12)) \(verdict.kind.rawValue): "
            text += DisplayText.neutralised(verdict.proved) + "\n"
            if !verdict.unproved.isEmpty {
                text += "  not shown: \(DisplayText.neutralised(verdict.notShown))\n"
            }
            try context.console.write(text)
        case .failure(let refusal):
            context.status = .refused
            try context.console.write(refusal.json + [UInt8(ascii: "\n")])
            context.console.say("wallet: " + DisplayText.neutralised(refusal.complaint))
        }
        if context.console.isOutputTerminal { try context.console.flush() }
    }

    /// A file that cannot be read: the others are judged all the same.
    private static func tell(_ failure: Failure, _ context: Context) throws {
        context.status = .refused
        try context.console.write(failure.json + "\n")
        context.console.say(
            "wallet: \(failure.code): \(DisplayText.neutralised(failure.message))")
    }

    private static func unreadable(_ path: String, _ error: FileError) -> Failure {
        Failure(
            .refused, "no-input", "'\(path)': \(error.reason)", details: ["file": path])
    }

    private static func reliance(_ invocation: Invocation) throws -> Reliance {
        var reliance = Reliance()
        if let path = invocation.value("policy") {
            try read(path, limit: Limits.policyBytes) { (bytes) throws(Refusal) in
                try reliance.rely(onPolicy: bytes)
            }
        }
        for path in invocation.values("checkpoint") {
            try read(path, limit: Limits.noteBytes) { (bytes) throws(Refusal) in
                try reliance.hold(checkpoint: bytes)
            }
        }
        if let path = invocation.value("headers") {
            try read(path, limit: Limits.headersBytes) { (bytes) throws(Refusal) in
                try reliance.know(headers: bytes)
            }
        }
        return reliance
    }

    /// Nothing is judged by a file that cannot be relied on.
    private static func read(
        _ path: String, limit: Int, _ body: ([UInt8]) throws(Refusal) -> Void
    ) throws {
        do {
            try body(try FileSystem.read(path, limit: limit))
        } catch let error as FileError {
            throw unreadable(path, error)
        } catch let refusal as Refusal {
            throw Failure(
                .refused, refusal.code.rawValue, "'\(path)': \(refusal.message)",
                details: refusal.details)
        }
    }
}
