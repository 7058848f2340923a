/// Reading single values with a rule; a value that breaks it is an error that tells what was expected.
extension Section {
    func value<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(ConfigurationError) -> Value? {
        guard let text = try scalar(key) else { return nil }
        return try check(text, key: key, expected: expected, parse)
    }

    func values<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(ConfigurationError) -> [Value]? {
        guard let texts = try list(key) else { return nil }
        var values: [Value] = []
        for text in texts { values.append(try check(text, key: key, expected: expected, parse)) }
        return values
    }

    func required<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(ConfigurationError) -> Value {
        guard let value = try value(key, expected: expected, parse) else {
            throw error("missing; expected \(expected)", key: key)
        }
        return value
    }

    func bool(_ key: String, default value: Bool) throws(ConfigurationError) -> Bool {
        try self.value(key, expected: "true or false") { text in
            switch text.lowercased() {
            case "true": true
            case "false": false
            default: nil
            }
        } ?? value
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try value(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Int(text), range.contains(number) else { return nil }
            return number
        }
    }

    /// A time in days; `nil` for 0 and where it is not given.
    func days(_ key: String) throws(ConfigurationError) -> Duration? {
        let days = try integer(key, in: 0...36_500) ?? 0
        return days == 0 ? nil : .seconds(86_400 * days)
    }

    func text(_ key: String, longest: Int = 1024) throws(ConfigurationError) -> String? {
        try value(key, expected: "a text of 1 to \(longest) characters") { text in
            (1...longest).contains(text.unicodeScalars.count) ? text : nil
        }
    }

    /// A value that no message repeats.
    func secret(_ key: String) throws(ConfigurationError) -> String? {
        guard let text = try scalar(key) else { return nil }
        guard (1...256).contains(text.value.utf8.count) else {
            throw error("expected 1 to 256 bytes", key: key, place: text.place)
        }
        return text.value
    }

    /// Refuses a key that a later version brings, unless it says what happens anyway.
    func unavailable(_ key: String, unless harmless: Set<String> = []) throws(ConfigurationError) {
        guard isGiven(key) else { return }
        if !harmless.isEmpty, let text = try scalar(key), harmless.contains(text.value.lowercased()) { return }
        throw notAvailable(key)
    }

    func notAvailable(_ key: String) -> ConfigurationError {
        let named = error("", key: key).key ?? key
        return error("not available yet: \(named)", key: key)
    }

    private func check<Value>(
        _ text: Located<String>, key: String, expected: String, _ parse: (String) -> Value?
    ) throws(ConfigurationError) -> Value {
        guard let value = parse(text.value) else {
            throw error("expected \(expected), found \"\(text.value)\"", key: key, place: text.place)
        }
        return value
    }
}
