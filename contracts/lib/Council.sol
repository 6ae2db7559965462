// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";

/// @title M of N licensors decide together: who they are, what they propose and what they approved
/// @dev An act is calldata of one of this contract's council functions. It is stored with its proposal, and executed as a call of
/// the contract to itself by the approval that reaches the threshold. Whatever changes the council or its threshold starts a new
/// epoch, and proposals of earlier epochs are closed: so all approvals of a proposal that can execute are from present licensors.
abstract contract Council is INodeRegistry {
    using EnumerableSet for EnumerableSet.AddressSet;

    struct Proposal {
        bytes32 actHash;
        uint64 epoch;
        uint64 approvals;
        bool executed;
        bytes act;
        mapping(address licensor => bool) approvedBy;
    }

    EnumerableSet.AddressSet private _licensors;
    mapping(uint256 proposalId => Proposal) private _proposals;

    /// @inheritdoc INodeRegistry
    uint256 public threshold;
    /// @inheritdoc INodeRegistry
    uint256 public councilEpoch;
    /// @inheritdoc INodeRegistry
    uint256 public proposalCount;

    modifier onlyLicensor() {
        if (!_licensors.contains(msg.sender)) revert NotLicensor(msg.sender);
        _;
    }

    modifier onlyCouncil() {
        if (msg.sender != address(this)) revert NotCouncil(msg.sender);
        _;
    }

    constructor(address[] memory firstLicensors, uint256 firstThreshold) {
        for (uint256 i = 0; i < firstLicensors.length; ++i) {
            _addLicensor(firstLicensors[i]);
        }
        _startEpoch(firstThreshold);
    }

    // ---- acts of licensors ---------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function propose(bytes calldata act) external onlyLicensor returns (uint256 proposalId) {
        bytes4 selector = bytes4(act);
        // The exact length: nothing may hide behind the arguments that an approver was shown.
        if (act.length != 4 + 32 * _argumentsOf(selector)) revert InvalidAct(selector);
        proposalId = ++proposalCount;
        Proposal storage proposal = _proposals[proposalId];
        proposal.actHash = keccak256(act);
        proposal.epoch = uint64(councilEpoch);
        proposal.act = act;
        emit ActProposed(proposalId, msg.sender, act, councilEpoch);
        _approve(proposalId, proposal);
    }

    /// @inheritdoc INodeRegistry
    function approve(uint256 proposalId, bytes32 actHash) external onlyLicensor {
        Proposal storage proposal = _proposals[proposalId];
        if (proposal.epoch == 0) revert UnknownProposal(proposalId);
        if (proposal.executed || proposal.epoch != councilEpoch) revert ProposalClosed(proposalId);
        if (proposal.actHash != actHash) revert ActMismatch(proposalId, proposal.actHash, actHash);
        if (proposal.approvedBy[msg.sender]) revert AlreadyApproved(proposalId, msg.sender);
        _approve(proposalId, proposal);
    }

    // ---- acts of the council -------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function addLicensor(address account, uint256 newThreshold) external onlyCouncil {
        _addLicensor(account);
        _startEpoch(newThreshold);
    }

    /// @inheritdoc INodeRegistry
    function removeLicensor(address account, uint256 newThreshold) external onlyCouncil {
        if (!_licensors.remove(account)) revert NotLicensor(account);
        emit LicensorRemoved(account);
        _startEpoch(newThreshold);
    }

    /// @inheritdoc INodeRegistry
    /// @dev The threshold that is in force already is allowed: it closes all open proposals.
    function setThreshold(uint256 newThreshold) external onlyCouncil {
        _startEpoch(newThreshold);
    }

    // ---- views ---------------------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function isLicensor(address account) external view returns (bool) {
        return _licensors.contains(account);
    }

    /// @inheritdoc INodeRegistry
    function licensors() external view returns (address[] memory) {
        return _licensors.values();
    }

    /// @inheritdoc INodeRegistry
    /// @dev Of a closed proposal: the approvals it had when it was closed.
    function proposals(uint256 proposalId)
        external
        view
        returns (bytes32 actHash, uint256 epoch, uint256 approvals, bool executed)
    {
        Proposal storage proposal = _proposals[proposalId];
        return (proposal.actHash, proposal.epoch, proposal.approvals, proposal.executed);
    }

    // ---- inside --------------------------------------------------------------------------------------------------------

    function _approve(uint256 proposalId, Proposal storage proposal) private {
        proposal.approvedBy[msg.sender] = true;
        uint64 approvals = ++proposal.approvals;
        emit ActApproved(proposalId, msg.sender, approvals);
        if (approvals < threshold) return;

        // Marked before the call, so that nothing the act does can execute it again.
        proposal.executed = true;
        bytes memory act = proposal.act;
        delete proposal.act;
        Address.functionCall(address(this), act);
        emit ActExecuted(proposalId);
    }

    function _addLicensor(address account) private {
        if (account == address(0)) revert InvalidArgument("account");
        if (!_licensors.add(account)) revert AlreadyLicensor(account);
        emit LicensorAdded(account);
    }

    function _startEpoch(uint256 newThreshold) private {
        uint256 count = _licensors.length();
        // With no licensor left every threshold is refused: the last one stays.
        if (newThreshold == 0 || newThreshold > count) revert InvalidCouncil(count, newThreshold);
        if (threshold != newThreshold) {
            threshold = newThreshold;
            emit ThresholdChanged(newThreshold);
        }
        emit CouncilEpochStarted(++councilEpoch);
    }

    /// @dev The council's functions, each by how many arguments of one word it takes.
    function _argumentsOf(bytes4 selector) private pure returns (uint256) {
        if (selector == this.addLicensor.selector || selector == this.removeLicensor.selector) return 2;
        if (selector == this.license.selector) return 2;
        if (selector == this.setThreshold.selector || selector == this.approveTask.selector) return 1;
        if (selector == this.authorizeAuditor.selector || selector == this.revoke.selector) return 1;
        if (selector == this.confirmSuspension.selector || selector == this.unsuspend.selector) return 1;
        if (selector == this.pause.selector || selector == this.unpause.selector) return 0;
        revert InvalidAct(selector);
    }
}
