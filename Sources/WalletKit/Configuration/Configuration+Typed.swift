// Settings as what they mean. An error names the file and line, variable or option that set the
// value.

extension Configuration {
    /// The text of a setting; nil where nobody set it and it has no default.
    public func text(_ setting: Setting) throws(ConfigurationError) -> String? {
        try checked(setting)?.value
    }

    /// A setting of the kind `boolean`.
    public func boolean(_ setting: Setting) throws(ConfigurationError) -> Bool {
        precondition(setting.kind == .boolean && setting.standard != nil)
        return try checked(setting).flatMap { ConfigurationValue.boolean($0.value) } ?? false
    }

    /// A setting of the kind `integer`.
    public func integer(_ setting: Setting) throws(ConfigurationError) -> Int {
        guard case .integer = setting.kind, setting.standard != nil else {
            preconditionFailure("\(setting.key) is no integer with a default")
        }
        return try checked(setting).flatMap { ConfigurationValue.integer($0.value) } ?? 0
    }

    /// A setting of the kind `duration`.
    public func duration(_ setting: Setting) throws(ConfigurationError) -> Duration {
        precondition(setting.kind == .duration && setting.standard != nil)
        return try checked(setting)?.value.flatMap { try? DurationText.parse($0) } ?? .zero
    }

    /// The truth of any key, read as git does; nil where nobody set it.
    public func boolean(_ key: ConfigurationKey) throws(ConfigurationError) -> Bool? {
        try read(key, ConfigurationValue.booleanExpected) { ConfigurationValue.boolean($0) }
    }

    /// The number of any key; nil where nobody set it.
    public func integer(_ key: ConfigurationKey) throws(ConfigurationError) -> Int? {
        try read(key, "a whole number") { ConfigurationValue.integer($0) }
    }

    /// The span of time of any key; nil where nobody set it.
    public func duration(_ key: ConfigurationKey) throws(ConfigurationError) -> Duration? {
        try read(key, ConfigurationValue.durationExpected) {
            $0.flatMap { try? DurationText.parse($0) }
        }
    }

    private func read<Value>(
        _ key: ConfigurationKey, _ expected: String, _ convert: (String?) -> Value?
    ) throws(ConfigurationError) -> Value? {
        guard let entry = entry(key) else { return nil }
        if let value = convert(entry.value) { return value }
        throw .invalidValue(
            key: key, value: entry.value, expected: expected, origin: entry.origin)
    }

    private func checked(_ setting: Setting) throws(ConfigurationError) -> Entry? {
        guard let entry = entry(setting.key) else { return nil }
        if let expected = setting.expectation(of: entry.value) {
            throw .invalidValue(
                key: setting.key, value: entry.value, expected: expected, origin: entry.origin)
        }
        return entry
    }
}
