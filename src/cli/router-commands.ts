import { Command } from 'commander';
import type { Router } from '../api/router.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { repeated } from '../run-options/placement-options.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { routerList } from './list/router-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeOutcome, writeResult } from './output.ts';
import { poll } from './poll.ts';

interface UpFlags extends OutputFlags {
  readonly on?: readonly string[];
  readonly image?: string;
  readonly dns?: readonly string[];
  readonly auth?: readonly string[];
  readonly email?: string;
  readonly detach?: boolean;
}

/** Gives up waiting after this time without a ready router. */
const maxSeconds = 120;

/** `router`: Caddy on edge engines. */
export function routerCommands(api: ApiClient, io: Io): Command {
  const router = new Command('router')
    .description('run Caddy on the engines at the edge, to serve domains')
    .addHelpText('after', examples('satsuma router up --on label=edge', 'satsuma router ls'));
  addUp(router, api, io);
  withList(router.command('ls'), routerList)
    .description('list the routers, and whether each serves what is asked for')
    .addHelpText('after', examples('satsuma router ls', 'satsuma router ls --filter state=failed'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/router');
      await writeList(io, routerList, { rows: data.routers }, flags);
    });
  withJson(router.command('down'))
    .description('stop all routers; the domains stay')
    .addHelpText('after', examples('satsuma router down'))
    .action(async ({ json }: OutputFlags) => {
      const { data } = await api('DELETE', 'apiv1/router');
      writeResult(io, { data, text: () => line`${data}` }, { json });
    });
  return router;
}

function addUp(group: Command, api: ApiClient, io: Io): void {
  const words = paragraph(
    'Routers are the replicas of a global service, "router", on ports 80 and 443. They look replicas up in ' +
      'Satsuma\'s DNS ("discovery" in the configuration). Run it again to change how they are.',
  );
  withJson(group.command('up'))
    .description('run a router on each engine with a label')
    .requiredOption('--on <label=LABEL>', 'engines with this label; may be repeated, for engines with all', repeated)
    .option('--image <image>', 'a Caddy; caddy:2 unless set')
    .option('--dns <address>', "IP:PORT of Satsuma's DNS; may be repeated, for several servers", repeated)
    .option('--auth <address>', 'IP:PORT of "discovery.auth"; may be repeated, for several servers', repeated)
    .option('--email <address>', 'whom the authority of certificates writes to')
    .option('-d, --detach', 'do not wait')
    .addHelpText('after', [words, examples('satsuma router up --on label=edge')].join('\n'))
    .action(async ({ on = [], image, dns, auth, email, detach, json }: UpFlags) => {
      const labels = on.map(labelIn);
      const { data } = await api('PUT', 'apiv1/router', given({ labels, image, dns, auth, email }) as never);
      if (detach) writeResult(io, { data, text: () => summary(data) }, { json });
      else await writeOutcome(io, { json }, untilReady(api, io));
    });
}

/** Waits until each router is ready or failed. Routers on unreachable engines are not waited for. */
async function untilReady(api: ApiClient, io: Io) {
  const shown = new Map<string, string>();
  const goesOn = 'routers go on to start; "satsuma router ls" says how far they are';
  const data = await poll(io, { goesOn, timeoutSeconds: maxSeconds }, async () => {
    const { data: found } = await api('GET', 'apiv1/router');
    for (const { engine, state, problem } of found.routers) {
      const text = line`engine ${engine}: ${state}${problem === undefined ? '' : `, ${problem}`}`;
      if (shown.get(engine) !== text) io.stderr(text);
      shown.set(engine, text);
    }
    if (found.routers.length === 0 || !found.routers.every(isSettled)) return undefined;
    const failed = found.routers.filter(({ state }) => state === 'failed');
    if (failed.length === 0) return found;
    const lines = failed.map(({ engine, problem = 'failed' }) => line`engine ${engine}: ${problem}`);
    throw new IncompleteOperation(4, lines.join('\n'), found);
  });
  return { data, text: () => summary(data) };
}

function isSettled({ state }: Router['routers'][number]): boolean {
  return state === 'ready' || state === 'failed';
}

function summary({ routers }: Router): string {
  const ready = routers.filter(({ state }) => state === 'ready').length;
  return line`${ready} of ${routers.length} routers are ready`;
}

/** Throws `invalid`. */
function labelIn(text: string): string {
  const [, label = ''] = /^label=(.+)$/.exec(text) ?? [];
  if (label === '') throw new SatsumaError('invalid', `"--on ${text}" must be like --on label=edge`);
  return label;
}
