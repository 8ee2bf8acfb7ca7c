/** Event names with the arguments of their listeners. */
export type EventMap = Record<string, readonly unknown[]>;

type Listener<Args extends readonly unknown[]> = (...args: Args) => unknown;

/**
 * Named listeners, called in order. One that throws does not keep the next from being called: its error goes to `onFault`,
 * so that a listener can stop neither a sweep nor a delivery.
 */
export class Emitter<Events extends EventMap> {
  #listeners: Map<keyof Events, Listener<never>[]> | undefined = undefined;

  addListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): void {
    this.#listeners ??= new Map();
    const known = this.#listeners.get(event);
    this.#listeners.set(event, known === undefined ? [listener] : [...known, listener]);
  }

  removeListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): boolean {
    const known = this.#listeners?.get(event);
    const index = known === undefined ? -1 : known.indexOf(listener);
    if (known === undefined || index < 0) return false;
    this.#listeners?.set(
      event,
      known.filter((_, position) => position !== index),
    );
    return true;
  }

  listeners<Name extends keyof Events>(event: Name): Listener<Events[Name]>[] {
    return [...(this.#listeners?.get(event) ?? [])] as Listener<Events[Name]>[];
  }

  hasListeners(event: keyof Events): boolean {
    return (this.#listeners?.get(event)?.length ?? 0) > 0;
  }

  emit<Name extends keyof Events>(event: Name, args: Events[Name], onFault: (error: unknown) => void): void {
    const known = this.#listeners?.get(event);
    if (known === undefined) return;
    for (const listener of known) {
      try {
        const result = (listener as unknown as Listener<Events[Name]>)(...args);
        if (result instanceof Promise) result.catch(onFault);
      } catch (error) {
        onFault(error);
      }
    }
  }
}
