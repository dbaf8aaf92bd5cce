extension IKESA {
    /// The state of an IKE_SA, from strongSwan's `ike_sa_state_names`.
    public enum State: Sendable, Hashable {
        /// Made, not begun.
        case created
        /// Being negotiated; it stays here while the peer does not answer and `keyingtries` allows.
        case connecting
        /// Up.
        case established
        /// Will be used no more, and has no new keys yet: an IKEv1 state.
        case passive
        /// Being rekeyed.
        case rekeying
        /// Replaced by a new one.
        case rekeyed
        /// Being closed; it stays here while the peer does not answer.
        case deleting
        /// Gone.
        case destroying
        /// A state not known here, in charon's word; empty when not told.
        case other(String)

        /// Reads charon's word.
        init(_ word: String) {
            self =
                switch word {
                case "CREATED": .created
                case "CONNECTING": .connecting
                case "ESTABLISHED": .established
                case "PASSIVE": .passive
                case "REKEYING": .rekeying
                case "REKEYED": .rekeyed
                case "DELETING": .deleting
                case "DESTROYING": .destroying
                default: .other(word)
                }
        }
    }
}

extension ChildSA {
    /// The state of a CHILD_SA, from strongSwan's `child_sa_state_names`.
    public enum State: Sendable, Hashable {
        /// Made, not begun.
        case created
        /// Installed as a trap policy.
        case routed
        /// Being installed.
        case installing
        /// Up, in both directions.
        case installed
        /// Being changed, as for new addresses.
        case updating
        /// Being rekeyed.
        case rekeying
        /// Replaced by a new one.
        case rekeyed
        /// Negotiation failed and is tried again.
        case retrying
        /// Being closed.
        case deleting
        /// Closed, and about to go.
        case deleted
        /// Gone.
        case destroying
        /// A state not known here, in charon's word; empty when not told.
        case other(String)

        /// Reads charon's word.
        init(_ word: String) {
            self =
                switch word {
                case "CREATED": .created
                case "ROUTED": .routed
                case "INSTALLING": .installing
                case "INSTALLED": .installed
                case "UPDATING": .updating
                case "REKEYING": .rekeying
                case "REKEYED": .rekeyed
                case "RETRYING": .retrying
                case "DELETING": .deleting
                case "DELETED": .deleted
                case "DESTROYING": .destroying
                default: .other(word)
                }
        }
    }
}

extension IKESA.State {
    /// charon's word for the state.
    public var word: String {
        switch self {
        case .created: "CREATED"
        case .connecting: "CONNECTING"
        case .established: "ESTABLISHED"
        case .passive: "PASSIVE"
        case .rekeying: "REKEYING"
        case .rekeyed: "REKEYED"
        case .deleting: "DELETING"
        case .destroying: "DESTROYING"
        case .other(let word): word
        }
    }
}

extension ChildSA.State {
    /// charon's word for the state.
    public var word: String {
        switch self {
        case .created: "CREATED"
        case .routed: "ROUTED"
        case .installing: "INSTALLING"
        case .installed: "INSTALLED"
        case .updating: "UPDATING"
        case .rekeying: "REKEYING"
        case .rekeyed: "REKEYED"
        case .retrying: "RETRYING"
        case .deleting: "DELETING"
        case .deleted: "DELETED"
        case .destroying: "DESTROYING"
        case .other(let word): word
        }
    }
}
