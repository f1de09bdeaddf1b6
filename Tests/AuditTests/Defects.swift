// Every defect that an audit finds, each alone in a log that is right but for it.

import Audit
import Bytes
import Cryptography
import Documents
import Testing

/// A way to spoil a log.
struct Defect: Sendable, CustomTestStringConvertible {
    let code: AuditFinding.Code
    let name: String
    let spoil: @Sendable (inout LogMaker) -> Void

    init(
        _ code: AuditFinding.Code, _ name: String,
        _ spoil: @escaping @Sendable (inout LogMaker) -> Void
    ) {
        self.code = code
        self.name = name
        self.spoil = spoil
    }

    var testDescription: String { "\(code.rawValue): \(name)" }

    static let all = lines + owners + transactions + books + outputs + blocks + segments + stacks

    /// A log in which everything is right: a unit with two decimals, one without definition, balances, credit.
    static func base() -> LogMaker {
        var log = LogMaker.begun()
        log.append(unit(issuer))
        log.clear(promise(issuer, alice, "100", id: 1), promise(issuer, bob, "50", id: 2))
        log.clear(promise(alice, bob, "12.5", id: 3))
        log.clear(promise(issuer, carol, "0", credit: "-20", id: 4))
        log.clear(promise(mint, carol, "7", of: mint, id: 5))
        return log
    }

