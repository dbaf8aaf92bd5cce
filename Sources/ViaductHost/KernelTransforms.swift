internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

/// The kernel's policies and states at one moment, to be held against what charon tells of its SAs: charon's word is not the
/// kernel's.
struct KernelTransforms {
    /// By the if_id that they bear, or else the mark's value; 0 for none.
    private let policies: [UInt32: [XFRMPolicy]]
    private let spis: Set<UInt32>

    /// Looks.
    ///
    /// - Throws: `NetlinkError`.
    init() throws(NetlinkError) {
        let xfrm = try NetlinkSocket(.xfrm)
        policies = Dictionary(grouping: try xfrm.policies()) { $0.ifID != 0 ? $0.ifID : $0.mark?.value ?? 0 }
        spis = Set(try xfrm.states().map(\.spi))
    }

    /// Whether policies both ways bear what a link needs.
    func hasPolicies(bearing binding: Binding) -> Bool {
        let own = binding.numbers.flatMap { policies[$0] ?? [] }.filter { $0.bears(binding) }
        return Set(own.map(\.direction)).isSuperset(of: [.input, .output])
    }

    /// Whether the states of CHILD_SAs are there, of each both.
    func hasStates(of children: [ChildSA]) -> Bool {
        children.allSatisfy { child in [child.spiIn, child.spiOut].compactMap(\.self).allSatisfy(spis.contains) }
    }

    /// Whether all is there that an installed CHILD_SA consists of.
    func has(_ child: ChildSA) -> Bool {
        hasStates(of: [child]) && (child.binding.map(hasPolicies) ?? true)
    }
}

extension Binding {
    /// The numbers that policies bear, one for each direction.
    fileprivate var numbers: Set<UInt32> {
        switch self {
        case .interfaceIDs(let input, let output): [input, output]
        case .marks(let input, let output): [input.value, output.value]
        }
    }
}
