import NetworkModel
import Testing
import ViaductCore
import ViaductHost

@Suite("charon's settings are found in its files")
struct DaemonSettingsTests {
    @Test("what nobody set is charon's default")
    func defaults() throws {
        let settings = try DebianFiles().settings()
        #expect(settings.tree.warnings.isEmpty)
        #expect(settings.tree.value("charon-systemd.plugins.vici.load") == "yes")
        #expect(settings.installRoutes.value)
        #expect(settings.installRoutes.source == .standard)
        #expect(!settings.installRoutesXFRMI.value)
        #expect(settings.installVirtualIP.value)
        #expect(settings.routingTable.value == 220)
        #expect(settings.routingTablePriority.value == 220)
        #expect(settings.ignoreRoutingTables.value == [])
        #expect(settings.routingRuleMark.value == nil)
        #expect(settings.socketMark.value == nil)
        #expect(settings.viciSocket.value == "unix:///var/run/charon.vici")
    }

    @Test("what is set has its file and line, in charon's section or the daemon's own")
    func places() throws {
        let files = try DebianFiles([
            "strongswan.d/charon.conf": "charon {\n    install_routes = no\n    ignore_routing_tables = 51 52\n}\n",
            "strongswan.d/charon/kernel-netlink.conf": "kernel-netlink {\n  fwmark = !0x10/0xff\n}\n",
            "strongswan.d/charon/socket-default.conf": "socket-default {\n  fwmark = 0x10\n}\n",
            "strongswan.d/zz.conf":
                "charon-systemd {\n routing_table = 99\n plugins {\n vici {\n socket = unix:///x\n}}}\n",
        ])
        let settings = try files.settings()
        let place = { (file: String, line: Int) in
            DaemonSettingSource.file(SettingsPosition(file: "\(files.root)/strongswan.d/\(file)", line: line))
        }
        #expect(!settings.installRoutes.value)
        #expect(settings.installRoutes.source == place("charon.conf", 2))
        #expect(settings.installRoutes.name == "charon.install_routes")
        #expect(settings.ignoreRoutingTables.value == [51, 52])
        #expect(settings.routingRuleMark.value == FirewallMark("!16/255"))
        #expect(settings.routingRuleMark.source == place("charon/kernel-netlink.conf", 2))
        #expect(settings.socketMark.value == FirewallMark("0x10"))
        #expect(settings.routingTable.value == 99)
        #expect(settings.routingTable.name == "charon-systemd.routing_table")
        #expect(settings.viciSocket.value == "unix:///x")
        #expect(settings.viciSocket.source == place("zz.conf", 5))
        // The other daemon does not see that one's section.
        #expect(try files.settings(daemon: "charon").routingTable.value == 220)
    }

    @Test("the daemon's section overrides charon's, also by taking a key away; libstrongswan's comes last")
    func order() throws {
        let text = """
            charon-systemd {\n install_routes =\n install_virtual_ip = no\n}
            charon {\n install_routes = no\n install_virtual_ip = yes\n}
            libstrongswan {\n install_virtual_ip = yes\n routing_table = 7\n}
            """
        let files = try DebianFiles(["strongswan.conf": text])
        let settings = try files.settings()
        #expect(settings.installRoutes.value)
        #expect(settings.installRoutes.source == .emptied(SettingsPosition(file: files.main, line: 2)))
        // What is written elsewhere would not count as long as that line is there.
        #expect(
            settings.remedy(settings.installRoutes, to: "no").place
                == .instead(of: SettingsPosition(file: files.main, line: 2)))
        #expect(!settings.installVirtualIP.value)
        #expect(settings.routingTable.value == 7)
    }

    @Test("what charon does not understand is its default, and that is said")
    func unreadable() throws {
        let files = try DebianFiles(["strongswan.d/charon.conf": "charon {\n install_routes = never\n}\n"])
        let settings = try files.settings()
        #expect(settings.installRoutes.value)
        #expect(
            settings.installRoutes.source
                == .unreadable(SettingsPosition(file: files.root + "/strongswan.d/charon.conf", line: 2)))
    }

    @Test(
        "a mark is read as strtol reads it",
        arguments: [
            ("16", "0x10"), ("0x10", "0x10"), ("020", "0x10"), ("!1", "!0x1"), ("0x1ff/0xff", "0xff/0xff"), ("x", nil),
            ("1/", "0x0/0x0"), ("1/2/3", nil), ("1!", nil),
        ] as [(String, String?)])
    func mark(_ text: String, _ expected: String?) {
        #expect(FirewallMark(text)?.description == expected)
    }

    @Test("a missing file and a syntax error are errors")
    func failures() throws {
        #expect(throws: FileError.self) { try DebianFiles(["strongswan.conf": nil]).settings() }
        #expect(throws: SettingsError.self) { try DebianFiles(["strongswan.d/charon.conf": "charon {"]).settings() }
    }

    // MARK: - Remedies

    @Test("a remedy goes into the file that has the section's name")
    func remedyOfDefault() throws {
        let files = try DebianFiles()
        let settings = try files.settings()
        #expect(
            settings.remedy(settings.installRoutes, to: "no").description
                == "install_routes = no in section charon of \(files.root)/strongswan.d/charon.conf (line 1) "
                + "(now yes by default), then: systemctl restart strongswan")
        #expect(
            settings.remedy(settings.socketMark, to: "0x10").description
                == "fwmark = 0x10 in section socket-default of "
                + "\(files.root)/strongswan.d/charon/socket-default.conf (line 1) "
                + "(now none by default), then: systemctl restart strongswan")
    }

    @Test("a remedy replaces what is written")
    func remedyOfLine() throws {
        let files = try DebianFiles(["strongswan.d/charon.conf": "charon {\n install_routes = 1\n}\n"])
        let settings = try files.settings(daemon: "charon")
        #expect(
            settings.remedy(settings.installRoutes, to: "no").description
                == "install_routes = no in place of \(files.root)/strongswan.d/charon.conf:2, in section charon "
                + "(now yes), then: systemctl restart strongswan-starter")
    }

    @Test("without a section a remedy writes one, and with each remedy followed the setting is as wanted")
    func remedyOfNothing() throws {
        let files = try DebianFiles(["strongswan.conf": ""])
        let settings = try files.settings()
        let remedy = settings.remedy(settings.routingRuleMark, to: "!0x10")
        #expect(
            remedy.description == "charon { plugins { kernel-netlink { fwmark = !0x10 } } } in \(files.main) "
                + "(now none by default), then: systemctl restart strongswan")
        try files.write("charon { plugins { kernel-netlink { fwmark = !0x10 } } }", to: "strongswan.conf")
        #expect(try files.settings().routingRuleMark.value == FirewallMark("!0x10"))
    }
}
