import { argumentsFrom, CommandFailure, UsageError, type Arguments } from './options.ts';
import { print } from './print.ts';
import { runningState, stateDirFrom, type SystemState } from './state/index.ts';

const requestTimeoutMs = 10_000;

/** `simulate call|hangup|chat|say|email|workitem`: lets the simulated customers act, calls and chats come in through the edge. */
export async function simulate(args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, {
    json: 'boolean',
    state: 'string',
    from: 'string',
    to: 'string',
    queue: 'string',
    text: 'string',
    nickname: 'string',
    agent: 'string',
    subject: 'string',
  });
  const request = requestFrom(given);
  const state = runningState(stateDirFrom(given.text('state')));
  const atMs = Date.now();
  const answer = request.what === 'hangup' ? await hangUp(state, request.body) : await send(state.url + request.path, request.body);
  print(given.flag('json'), { ...answer, atMs }, `${request.what}: ${JSON.stringify(answer)}`);
  return 0;
}

interface SimulatorRequest {
  what: string;
  path: string;
  body: Record<string, string>;
}

function requestFrom(given: Arguments): SimulatorRequest {
  const [what, subject, ...more] = given.words;
  if (more.length > 0) throw new UsageError(`unexpected: ${more.join(' ')}`);
  const needed = (name: string): string => {
    const value = given.text(name);
    if (value === undefined || value === '') throw new UsageError(`simulate ${what}: --${name} is missing`);
    return value;
  };
  switch (what) {
    case 'call':
      return { what, path: '/simulator/calls', body: { from: needed('from'), to: needed('to') } };
    case 'chat': {
      const agent = given.text('agent');
      const body = {
        queue: needed('queue'),
        nickname: given.text('nickname') ?? 'Customer',
        text: needed('text'),
        ...(agent === undefined ? {} : { agent }),
      };
      return { what, path: '/simulator/chats', body };
    }
    case 'email':
    case 'workitem': {
      const optional = ['subject', 'nickname', 'agent'].flatMap(name => {
        const value = given.text(name);
        return value === undefined ? [] : [[name, value]];
      });
      const body = { mediaType: what, queue: needed('queue'), text: needed('text'), ...(Object.fromEntries(optional) as object) };
      return { what, path: '/simulator/interactions', body };
    }
    case 'say':
      if (subject === undefined) throw new UsageError('simulate say in which chat? give its interactionId');
      return { what, path: '/simulator/chats/say', body: { interactionId: subject, text: needed('text') } };
    case 'hangup':
      if (subject === undefined) throw new UsageError('simulate hangup which call? give its connId');
      return { what, path: '/hangup', body: { call: subject } };
    default:
      throw new UsageError(`simulate call, chat, say, email, workitem or hangup, not "${what ?? ''}"`);
  }
}

/** A call is at one site only: each is asked, the one that knows it hangs up. */
async function hangUp(state: SystemState, body: Record<string, string>): Promise<Record<string, unknown>> {
  const answers = await Promise.allSettled(state.regions.map(region => send(`${region.simulator}/hangup`, body)));
  const done = answers.find(answer => answer.status === 'fulfilled');
  if (done === undefined) throw new CommandFailure(`no site knows the call ${body['call'] ?? ''}`);
  return done.value;
}

async function send(url: string, body: Record<string, string>): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (error) {
    throw new CommandFailure(`the system does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  const text = await response.text();
  if (!response.ok) throw new CommandFailure(`refused with HTTP ${response.status}: ${text.slice(0, 500)}`);
  try {
    const answer = JSON.parse(text) as unknown;
    return answer !== null && typeof answer === 'object' ? { ...answer } : { answer };
  } catch {
    return {};
  }
}
