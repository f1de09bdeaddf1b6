// What commands of coins have in common: the network, and a word about what miners have said.
import Bitcoin
import Broadcasting
import Bytes
import CommandKit
import Cryptography
import Glibc
import HeaderService
import Network
import WalletKit

extension Context {
    /// What speaking to miners and nodes takes of the world.
    func broadcastSurroundings() throws -> BroadcastSurroundings {
        let now = surroundings.now
        return BroadcastSurroundings(
            network: try wallet().coinNetwork(), now: { now().milliseconds / 1000 },
            elapsed: { Int64(Live.nanoseconds() / 1_000_000) }, random: surroundings.random,
            http: HTTPClient(loop: try EventLoop(), allowsPrivateAddresses: true),
            agent: "/wallet:\(CommandTable.version)/")
    }

    /// The way to miners.
    func broadcaster() throws -> Broadcaster { Broadcaster(try broadcastSurroundings()) }

    /// What following a node's headers takes of the world.
    func followSurroundings(_ loop: EventLoop) -> FollowSurroundings {
        let now = surroundings.now
        return FollowSurroundings(
            now: { now().milliseconds / 1000 },
            elapsed: { Int64(Live.nanoseconds() / 1_000_000) },
            pause: { usleep(UInt32($0) * 1_000) }, random: surroundings.random,
            http: HTTPClient(loop: loop, allowsPrivateAddresses: true),
            agent: "/wallet:\(CommandTable.version)/", report: { _, _ in })
    }

    /// Says what has become of a transaction that was sent.
    func tell(_ sending: CoinSending) {
        let id = sending.id.displayed.prefix(16)
        for report in sending.reports {
            switch report.outcome {
            case .accepted(let note):
                say("\(id): '\(report.target)' has it" + (note.isEmpty ? "" : ", \(clean(note))"))
            case .alreadyKnown: say("\(id): '\(report.target)' has had it before")
            case .rejected(let code, let reason, _):
                console.say(
                    "wallet: \(id): '\(report.target)' refuses it (\(code.rawValue)): "
                        + clean(reason))
            case .unavailable(let reason, _):
                let place = "'\(report.target)': "
                let text = clean(reason)
                console.say("wallet: \(id): " + (text.hasPrefix(place) ? text : place + text))
            }
        }
        if sending.isDropped { say("\(id): it is given up, its coins are free again") }
    }

    private func clean(_ text: String) -> String { DisplayText.neutralised(text) }

    /// Fails where a transaction was refused, or where nobody is known to have it.
    func judge(_ sending: CoinSending) throws {
        if sending.isTaken || sending.reports.isEmpty { return }
        for report in sending.reports {
            if case .rejected(let code, let reason, _) = report.outcome, sending.isDropped {
                throw Failure(
                    .refused, "transaction-" + code.rawValue,
                    "the transaction was refused: " + clean(reason),
                    details: ["txid": sending.id.displayed])
            }
        }
        throw Failure(
            .network, "not-broadcast", "nobody is known to have taken the transaction",
            hint: "its coins are spent: 'wallet coin broadcast' tries again",
            details: ["txid": sending.id.displayed])
    }
}
