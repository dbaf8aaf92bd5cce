import Testing

@testable import Netlink

/// What Linux 6.18 shows of the clamp of `office` on `office0` to 1360 bytes.
enum FirewallRecorded {
    static let all = [table, chain, outputRule, inputRule].map { bytes($0) }

    /// The table; the number of the chains is in it.
    static let table = """
        64000000 000a 0200 07000000 133f0000                # length 100, NFT_MSG_NEWTABLE, MULTI
        01 00 0006                                          # nfgenmsg: NFPROTO_INET, version 0, change 6
        1300 0100 766961647563742d6f666669636500 00         # NFTA_TABLE_NAME viaduct-office
        0800 0300 00000001                                  # NFTA_TABLE_USE 1
        0c00 0400 0000000000000001                          # NFTA_TABLE_HANDLE 1
        0800 0200 00000000                                  # NFTA_TABLE_FLAGS 0
        2000 0600 001a                                      # NFTA_TABLE_USERDATA: comment, 26 bytes
          766961647563743a206f666669636530206d737320313336  #   "viaduct: office0 mss 136"
          3000                                              #   "0"
        """

    /// The chain.
    static let chain = """
        78000000 030a 0200 07000000 133f0000         # length 120, NFT_MSG_NEWCHAIN, MULTI
        01 00 0006                                   # nfgenmsg: NFPROTO_INET, version 0, change 6
        1300 0100 766961647563742d6f666669636500 00  # NFTA_CHAIN_TABLE viaduct-office
        0c00 0300 666f727761726400                   # NFTA_CHAIN_NAME forward
        0c00 0200 0000000000000001                   # NFTA_CHAIN_HANDLE 1
        1400 0400                                    # NFTA_CHAIN_HOOK
          0800 0100 00000002                         # NFTA_HOOK_HOOKNUM FORWARD
          0800 0200 ffffff6a                         # NFTA_HOOK_PRIORITY -150
        0800 0500 00000001                           # NFTA_CHAIN_POLICY ACCEPT
        0b00 0700 66696c74657200 00                  # NFTA_CHAIN_TYPE filter
        0800 0a00 00000001                           # NFTA_CHAIN_FLAGS BASE
        0800 0600 00000002                           # NFTA_CHAIN_USE 2
        """

    /// The first rule.
    static let outputRule = """
        0c020000 060a 0208 07000000 133f0000                         # length 524, NFT_MSG_NEWRULE, MULTI APPEND
        01 00 0006                                                   # nfgenmsg: NFPROTO_INET, version 0, change 6
        1300 0100 766961647563742d6f666669636500 00                  # NFTA_RULE_TABLE viaduct-office
        0c00 0200 666f727761726400                                   # NFTA_RULE_CHAIN forward
        0c00 0300 0000000000000002                                   # NFTA_RULE_HANDLE 2
        cc01 0400                                                    # NFTA_RULE_EXPRESSIONS
          2400 0100  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0200                                                # NFTA_EXPR_DATA
              0800 0200 00000007                                     # NFTA_META_KEY OIFNAME
              0800 0100 00000001                                     # NFTA_META_DREG 1
          3800 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2c00 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              1800 0300  1400 0100 6f666669636530000000000000000000  # NFTA_CMP_DATA, NFTA_DATA_VALUE office0
          2400 0100  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0200                                                # NFTA_EXPR_DATA
              0800 0200 00000010                                     # NFTA_META_KEY L4PROTO
              0800 0100 00000001                                     # NFTA_META_DREG 1
          2c00 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0300  0500 0100 06 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 6 (TCP)
          3400 0100  0c00 0100 7061796c6f616400                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME payload
            2400 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_PAYLOAD_DREG 1
              0800 0200 00000002                                     # NFTA_PAYLOAD_BASE transport header
              0800 0300 0000000d                                     # NFTA_PAYLOAD_OFFSET 13
              0800 0400 00000001                                     # NFTA_PAYLOAD_LEN 1
          4c00 0100  0c00 0100 6269747769736500                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME bitwise
            3c00 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_BITWISE_SREG 1
              0800 0200 00000001                                     # NFTA_BITWISE_DREG 1
              0800 0300 00000001                                     # NFTA_BITWISE_LEN 1
              0800 0600 00000000                                     # NFTA_BITWISE_OP 0
              0c00 0400  0500 0100 06 000000                         # NFTA_BITWISE_MASK, NFTA_DATA_VALUE 6
              0c00 0500  0500 0100 00 000000                         # NFTA_BITWISE_XOR, NFTA_DATA_VALUE 0
          2c00 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0300  0500 0100 02 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 2
          2c00 0100  0e00 0100 696d6d65646961746500 0000             # NFTA_LIST_ELEM, NFTA_EXPR_NAME immediate
            1800 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_IMMEDIATE_DREG 1
              0c00 0200  0600 0100 0550 0000                         # NFTA_IMMEDIATE_DATA, NFTA_DATA_VALUE 1360
          4400 0100  0b00 0100 65787468647200 00                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME exthdr
            3400 0200                                                # NFTA_EXPR_DATA
              0800 0700 00000001                                     # NFTA_EXTHDR_SREG 1
              0500 0200 02 000000                                    # NFTA_EXTHDR_TYPE 2
              0800 0300 00000002                                     # NFTA_EXTHDR_OFFSET 2
              0800 0400 00000002                                     # NFTA_EXTHDR_LEN 2
              0800 0500 00000000                                     # NFTA_EXTHDR_FLAGS 0
              0800 0600 00000001                                     # NFTA_EXTHDR_OP TCPOPT
        """

