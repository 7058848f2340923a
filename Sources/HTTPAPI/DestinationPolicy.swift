import CallModel

extension Destination {
    func isAllowed(country: String, besides prefixes: [String]) -> Bool {
        guard let number = PhoneNumber(dialled) else { return true }
        let normalised = number.normalised(country: country)
        if prefixes.contains(where: { normalised.text.hasPrefix($0) }) { return true }
        let emergency = country == "86" && ["110", "112", "119", "120", "122"].contains(normalised.text)
        return normalised.isIn(country: country) && !emergency
    }
}
