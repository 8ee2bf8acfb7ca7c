import type { Fault } from './item.ts';

/** The field of a form that the server means: `data.to.1` is `to`. */
export function faultFrom(field: string, message: string): Fault {
  const parts = field.split('.').filter(part => part !== 'data');
  const prefix = `${field}: `;
  return { field: parts[0] ?? field, message: message.startsWith(prefix) ? message.slice(prefix.length) : message };
}
