import { describe, expect, it, vi } from 'vitest';
import { errorTable } from '@handover/shared/errors';
import { routeOf } from '@handover/shared/routes';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer, Bench, Tab } from '../fakes/bench.ts';
import { voiceOperations } from './table.ts';
import type { Operation } from './row.ts';

const kv = (key: string, value: string): object => ({ key, type: 'str', value });
const userData = [kv('Case', '42')];

/** A body that the operation accepts. */
const valid: Readonly<Record<string, object>> = {
  setAgentStateNotReady: { agentWorkMode: 'AuxWork', reasonCode: 'Lunch' },
  forward: { forwardTo: '7002' },
  makeCall: { destination: '7002', userData, outboundCallerId: '+15550' },
  sendUserEvent: { userData },
  redirect: { destination: '7002' },
  initiateConference: { destination: '7002' },
  initiateTransfer: { destination: '7002' },
  singleStepConference: { destination: '7003' },
  singleStepTransfer: { destination: '7002' },
  completeConference: { parentConnId: 'main' },
  completeTransfer: { parentConnId: 'main' },
  alternate: { heldConnId: 'main' },
  reconnect: { heldConnId: 'main' },
  merge: { otherConnId: 'main' },
  deleteFromConference: { dnToDrop: '7002' },
  attachUserData: { userData },
  updateUserData: { userData },
  deleteUserDataPair: { key: 'Case' },
  sendDTMF: { dtmfDigits: '12#' },
  completeCall: { userData },
  startMonitoring: { phoneNumberToMonitor: '7002' },
  stopMonitoring: { phoneNumber: '7002' },
};
const required = voiceOperations.filter(operation => !operation.read({}).ok);
const absurd: unknown[] = [
  null,
  7,
  'text',
  [],
  { destination: {} },
  { destination: ['7002'], userData: 'x', heldConnId: 7, dtmfDigits: 'hello', parentConnId: '../../etc', key: '', forwardTo: null },
  { userData: [{ key: 'a', type: 'kvlist', value: nested(40) }] },
  { userData: [{ key: 'a', type: 'int', value: 2 ** 40 }], reasons: 7, extensions: { a: 1 } },
  { reasonCode: 'x'.repeat(3_000), agentWorkMode: 'Asleep', monitoringMode: 'Loud', monitoringScope: 'World' },
  JSON.parse('{"__proto__":{"destination":"7002"},"constructor":{"name":"x"}}') as unknown,
];
function nested(depth: number): unknown[] {
  let value: unknown[] = [];
  for (let i = 0; i < depth; i += 1) value = [{ key: 'a', type: 'kvlist', value }];
  return value;
}

const pathOf = (operation: Operation, id: string): string => operation.path.replace('{id}', id);

async function talking(user = 'super1', number = '7090'): Promise<{ bench: Bench; tab: Tab; id: string }> {
  const bench = createBench();
  const tab = await openLoggedIn(bench, user);
  const id = bench.east.ring('+15550100', number, { userData: [{ key: 'Case', type: 'str', value: '1' }] });
  await tab.post(`/voice/calls/${id}/answer`, {});
  return { bench, tab, id };
}

/** What a documented answer looks like, whatever was asked. */
function documented(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  if (answer.status === 200) expect(answer.body.status?.code).toBe(1);
  else {
    const [error] = answer.body.errors ?? [];
    expect(Object.keys(errorTable)).toContain(error?.code);
    if (answer.status === 400) expect(error?.field).toMatch(/^(data|body|operationId)/);
  }
}

