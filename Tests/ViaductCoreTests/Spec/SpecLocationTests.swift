import Testing
import ViaductCore

@Suite("An argument leads to a spec")
struct SpecLocationTests {
    @Test(
        "a name is looked for in the folder of specs, anything like a path is a file",
        arguments: [
            ("office", "/etc/viaduct/office.yaml", "/etc/viaduct"),
            ("./office.yaml", "./office.yaml", "/home/me"),
            ("office.yaml", "office.yaml", "/home/me"),
            ("office.json", "office.json", "/home/me"),
            ("specs/office.yml", "specs/office.yml", "/home/me/specs"),
            ("/office.yaml", "/office.yaml", "/"),
            ("/srv/office", "/srv/office", "/srv"),
        ])
    func found(argument: String, path: String, directory: String) throws {
        let location = try SpecLocation(argument: argument, workingDirectory: "/home/me")
        #expect(location.path == path)
        #expect(location.directory == directory)
        #expect(location.name.text == "office")
    }

    @Test("another folder of specs may be named, also a relative one")
    func configDirectory() throws {
        let location = try SpecLocation(argument: "office", configDirectory: "specs/", workingDirectory: "/home/me")
        #expect(location.path == "specs/office.yaml")
        #expect(location.directory == "/home/me/specs")
    }

    @Test("what no tunnel can be called is refused", arguments: ["", "a b", "-x", "a/", ".yaml", "../x/ü.yaml", "a%i"])
    func refused(argument: String) {
        #expect(throws: SpecError.self) { try SpecLocation(argument: argument, workingDirectory: "/") }
    }
}
