import type { InteractionStateChangedWire, MessageLogUpdatedWire } from '@handover/shared/api/workspace';
import { OriginAgent } from '../site/origin-agent.ts';

type ChatEvent = InteractionStateChangedWire | MessageLogUpdatedWire;
export type WritingAgent = OriginAgent<ChatEvent>;

/** What the lines of all agents have shown since it was last emptied. */
export interface LineTimes {
  lines: number;
  /** From the Interaction Server's stamp to the client; whole milliseconds, as both clocks are this machine's. */
  readonly latencyMs: number[];
}

/** An agent who is logged in for calls and media, and takes chats; the lines that she hears are counted in `times`. */
export function createWritingAgent(number: number, url: string, times: LineTimes): WritingAgent {
  const said = (data: ChatEvent): string[] => {
    if (data.messageType === 'InteractionStateChanged') return [`${data.interaction.id} ${data.interaction.state}`];
    if (data.messageType !== 'MessageLogUpdated') return [];
    const nowMs = Date.now();
    return data.messages.map(({ text, timestamp }) => {
      times.lines += 1;
      times.latencyMs.push(Math.max(0, nowMs - Date.parse(timestamp)));
      return `${data.interactionId} ${text}`;
    });
  };
  return new OriginAgent(number, url, { channel: '/workspace/v3/media/chat', ready: ['/voice/ready', '/media/ready'], said });
}
