// wallet paymail show: what somebody else's server says of a handle.
import Bytes
import CommandKit
import Network
import Paymail
import WalletKit

enum PaymailShowCommand {
    static let command = Command<Context>(
        "show", summary: "ask what a handle offers",
        details: [
            "Shows the handle's key, name, and what its server offers; with IOUs, where they go "
                + "and which units are accepted. The key is remembered.",
            "Servers are found by DNS (SRV), and counted as the domain's if they lie below it, or "
                + "if the record is verified; `--resolve` names one instead. Servers on private "
                + "networks are asked only if they are named.",
        ],
        options: [
            Context.resolveOption,
            CommandOption(
                "accept-key", summary: "take the key that the server names now for the handle's"),
        ],
        arguments: [CommandArgument("HANDLE", summary: "a handle: alias@domain, $alias or 1alias")],
        examples: [
            CommandExample("wallet paymail show alice@example.com", "who is she"),
            CommandExample(
                "wallet paymail show alice@localhost --resolve localhost=http://127.0.0.1:3000",
                "a server on this machine"),
        ]
    ) { invocation, context in
        let handle = try PaymailHandle(invocation.argument(0))
        let client = try context.paymailClient(invocation.values("resolve"))
        if invocation.flag("accept-key") {
            try client.accept(try client.offeredKey(of: handle), of: handle)
        }
        let key = try client.publicKey(of: handle)
        let offered = try client.capabilities(of: handle.domain)
        let profile = offered.offers(.publicProfile) ? try client.profile(of: handle) : nil
        let destination =
            offered.offers(.promiseDestination) ? try destination(handle, client) : nil
        let row = row(handle, key, offered, profile, destination)
        if context.isJSON { return try context.console.write(row.json + "\n") }
        for (name, value) in row.members where !value.text.isEmpty {
            if name == "offers" { continue }
            let padded = name + String(repeating: " ", count: max(1, 12 - name.count))
            try context.console.write(
                DisplayText.neutralised(padded + context.named(value.text)) + "\n")
        }
        let titles = offered.known.map(\.title).joined(separator: ", ")
        try context.console.write("offers      \(titles)\n")
    }

    /// Not everybody who has the capability takes IOUs.
    private static func destination(
        _ handle: PaymailHandle, _ client: PaymailClient
    ) throws -> PromiseDestination? {
        do { return try client.promiseDestination(of: handle) } catch PaymailError.refused {
            return nil
        }
    }

    private static func row(
        _ handle: PaymailHandle, _ key: [UInt8], _ offered: CapabilityDocument,
        _ profile: PaymailProfile?, _ destination: PromiseDestination?
    ) -> ReportRow {
        ReportRow([
            "handle": .text(handle.description), "key": .text(Hexadecimal.encode(key)),
            "name": profile.map { .text($0.name) }, "avatar": profile.map { .text($0.avatar) },
            "offers": .list(offered.known.map(\.rawValue)),
            "address": destination.map { .text($0.address.text) },
            "domain": destination.map { .text($0.domain) },
            "domainKey": destination.map { .text($0.domainKey.text) },
            "service": destination?.service.map { .text($0.description) },
            "units": destination.map { found in
                .list(
                    found.units.map { unit in
                        unit.code + (unit.limit.map { "<=" + $0.text } ?? "")
                    })
            },
        ])
    }
}
