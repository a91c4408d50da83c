import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Lab, startLab } from '../example/lab/lab.ts';
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
const largeMegabytes = 200;
const changedMegabytes = 5;
const large = 'bench/image:1';
const changed = 'bench/image:2';
/** The source engine and the target engines. */
const source = 1;
const targets = [2, 3, 4];

/**
 * Pushes a large image to three engines at once, compared with `docker save | docker load` to one of them; then the
 * same image with a small change.
 */
export async function measureImagePush(store: StoreKind, n: number, progress: Progress): Promise<Figure[]> {
  return await takingDown(async (undo) => {
    progress.say('four engines, and an image of 200 MB on one of them');
    const lab = await startLab({ name: 'bench-images', engines: 4, attached: true, image: true });
    undo(() => lab.down());
    const satsuma = await startOnStore(lab, { store }, undo);
    await layer(lab, 'demo/busybox:1', large, largeMegabytes);
    await layer(lab, large, changed, changedMegabytes);
    const rounds: { readonly single: number; readonly tee: number; readonly push: number }[] = [];
    let sent = { whole: 0, part: 0 };
    const before = await satsuma.residentMiB();
    let memory = 0;
    for (let round = 0; round < n; round++) {
      progress.say(`an image of 200 MB to three engines, ${round + 1} of ${n}`);
      const singles: number[] = [];
      for (const target of targets) {
        singles.push(await timeOf(() => pipe(lab, target)));
        await forget(lab, [large]);
      }
      const tee = await timeOf(() => pipeToAll(lab));
      await forget(lab, [large]);
      const whole = { bytes: 0 };
      const push = await timeOf(async () => {
        whole.bytes = await load(satsuma, large);
      });
      memory = Math.max(memory, (await satsuma.residentMiB()).all - before.all);
      const part = await load(satsuma, changed);
      sent = { whole: whole.bytes, part };
      rounds.push({ single: Math.max(...singles), tee, push });
      await forget(lab, [changed, large]);
    }
    const ratios = rounds.map(({ single, push }) => push / single);
    return [
      {
        name: 'an image of 200 MB to three engines, against the slowest docker save | docker load to one of them',
        unit: 'x',
        value: median(ratios),
        target: 1.2,
        facts: {
          'push, median ms': median(rounds.map(({ push }) => push)),
          'save | load, slowest, median ms': median(rounds.map(({ single }) => single)),
          'least x': Math.min(...ratios),
          'most x': Math.max(...ratios),
          'memory MiB more': memory,
        },
      },
      {
        name: 'the same, against one docker save whose output three docker load read at once',
        unit: 'x',
        value: median(rounds.map(({ tee, push }) => push / tee)),
        facts: { 'save | tee | load, median ms': median(rounds.map(({ tee }) => tee)) },
      },
      {
        name: 'bytes sent of the same image with 5 MB changed, against those of the whole',
        unit: '%',
        value: (sent.part / sent.whole) * 100,
        target: 10,
        facts: { 'bytes of the whole': sent.whole, 'bytes of the change': sent.part },
      },
    ];
  });
}

async function pipe(lab: Lab, target: number): Promise<void> {
  await shell('sh', ['-c', `${dockerAt(lab, source)} save ${large} | ${dockerAt(lab, target)} load`]);
}

/** The time that the engines themselves need when all three load at once, as they share one machine's CPUs. */
async function pipeToAll(lab: Lab): Promise<void> {
  const loads = targets.map((target) => `${dockerAt(lab, target)} load < $dir/${target} & pids="$pids $!"`).join('\n');
  const pipes = targets.map((target) => `$dir/${target}`).join(' ');
  const script = `set -e
dir=$(mktemp -d); trap 'rm -r $dir' EXIT; mkfifo ${pipes}
${loads}
${dockerAt(lab, source)} save ${large} | tee ${pipes} > /dev/null
for pid in $pids; do wait $pid; done`;
  await shell('sh', ['-c', script]);
}

async function layer(lab: Lab, from: string, to: string, megabytes: number): Promise<void> {
  const docker = dockerAt(lab, source);
  const file = `/${megabytes}`;
  const made = `${docker} run --name made --network none --entrypoint dd ${from} if=/dev/urandom of=${file} bs=1M count=${megabytes}`;
  await shell('sh', ['-c', `${made} && ${docker} commit made ${to} && ${docker} rm made`]);
}

async function forget(lab: Lab, names: readonly string[]): Promise<void> {
  for (const target of targets) {
    for (const name of names)
      await lab.request(target, { method: 'DELETE', path: `/images/${name}`, timeoutMs: 60_000 });
  }
}

/** Returns the number of bytes sent. */
async function load({ address }: SatsumaServer, name: string): Promise<number> {
  const to = targets.map((n) => `to=bench-images-${n}`).join('&');
  const url = `${address}/apiv1/engine-images/load?from=bench-images-${source}&name=${name}&${to}`;
  const text = await (await fetch(url, { method: 'POST' })).text();
  const { ok, sent_bytes } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
  if (!ok) throw new Error(`the push failed: ${text.slice(-1000)}`);
  return sent_bytes;
}
