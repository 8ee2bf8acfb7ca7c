import type { Chat, ChatLine } from './model.ts';

const maxChats = 20;
const maxLines = 1_000;

/** Takes in what the server says of a chat; its lines stay. */
export function withChat(chats: readonly Chat[], told: Omit<Chat, 'lines'>): readonly Chat[] {
  const known = chats.find(chat => chat.id === told.id);
  const chat: Chat = { ...told, lines: known?.lines ?? [] };
  return known === undefined ? [...chats, chat].slice(-maxChats) : chats.map(other => (other.id === told.id ? chat : other));
}

/** Adds lines by their index, each once however often it comes. */
export function withLines(chats: readonly Chat[], id: string, lines: readonly ChatLine[]): readonly Chat[] {
  return chats.map(chat => {
    if (chat.id !== id) return chat;
    const known = new Map([...chat.lines, ...lines].map(line => [line.index, line]));
    return { ...chat, lines: [...known.values()].toSorted((a, b) => a.index - b.index).slice(-maxLines) };
  });
}

/** An empty draft is none. */
export function withDraft(drafts: Readonly<Record<string, string>>, id: string, text: string): Readonly<Record<string, string>> {
  const { [id]: _before, ...rest } = drafts;
  return text === '' ? rest : { ...rest, [id]: text };
}

/** Who of the others writes now: by the last thing each of them did. */
export function typing(chat: Chat): string | undefined {
  const last = chat.lines.findLast(line => line.from === 'Customer');
  return last?.type === 'TypingStarted' ? last.nickname : undefined;
}
