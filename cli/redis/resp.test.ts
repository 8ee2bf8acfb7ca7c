import { describe, expect, it } from 'vitest';
import { CommandReader, encodeResp, RespError, SimpleString } from './resp.ts';

const limits = { commandBytes: 1_000, arguments: 10 };
const texts = (commands: Buffer[][]): string[][] => commands.map(command => command.map(String));

describe('the command reader', () => {
  it('finds commands wherever the bytes are cut', () => {
    const bytes = Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nPING\r\n');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const reader = new CommandReader(limits);
      const found = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(texts(found)).toEqual([['GET', 'a'], ['PING']]);
    }
  });

  it('keeps line ends inside a bulk string', () => {
    expect(texts(new CommandReader(limits).push(Buffer.from('*2\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n')))).toEqual([['SET', 'a\r\nb']]);
  });

  it.each(['GET a\r\n', '*x\r\n', '*11\r\n', '*-1\r\n', '*1\r\n:1\r\n', '*1\r\n$2000\r\n', 'x'.repeat(100)])('refuses %j', text => {
    expect(() => new CommandReader(limits).push(Buffer.from(text))).toThrow(RespError);
  });
});

describe('encoding', () => {
  it('tells statuses, numbers, absent values, errors and nested arrays apart', () => {
    const value = [new SimpleString('OK'), 3, null, 'é', new Error('ERR no\r\nline'), ['x']];
    expect(encodeResp(value).toString()).toBe('*6\r\n+OK\r\n:3\r\n$-1\r\n$2\r\né\r\n-ERR no line\r\n*1\r\n$1\r\nx\r\n');
  });
});