describe.each(voiceOperations.map(operation => [operation.name, operation] as const))('%s', (name, operation) => {
  it('has the resend class that the edge knows', () => {
    expect(routeOf('POST', `/workspace/v3${pathOf(operation, 'A1')}`).resend).toBe(operation.resend);
  });

  it('answers a valid body with code 1 and its operation id', async () => {
    const { tab, id } = await talking();
    const answer = await tab.post(pathOf(operation, id), {
      data: JSON.parse(JSON.stringify(valid[name] ?? {}).replaceAll('main', id)) as object,
      operationId: 'op-1',
    });
    expect(answer.body).toMatchObject({ status: { code: 1 }, operationId: 'op-1' });
  });

  it('answers whatever comes with a documented status, and hangs on nothing', async () => {
    const { tab, id } = await talking();
    for (const data of absurd) documented(await tab.post(pathOf(operation, id), { data }));
    for (const body of [7, 'text', [], null, { operationId: 7 }, { operationId: 'x'.repeat(999) }])
      documented(await tab.post(pathOf(operation, id), body));
  });

  it('without a session is 403 with status code 603', async () => {
    const bench = createBench();
    const answer = await bench.call('POST', pathOf(operation, 'A1'), { body: { data: valid[name] ?? {} } });
    expect([answer.status, ((await answer.json()) as Answer['body']).status?.code]).toEqual([403, 603]);
  });

  it('without an active channel is 409', async () => {
    const tab = await openTab(createBench(), 'super1');
    const answer = await tab.post(pathOf(operation, 'A1'), { data: valid[name] ?? {} });
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([409, 'voice.inactive']);
  });

  it('while ownership admits no command, sends none and says that it may be tried elsewhere', async () => {
    const { bench, tab, id } = await talking();
    const sent = bench.east.log.length;
    bench.ownership.closed = 'unsure';
    const answer = await tab.post(pathOf(operation, id), {
      data: JSON.parse(JSON.stringify(valid[name] ?? {}).replaceAll('main', id)) as object,
    });
    expect(bench.east.log.length).toBe(sent);
    if (answer.status !== 200) expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'ownership.unsure']);
  });
});

describe.each(voiceOperations.filter(each => each.scope === 'call').map(each => [each.name, each] as const))(
  '%s on a call',
  (name, operation) => {
    it('that is not known is 404', async () => {
      const { tab } = await talking();
      const answer = await tab.post(pathOf(operation, 'FFFF'), { data: valid[name] ?? {} });
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([404, 'call.unknown']);
    });

    it('in a state that does not allow it is code 1, then EventError with the operation id', async () => {
      const { bench, tab, id } = await talking();
      await tab.post(`/voice/calls/${id}/release`, {});
      if (operation.states.includes('Released')) return;
      const data = JSON.parse(JSON.stringify(valid[name] ?? {}).replaceAll('main', id)) as object;
      const answer = await tab.post(pathOf(operation, id), { data, operationId: 'op-2' });
      expect(answer.body.status).toEqual({ code: 1 });
      bench.clock.advance(0);
      if (name === 'release') expect(tab.voice().at(-1)).toMatchObject({ messageType: 'CallStateChanged', call: { state: 'Released' } });
      else expect(tab.voice().at(-1)).toMatchObject({ messageType: 'EventError', operationId: 'op-2', error: { errorCode: 56 } });
    });
  },
);

it.each(required.map(operation => [operation.name, operation] as const))(
  '%s without its fields is 400 and names one',
  async (_name, operation) => {
    const { tab, id } = await talking();
    for (const body of [{}, { data: {} }, undefined]) {
      const answer = await tab.post(pathOf(operation, id), body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.[0]?.field).toMatch(/^data\.\w+/);
    }
  },
);

it.each(voiceOperations.filter(each => each.supervisor).map(each => [each.name, each] as const))(
  '%s is for supervisors only',
  async (name, operation) => {
    const { tab, id } = await talking('agent1', '7001');
    expect((await tab.post(pathOf(operation, id), { data: valid[name] ?? {} })).status).toBe(403);
  },
);

