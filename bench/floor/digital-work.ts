import { setTimeout as sleep } from 'node:timers/promises';
import { FloorAgent } from './agent.ts';
import type { DigitalView, ItemView } from './digital-view.ts';
import { Cookies, send } from './http.ts';
import type { Ledger } from './ledger.ts';
import type { Pace } from './scripts.ts';

const media = ['chat', 'chat', 'email', 'chat', 'workitem'] as const;
type Medium = (typeof media)[number];
const customerTimeoutMs = 10_000;
const customerAgainMs = 500;
const customerGivesUpMs = 60_000;
const strayMs = 3_000;
const rounds = 2;

const think = (pace: Pace): Promise<void> => sleep(pace.thinkMs * (0.5 + Math.random()));

/** Customers of one agent, who write: chats, and now and then an e-mail or a work item, one at a time, again and again. */
export async function correspond(agent: FloorAgent, url: string, pace: Pace, ledger: Ledger): Promise<void> {
  const customers = new Customers(url, ledger);
  const { desk } = agent;
  await think(pace);
  for (let turn = Math.floor(Math.random() * media.length); !pace.quiet; turn += 1) {
    await serveStrays(agent, desk, customers, pace);
    const medium = media[turn % media.length] ?? 'chat';
    const text = FloorAgent.mark();
    const id = await customers.come(agent.user, medium, text);
    if (id === undefined) await desk.until(() => desk.items.size > 0, strayMs);
    else await serve({ agent, desk, customers, pace }, id, text);
    await think(pace);
  }
  await serveStrays(agent, desk, customers, pace);
}

interface Work {
  readonly agent: FloorAgent;
  readonly desk: DigitalView;
  readonly customers: Customers;
  readonly pace: Pace;
}

/** A customer whose fate was unknown may have come all the same, and one who waited too long may come to somebody else. */
async function serveStrays(agent: FloorAgent, desk: DigitalView, customers: Customers, pace: Pace): Promise<void> {
  for (const { id } of [...desk.items.values()]) await serve({ agent, desk, customers, pace }, id);
}

async function serve(work: Work, id: string, first?: string): Promise<void> {
  const { agent, desk, pace } = work;
  await agent.expectWork(`interaction ${id} offered`, () => desk.items.has(id) || desk.isOver(id));
  const gone = (): boolean => !desk.items.has(id);
  const item = desk.items.get(id);
  if (item === undefined) return;
  await think(pace);
  const path = `/media/${item.mediatype}/interactions/${id}`;
  const accepts = item.mediatype === 'chat' ? { nickname: agent.user } : {};
  if (!(await agent.work(`${path}/accept`, accepts, () => item.state !== 'Invited' || gone()))) return;
  if (item.mediatype === 'chat') await converse(work, item, path, first);
  else await think(pace);
  if (!gone()) await agent.work(`${path}/complete`, {}, gone);
}

async function converse({ agent, desk, customers, pace }: Work, item: ItemView, path: string, first: string | undefined): Promise<void> {
  const { id } = item;
  const gone = (): boolean => !desk.items.has(id);
  const told = (text: string) => (): boolean => item.lines.includes(text) || gone();
  if (first !== undefined) await agent.expectWork(`${id}: the customer's first line`, told(first));
  for (let round = 0; round < rounds && !gone(); round += 1) {
    await think(pace);
    const said = await customers.say(id, gone);
    if (said !== undefined) await agent.expectWork(`${id}: the customer's line ${said}`, told(said));
    const text = FloorAgent.mark();
    if (!gone()) await agent.work(`${path}/send-message`, { message: text }, told(text), () => agent.transcriptHas(path, text));
  }
  if (gone()) return;
  const transcript = await agent.transcript(path);
  if (transcript !== undefined) desk.compare(id, transcript);
}

/** Customers at the simulator's door. They are not the product: one who is not heard tries again. */
class Customers {
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #cookies = new Cookies();

  constructor(url: string, ledger: Ledger) {
    this.#url = url;
    this.#ledger = ledger;
  }

  /** The interaction's id; undefined when it is not known whether it was taken. */
  async come(agent: string, mediaType: Medium, text: string): Promise<string | undefined> {
    const path = mediaType === 'chat' ? '/simulator/chats' : '/simulator/interactions';
    const body = { mediaType, queue: `${mediaType}-inbound`, nickname: 'Customer', subject: 'a question', text, agent };
    const answer = await this.#post(path, body);
    if (answer.status === 200) return (JSON.parse(answer.text) as { interactionId: string }).interactionId;
    this.#ledger.tell(`a ${mediaType} for ${agent}: HTTP ${answer.status} ${answer.text.slice(0, 80)}`);
    return undefined;
  }

  /** What was said at last; a line that may not have arrived is said in other words. */
  async say(interactionId: string, gone: () => boolean): Promise<string | undefined> {
    for (const giveUpAtMs = Date.now() + customerGivesUpMs; Date.now() < giveUpAtMs && !gone(); await sleep(customerAgainMs)) {
      const text = FloorAgent.mark();
      const answer = await this.#post('/simulator/chats/say', { interactionId, text });
      if (answer.status === 200) return text;
      if (answer.status === 422) this.#ledger.tell(`a customer in ${interactionId}: ${answer.text.slice(0, 80)}`);
    }
    if (!gone()) this.#ledger.lose(`${interactionId}: the customer could not say a word`);
    return undefined;
  }

  #post(path: string, body: object): ReturnType<typeof send> {
    return send(`${this.#url}${path}`, {
      method: 'POST',
      cookies: this.#cookies,
      body: JSON.stringify(body),
      timeoutMs: customerTimeoutMs,
    });
  }
}
