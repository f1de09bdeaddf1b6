// Changing one member of what others wrote.
import Documents

extension ForeignJSON {
    /// The object with another value for a member, whatever the case of its name.
    func setting(_ name: String, _ value: ForeignJSON) -> ForeignJSON {
        guard case .object(let members) = self else { return self }
        let wanted = name.lowercased()
        guard members.contains(where: { $0.name.lowercased() == wanted }) else {
            return .object(members + [Member(name, value)])
        }
        return .object(
            members.map { $0.name.lowercased() == wanted ? Member(name, value) : $0 })
    }
}

extension ForeignJSON {
    /// The object without a member.
    func without(_ name: String) -> ForeignJSON {
        guard case .object(let members) = self else { return self }
        let unwanted = name.lowercased()
        return .object(members.filter { $0.name.lowercased() != unwanted })
    }
}
