// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title What SwarmLedger asks a registry, answered as a test says
contract MockRegistry {
    mapping(address account => bool) public isLicensor;
    mapping(address account => bool) public isEligible;
    mapping(address account => bool) private _mayAct;
    mapping(bytes32 taskId => bool) public isTaskApproved;
    bool public paused;

    function setLicensor(address account, bool value) external {
        isLicensor[account] = value;
    }

    function setNodes(address[] calldata accounts, bool eligible, bool barred) external {
        for (uint256 i = 0; i < accounts.length; ++i) {
            isEligible[accounts[i]] = eligible;
            _mayAct[accounts[i]] = !barred;
        }
    }

    function setPaused(bool value) external {
        paused = value;
    }

    function approveTask(bytes32 taskId) external {
        isTaskApproved[taskId] = true;
    }

    function isBarred(address account) external view returns (bool) {
        return !_mayAct[account];
    }

    function eligibleMask(address[] calldata accounts) external view returns (uint256 mask) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (isEligible[accounts[i]]) mask |= 1 << i;
        }
    }
}
