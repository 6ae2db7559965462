// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Sets of up to 256 members as one word: bit i stands for member i
library Bits {
    /// @notice Largest threshold `reachedBy` takes.
    uint256 internal constant MAX_THRESHOLD = 128;
    /// @dev 2**PLANES must equal MAX_THRESHOLD.
    uint256 private constant PLANES = 7;

    function has(uint256 set, uint256 member) internal pure returns (bool) {
        return (set >> member) & 1 == 1;
    }

    function only(uint256 member) internal pure returns (uint256) {
        return 1 << member;
    }

    /// @return how many bits are set, 0 to 256
    function count(uint256 set) internal pure returns (uint256) {
        // The byte sums below are added up in the top byte, which cannot hold 256.
        if (set == type(uint256).max) return 256;
        unchecked {
            set -= (set >> 1) & (type(uint256).max / 3);
            set = (set & (type(uint256).max / 5)) + ((set >> 2) & (type(uint256).max / 5));
            set = (set + (set >> 4)) & (type(uint256).max / 17);
            return (set * (type(uint256).max / 255)) >> 248;
        }
    }

    /// @notice Bit j of the result is set where at least `threshold` of `sets` have bit j.
    /// @dev Adds all sets at once: plane b holds bit b of 256 counters. Every counter starts at 128 - threshold, so that the
    /// set that reaches the threshold carries out of the top plane; what is added after that cannot take the bit back.
    /// @param threshold 1 to MAX_THRESHOLD
    function reachedBy(uint256[] memory sets, uint256 threshold) internal pure returns (uint256 reached) {
        uint256[PLANES] memory planes;
        uint256 start = MAX_THRESHOLD - threshold;
        for (uint256 b = 0; b < PLANES; ++b) {
            if (has(start, b)) planes[b] = type(uint256).max;
        }
        for (uint256 i = 0; i < sets.length; ++i) {
            uint256 carry = sets[i];
            for (uint256 b = 0; b < PLANES && carry != 0; ++b) {
                (planes[b], carry) = (planes[b] ^ carry, planes[b] & carry);
            }
            reached |= carry;
        }
    }
}
