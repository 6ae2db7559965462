// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Who may take part: the licensors' council, the licences it gives, and the nodes registered under them
/// @notice An account is licensed by M of N licensors (a council act), then its operator registers a node: a libp2p key, an
/// encryption key and addresses. Account and peer id are one to one. Auditors register in the same way and may only read.
interface INodeRegistry {
    /// @notice What an account is to the network.
    enum Role {
        None,
        Node,
        Auditor
    }

    /// @notice A licence as it is now. A lapsed suspension reads as not suspended.
    /// @param role what was granted; `None` where nothing was or where it was revoked
    /// @param grant counts the grants of this account: 1 for the first licence, 2 for one given after a revocation or a renewal
    /// @param expiresAt unix seconds at which the licence stops counting for new snapshots; 0 for an auditor, whose role has no expiry
    /// @param suspendedUntil unix seconds; 0 if not suspended, `type(uint64).max` once the council confirmed the suspension
    struct License {
        Role role;
        uint32 grant;
        uint64 expiresAt;
        uint64 suspendedUntil;
    }

    /// @notice The keys under which a node acts in the network.
    /// @param peerKeyX x coordinate of the secp256k1 libp2p public key
    /// @param peerKeyOdd whether its y coordinate is odd
    /// @param encryptionKey X25519 public key (32 bytes, canonical encoding) that updates are sealed to
    /// @param version counts the registrations of this account, from 1
    struct Registration {
        bytes32 peerKeyX;
        bool peerKeyOdd;
        uint32 version;
        bytes32 encryptionKey;
    }

    /// @notice What an operator registers.
    /// @param peerKey uncompressed secp256k1 libp2p public key: x and y, 64 bytes, no 0x04 in front
    /// @param encryptionKey X25519 public key
    /// @param addresses libp2p multiaddrs in text form, 1 to 8 of at most 256 bytes
    /// @param deadline unix seconds after which the signature is refused
    struct NodeKeys {
        bytes peerKey;
        bytes32 encryptionKey;
        string[] addresses;
        uint64 deadline;
    }

    // ---- council -------------------------------------------------------------------------------------------------------

    /// @notice The caller is not a licensor.
    error NotLicensor(address account);
    /// @notice Only an executed proposal may call this.
    error NotCouncil(address account);
    error AlreadyLicensor(address account);
    /// @notice The council would have no licensor, or fewer than its threshold asks for, or a threshold of zero.
    error InvalidCouncil(uint256 licensors, uint256 threshold);
    error UnknownProposal(uint256 proposalId);
    /// @notice The proposal was executed, or was made under an earlier council or threshold.
    error ProposalClosed(uint256 proposalId);
    error AlreadyApproved(uint256 proposalId, address licensor);
    /// @notice The approver named another act than the one proposed.
    error ActMismatch(uint256 proposalId, bytes32 expected, bytes32 given);
    /// @notice The act is not one of the council's functions.
    error InvalidAct(bytes4 selector);
    /// @notice The zero address, or a value that is out of range.
    error InvalidArgument(string name);

    event LicensorAdded(address indexed licensor);
    event LicensorRemoved(address indexed licensor);
    event ThresholdChanged(uint256 threshold);
    /// @notice All open proposals ended because the council or its threshold changed.
    event CouncilEpochStarted(uint256 indexed epoch);
    /// @param act calldata of one of this contract's council functions
    event ActProposed(uint256 indexed proposalId, address indexed proposer, bytes act, uint256 epoch);
    event ActApproved(uint256 indexed proposalId, address indexed licensor, uint256 approvals);
    event ActExecuted(uint256 indexed proposalId);
    /// @notice A task (by id, which commits to all its parameters) may be joined.
    event TaskApproved(bytes32 indexed taskId);
    event Paused();
    event Unpaused();

    // ---- licences ------------------------------------------------------------------------------------------------------

    error NotLicensed(address account);
    error NotSuspended(address account);
    /// @notice This licensor already suspended this grant once; a second time needs the council.
    error SuspensionSpent(address account, address licensor);
    error AlreadyHasRole(address account, Role role);
    error InvalidExpiry(uint64 expiresAt);

    event NodeAuthorized(address indexed account, uint32 grant, uint64 expiresAt);
    event AuditorAuthorized(address indexed account, uint32 grant);
    /// @notice The licence or the auditor's role ended for good; a later one is a new grant.
    event NodeRevoked(address indexed account, uint32 grant);
    event NodeSuspended(address indexed account, address indexed licensor, uint64 until);
    event SuspensionConfirmed(address indexed account);
    event NodeUnsuspended(address indexed account);

