// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ISwarmLedger} from "../interfaces/ISwarmLedger.sol";

/// @title What a new task must keep to
/// @dev Each failure is `InvalidParameter` with the field's name.
library TaskRules {
    uint256 internal constant MAX_MEMBERS = 256;
    /// @dev 3f+1 members must fit in MAX_MEMBERS.
    uint256 internal constant MAX_F = 84;
    uint256 internal constant MAX_PHASE_SECONDS = 7 days;
    uint256 internal constant MAX_DOCUMENT_BYTES = 24_576;
    uint256 internal constant MAX_CID_BYTES = 128;

    function check(ISwarmLedger.TaskParams calldata params, bytes calldata document, string calldata modelCid) internal pure {
        uint256 f = params.f;
        uint256 minPeers = params.minPeers;
        _require(params.modelHash != 0, "modelHash");
        _require(f <= MAX_F, "f");
        _require(minPeers >= 2 && minPeers >= 2 * f + 1, "minPeers");
        _require(
            params.startMembers >= 3 * f + 1 && params.startMembers >= minPeers + f && params.startMembers <= MAX_MEMBERS,
            "startMembers"
        );
        _require(params.rounds >= 1, "rounds");
        _require(_isPhaseLength(params.submitSeconds), "submitSeconds");
        _require(_isPhaseLength(params.attestSeconds), "attestSeconds");
        _require(_isPhaseLength(params.mergeSeconds), "mergeSeconds");
        _require(params.maxWeight >= 1, "maxWeight");
        _require(document.length >= 1 && document.length <= MAX_DOCUMENT_BYTES, "document");
        _require(sha256(document) == params.documentHash, "documentHash");
        _require(isCid(modelCid), "modelCid");
    }

    /// @notice Whether `cid` has a length a CID can have. Its text is not looked at: what it names is found out by fetching it.
    function isCid(string calldata cid) internal pure returns (bool) {
        return bytes(cid).length >= 1 && bytes(cid).length <= MAX_CID_BYTES;
    }

    function _isPhaseLength(uint256 seconds_) private pure returns (bool) {
        return seconds_ >= 1 && seconds_ <= MAX_PHASE_SECONDS;
    }

    function _require(bool holds, string memory name) private pure {
        if (!holds) revert ISwarmLedger.InvalidParameter(name);
    }
}
