import CallModel
import Foundation
import Testing

@testable import duocall

@Suite("The annotated sample")
struct ExampleConfigurationTests {
    @Test func `it is a valid configuration`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let configuration = try Configuration.load(
            file: root.appendingPathComponent("duocall.example.yaml").path, environment: [:])
        #expect(configuration.trunks.map(\.name) == ["carrier"])
        #expect(configuration.tenants.apps.count == 1)
        #expect(configuration.drainTimeout == .seconds(300))
    }
}
