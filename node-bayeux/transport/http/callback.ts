/** Whether a callback-polling callback is a plain JavaScript path: what is echoed into a script must not be anything else. */
export function isCallbackName(name: string, maxLength: number): boolean {
  return name.length <= maxLength && /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(name);
}

/**
 * The script that hands messages to the callback. The comment in front keeps the answer from being taken for another kind of
 * content; the two line separators are legal in JSON and end a line in older JavaScript.
 */
export function scriptOf(callback: string, json: string): string {
  return `/**/${callback}(${json.replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')});`;
}