describe('executed again', () => {
  it.each([
    ['hold', ['hold']],
    ['retrieve', ['hold', 'retrieve']],
    ['release', ['release']],
    ['complete', ['release', 'complete']],
  ] as const)('%s succeeds without a second command', async (verb, before) => {
    const { bench, tab, id } = await talking();
    const data = { data: { userData } };
    for (const each of before) await tab.post(`/voice/calls/${id}/${each}`, data);
    const sent = bench.east.log.length;
    expect((await tab.post(`/voice/calls/${id}/${verb}`, data)).body.status).toEqual({ code: 1 });
    expect(bench.east.log.length).toBe(sent);
  });

  it.each(['ready', 'not-ready', 'dnd-on', 'dnd-off', 'logout', 'login'])('voice/%s succeeds without a second command', async verb => {
    const { bench, tab } = await talking();
    if (verb === 'dnd-off') await tab.post('/voice/dnd-on');
    if (verb === 'login') await tab.post('/voice/logout');
    await tab.post(`/voice/${verb}`);
    const sent = bench.east.log.length;
    expect((await tab.post(`/voice/${verb}`)).body.status).toEqual({ code: 1 });
    expect(bench.east.log.length).toBe(sent);
  });

  it('update-user-data succeeds without a second command', async () => {
    const { bench, tab, id } = await talking();
    await tab.post(`/voice/calls/${id}/update-user-data`, { data: { userData } });
    await tab.post(`/voice/calls/${id}/update-user-data`, { data: { userData } });
    expect(bench.east.names().filter(each => each === 'RequestUpdateUserData')).toHaveLength(1);
  });

  it('not-ready with another reason or work mode is another command', async () => {
    const { bench, tab } = await talking();
    for (const data of [{ reasonCode: 'Lunch' }, { reasonCode: 'Tea' }, { reasonCode: 'Tea', agentWorkMode: 'AfterCallWork' }])
      await tab.post('/voice/not-ready', { data });
    expect(bench.east.names().filter(each => each === 'RequestAgentNotReady')).toHaveLength(3);
  });

  it('the same request, arriving twice, is executed once and answered alike', async () => {
    const { bench, tab } = await talking();
    const twice = await Promise.all(
      [1, 2].map(() => tab.post('/voice/make-call', { data: { destination: '7002' } }, { 'x-request-id': 'the-same-one' })),
    );
    expect(twice.map(each => each.body.status)).toEqual([{ code: 1 }, { code: 1 }]);
    expect(bench.east.names().filter(each => each === 'RequestMakeCall')).toHaveLength(1);
  });

  it('the same request after it was refused is executed', async () => {
    const { bench, tab } = await talking();
    const dial = (): Promise<Answer> => tab.post('/voice/make-call', { data: { destination: '7002' } }, { 'x-request-id': 'the-same-one' });
    bench.ownership.closed = 'unsure';
    expect((await dial()).status).toBe(503);
    bench.ownership.closed = undefined;
    expect((await dial()).status).toBe(200);
  });
});

describe('when the answer of the switch is lost', () => {
  it('make-call is 503 outcome.unknown, and not for another try', async () => {
    const { bench, tab } = await talking();
    bench.east.mute.add('RequestMakeCall');
    const answer = await tab.post('/voice/make-call', { data: { destination: '7002' } });
    expect([answer.status, answer.body.errors?.[0]?.code, answer.headers.get('x-handover-refused')]).toEqual([
      503,
      'outcome.unknown',
      null,
    ]);
  });
  it('hold is 504 and may be tried again', async () => {
    const { bench, tab, id } = await talking();
    bench.east.mute.add('RequestHoldCall');
    expect((await tab.post(`/voice/calls/${id}/hold`, {})).status).toBe(504);
  });
});

it('an error of the switch is code 1, then EventError with its number and text', async () => {
  const { bench, tab } = await talking();
  const answer = await tab.post('/voice/make-call', { data: { destination: '9999' }, operationId: 'op-9' });
  expect(answer.body.status).toEqual({ code: 1 });
  bench.clock.advance(0);
  expect(tab.voice().at(-1)).toEqual({
    messageType: 'EventError',
    operationId: 'op-9',
    error: { errorCode: 415, errorMessage: 'Invalid Destination DN' },
  });
});

