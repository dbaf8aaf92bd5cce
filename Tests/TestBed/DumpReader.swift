/// Turns what the programs and files show into lines, without what differs between two equal states.
enum DumpReader {
    /// One line for each attribute of a link, so that a difference shows just what changed.
    static func links(_ links: [JSON]) -> [Dump.Line] {
        links.flatMap { link -> [Dump.Line] in
            let name = link["ifname"]?.string ?? "?"
            // The hardware address of a veth is random, that of a tunnel is its end's IP address.
            let random = link["link_type"]?.string == "ether" ? ["address"] : []
            return attributes(
                of: link, without: ["ifindex", "ifname", "link_index", "promiscuity", "permaddr"] + random
            )
            .filter { !$0.hasPrefix("carrier_") && !$0.hasPrefix("stats") }
            .map { Dump.Line(section: .link, text: "\(name) \($0)") }
        }
    }

    static func addresses(_ links: [JSON]) -> [Dump.Line] {
        links.flatMap { link in
            (link["addr_info"]?.items ?? []).map { address in
                let words = attributes(of: address, without: ["valid_life_time", "preferred_life_time", "tentative"])
                return Dump.Line(
                    section: .address, text: "\(link["ifname"]?.string ?? "?") \(words.joined(separator: " "))")
            }
        }
    }

    static func routes(_ routes: [JSON]) -> [Dump.Line] {
        routes.map {
            let words = attributes(of: $0, without: ["expires", "cache", "used", "age", "users"])
            return Dump.Line(section: .route, text: words.joined(separator: " "))
        }
    }

    static func rules(_ rules: [JSON], _ family: String) -> [Dump.Line] {
        rules.map {
            Dump.Line(section: .rule, text: "\(family) \(attributes(of: $0, without: []).joined(separator: " "))")
        }
    }

    /// The firewall's rules, each with the table and the chain that it is in.
    static func firewall(_ lines: ArraySlice<Substring>) -> [Dump.Line] {
        var places: [Substring] = []
        return lines.compactMap { line in
            let text = line.drop { $0 == "\t" || $0 == " " }
            if text == "}" {
                places = places.dropLast()
                return nil
            }
            if text.hasSuffix(" {") {
                places.append(text.dropLast(2))
                return Dump.Line(section: .firewall, text: places.joined(separator: " / "))
            }
            return Dump.Line(section: .firewall, text: (places + [text]).joined(separator: " / "))
        }
    }

    /// Lines such as `/proc/sys/net/ipv4/conf/all/rp_filter:0`.
    static func sysctls(_ lines: ArraySlice<Substring>) -> [Dump.Line] {
        // Keys, the second of which the kernel makes up at random for each link that has no hardware address.
        lines.filter { !$0.contains("fastopen_key") && !$0.contains("stable_secret") }.map { line in
            let path = line.prefix { $0 != ":" }.dropFirst("/proc/sys/".count)
            return Dump.Line(section: .sysctl, text: "\(path)=\(line.drop { $0 != ":" }.dropFirst())")
        }
    }

    /// Blocks of `ip xfrm`, whose first line is not indented, without keys, SPIs, reqids and the replay state.
    static func xfrm(_ lines: [Substring]) -> [Dump.Line] {
        var blocks: [[Substring]] = []
        for line in lines {
            let words = line.split { $0 == " " || $0 == "\t" }
            // Sequence numbers, and the bitmap of those that came: words of a number only, or beginning with "seq".
            let isReplay =
                ["seq-hi", "replay_window"].contains(words.first)
                || (!words.isEmpty && words.allSatisfy { $0.count == 8 && $0.allSatisfy(\.isHexDigit) })
            guard !isReplay else { continue }
            if line.first != " " && line.first != "\t" { blocks.append([]) }
            guard !blocks.isEmpty, words.first != "anti-replay", words.first != "lastused" else { continue }
            blocks[blocks.count - 1] += words
        }
        return blocks.map { words in
            var shown: [Substring] = [], previous: Substring = ""
            for word in words {
                if ["spi", "reqid"].contains(previous) {
                    shown.removeLast()
                } else if !(word.hasPrefix("0x") && word.count > 18) {
                    shown.append(word)
                }
                previous = word
            }
            // Only a policy has a priority; since Linux 6.10 both have a direction.
            let section = words.contains("priority") ? Dump.Section.policy : .state
            return Dump.Line(section: section, text: shown.joined(separator: " "))
        }
    }

    /// The host's own files, but for those that charon and the test bed make.
    static func files(of host: Host) -> [Dump.Line] {
        Host.ownFiles.flatMap { inside, kept in
            Files.entries(below: "\(host.folder)/\(kept)")
                .filter { !(kept == "run" && ($0.path.hasPrefix("charon") || $0.path.hasPrefix(".testbed"))) }
                .map { entry in
                    let mode = String(entry.mode, radix: 8), hash = String(hash(entry.content), radix: 16)
                    return Dump.Line(section: .file, text: "\(inside)/\(entry.path) mode \(mode) content \(hash)")
                }
        }
    }

    /// Fowler, Noll and Vo's hash: enough to see a change, nothing of a secret is shown.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// What charon tells that changes by itself.
    static func isVolatile(_ name: String) -> Bool {
        name.hasSuffix("-time") || name.hasPrefix("bytes-") || name.hasPrefix("packets-") || name.hasPrefix("use-")
            || name.hasPrefix("tasks-") || name.hasPrefix("spi-") || name.hasPrefix("cpi-")
            || ["uniqueid", "initiator-spi", "responder-spi", "established", "reqid", "initiator"].contains(name)
    }

    /// A child's section is named after it and its number, as `office-3`: without the number.
    static func withoutUniqueID(_ line: String) -> String {
        guard let start = line.firstRange(of: ".child-sas.")?.upperBound else { return line }
        let section = line[start...].prefix { $0 != "." }
        guard let dash = section.lastIndex(of: "-") else { return line }
        return "\(line[..<dash])\(line[section.endIndex...])"
    }

    /// The attributes as `name=value`, in order of names, with random link-local addresses made equal.
    private static func attributes(of value: JSON, without left: [String]) -> [String] {
        guard case .object(let members) = value else { return [] }
        return JSON.object(members.filter { !left.contains($0.key) }).flattened().map { word in
            guard let start = word.firstRange(of: "=fe80::")?.upperBound, start < word.endIndex, word[start] != "/"
            else { return word }
            let address = word[start...].prefix { $0.isHexDigit || $0 == ":" }
            // Given by hand they are short; those made from a hardware address or at random have 64 bits.
            return address.count < 14 ? word : "\(word[..<start])*\(word[address.endIndex...])"
        }
    }
}
