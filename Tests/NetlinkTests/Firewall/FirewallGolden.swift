/// The messages of the clamp of `office` on `office0`, written out.
enum FirewallGolden {
    /// The table of a clamp to the path MTU, with a link MTU of 1400.
    static let table = """
        5c000000 000a 0106 00000000 00000000                # length 92, NFT_MSG_NEWTABLE, CREATE EXCL
        01 00 0000                                          # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00         # NFTA_TABLE_NAME viaduct-office
        3200 0600 002c                                      # NFTA_TABLE_USERDATA: comment, 44 bytes
          766961647563743a206f666669636530206d737320706174  #   "viaduct: office0 mss pat"
          682d6d7475206c696e6b2d6d7475203134303000 0000     #   "h-mtu link-mtu 1400"
        """

    /// Its chain.
    static let chain = """
        5c000000 030a 0106 00000000 00000000         # length 92, NFT_MSG_NEWCHAIN, CREATE EXCL
        01 00 0000                                   # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00  # NFTA_CHAIN_TABLE viaduct-office
        0c00 0300 666f727761726400                   # NFTA_CHAIN_NAME forward
        1400 0480                                    # NFTA_CHAIN_HOOK
          0800 0100 00000002                         # NFTA_HOOK_HOOKNUM FORWARD
          0800 0200 ffffff6a                         # NFTA_HOOK_PRIORITY -150
        0800 0500 00000001                           # NFTA_CHAIN_POLICY ACCEPT
        0b00 0700 66696c74657200 00                  # NFTA_CHAIN_TYPE filter
        """

    /// `oifname "office0" tcp flags syn / syn,rst tcp option maxseg size set rt mtu`.
    static let outputRule = """
        24020000 060a 010c 00000000 00000000                         # length 548, NFT_MSG_NEWRULE, CREATE APPEND
        01 00 0000                                                   # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00                  # NFTA_RULE_TABLE viaduct-office
        0c00 0200 666f727761726400                                   # NFTA_RULE_CHAIN forward
        f001 0480                                                    # NFTA_RULE_EXPRESSIONS
          2400 0180  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 00000007                                     # NFTA_META_KEY OIFNAME
              0800 0100 00000001                                     # NFTA_META_DREG 1
          3800 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2c00 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              1800 0380  1400 0100 6f666669636530000000000000000000  # NFTA_CMP_DATA, NFTA_DATA_VALUE office0
          2400 0180  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 00000010                                     # NFTA_META_KEY L4PROTO
              0800 0100 00000001                                     # NFTA_META_DREG 1
          2c00 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0380  0500 0100 06 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 6 (TCP)
          3400 0180  0c00 0100 7061796c6f616400                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME payload
            2400 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_PAYLOAD_DREG 1
              0800 0200 00000002                                     # NFTA_PAYLOAD_BASE transport header
              0800 0300 0000000d                                     # NFTA_PAYLOAD_OFFSET 13
              0800 0400 00000001                                     # NFTA_PAYLOAD_LEN 1
          4400 0180  0c00 0100 6269747769736500                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME bitwise
            3400 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_BITWISE_SREG 1
              0800 0200 00000001                                     # NFTA_BITWISE_DREG 1
              0800 0300 00000001                                     # NFTA_BITWISE_LEN 1
              0c00 0480  0500 0100 06 000000                         # NFTA_BITWISE_MASK, NFTA_DATA_VALUE 6
              0c00 0580  0500 0100 00 000000                         # NFTA_BITWISE_XOR, NFTA_DATA_VALUE 0
          2c00 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0380  0500 0100 02 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 2
          2000 0180  0700 0100 727400 00                             # NFTA_LIST_ELEM, NFTA_EXPR_NAME rt
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 00000003                                     # NFTA_RT_KEY TCPMSS
              0800 0100 00000001                                     # NFTA_RT_DREG 1
          4000 0180  0e00 0100 627974656f7264657200 0000             # NFTA_LIST_ELEM, NFTA_EXPR_NAME byteorder
            2c00 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_BYTEORDER_SREG 1
              0800 0200 00000001                                     # NFTA_BYTEORDER_DREG 1
              0800 0300 00000001                                     # NFTA_BYTEORDER_OP HTON
              0800 0400 00000002                                     # NFTA_BYTEORDER_LEN 2
              0800 0500 00000002                                     # NFTA_BYTEORDER_SIZE 2
          3c00 0180  0b00 0100 65787468647200 00                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME exthdr
            2c00 0280                                                # NFTA_EXPR_DATA
              0800 0700 00000001                                     # NFTA_EXTHDR_SREG 1
              0500 0200 02 000000                                    # NFTA_EXTHDR_TYPE 2
              0800 0300 00000002                                     # NFTA_EXTHDR_OFFSET 2
              0800 0400 00000002                                     # NFTA_EXTHDR_LEN 2
              0800 0600 00000001                                     # NFTA_EXTHDR_OP TCPOPT
        """

