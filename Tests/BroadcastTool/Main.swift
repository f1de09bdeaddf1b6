// Broadcasting and the reading of blocks as a program, for drivers in another language. It ships
// with nothing.
//
// A line is a question in JSON, its member 'do' says which; the answer is a line of JSON.
import Bitcoin
import Broadcasting
import Bytes
import Cryptography
import Documents
import Glibc
import Headers
import Network

struct Mistake: Error {
    let what: String
}

@main
enum Main {
    static func main() throws {
        let loop = try EventLoop()
        let http = HTTPClient(loop: loop, allowsPrivateAddresses: true)
        while let line = readLine() {
            let answer: ForeignJSON
            do { answer = try Question(ForeignJSON(Array(line.utf8)), http).answer() } catch {
                answer = ["error": .string(describe(error))]
            }
            print(String(decoding: answer.bytes, as: UTF8.self))
            fflush(nil)
        }
        loop.stop()
    }

    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as NodeError: "\(error.code): \(error.message)"
        case let error as BroadcastFault: "\(error.code): \(error.message)"
        case let error as BitcoinError: "\(error.code): \(error.message)"
        case let error as NetworkError: "\(error.code): \(error)"
        case let error as BadHeader: error.message
        default: "\(error)"
        }
    }
}

/// A question with what it takes to answer it.
struct Question {
    let value: ForeignJSON
    let surroundings: BroadcastSurroundings

    init(_ value: ForeignJSON, _ http: HTTPClient) throws {
        self.value = value
        var limits = BroadcastLimits()
        if let bytes = value["blockBytes"]?.integer { limits.blockBytes = bytes }
        if let time = value["milliseconds"]?.integer {
            limits.settleMilliseconds = Int64(time)
            limits.silenceMilliseconds = Int64(time)
        }
        surroundings = BroadcastSurroundings(
            network: ChainNetwork(rawValue: value["network"]?.string ?? "regtest") ?? .regtest,
            now: { Int64(time(nil)) }, elapsed: Self.milliseconds, random: SystemRandom(),
            http: http, agent: "/wallet:test/", limits: limits)
    }

    @Sendable static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    func answer() throws -> ForeignJSON {
        switch value["do"]?.string {
        case "send": try send()
        case "standing": try standing()
        case "fees": try fees()
        case "blocks": try blocks()
        default: throw Mistake(what: "'do' is none of the questions")
        }
    }

    private func text(_ name: String) throws -> String {
        guard let text = value[name]?.string else { throw Mistake(what: "'\(name)' is missing") }
        return text
    }

    private func bytes(_ text: String?) throws -> [UInt8] {
        guard let text, let bytes = Hexadecimal.decode(text) else {
            throw Mistake(what: "hexadecimal digits are missing")
        }
        return bytes
    }

    private func endpoint(_ text: String) throws -> BroadcastEndpoint {
        try BroadcastEndpoint(
            BroadcastTarget(text, surroundings.network),
            token: value["token"]?.string.map { SecretBytes(Array($0.utf8)) },
            minerKey: value["minerKey"]?.string.flatMap { Hexadecimal.decode($0) })
    }

    private func send() throws -> ForeignJSON {
        var broadcast = Broadcast(try BitcoinTransaction(hexadecimal: text("transaction")))
        broadcast.spending = try value["spending"]?.elements?.map { output in
            TransactionOutput(
                satoshis: UInt64(output["satoshis"]?.integer ?? 0),
                script: Script(try bytes(output["script"]?.string)))
        }
        broadcast.ancestors = try (value["ancestors"]?.elements ?? []).map {
            try BitcoinTransaction(bytes($0.string))
        }
        if let url = value["callback"]?.string {
            broadcast.callback = BroadcastCallback(
                try WebURL(url),
                token: value["callbackToken"]?.string.map { SecretBytes(Array($0.utf8)) })
        }
        let endpoints = try (value["targets"]?.elements ?? []).map {
            try endpoint($0.string ?? "")
        }
        let reports = Broadcaster(surroundings).send(
            broadcast, to: endpoints,
            value["everywhere"]?.boolean == true ? .everywhere : .untilTaken)
        return ["reports": .array(reports.map(row))]
    }

