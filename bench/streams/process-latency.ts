import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median, percentile } from '../statistics.ts';
import { timeOf } from '../time-of.ts';

const targetMs = 1;
/** Docker's frame of one byte: eight bytes of header, and the byte. */
const frameLength = 9;
const roundsPerN = 10;

/** The round trip of one byte to `cat` in a container, alternately through Satsuma and directly. */
export async function measureProcess(
  { raw: [engine], satsuma }: Arena,
  n: number,
  progress: Progress,
): Promise<Figure[]> {
  const rounds = n * roundsPerN;
  progress.say(`one byte to a program and back, ${rounds} times`);
  const ours = await satsuma.run(containerFor('none', 0, { args: ['sleep', '3600'] }));
  const theirs = await engine.run(containerFor('none', 1, { args: ['sleep', '3600'] }));
  const socket = await openSocket(satsuma.address, ours.id);
  const straight = await engine.openProcess(theirs.id, ['cat']);
  const times: { satsuma: number[]; engine: number[] } = { satsuma: [], engine: [] };
  for (let round = 0; round < rounds; round++) {
    progress.check();
    times.satsuma.push(await timeOf(() => throughSatsuma(socket)));
    times.engine.push(await timeOf(() => throughEngine(straight)));
  }
  socket.terminate();
  straight.destroy();
  await Promise.all([ours.remove(), theirs.remove()]);
  const [measured, peer] = [median(times.satsuma), median(times.engine)];
  const p99 = { 'p99 ms': percentile(times.satsuma, 99), 'peer p99 ms': percentile(times.engine, 99) };
  return [
    {
      name: 'one byte to a program in a container and back, more than straight from the engine',
      unit: 'ms',
      value: measured - peer,
      target: targetMs,
      facts: { 'p50 ms': measured, 'peer p50 ms': peer, ...p99 },
    },
  ];
}

async function openSocket(address: string, container: string): Promise<WebSocket> {
  const url = `${address.replace('http:', 'ws:')}/apiv1/container/${container}/exec/ws?cmd=cat`;
  const socket = new WebSocket(url, 'v1.satsuma.exec');
  await once(socket, 'open');
  return socket;
}

async function throughSatsuma(socket: WebSocket): Promise<void> {
  socket.send(Buffer.from([0, 0x2e]));
  await once(socket, 'message');
}

async function throughEngine(connection: Duplex): Promise<void> {
  connection.write('.');
  for (let left = frameLength; left > 0; ) {
    const [chunk] = (await once(connection, 'data')) as [Buffer];
    left -= chunk.length;
  }
}
