// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {ISwarmLedger} from "../interfaces/ISwarmLedger.sol";
import {Absence} from "./Absence.sol";
import {Bits} from "./Bits.sol";
import {Quorum, Task} from "./Task.sol";

/// @title How an attempt opens, goes from phase to phase, and ends
/// @dev Transitions: Waiting -> Submit -> Attest -> Merge -> (Submit | Waiting | Finished), and from every open phase by an abort
/// to (Submit | Waiting). Each function here names its own.
abstract contract Rounds is ISwarmLedger {
    using Absence for Absence.Counts;
    using Bits for uint256;
    using Quorum for Task;

    uint8 private constant MAX_GROWTH = 4;

    INodeRegistry internal immutable _registry;
    uint64 internal immutable _minPhaseBlocks;

    constructor(address registry_, uint64 minPhaseBlocks_) {
        if (registry_.code.length == 0) revert InvalidParameter("registry");
        // Keeps every deadline block in 64 bits.
        if (minPhaseBlocks_ > type(uint32).max) revert InvalidParameter("minPhaseBlocks");
        _registry = INodeRegistry(registry_);
        _minPhaseBlocks = minPhaseBlocks_;
    }

    /// @dev Who would be in a snapshot taken now. Those absent stay out unless the rest are too few.
    /// @return snapshot 0 if no attempt can open
    function _candidates(Task storage task)
        internal
        view
        returns (uint256 snapshot, uint256 needed, uint256 eligible, bool paused)
    {
        needed = task.neededMembers();
        eligible = _registry.eligibleMask(task.members);
        paused = _registry.paused();
        if (paused) return (0, needed, eligible, paused);
        uint256 present = eligible & ~task.missed.absent();
        if (present.count() >= needed) snapshot = present;
        else if (eligible.count() >= needed) snapshot = eligible;
    }

    /// @dev Waiting -> Submit, if enough members are eligible and opening is not paused.
    function _open(bytes32 taskId, Task storage task) internal returns (bool opened) {
        (uint256 snapshot, uint256 needed, uint256 eligible, bool paused) = _candidates(task);
        if (snapshot == 0) {
            bytes32 said = keccak256(abi.encode(task.round, needed, eligible, paused));
            if (task.seen != said) {
                task.seen = said;
                emit TaskWaiting(taskId, task.round, needed, eligible, paused);
            }
            return false;
        }
        if (task.snapshot != snapshot) task.snapshot = snapshot;
        task.submitted = 0;
        task.attested = 0;
        task.decided = 0;
        task.voted = 0;
        _startPhase(task, Phase.Submit, task.params.submitSeconds);
        bytes32 opening = _openingDigest(taskId, task);
        task.seen = opening;
        emit RoundOpened(
            taskId, task.round, task.attempt, task.model, snapshot, task.deadline, task.deadlineBlock, opening
        );
        return true;
    }

    /// @dev Submit -> Attest, or an abort.
    function _closeSubmit(bytes32 taskId, Task storage task) internal {
        if (task.submitted.count() < task.params.minPeers) return _abort(taskId, task, AbortReason.TooFewSubmissions);
        _startPhase(task, Phase.Attest, task.params.attestSeconds);
        emit SubmissionsClosed(
            taskId, task.round, task.attempt, task.submitted, task.deadline, task.deadlineBlock, task.seen
        );
    }

    /// @dev Attest -> Merge, or an abort.
    function _closeAttest(bytes32 taskId, Task storage task) internal {
        uint256 attested = task.attested;
        uint256[] memory held = new uint256[](attested.count());
        uint256 next = 0;
        for (uint256 member = 0; next < held.length; ++member) {
            if (attested.has(member)) held[next++] = task.held[member];
        }
        uint256 included = Bits.reachedBy(held, task.neededHolders());
        if (included.count() < task.params.minPeers) return _abort(taskId, task, AbortReason.TooFewHeld);
        task.included = included;
        task.seen = keccak256(abi.encode(task.seen, included));
        _startPhase(task, Phase.Merge, task.params.mergeSeconds);
        emit InclusionFixed(taskId, task.round, task.attempt, included, task.deadline, task.deadlineBlock, task.seen);
    }

    /// @dev Merge -> Finished, or the next round's Submit or Waiting.
    function _finalize(bytes32 taskId, Task storage task, bytes32 modelHash) internal {
        task.model = modelHash;
        task.finalAttempt = task.attempt;
        task.finalSeen = task.seen;
        task.finalVoted = task.voted;
        if (task.finalSnapshot != task.snapshot) task.finalSnapshot = task.snapshot;
        emit RoundFinalized(taskId, task.round, task.attempt, task.included, modelHash);
        _settleAbsence(taskId, task);
        if (task.fixedFiles != 0) task.fixedFiles = 0;
        if (task.growth != 0) task.growth -= 1;
        task.round += 1;
        task.attempt = 0;
        if (task.round > task.params.rounds) {
            task.phase = Phase.Finished;
            emit TaskFinished(taskId, task.params.rounds, modelHash);
        } else {
            task.phase = Phase.Waiting;
            _open(taskId, task);
        }
    }

    /// @dev Merge -> an abort.
    function _closeMerge(bytes32 taskId, Task storage task) internal {
        _abort(taskId, task, AbortReason.NoQuorum);
    }

    /// @dev Submit, Attest or Merge -> the next attempt's Submit, or Waiting.
    function _abort(bytes32 taskId, Task storage task, AbortReason reason) private {
        uint32 attempt = task.attempt;
        uint8 growth = task.growth < MAX_GROWTH ? task.growth + 1 : MAX_GROWTH;
        task.growth = growth;
        task.attempt = attempt + 1;
        task.fixedFiles |= task.submitted;
        task.phase = Phase.Waiting;
        emit RoundAborted(taskId, task.round, attempt, reason, growth);
        _settleAbsence(taskId, task);
        _open(taskId, task);
    }

    /// @dev Counts the attempt that ended for those in its snapshot.
    function _settleAbsence(bytes32 taskId, Task storage task) private {
        uint256 acted = task.submitted | task.attested | task.voted;
        (uint256 before, uint256 absent) = task.missed.settle(acted, task.snapshot & ~acted);
        if (before != absent) emit AbsenceChanged(taskId, absent);
    }

    /// @dev Growth can change only between attempts, so every phase of one is as long.
    function _startPhase(Task storage task, Phase phase, uint256 seconds_) private {
        task.phase = phase;
        task.deadline = uint64(block.timestamp + (seconds_ << task.growth));
        task.deadlineBlock = uint64(block.number + (uint256(_minPhaseBlocks) << task.growth));
    }

    /// @dev What a submission names (R3): this attempt and no other, on whatever chain.
    function _openingDigest(bytes32 taskId, Task storage task) internal view returns (bytes32) {
        return keccak256(
            abi.encode(block.chainid, address(this), taskId, task.round, task.attempt, task.model, task.snapshot)
        );
    }

    function _isOpen(Task storage task) internal view returns (bool) {
        return task.phase == Phase.Submit || task.phase == Phase.Attest || task.phase == Phase.Merge;
    }

    /// @dev R1: by the clock and by blocks.
    function _deadlinePassed(Task storage task) internal view returns (bool) {
        return block.timestamp >= task.deadline && block.number >= task.deadlineBlock;
    }
}
