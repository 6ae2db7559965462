// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {Council} from "./lib/Council.sol";
import {Licenses} from "./lib/Licenses.sol";
import {PeerKeys} from "./lib/PeerKeys.sol";
import {X25519Keys} from "./lib/X25519Keys.sol";

/// @title The council, the licences it gives and the nodes registered under them
/// @dev What the council is stands in `Council`, what a licence allows in `Licenses`; here are registrations, tasks and the pause.
contract NodeRegistry is Licenses, EIP712 {
    uint256 public constant MAX_ADDRESSES = 8;
    uint256 public constant MAX_ADDRESS_BYTES = 256;

    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(address account,bytes peerKey,bytes32 encryptionKey,string[] addresses,uint256 nonce,uint64 deadline)"
    );

    /// @inheritdoc INodeRegistry
    bool public paused;
    /// @inheritdoc INodeRegistry
    mapping(bytes32 taskId => bool) public isTaskApproved;

    mapping(address account => bytes32) private _peerKeyX;
    mapping(address account => bytes32) private _encryptionKey;
    /// @dev A key belongs for ever to the account that registered it first, so that no peer id or key ever changes its meaning.
    mapping(bytes32 peerIdHash => address) private _peerOwner;
    mapping(bytes32 encryptionKey => address) private _encryptionKeyOwner;

    /// @param firstLicensors the council, at least one
    /// @param firstThreshold how many of them an act needs, 1 to all
    /// @param period seconds after which one licensor's suspension lapses, 1 to `MAX_SUSPENSION_PERIOD`
    constructor(address[] memory firstLicensors, uint256 firstThreshold, uint64 period)
        Council(firstLicensors, firstThreshold)
        Licenses(period)
        EIP712("NodeRegistry", "1")
    {}

    // ---- acts of the council -------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function approveTask(bytes32 taskId) external onlyCouncil {
        if (taskId == bytes32(0)) revert InvalidArgument("taskId");
        isTaskApproved[taskId] = true;
        emit TaskApproved(taskId);
    }

    /// @inheritdoc INodeRegistry
    function pause() external onlyCouncil {
        paused = true;
        emit Paused();
    }

    /// @inheritdoc INodeRegistry
    function unpause() external onlyCouncil {
        paused = false;
        emit Unpaused();
    }

    // ---- acts of operators and auditors --------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    /// @dev The signature binds the peer key to the account. That an encryption key is not its own only harms whoever claims it:
    /// nothing sealed to it can be opened without the other half.
    function registerNode(NodeKeys calldata keys, bytes calldata signature) external {
        if (!_mayRegister(_standing[msg.sender])) revert NotLicensed(msg.sender);
        if (block.timestamp > keys.deadline) revert SignatureExpired(keys.deadline);
        _checkAddresses(keys.addresses);
        if (!PeerKeys.isOnCurve(keys.peerKey)) revert InvalidPeerKey();
        if (!X25519Keys.isCanonical(keys.encryptionKey) || X25519Keys.isLowOrder(keys.encryptionKey)) {
            revert InvalidEncryptionKey(keys.encryptionKey);
        }
        _checkSignature(keys, signature);
        _store(bytes32(keys.peerKey[:32]), uint8(keys.peerKey[63]) & 1 == 1, keys.encryptionKey);
        emit NodeRegistered(
            msg.sender,
            _standing[msg.sender].version,
            peerIdOf(msg.sender),
            keys.peerKey,
            keys.encryptionKey,
            keys.addresses
        );
    }

    // ---- views ---------------------------------------------------------------------------------------------------------

    /// @inheritdoc INodeRegistry
    function registrationDigest(address account, NodeKeys calldata keys) public view returns (bytes32) {
        bytes32[] memory addressHashes = new bytes32[](keys.addresses.length);
        for (uint256 i = 0; i < keys.addresses.length; ++i) {
            addressHashes[i] = keccak256(bytes(keys.addresses[i]));
        }
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    REGISTRATION_TYPEHASH,
                    account,
                    keccak256(keys.peerKey),
                    keys.encryptionKey,
                    keccak256(abi.encodePacked(addressHashes)),
                    nonces(account),
                    keys.deadline
                )
            )
        );
    }

    /// @inheritdoc INodeRegistry
    /// @dev Every registration uses one up, so the nonce is the version of the account's present registration.
    function nonces(address account) public view returns (uint256) {
        return _standing[account].version;
    }

    /// @inheritdoc INodeRegistry
    function registrationOf(address account) external view returns (Registration memory) {
        Standing storage standing = _standing[account];
        return Registration({
            peerKeyX: _peerKeyX[account],
            peerKeyOdd: standing.peerKeyOdd,
            version: standing.version,
            encryptionKey: _encryptionKey[account]
        });
    }

    /// @inheritdoc INodeRegistry
    function peerIdOf(address account) public view returns (bytes memory) {
        Standing storage standing = _standing[account];
        if (standing.version == 0) return "";
        return PeerKeys.peerIdOf(_peerKeyX[account], standing.peerKeyOdd);
    }

    /// @inheritdoc INodeRegistry
    function accountOfPeer(bytes calldata peerId) external view returns (address) {
        bytes32 hash = keccak256(peerId);
        address owner = _peerOwner[hash];
        return keccak256(peerIdOf(owner)) == hash ? owner : address(0);
    }

    // ---- inside --------------------------------------------------------------------------------------------------------

    function _checkAddresses(string[] calldata addresses) private pure {
        if (addresses.length == 0 || addresses.length > MAX_ADDRESSES) revert InvalidAddresses();
        for (uint256 i = 0; i < addresses.length; ++i) {
            uint256 length = bytes(addresses[i]).length;
            if (length == 0 || length > MAX_ADDRESS_BYTES) revert InvalidAddresses();
        }
    }

    function _checkSignature(NodeKeys calldata keys, bytes calldata signature) private view {
        // A signature of a wrong length or with a high s recovers to the zero address, which no key has.
        (address recovered,,) = ECDSA.tryRecoverCalldata(registrationDigest(msg.sender, keys), signature);
        address expected = PeerKeys.addressOf(keys.peerKey);
        if (recovered != expected) revert InvalidPeerSignature(recovered, expected);
    }

    function _store(bytes32 peerKeyX, bool peerKeyOdd, bytes32 encryptionKey) private {
        bytes32 peerIdHash = keccak256(PeerKeys.peerIdOf(peerKeyX, peerKeyOdd));
        address peerOwner = _peerOwner[peerIdHash];
        if (peerOwner != address(0) && peerOwner != msg.sender) revert PeerKeyTaken(peerOwner);
        address keyOwner = _encryptionKeyOwner[encryptionKey];
        if (keyOwner != address(0) && keyOwner != msg.sender) revert EncryptionKeyTaken(keyOwner);
        _peerOwner[peerIdHash] = msg.sender;
        _encryptionKeyOwner[encryptionKey] = msg.sender;

        Standing storage standing = _standing[msg.sender];
        standing.version += 1;
        standing.peerKeyOdd = peerKeyOdd;
        _peerKeyX[msg.sender] = peerKeyX;
        _encryptionKey[msg.sender] = encryptionKey;
    }
}
