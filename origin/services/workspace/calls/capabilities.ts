import type { CallStateWire } from '@handover/shared/api/workspace';
import type { MonitorMode, RecordingState } from '@handover/shared/genesys';
import type { Call } from './call.ts';

const userData = ['attach-user-data', 'update-user-data', 'delete-user-data-pair'] as const;
const talking = [
  'clear',
  'send-dtmf',
  'initiate-conference',
  'initiate-transfer',
  'single-step-conference',
  'single-step-transfer',
  ...userData,
] as const;
const consulting = ['complete-transfer', 'complete-conference', 'alternate', 'reconnect', 'merge'] as const;

const ofState: Readonly<Record<CallStateWire, readonly string[]>> = {
  Ringing: ['answer', 'clear', 'redirect', ...userData],
  Dialing: ['release', 'clear', 'send-dtmf', ...userData],
  Established: ['release', 'hold', ...talking],
  Held: ['release', 'retrieve', ...talking],
  Released: ['complete', ...userData],
  Completed: [],
};

const ofRecording: Readonly<Record<RecordingState, readonly string[]>> = {
  Stopped: ['start-recording'],
  Recording: ['stop-recording', 'pause-recording'],
  Paused: ['stop-recording', 'resume-recording'],
};

/** What the agent may do with the call now; desktops enable their buttons by this list alone. */
export function capabilitiesOf(call: Pick<Call, 'state' | 'recordingState' | 'parentConnId' | 'monitorMode'>): string[] {
  if (call.monitorMode !== undefined) return ofSupervisor(call.state, call.monitorMode);
  const recordable = call.state === 'Ringing' || call.state === 'Established' || call.state === 'Held';
  const consult = call.parentConnId !== undefined && (call.state === 'Dialing' || call.state === 'Established');
  return [...ofState[call.state], ...(recordable ? ofRecording[call.recordingState] : []), ...(consult ? consulting : [])];
}

const switches: Readonly<Record<MonitorMode, string>> = {
  Mute: 'switch-to-listen-in',
  Coach: 'switch-to-coaching',
  Connect: 'switch-to-barge-in',
};

/** In a monitored call a supervisor changes over, and leaves; the call itself is the agent's. */
function ofSupervisor(state: CallStateWire, mode: MonitorMode): string[] {
  switch (state) {
    case 'Ringing':
      return ['answer', 'release'];
    case 'Established':
    case 'Held': {
      const others = (Object.keys(switches) as MonitorMode[]).filter(each => each !== mode && state === 'Established');
      return ['release', state === 'Held' ? 'retrieve' : 'hold', ...others.map(each => switches[each])];
    }
    case 'Released':
      return ['complete'];
    case 'Dialing':
    case 'Completed':
      return [];
  }
}
