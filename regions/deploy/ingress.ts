import { routes, type Route, type TimeoutClass } from '@handover/shared/routes';
import type { Region } from '../schema.ts';

/** Seconds until the first header, per class; above every hold that an origin may use. */
const timeoutsS: Readonly<Record<TimeoutClass, number>> = { api: 30, poll: 110, stream: 3_600, socket: 3_600, static: 10 };
const notice = 'Generated from shared/routes.ts by `node regions/deploy/main.ts`; do not edit.';

/** What an ingress sends to the origins: prefixes only, operations share the class of theirs; nothing internal, nothing static. */
const forwarded = (): Route[] =>
  routes.filter(route => route.kind === 'prefix' && route.audience !== 'internal' && route.timeout !== 'static');

/**
 * nginx in front of one region's nodes. Stickiness by the session's cookies, so that a balancer alone can stand in for the edge; a POST is
 * never sent to a second node (nginx' default), since a lost connection proves nothing.
 */
export function nginxConfig(region: Region): string {
  return `# ${notice}
# Region ${region.name}. Include inside http { }.
${stickyMaps()}map $http_upgrade $handover_connection {
    ""      "";
    default upgrade;
}
upstream handover_${region.name.replaceAll('-', '_')} {
    hash $handover_sticky_0 consistent;
${region.origins.map(({ url, node }) => `    server ${hostOf(url)} max_fails=0; # ${node}`).join('\n')}
    keepalive 64;
}
server {
    listen 8080;
    client_max_body_size 10m;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header Connection $handover_connection;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header X-Forwarded-Host $host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Request-Id $request_id;
    proxy_buffering off;
    proxy_next_upstream error;
    proxy_next_upstream_tries 2;
    proxy_connect_timeout 1s;

${forwarded()
  .map(route => nginxLocations(region, route))
  .join('')}    location /ui/ {
        root /srv/handover;
        try_files $uri $uri/index.html =404;
    }
    location = / {
        return 302 /ui/workspace/;
    }
    location / {
        return 404;
    }
}
`;
}

/** The first of these cookies that a request has; REST and notifications of one session must meet at one node. */
const stickyCookies = ['WORKSPACE_SESSIONID', 'PROVISIONING_SESSIONID', 'STATISTICS_SESSIONID', 'BAYEUX_BROWSER'];

const stickyMaps = (): string =>
  stickyCookies
    .map((cookie, index) => {
      const next = index === stickyCookies.length - 1 ? '$remote_addr' : `$handover_sticky_${index + 1}`;
      return `map $cookie_${cookie} $handover_sticky_${index} {
    ""      ${next};
    default $cookie_${cookie};
}
`;
    })
    .join('');

function nginxLocations(region: Region, { path, timeout, audience }: Route): string {
  const scheme = region.origins[0]?.url.split(':')[0] ?? 'http';
  const body = `{
        proxy_pass ${scheme}://handover_${region.name.replaceAll('-', '_')};
        proxy_read_timeout ${timeoutsS[timeout]}s;
    }
`;
  return `    # ${audience}, ${timeout}\n    location = ${path} ${body}    location ${path}/ ${body}`;
}

const hostOf = (url: string): string => {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
};

/** The same for the Kubernetes Gateway API: one HTTPRoute, a rule per time-out class and stickiness, in front of the Service `handover-origin`. */
export function gatewayRoute(region: Region): string {
  const classes = [...new Set(forwarded().map(route => route.timeout))];
  const rules = classes.map(timeout =>
    gatewayRule(
      timeout,
      forwarded().filter(route => route.timeout === timeout),
    ),
  );
  return `# ${notice}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: handover-${region.name}
  labels:
    app.kubernetes.io/name: handover
    handover/region: ${region.name}
spec:
  parentRefs:
    - name: handover-${region.name}
  rules:
${rules.join('')}`;
}

const gatewayRule = (timeout: TimeoutClass, members: readonly Route[]): string => `    - name: ${timeout}
      matches:
${members.map(({ path }) => `        - path: { type: PathPrefix, value: ${path} }`).join('\n')}
      timeouts: { request: ${timeoutsS[timeout]}s }
      sessionPersistence: { type: Cookie, sessionName: HANDOVER_NODE, absoluteTimeout: 8h }
      backendRefs:
        - name: handover-origin
          port: 8080
`;
