import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { curlLines } from './curl-lines.ts';
import { findHosts } from './find-hosts.ts';
import type { Hosts } from './hosts.ts';
import { Interrupted, Narrator } from './narrator.ts';
import { expect } from './play.ts';
import { type DemoServer, startServer } from './server.ts';
import { tour } from './tour.ts';

/** `npm run demo`: all of Satsuma on real engines. `--once`: runs the tour with its checks, and then ends. */
async function demo(onlyOnce: boolean, narrator: Narrator): Promise<void> {
  const started: { hosts?: Hosts; server?: DemoServer } = {};
  try {
    const hosts = await narrator.step('real Docker engines, mutual TLS by Satsuma’s own CA', () => findHosts(narrator));
    started.hosts = hosts;
    await narrator.step('images on the engines', () => hosts.importImages());
    const server = await narrator.step('a Satsuma server, with the embedded store', async (report) => {
      const made = await startServer(hosts);
      report(`http://${made.address}`);
      return made;
    });
    started.server = server;
    await narrator.step('the engines are registered', async (report) => {
      for (const body of hosts.engines) {
        const { data } = expect(201, await server.call('POST', 'engine', body));
        report(`${data.id} at ${data.addr}: ${data.cpus} CPUs, ${data.memory} MB, labels ${data.labels.join(', ')}`);
      }
    });
    await tour({ hosts, server, narrator });
    if (onlyOnce) return;
    narrator.say(
      `\nIt is all yours now. These work as they stand, in another terminal:\n${await curlLines(server, hosts)}`,
    );
    narrator.say('Ctrl-C ends the demo and removes everything it made.');
    if (!narrator.interruption.aborted) await once(narrator.interruption, 'abort');
  } finally {
    if (started.hosts) narrator.say('\nCleaning up: containers, engines, network, files.');
    await started.server?.stop();
    await started.hosts?.down();
  }
}

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
const narrator = new Narrator(interruption.signal);
try {
  await demo(values.once, narrator);
  narrator.say('Done.');
} catch (error) {
  if (!(error instanceof Interrupted)) narrator.say(`\nThe demo failed at: ${(error as Error).message}`);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
