import { expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';

it('who may have missed an interaction that is over is told its end, and nothing of before', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post('/media/ready', {});
  const item = bench.ixn.board.submit('workitem');
  bench.ixn.board.invite(item, '7001');
  const id = item.properties.interactionID;
  await tab.post(`/media/workitem/interactions/${id}/accept`, {});
  await tab.post(`/media/workitem/interactions/${id}/complete`, {});
  const states = (): unknown[] =>
    tab.heard('/workspace/v3/media/workitem').map(each => (each['interaction'] as { state: string } | undefined)?.state);
  expect(states()).toEqual(['Invited', 'Processing', 'Completed']);
  bench.workspace.policy.onMissed?.(tab.key, tab.clientId, tab.heard('/workspace/v3/media/workitem'));
  expect(states()).toEqual(['Invited', 'Processing', 'Completed', 'Completed']);
});
