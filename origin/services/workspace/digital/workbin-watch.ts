import { digitalChannels } from '@handover/shared/api/workspace';
import type { WorkbinsMessageWire } from '@handover/shared/api/workspace';
import type { InteractionServer } from '../../../contracts/interaction.ts';
import type { DeskHost } from './host.ts';
import { lookedAtWire } from './wire.ts';
import type { DigitalContext } from './wire.ts';

export interface Workbin {
  workbinType: string;
  ownerID: string;
  notifyPropertyChanges: boolean;
}

const maxWatched = 50;
const nameOf = (workbin: Pick<Workbin, 'workbinType' | 'ownerID'>): string => JSON.stringify([workbin.workbinType, workbin.ownerID]);

/** The workbins whose changes the clients hear. */
export class WorkbinWatch {
  readonly #watched = new Map<string, { workbin: Workbin; end: () => void }>();
  readonly #host: DeskHost;
  readonly #context: () => DigitalContext;

  constructor(host: DeskHost, context: () => DigitalContext) {
    this.#host = host;
    this.#context = context;
  }

  /** False when too many are watched already. */
  watch(server: InteractionServer, workbin: Workbin): boolean {
    const name = nameOf(workbin);
    if (!this.#watched.has(name) && this.#watched.size >= maxWatched) return false;
    this.#watched.get(name)?.end();
    const end = server.listenWorkbin(workbin.workbinType, workbin.ownerID, event => {
      if (event.operation === 'Properties' && !workbin.notifyPropertyChanges) return;
      const message: WorkbinsMessageWire = {
        messageType: 'WorkbinsMessage',
        notificationType: 'WorkbinContentChanged',
        workbinId: event.workbinType,
        ownerId: event.ownerID,
        operation: event.operation,
        interaction: lookedAtWire(event.interaction, this.#context()),
      };
      this.#host.parts.hub.deliver([...this.#host.attachments.clients()], digitalChannels.workbins, message);
    });
    this.#watched.set(name, { workbin, end });
    this.#host.savePassport();
    return true;
  }

  unwatch(workbin: Pick<Workbin, 'workbinType' | 'ownerID'>): void {
    const name = nameOf(workbin);
    this.#watched.get(name)?.end();
    if (this.#watched.delete(name)) this.#host.savePassport();
  }

  all(): Workbin[] {
    return [...this.#watched.values()].map(each => each.workbin);
  }

  closeAll(): void {
    for (const { end } of this.#watched.values()) end();
    this.#watched.clear();
  }
}
