// What commands have in common that deal with handles.
import CommandKit
import Network
import Paymail
import WalletKit

extension Context {
    /// Where a domain's server is, for tests and for servers that no name server knows.
    static let resolveOption = CommandOption(
        "resolve", value: "DOMAIN=URL",
        summary: "the server of a domain, instead of what DNS says (paymail.resolve)",
        isRepeating: true)

    /// Looks handles up; remembers in the wallet, unless strangers say whom to ask.
    func paymailClient(
        _ named: [String], isForStrangers: Bool = false
    ) throws -> PaymailClient {
        let wallet = try wallet()
        let authorities = try wallet.configuration.text(Settings.requestCA) ?? ""
        let trust: TLSTrust = authorities.isEmpty ? .system : .file(path: authorities)
        return try wallet.paymailClient(
            PaymailClient.Reach(loop: try EventLoop(), trust: trust),
            services: SystemServiceResolver(), named: named, isForStrangers: isForStrangers)
    }
}

extension Failure {
    /// What is wrong with a handle, or with what its server says.
    static func paymail(_ error: PaymailError) -> Failure {
        let status: ExitStatus
        var hint: String?
        switch error {
        case .invalidHandle: status = .usage
        case .refused(let number, _, _) where (400..<500).contains(number) && number != 429:
            status = .refused
        case .noService, .refused: status = .network
        case .foreignServer(let domain, let target, _):
            status = .refused
            hint = "'--resolve \(domain)=https://\(target)' takes it as the domain's"
        case .keyChanged(let handle, _, _):
            status = .refused
            hint = "ask the owner; 'wallet paymail show --accept-key \(handle)' takes the new one"
        case .approvalPending(let token):
            status = .refused
            hint = "ask again later with the token \(token)"
        default: status = .refused
        }
        var details: [String: String] = [:]
        if case .refused(let number, let code, _) = error {
            details["status"] = String(number)
            if !code.isEmpty { details["peerCode"] = code }
        }
        return Failure(
            status, error.code, DisplayText.neutralised(error.message),
            hint: hint.map { DisplayText.neutralised($0) }, details: details)
    }
}
