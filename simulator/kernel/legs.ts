import type { LegState } from './state.ts';

/** What can happen to one party's leg of a call. */
export type LegEvent =
  | 'answer'
  | 'remoteAnswer'
  | 'hold'
  | 'retrieve'
  | 'release'
  | 'remoteRelease'
  | 'redirect'
  | 'route'
  | 'noAnswer'
  | 'startConsult'
  | 'transferMain'
  | 'transferConsult'
  | 'transferAway'
  | 'conferenceMain'
  | 'conferenceConsult'
  | 'inviteParty'
  | 'dropParty'
  | 'sendDtmf'
  | 'record'
  | 'changeData';

export type LegOutcome = LegState | 'Gone' | 'refused';

/**
 * The complete table: for each state, what each event makes of the leg. `refused` answers a request with EventError and leaves everything as it
 * was. A missing cell does not compile. SPEC.md shows the same table; a test compares them.
 */
export const legTable: Readonly<Record<LegState, Readonly<Record<LegEvent, LegOutcome>>>> = {
  Dialing: {
    answer: 'refused',
    remoteAnswer: 'Established',
    hold: 'refused',
    retrieve: 'refused',
    release: 'Gone',
    remoteRelease: 'Gone',
    redirect: 'refused',
    route: 'refused',
    noAnswer: 'refused',
    startConsult: 'refused',
    transferMain: 'refused',
    transferConsult: 'Gone',
    transferAway: 'refused',
    conferenceMain: 'refused',
    conferenceConsult: 'refused',
    inviteParty: 'refused',
    dropParty: 'refused',
    sendDtmf: 'refused',
    record: 'refused',
    changeData: 'Dialing',
  },
  Ringing: {
    answer: 'Established',
    remoteAnswer: 'Ringing',
    hold: 'refused',
    retrieve: 'refused',
    release: 'Gone',
    remoteRelease: 'Gone',
    redirect: 'Gone',
    route: 'refused',
    noAnswer: 'Gone',
    startConsult: 'refused',
    transferMain: 'refused',
    transferConsult: 'refused',
    transferAway: 'refused',
    conferenceMain: 'refused',
    conferenceConsult: 'refused',
    inviteParty: 'refused',
    dropParty: 'refused',
    sendDtmf: 'refused',
    record: 'refused',
    changeData: 'Ringing',
  },
  Queued: {
    answer: 'refused',
    remoteAnswer: 'Queued',
    hold: 'refused',
    retrieve: 'refused',
    release: 'Gone',
    remoteRelease: 'Gone',
    redirect: 'Gone',
    route: 'Gone',
    noAnswer: 'refused',
    startConsult: 'refused',
    transferMain: 'refused',
    transferConsult: 'refused',
    transferAway: 'refused',
    conferenceMain: 'refused',
    conferenceConsult: 'refused',
    inviteParty: 'refused',
    dropParty: 'refused',
    sendDtmf: 'refused',
    record: 'refused',
    changeData: 'Queued',
  },
  Established: {
    answer: 'refused',
    remoteAnswer: 'Established',
    hold: 'Held',
    retrieve: 'refused',
    release: 'Gone',
    remoteRelease: 'Gone',
    redirect: 'refused',
    route: 'refused',
    noAnswer: 'refused',
    startConsult: 'Held',
    transferMain: 'Gone',
    transferConsult: 'Gone',
    transferAway: 'Gone',
    conferenceMain: 'Established',
    conferenceConsult: 'Gone',
    inviteParty: 'Established',
    dropParty: 'Established',
    sendDtmf: 'Established',
    record: 'Established',
    changeData: 'Established',
  },
  Held: {
    answer: 'refused',
    remoteAnswer: 'Held',
    hold: 'refused',
    retrieve: 'Established',
    release: 'Gone',
    remoteRelease: 'Gone',
    redirect: 'refused',
    route: 'refused',
    noAnswer: 'refused',
    startConsult: 'Held',
    transferMain: 'Gone',
    transferConsult: 'Gone',
    transferAway: 'Gone',
    conferenceMain: 'Established',
    conferenceConsult: 'Gone',
    inviteParty: 'refused',
    dropParty: 'Held',
    sendDtmf: 'refused',
    record: 'Held',
    changeData: 'Held',
  },
};

export const nextLeg = (state: LegState, event: LegEvent): LegOutcome => legTable[state][event];
