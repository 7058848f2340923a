import CallModel

/// Accounts and apps in the configuration.
enum Tenants {
    static func read(_ root: Section) throws(ConfigurationError) -> TenantDirectory {
        let tenants = try root.sections("accounts", account)
        let directory = TenantDirectory(accounts: tenants.map(\.account), apps: tenants.flatMap(\.apps))
        guard directory.accounts.count == tenants.count else {
            throw root.error("two accounts have the same cert_id", key: "accounts")
        }
        guard directory.apps.count == tenants.reduce(0, { $0 + $1.apps.count }) else {
            throw root.error("two apps have the same app_id", key: "accounts")
        }
        return directory
    }

    private static func account(_ section: Section) throws(ConfigurationError) -> (account: Account, apps: [App]) {
        let id = CertID(
            rawValue: try section.required("cert_id", expected: "1 to 64 letters, digits, - or _", Scalars.name))
        guard let key = try section.secret("secret_key") else {
            throw section.error("missing; expected the account's secret key", key: "secret_key")
        }
        let apps = try section.sections("apps") { app throws(ConfigurationError) in try self.app(app, of: id) }
        return (Account(id: id, secretKey: key), apps)
    }

    private static func app(_ section: Section, of account: CertID) throws(ConfigurationError) -> App {
        let id = AppID(
            rawValue: try section.required("app_id", expected: "1 to 64 letters, digits, - or _", Scalars.name))
        return App(
            id: id, account: account,
            callbackURL: try section.value("callback_url", expected: "a URL with http or https", Scalars.url),
            allowBasic: try section.bool("allow_basic", default: false),
            allowSIP: try section.bool("allow_sip", default: false),
            allowExtensions: try section.bool("allow_extensions", default: false),
            destinations: try section.values(
                "destinations", expected: "leading digits of a number, as +44", Scalars.destination) ?? [],
            ipWhiteList: try section.values(
                "ip_white_list", expected: "an address or a block, as 10.0.0.0/8", Scalars.block) ?? [],
            numbers: try section.values("numbers", expected: "a phone number") { PhoneNumber($0) } ?? [])
    }
}
