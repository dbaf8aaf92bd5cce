import NetworkModel
import Testing

@Suite("An interface name is what the kernel takes")
struct InterfaceNameTests {
    @Test("good names", arguments: ["a", "office", "eth0.100", "fifteen-bytes-x", "wg_0", "x@y", "...", "lo"])
    func good(text: String) throws {
        #expect(try #require(InterfaceName(text)).description == text)
    }

    @Test(
        "bad names",
        arguments: ["", "sixteen-bytes-xy", ".", "..", "a/b", "a:b", "a b", "a\tb", "a\nb", "a\0", "üüüüüüüü"])
    func bad(text: String) {
        #expect(InterfaceName(text) == nil)
    }

    @Test("loopback is lo")
    func loopback() {
        #expect(InterfaceName.loopback == InterfaceName("lo"))
    }
}

@Suite("A mark is a value and the bits of it that count")
struct MarkTests {
    @Test(
        "good texts",
        arguments: [
            ("7", Mark(7), "0x7"), ("0x10/0xff", Mark(0x10, mask: 0xff), "0x10/0xff"), ("0", Mark(0), "0x0"),
            ("4294967295", Mark(.max), "0xffffffff"), ("0XfF/255", Mark(0xff, mask: 0xff), "0xff/0xff"),
            ("1/0xffffffff", Mark(1), "0x1"), ("1/0", Mark(1, mask: 0), "0x1/0x0"),
        ])
    func good(text: String, mark: Mark, printed: String) {
        #expect(Mark(text) == mark)
        #expect("\(mark)" == printed)
        #expect(Mark(printed) == mark)
    }

    @Test(
        "bad texts",
        arguments: [
            "", "/", "1/", "/1", "1/2/3", "-1", "+1", "010", "4294967296", "0x100000000", "0x", "0x-1", "0x+1", "1 ",
            "a",
            "0b1", "1_0",
        ])
    func bad(text: String) {
        #expect(Mark(text) == nil)
    }
}
