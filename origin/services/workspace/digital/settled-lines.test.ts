import { expect, it } from 'vitest';
import type { ChatLine } from '@handover/shared/genesys';
import type { InteractionServer } from '../../../contracts/interaction.ts';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import { ChatListeners } from './chat-listeners.ts';
import type { DeskHost } from './host.ts';

it('a line travels as heard only when every client has come back after it', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post('/media/chat/ready', {});
  const item = bench.ixn.board.submit('chat');
  bench.ixn.board.invite(item, '7001');
  const id = item.properties.interactionID;
  await tab.post(`/media/chat/interactions/${id}/accept`, { data: { nickname: 'Ann' } });
  const settledAfter = async (ms: number): Promise<number | undefined> => {
    bench.clock.advance(ms);
    await Promise.resolve();
    const passport = [...bench.ownership.passports.values()].at(-1) as { digital?: { ixns: { chat?: { index: number } }[] } };
    return passport.digital?.ixns[0]?.chat?.index;
  };
  const before = (await settledAfter(1_000)) ?? 0;
  expect(before).toBeGreaterThan(0);
  bench.hub.unheardFrom = bench.hub.delivered.length;
  bench.ixn.board.line(item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text: 'is anybody there?' });
  expect(await settledAfter(5_000)).toBe(before);
  bench.hub.unheardFrom = Infinity;
  expect(await settledAfter(500)).toBe(before + 1);
});

it('a line on its way does not count as heard because its chat is joined again', () => {
  const { clock, hub } = createBench();
  const host = { parts: { clock, hub }, attachments: { clients: () => [] }, savePassport: () => undefined } as unknown as DeskHost;
  const server = { listenChat: () => () => undefined } as unknown as InteractionServer;
  const chats = new ChatListeners(host, () => undefined);
  chats.open(server, 'chat', 3);
  chats.told('chat', [{ index: 4 } as ChatLine]);
  chats.open(server, 'chat', 4);
  expect(chats.settledIndex('chat', 4)).toBe(3);
  clock.advance(250);
  expect(chats.settledIndex('chat', 4)).toBe(4);
});
