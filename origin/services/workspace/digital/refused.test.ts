import { expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';

it('who wanted to hand a chat over is told that nobody took it, and has it as before', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench, 'agent1');
  const { board } = bench.ixn;
  const item = board.submit('chat');
  board.invite(item, '7001');
  const { interactionID } = item.properties;
  await tab.post(`/media/chat/interactions/${interactionID}/accept`, { data: {} });
  const refusal = { messageName: 'EventError', errorCode: 'rejected-by-target', errorMessage: 'not taken' } as const;
  board.emit({ ...refusal, agentID: '7001', interactionID });
  const heard = tab.heard('/workspace/v3/media/chat');
  expect(heard.at(-1)).toEqual({
    messageType: 'EventError',
    interactionId: interactionID,
    error: { errorCode: 'rejected-by-target', errorMessage: 'not taken' },
  });
  board.emit({ ...refusal, agentID: '7001', interactionID: 'another' });
  board.emit({ ...refusal, agentID: '7002', interactionID });
  expect(tab.heard('/workspace/v3/media/chat')).toHaveLength(heard.length);
});
