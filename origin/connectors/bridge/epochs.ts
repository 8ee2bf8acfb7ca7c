import { kvInt, kvStr, type KvList, type KvPair } from '@handover/shared/genesys';

/** Where epochs travel: in the extensions of commands and events, and in the user data of what nodes say to each other. */
const attributes = ['extensions', 'userData'] as const;
const signature = 'handover';
const digits = /^\d{1,16}$/;

const textOf = (pair: KvPair): KvPair => (pair.key === 'epoch' && pair.type === 'int' ? kvStr('epoch', String(pair.value)) : pair);
const numberOf = (pair: KvPair): KvPair => {
  if (pair.key !== 'epoch' || pair.type !== 'str' || !digits.test(pair.value)) return pair;
  const value = Number(pair.value);
  return Number.isSafeInteger(value) ? kvInt('epoch', value) : pair;
};

/** Integers in native key-value lists have 32 bits, epochs have 53: outside they are strings of decimal digits. */
export const withEpochsAsText = <Message extends object>(message: Message): Message => mapped(message, textOf);

/** The other way round. */
export const withEpochsAsNumbers = <Message extends object>(message: Message): Message => mapped(message, numberOf);

/** The same object when there is nothing to change, which is so for most messages. */
function mapped<Message extends object>(message: Message, change: (pair: KvPair) => KvPair): Message {
  let result = message;
  for (const attribute of attributes) {
    const list = (message as Partial<Record<string, KvList>>)[attribute];
    if (!Array.isArray(list) || !list.some(pair => pair.key === signature && pair.type === 'kvlist')) continue;
    const changed = list.map(pair =>
      pair.key === signature && pair.type === 'kvlist' ? { ...pair, value: pair.value.map(change) } : pair,
    );
    result = { ...result, [attribute]: changed };
  }
  return result;
}