    static let lines: [Defect] = [
        Defect(.malformedDocument, "an object") { $0.append(Array("{}".utf8)) },
        Defect(.malformedDocument, "no JSON") { $0.append(Array("wallet".utf8)) },
        Defect(.malformedDocument, "an empty line") { $0.append([]) },
        Defect(.malformedDocument, "a blank before the document") {
            $0.append([0x20] + unit(mint))
        },
        Defect(.malformedDocument, "a blank after the document") { $0.append(unit(mint) + [0x20]) },
        Defect(.malformedDocument, "a bare promise") {
            $0.append(promise(issuer, alice, "1").document)
        },
        Defect(.malformedDocument, "members out of order") { log in
            let text = String(decoding: unit(mint), as: UTF8.self)
            let end = text.dropFirst().firstRange(of: #","hash""#)
            let cut = end?.lowerBound ?? text.endIndex
            let moved =
                "{" + text[text.index(after: cut)...].dropLast() + ","
                + text[..<cut].dropFirst() + "}"
            log.append(Array(moved.utf8))
        },
        Defect(.malformedDocument, "a member too many in a block") {
            $0.seal { $0.data["more"] = "1" }
        },
        Defect(.malformedDocument, "a member too few in a block") {
            $0.seal { $0.data["count"] = nil }
        },
        Defect(.malformedDocument, "a number as a text in a block") {
            $0.seal { $0.data["count"] = quoted("6") }
        },
        Defect(.malformedDocument, "a member too many in a block's meta") {
            $0.seal { $0.spoil = { $0["more"] = "1" } }
        },
        Defect(.malformedDocument, "a member too many in a stack") {
            $0.seal()
            $0.stack { statement, _ in statement.data["more"] = "1" }
        },
        Defect(.malformedDocument, "a header of 81 bytes") {
            $0.seal()
            $0.stack { _, header in header.append(0) }
        },
        Defect(.hashMismatch, "another name of a unit") { log in
            let text = String(decoding: unit(mint, name: "Bread"), as: UTF8.self)
            log.append(Array(text.replacing("Bread", with: "Broad").utf8))
        },
        Defect(.hashMismatch, "another amount inside a transaction") { log in
            log.clear(promise(alice, bob, "3", id: 6))
            let text = String(decoding: log.lines.removeLast(), as: UTF8.self)
            log.append(
                Array(text.replacing(#""amount":"3""#, with: #""amount":"4""#).utf8))
        },
        Defect(.signatureInvalid, "a signature of something else") { log in
            let text = String(decoding: unit(mint), as: UTF8.self)
            let other = String(decoding: unit(mint, name: "Bread"), as: UTF8.self)
            func signature(_ text: String) -> Substring {
                text.components("\"string\":\"").last?.prefix { $0 != "\"" } ?? ""
            }
            log.append(Array(text.replacing(signature(text), with: signature(other)).utf8))
        },
        Defect(.signatureInvalid, "a receipt of something else") { log in
            log.clear(promise(alice, bob, "3", id: 6)) {
                $0.receipt = device.signature(digest("other"))
            }
        },
        Defect(.signatureInvalid, "an instruction's signature of something else") { log in
            guard case .iou(let iou) = promise(alice, bob, "3", id: 6) else { return }
            let false_ = Endorsements(signatures: [alice.signature(digest("other"))])
            log.clear(.iou(iou.replacing(false_)))
        },
        Defect(.signatureInvalid, "a block's signature of something else") {
            $0.seal {
                $0.spoil = { meta in
                    meta["signatures"] = meta["signatures"]?.replacing(
                        #""scheme":"eddsa-ed25519""#, with: #""scheme":"ecdsa-secp256k1""#)
                }
            }
        },
        Defect(.signatureInvalid, "a block's signer that is not its key's address") {
            $0.seal {
                $0.spoil = { meta in
                    meta["signatures"] = meta["signatures"]?.replacing(
                        domainKey.address.text, with: alice.address.text)
                }
            }
        },
        Defect(.signatureMissing, "a unit that somebody else has signed") {
            $0.append(unit(mint, signer: alice))
        },
        Defect(.signatureMissing, "a receipt by somebody else") { log in
            log.clear(promise(alice, bob, "3", id: 6)) { $0.signer = otherDevice }
        },
        Defect(.signatureMissing, "a promise that its target has signed") { log in
            guard case .iou(let iou) = promise(alice, bob, "3", id: 6) else { return }
            log.clear(.iou(iou.replacing(Endorsements(signatures: [bob.signature(iou.hash)]))))
        },
        Defect(.signatureMissing, "a certificate without a signature") {
            $0.append(certificate(otherDevice) { _ in [] })
        },
        Defect(.signatureMissing, "a block without a signature") {
            $0.seal { $0.spoil = { $0["signatures"] = "[]" } }
        },
    ]

    static let owners: [Defect] = [
        Defect(.emptyLog, "no line") { $0 = LogMaker() },
        Defect(.firstDocument, "a unit first") {
            $0 = LogMaker()
            $0.append(unit(issuer))
        },
        Defect(.firstDocument, "a transaction first") {
            $0 = LogMaker()
            $0.clear(promise(issuer, alice, "100"))
        },
        Defect(.firstDocument, "a certificate by a key of secp256k1 first") {
            $0 = LogMaker()
            $0.append(certificate(device) { [alice.signature($0)] })
        },
        Defect(.foreignKey, "another device, by another key") {
            $0.append(certificate(otherDevice) { [foreignKey.signature($0)] })
        },
        Defect(.foreignKey, "a block by another key") { $0.seal { $0.key = foreignKey } },
        Defect(.foreignKey, "a stack by another key") {
            $0.seal()
            $0.stack { statement, _ in statement.key = foreignKey }
        },
        Defect(.wrongDomain, "a transaction") {
            $0.clear(promise(alice, bob, "3", id: 6)) { $0.domain = "elsewhere" }
        },
        Defect(.wrongDomain, "an instruction") {
            $0.clear(promise(alice, bob, "3", id: 6) { $0.domain = "elsewhere" })
        },
        Defect(.wrongDomain, "a limit") {
            $0.clear(limit(alice, .max, "300", id: 6) { $0.domain = "elsewhere" })
        },
        Defect(.wrongDomain, "a certificate") {
            $0.append(certificate(otherDevice, domain: "elsewhere"))
        },
        Defect(.wrongDomain, "a block") { $0.seal { $0.data["domain"] = quoted("elsewhere") } },
        Defect(.wrongDomain, "a stack") {
            $0.seal()
            $0.stack { statement, _ in statement.data["domain"] = quoted("elsewhere") }
        },
        Defect(.documentRepeated, "a unit") { $0.append(unit(issuer)) },
        Defect(.documentRepeated, "a certificate") { $0.append(certificate(device)) },
        Defect(.unitChanged, "its code") { $0.append(unit(issuer, code: "ALE")) },
        Defect(.unitChanged, "fewer decimals") { $0.append(unit(issuer, scale: 1)) },
    ]

    static let transactions: [Defect] = [
        Defect(.unknownDevice, "no certificate") {
            $0.clear(promise(alice, bob, "3", id: 6)) { draft in
                draft.clock = draft.clock.changed(device: otherDevice)
                draft.signer = otherDevice
            }
        },
        Defect(.sequenceGap, "a number left out") {
            $0.clear(promise(alice, bob, "3", id: 6)) {
                $0.clock = $0.clock.changed(sequence: $0.clock.sequence + 1)
            }
        },
        Defect(.sequenceGap, "a number that was there") {
            $0.clear(promise(alice, bob, "3", id: 6)) {
                $0.clock = $0.clock.changed(sequence: $0.clock.sequence - 1)
            }
        },
        Defect(.sequenceGap, "a transaction taken out") { $0.lines.remove(at: 3) },
        Defect(.sequenceGap, "a cut that settles less than stands above it") {
            $0.append(certificate(otherDevice))
            $0.append(cut(0, [(device, 3)]))
        },
        Defect(.cutHeight, "a cut of another block") {
            $0.append(certificate(otherDevice))
            $0.append(cut(1, [(device, 4)]))
        },
        Defect(.cutMissing, "two devices, and no cut above the block") {
            $0.append(certificate(otherDevice))
            $0.seal()
        },
        Defect(.lineAfterBlock, "a line behind the cut") {
            $0.append(certificate(otherDevice))
            $0.append(cut(0, [(device, 4)]))
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.derived, "derived anew in a domain of one device") {
            let made = $0.made(of: [promise(alice, bob, "3", id: 6)])
            $0.append(
                made.transaction.document(
                    instructions: [promise(alice, bob, "3", id: 6).document[...]], receipt: nil,
                    record: digest("another")))
        },
        Defect(.cancelled, "a promise that was taken back") {
            let promise = promise(alice, bob, "3", id: 6)
            $0.clear(cancellation(promise, by: alice))
            $0.clear(promise)
        },
        Defect(.clockNotLater, "a millisecond too early") {
            $0.clear(promise(alice, bob, "3", id: 6)) {
                $0.clock = $0.clock.changed(time: $0.clock.time.adding(milliseconds: -1))
            }
        },
        Defect(.inputsUnordered, "descending") {
            $0.clear(promise(alice, bob, "3", id: 6), promise(alice, bob, "4", id: 7)) {
                $0.instructions.reverse()
            }
        },
        Defect(.inputsUnordered, "twice in one transaction") {
            let instruction = promise(alice, bob, "3", id: 6)
            $0.clear(instruction, instruction)
        },
        Defect(.instructionRepeated, "in two transactions") {
            $0.clear(promise(alice, bob, "3", id: 6))
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.instructionRepeated, "over a seal") {
            $0.clear(promise(alice, bob, "3", id: 6))
            $0.seal()
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.notYetActive, "a millisecond too early") { log in
            log.clear(
                promise(alice, bob, "3", id: 6) {
                    $0.active = log.clock.time.adding(milliseconds: 1)
                })
        },
        Defect(.expired, "at that moment") { log in
            log.clear(promise(alice, bob, "3", id: 6) { $0.expiry = log.clock.time })
        },
        Defect(.expired, "a limit") { log in
            log.clear(limit(alice, .max, "300", id: 6) { $0.expiry = log.clock.time })
        },
        Defect(.locked, "no preimage") {
            $0.clear(promise(alice, bob, "3", id: 6) { $0.hashlock = digest("open") })
        },
        Defect(.locked, "a wrong preimage") {
            $0.clear(
                promise(alice, bob, "3", id: 6, preimage: "shut") { $0.hashlock = digest("open") })
        },
    ]

    static let books: [Defect] = [
        Defect(.limitRepeated, "two maxima") {
            $0.clear(limit(alice, .max, "300", id: 6), limit(alice, .max, "200", id: 7))
        },
        Defect(.creditNotAllowed, "from holder to holder") {
            $0.clear(promise(carol, bob, "0", credit: "-5", id: 6))
        },
        Defect(.creditNotAllowed, "handed back without having it") {
            $0.clear(promise(alice, issuer, "1", credit: "-5", id: 6))
        },
        Defect(.creditNotAllowed, "handed back more than was granted") {
            $0.clear(promise(issuer, carol, "30", id: 6))
            $0.clear(promise(carol, issuer, "1", credit: "-20.01", id: 7))
        },
        Defect(.creditNotAllowed, "granted by a limit") {
            $0.clear(limit(carol, .min, "-20.01", id: 6))
        },
        Defect(.scaleExceeded, "an amount") { $0.clear(promise(alice, bob, "3.001", id: 6)) },
        Defect(.scaleExceeded, "a credit line") {
            $0.clear(promise(issuer, bob, "3", credit: "-1.001", id: 6))
        },
        Defect(.scaleExceeded, "a limit") { $0.clear(limit(alice, .max, "300.001", id: 6)) },
        Defect(.amountOverflow, "beyond 128 bits") {
            $0.clear(
                promise(mint, alice, largest.text, of: mint, id: 6),
                promise(mint, alice, largest.text, of: mint, id: 7))
        },
        Defect(.amountOverflow, "beyond 38 digits") {
            let text = "60000000000000000000"
            $0.clear(
                promise(mint, alice, text, of: mint, id: 6),
                promise(mint, alice, text, of: mint, id: 7))
        },
        Defect(.amountOverflow, "of a credit line") {
            let line = "-60000000000000000000"
            $0.clear(
                promise(mint, alice, "0", of: mint, credit: line, id: 6),
                promise(mint, alice, "0", of: mint, credit: line, id: 7))
        },
        Defect(.outsideLimits, "more than there is") {
            $0.clear(promise(alice, bob, "87.51", id: 6))
        },
        Defect(.outsideLimits, "more than the credit line") {
            $0.clear(promise(carol, bob, "20.01", id: 6))
        },
        Defect(.outsideLimits, "more than the holder accepts") {
            $0.clear(limit(bob, .max, "70", id: 6))
            $0.clear(promise(alice, bob, "8", id: 7))
        },
        Defect(.outsideLimits, "more than the issuer may issue") {
            $0.clear(limit(issuer, .min, "-160", id: 6))
            $0.clear(promise(issuer, bob, "10.01", id: 7))
        },
        Defect(.outsideLimits, "an issuer that holds its own") {
            $0.clear(promise(carol, issuer, "20", id: 6), promise(alice, issuer, "87.5", id: 7))
            $0.clear(
                promise(bob, issuer, "62.5", id: 8),
                promise(issuer, carol, "0", credit: "-1", id: 9))
            $0.clear(promise(carol, issuer, "1", id: 10))
            $0.clear(promise(carol, issuer, "0.01", id: 11))
        },
        Defect(.outsideLimits, "a maximum below the balance") {
            $0.clear(limit(alice, .max, "80", id: 6))
        },
    ]

    /// A transaction with two units, so that the parts can be confused.
    private static func outputs(
        _ code: AuditFinding.Code, _ name: String,
        _ change: @escaping @Sendable (inout [Transaction.Output]) -> Void
    ) -> Defect {
        Defect(code, name) { log in
            log.clear(promise(alice, bob, "3", id: 6), promise(carol, bob, "2", of: mint, id: 7)) {
                change(&$0.outputs)
            }
        }
    }

    static let outputs: [Defect] = [
        outputs(.outputsDiffer, "one too few") { $0.removeLast() },
        outputs(.outputsDiffer, "one too many") { outputs in
            var more = outputs[0]
            more = Transaction.Output(
                address: device.address, symbol: more.symbol,
                state: .initial(device.address, more.symbol),
                source: nil)
            outputs.append(more)
            outputs.sort { $0.address < $1.address }
        },
        outputs(.outputsDiffer, "two in the wrong order") { $0.swapAt(0, 1) },
        outputs(.outputsDiffer, "one twice") { $0.append($0[3]) },
        outputs(.outputsDiffer, "somebody else's") { outputs in
            outputs[0] = Transaction.Output(
                address: device.address, symbol: outputs[0].symbol, state: outputs[0].state,
                source: outputs[0].source)
            outputs.sort { ($0.address, $0.symbol) < ($1.address, $1.symbol) }
        },
        outputs(.sumNotZero, "one quantum more") { $0[0] = $0[0].changed { $0.add(1) } },
        outputs(.sumNotZero, "moved between units") { outputs in
            // 0 when both units are summed as one.
            guard let other = outputs.firstIndex(where: { $0.symbol != outputs[0].symbol }) else {
                return
            }
            outputs[0] = outputs[0].changed { $0.add(1) }
            outputs[other] = outputs[other].changed { $0.add(-1) }
        },
        outputs(.balanceDiffers, "moved between holders") { outputs in
            guard let other = outputs.lastIndex(where: { $0.symbol == outputs[0].symbol }) else {
                return
            }
            outputs[0] = outputs[0].changed { $0.add(1) }
            outputs[other] = outputs[other].changed { $0.add(-1) }
        },
        outputs(.balanceDiffers, "a maximum") {
            $0[0] = $0[0].changed { $0.max = .finite(amount("1000")) }
        },
        outputs(.balanceDiffers, "a minimum") {
            $0[0] = $0[0].changed { $0.min = .finite(amount("-1000")) }
        },
        outputs(.balanceDiffers, "a minimum of plus infinity") {
            $0[0] = $0[0].changed { $0.min = .plusInfinity }
        },
        outputs(.sourceDiffers, "none") { $0[0] = $0[0].changed(source: nil) },
        outputs(.sourceDiffers, "another output of that transaction") { outputs in
            guard let source = outputs[0].source else { return }
            outputs[0] = outputs[0].changed(
                source: .init(transaction: source.transaction, index: source.index + 1))
        },
        Defect(.sourceDiffers, "an output that was spent before") { log in
            let name = LogMaker.Name(address: alice.address, symbol: issuer.address)
            let old = log.counters[name]?.head
            log.clear(promise(alice, bob, "3", id: 6))
            log.clear(promise(alice, bob, "3", id: 7)) { draft in
                for index in draft.outputs.indices
                where draft.outputs[index].address == alice.address {
                    draft.outputs[index] = draft.outputs[index].changed(source: old)
                }
            }
        },
        Defect(.sourceDiffers, "of a counter's first output") {
            $0.clear(promise(mint, bob, "3", of: mint, id: 6)) { draft in
                for index in draft.outputs.indices where draft.outputs[index].source == nil {
                    draft.outputs[index] = draft.outputs[index].changed(
                        source: .init(transaction: digest("none"), index: 0))
                }
            }
        },
    ]
}

extension Transaction.Clock {
    func changed(
        device: Person? = nil, sequence: Int? = nil, time: Timestamp?? = .none
    ) -> Transaction.Clock {
        Transaction.Clock(
            device: device?.address ?? self.device, sequence: sequence ?? self.sequence,
            tick: tick, time: (time ?? self.time) ?? self.time)
    }
}

extension Transaction.Output {
    func changed(_ change: (inout CounterState) -> Void) -> Transaction.Output {
        var state = state
        change(&state)
        return Transaction.Output(address: address, symbol: symbol, state: state, source: source)
    }

    func changed(source: Transaction.Pointer?) -> Transaction.Output {
        Transaction.Output(address: address, symbol: symbol, state: state, source: source)
    }
}

extension CounterState {
    mutating func add(_ quanta: Int128) { net = Amount(quanta: net.quanta + quanta) ?? net }
}

extension String {
    /// The pieces between occurrences of `separator`.
    func components(_ separator: String) -> [Substring] { split(separator: separator) }
}
