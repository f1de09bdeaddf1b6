// What a wallet remembers of others' handles.
import Bytes
import Documents
import Files
import Network
import Paymail

/// `PaymailMemory` below `.wallet`. What cannot be read was never known.
struct PaymailMemoryFiles: PaymailMemory {
    let directory: PaymailDirectory

    private func place(_ kind: String, _ text: String) -> String {
        "known/\(kind)/" + PaymailDirectory.fileName(text)
    }

    private func value(_ kind: String, _ text: String) throws -> ForeignJSON? {
        try directory.read(place(kind, text)).flatMap { try? ForeignJSON($0) }
    }

    func capabilities(of domain: String) throws -> RememberedCapabilities? {
        guard let value = try value("domains", domain),
            let server = value["server"]?.string.flatMap({ try? WebURL($0) }),
            let expires = value["expires"]?.string.flatMap({ Timestamp(internet: $0) }),
            let document = value["document"].flatMap({ try? CapabilityDocument($0.bytes) })
        else { return nil }
        return RememberedCapabilities(
            document: document, server: server, tag: value["tag"]?.string, expires: expires)
    }

    func keep(_ capabilities: RememberedCapabilities?, of domain: String) throws {
        let name = place("domains", domain)
        try directory.held {
            guard let capabilities else { return try directory.remove(name) }
            let value: ForeignJSON = [
                "server": .string(capabilities.server.description),
                "tag": ForeignJSON(capabilities.tag),
                "expires": .string(capabilities.expires.text),
                "document": try ForeignJSON(capabilities.document.bytes),
            ]
            try directory.write(name, value.bytes)
        }
    }

    func pin(of handle: PaymailHandle) throws -> PinnedKey? {
        guard let value = try value("keys", handle.description),
            let key = value["key"]?.string.flatMap({ Hexadecimal.decode($0) }),
            let since = value["since"]?.string.flatMap({ Timestamp(internet: $0) })
        else { return nil }
        return PinnedKey(publicKey: key, since: since)
    }

    func keep(_ pin: PinnedKey, of handle: PaymailHandle) throws {
        let value: ForeignJSON = [
            "handle": .string(handle.description),
            "key": .string(Hexadecimal.encode(pin.publicKey)), "since": .string(pin.since.text),
        ]
        try directory.held {
            try directory.write(place("keys", handle.description), value.bytes)
        }
    }

    func destination(of handle: PaymailHandle) throws -> [UInt8]? {
        try directory.read(place("destinations", handle.description))
    }

    func keep(_ destination: [UInt8], of handle: PaymailHandle) throws {
        try directory.held {
            try directory.write(place("destinations", handle.description), destination)
        }
    }
}
