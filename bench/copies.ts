import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startLab } from '../example/lab/lab.ts';
import { dockerAt } from './engines/docker-at.ts';
import type { SatsumaServer } from './engines/satsuma-server.ts';
import { startOnStore } from './engines/start-on-store.ts';
import { takingDown } from './engines/take-down.ts';
import type { Figure } from './figure.ts';
import type { StoreKind } from './options.ts';
import type { Progress } from './progress.ts';
import { median } from './statistics.ts';
import { timeOf } from './time-of.ts';

const shell = promisify(execFile);
const megabytes = 100;
const image = 'demo/busybox:1';

/** The results of one kind of copy, in milliseconds by round. */
interface Rounds {
  readonly ours: number[];
  readonly peers: number[];
}

/**
 * Copies of container files and of a volume between engines, compared with docker commands on the same engines. The two
 * take turns, and each starts with nothing on the target engine.
 */
export async function measureCopies(store: StoreKind, n: number, progress: Progress): Promise<Figure[]> {
  return await takingDown(async (undo) => {
    progress.say(`two engines, with ${megabytes} MB in a volume and in a container`);
    const lab = await startLab({ name: 'bench-copies', engines: 2, attached: true, image: true });
    undo(() => lab.down());
    const satsuma = await startOnStore(lab, { store }, undo);
    const [one, two] = [1, 2].map((engine) => dockerAt(lab, engine)) as [string, string];
    const idle = (name: string, more = '') =>
      `run -d --name ${name} --network none --stop-signal KILL ${more} ${image} sleep 1000000`;
    await sh(`${one} ${idle('one', '-v data:/data')} && ${two} ${idle('two')}`);
    const write = `dd if=/dev/urandom bs=1M count=${megabytes}`;
    await sh(`${one} exec one sh -c '${write} of=/data/big && ${write} of=/big'`);
    const files: Rounds = { ours: [], peers: [] };
    const volumes: Rounds = { ours: [], peers: [] };
    const before = await satsuma.residentMiB();
    let memory = 0;
    for (let round = 0; round < n; round++) {
      progress.say(`${megabytes} MB to the other engine, ${round + 1} of ${n}`);
      const clean = () => sh(`${two} exec two rm -rf /big`);
      files.peers.push(await timeOf(() => sh(`${one} cp one:/big - | ${two} cp - two:/`)));
      await clean();
      files.ours.push(await timeOf(() => copyFile(satsuma)));
      await clean();
      const [from, to] = ['run --rm --network none -v data:/from', 'run --rm -i --network none -v data:/to'];
      const pipe = `${one} ${from} ${image} tar c -C /from . | ${two} ${to} ${image} tar x -C /to`;
      volumes.peers.push(await timeOf(() => sh(pipe)));
      await sh(`${two} volume rm data`);
      volumes.ours.push(await timeOf(() => copyVolume(satsuma)));
      await sh(`${two} volume rm data`);
      memory = Math.max(memory, (await satsuma.residentMiB()).all - before.all);
    }
    return [
      figureOf(`${megabytes} MB from a container to one on another engine, against docker cp | docker cp`, files),
      figureOf(
        `a volume of ${megabytes} MB to another engine, compared with the original, against tar | tar`,
        volumes,
        {
          'memory MiB more': memory,
        },
      ),
    ];
  });
}

function figureOf(name: string, { ours, peers }: Rounds, more: Figure['facts'] = {}): Figure {
  const ratios = ours.map((ms, round) => ms / (peers[round] ?? Number.NaN));
  const facts = { 'median ms': median(ours), "docker's, median ms": median(peers) };
  const spread = { 'least x': Math.min(...ratios), 'most x': Math.max(...ratios) };
  return { name, unit: 'x', value: median(ratios), facts: { ...facts, ...spread, ...more } };
}

async function sh(script: string): Promise<void> {
  await shell('sh', ['-c', script]);
}

/** The requests of `satsuma cp one:/big two:/`. */
async function copyFile({ address }: SatsumaServer): Promise<void> {
  const read = await fetch(`${address}/apiv1/container/one/archive?path=/big`);
  const init = { method: 'PUT', body: read.body, duplex: 'half', headers: { 'content-type': 'application/x-tar' } };
  const written = await fetch(`${address}/apiv1/container/two/archive?path=/`, init as RequestInit);
  if (!written.ok) throw new Error(`the copy failed: ${await written.text()}`);
}

async function copyVolume({ address }: SatsumaServer): Promise<void> {
  const url = `${address}/apiv1/volume/bench-copies-1/data/copy`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ to: 'bench-copies-2' }) });
  const text = await answer.text();
  const { ok } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
  if (!ok) throw new Error(`the copy failed: ${text.slice(-1000)}`);
}
