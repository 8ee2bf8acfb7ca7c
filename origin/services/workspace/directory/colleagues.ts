import type { CfgPerson, StatDefinition } from '@handover/shared/genesys';
import type { Clock } from '@handover/shared/time';
import type { Statistics, StatReading } from '../../../contracts/statistics.ts';
import type { Availability } from '../../../contracts/workspace.ts';

/** So many are asked for at once; the others stay unknown. */
const maxAsked = 200;
const waitMs = 500;
const keptMs = 2_000;
const maxKept = 1_000;
const status: StatDefinition = { category: 'CurrentState', subject: 'AgentStatus', mainMask: ['*'] };

interface Kept {
  atMs: number;
  availability: Promise<Availability | undefined>;
}

/**
 * What agents of other nodes do, as the Stat Server sees it: of whom it sees nothing, nothing is said, as they may be at a site that it does not
 * watch. Answers are kept for 2 s, so that a supervisor's list that is read again and again costs the server little.
 */
export class Colleagues {
  readonly #statistics: Statistics | undefined;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor({ statistics, clock }: { statistics?: Statistics; clock: Clock }) {
    this.#statistics = statistics;
    this.#clock = clock;
  }

  /** By user name; within half a second, of the first 200. */
  async of(persons: readonly CfgPerson[], tenantName: string): Promise<ReadonlyMap<string, Availability>> {
    const known = new Map<string, Availability>();
    if (this.#statistics?.state !== 'up') return known;
    const statistics = this.#statistics;
    this.#forget();
    const answers = persons.slice(0, maxAsked).map(async person => {
      const availability = await this.#ask(statistics, person, tenantName);
      if (availability !== undefined) known.set(person.userName, availability);
    });
    let cancel = (): void => undefined;
    const late = new Promise<void>(resolve => (cancel = this.#clock.after(waitMs, resolve)));
    await Promise.race([Promise.all(answers), late]);
    cancel();
    return new Map(known);
  }

  #ask(statistics: Statistics, { employeeID }: CfgPerson, tenantName: string): Promise<Availability | undefined> {
    const name = `${tenantName} ${employeeID}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept.availability;
    const wanted = { tenantName, objectId: employeeID, objectType: 'Agent', definition: status } as const;
    const availability = statistics.get(wanted).then(
      reading => (reading.ok ? availabilityFrom(reading.value) : undefined),
      () => undefined,
    );
    this.#kept.set(name, { atMs: this.#clock.monotonic(), availability });
    return availability;
  }

  #forget(): void {
    const before = this.#clock.monotonic() - keptMs;
    for (const [name, { atMs }] of this.#kept) {
      if (atMs > before && this.#kept.size < maxKept) return;
      this.#kept.delete(name);
    }
  }
}

const activities: Readonly<Record<string, string>> = {
  CallDialing: 'InitiatingCall',
  CallRinging: 'ReceivingCall',
  CallOnHold: 'CallOnHold',
  CallInbound: 'HandlingInboundCall',
  CallOutbound: 'HandlingOutboundCall',
  CallInternal: 'HandlingInternalCall',
  CallUnknown: 'HandlingInternalCall',
  CallConsult: 'HandlingConsultCall',
};

/** The status of an agent in the words of availability. Who talks was ready for it. */
function availabilityFrom({ value, valid }: StatReading): Availability | undefined {
  const { stringValue = '', reasons = [] } = value;
  if (valid === false) return undefined;
  const activity = activities[stringValue] ?? 'Idle';
  const reason = reasons.find(each => each.key === 'ReasonCode')?.value;
  const voice = (state: string, more: { workMode?: string; reason?: string } = {}): Availability => ({
    channels: [{ name: 'voice', available: stringValue === 'WaitForNextCall', userState: { state, ...more }, activity }],
  });
  if (stringValue === 'WaitForNextCall' || activity !== 'Idle') return voice('Ready');
  if (stringValue === 'NotReadyForNextCall') return voice('NotReady', reason === undefined ? {} : { reason });
  if (stringValue === 'AfterCallWork') return voice('NotReady', { workMode: 'AfterCallWork' });
  return stringValue === 'LoggedIn' ? voice('LoggedIn') : undefined;
}