it('an operation id is echoed by the events that show the effect, and by no other', async () => {
  const { tab, id } = await talking();
  await tab.post(`/voice/calls/${id}/hold`, { data: {}, operationId: 'op-h' });
  await tab.post(`/voice/calls/${id}/retrieve`, {});
  await tab.post(`/voice/calls/${id}/initiate-transfer`, { data: { destination: '7002' }, operationId: 'op-t' });
  const echoed = tab
    .voice()
    .filter(message => typeof message['operationId'] === 'string' && String(message['operationId']).startsWith('op-'));
  const shape = echoed.map(message => [message['operationId'], (message['call'] as { state: string }).state]);
  expect(shape).toEqual([
    ['op-h', 'Held'],
    ['op-t', 'Held'],
    ['op-t', 'Dialing'],
  ]);
});

describe('what real clients send', () => {
  it('a reason code beside data counts as one inside', async () => {
    const { tab } = await talking();
    await tab.post('/voice/not-ready', { data: { agentWorkMode: 'AuxWork' }, reasonCode: 'Lunch' });
    expect(tab.dn()).toMatchObject({ agentWorkMode: 'AuxWork', reasons: [{ key: 'ReasonCode', type: 'str', value: 'Lunch' }] });
  });
  it('a key beside data counts as one inside', async () => {
    const { bench, tab, id } = await talking();
    await tab.post(`/voice/calls/${id}/delete-user-data-pair`, { key: 'Case' });
    expect(bench.east.log.at(-1)).toMatchObject({ messageName: 'RequestDeletePair', key: 'Case' });
  });
  it.each([[undefined], [{}], [{ data: {} }], [{ data: { userData: null } }], [{ data: { userData: [] } }]])(
    'complete with %j notes nothing and is done',
    async body => {
      const { tab, id } = await talking();
      await tab.post(`/voice/calls/${id}/release`, {});
      expect((await tab.post(`/voice/calls/${id}/complete`, body)).body.status).toEqual({ code: 1 });
      expect(tab.voice().at(-1)?.['call']).toMatchObject({ state: 'Completed', userData: [{ key: 'Case', type: 'str', value: '1' }] });
    },
  );
  it('a post without a body but with a content type is an empty one', async () => {
    const { bench, tab } = await talking();
    const answer = await bench.call('POST', '/voice/ready', { raw: '', headers: { cookie: tab.cookie, 'content-length': '0' } });
    expect(answer.status).toBe(200);
  });
});

it('broken JSON is 400 and names the body', async () => {
  const { bench, tab } = await talking();
  const answer = await bench.call('POST', '/voice/ready', { raw: '{"data":', headers: { cookie: tab.cookie } });
  expect([answer.status, ((await answer.json()) as Answer['body']).errors?.[0]?.field]).toEqual([400, 'body']);
});

it('a body of more than 64 KiB is 413', async () => {
  const { tab } = await talking();
  expect((await tab.post('/voice/ready', { data: { x: 'x'.repeat(70_000) } })).status).toBe(413);
});

it('nobody speaks in the name of owners: reserved keys are refused and stripped', async () => {
  const { bench, tab } = await talking();
  const reserved = [kv('handover', 'x')];
  const answer = await tab.post('/voice/send-user-event', { data: { userData: reserved } });
  expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.userData']);
  await tab.post('/voice/make-call', { data: { destination: '7002', extensions: reserved } });
  expect(bench.east.log.at(-1)?.extensions).toBeUndefined();
});

