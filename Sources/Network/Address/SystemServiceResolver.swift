// SRV records by the system's resolver: libresolv asks, and what comes is read here.
import CResolv
import Glibc

/// The servers of `/etc/resolv.conf`.
///
/// An answer counts as authenticated where the administrator has said there, with `options
/// trust-ad`, that the way to these servers is safe: without it the C library takes the mark away.
public struct SystemServiceResolver: ServiceResolver {
    // limit: seconds for an answer, for each server and try
    private static let seconds: Int32 = 3
    // limit: tries
    private static let tries: Int32 = 2
    // limit: bytes of an answer
    private static let answerBytes = 16_384

    /// The server to ask instead of the system's, for tests: IPv4 address and port.
    private let server: sockaddr_in?

    /// The system's resolver.
    public init() { server = nil }

    /// Asks one server.
    init(server: sockaddr_in) { self.server = server }

    /// The records of a name, as `ServiceResolver` has it.
    public func services(_ name: String) throws(NetworkError) -> ServiceRecords {
        guard name.utf8.count <= CodecLimits.hostBytes, name.utf8.allSatisfy({ $0 > 0x20 })
        else { throw .unknownHost(host: name, reason: "this is no name") }
        // Its type shares its name with a function.
        var state = res_state.Pointee()
        guard __res_ninit(&state) == 0 else {
            throw .unknownHost(host: name, reason: "the resolver cannot be set up")
        }
        defer { __res_nclose(&state) }
        state.retrans = Self.seconds
        state.retry = Self.tries
        if let server {
            state.nscount = 1
            state.nsaddr_list.0 = server
        }
        var answer = [UInt8](repeating: 0, count: Self.answerBytes)
        // C_IN and T_SRV. The name stands as it is: nothing is searched behind it.
        let count = res_nquery(&state, name, 1, 33, &answer, Int32(answer.count))
        guard count >= 0 else {
            switch state.res_h_errno {
            case 1, 4: return ServiceRecords()  // No such name, or none of this kind.
            default: throw .unknownHost(host: name, reason: "no name server has answered")
            }
        }
        guard count <= answer.count,
            let records = ServiceRecords(message: Array(answer[..<Int(count)]), name: name)
        else { throw .unknownHost(host: name, reason: "the name server's answer cannot be read") }
        return records
    }
}
