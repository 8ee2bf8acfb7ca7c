/** What the page that embeds the chat says of it. */
export interface Options {
  readonly queue?: string;
  readonly contactCenter?: string;
  readonly nickname?: string;
  readonly subject?: string;
}

const longest: Readonly<Record<keyof Options, number>> = { queue: 128, contactCenter: 128, nickname: 64, subject: 256 };

/** From the address's fragment, `#queue=…&nickname=…`, which browsers send to no server: who chats is in nobody's log. */
export function optionsFrom(fragment: string): Options {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const entries = Object.entries(longest).flatMap(([name, max]) => {
    const value = given.get(name)?.trim().slice(0, max) ?? '';
    return value === '' ? [] : [[name, value]];
  });
  return Object.fromEntries(entries) as Options;
}
