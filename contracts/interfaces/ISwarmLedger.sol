// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title What was contributed: tasks, their rounds, submissions, attestations, votes and finalized models
/// @notice One transaction per member and phase. The chain fixes which updates a round merges; members merge for themselves and vote
/// on the hash of the result. See docs/PROTOCOL.md for the numbered rules that `R1` to `R10` refer to.
interface ISwarmLedger {
    enum Phase {
        /// no such task
        None,
        /// no attempt is open: not started, too few eligible members, or opening is paused
        Waiting,
        Submit,
        Attest,
        Merge,
        /// all rounds are final
        Finished
    }

    enum AbortReason {
        TooFewSubmissions,
        TooFewHeld,
        NoQuorum
    }

    /// @notice Everything about a task that the contract enforces; the rest is in its document.
    /// @param documentHash sha256 of the task's document (canonical JSON)
    /// @param modelHash sha256 of the first model's file
    /// @param f how many members of a snapshot may be faulty in any way
    /// @param minPeers least number of updates in a merge: max(2, 2f+1) to n-f
    /// @param startMembers members that must be eligible before the first attempt opens
    /// @param rounds how many rounds the task has
    /// @param submitSeconds length of the phase before growth; likewise the other two
    /// @param maxWeight largest weight a submission may name; smallest is 1
    /// @param evaluations whether a vote carries the member's own coarse evaluation
    struct TaskParams {
        bytes32 documentHash;
        bytes32 modelHash;
        uint16 f;
        uint16 minPeers;
        uint16 startMembers;
        uint32 rounds;
        uint32 submitSeconds;
        uint32 attestSeconds;
        uint32 mergeSeconds;
        uint32 maxWeight;
        bool evaluations;
    }

    /// @notice Which attempt an act belongs to and what its sender saw (R3).
    /// @param seen for `submit` the attempt's opening digest, for `attest` the digest of the submissions, for `vote` that of the included set
    struct ActRef {
        bytes32 taskId;
        uint32 round;
        uint32 attempt;
        bytes32 seen;
    }

    /// @notice A task as it stands.
    /// @param model hash of the current model
    /// @param round rounds are counted from 1; the round that is open or opens next
    /// @param attempt attempts of a round are counted from 0
    /// @param growth phases are 2**growth times as long as the task says, 0 to 4
    /// @param deadline unix seconds; with `deadlineBlock` the phase may be ended by anyone once both are reached
    /// @param seen the digest that the next act must name
    /// @param snapshot members of the attempt, bit i = member i of `membersOf`; likewise the other masks
    /// @param included what the open MERGE phase merges
    struct TaskState {
        Phase phase;
        uint32 round;
        uint32 attempt;
        uint8 growth;
        uint64 deadline;
        uint64 deadlineBlock;
        bytes32 model;
        bytes32 seen;
        uint256 snapshot;
        uint256 submitted;
        uint256 decided;
        uint256 voted;
        uint256 included;
        uint256 absent;
    }

    error TaskExists(bytes32 taskId);
    error UnknownTask(bytes32 taskId);
    error InvalidParameter(string name);
    error NotApproved(bytes32 taskId);
    error AlreadyMember(bytes32 taskId, address account);
    error NotMember(bytes32 taskId, address account);
    error TaskFull(bytes32 taskId);
    error TaskFinishedAlready(bytes32 taskId);
    /// @notice The caller has no licence, or it is expired, suspended or revoked, or no node is registered under it.
    error NotEligible(address account);
    /// @notice Revoked or suspended: no act counts from now on.
    error Barred(address account);
    error NotInSnapshot(address account);
    error WrongPhase(Phase expected, Phase actual);
    error WrongAttempt(uint32 round, uint32 attempt);
    /// @notice The act names another base, set of submissions or included set than the ledger has.
    error WrongDigest(bytes32 expected, bytes32 given);
    error AlreadySubmitted(address account);
    /// @notice Another file than the one this node submitted in an earlier attempt of this round (R2).
    error FileChanged(bytes32 expected, bytes32 given);
    error InvalidWeight(uint32 weight, uint32 maxWeight);
    error InvalidCid();
    /// @notice Bits for members that did not submit, a bit both held and refused, or no new bit at all.
    error InvalidAttestation();
    error AlreadyVoted(address account);
    error InvalidEvaluation();
    /// @notice Neither a deadline has passed nor can a waiting task open.
    error TooEarly(uint64 deadline, uint64 deadlineBlock);
    error NotAbsent(address account);

