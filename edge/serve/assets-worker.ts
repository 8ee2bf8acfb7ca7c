/**
 * Serves a directory behind the interface of Workers static assets, for the bare runtime: `DISK` is the directory. `/x/` is its index.html,
 * `/x` leads there, unknown paths are 404.
 */
interface DiskEnv {
  readonly DISK: Fetcher;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  map: 'application/json',
  txt: 'text/plain; charset=utf-8',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
};
const hashed = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const isDirectory = pathname.endsWith('/');
    const path = isDirectory ? `${pathname}index.html` : pathname;
    const extension = /\.([a-z0-9]+)$/.exec(path)?.[1];
    const found = await env.DISK.fetch(`http://disk${path}`, { method: request.method });
    if (extension === undefined && found.ok) {
      await found.body?.cancel();
      return new Response(null, { status: 307, headers: { location: `${pathname}/${search}` } });
    }
    if (!found.ok) {
      await found.body?.cancel();
      return new Response(null, { status: 404 });
    }
    const etag = `"${found.headers.get('last-modified') ?? ''}-${found.headers.get('content-length') ?? ''}"`.replaceAll(/[ ,:]/g, '');
    const headers = new Headers({
      'content-type': types[extension ?? ''] ?? 'application/octet-stream',
      'cache-control': hashed.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=0, must-revalidate',
      etag,
    });
    if (request.headers.get('if-none-match') === etag) {
      await found.body?.cancel();
      return new Response(null, { status: 304, headers });
    }
    return new Response(found.body, { status: 200, headers });
  },
} satisfies ExportedHandler<DiskEnv>;
