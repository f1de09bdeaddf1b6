// Who may clear in a domain, by its setting.
import Bytes
import Documents
import Files
import Service
import Testing

@testable import WalletKit

@Suite("Admission")
struct AdmissionTests {
    let fixture: UsersFixture
    let stranger = Address(of: [1])

    init() throws {
        fixture = try UsersFixture()
        // Somebody without a name here who has a counter.
        let promise = try fixture.wallet.issue(
            Promise(amount: "1", unit: "EUR", target: Address(of: [2]).text))
        _ = try fixture.wallet.clear(promise.iou.document)
        _ = try fixture.wallet.addContact("carl", Address(of: [3]).text)
        _ = try fixture.wallet.invite(Address(of: [4]).text)
        try fixture.add("till")
    }

    private func admission(_ rule: AdmissionRule) -> Admission {
        Admission(rule: rule, directory: fixture.directory, names: fixture.wallet.book)
    }

    private func isAdmitted(_ address: Address, _ rule: AdmissionRule) throws -> Bool {
        try admission(rule).isAdmitted(address) {
            try fixture.wallet.ledger(.readOnly).knows(address)
        }
    }

    @Test("Each rule admits those whom it names")
    func rules() throws {
        let me = try fixture.wallet.defaultAddress().address
        let eur = try fixture.wallet.resolver().symbol("EUR")
        let till = try fixture.user("till").address
        let cases: [(String, Address, open: Bool, known: Bool, invite: Bool)] = [
            ("stranger", stranger, true, false, false),
            ("holder", Address(of: [2]), true, true, false),
            ("contact", Address(of: [3]), true, true, false),
            ("invited", Address(of: [4]), true, true, true),
            ("own", me, true, true, true), ("issuer", eur, true, true, true),
            ("user", till, true, true, true),
        ]
        for (name, address, open, known, invite) in cases {
            #expect(try isAdmitted(address, .open) == open, "\(name)")
            #expect(try isAdmitted(address, .known) == known, "\(name)")
            #expect(try isAdmitted(address, .invite) == invite, "\(name)")
        }
    }

    @Test("A unit's issuer is known by its definition alone")
    func issuer() throws {
        let own = try fixture.wallet.newUnit(
            (code: "NEW", name: nil, scale: nil, form: nil, terms: nil), issuer: nil)
        #expect(try fixture.wallet.ledger(.readOnly).knows(own.terms.symbol))
        #expect(try !fixture.wallet.ledger(.readOnly).knows(stranger))
    }

    @Test("The setting chooses the rule, and open is the standard")
    func setting() throws {
        #expect(try fixture.wallet.admission().rule == .open)
        #expect(try fixture.wallet.isAdmitted(stranger))
        for rule in AdmissionRule.allCases {
            try fixture.wallet.edit {
                try $0.set(Settings.domainAdmission.key, to: rule.rawValue)
            }
            #expect(try fixture.wallet.admission().rule == rule)
        }
        #expect(try !fixture.wallet.isAdmitted(stranger))
        try fixture.wallet.edit { try $0.set(Settings.domainAdmission.key, to: "closed") }
        #expect(throws: ConfigurationError.self) { try fixture.wallet.admission() }
    }

    @Test("Invitations, contacts and users hold at once where a server runs")
    func live() throws {
        let (invite, known) = (admission(.invite), admission(.known))
        func isAdmitted(_ address: Address, _ admission: Admission) throws -> Bool {
            try admission.isAdmitted(address) { false }
        }
        #expect(try !isAdmitted(stranger, invite) && !isAdmitted(stranger, known))
        #expect(try fixture.wallet.invite(stranger.text).isNew)
        #expect(try !fixture.wallet.invite(stranger.text).isNew)
        #expect(try isAdmitted(stranger, invite) && isAdmitted(stranger, known))
        _ = try fixture.wallet.uninvite(stranger.text)
        #expect(try !isAdmitted(stranger, invite) && !isAdmitted(stranger, known))
        _ = try fixture.wallet.addContact("dora", stranger.text)
        #expect(try !isAdmitted(stranger, invite))
        #expect(try isAdmitted(stranger, known))
        try fixture.add("bob")
        #expect(try isAdmitted(fixture.user("bob").address, invite))
    }

    @Test("Whom the ledger knows it is not asked about again")
    func remembered() throws {
        let known = admission(.known)
        var asked = 0
        for _ in 0..<3 {
            _ = try known.isAdmitted(stranger) {
                asked += 1
                return asked == 2
            }
        }
        #expect(asked == 2)
    }

    @Test("Invitations are listed with their time, and taken back once")
    func invitations() throws {
        let all = try fixture.wallet.invites()
        #expect(all.map(\.address) == [Address(of: [4])])
        #expect(all.map(\.time) == [fixture.clock.now])
        #expect(try fixture.wallet.invite("carl").invite.name == "carl")
        let path = "\(fixture.directory)/invited/\(Address(of: [3]))"
        #expect(try FileSystem.status(path)?.mode == 0o600)
        _ = try fixture.wallet.uninvite("carl")
        #expect {
            try fixture.wallet.uninvite("carl")
        } throws: {
            ($0 as? WalletError)?.code == "unknown-name"
        }
        #expect(throws: WalletError.self) { try fixture.wallet.invite("nobody") }
        // What an interrupted process has left is no invitation.
        try FileSystem.replace(path + ".1.new", with: [])
        #expect(try fixture.wallet.invites().count == 1)
    }
}
