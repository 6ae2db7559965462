// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title How many attempts in a row each member missed, 0 to 3, as two bits per member in two words
/// @notice Three missed attempts make a member absent. The count stays at 3 until the member acts or says that it is back.
library Absence {
    struct Counts {
        /// bit of value 1 of each member's count
        uint256 ones;
        /// bit of value 2
        uint256 twos;
    }

    /// @return set of the members that missed three attempts in a row
    function absent(Counts storage counts) internal view returns (uint256) {
        return counts.ones & counts.twos;
    }

    /// @notice Counts one attempt: `acted` go back to 0, `missed` go up by one, others keep their count.
    /// @return before who was absent
    /// @return afterwards who is absent now
    function settle(Counts storage counts, uint256 acted, uint256 missed) internal returns (uint256 before, uint256 afterwards) {
        uint256 ones = counts.ones;
        uint256 twos = counts.twos;
        before = ones & twos;
        uint256 up = missed & ~before;
        uint256 newTwos = (twos ^ (ones & up)) & ~acted;
        uint256 newOnes = (ones ^ up) & ~acted;
        afterwards = newOnes & newTwos;
        if (newOnes != ones) counts.ones = newOnes;
        if (newTwos != twos) counts.twos = newTwos;
    }

    /// @notice Sets the counts of `members` to 0.
    function clear(Counts storage counts, uint256 members) internal {
        counts.ones &= ~members;
        counts.twos &= ~members;
    }
}
