// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ISwarmLedger} from "./interfaces/ISwarmLedger.sol";
import {Acts} from "./lib/Acts.sol";
import {Absence} from "./lib/Absence.sol";
import {Bits} from "./lib/Bits.sol";
import {Task} from "./lib/Task.sol";
import {TaskRules} from "./lib/TaskRules.sol";

/// @title The ledger of tasks and rounds
/// @notice See ISwarmLedger for what each function does and each error means. Immutable: a new version is a new deployment.
/// @dev The only other contract it calls is the registry it was deployed with, and only to read.
contract SwarmLedger is Acts {
    using Absence for Absence.Counts;
    using Bits for uint256;

    /// @inheritdoc ISwarmLedger
    uint32 public constant protocolVersion = 1;

    constructor(address registry_, uint64 minPhaseBlocks_) Acts(registry_, minPhaseBlocks_) {}

    // ---- tasks ---------------------------------------------------------------------------------------------------------

    /// @inheritdoc ISwarmLedger
    function createTask(TaskParams calldata params, bytes calldata document, string calldata modelCid)
        external
        returns (bytes32 taskId)
    {
        if (!_registry.isLicensor(msg.sender) && !_registry.isEligible(msg.sender)) revert NotEligible(msg.sender);
        taskId = taskIdOf(params);
        Task storage task = _tasks[taskId];
        if (task.phase != Phase.None) revert TaskExists(taskId);
        TaskRules.check(params, document, modelCid);
        task.params = params;
        task.phase = Phase.Waiting;
        task.round = 1;
        task.model = params.modelHash;
        emit TaskCreated(taskId, msg.sender, params, document, modelCid);
    }

    /// @inheritdoc ISwarmLedger
    function join(bytes32 taskId) external {
        Task storage task = _known(taskId);
        if (task.phase == Phase.Finished) revert TaskFinishedAlready(taskId);
        if (!_registry.isTaskApproved(taskId)) revert NotApproved(taskId);
        if (!_registry.isEligible(msg.sender)) revert NotEligible(msg.sender);
        if (task.position[msg.sender] != 0) revert AlreadyMember(taskId, msg.sender);
        uint256 index = task.members.length;
        if (index == TaskRules.MAX_MEMBERS) revert TaskFull(taskId);
        task.members.push(msg.sender);
        task.position[msg.sender] = index + 1;
        emit MemberJoined(taskId, msg.sender, index);
        if (task.phase == Phase.Waiting) _open(taskId, task);
    }

    /// @inheritdoc ISwarmLedger
    function comeBack(bytes32 taskId) external {
        Task storage task = _known(taskId);
        if (task.phase == Phase.Finished) revert TaskFinishedAlready(taskId);
        uint256 member = _callingMember(taskId, task);
        if (!task.missed.absent().has(member)) revert NotAbsent(msg.sender);
        task.missed.clear(Bits.only(member));
        emit AbsenceChanged(taskId, task.missed.absent());
        if (task.phase == Phase.Waiting) _open(taskId, task);
    }

    /// @inheritdoc ISwarmLedger
    function advance(bytes32 taskId) external {
        Task storage task = _known(taskId);
        Phase phase = task.phase;
        if (phase == Phase.Waiting && _open(taskId, task)) return;
        if (!_isOpen(task)) revert TooEarly(0, 0);
        if (!_deadlinePassed(task)) revert TooEarly(task.deadline, task.deadlineBlock);
        if (phase == Phase.Submit) _closeSubmit(taskId, task);
        else if (phase == Phase.Attest) _closeAttest(taskId, task);
        else _closeMerge(taskId, task);
    }

    // ---- views: of an unknown task they give zeros ---------------------------------------------------------------------

    /// @inheritdoc ISwarmLedger
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc ISwarmLedger
    function minPhaseBlocks() external view returns (uint64) {
        return _minPhaseBlocks;
    }

    /// @inheritdoc ISwarmLedger
    function taskIdOf(TaskParams calldata params) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), params));
    }

    /// @inheritdoc ISwarmLedger
    function paramsOf(bytes32 taskId) external view returns (TaskParams memory) {
        return _tasks[taskId].params;
    }

    /// @inheritdoc ISwarmLedger
    function membersOf(bytes32 taskId) external view returns (address[] memory) {
        return _tasks[taskId].members;
    }

    /// @inheritdoc ISwarmLedger
    /// @dev Speaks of the block it is asked at: ask at `pending` for the next one.
    function canAdvance(bytes32 taskId) external view returns (bool) {
        Task storage task = _tasks[taskId];
        if (_isOpen(task)) return _deadlinePassed(task);
        if (task.phase != Phase.Waiting) return false;
        (uint256 snapshot,,,) = _candidates(task);
        return snapshot != 0;
    }

    /// @inheritdoc ISwarmLedger
    /// @dev Deadlines, digest and masks are zero where no attempt is open, though storage may still hold old ones.
    function stateOf(bytes32 taskId) external view returns (TaskState memory state) {
        Task storage task = _tasks[taskId];
        state.phase = task.phase;
        state.round = task.round;
        state.attempt = task.attempt;
        state.growth = task.growth;
        state.model = task.model;
        state.absent = task.missed.absent();
        if (!_isOpen(task)) return state;
        state.deadline = task.deadline;
        state.deadlineBlock = task.deadlineBlock;
        state.seen = task.phase == Phase.Submit ? _openingDigest(taskId, task) : task.seen;
        state.snapshot = task.snapshot;
        state.submitted = task.submitted;
        state.decided = task.decided;
        state.voted = task.voted;
        if (task.phase == Phase.Merge) state.included = task.included;
    }
}
