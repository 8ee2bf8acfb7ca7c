import type { ChatLine, ChatVisibility, IxnEvent } from '@handover/shared/genesys';

export type ChatSessionInfo = Extract<IxnEvent, { messageName: 'EventChatSessionInfo' }>;

/** The agent's part in one chat session. Never changed in place. */
export interface Chat {
  readonly nickname: string;
  readonly joined: boolean;
  readonly open: boolean;
  /** Of the newest line that the clients were told; 0 before the first. */
  readonly index: number;
  readonly participants: ChatSessionInfo['participants'];
  readonly myParticipantId: string | undefined;
  readonly startAtMs: number;
}

export const freshChat = (nickname: string, index: number, nowMs: number): Chat => ({
  nickname,
  joined: true,
  open: true,
  index,
  participants: [],
  myParticipantId: undefined,
  startAtMs: nowMs,
});

export interface ChatStep {
  chat: Chat;
  /** Lines that are new, in order. */
  lines: ChatLine[];
  /** Whether who takes part, or whether the session is open, differs. */
  changed: boolean;
}

/** The chat after one word of the server. A line is told once, however often it comes: by its index. */
export function chatAfter(chat: Chat, info: ChatSessionInfo, as: 'Agent' | 'Supervisor'): ChatStep {
  // Supervisors of the same node hear it on the same link.
  const meant = ({ visibility }: { visibility: ChatVisibility }): boolean => as === 'Supervisor' || visibility !== 'Supervisor';
  const fresh = info.lines.filter(line => line.index > chat.index).sort((a, b) => a.index - b.index);
  const index = fresh.at(-1)?.index ?? chat.index;
  const participants = info.participants.filter(meant);
  const own = participants.find(each => each.userType === as && each.nickname === chat.nickname);
  const next: Chat = {
    ...chat,
    index,
    open: info.sessionState === 'Open',
    participants,
    myParticipantId: own?.participantID ?? chat.myParticipantId,
  };
  const changed = next.open !== chat.open || JSON.stringify(next.participants) !== JSON.stringify(chat.participants);
  return { chat: next, lines: fresh.filter(meant), changed };
}
