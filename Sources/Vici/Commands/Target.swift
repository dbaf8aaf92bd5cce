extension Session {
    /// Which SAs `terminate` and `rekey` act on.
    public enum Target: Sendable, Equatable {
        /// All CHILD_SAs of that name (`child`), of one connection (`ike`) or of any. The IKE_SA stays.
        case child(String, ike: String? = nil)
        /// The CHILD_SA of that unique id (`child-id`). The IKE_SA stays.
        case childID(UInt32)
        /// All IKE_SAs of that connection (`ike`), with their children.
        case ike(String)
        /// The IKE_SA of that unique id (`ike-id`), with its children.
        case ikeID(UInt32)

        /// The selectors in charon's words.
        var arguments: Message {
            switch self {
            case .child(let name, nil): Message([("child", .text(name))])
            case .child(let name, let ike?): Message([("child", .text(name)), ("ike", .text(ike))])
            case .childID(let id): Message([("child-id", .text(String(id)))])
            case .ike(let name): Message([("ike", .text(name))])
            case .ikeID(let id): Message([("ike-id", .text(String(id)))])
            }
        }
    }
}
