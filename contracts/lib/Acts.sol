// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ISwarmLedger} from "../interfaces/ISwarmLedger.sol";
import {Bits} from "./Bits.sol";
import {Rounds} from "./Rounds.sol";
import {Quorum, Task} from "./Task.sol";
import {TaskRules} from "./TaskRules.sol";

/// @title What members do in a round: one transaction per member and phase
/// @dev An act counts as long as its phase is open in storage, even after the deadline: only `advance` closes a phase for lack of acts.
abstract contract Acts is Rounds {
    using Bits for uint256;
    using Quorum for Task;

    /// @dev What a vote carries where there is no evaluation.
    uint16 private constant NO_EVALUATION = type(uint16).max;
    uint16 private constant MAX_EVALUATION = 10_000;

    mapping(bytes32 taskId => Task) internal _tasks;

    constructor(address registry_, uint64 minPhaseBlocks_) Rounds(registry_, minPhaseBlocks_) {}

    /// @inheritdoc ISwarmLedger
    function submit(ActRef calldata act, bytes32 sha256_, string calldata cid, uint32 weight) external {
        Task storage task = _known(act.taskId);
        uint256 member = _actor(act, task, Phase.Submit);
        _requireDigest(_openingDigest(act.taskId, task), act.seen);
        uint256 submitted = task.submitted;
        if (submitted.has(member)) revert AlreadySubmitted(msg.sender);
        if (!TaskRules.isCid(cid)) revert InvalidCid();
        if (weight == 0 || weight > task.params.maxWeight) revert InvalidWeight(weight, task.params.maxWeight);
        _fixFile(task, member, sha256_);
        submitted |= Bits.only(member);
        task.submitted = submitted;
        bytes32 seen = keccak256(abi.encode(task.seen, member, sha256_, keccak256(bytes(cid)), weight));
        task.seen = seen;
        emit UpdateSubmitted(act.taskId, act.round, act.attempt, member, sha256_, cid, weight, seen);
        if (submitted == task.snapshot) _closeSubmit(act.taskId, task);
    }

    /// @inheritdoc ISwarmLedger
    function attest(ActRef calldata act, uint256 held, uint256 refused) external {
        Task storage task = _known(act.taskId);
        uint256 member = _actor(act, task, Phase.Attest);
        _requireDigest(task.seen, act.seen);
        bool first = !task.attested.has(member);
        uint256 heldBefore = first ? 0 : task.held[member];
        uint256 refusedBefore = first ? 0 : task.refused[member];
        held |= heldBefore;
        refused |= refusedBefore;
        uint256 submitted = task.submitted;
        bool nothingNew = held == heldBefore && refused == refusedBefore;
        if (nothingNew || held & refused != 0 || (held | refused) & ~submitted != 0) revert InvalidAttestation();
        if (first) task.attested |= Bits.only(member);
        task.held[member] = held;
        task.refused[member] = refused;
        emit UpdatesAttested(act.taskId, act.round, act.attempt, member, held, refused);
        if (held | refused != submitted) return;
        uint256 decided = task.decided | Bits.only(member);
        task.decided = decided;
        if (decided == task.snapshot) _closeAttest(act.taskId, task);
    }

    /// @inheritdoc ISwarmLedger
    function vote(ActRef calldata act, bytes32 modelHash, uint16 evaluation) external {
        Task storage task = _known(act.taskId);
        if (_isLate(act, task, modelHash)) return _voteLate(act, task, modelHash, evaluation);
        uint256 member = _actor(act, task, Phase.Merge);
        _requireDigest(task.seen, act.seen);
        uint256 voted = task.voted;
        if (voted.has(member)) revert AlreadyVoted(msg.sender);
        _requireEvaluation(task, evaluation);
        task.voted = voted | Bits.only(member);
        bytes32 ballot = keccak256(abi.encode(act.round, act.attempt, modelHash));
        uint256 votes = task.votes[ballot] + 1;
        task.votes[ballot] = votes;
        emit ModelVoted(act.taskId, act.round, act.attempt, member, modelHash, evaluation, false);
        if (votes == task.neededVotes()) _finalize(act.taskId, task, modelHash);
    }

    function _known(bytes32 taskId) internal view returns (Task storage task) {
        task = _tasks[taskId];
        if (task.phase == Phase.None) revert UnknownTask(taskId);
    }

    /// @dev The caller's index in the task. Expiry does not end it, revocation and suspension do at once (R10).
    function _callingMember(bytes32 taskId, Task storage task) internal view returns (uint256) {
        uint256 position = task.position[msg.sender];
        if (position == 0) revert NotMember(taskId, msg.sender);
        if (_registry.isBarred(msg.sender)) revert Barred(msg.sender);
        return position - 1;
    }

    /// @dev The caller's index, if the act is for what is open now (R3) and the caller is in its snapshot.
    function _actor(ActRef calldata act, Task storage task, Phase phase) private view returns (uint256 member) {
        member = _callingMember(act.taskId, task);
        if (task.phase != phase) revert WrongPhase(phase, task.phase);
        if (act.round != task.round || act.attempt != task.attempt) revert WrongAttempt(task.round, task.attempt);
        if (!task.snapshot.has(member)) revert NotInSnapshot(msg.sender);
    }

    function _requireDigest(bytes32 expected, bytes32 given) private pure {
        if (given != expected) revert WrongDigest(expected, given);
    }

    /// @dev R2: what an earlier attempt of this round fixed may only be submitted again. No file has the hash 0.
    function _fixFile(Task storage task, uint256 member, bytes32 sha256_) private {
        bytes32 known = task.fixedFiles.has(member) ? task.files[member] : bytes32(0);
        if (sha256_ == 0 || (known != 0 && known != sha256_)) revert FileChanged(known, sha256_);
        task.files[member] = sha256_;
    }

    function _requireEvaluation(Task storage task, uint16 evaluation) private view {
        if (evaluation == NO_EVALUATION) return;
        if (!task.params.evaluations || evaluation > MAX_EVALUATION) revert InvalidEvaluation();
    }

    /// @dev Whether a vote names the attempt that made the current model final, and that model.
    function _isLate(ActRef calldata act, Task storage task, bytes32 modelHash) private view returns (bool) {
        return task.round > 1 && act.round == task.round - 1 && act.attempt == task.finalAttempt && modelHash == task.model;
    }

    /// @dev Records that one more member came to the same model; changes nothing else.
    function _voteLate(ActRef calldata act, Task storage task, bytes32 modelHash, uint16 evaluation) private {
        uint256 member = _callingMember(act.taskId, task);
        if (!task.finalSnapshot.has(member)) revert NotInSnapshot(msg.sender);
        _requireDigest(task.finalSeen, act.seen);
        uint256 voted = task.finalVoted;
        if (voted.has(member)) revert AlreadyVoted(msg.sender);
        _requireEvaluation(task, evaluation);
        task.finalVoted = voted | Bits.only(member);
        emit ModelVoted(act.taskId, act.round, act.attempt, member, modelHash, evaluation, true);
    }
}
