// wallet device: who clears.
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
