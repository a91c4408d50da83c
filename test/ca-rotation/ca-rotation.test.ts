import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { typed } from '../cli/terminal.ts';
import {
  type Answer,
  eventually,
  registerAll,
  type SatsumaServer,
  startSatsuma,
} from '../integration/satsuma-server.ts';
import { startRedis } from '../integration/store/redis-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'rotation', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

interface Failure {
  readonly what: string;
  readonly status: number;
  readonly data: unknown;
  /** The engines that were being restarted at some time of the call. */
  readonly during: readonly string[];
}

interface Restart {
  readonly id: string;
  readonly from: number;
  until: number;
}

interface Load {
  readonly restarts: Restart[];
  readonly failures: Failure[];
  calls: number;
  stop(): Promise<void>;
}

const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none' };

/** Runs, lists, reads logs and removes, all the time, over each of the servers. */
function startLoad(servers: readonly SatsumaServer[], kept: readonly string[]): Load {
  const load = { restarts: [] as Restart[], failures: [] as Failure[], calls: 0 };
  let isOver = false;
  const tried = async (what: string, call: () => Promise<Answer | number>): Promise<Answer | number> => {
    const began = performance.now();
    const answer = await call();
    load.calls += 1;
    const status = typeof answer === 'number' ? answer : answer.status;
    const data = typeof answer === 'number' ? '' : answer.data;
    if (status >= 400) {
      const during = load.restarts.filter(({ from, until }) => from <= performance.now() && until >= began);
      load.failures.push({ what, status, data, during: during.map(({ id }) => id) });
    }
    return answer;
  };
  const logs = async (server: SatsumaServer, id: string) => {
    const response = await fetch(`http://${server.address}/apiv1/container/${id}/logs?tail=1`);
    await response.text();
    return response.status;
  };
  const workers = [...servers, ...servers].map(async (server) => {
    for (let round = 0; !isOver; round++) {
      const ran = await tried('run', () => server.call('POST', 'container', image));
      await tried('list', () => server.call('GET', 'containers?consistent=true'));
      await tried('logs', () => logs(server, kept[round % kept.length] ?? ''));
      if (typeof ran === 'number' || ran.status !== 201) continue;
      await tried('remove', () => server.call('DELETE', `container/${ran.data.id}`));
    }
  });
  return Object.assign(load, {
    stop: async () => {
      isOver = true;
      await Promise.all(workers);
    },
  });
}

test('an authority is replaced under load: no call fails, and no container stops', async (t) => {
  const dir = temporaryFolder(t);
  // A restart takes as long as the machine is slow.
  const settings = { 'redis-url': (await startRedis(t)).url, strategy: 'spread', deadlines: { restart: 120 } };
  const one = await startSatsuma(lab, dir, settings);
  t.teardown(() => one.end());
  const two = await startSatsuma(lab, dir, settings);
  t.teardown(() => two.end());
  const servers = [one, two];
  await registerAll(one, lab);
  const isReady = async () =>
    (await Promise.all(servers.map((server) => server.call('GET', 'engines')))).every(
      ({ data }) => data.length === 3 && data.every(({ status }: { status: string }) => status === 'ok'),
    );
  t.true(await eventually(isReady, (is) => is, 30_000));
  const kept: string[] = [];
  for (const { id } of lab.engines)
    kept.push((await one.call('POST', 'container', { ...image, labels: [id] })).data.id);
  const pids = () => Promise.all(kept.map(pidOf));
  const before = await pids();

  const ca = dirname(dirname(dirname(lab.client.cert)));
  const rotate = async (...words: string[]) => {
    const { code, out, err } = await typed(['ca', 'rotate', '--json', '--dir', ca, ...words], `http://${one.address}`);
    return { code, err, status: JSON.parse(out === '' ? 'null' : out) };
  };
  /** Both servers read their files again, and tell so. */
  const follow = async (isDone: (left: readonly string[]) => boolean) => {
    for (const { child } of servers) child.kill('SIGHUP');
    const status = async (): Promise<readonly string[]> =>
      JSON.parse((await typed(['ca', 'status', '--json', '--dir', ca], `http://${one.address}`)).out).left;
    t.true(isDone(await eventually(status, isDone, 30_000)));
  };
  const load = startLoad(servers, kept);
  /** What the line that is printed does, as far as a lab has it. */
  const takeOver = async () => {
    for (const [index, { id }] of lab.engines.entries()) {
      const restart: Restart = { id, from: performance.now(), until: Number.POSITIVE_INFINITY };
      load.restarts.push(restart);
      const etc = join(lab.dir, String(index + 1), 'etc');
      for (const file of ['ca.pem', 'cert.pem', 'key.pem'])
        copyFileSync(join(ca, 'engines', id, file), join(etc, file));
      await lab.terminate(index + 1);
      await lab.start(index + 1);
      t.true(await eventually(isReady, (is) => is, 60_000), `engine ${id} is back`);
      restart.until = performance.now();
    }
  };
  const none = (left: readonly string[]) => left.length === 0;
  const steps: (string | undefined)[] = [];
  const step = async () => {
    const { status, err } = await rotate();
    t.truthy(status, err);
    steps.push(status.rotation?.step);
  };
  await step();
  await follow(none);
  await step();
  t.is((await rotate()).code, 1, 'no engine is ready');
  await takeOver();
  await follow(none);
  await step();
  await follow(none);
  await step();
  await takeOver();
  await follow(none);
  await step();
  // A while with the second alone.
  const reached = load.calls + 40;
  t.true(
    (await eventually(
      async () => load.calls,
      (calls) => calls >= reached,
      60_000,
    )) >= reached,
  );
  await load.stop();

  t.deepEqual(steps, ['trust', 'engines', 'clients', 'cleanup', undefined]);
  const { failures, calls } = load;
  t.log(
    `${calls} calls, ${failures.length} failed: ${JSON.stringify(countOf(failures))} ${JSON.stringify(failures.slice(0, 5))}`,
  );
  for (const line of (await Promise.all(servers.map((server) => server.log()))).flat())
    if (String(line.msg).includes('what became of')) t.log(JSON.stringify(line));
  t.log(`restarts of ${load.restarts.map(({ from, until }) => Math.round((until - from) / 1_000)).join(', ')} s`);
  t.deepEqual(failures, []);
  t.true(calls > 100);
  t.deepEqual(await pids(), before, 'with live-restore no container stopped');
  const log = (await Promise.all(servers.map((server) => server.log()))).flat();
  t.deepEqual(
    log.filter(({ msg }) => msg === 'keeping the current engine certificates: the new files cannot be used'),
    [],
  );
});

async function pidOf(id: string, index: number): Promise<number> {
  const { body } = await lab.request(index + 1, { path: `/containers/${id}/json` });
  return JSON.parse(String(body)).State.Pid;
}

function countOf(failures: readonly Failure[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { what, status } of failures) counts[`${what} ${status}`] = (counts[`${what} ${status}`] ?? 0) + 1;
  return counts;
}
