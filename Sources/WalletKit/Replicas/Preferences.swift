// Names and preferences travel between one's own devices as entries: `config/<section>/<name>/<key>`.
import Bytes
import Documents

/// What of the configuration is the person's, not the device's.
enum Preferences {
    static let prefix = "config/"
    private static let sections = ["address", "contact", "peer", "unit"]

    /// What the configuration says now, by entry.
    static func current(_ configuration: Configuration) throws -> [String: String] {
        var values: [String: String] = [:]
        for section in sections {
            for name in configuration.subsections(of: section) {
                let entries = configuration.values(
                    in: try ConfigurationSection(section, name))
                for (key, value) in entries {
                    values["\(prefix)\(section)/\(name)/\(key)"] = value
                }
            }
        }
        return values
    }

    /// The key that an entry is about; nil where it is none that travels.
    static func key(_ name: String) -> ConfigurationKey? {
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, let section = parts.first, let key = parts.last,
            sections.contains(String(section))
        else { return nil }
        // A name may have a slash of its own.
        let name = parts[1..<(parts.count - 1)].joined(separator: "/")
        return try? ConfigurationKey(
            try ConfigurationSection(String(section), name), String(key))
    }
}

extension LocalReplica {
    /// The names that the configuration had when it was last the same as the entries.
    private var applied: LineFile { LineFile(path: directory.path + "/preferences") }

    /// States what has been changed here since.
    func gatherPreferences() throws {
        let current = try Preferences.current(wallet.configuration)
        let before = Set(try applied.lines().map { String(decoding: $0, as: UTF8.self) })
        try ledger.write {
            var store = try EntryStore(directory, domain: domain)
            var changes: [(String, String?)] = []
            for (name, value) in current.sorted(by: { $0.key < $1.key })
            where store.value(name) != value && name.utf8.count <= EntryLimits.nameBytes
                && value.utf8.count <= EntryLimits.valueBytes
            {
                changes.append((name, value))
            }
            for name in before.sorted() where current[name] == nil && store.value(name) != nil {
                changes.append((name, nil))
            }
            guard !changes.isEmpty else { return }
            let signer = try openSigner()
            for (name, value) in changes {
                try store.state(name, value, by: signer, at: now)
            }
        }
        forget()
    }

    /// Does here what has been stated elsewhere.
    func applyPreferences() throws {
        let store = try ledger.write { try EntryStore(directory, domain: domain) }
        let current = try Preferences.current(wallet.configuration)
        var changes: [(key: ConfigurationKey, value: String?)] = []
        var names: [[UInt8]] = []
        for (name, entry) in store.latest.sorted(by: { $0.key < $1.key }) {
            guard let key = Preferences.key(name) else { continue }
            if entry.terms.value != nil { names.append(Array(name.utf8)) }
            if current[name] != entry.terms.value { changes.append((key, entry.terms.value)) }
        }
        if !changes.isEmpty {
            try wallet.edit { file in
                for (key, value) in changes {
                    if let value {
                        try file.set(key, to: value)
                    } else {
                        _ = try file.unset(key)
                    }
                }
            }
        }
        if try applied.lines() != names { try applied.replace(names) }
    }
}
