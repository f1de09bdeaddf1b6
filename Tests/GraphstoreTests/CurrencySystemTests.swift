import Bytes
import Documents
import Graphstore
import Testing

/// The systems of reference §7 and the behavioural vectors of §10.11.
@Suite struct CurrencySystemTests {
    let ledger = Ledger()

    @Test func `vector: an issuer issues 100`() throws {
        try ledger.clear(iou(issuer, alice, "100"))
        #expect(
            ledger.state(issuer)
                == CounterState(
                    net: amount("-100"), min: .minusInfinity, max: .finite(.zero)))
        #expect(ledger.state(alice).max == .plusInfinity)
    }

    @Test func `vector: nobody pays what he does not have`() throws {
        #expect(try ledger.code(iou(alice, bob, "1")) == .lowerLimitReached)
    }

    @Test func `vector: a line granted and spent in one request, in both orders`() throws {
        let grant = iou(issuer, bob, "0", credit: "-50")
        let spend = iou(bob, carol, "50")
        #expect(try ledger.code(spend, grant) == nil)
        try ledger.clear(grant, spend)
        #expect(ledger.net(bob) == "-50")
        #expect(ledger.state(bob).min == .finite(amount("-50")))
        ledger.checkInvariants("")
    }

    @Test func `vector: a line cannot be paid to an issuer who has issued nothing`() throws {
        try ledger.clear(iou(issuer, bob, "0", credit: "-50"))
        #expect(try ledger.code(iou(bob, issuer, "50")) == .upperLimitReached)
    }

    @Test func `vector: a line granted by somebody else is refused`() throws {
        #expect(try ledger.code(iou(alice, bob, "0", credit: "-1000")) == .creditNotAllowed)
        try ledger.clear(iou(issuer, alice, "0", credit: "-1000"))
        #expect(try ledger.code(iou(alice, bob, "0", credit: "-1000")) == .creditNotAllowed)
    }

    @Test func `central issue: supply grows on demand and comes back to the issuer`() throws {
        try ledger.clear(iou(issuer, alice, "100", id: 1))
        try ledger.clear(iou(issuer, bob, "50", id: 2))
        try ledger.clear(iou(alice, bob, "30", id: 3))
        #expect(ledger.net(issuer) == "-150")
        try ledger.clear(iou(bob, issuer, "80", id: 4))
        #expect(ledger.net(issuer) == "-70")
        #expect(ledger.net(bob) == "0")
        #expect(try ledger.code(iou(alice, issuer, "71", id: 5)) == .lowerLimitReached)
        ledger.checkInvariants("")
    }

    @Test func `gateway: the supply is what the gateways have taken in`() throws {
        let gateways = [person(20), person(21)]
        for (id, gateway) in gateways.enumerated() {
            try ledger.clear(iou(issuer, gateway, "0", credit: "-1000", id: id))
        }
        try ledger.clear(iou(gateways[0], alice, "700", id: 10))
        try ledger.clear(iou(gateways[1], bob, "300", id: 11))
        try ledger.clear(iou(alice, bob, "200", id: 12))
        try ledger.clear(iou(bob, gateways[0], "500", id: 13))
        #expect(ledger.net(gateways[0]) == "-200")
        #expect(ledger.net(issuer) == "0")
        #expect(try ledger.code(iou(gateways[0], alice, "801", id: 14)) == .lowerLimitReached)
        #expect(try ledger.code(iou(alice, bob, "501", id: 15)) == .lowerLimitReached)
        ledger.checkInvariants("")
    }

    @Test func `mutual credit: lines are granted, used, and handed back to their issuer`() throws {
        for (id, member) in [alice, bob, carol].enumerated() {
            try ledger.clear(
                iou(issuer, member, "0", credit: "-100", id: id), limit(member, .max, "100", id: id)
            )
        }
        try ledger.clear(iou(alice, bob, "60", id: 10))
        try ledger.clear(iou(bob, carol, "90", id: 11))
        #expect([alice, bob, carol].map { ledger.net($0) } == ["-60", "-30", "90"])
        #expect(ledger.net(issuer) == "0")
        #expect(try ledger.code(iou(alice, carol, "11", id: 12)) == .upperLimitReached)
        #expect(try ledger.code(iou(alice, bob, "41", id: 13)) == .lowerLimitReached)
        // The used part of a line cannot be handed back, the unused one can.
        #expect(
            try ledger.code(iou(alice, issuer, "0", credit: "-41", id: 14)) == .lowerLimitReached)
        try ledger.clear(iou(alice, issuer, "0", credit: "-40", id: 15))
        #expect(ledger.state(alice).min == .finite(amount("-60")))
        try ledger.clear(iou(carol, alice, "90", id: 16))
        try ledger.clear(iou(alice, issuer, "0", credit: "-60", id: 17))
        #expect(ledger.state(alice).min == .finite(.zero))
        #expect(try ledger.code(iou(alice, issuer, "0", credit: "-1", id: 18)) == .creditNotAllowed)
        ledger.checkInvariants("")
    }

    @Test func `an issuer takes back an unused line and never grants one by a limit`() throws {
        try ledger.clear(iou(issuer, alice, "0", credit: "-100", id: 1))
        try ledger.clear(iou(alice, bob, "30", id: 2))
        #expect(try ledger.code(limit(alice, .min, "-29", id: 3)) == .lowerLimitReached)
        try ledger.clear(limit(alice, .min, "-30", id: 4))
        #expect(ledger.state(alice).min == .finite(amount("-30")))
        #expect(try ledger.code(limit(alice, .min, "-31", id: 5)) == .creditNotAllowed)
        #expect(try ledger.code(limit(bob, .min, "-1", id: 6)) == .creditNotAllowed)
        #expect(try ledger.code(limit(bob, .min, "0", id: 7)) == nil)
    }

    @Test func `fixed supply: an issuer's own floor is a ceiling of what it owes`() throws {
        try ledger.clear(limit(issuer, .min, "-1000", id: 1))
        try ledger.clear(iou(issuer, alice, "1000", id: 2))
        #expect(try ledger.code(iou(issuer, bob, "1", id: 3)) == .lowerLimitReached)
        // What is granted as credit is under the ceiling as well: it could become supply.
        #expect(try ledger.code(iou(issuer, bob, "0", credit: "-1", id: 4)) == .lowerLimitReached)
        try ledger.clear(iou(alice, issuer, "400", id: 5))
        try ledger.clear(iou(issuer, bob, "0", credit: "-100", id: 6))
        #expect(ledger.state(issuer).min == .finite(amount("-900")))
        try ledger.clear(iou(issuer, bob, "300", id: 7))
        #expect(try ledger.code(iou(issuer, bob, "1", id: 8)) == .lowerLimitReached)
        ledger.checkInvariants("")
    }

    @Test func `trust: a holder bounds how much of a mint it will hold`() throws {
        try ledger.clear(limit(alice, .max, "10", id: 1))
        #expect(
            try ledger.code(iou(issuer, alice, "10.000000000000000001", id: 2))
                == .upperLimitReached)
        try ledger.clear(iou(issuer, alice, "10", id: 3))
        #expect(try ledger.code(limit(alice, .max, "9", id: 4)) == .upperLimitReached)
        try ledger.clear(limit(alice, .max, "9", id: 5), iou(alice, bob, "1", id: 6))
        try ledger.clear(limit(alice, .max, "20", id: 7), iou(issuer, alice, "11", id: 8))
        #expect(ledger.net(alice) == "20")
    }

    @Test func `tickets: a unit with scale 0 is not divided`() throws {
        ledger.scales[issuer] = 0
        try ledger.clear(iou(issuer, alice, "2", id: 1))
        #expect(try ledger.code(iou(alice, bob, "0.5", id: 2)) == .scaleExceeded)
        try ledger.clear(iou(alice, bob, "1", id: 3))
        #expect(ledger.net(bob) == "1")
    }

    @Test
    func
        `personal promises: everybody issues, and two units clear in one transaction or not at all`()
        throws
    {
        let swap = [iou(alice, bob, "5", alice, id: 1), iou(bob, alice, "7", bob, id: 2)]
        let transaction = try #require(try ledger.clear(all: swap))
        #expect(transaction.outputs.count == 4)
        #expect(ledger.net(bob, alice) == "5")
        #expect(ledger.net(alice, bob) == "7")
        let broken = [iou(alice, bob, "5", alice, id: 3), iou(carol, alice, "7", bob, id: 4)]
        #expect(try ledger.refusal(broken)?.code == .lowerLimitReached)
        #expect(ledger.net(bob, alice) == "5")
        ledger.checkInvariants("")
    }

    @Test func `nothing wraps at the ends of the numbers`() throws {
        let symbol = person(30)
        try ledger.clear(iou(symbol, alice, largest.text, symbol, id: 1))
        #expect(ledger.net(symbol, symbol) == "-" + largest.text)
        #expect(
            try ledger.code(iou(symbol, bob, "0.000000000000000001", symbol, id: 2))
                == .amountOverflow)
        try ledger.clear(iou(symbol, bob, "0", symbol, credit: "-" + largest.text, id: 3))
        #expect(
            try ledger.code(
                iou(symbol, bob, "0", symbol, credit: "-0.000000000000000001", id: 4))
                == .amountOverflow)
        #expect(try ledger.code(iou(bob, alice, "1", symbol, id: 5)) == .amountOverflow)
        try ledger.clear(iou(alice, symbol, largest.text, symbol, id: 6))
        #expect(ledger.net(symbol, symbol) == "0")
        ledger.checkInvariants("")
    }
}
