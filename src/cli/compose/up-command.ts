import { Command } from 'commander';
import type { Desired } from '../../compose/desired.ts';
import { hasNetworks } from '../../compose/networks.ts';
import { type Changes, isNothing, planChanges } from '../../compose/plan-changes.ts';
import type { Stored } from '../../compose/stored.ts';
import { decimal } from '../../run-options/numbers.ts';
import { repeated } from '../../run-options/placement-options.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { IncompleteOperation } from '../exit-codes.ts';
import { examples, paragraph } from '../help-text.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type OutputFlags, withJson, writeJson } from '../output.ts';
import { secondsUntil } from '../poll.ts';
import { jobPath, waitForRun } from '../wait-for-run.ts';
import { readService, waitForService } from '../wait-for-service.ts';
import { applyChanges } from './apply-changes.ts';
import { buildMissing, withDigests } from './build-images.ts';
import { changesText, rowsOf } from './changes-text.ts';
import { checkWithServer } from './check-with-server.ts';
import { openProject, type ProjectFlags, withProject } from './open-project.ts';
import { readEverything, readNetworks, storedOf } from './read-stored.ts';

interface Flags extends ProjectFlags, OutputFlags {
  readonly project?: string;
  readonly on?: readonly string[];
  readonly each?: boolean;
  readonly detach?: boolean;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
  readonly removeOrphans?: boolean;
  readonly forceRecreate?: boolean;
  readonly updateSecrets?: boolean;
  readonly build?: boolean;
  readonly timeout: number;
}

const defaultTimeoutSeconds = 600;

/** `compose up`: shows the changes, and applies them; does nothing if there are none. */
export function upCommand(api: ApiClient, stream: ApiStream, io: Io): Command {
  const up = withPlan(new Command('up'))
    .description('create and change services, jobs, networks and secrets to match the files')
    .option('-d, --detach', 'wait only for depends_on conditions')
    .option('--wait', 'wait for services that are unchanged, too')
    .option('--dry-run', 'show what would be done')
    .option('--timeout <seconds>', 'maximum time to wait', decimal, defaultTimeoutSeconds)
    .addHelpText('after', paragraph('It can be interrupted at any time: run it again to continue.'))
    .addHelpText(
      'after',
      examples('satsuma compose up -f compose.yaml -p shop', 'satsuma compose up -d --remove-orphans'),
    );
  return up.action(async (_: Flags, command: Command) => {
    const flags = command.optsWithGlobals<Flags>();
    const { desired, changes } = await planned(api, io, flags);
    const say = (text: string) => (flags.json ? io.stderr : io.stdout)(text);
    for (const each of changesText(desired.project, changes)) say(each);
    if (!flags.dryRun) {
      // A failed build changes nothing.
      await buildMissing({ api, stream, io }, { changes, project: flags.project, constraints: flags.on });
      await carryOut({ api, io, say, endMs: performance.now() + flags.timeout * 1000, desired, changes }, flags);
    }
    if (flags.json) writeJson(io, { project: desired.project, changes: rowsOf(changes) });
  });
}

/** `compose diff`: shows what `up` would change. */
export function diffCommand(api: ApiClient, io: Io): Command {
  const diff = withPlan(new Command('diff'))
    .description('show what up would do; changes nothing')
    .addHelpText('after', examples('satsuma compose diff -f compose.yaml -p shop'));
  return diff.action(async (_: Flags, command: Command) => {
    const flags = command.optsWithGlobals<Flags>();
    const { desired, changes } = await planned(api, io, flags);
    if (flags.json) writeJson(io, { project: desired.project, changes: rowsOf(changes) });
    else for (const each of changesText(desired.project, changes)) io.stdout(each);
  });
}

function withPlan(command: Command): Command {
  return withJson(withProject(command))
    .option('--project <name>', 'the project in Satsuma that owns everything; default: "default"')
    .option('--on <constraint>', 'only on engines that meet it, like zone==eu; may be repeated', repeated)
    .option('--each', 'all of it on each of these engines, apart from the others')
    .option('--remove-orphans', 'remove services and jobs of the project that the files do not have')
    .option('--force-recreate', 'replace the replicas of unchanged services, and run unchanged jobs again')
    .option('--build', 'rebuild images that are built already, with newer base images')
    .option('--update-secrets', 'update existing secrets with the values of the files');
}

/** Computes the changes, without changing anything, and finds all errors. Throws `invalid`, `NotDone`, ApiError. */
async function planned(
  api: ApiClient,
  io: Io,
  flags: Flags,
): Promise<{ readonly desired: Desired; readonly changes: Changes }> {
  const project = await openProject(flags);
  const { translate } = await import('../../compose/translate.ts');
  const everything = await readEverything(api, {
    project: project.name,
    hasNetworks: hasNetworks(project.model),
    each: flags.each ? (flags.on ?? []) : undefined,
  });
  const { networking } = everything;
  const translated = translate(project, {
    project: project.name,
    profiles: project.profiles,
    networking,
    owner: flags.project,
    constraints: flags.on ?? [],
  });
  const desired = await withDigests(translated, { isRenewed: flags.build === true });
  for (const warning of desired.warnings) io.stderr(line`Warning: ${warning}`);
  const plan = (stored: Stored) =>
    planChanges(desired, stored, {
      isForced: flags.forceRecreate === true,
      removesOrphans: flags.removeOrphans === true,
      renewsSecrets: flags.updateSecrets === true,
    });
  const stored = await storedOf(api, everything, desired);
  let changes = plan(stored);
  // Without changes no engine is asked. Otherwise the decision uses the engines' current networks.
  if (desired.networks.length > 0 && (changes.obstacles.length > 0 || !isNothing(changes))) {
    const networks = await readNetworks(api, 'now');
    changes = plan({ ...stored, networks: networks.filter(({ name }) => wantsNetwork(desired, name)) });
  }
  if (changes.obstacles.length > 0) throw new IncompleteOperation(4, changes.obstacles.join('\n'));
  await checkWithServer(api, io, changes);
  warnOfRestarts(io, changes);
  return { desired, changes };
}

function wantsNetwork({ networks }: Desired, name: string): boolean {
  return networks.some(({ body }) => body.name === name);
}

/** A service that is meant to run to completion would be restarted forever: the author may have meant a job. */
function warnOfRestarts(io: Io, { services }: Changes): void {
  const implied = services.filter(({ action, what }) => action === 'create' && what.isRestartImplied);
  if (implied.length === 0) return;
  const names = implied.map(({ what }) => what.key).join(', ');
  io.stderr(
    line`Warning: ${names}: no restart policy is set, so containers that end are started again. Set restart: always, or deploy.mode: replicated-job for containers that run to completion`,
  );
}

async function carryOut(applying: Parameters<typeof applyChanges>[0], { detach, wait, json }: Flags): Promise<void> {
  const { api, io, changes, endMs } = applying;
  if (isNothing(changes) && !wait) return;
  await applyChanges(applying);
  if (detach) return;
  for (const { name, action } of changes.services) {
    if (action === 'keep' && !wait) continue;
    const service = await readService(api, name);
    await waitForService({ api, io }, service, { what: 'the start', timeoutSeconds: secondsUntil(endMs), json });
  }
  for (const { name, action } of changes.jobs) {
    if (action === 'keep' && !wait) continue;
    const { last_run: last } = (await api('GET', jobPath(name))).data.status;
    if (last) await waitForRun({ api, io }, name, last.run, { json, timeoutSeconds: secondsUntil(endMs) });
  }
}
