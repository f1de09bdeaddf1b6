import Bytes
import Documents
import Graphstore
import Testing

/// What holds after every history.
@Suite struct ClearingPropertyTests {
    private static let people = (1...6).map(person)

    /// A random instruction: people 1 to 3 issue, everybody pays; credit is granted, handed back and abused; limits are
    /// set; amounts reach from one quantum to the largest.
    private func instruction(_ random: inout Generator, _ id: Int) -> Instruction {
        let symbol = Self.people[random.below(3)]
        let source = random.chance(2) ? symbol : Self.people[random.below(6)]
        var target = Self.people[random.below(6)]
        if target == source { target = Self.people[source == person(1) ? 1 : 0] }
        if random.chance(8) {
            let isMaximum = random.chance(2) && source != symbol
            let text = String(random.below(60))
            return limit(
                source, isMaximum ? .max : .min, isMaximum || text == "0" ? text : "-" + text,
                symbol,
                id: id)
        }
        let size = random.chance(30) ? largest.text : String(1 + random.below(40))
        let credit = random.chance(5) ? "-" + String(1 + random.below(30)) : nil
        if credit != nil, random.chance(3) { target = symbol == source ? target : symbol }
        return iou(
            source, target, credit != nil && random.chance(2) ? "0" : size, symbol, credit: credit,
            id: id)
    }

    @Test func `after random histories every sum is 0 and no counter is outside its limits`() throws
    {
        var random = Generator()
        var cleared = 0
        var codes: Set<RefusalCode> = []
        for _ in 0..<500 {
            let ledger = Ledger()
            for id in 0..<24 {
                let request = (0...random.below(3)).map { instruction(&random, id * 4 + $0) }
                let before = ledger.counters
                do {
                    if try ledger.clear(all: request) != nil { cleared += 1 }
                } catch let refusal as Refusal {
                    codes.insert(refusal.code)
                    #expect(ledger.counters == before, random.comment)
                }
            }
            ledger.checkInvariants(random.comment)
        }
        // Were everything refused, the property would say nothing.
        #expect(cleared > 2_000, random.comment)
        let wanted: Set<RefusalCode> = [
            .creditNotAllowed, .amountOverflow, .lowerLimitReached, .upperLimitReached,
        ]
        #expect(wanted.isSubset(of: codes), random.comment)
    }

    private enum Result: Equatable {
        case cleared(Digest256, [UInt8])
        case refused(Refusal)
    }

    private func result(_ ledger: Ledger, _ request: [Instruction]) throws -> Result {
        do {
            guard case .cleared(let transaction, _) = try ledger.judge(request) else {
                fatalError("a fresh request is no replay")
            }
            return .cleared(transaction.hash, transaction.data)
        } catch let refusal as Refusal {
            return .refused(refusal)
        }
    }

    @Test func `any order of instructions gives the same transaction or the same refusal`() throws {
        var random = Generator()
        var cleared = 0
        var judged = 0
        for _ in 0..<160 {
            let ledger = Ledger()
            for id in 0..<21 {
                let request = (0...1 + random.below(4)).map { instruction(&random, id * 8 + $0) }
                let expected = try result(ledger, request)
                for _ in 0..<3 {
                    judged += 1
                    #expect(
                        try result(ledger, request.shuffled(using: &random)) == expected,
                        random.comment)
                }
                if case .cleared = expected {
                    cleared += 1
                    try ledger.clear(all: request)
                }
            }
        }
        #expect(judged >= 10_000 && cleared > 300, random.comment)
    }

    @Test func `a replay gives the same transaction and changes nothing`() throws {
        var random = Generator()
        let ledger = Ledger()
        var requests: [(request: [Instruction], hash: Digest256)] = []
        for id in 0..<300 {
            let request = (0...random.below(3)).map { instruction(&random, id * 4 + $0) }
            do {
                if let transaction = try ledger.clear(all: request) {
                    requests.append((request, transaction.hash))
                }
            } catch is Refusal {}
        }
        let counters = ledger.counters
        #expect(requests.count > 20, random.comment)
        for (request, hash) in requests {
            guard
                case .replayed(let again) = try ledger.judge(
                    request.shuffled(using: &random), at: time("2999-01-01"))
            else {
                Issue.record("no replay, \(random.comment)")
                continue
            }
            #expect(again == hash, random.comment)
        }
        #expect(ledger.counters == counters)
    }

    /// The model: plain sums in dictionaries, judged at the end.
    @Test func `promises clear exactly where plain sums stay within the limits`() throws {
        var random = Generator()
        var outcomes: [Bool: Int] = [:]
        for _ in 0..<500 {
            let ledger = Ledger()
            var nets: [Address: Int] = [:]
            for id in 0..<10 {
                var wanted = nets
                let request = (0...random.below(4)).map { part in
                    let source = random.below(4)
                    let target = (source + 1 + random.below(3)) % 4
                    let size = 1 + random.below(20)
                    wanted[Self.people[source], default: 0] -= size
                    wanted[Self.people[target], default: 0] += size
                    return iou(
                        Self.people[source], Self.people[target], String(size), id: id * 8 + part)
                }
                let isRight = wanted.allSatisfy { $0.key == issuer ? $0.value <= 0 : $0.value >= 0 }
                let refusal = try ledger.refusal(request)
                #expect((refusal == nil) == isRight, random.comment)
                outcomes[isRight, default: 0] += 1
                guard isRight else { continue }
                try ledger.clear(all: request)
                nets = wanted
                for (address, net) in nets {
                    #expect(ledger.net(address) == String(net), random.comment)
                }
            }
        }
        #expect(
            outcomes[true, default: 0] > 200 && outcomes[false, default: 0] > 200, random.comment)
    }
}
