/// How a trunk wants numbers dialled: leading digits that are replaced by others.
public struct RewriteRule: Hashable, Sendable {
    /// What the number begins with, `+` included; `*` for all numbers, which then get `replacement` in front.
    public var match: String
    /// What stands there instead; may be empty.
    public var replacement: String

    public init(match: String, replacement: String) {
        self.match = match
        self.replacement = replacement
    }

    /// `nil` where the rule is not for this number.
    func rewrite(_ number: String) -> String? {
        if match == "*" { return replacement + number }
        return number.hasPrefix(match) ? replacement + number.dropFirst(match.count) : nil
    }
}

extension [RewriteRule] {
    /// The number as the first rule for it leaves it.
    func rewrite(_ number: String) -> String {
        for rule in self {
            if let rewritten = rule.rewrite(number) { return rewritten }
        }
        return number
    }
}