    /// `iifname "office0" meta nfproto ipv6 tcp flags syn / syn,rst tcp option maxseg size set 1340`.
    static let inputRuleIPv6 = """
        40020000 060a 010c 00000000 00000000                         # length 576, NFT_MSG_NEWRULE, CREATE APPEND
        01 00 0000                                                   # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00                  # NFTA_RULE_TABLE viaduct-office
        0c00 0200 666f727761726400                                   # NFTA_RULE_CHAIN forward
        0c02 0480                                                    # NFTA_RULE_EXPRESSIONS
          2400 0180  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 00000006                                     # NFTA_META_KEY IIFNAME
              0800 0100 00000001                                     # NFTA_META_DREG 1
          3800 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2c00 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              1800 0380  1400 0100 6f666669636530000000000000000000  # NFTA_CMP_DATA, NFTA_DATA_VALUE office0
          2400 0180  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 0000000f                                     # NFTA_META_KEY NFPROTO
              0800 0100 00000001                                     # NFTA_META_DREG 1
          2c00 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0380  0500 0100 0a 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 10
          2400 0180  0900 0100 6d65746100 000000                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME meta
            1400 0280                                                # NFTA_EXPR_DATA
              0800 0200 00000010                                     # NFTA_META_KEY L4PROTO
              0800 0100 00000001                                     # NFTA_META_DREG 1
          2c00 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0380  0500 0100 06 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 6 (TCP)
          3400 0180  0c00 0100 7061796c6f616400                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME payload
            2400 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_PAYLOAD_DREG 1
              0800 0200 00000002                                     # NFTA_PAYLOAD_BASE transport header
              0800 0300 0000000d                                     # NFTA_PAYLOAD_OFFSET 13
              0800 0400 00000001                                     # NFTA_PAYLOAD_LEN 1
          4400 0180  0c00 0100 6269747769736500                      # NFTA_LIST_ELEM, NFTA_EXPR_NAME bitwise
            3400 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_BITWISE_SREG 1
              0800 0200 00000001                                     # NFTA_BITWISE_DREG 1
              0800 0300 00000001                                     # NFTA_BITWISE_LEN 1
              0c00 0480  0500 0100 06 000000                         # NFTA_BITWISE_MASK, NFTA_DATA_VALUE 6
              0c00 0580  0500 0100 00 000000                         # NFTA_BITWISE_XOR, NFTA_DATA_VALUE 0
          2c00 0180  0800 0100 636d7000                              # NFTA_LIST_ELEM, NFTA_EXPR_NAME cmp
            2000 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_CMP_SREG 1
              0800 0200 00000000                                     # NFTA_CMP_OP EQ
              0c00 0380  0500 0100 02 000000                         # NFTA_CMP_DATA, NFTA_DATA_VALUE 2
          2c00 0180  0e00 0100 696d6d65646961746500 0000             # NFTA_LIST_ELEM, NFTA_EXPR_NAME immediate
            1800 0280                                                # NFTA_EXPR_DATA
              0800 0100 00000001                                     # NFTA_IMMEDIATE_DREG 1
              0c00 0280  0600 0100 053c 0000                         # NFTA_IMMEDIATE_DATA, NFTA_DATA_VALUE 1340
          3c00 0180  0b00 0100 65787468647200 00                     # NFTA_LIST_ELEM, NFTA_EXPR_NAME exthdr
            2c00 0280                                                # NFTA_EXPR_DATA
              0800 0700 00000001                                     # NFTA_EXTHDR_SREG 1
              0500 0200 02 000000                                    # NFTA_EXTHDR_TYPE 2
              0800 0300 00000002                                     # NFTA_EXTHDR_OFFSET 2
              0800 0400 00000002                                     # NFTA_EXTHDR_LEN 2
              0800 0600 00000001                                     # NFTA_EXTHDR_OP TCPOPT
        """

    /// The removal of the table.
    static let removal = """
        28000000 020a 0100 00000000 00000000         # length 40, NFT_MSG_DELTABLE
        01 00 0000                                   # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00  # NFTA_TABLE_NAME viaduct-office
        """

    /// The removal as a transaction of its own, with the numbers 7 to 9.
    static let transaction = """
        14000000 1000 0100 07000000 00000000  # length 20, NFNL_MSG_BATCH_BEGIN
        00 00 000a                            # nfgenmsg: AF_UNSPEC, version 0, NFNL_SUBSYS_NFTABLES
        28000000 020a 0500 08000000 00000000         # length 40, NFT_MSG_DELTABLE, ACK
        01 00 0000                                   # nfgenmsg: NFPROTO_INET, version 0
        1300 0100 766961647563742d6f666669636500 00  # NFTA_TABLE_NAME viaduct-office
        14000000 1100 0100 09000000 00000000  # length 20, NFNL_MSG_BATCH_END
        00 00 000a                            # nfgenmsg: AF_UNSPEC, version 0, NFNL_SUBSYS_NFTABLES
        """
}
