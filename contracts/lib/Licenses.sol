// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {Council} from "./Council.sol";

/// @title Licences of nodes and roles of auditors: granted, suspended, revoked, and what they allow now
/// @dev A moment T in seconds has come when `block.timestamp >= T`: a licence counts before `expiresAt`, a suspension before
/// `suspendedUntil`.
abstract contract Licenses is Council {
    /// @dev One storage slot: all that `isEligible` and `isBarred` have to read. `version` and `peerKeyOdd` belong to the registration.
    struct Standing {
        Role role;
        uint32 grant;
        uint64 expiresAt;
        uint64 suspendedUntil;
        uint32 version;
        bool peerKeyOdd;
    }

    /// @notice Longest suspension that one licensor may impose alone, as a limit to what is deployed.
    uint64 public constant MAX_SUSPENSION_PERIOD = 365 days;

    /// @inheritdoc INodeRegistry
    uint64 public immutable suspensionPeriod;

    mapping(address account => Standing) internal _standing;
    mapping(address account => mapping(uint32 grant => mapping(address licensor => bool))) private _suspensionSpent;

    /// @param period seconds after which one licensor's suspension lapses, 1 to `MAX_SUSPENSION_PERIOD`
    constructor(uint64 period) {
        if (period == 0 || period > MAX_SUSPENSION_PERIOD) revert InvalidArgument("suspensionPeriod");
        suspensionPeriod = period;
    }

    // ---- acts of licensors ---------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    /// @dev Never shortens a suspension. Where another licensor's is running it lasts from now on for the full period: k licensors
    /// can suspend a grant for k periods at most without the council.
    function suspend(address account) external onlyLicensor {
        Standing storage standing = _standing[account];
        if (standing.role == Role.None) revert NotLicensed(account);
        if (_suspensionSpent[account][standing.grant][msg.sender]) revert SuspensionSpent(account, msg.sender);
        _suspensionSpent[account][standing.grant][msg.sender] = true;
        uint64 until = uint64(block.timestamp) + suspensionPeriod;
        if (until < standing.suspendedUntil) until = standing.suspendedUntil;
        standing.suspendedUntil = until;
        emit NodeSuspended(account, msg.sender, until);
    }

    // ---- acts of the council -------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function license(address account, uint64 expiresAt) external onlyCouncil {
        if (account == address(0)) revert InvalidArgument("account");
        if (expiresAt <= block.timestamp) revert InvalidExpiry(expiresAt);
        Standing storage standing = _standing[account];
        if (standing.role == Role.Auditor) revert AlreadyHasRole(account, Role.Auditor);
        standing.role = Role.Node;
        standing.expiresAt = expiresAt;
        emit NodeAuthorized(account, ++standing.grant, expiresAt);
    }

    /// @inheritdoc INodeRegistry
    function authorizeAuditor(address account) external onlyCouncil {
        if (account == address(0)) revert InvalidArgument("account");
        Standing storage standing = _standing[account];
        if (standing.role != Role.None) revert AlreadyHasRole(account, standing.role);
        standing.role = Role.Auditor;
        emit AuditorAuthorized(account, ++standing.grant);
    }

    /// @inheritdoc INodeRegistry
    /// @dev Ends a suspension with the grant it was about. Keys stay with the account, and nobody else may take them.
    function revoke(address account) external onlyCouncil {
        Standing storage standing = _standing[account];
        if (standing.role == Role.None) revert NotLicensed(account);
        standing.role = Role.None;
        standing.expiresAt = 0;
        standing.suspendedUntil = 0;
        emit NodeRevoked(account, standing.grant);
    }

    /// @inheritdoc INodeRegistry
    function confirmSuspension(address account) external onlyCouncil {
        Standing storage standing = _standing[account];
        if (!_isSuspended(standing)) revert NotSuspended(account);
        standing.suspendedUntil = type(uint64).max;
        emit SuspensionConfirmed(account);
    }

    /// @inheritdoc INodeRegistry
    function unsuspend(address account) external onlyCouncil {
        Standing storage standing = _standing[account];
        if (!_isSuspended(standing)) revert NotSuspended(account);
        standing.suspendedUntil = 0;
        emit NodeUnsuspended(account);
    }

    // ---- views ---------------------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function licenseOf(address account) external view returns (License memory) {
        Standing storage standing = _standing[account];
        return License({
            role: standing.role,
            grant: standing.grant,
            expiresAt: standing.expiresAt,
            suspendedUntil: _isSuspended(standing) ? standing.suspendedUntil : 0
        });
    }

    /// @inheritdoc INodeRegistry
    function isEligible(address account) public view returns (bool) {
        Standing storage standing = _standing[account];
        return _isNode(standing) && block.timestamp < standing.expiresAt && standing.version != 0;
    }

    /// @inheritdoc INodeRegistry
    function isBarred(address account) external view returns (bool) {
        return !_isNode(_standing[account]);
    }

    /// @inheritdoc INodeRegistry
    function eligibleMask(address[] calldata accounts) external view returns (uint256 mask) {
        if (accounts.length > 256) revert InvalidArgument("accounts");
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (isEligible(accounts[i])) mask |= 1 << i;
        }
    }

    // ---- inside --------------------------------------------------------------------------------------------------------

    function _isSuspended(Standing storage standing) private view returns (bool) {
        return block.timestamp < standing.suspendedUntil;
    }

    function _isNode(Standing storage standing) private view returns (bool) {
        return standing.role == Role.Node && !_isSuspended(standing);
    }

    function _mayRegister(Standing storage standing) internal view returns (bool) {
        if (standing.role == Role.Auditor) return !_isSuspended(standing);
        return _isNode(standing) && block.timestamp < standing.expiresAt;
    }
}
