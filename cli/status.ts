import { argumentsFrom } from './options.ts';
import { columns, print } from './print.ts';
import { runningState, stateDirFrom } from './state/index.ts';
import { systemStatus, type SystemStatus } from './system/status.ts';

/** `status`: asks every part, each within half a second, and shows what it finds. */
export async function status(args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, { json: 'boolean', state: 'string' });
  const found = await systemStatus(runningState(stateDirFrom(given.text('state'))));
  print(given.flag('json'), { ...found }, textOf(found));
  return 0;
}

function textOf(found: SystemStatus): string {
  const regions = found.regions.map(region => {
    const rows = [
      ...region.nodes.map(node => [
        'node',
        node.id,
        node.state,
        node.pid === null ? '' : `process ${node.pid}`,
        `${node.sessions} sessions`,
      ]),
      ...Object.entries(region.stores).map(([name, store]) => [
        name,
        region.name,
        'state' in store ? store.state : '',
        store.kind,
        'role' in store ? store.role : '',
        'replication' in store ? (store.replication ?? '') : '',
      ]),
      ...region.servers.map(server => [server.type, server.name, server.state, server.role, server.location]),
    ];
    return `${region.name}: ${region.state}\n${columns(rows).replace(/^/gm, '  ')}`;
  });
  const sessions = found.sessions.map(session => [session.agent, session.node, `epoch ${session.epoch}`, session.sessionId]);
  const others = `edge: ${found.edge.state}\nregistry: ${found.registry.state}`;
  const alarms = found.alarms.map(alarm => `ALARM: ${alarm}`);
  return [
    ...alarms,
    others,
    ...regions,
    sessions.length === 0 ? 'no sessions' : `sessions\n${columns(sessions).replace(/^/gm, '  ')}`,
  ].join('\n\n');
}
