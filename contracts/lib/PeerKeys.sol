// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title secp256k1 public keys of libp2p peers, and the peer ids made of them
library PeerKeys {
    /// @dev The field's modulus, 2^256 - 2^32 - 977 (SEC 2, section 2.4.1).
    uint256 internal constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;

    /// @dev What precedes the compressed key in a peer id: identity multihash (00) of 37 bytes (25), which are the protobuf
    /// message { type: Secp256k1 (08 02), data: 33 bytes (12 21) }.
    bytes6 internal constant PEER_ID_PREFIX = 0x002508021221;

    /// @notice Whether `key` is x and y, 32 bytes each, of a point on the curve y^2 = x^3 + 7.
    function isOnCurve(bytes calldata key) internal pure returns (bool) {
        if (key.length != 64) return false;
        uint256 x = uint256(bytes32(key[:32]));
        uint256 y = uint256(bytes32(key[32:]));
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 7, P);
    }

    /// @notice The address that `ecrecover` names for signatures by `key`.
    function addressOf(bytes calldata key) internal pure returns (address) {
        return address(uint160(uint256(keccak256(key))));
    }

    /// @notice The libp2p peer id of a key as bytes, 39 of them.
    function peerIdOf(bytes32 x, bool odd) internal pure returns (bytes memory) {
        return abi.encodePacked(PEER_ID_PREFIX, odd ? bytes1(0x03) : bytes1(0x02), x);
    }
}
