// Being at a relay for the requests of one wallet, for as long as they can be paid.
import CommandKit
import DirectPayment
import Glibc
import WalletKit

/// Keeps a link at what the wallet has to be paid.
struct Attendance {
    let link: WalletLink
    let desk: InvoiceDesk
    let proofs: MinerProofs?
    let ending: Ending
    let isOnce: Bool

    private static let pauseMilliseconds = 50
    /// Looks at everything every so many pauses, at new requests at once.
    private static let wholePauses = 40
    /// A run that ends by itself gives everybody this many pauses to come in.
    private static let oncePauses = 400
    /// And this many after the last one came in, for what waits.
    private static let oncePatience = 20

    func run() throws {
        defer { link.stop() }
        var rounds = 0
        var settled = 0
        var mark: Int64?
        repeat {
            let isWhole = rounds % Self.wholePauses == 0
            let now = try desk.mark()
            if isWhole || now != mark { try attend() }
            if isWhole { try deliver() }
            mark = now
            rounds += 1
            if isOnce {
                let isIn = link.invoices.allSatisfy { $0.key == "health" || $0.value }
                settled = isIn ? settled + 1 : 0
                if settled > Self.oncePatience || rounds > Self.oncePauses { return }
            }
        } while !ending.hasCome(within: Self.pauseMilliseconds)
    }

    /// Is at the relay for what can be paid, and for nothing else.
    private func attend() throws {
        let pending = try desk.pending()
        for request in pending { link.open(request.id, secret: request.secret) }
        let wanted = Set(pending.map(\.id))
        for id in link.invoices.keys where id != "health" && !wanted.contains(id) {
            link.close(id)
        }
    }

    private func deliver() throws {
        for change in try proofs?.follow() ?? [] { Self.say(change) }
        let deliveries = try desk.deliverProofs()
        for complaint in deliveries.complaints { Self.say("wallet: " + complaint) }
        if deliveries.delivered > 0 { Self.say(deliveries.summary) }
    }
}

// What a link says, from whatever thread.
extension Attendance {
    static func say(_ text: String) {
        _ = (DisplayText.neutralised(text) + "\n").withCString {
            write(STDERR_FILENO, $0, strlen($0))
        }
    }

    static func tell(_ event: LinkEvent, isJSON: Bool, isQuiet: Bool) {
        switch event {
        case .joined(let invoice):
            if !isQuiet, invoice != "health" { say("answering for request \(invoice)") }
        case .lost(let invoice, let reason, let milliseconds):
            if invoice != "health" {
                say("request \(invoice): \(reason); again in \(milliseconds / 1_000 + 1) s")
            }
        case .closed: break
        case .answered(let invoice, let type):
            if !isQuiet { say("request \(invoice): answered \(type)") }
        case .failed(let invoice, let error):
            say("wallet: request \(invoice): \(Failure(error).message)")
        }
    }
}
