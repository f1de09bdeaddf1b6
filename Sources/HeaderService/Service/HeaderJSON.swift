// Headers as the two dialects write them. Names that clients of either look for stand side by side.
import Bytes
import Documents
import Headers

/// How somebody is answered.
enum HeaderDialect {
    /// HeaderSV: no tokens, 204 for what is not there.
    case headerSV
    /// The block headers service (BHS, Pulse): tokens, errors with codes.
    case blockHeadersService
}

enum HeaderJSON {
    /// A header. Its work is a number to HeaderSV's clients and inside of tips, else a string.
    static func header(
        _ header: PlacedHeader, _ dialect: HeaderDialect, isInTip: Bool = false
    ) -> ForeignJSON {
        let root = header.header.merkleRoot.displayed
        let work = (try? CompactTarget(bits: header.header.bits).work) ?? .zero
        let isNumber = isInTip || dialect == .headerSV
        return .object([
            .init("hash", .string(header.hash.displayed)),
            .init("version", ForeignJSON(Int(header.header.version))),
            .init("prevBlockHash", .string(header.header.previous.displayed)),
            .init("merkleRoot", .string(root)),
            .init("creationTimestamp", ForeignJSON(Int(header.header.time))),
            .init("difficultyTarget", ForeignJSON(Int(header.header.bits))),
            .init("nonce", ForeignJSON(Int(header.header.nonce))),
            .init("work", isNumber ? .number("\(work)") : .string("\(work)")),
            .init("height", ForeignJSON(header.height)),
            // HeaderSV counts transactions, which no header tells; one of the other's clients looks
            // for the root under this spelling.
            dialect == .headerSV
                ? .init("transactionCount", 0) : .init("merkleroot", .string(root)),
        ])
    }

    static func state(_ header: PlacedHeader) -> String {
        header.state == .longest ? "LONGEST_CHAIN" : "STALE"
    }

    /// A header with its place.
    static func placed(
        _ header: PlacedHeader, work: UInt256, tip: PlacedHeader, _ dialect: HeaderDialect,
        isInTip: Bool
    ) -> ForeignJSON {
        let depth = header.state == .longest ? tip.height - header.height + 1 : 0
        return .object([
            .init("header", self.header(header, dialect, isInTip: isInTip)),
            .init("state", .string(state(header))),
            .init("chainWork", .number("\(work)")),
            .init("height", ForeignJSON(header.height)),
            .init("confirmations", ForeignJSON(depth)),
        ])
    }

    /// What followers and webhooks are told of a new header.
    static func event(_ header: PlacedHeader, work: UInt256) -> ForeignJSON {
        .object([
            .init("operation", "ADD"),
            .init(
                "header",
                .object([
                    .init("height", ForeignJSON(header.height)),
                    .init("hash", .string(header.hash.displayed)),
                    .init("version", ForeignJSON(Int(header.header.version))),
                    .init("merkleRoot", .string(header.header.merkleRoot.displayed)),
                    .init("creationTimestamp", .string(time(Int64(header.header.time)))),
                    .init("nonce", ForeignJSON(Int(header.header.nonce))),
                    .init("state", .string(state(header))),
                    .init("work", .number("\(work)")),
                    .init("prevBlockHash", .string(header.header.previous.displayed)),
                ])),
        ])
    }

    /// What they are told of a reorganisation besides.
    static func reorganisation(_ change: ChainChange, fork: Int) -> ForeignJSON {
        .object([
            .init("operation", "REORGANISE"), .init("fork", ForeignJSON(fork)),
            .init("removed", .array(change.removed.map { .string($0.hash.displayed) })),
            .init("tip", .string(change.tip.hash.displayed)),
            .init("height", ForeignJSON(change.tip.height)),
        ])
    }

    /// Seconds since 1970 as RFC 3339 has them.
    static func time(_ seconds: Int64) -> String {
        let text = Timestamp(milliseconds: seconds * 1_000)?.text ?? ""
        // Without the thousandths that are always nought.
        return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
    }
}