    private func row(_ report: BroadcastReport) -> ForeignJSON {
        let target = ForeignJSON.string(report.target.description)
        switch report.outcome {
        case .accepted(let note):
            return ["target": target, "outcome": "accepted", "reason": .string(note)]
        case .alreadyKnown(let note):
            return ["target": target, "outcome": "alreadyKnown", "reason": .string(note)]
        case .rejected(let code, let reason, let conflicts):
            return [
                "target": target, "outcome": "rejected", "code": .string(code.rawValue),
                "reason": .string(reason),
                "conflicts": .array(conflicts.map { .string($0.displayed) }),
            ]
        case .unavailable(let reason, let retry):
            return [
                "target": target, "outcome": "unavailable", "reason": .string(reason),
                "retry": .boolean(retry),
            ]
        }
    }

    private func standing() throws -> ForeignJSON {
        guard let id = Digest256(displayed: try text("transaction")) else {
            throw Mistake(what: "'transaction' is no hash")
        }
        let standing = try Broadcaster(surroundings)
            .standing(of: id, at: endpoint(text("target")))
        switch standing {
        case .unknown: return ["standing": "unknown"]
        case .inPool(let note): return ["standing": "inPool", "reason": .string(note)]
        case .mined(let block, let height, let path):
            return [
                "standing": "mined", "block": .string(block.displayed),
                "height": ForeignJSON(height),
                "path": ForeignJSON(path.map { Hexadecimal.encode($0.binary) }),
            ]
        case .rejected(let code, let reason, _):
            return [
                "standing": "rejected", "code": .string(code.rawValue), "reason": .string(reason),
            ]
        }
    }

    private func fees() throws -> ForeignJSON {
        guard let offer = try Broadcaster(surroundings).fees(at: endpoint(text("target"))) else {
            return ["fees": .null]
        }
        func rate(_ rate: FeeRate) -> ForeignJSON {
            [.init(Int(rate.satoshis)), .init(Int(rate.bytes))]
        }
        return [
            "fees": rate(offer.fees.standard), "data": rate(offer.fees.data),
            "expires": offer.expires.map { ForeignJSON(Int($0)) } ?? .null,
            "signer": ForeignJSON(offer.signer.map { Hexadecimal.encode($0) }),
        ]
    }

    private func blocks() throws -> ForeignJSON {
        let chain = try StackHeaders(bytes(text("headers")))
        guard case .node(let host, let port) = try endpoint(text("target")).target else {
            throw Mistake(what: "blocks come from nodes")
        }
        let first = value["from"]?.integer ?? 0
        let last = value["to"]?.integer ?? chain.tip.height
        let scripts = try value["scripts"]?.elements.map {
            try Set($0.map { try bytes($0.string) })
        }
        var rows: [ForeignJSON] = []
        try BlockReader(host: host, port: port, surroundings).read(
            first...last, of: chain
        ) { transaction in
            guard let scripts else { return true }
            return transaction.outputs.contains { scripts.contains($0.script.bytes) }
        } each: { found in
            rows.append(try row(found))
        }
        return ["blocks": .array(rows)]
    }

    private func row(_ found: FoundBlock) throws -> ForeignJSON {
        let ids = found.block.chosen.map(\.transaction.id)
        let all = ids.isEmpty ? nil : try found.block.path(of: ids, height: found.placed.height)
        return [
            "height": ForeignJSON(found.placed.height),
            "hash": .string(found.placed.hash.displayed),
            "count": ForeignJSON(found.block.transactions.count),
            "bytes": ForeignJSON(found.block.byteCount),
            "paths": .object(
                try found.proofs().map {
                    .init($0.transaction.id.displayed, .string(Hexadecimal.encode($0.path.binary)))
                }),
            "path": ForeignJSON(all.map { Hexadecimal.encode($0.binary) }),
        ]
    }
}
