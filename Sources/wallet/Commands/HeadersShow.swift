// wallet headers tip, show: a header by its place or its hash.
import Bytes
import CommandKit
import Headers
import WalletKit

extension HeadersCommand {
    private static let forms: [CommandOption] = [
        CommandOption("raw", summary: "write the 80 bytes"),
        CommandOption("hex", summary: "write them in hexadecimal digits"),
        CommandTable.Shared.format,
    ]

    static let tip = Command<Context>(
        "tip", summary: "show the last header of the longest chain",
        options: storeOptions + [
            stacks, CommandOption("all", summary: "the ends of other branches too"),
        ] + forms,
        examples: [CommandExample("wallet headers tip --json | jq .height", "how far are we?")],
        group: CommandTable.Group.secure, needsWallet: false
    ) { invocation, context in
        let chain = try lookup(invocation, context)
        let all = invocation.flag("all") ? (chain as? HeaderStore)?.tips : nil
        try mending(context) { try write(all ?? [chain.tip], chain, invocation, context) }
    }

    static let show = Command<Context>(
        "show", summary: "show a header",
        options: storeOptions + [
            stacks,
            CommandOption(
                "count", value: "N", summary: "so many headers of the longest chain, from it on"),
        ] + forms,
        arguments: [
            CommandArgument("HEADER", summary: "a height, a hash, or the root of its tree")
        ],
        examples: [
            CommandExample("wallet headers show 0", "the first one"),
            CommandExample("wallet headers show 800000 --hex", "as the network has it"),
        ], group: CommandTable.Group.secure, needsWallet: false
    ) { invocation, context in
        let count = try invocation.integer("count", in: 1...Limits.headers) ?? 1
        let chain = try lookup(invocation, context)
        try mending(context) {
            let first = try find(invocation, chain)
            guard count > 1 else { return try write([first], chain, invocation, context) }
            let heights = first.height..<min(first.height + count, chain.tip.height + 1)
            try write(
                heights.lazy.compactMap { try? chain.header(at: $0) }, chain, invocation, context)
        }
    }

    private static func find(
        _ invocation: Invocation, _ chain: any HeaderLookup
    ) throws -> PlacedHeader {
        let text = invocation.argument(0)
        if text.utf8.count <= 10, let height = Int(text), height >= 0 {
            guard let header = try chain.header(at: height) else {
                throw Failure(
                    .refused, "unknown-header", HeaderError.outOfReach(height: height).message)
            }
            return header
        }
        guard let digest = Digest256(displayed: text.lowercased()) else {
            throw invocation.invalid(argument: 0, expected: "a height or 64 hexadecimal digits")
        }
        if let header = try chain.find(digest) ?? chain.find(root: digest) { return header }
        throw ChainRefusal.unknownHeader(digest)
    }

    private static let fields = [
        "height", "hash", "prevBlockHash", "merkleRoot", "version", "creationTimestamp",
        "difficultyTarget", "nonce", "state", "chainWork", "confirmations",
    ]

    private static func write(
        _ headers: some Sequence<PlacedHeader>, _ chain: any HeaderLookup,
        _ invocation: Invocation, _ context: Context
    ) throws {
        if let error = invocation.conflict(among: ["raw", "hex", "format"]) { throw error }
        if invocation.flag("raw") || invocation.flag("hex") {
            for header in headers {
                let bytes = header.header.bytes
                if invocation.flag("raw") {
                    try context.console.write(bytes)
                } else {
                    try context.console.write(Hexadecimal.encode(bytes) + "\n")
                }
            }
            return
        }
        if context.isJSON || invocation.value("format") != nil {
            var report = try Report(
                context, [], fields: fields, format: invocation.value("format"))
            for header in headers { try report.add(try header.row(chain)) }
            return try report.flush()
        }
        for header in headers {
            var table = TextTable(columns: [.init(""), .init("")])
            for (name, value) in try header.row(chain).members { table.add([name, value.text]) }
            try context.console.write(table.render(showsHeader: false))
        }
    }
}
