import type { KeyValue } from '../state/key-value.ts';
import type { Outgoing } from '../state/model.ts';

/** What the page reads of the configuration for e-mails that agents write. */
export interface OutgoingWire {
  settings?: KeyValue[];
  businessAttributes?: { name: string; values?: { name: string; default?: boolean }[] }[];
}

const section = 'interaction-workspace';

/** The queue of `email.outbound-queue`, else of `email.default-queue`; the first address of the business attribute of `email.from-addresses`. */
export function outgoingFrom({ settings = [], businessAttributes = [] }: OutgoingWire = {}): Outgoing {
  const options = settings.find(pair => pair.key === section)?.value;
  const option = (name: string): string | undefined => {
    const value: unknown = Array.isArray(options) ? (options as KeyValue[]).find(pair => pair.key === name)?.value : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const attribute = option('email.from-addresses');
  const addresses = businessAttributes.find(each => each.name === attribute)?.values ?? [];
  return {
    queue: option('email.outbound-queue') ?? option('email.default-queue') ?? '',
    from: (addresses.find(each => each.default === true) ?? addresses[0])?.name ?? '',
  };
}
