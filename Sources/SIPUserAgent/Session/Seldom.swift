/// A large value that is seldom there, and takes no room of its holder.
@propertyWrapper
struct Seldom<Value> {
    private indirect enum Place {
        case empty
        case taken(Value)
    }

    private var place: Place

    init(wrappedValue: Value?) { place = wrappedValue.map(Place.taken) ?? .empty }

    var wrappedValue: Value? {
        get {
            switch place {
            case .empty: nil
            case .taken(let value): value
            }
        }
        set { place = newValue.map(Place.taken) ?? .empty }
    }
}
