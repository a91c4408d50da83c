import { join } from 'node:path';
import { alternate } from './alternate.ts';
import { SatsumaServer } from './engines/satsuma-server.ts';
import { takingDown } from './engines/take-down.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { scaleContainer } from './scale/scale-arena.ts';
import { startSimulator } from './simulator/simulator.ts';
import { median } from './statistics.ts';

const folder = new URL('../.lab', import.meta.url).pathname;
const enginesEach = 3;
const warmUpRounds = 60;
const targetMs = 0.5;

/** From now on, requests use an account whose role has a policy. */
async function logInWithPolicy(server: SatsumaServer): Promise<void> {
  const post = async (path: string, body: object) =>
    JSON.parse(await server.ask([201], 'POST', `/apiv1/${path}`, JSON.stringify(body))).data;
  await post('policy', { name: 'bench', rules: {} });
  const rules = [
    { verbs: ['*'], nouns: ['container'] },
    { verbs: ['read'], nouns: ['*'] },
  ];
  await post('role', { name: 'bench', rules, policy: 'bench' });
  server.logIn((await post('token', { name: 'bench', role: 'bench' })).token);
}

/**
 * The cost of authentication, of a policy check and of the audit log: POST /apiv1/container on a server with accounts,
 * compared with one without. A second server without accounts takes turns with them; its distance from the first shows
 * the noise.
 */
export async function measureAccounts(n: number, progress: Progress): Promise<Figure[]> {
  return await takingDown(async (undo) => {
    progress.say(`three servers with ${enginesEach} simulated engines each, one of them with accounts`);
    const simulator = await startSimulator(3 * enginesEach, join(folder, 'bench-simulator'));
    undo(() => simulator.stop());
    const start = async (index: number, hasAccounts: boolean) => {
      const engines = simulator.engines.slice(index * enginesEach, (index + 1) * enginesEach);
      const dir = join(folder, `bench-server-${index}`);
      const server = await SatsumaServer.start({ ...simulator, engines }, { dir, hasAccounts });
      undo(() => server.stop());
      return server;
    };
    const servers = [await start(0, false), await start(1, true), await start(2, false)] as const;
    await logInWithPolicy(servers[1]);
    const time = (server: SatsumaServer) => async () => {
      progress.check();
      const { elapsedMs, remove } = await server.run(scaleContainer());
      await remove();
      return elapsedMs;
    };
    const runners = [time(servers[0]), time(servers[1]), time(servers[2])] as const;
    await alternate(warmUpRounds, runners);
    progress.say(`${n} containers each, taking turns`);
    const [open, asked, control] = await alternate(n, runners);
    const name = 'POST /apiv1/container with a token, a policy and the audit: more in the median';
    return [
      {
        ...{ name, unit: 'ms', value: median(asked) - median(open), target: targetMs },
        facts: { 'p50 with': median(asked), 'p50 without': median(open), 'control, one without': median(control) },
      },
    ];
  });
}
