// One request whose body has come.
import Network

/// What is asked, by whom, and who takes the answer.
struct ChannelCall: Sendable {
    let head: HTTPRequestHead
    let target: ChannelTarget
    let credentials: ChannelCredentials
    let body: [UInt8]
    let responder: any HTTPResponder

    /// Whether a proof may have to be verified before anything else.
    func mayBeCallback(_ options: ChannelOptions) -> Bool {
        switch target {
        case .proof: true
        case .messages:
            options.verifiesMessages && head.method == "POST"
                && (head.headers["Content-Type"] ?? "").lowercased().hasPrefix("application/json")
        default: false
        }
    }
}