    /// The second rule, which has the place of the first in it.
    static let inputRule = """
        18020000 060a 0208 07000000 133f0000                         # length 536, NFT_MSG_NEWRULE, MULTI APPEND
        01 00 0006                                                   # nfgenmsg: NFPROTO_INET, version 0, change 6
        1300 0100 766961647563742d6f666669636500 00                  # NFTA_RULE_TABLE viaduct-office
        0c00 0200 666f727761726400                                   # NFTA_RULE_CHAIN forward
        0c00 0300 0000000000000003                                   # NFTA_RULE_HANDLE 3
        0c00 0600 0000000000000002                                   # NFTA_RULE_POSITION 2
        cc01 0400                                                    # NFTA_RULE_EXPRESSIONS
          2400 0100  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0200                                                # NFTA_EXPR_DATA
              0800 0200 00000006                                     # NFTA_META_KEY IIFNAME
              0800 0100 00000001                                     # NFTA_META_DREG 1
          3800 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2c00 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              1800 0300  1400 0100 6f666669636530000000000000000000  # NFTA_CMP_DATA, NFTA_DATA_VALUE office0
          2400 0100  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0200                                                # NFTA_EXPR_DATA
              0800 0200 00000010                                     # NFTA_META_KEY L4PROTO
              0800 0100 00000001                                     # NFTA_META_DREG 1
          2c00 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0300  0500 0100 06 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 6 (TCP)
          3400 0100  0c00 0100 7061796c6f616400                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME payload
            2400 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_PAYLOAD_DREG 1
              0800 0200 00000002                                     # NFTA_PAYLOAD_BASE transport header
              0800 0300 0000000d                                     # NFTA_PAYLOAD_OFFSET 13
              0800 0400 00000001                                     # NFTA_PAYLOAD_LEN 1
          4c00 0100  0c00 0100 6269747769736500                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME bitwise
            3c00 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_BITWISE_SREG 1
              0800 0200 00000001                                     # NFTA_BITWISE_DREG 1
              0800 0300 00000001                                     # NFTA_BITWISE_LEN 1
              0800 0600 00000000                                     # NFTA_BITWISE_OP 0
              0c00 0400  0500 0100 06 000000                         # NFTA_BITWISE_MASK, NFTA_DATA_VALUE 6
              0c00 0500  0500 0100 00 000000                         # NFTA_BITWISE_XOR, NFTA_DATA_VALUE 0
          2c00 0100  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0300  0500 0100 02 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 2
          2c00 0100  0e00 0100 696d6d65646961746500 0000             # NFTA_LIST_ELEM, NFTA_EXPR_NAME immediate
            1800 0200                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_IMMEDIATE_DREG 1
              0c00 0200  0600 0100 0550 0000                         # NFTA_IMMEDIATE_DATA, NFTA_DATA_VALUE 1360
          4400 0100  0b00 0100 65787468647200 00                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME exthdr
            3400 0200                                                # NFTA_EXPR_DATA
              0800 0700 00000001                                     # NFTA_EXTHDR_SREG 1
              0500 0200 02 000000                                    # NFTA_EXTHDR_TYPE 2
              0800 0300 00000002                                     # NFTA_EXTHDR_OFFSET 2
              0800 0400 00000002                                     # NFTA_EXTHDR_LEN 2
              0800 0500 00000000                                     # NFTA_EXTHDR_FLAGS 0
              0800 0600 00000001                                     # NFTA_EXTHDR_OP TCPOPT
        """
}
