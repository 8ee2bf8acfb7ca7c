import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  endByFarEnd,
  holdAndRetrieve,
  openChat,
  openCometdTab,
  startScene,
  startSystem,
  unharmed,
  until,
  type CometdTab,
  type OpenChat,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F4 and F2 with a call and a chat open at the same agent: an Interaction Server that misses a node takes away what that handled.
let system: RunningSystem;
let scene: Scene;
let tab: CometdTab;
let chat: OpenChat;
beforeAll(async () => {
  system = await startSystem({ nodes: 1 });
  scene = await startScene(system);
  tab = await openCometdTab(system.url, scene.ann.cookie());
  chat = await openChat(system.url, scene.ann, tab);
});
afterAll(async () => {
  await tab.close();
  await scene.end();
  await system.stop();
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

it('when the Interaction Server in service is killed, its backup goes on with the chat', async () => {
  const { before } = scene;
  await chat.say('to the first');
  await system.handover('fault', 'kill', 'interaction', before.region);
  await until('the chat can be spoken in', 15_000, async () => {
    await chat.say('to the second');
    return true;
  });
  const lines = chat.lines();
  expect(lines).toEqual(upTo(lines.length));
  expect(await chat.transcript()).toEqual(lines);
  expect(chat.states()).not.toContain('Revoked');
});

it('when the region is killed, the call and the chat both go on, and every line is heard once', async () => {
  const { ann, before, callId } = scene;
  await chat.say('before');
  const heard = chat.lines();
  expect(heard).toEqual(upTo(heard.length));
  await system.handover('fault', 'kill', 'region', before.region);
  await Promise.all([holdAndRetrieve(ann, callId), chat.customerSays('are you there?')]);
  await until('the chat can be spoken in', 15_000, async () => {
    await chat.say('after');
    return true;
  });
  await chat.say('and again');
  expect((await scene.now()).region).not.toBe(before.region);
  const lines = chat.lines();
  expect(lines).toEqual(upTo(lines.length));
  expect(await chat.transcript()).toEqual(lines);
  expect(chat.states()).not.toContain('Revoked');
  expect(chat.states().at(-1)).toBe('Chat');
  await endByFarEnd(scene);
  expect(await scene.harmTo(ann)).toEqual(unharmed);
});

it('when the node then is frozen, another goes on, and keeps the chat when the first thaws', async () => {
  const { ann, before } = scene;
  await system.handover('fault', 'heal', 'region', before.region);
  const { node, region } = await scene.now();
  await system.handover('fault', 'freeze', 'node', node);
  await until('the chat can be spoken in', 15_000, async () => {
    await chat.say('past the frozen one');
    return true;
  });
  await system.handover('fault', 'heal', 'node', node);
  await chat.say('past the thawed one');
  expect((await scene.now()).region).not.toBe(region);
  const lines = chat.lines();
  expect(lines).toEqual(upTo(lines.length));
  expect(await chat.transcript()).toEqual(lines);
  expect(chat.states()).not.toContain('Revoked');
  expect((await scene.harmTo(ann)).outdated).toEqual([]);
});
