import { createServer, type Server, type Socket } from 'node:net';
import { CommandReader, encodeResp, RespError, SimpleString, type RespValue } from './resp.ts';
import type { RedisEngine } from './memory-engine.ts';

const limits = { commandBytes: 8 << 20, arguments: 100_000 };
const maxQueued = 10_000;

/** A small in-memory Redis server: RESP 2 over TCP, plain commands, MULTI/EXEC and scripts; no persistence, no publish/subscribe. */
export function createMemoryServer(engine: RedisEngine): Server {
  return createServer(socket => serve(socket, engine));
}

function serve(socket: Socket, engine: RedisEngine): void {
  const reader = new CommandReader(limits);
  let queued: string[][] | undefined;
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());

  const answer = async (command: string[]): Promise<RespValue> => {
    const name = command[0]?.toUpperCase() ?? '';
    switch (name) {
      case 'MULTI':
        if (queued !== undefined) return new Error('ERR MULTI calls can not be nested');
        queued = [];
        return new SimpleString('OK');
      case 'DISCARD':
        queued = undefined;
        return new SimpleString('OK');
      case 'EXEC': {
        if (queued === undefined) return new Error('ERR EXEC without MULTI');
        const commands = queued;
        queued = undefined;
        return engine.runAll(commands);
      }
      default:
        if (queued === undefined) return connectionReply(name, command) ?? engine.run(command);
        if (queued.length >= maxQueued) return new Error('ERR too many commands in MULTI');
        queued.push(command);
        return new SimpleString('QUEUED');
    }
  };

  socket.on('data', bytes => {
    let commands: Buffer[][];
    try {
      commands = reader.push(bytes);
    } catch (error) {
      socket.end(encodeResp(new Error(`ERR Protocol error: ${error instanceof RespError ? error.message : 'unreadable'}`)));
      return;
    }
    for (const command of commands) {
      if ((waiting += 1) > maxQueued) return void socket.destroy();
      last = last.then(async () => {
        const reply = await answer(command.map(String));
        waiting -= 1;
        if (socket.writable) socket.write(encodeResp(reply));
        if (command[0]?.toString().toUpperCase() === 'QUIT') socket.end();
      });
    }
  });
}

/** Replies to what concerns the connection alone. */
function connectionReply(name: string, command: readonly string[]): RespValue | undefined {
  switch (name) {
    case 'HELLO':
      return command[1] === undefined || command[1] === '2'
        ? ['server', 'redis', 'version', '7.0.0', 'proto', 2, 'role', 'master']
        : new Error('NOPROTO unsupported protocol version');
    case 'CLIENT':
    case 'SELECT':
    case 'AUTH':
    case 'QUIT':
      return new SimpleString('OK');
    case 'INFO':
      return '# Server\r\nredis_version:7.0.0\r\nloading:0\r\n';
    default:
      return undefined;
  }
}
