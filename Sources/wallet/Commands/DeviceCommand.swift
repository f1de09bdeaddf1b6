// wallet device, wallet lease: who clears, who seals.
import CommandKit
import WalletKit

enum DeviceCommand {
    static let command = Command<Context>(
        "device", summary: "the devices of a wallet that is on several",
        details: [
            "Each replica signs what it clears with a device key of its own, which the domain key "
                + "has certified. DEVICE is the beginning of its address or of its incarnation."
        ],
        subcommands: [list, revoke, allow, allowances], defaultSubcommand: "list",
        group: CommandTable.Group.share, seeAlso: ["clone", "sync", "lease"])

    private static let list = Command<Context>(
        "list", summary: "list devices", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet device", "who may clear here")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("address", "DEVICE"), .init("incarnation", "INCARNATION"),
                .init("issued", "CERTIFIED"), .init("records", "RECORDS", .right),
                .init("state", "STATE"),
            ], fields: ["address", "incarnation", "issued", "records", "state", "revoked"],
            format: invocation.value("format"))
        for device in try context.wallet().devices() {
            var states: [String] = []
            if device.isOwn { states.append("this") }
            if device.isHolder { states.append("seals") }
            if device.revoked != nil { states.append("revoked") }
            try report.add(
                ReportRow([
                    "address": .text(device.address.text),
                    "incarnation": .text(device.incarnation),
                    "issued": .text(device.issued.text), "records": .number(device.sequence),
                    "state": .text(states.joined(separator: ",")),
                    "revoked": .text(device.revoked?.text ?? ""),
                ]))
        }
        try report.flush()
    }

    private static let revoke = Command<Context>(
        "revoke", summary: "take a device's word away",
        details: [
            "A lost phone: what it clears after this moment does not count, once the others have "
                + "met. What was set aside for it comes back when that expires. Needs the domain "
                + "key."
        ],
        arguments: [CommandArgument("DEVICE", summary: "the beginning of its address")],
        examples: [CommandExample("wallet device revoke 3f9a", "the phone is lost")]
    ) { invocation, context in
        let device = try context.wallet().revoke(device: invocation.argument(0))
        context.say("revoked; 'wallet sync' tells the others")
        try context.console.write(device.text + "\n")
    }

    private static let allow = Command<Context>(
        "allow", summary: "set part of a balance aside for one device",
        details: [
            "What a device spends of its allowance is final: no merge takes it back, because no "
                + "other device can spend it meanwhile. In force from the next block on: run "
                + "`wallet seal`, then `wallet sync` on the device. After EXPIRY what is left "
                + "comes back; until then nobody else can spend it. Needs the domain key."
        ],
        options: [
            CommandOption(
                "address", value: "WHO", completion: .dynamic("own"),
                summary: "whose balance (the default address)"),
            CommandOption("until", value: "EXPIRY", summary: "a time or a duration (7d)"),
        ],
        arguments: [
            CommandArgument("DEVICE", summary: "the beginning of its address"),
            CommandArgument("AMOUNT", summary: "how much"),
            CommandArgument("UNIT", summary: "the unit", completion: .dynamic("units")),
        ],
        examples: [
            CommandExample("wallet device allow 3f9a 20 BEER", "the phone may spend 20 alone")
        ]
    ) { invocation, context in
        let allowance = try context.wallet().allow(
            device: invocation.argument(0), amount: invocation.argument(1),
            unit: invocation.argument(2), of: invocation.value("address"),
            until: invocation.value("until") ?? "7d")
        context.say("set aside from the next block on")
        try context.console.write(allowance.document + [0x0a])
    }

    private static let allowances = Command<Context>(
        "allowances", summary: "list what is set aside", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet device allowances", "as the last block leaves it")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("device", "DEVICE"), .init("address", "ADDRESS"), .init("unit", "UNIT"),
                .init("remaining", "LEFT", .right), .init("expiry", "EXPIRES"),
            ], fields: ["device", "address", "unit", "remaining", "expiry"],
            format: invocation.value("format"))
        let wallet = try context.wallet()
        let resolver = try wallet.resolver()
        for left in try wallet.allowances() {
            try report.add(
                ReportRow([
                    "device": .text(left.device.text),
                    "address": .text(resolver.name(left.address)),
                    "unit": .text(try resolver.view(left.symbol).label),
                    "remaining": .text(left.remaining.text), "expiry": .text(left.expiry.text),
                ]))
        }
        try report.flush()
    }
}

enum LeaseCommand {
    static let command = Command<Context>(
        "lease", summary: "which device seals",
        details: [
            "Blocks are final, so one device at a time seals: the first one, until another takes "
                + "the lease. Of two chains of blocks the one of the higher term counts, also "
                + "where it is the shorter one; so take it by force only from a device that is "
                + "lost."
        ],
        subcommands: [show, take, release], defaultSubcommand: "show",
        group: CommandTable.Group.share, seeAlso: ["device", "sync", "seal"])

    private static let show = Command<Context>(
        "show", summary: "show who holds the lease",
        examples: [CommandExample("wallet lease", "who seals, and until when")]
    ) { _, context in try write(try context.wallet().lease(), context) }

    private static let duration = CommandOption(
        "for", value: "DURATION", summary: "how long (30d)")

    private static let take = Command<Context>(
        "take", summary: "seal on this device from now on",
        options: [
            duration,
            CommandOption("force", summary: "from a device that has not let it go"),
        ],
        examples: [CommandExample("wallet lease take", "when the old holder has released it")]
    ) { invocation, context in
        try write(
            try context.wallet().takeLease(
                for: try milliseconds(invocation), isForced: invocation.flag("force")), context)
    }

    private static let release = Command<Context>(
        "release", summary: "let the lease go",
        options: [
            CommandOption("to", value: "DEVICE", summary: "the device that holds it next"),
            duration,
        ],
        examples: [CommandExample("wallet lease release --to 3f9a", "the phone seals from now on")]
    ) { invocation, context in
        try write(
            try context.wallet().releaseLease(
                to: invocation.value("to"), for: try milliseconds(invocation)), context)
    }

    private static func milliseconds(_ invocation: Invocation) throws -> Int64 {
        try DurationText.parse(invocation.value("for") ?? "30d").components.seconds * 1000
    }

    private static func write(_ lease: LeaseReport, _ context: Context) throws {
        let row = ReportRow([
            "holder": .text(lease.holder.text), "term": .number(lease.term),
            "until": .text(lease.until?.text ?? ""), "own": .boolean(lease.isOwn),
        ])
        if context.isJSON { return try context.console.write(row.json + "\n") }
        try context.console.write(
            lease.holder.text + (lease.isOwn ? " this device" : "")
                + (lease.until.map { " until \($0)" } ?? "") + "\n")
    }
}
