// wallet send --pending, --retry, --forget: what has not been delivered.
import CommandKit
import WalletKit

extension SendCommand {
    static func list(_ invocation: Invocation, _ context: Context) throws {
        var report = try Report(
            context,
            [
                .init("id", "MESSAGE"), .init("to", "TO", isElastic: true),
                .init("documents", "DOCUMENTS"), .init("status", "STATUS"),
                .init("attempts", "ATTEMPTS", .right), .init("error", "ERROR", isElastic: true),
            ], fields: MessageRow.outboxFields, format: invocation.value("format"))
        for entry in try context.wallet().outbox() { try report.add(entry.row) }
        try report.flush()
    }

    static func retry(_ invocation: Invocation, _ context: Context) throws {
        let wallet = try context.wallet()
        let transport = context.messageTransport()
        var deliveries: [MessageDelivery] = []
        if invocation.arguments.isEmpty {
            deliveries = try wallet.deliverPending(over: transport, isForced: true)
                .filter { !$0.wasSkipped || $0.entry.status == .waiting }
        } else {
            for prefix in invocation.arguments {
                deliveries.append(
                    try wallet.deliver(try wallet.outboxEntry(prefix), over: transport))
            }
        }
        for delivery in deliveries {
            do { try tell(delivery, context) } catch let error as MessageError {
                let failure = Failure.message(error)
                context.status =
                    context.status == .refused
                    ? .refused : ExitStatus(rawValue: failure.status) ?? .network
                _ = failure.report(to: context.console, isJSON: context.isJSON)
            }
        }
    }

    static func forget(_ invocation: Invocation, _ context: Context) throws {
        guard !invocation.arguments.isEmpty else {
            throw invocation.usageError(.missingArgument, "'--forget' needs a message")
        }
        let wallet = try context.wallet()
        for prefix in invocation.arguments {
            let entry = try wallet.outboxEntry(prefix)
            try wallet.giveUp(entry)
            context.say("gave up \(entry.message.hash.hexadecimal.prefix(12))")
        }
    }
}
