import type { Interaction } from './interaction.ts';

const data = ['attach-user-data', 'update-user-data', 'delete-user-data'];
const anyMedium = ['place-in-queue', 'place-in-workbin', 'transfer-agent', 'set-comment', 'complete'];
const inChat = [
  'send-message',
  'send-typing-started',
  'send-typing-stopped',
  'send-url',
  'send-custom-notification',
  'consult',
  'cancel-consult',
  'invite',
  'remove-from-conference',
  'leave',
];

const supervising = [...inChat.filter(each => each.startsWith('send-')), 'leave'];
const verbOf = { Monitor: 'switch-to-monitor', Coach: 'switch-to-coach', Bargein: 'switch-to-barge-in' } as const;
const switches = Object.values(verbOf);

/** What the agent may do with an interaction now; clients enable their buttons by it. */
export function capabilitiesOf({ properties, phase, chat, monitored }: Interaction): string[] {
  if (phase === 'Invited') return ['accept', 'reject'];
  if (monitored !== undefined)
    return [...(chat?.joined === true && chat.open ? supervising : []), ...switches.filter(each => each !== verbOf[monitored.mode])];
  if (properties.mediaType === 'chat') return [...(chat?.joined === true && chat.open ? inChat : []), ...data, ...anyMedium];
  if (properties.mediaType !== 'email') return [...data, ...anyMedium];
  const email = properties.interactionType === 'Outbound' ? ['save', 'send', 'cancel', 'add-attachment'] : ['reply', 'forward'];
  return [...email, ...data, ...anyMedium];
}