    /// @param document the task's document itself: canonical JSON, at most 24 KiB
    /// @param modelCid CID of the first model, sealed to the nodes and auditors registered then
    event TaskCreated(bytes32 indexed taskId, address indexed creator, TaskParams params, bytes document, string modelCid);
    event MemberJoined(bytes32 indexed taskId, address indexed account, uint256 index);
    /// @notice Bits of `absent` are members that missed three attempts in a row (or came back).
    event AbsenceChanged(bytes32 indexed taskId, uint256 absent);
    /// @param seen digest that a submission to this attempt must name
    event RoundOpened(
        bytes32 indexed taskId,
        uint32 indexed round,
        uint32 attempt,
        bytes32 base,
        uint256 snapshot,
        uint64 deadline,
        uint64 deadlineBlock,
        bytes32 seen
    );
    /// @param sha256_ hash of the update's file as it is before sealing
    /// @param cid of the sealed file (CIDv1, text)
    /// @param seen digest of all submissions so far
    event UpdateSubmitted(
        bytes32 indexed taskId,
        uint32 indexed round,
        uint32 attempt,
        uint256 indexed member,
        bytes32 sha256_,
        string cid,
        uint32 weight,
        bytes32 seen
    );
    /// @notice Submissions are closed: bytes may be offered to peers now (R2).
    event SubmissionsClosed(
        bytes32 indexed taskId, uint32 indexed round, uint32 attempt, uint256 submitted, uint64 deadline, uint64 deadlineBlock, bytes32 seen
    );
    event UpdatesAttested(bytes32 indexed taskId, uint32 indexed round, uint32 attempt, uint256 indexed member, uint256 held, uint256 refused);
    event InclusionFixed(
        bytes32 indexed taskId, uint32 indexed round, uint32 attempt, uint256 included, uint64 deadline, uint64 deadlineBlock, bytes32 seen
    );
    /// @param evaluation 0 to 10000 parts, or 65535 where none is given
    /// @param late the round was final already; recorded, without effect
    event ModelVoted(
        bytes32 indexed taskId,
        uint32 indexed round,
        uint32 attempt,
        uint256 indexed member,
        bytes32 modelHash,
        uint16 evaluation,
        bool late
    );
    event RoundFinalized(bytes32 indexed taskId, uint32 indexed round, uint32 attempt, uint256 included, bytes32 modelHash);
    event RoundAborted(bytes32 indexed taskId, uint32 indexed round, uint32 attempt, AbortReason reason, uint8 growth);
    /// @notice No attempt can open: fewer than `needed` of the members in `eligible` are licensed, or opening is paused.
    event TaskWaiting(bytes32 indexed taskId, uint32 indexed round, uint256 needed, uint256 eligible, bool paused);
    event TaskFinished(bytes32 indexed taskId, uint32 rounds, bytes32 modelHash);

    /// @notice Makes a task known; it can be joined once the council has approved its id. Only licensors and eligible nodes.
    /// @return taskId keccak256(abi.encode(chain id, this contract, params))
    function createTask(TaskParams calldata params, bytes calldata document, string calldata modelCid) external returns (bytes32 taskId);
    /// @notice Enrols the caller; opens the first attempt when enough are in.
    function join(bytes32 taskId) external;
    /// @notice An absent member says that it is back.
    function comeBack(bytes32 taskId) external;
    function submit(ActRef calldata act, bytes32 sha256_, string calldata cid, uint32 weight) external;
    /// @notice Adds bits; what is held or refused stays so. `held`: opened bytes safely on disk and valid (R4). `refused`: provably invalid.
    function attest(ActRef calldata act, uint256 held, uint256 refused) external;
    /// @notice One vote per member and attempt. A vote for the model that was just finalized is recorded as late.
    function vote(ActRef calldata act, bytes32 modelHash, uint16 evaluation) external;
    /// @notice Ends a phase whose deadline passed, or opens an attempt of a waiting task. Anyone may call.
    function advance(bytes32 taskId) external;

    function registry() external view returns (address);
    /// @notice Blocks that must pass, besides the seconds, before a deadline counts (R1); 0 only on a chain that mines on demand.
    function minPhaseBlocks() external view returns (uint64);
    function protocolVersion() external view returns (uint32);
    function taskIdOf(TaskParams calldata params) external view returns (bytes32);
    function paramsOf(bytes32 taskId) external view returns (TaskParams memory);
    function stateOf(bytes32 taskId) external view returns (TaskState memory);
    function membersOf(bytes32 taskId) external view returns (address[] memory);
    /// @notice Whether `advance` would do something in the next block.
    function canAdvance(bytes32 taskId) external view returns (bool);
}
