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

it('who may have missed that a wish to monitor is no more is told so again, on the medium’s channel alone', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench, 'super1');
  const data = { agentId: '7001', monitoringMode: 'Monitor', monitoringNextInteractionType: 'AllInteractions' };
  await tab.post('/media/chat/start-monitoring', { data });
  await tab.post('/media/chat/stop-monitoring', { data });
  const wishes = (channel: string): unknown[] =>
    tab.heard(channel).flatMap(each => (each['messageType'] === 'MonitoringStateChanged' ? [each['state']] : []));
  const chat = '/workspace/v3/media/chat';
  bench.workspace.policy.onMissed?.(tab.key, tab.clientId, tab.heard(chat));
  expect(wishes(chat)).toEqual(['MonitoringNextInteraction', 'MonitoringCancelled', 'MonitoringCancelled']);
  expect(wishes('/workspace/v3/voice')).toEqual([]);
});

it('who may have missed that nobody took an interaction is told so again', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  const { board } = bench.ixn;
  const item = board.submit('workitem');
  board.invite(item, '7001');
  const { interactionID } = item.properties;
  await tab.post(`/media/workitem/interactions/${interactionID}/accept`, {});
  board.emit({ messageName: 'EventError', errorCode: 'rejected-by-target', errorMessage: 'no', agentID: '7001', interactionID });
  const errors = (): number => tab.heard('/workspace/v3/media/workitem').filter(each => each['messageType'] === 'EventError').length;
  expect(errors()).toBe(1);
  bench.workspace.policy.onMissed?.(tab.key, tab.clientId, tab.heard('/workspace/v3/media/workitem'));
  expect(errors()).toBe(2);
});
