/// Where a registered phone is, as a restart finds it.
public struct PhoneBinding: Hashable, Sendable {
    /// Its contact, without angle brackets.
    public var contact: String
    /// Which of our listeners its REGISTER came by, in the order of the configuration.
    public var listener: Int
    /// Where its REGISTER came from, as `address:port`.
    public var source: String
    /// How long it holds from each REGISTER on.
    public var validity: Duration

    public init(contact: String, listener: Int, source: String, validity: Duration) {
        self.contact = contact
        self.listener = listener
        self.source = source
        self.validity = validity
    }
}
