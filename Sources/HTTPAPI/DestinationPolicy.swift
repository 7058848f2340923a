import CallModel

extension Destination {
    /// A `sip:` URI whose user is a number is judged by that number.
    func isAllowed(country: String, besides prefixes: [String]) -> Bool {
        guard let number = PhoneNumber(dialled) else { return true }
        return DestinationPolicy(country: country, besides: prefixes).allows(number)
    }
}
