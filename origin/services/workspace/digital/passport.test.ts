import { expect, it } from 'vitest';
import { createFakeClock } from '@handover/shared/time';
import { InteractionBoard } from '../fakes/interaction-board.ts';
import { freshChat } from './chat.ts';
import { emptyDigital } from './interaction.ts';
import type { DigitalState, Interaction } from './interaction.ts';
import { digitalPassportOf, digitalPassportSchema, digitalStateFrom, smaller } from './passport.ts';
import type { DigitalPassport, DigitalSource } from './passport.ts';

const board = new InteractionBoard(createFakeClock());
const interaction = (more: Partial<Interaction> = {}): Interaction => ({
  properties: board.submit('chat', { userData: [{ key: 'Secret', type: 'str', value: 'of the customer' }] }).properties,
  phase: 'Handling',
  ticketId: undefined,
  chat: undefined,
  ...more,
});

function sourceOf(interactions: readonly Interaction[], more: Partial<DigitalSource> = {}): DigitalSource {
  const state: DigitalState = {
    ...emptyDigital,
    dnd: true,
    media: [{ name: 'chat', state: 'Ready', reason: undefined, sinceMs: 7 }],
    interactions: new Map(interactions.map(each => [each.properties.interactionID, each])),
    ended: [{ id: 'gone', as: 'Completed' }],
  };
  const seat = { agentID: '7001', placeName: 'Place_7001' };
  const chats = { settledIndex: (_id: string, known: number): number => known };
  return { state, server: { location: '/us-east' }, seat, wanted: undefined, chats, workbins: { all: () => [] }, ...more };
}

const travelled = (source: DigitalSource): DigitalPassport =>
  digitalPassportSchema.parse(JSON.parse(JSON.stringify(digitalPassportOf(source))));

it('brings media, interactions and chats with their index to another node', () => {
  const chat = interaction({ chat: { ...freshChat('Bob', 0, 0), index: 12 } });
  const offered = interaction({ phase: 'Invited', ticketId: 5 });
  const state = digitalStateFrom(travelled(sourceOf([chat, offered])), 0);
  expect([state.dnd, state.media, state.ended]).toEqual([
    true,
    [{ name: 'chat', state: 'Ready', reason: undefined, sinceMs: 7 }],
    [{ id: 'gone', as: 'Completed' }],
  ]);
  expect(state.interactions.get(chat.properties.interactionID)).toMatchObject({
    phase: 'Handling',
    chat: { nickname: 'Bob', index: 12, joined: true },
  });
  expect(state.interactions.get(offered.properties.interactionID)).toMatchObject({ phase: 'Invited', ticketId: 5 });
});

it('says a chat line again that was told a moment ago, rather than not at all', () => {
  const chat = interaction({ chat: { ...freshChat('Bob', 0, 0), index: 12 } });
  const source = sourceOf([chat], { chats: { settledIndex: () => 11 } });
  expect(travelled(source).ixns[0]?.chat?.index).toBe(11);
});

it('carries nothing of the customer', () => {
  expect(JSON.stringify(digitalPassportOf(sourceOf([interaction()])))).not.toContain('Secret');
});

it('names how the media should stand while the server is being told so', () => {
  const wanted = { media: [{ name: 'email', state: 'NotReady', reason: 'Lunch', sinceMs: 1 }], dnd: false } as const;
  expect(travelled(sourceOf([], { wanted }))).toMatchObject({ dnd: false, media: [{ name: 'email', reason: 'Lunch' }] });
});

it('is nothing without a login', () => {
  expect(digitalPassportOf(sourceOf([], { server: undefined }))).toBeUndefined();
});

it('brings what a supervisor monitors, and wishes as whose they are', () => {
  const monitored = interaction({ phase: 'Monitoring', monitored: { targetAgentID: '7002', mode: 'Coach' } });
  const wish = { targetAgentID: '7002', mediaType: 'chat', mode: 'Coach', next: 'AllInteractions' } as const;
  const source = sourceOf([monitored]);
  const passport = travelled({ ...source, state: { ...source.state, monitoring: [wish] } });
  const state = digitalStateFrom(passport, 0);
  expect(state.interactions.get(monitored.properties.interactionID)).toMatchObject({
    phase: 'Monitoring',
    monitored: { targetAgentID: '7002', mode: 'Coach' },
  });
  expect(state.monitoring).toMatchObject([{ targetAgentID: '7002', mediaType: 'chat' }]);
  expect(smaller({ ...passport, ended: [], workbins: [] })?.monitoring).toBeUndefined();
});

it('gets smaller until nothing is left, chats last', () => {
  const chat = interaction({ chat: freshChat('Bob', 1, 0) });
  let passport: DigitalPassport | undefined = travelled(sourceOf([interaction(), chat, interaction()]));
  const kept: string[][] = [];
  while ((passport = smaller(passport)) !== undefined) kept.push(passport.ixns.map(each => each.id));
  expect(kept.at(-2)).toEqual([chat.properties.interactionID]);
  expect(kept.at(-1)).toEqual([]);
});
