// The settings of one run, layer over layer. Paths, environment and overrides are passed in: nobody
// below the command line looks for them.

/// All settings that hold, each with where it came from. Built once a run; a value.
public struct Configuration: Sendable {
    /// Where the layers come from; nil or empty for none. Missing files are empty.
    public struct Sources: Sendable {
        /// The machine's file, such as `/etc/walletconfig`.
        public var systemPath: String?
        /// The person's file, such as `~/.config/wallet/config`.
        public var globalPath: String?
        /// The wallet's file, `.wallet/config`.
        public var walletPath: String?
        /// Environment variables; those that name a known setting count.
        public var environment: [String: String]
        /// The arguments of `-c`, in order: `key=value`, or `key` for true.
        public var overrides: [String]

        /// The layers' places.
        public init(
            systemPath: String? = nil, globalPath: String? = nil, walletPath: String? = nil,
            environment: [String: String] = [:], overrides: [String] = []
        ) {
            self.systemPath = systemPath
            self.globalPath = globalPath
            self.walletPath = walletPath
            self.environment = environment
            self.overrides = overrides
        }
    }

    /// A value in its layer, whether or not a later one wins over it.
    public struct Entry: Sendable {
        /// The key.
        public let key: ConfigurationKey
        /// Its value; nil for a key that stands alone, which means true.
        public let value: String?
        /// Where it stands.
        public let origin: ConfigurationOrigin
        /// The layer.
        public let scope: ConfigurationScope
    }

    private var entries: [Entry] = []
    /// For each entry the one before it of the same section; -1 for none.
    private var previous: [Int] = []
    /// Sections in the order in which they first come.
    private var sections: [ConfigurationSection] = []
    /// For each section its last entry.
    private var last: [Int] = []
    /// Positions in `sections`, so that one contact of ten thousand is found at once.
    private var numbers: [ConfigurationSection: Int] = [:]

    /// Reads the layers; the first that is malformed is reported.
    public init(_ sources: Sources = Sources()) throws(ConfigurationError) {
        for setting in Settings.all {
            guard let value = setting.standard else { continue }
            add(Entry(key: setting.key, value: value, origin: .standard, scope: .standard))
        }
        for (path, scope) in [
            (sources.systemPath, ConfigurationScope.system), (sources.globalPath, .global),
            (sources.walletPath, .wallet),
        ] {
            guard let path else { continue }
            try add(ConfigurationFile(reading: path), scope)
        }
        for setting in Settings.all {
            let name = setting.environmentName
            guard let value = sources.environment[name] else { continue }
            add(
                Entry(
                    key: setting.key, value: value, origin: .environment(name: name),
                    scope: .environment))
        }
        for override in sources.overrides {
            let sign = override.utf8.firstIndex(of: UInt8(ascii: "="))
            let key = try ConfigurationKey(String(override[..<(sign ?? override.endIndex)]))
            let value = sign.map { String(override[override.utf8.index(after: $0)...]) }
            add(Entry(key: key, value: value, origin: .command, scope: .command))
        }
    }

    private mutating func add(_ file: ConfigurationFile, _ scope: ConfigurationScope) {
        entries.reserveCapacity(entries.count + file.entries.count)
        previous.reserveCapacity(entries.count + file.entries.count)
        sections.reserveCapacity(sections.count + file.headers.count)
        last.reserveCapacity(sections.count + file.headers.count)
        numbers.reserveCapacity(sections.count + file.headers.count)
        for entry in file.entries {
            add(
                Entry(
                    key: entry.key, value: entry.value,
                    origin: .file(path: file.path, line: entry.line), scope: scope))
        }
    }

    private mutating func add(_ entry: Entry) {
        let section = entry.key.section
        if let number = numbers[section] {
            previous.append(last[number])
            last[number] = entries.count
        } else {
            numbers[section] = sections.count
            sections.append(section)
            last.append(entries.count)
            previous.append(-1)
        }
        entries.append(entry)
    }

    /// Every value of every layer, the weakest layer first.
    public func all() -> [Entry] { entries }

    /// The value of `key` that holds; nil where nobody set one.
    public func entry(_ key: ConfigurationKey) -> Entry? {
        var position = numbers[key.section].map { last[$0] } ?? -1
        while position >= 0 && entries[position].key.name != key.name {
            position = previous[position]
        }
        return position >= 0 ? entries[position] : nil
    }

    /// The text of a key such as `core.wait` that holds: `true` for one that stands alone, nil
    /// where nobody set it.
    public func get(_ key: String) throws(ConfigurationError) -> String? {
        entry(try ConfigurationKey(key)).map { $0.value ?? "true" }
    }

    /// The names of the subsections of `section`, in the order in which they first come.
    public func subsections(of section: String) -> [String] {
        let name = lowercased(section)
        return sections.compactMap { $0.name == name ? $0.subsection : nil }
    }

    /// The values that hold in one section or subsection, by the keys' names.
    public func values(in section: ConfigurationSection) -> [String: String] {
        var result: [String: String] = [:]
        var position = numbers[section].map { last[$0] } ?? -1
        while position >= 0 {
            let entry = entries[position]
            if result[entry.key.name] == nil { result[entry.key.name] = entry.value ?? "true" }
            position = previous[position]
        }
        return result
    }
}
