import net from 'node:net';

/** Many clients that do nothing but connect again: one TCP connection each, read only as far as needed. */
export class ParkedClients {
  readonly #port: number;
  readonly #sockets: { readonly socket: net.Socket; readonly clientId: string; readonly cookie: string }[] = [];
  #leaving = false;
  failures = 0;

  constructor(port: number) {
    this.#port = port;
  }

  get size(): number {
    return this.#sockets.length;
  }

  async join(count: number): Promise<void> {
    let left = count;
    const joiner = async (): Promise<void> => {
      while (left-- > 0) await this.#joinOne();
    };
    await Promise.all(Array.from({ length: 50 }, joiner));
  }

  /** Says goodbye for each client, on a connection of its own because the first one is parked. */
  async leave(): Promise<void> {
    this.#leaving = true;
    const clients = this.#sockets.splice(0);
    const leaver = async (): Promise<void> => {
      for (let client = clients.pop(); client !== undefined; client = clients.pop()) {
        const other = await dial(this.#port);
        await this.#ask(other, client.cookie, { channel: '/meta/disconnect', clientId: client.clientId });
        other.destroy();
        client.socket.destroy();
      }
    };
    await Promise.all(Array.from({ length: 50 }, leaver));
  }

  async #joinOne(): Promise<void> {
    const socket = await dial(this.#port);
    const shaken = await this.#ask(socket, '', { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] });
    const clientId = /"clientId":"([^"]+)"/.exec(shaken)?.[1] ?? '';
    const cookie = /Set-Cookie: ([^;]+)/i.exec(shaken)?.[1] ?? '';
    const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
    await this.#ask(socket, cookie, { ...connect, advice: { timeout: 0 } });
    this.#sockets.push({ socket, clientId, cookie });
    void this.#poll(socket, cookie, connect);
  }

  async #poll(socket: net.Socket, cookie: string, connect: object): Promise<void> {
    while (!this.#leaving) {
      const answer = await this.#ask(socket, cookie, connect);
      if (this.#leaving) return;
      if (!answer.includes('"successful":true')) {
        this.failures++;
        return;
      }
    }
  }

  #ask(socket: net.Socket, cookie: string, message: object): Promise<string> {
    return new Promise(resolve => {
      const body = JSON.stringify([{ id: '1', ...message }]);
      let text = '';
      const onData = (chunk: Buffer): void => {
        text += chunk.toString('latin1');
        if (text.endsWith(']')) finish();
      };
      const finish = (): void => {
        socket.off('data', onData);
        socket.off('close', finish);
        resolve(text);
      };
      socket.on('data', onData);
      socket.on('close', finish);
      socket.write(
        `POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}Content-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
  }
}

function dial(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}
