import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customerCalls,
  holdAndRetrieve,
  openCometdTab,
  replaceNode,
  startAgent,
  startSystem,
  type Agent,
  type CometdTab,
  type ReplacedNode,
  type RunningSystem,
} from '../support/index.ts';
import { startUcs, type UcsServer } from '../support/ucs/index.ts';

// Contacts and their history are at a Universal Contact Server, which is killed while an agent works, and comes back.
const channel = '/workspace/v3/contacts';
let system: RunningSystem;
let ucs: UcsServer;
let node: ReplacedNode;
let ann: Agent;
let tab: CometdTab;
beforeAll(async () => {
  [system, ucs] = await Promise.all([startSystem({ regions: ['us-east'], agents: 4 }), startUcs()]);
  node = await replaceNode(system, { HANDOVER_UCS_URL: ucs.url });
  ann = await startAgent(system.url, 'agent1');
  tab = await openCometdTab(system.url, ann.cookie());
  await tab.subscribe(channel);
});
afterAll(async () => {
  await tab?.close();
  await ann?.leave();
  await node?.stop();
  await ucs?.kill();
  await system?.stop();
});

/** Asks, and resolves with what the event of that name says. */
async function asked(path: string, data: object, name: string): Promise<Record<string, unknown>> {
  const from = tab.events.mark();
  const answer = await ann.request('POST', path, { data });
  if (answer.status !== 200) throw new Error(`${path}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
  const event = await tab.events.next(name, each => each.channel === channel && each.data['name'] === name, { from });
  return event.data;
}

/** What was told of the contact server, in order. */
const told = (): unknown[] =>
  tab.events.seen.flatMap(({ data }) =>
    data.messageType === 'ServiceStateChanged' && data['serviceName'] === 'UCS' ? [data['serviceState']] : [],
  );
const tells = (serviceState: string): Promise<unknown> =>
  tab.events.next(`contacts are ${serviceState}`, ({ data }) => data['serviceName'] === 'UCS' && data['serviceState'] === serviceState);

const search = { query: 'FirstName:Grace', startIndex: 0, maxResults: 10, sortCriteria: [] };

describe('a Universal Contact Server', () => {
  let callId = '';
  it('knows who calls, and what was done about it', async () => {
    const properties = [
      { name: 'FirstName', value: 'Grace' },
      { name: 'PhoneNumber', value: '+15550177' },
    ];
    const { contactId } = await asked('/ucs/contacts/create', { properties }, 'EventContactInserted');
    const from = ann.events.mark();
    callId = await customerCalls(system.url, ann.dn, '+15550177');
    await ann.callIn('Ringing', callId, from);
    await ann.voice.answerCall(callId);
    await ann.callIn('Established', callId, from);
    await asked(`/ucs/voice/${callId}/find-or-create`, {}, 'EventFindOrCreatePhoneCall');
    const identified = await asked(
      `/ucs/interactions/${callId}/identify-contact`,
      { createContactEnabled: false },
      'EventIdentifiedContact',
    );
    expect(identified).toMatchObject({ contactId, contactCreated: false });
    await asked(`/ucs/interactions/${callId}/set-comment`, { comment: 'asked for a refund' }, 'EventUpdateInteraction');
    const history = await asked(`/ucs/contacts/${String(contactId)}/get-history`, {}, 'EventGetContactHistory');
    expect(history['interactions']).toMatchObject([{ id: callId }]);
    const found = await asked('/ucs/ixn/search', { query: 'TheComment:refund' }, 'EventSearchInteractions');
    expect(found).toMatchObject({ foundInteractions: 1 });
    expect(ucs.asked).toContain('OMInteractions/InsertInteraction');
  });

  it('that is gone is told, refused at once, and holds nobody up; and when it is back, it serves again', async () => {
    await ucs.kill();
    await tells('UNAVAILABLE');
    const startedMs = performance.now();
    expect((await ann.request('POST', '/ucs/contacts/search', { data: search })).status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await holdAndRetrieve(ann, callId);
    await ucs.start();
    await tells('AVAILABLE');
    expect(await asked('/ucs/contacts/search', search, 'EventSearchContact')).toMatchObject({ totalCount: 1 });
    expect([told(), ann.handshakes()]).toEqual([['UNAVAILABLE', 'AVAILABLE'], 0]);
  });
});
