const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * A customer's HTML for a frame that may run nothing and open no window: nothing is loaded from anywhere, so that nobody learns that the
 * e-mail was read, and its links lead nowhere, as each would need a window of its own.
 */
export function framed(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const base of parsed.querySelectorAll('base')) base.remove();
  for (const link of parsed.querySelectorAll('a, area')) link.setAttribute('target', '_blank');
  const meta = parsed.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policy;
  parsed.head.prepend(meta);
  return parsed.documentElement.outerHTML;
}
