import type { IxnEvent } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { InteractionServer } from '../../contracts/interaction.ts';
import {
  createPair,
  createRequests,
  serverStatusFrom,
  type LinkDriver,
  type PairChange,
  type PairMember,
  type ServerStatus,
  type WireMessage,
} from '../link/index.ts';
import type { PlannedPair } from '../stat/index.ts';
import { createListeners } from './listeners.ts';
import { ixnEventFrom, ixnHandshake, ixnNewsFrom, signedCommand } from './protocol.ts';

export interface InteractionServerOptions {
  readonly application: string;
  /** Id of this node, which signs every command. */
  readonly node: string;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** An Interaction Server with what only the connector's own parts need. */
export interface LinkedInteractionServer extends InteractionServer {
  readonly planned: PlannedPair;
  start(): void;
  stop(): void;
  status(): readonly ServerStatus[];
}

type ChatInfo = Extract<IxnEvent, { messageName: 'EventChatSessionInfo' }>;
type WorkbinChange = Extract<IxnEvent, { messageName: 'EventWorkbinContentChanged' }>;

const longestDeadlineMs = 30_000;
const watchDeadlineMs = 5_000;
const maxQueued = 10_000;
const maxPending = 10_000;
const workbinKey = (workbinType: string, ownerID: string): string => JSON.stringify([workbinType, ownerID]);

/** One Interaction Server, a primary with its backup. */
export function createInteractionServer(options: InteractionServerOptions, planned: PlannedPair): LinkedInteractionServer {
  const { clock, log, node } = options;
  let lastReference = 0;
  let served: PairMember | undefined;
  const watchers = new Set<(change: PairChange) => void>();
  const nextReference = (): number => (lastReference = (lastReference % 0x7fff_ffff) + 1);
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (fault) {
      log.error('listener failed', { server: planned.name, fault: fault instanceof Error ? fault.message : 'unknown' });
    }
  };
  const agents = createListeners<IxnEvent>(guarded);
  const chats = createListeners<ChatInfo>(guarded);
  const workbins = createListeners<WorkbinChange>(guarded, {
    first: key => watch(key, 'RequestWorkbinNotifications'),
    last: key => watch(key, 'RequestCancelWorkbinNotifications'),
  });
  const requests = createRequests({
    clock,
    nextReference,
    target: () => pair.active?.link,
    // While the backup takes over, commands wait for it; whoever lost their right meanwhile is refused when they would leave.
    mayWait: () => pair.state === 'switching',
    maxQueued,
    maxPending,
  });
  const pair = createPair({
    ...options,
    name: `interaction ${planned.name}`,
    protocol: 'interaction',
    mode: planned.mode,
    endpoints: planned.endpoints,
    idleMs: planned.idleMs,
    maxRetryMs: planned.maxRetryMs,
    handshake: ixnHandshake(options.application, node),
    newsFrom: ixnNewsFrom,
    nextReference,
    handlers: {
      memberUp: () => undefined,
      memberDown(member) {
        if (served === member) requests.failSent();
      },
      message: receive,
      drained(member) {
        if (pair.active === member) requests.pump();
      },
      change: changed,
    },
  });

  function changed(change: PairChange): void {
    if (change === 'lost') requests.failAll();
    else if (pair.active !== served) {
      requests.failSent();
      served = pair.active;
    }
    if (change !== 'lost') for (const key of workbins.keys()) watch(key, 'RequestWorkbinNotifications');
    log.info('interaction server changed', { server: planned.name, change });
    for (const watcher of [...watchers]) guarded(() => watcher(change));
    requests.pump();
  }

  function receive(member: PairMember, message: WireMessage): void {
    if (pair.active !== member) return;
    const event = ixnEventFrom(message);
    if ('agentID' in event && event.agentID !== undefined) agents.tell(event.agentID, event);
    if (event.messageName === 'EventChatSessionInfo') chats.tell(event.interactionID, event);
    if (event.messageName === 'EventWorkbinContentChanged') workbins.tell(workbinKey(event.workbinType, event.ownerID), event);
    requests.receive(message);
  }

  function watch(key: string, messageName: 'RequestWorkbinNotifications' | 'RequestCancelWorkbinNotifications'): void {
    const [workbinType = '', ownerID = ''] = JSON.parse(key) as string[];
    void requests.request({
      deadlineMs: watchDeadlineMs,
      compose: reference =>
        ok(signedCommand({ messageName, workbinType, ownerID, notifyPropertyChanges: true }, reference, node, undefined)),
    });
  }

  return {
    planned,
    name: planned.name,
    location: planned.location ?? '/',
    get state() {
      return pair.state === 'down' ? 'down' : 'up';
    },
    onChange(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    listen: (agentID, listener) => agents.add(agentID, listener),
    listenChat: (interactionID, listener) => chats.add(interactionID, listener),
    listenWorkbin: (workbinType, ownerID, listener) => workbins.add(workbinKey(workbinType, ownerID), listener),
    async request(command, { deadlineMs, admit }) {
      const answer = await requests.request({
        deadlineMs: Math.min(deadlineMs, longestDeadlineMs),
        compose(referenceID) {
          const admitted = admit?.();
          if (admitted?.ok === false) return refuse(admitted.reason);
          return ok(signedCommand(command, referenceID, node, admitted?.value.epoch));
        },
      });
      if (!answer.ok) return refuse(answer.reason);
      const event = ixnEventFrom(answer.value);
      if (event.messageName !== 'EventError') return ok(event);
      return refuse({ kind: 'error', errorCode: event.errorCode, errorMessage: event.errorMessage });
    },
    start: () => pair.start(),
    stop() {
      pair.stop();
      requests.failAll();
    },
    status: () =>
      pair
        .status()
        .map((link, index) =>
          serverStatusFrom(link, { name: planned.names[index] ?? planned.name, type: 'interaction', location: planned.location }),
        ),
  };
}
