/** The constants of the protocol, ms. SPEC.md says how they hang together; change none alone. */
export const timing = {
  leaseRenew: 500,
  leaseRetry: 150,
  /** What an owner counts of the registry's 1,500, from the send. */
  leaseOwn: 1_350,
  /** A take answered later than this is taken again: its epoch is old, and another may have begun to act without the registry. */
  takeFresh: 400,
  /** The same for a claim whose announcement is heard later than this after the take. */
  claimFresh: 1_000,
  /** After this, counted from the take, every predecessor is over: its lease has run out, or a renewal told it of the take. */
  predecessor: 1_500,
  /** Between the answer to the query that follows the announcement, and the first command. */
  settle: 300,
  /** How long the answer to a query lets an unsure owner write, counted from the query's sending. */
  barrier: 150,
  requestAge: 1_700,
  /** How far a stamp may lie in the future: two wall clocks differ. */
  stampAhead: 1_000,
  /** How far apart two wall clocks may be. */
  wallError: 200,
  poll: 100,
  retry: 150,
  refereeTimeout: 1_000,
  reannounce: 1_000,
  audit: 5_000,
  reapAfter: 30_000,
  reapForeignAfter: 60_000,
} as const;

/** One switch per rule. All on, always; the model turns one off at a time to show that it is needed. */
export interface Rules {
  /** An unanswered creation of a lease makes a new incarnation. */
  freshIncarnation: boolean;
  /** The owner counts less than the registry's time to live. */
  leaseMargin: boolean;
  /** The answer to a repeated take is recognised as the taker's own. */
  ownTake: boolean;
  /** A living owner that is still `claimed` counts as owner. */
  claimedOwns: boolean;
  /** The edge's evidence against a node means nothing for epochs taken after it. */
  freshEvidence: boolean;
  /** Who hears a higher epoch lets go. */
  letGo: boolean;
  /** A claim that had grown old before it was heard is taken again, for a new epoch. */
  freshClaim: boolean;
  /** Claims are announced on the DN. */
  announce: boolean;
  /** 300 ms pass between announcement and act. */
  settle: boolean;
  /** What was taken away is believed only when its epoch is above the one held. */
  noticeEpoch: boolean;
  /** Past the lease each command waits for a round trip to the server. */
  barrier: boolean;
  /** Stamps older than 1,700 ms are refused. */
  requestAge: boolean;
  /** No write while the socket has bytes waiting. */
  drainedSocket: boolean;
  /** After a lost link the session is taken again. */
  retakeAfterLink: boolean;
  /** Without a registry an epoch is minted above everything known and announced. */
  bareMint: boolean;
  /** Without a registry 1,500 ms pass between announcement and act: a frozen owner's lease runs out. */
  bareWait: boolean;
  /** An owner that lost its lease key while its lease ran re-creates absent records under the same epoch. */
  revive: boolean;
  /** Records that name this node but are not held are taken. */
  audit: boolean;
  /** Records of dead owners are taken. */
  reaper: boolean;
}

export const allRules: Readonly<Rules> = {
  freshIncarnation: true,
  leaseMargin: true,
  ownTake: true,
  claimedOwns: true,
  freshEvidence: true,
  letGo: true,
  freshClaim: true,
  announce: true,
  settle: true,
  noticeEpoch: true,
  barrier: true,
  requestAge: true,
  drainedSocket: true,
  retakeAfterLink: true,
  bareMint: true,
  bareWait: true,
  revive: true,
  audit: true,
  reaper: true,
};
