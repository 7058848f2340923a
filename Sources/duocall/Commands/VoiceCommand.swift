import ArgumentParser
import Foundation

struct VoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "voice", abstract: "Adds, lists and deletes the voice files that ring tones and prompts can name.",
        subcommands: [VoiceAddCommand.self, VoiceListCommand.self, VoiceDeleteCommand.self])
}

struct VoiceAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Uploads a WAV, MP3, OGG or FLAC file of at most 20 MB and 10 minutes.")

    @OptionGroup var server: ClientOptions

    @Argument(help: "The sound file.", completion: .file())
    var file: String

    @Option(help: "The name by which calls will name it; otherwise the file's.")
    var name: String?

    func run() async throws {
        let name = name ?? URL(fileURLWithPath: file).lastPathComponent
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: file)) } catch {
            throw CommandFailure("\(file) cannot be read: \(error.localizedDescription)")
        }
        let query = "name=" + PercentEncoding.encode(name)
        let answer = try await server.client().upload("management/voice_file", query: query, body: Array(bytes))
        print(try answer.payload(VoiceFileView.self).words)
    }
}

struct VoiceListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the voice files by name.")

    @OptionGroup var server: ClientOptions

    @Option(help: "The page, from 1.")
    var page = 1

    @Option(help: "Files on a page, 1 to 1000.")
    var pageSize = 100

    @Flag(help: "Prints the page as JSON.")
    var json = false

    func run() async throws {
        let answer = try await server.client().get(
            "management/voice_file", query: "pageNo=\(page)&pageSize=\(pageSize)")
        let files = try answer.payload(VoiceFilePage.self)
        if json { return print(try JSONText.data(of: answer)) }
        for file in files.result { print(file.words) }
        print("page \(files.currentPageNo) of \(files.totalPageCount), \(files.totalCount) voice files")
    }
}

struct VoiceDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a voice file; calls that name it already still play it.")

    @OptionGroup var server: ClientOptions

    @Argument(help: "The file's name.")
    var name: String

    func run() async throws {
        _ = try await server.client().delete("management/voice_file/" + PercentEncoding.encode(name))
            .payload(Bool.self)
        print("deleted \(name)")
    }
}

/// A voice file as the server tells of it.
struct VoiceFileView: Decodable, Equatable {
    var id: String
    var name: String
    var subaccountId: String?
    var durationMs: Int
    var size: Int

    var words: String {
        let owner = subaccountId.map { ", of \($0)" } ?? ""
        return "\(name): \(String(format: "%.2f", Double(durationMs) / 1000)) s, \(size) bytes\(owner)"
    }
}

/// A page of voice files.
struct VoiceFilePage: Decodable {
    var totalCount: Int
    var currentPageNo: Int
    var totalPageCount: Int
    var result: [VoiceFileView]
}

/// Text in a path or query (RFC 3986 §2.1).
enum PercentEncoding {
    /// All but the unreserved characters are encoded (§2.3).
    static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
