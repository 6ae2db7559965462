// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {X25519Keys} from "../../../contracts/lib/X25519Keys.sol";

/// @notice Fuzzes the checks that work on bytes as they are against ones that turn the bytes round and compute.
contract X25519KeysTest {
    uint256 private constant P = 2 ** 255 - 19;

    function test_FuzzCanonicalMeansBelowP(bytes32 key) public pure {
        require(X25519Keys.isCanonical(key) == (_decode(key) < P), "any key");
    }

    function test_FuzzCanonicalAroundP(uint16 distance) public pure {
        uint256 u = P - 2 ** 15 + distance;
        require(X25519Keys.isCanonical(_encode(u)) == (u < P), "around p");
        uint256 withTopBit = u | 2 ** 255;
        require(!X25519Keys.isCanonical(_encode(withTopBit)), "top bit");
    }

    /// @notice A canonical u has low order if and only if doubling it three times by the x-only formula ends at infinity.
    function test_FuzzLowOrderAroundTheList(uint8 which, uint8 distance) public pure {
        bytes32[5] memory list = [
            X25519Keys.ORDER_2,
            X25519Keys.ORDER_4_ONE,
            X25519Keys.ORDER_4_MINUS_ONE,
            X25519Keys.ORDER_8_A,
            X25519Keys.ORDER_8_B
        ];
        uint256 u = addmod(_decode(list[which % 5]), distance % 8, P);
        require(X25519Keys.isLowOrder(_encode(u)) == _diesByDoubling(u), "low order");
    }

    function test_FuzzLowOrderAnywhere(uint256 u) public pure {
        u %= P;
        require(X25519Keys.isLowOrder(_encode(u)) == _diesByDoubling(u), "low order");
    }

    /// @dev Projective (x : z) doubling on y^2 = x^3 + 486662 x^2 + x; infinity has z = 0.
    function _diesByDoubling(uint256 x) private pure returns (bool) {
        uint256 z = 1;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 xx = mulmod(x, x, P);
            uint256 zz = mulmod(z, z, P);
            uint256 xz = mulmod(x, z, P);
            uint256 difference = addmod(xx, P - zz, P);
            uint256 sum = addmod(addmod(xx, zz, P), mulmod(486662, xz, P), P);
            (x, z) = (mulmod(difference, difference, P), mulmod(mulmod(4, xz, P), sum, P));
        }
        return z == 0;
    }

    function _decode(bytes32 key) private pure returns (uint256 u) {
        for (uint256 i = 0; i < 32; ++i) u |= uint256(uint8(key[i])) << (8 * i);
    }

    function _encode(uint256 u) private pure returns (bytes32 key) {
        for (uint256 i = 0; i < 32; ++i) key |= bytes32(bytes1(uint8(u >> (8 * i)))) >> (8 * i);
    }
}
