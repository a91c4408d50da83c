import { Command, InvalidArgumentError } from 'commander';
import { type Lab, LabError, openLab, removeLab, startLab } from './lab.ts';

const nameOption = ['--name <name>', 'which lab; several run beside each other', 'lab'] as const;
const program = new Command('lab').description('A local cluster of real Docker engines on this machine.').addHelpText(
  'after',
  `
Engines are numbered from 1. JSON goes to stdout, the rest to stderr; npm keeps quiet with --silent:
  npm run lab -- up --engines 3 --registry
  npm run --silent lab -- status | jq '.engines[0]'
  npm run lab -- partition 2
  npm run lab -- down`,
);

program
  .command('up')
  .description('start the engines and print their status')
  .option('--engines <count>', 'how many', parseCount, 3)
  .option('--docker <version>', "Docker of that major version, in place of the machine's own: 26")
  .option('--registry', 'with a registry that the engines trust', false)
  .option('--no-live-restore', 'containers end with their daemon; engines can be in a mesh then')
  .option('--attached', 'stay, and take the lab down on Ctrl-C; should this process die, no engine is left', false)
  .option(...nameOption)
  .action(async (options: UpOptions) => {
    const starting = startLab({ ...options, image: true, log });
    let isStopping = false;
    const stop = async (): Promise<void> => {
      isStopping = true;
      log('taking the lab down');
      // Only the lab of this process: if the start is refused because of an existing lab, that one stays.
      await starting.then((lab) => lab.down()).catch(() => undefined);
      process.exit(130);
    };
    process.once('SIGINT', () => void stop()).once('SIGTERM', () => void stop());
    const lab = await starting;
    if (isStopping) return;
    print(await statusOf(lab));
    if (!options.attached) return;
    log('Ctrl-C takes it down');
    // The engines depend on this process, so it must not exit.
    setInterval(() => undefined, 60_000);
  });

program
  .command('down')
  .description('remove everything of the lab, whatever its state')
  .option(...nameOption)
  .action(async ({ name }: { name: string }) => {
    log((await removeLab(name)) ? `lab "${name}" is down` : `there was no lab "${name}"`);
  });

program
  .command('status')
  .description('print the lab as JSON: each engine is a body for POST /apiv1/engine')
  .option(...nameOption)
  .action(async ({ name }: { name: string }) => print(await statusOf(await openLab(name))));

program
  .command('import')
  .description('give every engine a small image made of busybox')
  .argument('[reference]', 'what to call it', 'demo/busybox:1')
  .option(...nameOption)
  .action(async (reference: string, { name }: { name: string }) => {
    await (await openLab(name)).importImage(reference);
    log(`image ${reference} is on every engine`);
  });

interface UpOptions {
  readonly engines: number;
  readonly docker?: string;
  readonly liveRestore: boolean;
  readonly registry: boolean;
  readonly attached: boolean;
  readonly name: string;
}

type EngineAction = 'partition' | 'heal' | 'pause' | 'resume' | 'kill' | 'start';

const engineActions: Readonly<Record<EngineAction, readonly [description: string, done: string]>> = {
  partition: ['pull the network cable of an engine', 'is cut off'],
  heal: ['plug it in again', 'is reachable again'],
  pause: ['freeze the daemon of an engine (SIGSTOP)', 'is frozen'],
  resume: ['let it go on (SIGCONT)', 'answers again'],
  kill: ['kill the daemon of an engine (SIGKILL); its containers go on', 'is dead, its containers are not'],
  start: ['start it again', 'answers'],
};

for (const [action, [description, done]] of Object.entries(engineActions) as [
  EngineAction,
  readonly [string, string],
][]) {
  program
    .command(action)
    .description(description)
    .argument('<engine>', 'its number, from 1', parseCount)
    .option(...nameOption)
    .action(async (n: number, { name }: { name: string }) => {
      await (await openLab(name))[action](n);
      log(`engine ${name}-${n} ${done}`);
    });
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  log(error.message);
  process.exitCode = 1;
}

async function statusOf({ name, client, engines, registry, conditions }: Lab): Promise<Record<string, unknown>> {
  return { name, ca: client.ca, client, engines, ...(registry ? { registry } : {}), conditions: await conditions() };
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number from 1.');
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Progress and errors go to stderr: stdout is for the JSON. */
function log(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}
