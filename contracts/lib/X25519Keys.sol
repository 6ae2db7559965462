// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title X25519 public keys that something can be sealed to
/// @dev A key is the u coordinate in little-endian order (RFC 7748, section 5): the first byte of a `bytes32` is the least
/// significant. The modulus is p = 2^255 - 19.
library X25519Keys {
    /// @dev All points, on the curve or its twist, whose order divides 8. Every secret key agrees with them on the same shared
    /// secret, zero, so anybody could open what is sealed to them. In the order of their u: 0 (order 2), 1 and p - 1 (order 4),
    /// the two of order 8. Other encodings of the same points are not canonical and refused as such.
    bytes32 internal constant ORDER_2 = bytes32(0);
    bytes32 internal constant ORDER_4_ONE = 0x0100000000000000000000000000000000000000000000000000000000000000;
    bytes32 internal constant ORDER_4_MINUS_ONE = 0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f;
    bytes32 internal constant ORDER_8_A = 0xe0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800;
    bytes32 internal constant ORDER_8_B = 0x5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157;

    /// @dev p without its least significant byte, 0xed, in the same order.
    bytes32 private constant P_HIGH = 0x00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f;
    bytes1 private constant P_LOW = 0xed;

    /// @notice Whether u < p, which leaves each key a single encoding.
    function isCanonical(bytes32 key) internal pure returns (bool) {
        if (key[31] & 0x80 != 0) return false;
        return (key | bytes1(0xff)) != (P_HIGH | bytes1(0xff)) || key[0] < P_LOW;
    }

    /// @notice Whether a canonical key is one of the points of low order.
    function isLowOrder(bytes32 key) internal pure returns (bool) {
        return key == ORDER_2 || key == ORDER_4_ONE || key == ORDER_4_MINUS_ONE || key == ORDER_8_A || key == ORDER_8_B;
    }
}
