// Who has to have signed what is sent, read without believing any of it.
import Documents

/// The addresses that a line's instructions would move.
struct Signers {
    /// Each once.
    private(set) var addresses: [Address] = []
    /// Instructions and units.
    private(set) var instructions = 0

    /// Looks at an instruction, a unit or a request; nil where the line is none of them.
    init?(_ line: [UInt8]) {
        guard let root = try? JSONText(line).root, let data = root["data"] else { return nil }
        let all = data["inputs"]?.elements?.map { $0["data"] } ?? [data]
        for data in all {
            guard let data, let text = Self.signer(data), let address = try? Address(text) else {
                return nil
            }
            instructions += 1
            if !addresses.contains(address) { addresses.append(address) }
        }
    }

    /// The member that names who signs.
    private static func signer(_ data: JSONValue) -> ArraySlice<UInt8>? {
        switch data["kind"]?.string {
        case nil: data["source"]?.plainString
        case "limit": (data["max"] == nil ? data["symbol"] : data["address"])?.plainString
        case "cancel": data["address"]?.plainString
        case "unit": data["symbol"]?.plainString
        default: nil
        }
    }
}
