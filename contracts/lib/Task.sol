// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ISwarmLedger} from "../interfaces/ISwarmLedger.sol";
import {Absence} from "./Absence.sol";
import {Bits} from "./Bits.sol";

/// @title What the ledger stores of one task
/// @dev Nothing here grows with rounds but `votes`, by one counter per attempt and hash. Slots per member are written over in
/// later attempts; which of them count is told by the masks, which start empty.
struct Task {
    ISwarmLedger.TaskParams params;
    // one slot
    ISwarmLedger.Phase phase;
    uint8 growth;
    uint32 round;
    uint32 attempt;
    /// attempt in which the last finalized round was final
    uint32 finalAttempt;
    uint64 deadline;
    uint64 deadlineBlock;
    /// hash of the current model
    bytes32 model;
    /// SUBMIT: digest of the submissions so far; ATTEST and MERGE: what acts must name; waiting: digest of the last `TaskWaiting`
    bytes32 seen;
    uint256 snapshot;
    uint256 submitted;
    /// members that attested at all; `held` and `refused` of others are of earlier attempts
    uint256 attested;
    /// members that held or refused every submission
    uint256 decided;
    uint256 voted;
    uint256 included;
    /// members whose file an earlier attempt of this round has fixed (R2)
    uint256 fixedFiles;
    Absence.Counts missed;
    /// the last finalized round's included digest, snapshot and voters: what a late vote is held against
    bytes32 finalSeen;
    uint256 finalSnapshot;
    uint256 finalVoted;
    address[] members;
    /// index in `members` plus one
    mapping(address account => uint256) position;
    mapping(uint256 member => bytes32) files;
    mapping(uint256 member => uint256) held;
    mapping(uint256 member => uint256) refused;
    mapping(bytes32 ballot => uint256) votes;
}

/// @title The least numbers that a task's f and minPeers ask for
library Quorum {
    using Bits for uint256;

    /// @return members a snapshot needs so that f faulty ones neither stop the task nor decide for it: minPeers + f, which is
    /// 3f+1 or more since minPeers is 2f+1 or more
    function neededMembers(Task storage task) internal view returns (uint256) {
        uint256 needed = uint256(task.params.minPeers) + task.params.f;
        // The first attempt of all waits for more; once training runs, fewer may carry on.
        bool first = task.round == 1 && task.attempt == 0;
        return first ? task.params.startMembers : needed;
    }

    /// @return members that must hold an update so that it is merged: one of them at least is honest, and no update is its author's word alone
    function neededHolders(Task storage task) internal view returns (uint256) {
        return task.params.f == 0 ? 2 : uint256(task.params.f) + 1;
    }

    /// @return equal votes of the open attempt's snapshot that make a model final: two different models never both get them
    function neededVotes(Task storage task) internal view returns (uint256) {
        return (task.snapshot.count() + task.params.f) / 2 + 1;
    }
}
