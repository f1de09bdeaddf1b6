// JSON Schema, as much of it as our description uses: whatever it does not know is a mistake.
import Documents

@testable import Service

/// Judges values by the schemas of an OpenAPI document.
struct SchemaJudge {
    let root: JSONValue

    /// What is wrong with `value`; nil where nothing is.
    func objection(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> String? {
        for (name, rule) in schema.members {
            if let objection = objection(value, name, rule, schema, place) { return objection }
        }
        return nil
    }

    private func objection(
        _ value: JSONValue, _ name: String, _ rule: JSONValue, _ schema: JSONValue, _ place: String
    ) -> String? {
        switch name {
        case "$ref":
            guard let target = resolve(rule.string ?? "") else { return "\(place): no such $ref" }
            return objection(value, target, at: place)
        case "type":
            return Self.type(value) == rule.string ? nil : "\(place): is no \(rule.string ?? "")"
        case "const":
            return Array(value.bytes) == Array(rule.bytes) ? nil : "\(place): is another constant"
        case "enum":
            let isThere = rule.elements?.contains { Array($0.bytes) == Array(value.bytes) } ?? false
            return isThere ? nil : "\(place): is none of the constants"
        case "pattern":
            guard let pattern = try? Regex(rule.string ?? ""), let text = value.string else {
                return "\(place): no pattern"
            }
            return text.contains(pattern) ? nil : "\(place): '\(text)' has another pattern"
        case "minLength":
            return (value.string?.unicodeScalars.count ?? 0) >= rule.integer ?? 0
                ? nil : "\(place): is too short"
        case "maxLength":
            return (value.string?.unicodeScalars.count ?? 0) <= rule.integer ?? 0
                ? nil : "\(place): is too long"
        case "minimum":
            return value.integer ?? 0 >= rule.integer ?? 0 ? nil : "\(place): is too small"
        case "maximum":
            return value.integer ?? 0 <= rule.integer ?? 0 ? nil : "\(place): is too large"
        case "minItems": return value.count >= rule.integer ?? 0 ? nil : "\(place): too few"
        case "maxItems": return value.count <= rule.integer ?? 0 ? nil : "\(place): too many"
        case "items":
            for (index, element) in (value.elements ?? []).enumerated() {
                if let wrong = objection(element, rule, at: "\(place)[\(index)]") { return wrong }
            }
            return nil
        case "required":
            let names = value.members.map(\.name)
            return (rule.elements ?? []).compactMap(\.string).first { !names.contains($0) }
                .map { "\(place): '\($0)' is missing" }
        case "properties":
            for (name, member) in value.members {
                let schema = rule.members.first { $0.name == name }?.value
                if let schema, let wrong = objection(member, schema, at: "\(place).\(name)") {
                    return wrong
                }
            }
            return nil
        case "additionalProperties":
            let known = schema["properties"]?.members.map(\.name) ?? []
            for (name, member) in value.members where !known.contains(name) {
                if rule.kind == .literal { return "\(place): '\(name)' is not known" }
                if let wrong = objection(member, rule, at: "\(place).\(name)") { return wrong }
            }
            return nil
        case "anyOf":
            let wrong = (rule.elements ?? []).map { objection(value, $0, at: place) }
            return wrong.contains { $0 == nil } ? nil : "\(place): none of \(wrong)"
        case "oneOf":
            let right = (rule.elements ?? []).count { objection(value, $0, at: place) == nil }
            return right == 1 ? nil : "\(place): \(right) of the alternatives"
        case "format", "default", "example", "description": return nil
        default: return "\(place): the rule '\(name)' is not known"
        }
    }

    /// What `#/a/b` points to.
    func resolve(_ reference: String) -> JSONValue? {
        var value: JSONValue? = root
        for part in reference.split(separator: "/").dropFirst() {
            value = value?.members.first { $0.name == part }?.value
        }
        return reference.hasPrefix("#/") ? value : nil
    }

    private static func type(_ value: JSONValue) -> String {
        switch value.kind {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .integer: "integer"
        case .literal: "boolean"
        }
    }
}

extension JSONValue {
    /// A member whose name is only known at run time.
    func member(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }
}
