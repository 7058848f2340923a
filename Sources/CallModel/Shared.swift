/// A large value that its holders share: a copy of a holder costs a reference, and a change makes a value of its own.
@propertyWrapper
public struct Shared<Value: Hashable & Sendable & Codable>: Sendable {
    private final class Box: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box

    public init(wrappedValue: Value) { box = Box(wrappedValue) }

    public var wrappedValue: Value {
        _read { yield box.value }
        set { box = Box(newValue) }
    }

    /// The wrapper, for another holder to share the value.
    public var projectedValue: Shared { self }
}

extension Shared: Hashable {
    public static func == (one: Shared, other: Shared) -> Bool {
        one.box === other.box || one.box.value == other.box.value
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}

/// Coded as the value alone.
extension Shared: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try decoder.singleValueContainer().decode(Value.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(box.value)
    }
}