    // ---- registration --------------------------------------------------------------------------------------------------

    error InvalidPeerKey();
    /// @notice The signature over the registration was not made by the peer key it names.
    error InvalidPeerSignature(address recovered, address expected);
    /// @notice Zero, not canonical, or of low order: a file sealed to it could be opened by anyone.
    error InvalidEncryptionKey(bytes32 encryptionKey);
    error PeerKeyTaken(address owner);
    error EncryptionKeyTaken(address owner);
    error InvalidAddresses();
    error SignatureExpired(uint64 deadline);

    /// @param peerId libp2p peer id as bytes (identity multihash of the key), 39 bytes
    /// @dev Keys given here count for attempts opened after this event.
    event NodeRegistered(
        address indexed account,
        uint32 version,
        bytes peerId,
        bytes peerKey,
        bytes32 encryptionKey,
        string[] addresses
    );

    // ---- acts of licensors ---------------------------------------------------------------------------------------------

    /// @notice Proposes an act and approves it; executes at once where the threshold is 1.
    function propose(bytes calldata act) external returns (uint256 proposalId);
    /// @notice Approves an act; the approval that reaches the threshold executes it.
    /// @param actHash keccak256 of the act, so that nobody approves what they did not see
    function approve(uint256 proposalId, bytes32 actHash) external;
    /// @notice Suspends a licence or an auditor at once, until `suspensionPeriod` later unless the council confirms. Once per licensor and grant.
    function suspend(address account) external;

    // ---- acts of the council (only through a proposal) -----------------------------------------------------------------

    function addLicensor(address account, uint256 newThreshold) external;
    function removeLicensor(address account, uint256 newThreshold) external;
    function setThreshold(uint256 newThreshold) external;
    /// @notice Grants a licence, or renews one (a renewal is a new grant; it does not end a suspension).
    function license(address account, uint64 expiresAt) external;
    function authorizeAuditor(address account) external;
    /// @notice Ends a licence or an auditor's role for good.
    function revoke(address account) external;
    function confirmSuspension(address account) external;
    function unsuspend(address account) external;
    function approveTask(bytes32 taskId) external;
    /// @notice Stops the opening of rounds; rounds under way go on.
    function pause() external;
    function unpause() external;

    // ---- acts of operators and auditors --------------------------------------------------------------------------------

    /// @notice Registers the caller's node, or replaces its keys and addresses.
    /// @param signature 65 bytes by the peer key over the EIP-712 digest `registrationDigest(account, keys)`
    function registerNode(NodeKeys calldata keys, bytes calldata signature) external;

    // ---- views ---------------------------------------------------------------------------------------------------------

    function registrationDigest(address account, NodeKeys calldata keys) external view returns (bytes32);
    function nonces(address account) external view returns (uint256);
    function isLicensor(address account) external view returns (bool);
    function licensors() external view returns (address[] memory);
    function threshold() external view returns (uint256);
    function councilEpoch() external view returns (uint256);
    function proposalCount() external view returns (uint256);
    /// @return actHash keccak256 of the act
    /// @return epoch the council's epoch it was made in
    /// @return approvals how many present licensors approved
    /// @return executed whether it was executed
    function proposals(uint256 proposalId)
        external
        view
        returns (bytes32 actHash, uint256 epoch, uint256 approvals, bool executed);
    function licenseOf(address account) external view returns (License memory);
    function registrationOf(address account) external view returns (Registration memory);
    function peerIdOf(address account) external view returns (bytes memory);
    function accountOfPeer(bytes calldata peerId) external view returns (address);
    function isTaskApproved(bytes32 taskId) external view returns (bool);
    function paused() external view returns (bool);
    /// @notice Seconds after which one licensor's suspension lapses.
    function suspensionPeriod() external view returns (uint64);
    /// @notice Licensed, not expired, not suspended, registered: may enter a snapshot now.
    function isEligible(address account) external view returns (bool);
    /// @notice Revoked (or never licensed) or suspended: may not act even if in a snapshot. Expiry alone does not bar.
    function isBarred(address account) external view returns (bool);
    /// @return mask bit i set where `isEligible(accounts[i])`; at most 256 accounts
    function eligibleMask(address[] calldata accounts) external view returns (uint256 mask);
}
