// Names for other people's addresses.
import Documents
import Paymail

extension Wallet {
    /// Calls `address` `name`.
    /// - Throws: `WalletError.invalidName`, `.nameTaken`; `Refusal` `invalid-address`.
    public func addContact(_ name: String, _ address: String) throws -> Contact {
        let address =
            if let handles, PaymailHandle.isMeant(by: address) {
                try handles(PaymailHandle(address)).address
            } else {
                try Address(text: address)
            }
        return try edit { file in
            if book.contacts.contains(where: { $0.name == name && $0.address == address }) {
                return Contact(name: name, address: address)
            }
            try checkFree(name)
            if let holder = book.name(of: address) {
                throw WalletError.nameTaken(name: address.text, holder: holder)
            }
            let key = try ConfigurationKey(try ConfigurationSection("contact", name), "address")
            try file.set(key, to: address.text)
            return Contact(name: name, address: address)
        }
    }

    /// Forgets a contact.
    /// - Throws: `WalletError.unknown`.
    public func removeContact(_ name: String) throws {
        try edit { file in
            guard book.contacts.contains(where: { $0.name == name }) else {
                throw WalletError.unknown(
                    what: "contact", name: name, suggestions: book.contacts.map(\.name))
            }
            _ = try file.removeSection(try ConfigurationSection("contact", name))
        }
    }
}