describe('two calls', () => {
  async function consulting(): Promise<{ bench: Bench; tab: Tab; main: string; consult: string }> {
    const { bench, tab, id } = await talking();
    await tab.post(`/voice/calls/${id}/initiate-transfer`, { data: { destination: '7002' } });
    const consult = [...bench.east.calls.keys()].at(-1) ?? '';
    await bench.east.far({ messageName: 'RequestAnswerCall', thisDN: '7002', connID: consult });
    return { bench, tab, main: id, consult };
  }
  it('the consult call names its main call, the main call is held', async () => {
    const { tab, main, consult } = await consulting();
    expect(tab.told(consult)).toEqual(['Dialing', 'Established']);
    expect(tab.told(main).at(-1)).toBe('Held');
    const message = tab.voice().findLast(each => (each['call'] as { connId?: string } | undefined)?.connId === consult);
    expect(message?.['call']).toMatchObject({ parentConnId: main, callType: 'Consult' });
  });
  it('alternate swaps them, reconnect goes back', async () => {
    const { tab, main, consult } = await consulting();
    await tab.post(`/voice/calls/${consult}/alternate`, { data: { heldConnId: main } });
    expect([tab.told(consult).at(-1), tab.told(main).at(-1)]).toEqual(['Held', 'Established']);
    await tab.post(`/voice/calls/${main}/alternate`, { data: { heldConnId: consult } });
    await tab.post(`/voice/calls/${consult}/reconnect`, { data: { heldConnId: main } });
    expect([tab.told(consult).at(-1), tab.told(main).at(-1)]).toEqual(['Released', 'Established']);
  });
  it('complete-transfer releases both, the parent known by itself', async () => {
    const { bench, tab, main, consult } = await consulting();
    expect((await tab.post(`/voice/calls/${consult}/complete-transfer`, {})).status).toBe(200);
    expect([tab.told(consult).at(-1), tab.told(main).at(-1)]).toEqual(['Released', 'Released']);
    expect(bench.east.log.at(-1)).toMatchObject({ connID: consult, otherConnID: main });
  });
  it('complete-conference releases the consult call and retrieves the main call with one party more', async () => {
    const { tab, main, consult } = await consulting();
    await tab.post(`/voice/calls/${consult}/complete-conference`, { data: { parentConnId: main } });
    expect(tab.told(consult).at(-1)).toBe('Released');
    const message = tab.voice().findLast(each => (each['call'] as { connId?: string } | undefined)?.connId === main);
    expect(message?.['call']).toMatchObject({ state: 'Established', participants: [{ number: '+15550100' }, { number: '7002' }] });
  });
  it('a second call that is not known is 404 and names the field', async () => {
    const { tab, consult } = await consulting();
    const answer = await tab.post(`/voice/calls/${consult}/alternate`, { data: { heldConnId: 'FFFF' } });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([404, 'data.heldConnId']);
  });
});

it('a completed call is told only when the passport that remembers it is written', async () => {
  const { bench, tab, id } = await talking();
  await tab.post(`/voice/calls/${id}/release`, {});
  let written = (): void => undefined;
  bench.ownership.writing = new Promise(resolve => (written = resolve));
  const answer = tab.post(`/voice/calls/${id}/complete`, { data: { userData: [] } });
  await vi.waitFor(() => expect([...bench.ownership.passports.values()]).toMatchObject([{ completed: [id] }]));
  const stateNow = (): unknown => (tab.voice().at(-1)?.['call'] as { state: string }).state;
  expect(stateNow()).toBe('Released');
  written();
  expect((await answer).status).toBe(200);
  expect(stateNow()).toBe('Completed');
});

it('user data of an ended call is kept here, when the switch has forgotten it', async () => {
  const { bench, tab, id } = await talking();
  await tab.post(`/voice/calls/${id}/release`, {});
  const sent = bench.east.log.length;
  await tab.post(`/voice/calls/${id}/attach-user-data`, { data: { userData } });
  await tab.post(`/voice/calls/${id}/complete`, { data: { userData: [kv('DispositionCode', 'Sale')] } });
  const completed = tab.voice().at(-1)?.['call'] as { state: string; userData: { key: string }[] };
  expect([completed.state, completed.userData.map(pair => pair.key)]).toEqual(['Completed', ['Case', 'Case', 'DispositionCode']]);
  expect(bench.east.log.length).toBe(sent);
});
