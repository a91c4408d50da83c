import { Command } from 'commander';
import type { NetworkRow } from '../../api/volume.ts';
import { projectLabel } from '../../compose/desired.ts';
import { projectName } from '../../compose/project-name.ts';
import { removalOrder } from '../../compose/removal.ts';
import { type ApiClient, ApiError } from '../api-client.ts';
import { decimal } from '../engine-commands.ts';
import { onePath } from '../engine-things.ts';
import { examples } from '../help-text.ts';
import type { Io } from '../io.ts';
import { isThere } from '../is-there.ts';
import { line } from '../line.ts';
import { type OutputFlags, withJson, writeJson } from '../output.ts';
import { poll } from '../poll.ts';
import { jobPath } from '../wait-for-run.ts';
import { servicePath } from '../wait-for-service.ts';
import { openProjectIfAny, type ProjectFlags, withProject } from './open-project.ts';
import { readProject } from './read-stored.ts';

interface Flags extends ProjectFlags, OutputFlags {
  readonly volumes?: boolean;
  readonly timeout: number;
}

/** An engine says for a moment that a network has members that are gone. */
const defaultTimeoutSeconds = 300;

/** `compose down`: what carries the label of the project is removed; the files only tell in which order. */
export function downCommand(api: ApiClient, io: Io): Command {
  const down = withJson(withProject(new Command('down')))
    .description('remove the services, jobs, networks and secrets of a project')
    .option('-v, --volumes', 'and its volumes, with what is in them')
    .option('--timeout <seconds>', 'wait for so long at most', decimal, defaultTimeoutSeconds)
    .addHelpText('after', examples('satsuma compose down -p shop', 'satsuma compose down -f compose.yaml --volumes'));
  return down.action(async (_: Flags, command: Command) => {
    const flags = command.optsWithGlobals<Flags>();
    const opened = await openProjectIfAny(flags);
    const project = opened?.name ?? projectName({ given: flags.projectName, folder: '' });
    const removing = new Removing(api, io, flags);
    const { services, jobs, networks, secrets } = await readProject(api, project);
    for (const level of removalOrder([...services, ...jobs], opened?.model)) {
      await Promise.all(
        level.map(({ name }) =>
          removing.part(
            name,
            services.some((each) => each.name === name),
          ),
        ),
      );
    }
    await Promise.all(onceEach(networks).map((network) => removing.network(network)));
    for (const { name } of secrets) await removing.secret(name);
    if (flags.volumes) {
      const { data } = await api('GET', 'apiv1/volumes');
      const own = data.filter(({ labels }) => labels[projectLabel] === project);
      await Promise.all(
        own.map(({ engine, name }) =>
          removing.thing('volume', `${name} on engine ${engine}`, onePath('volume', engine, name)),
        ),
      );
    }
    removing.finish(project);
  });
}

/** A network over engines is one, whichever engine tells of it. */
function onceEach(networks: readonly NetworkRow[]): readonly NetworkRow[] {
  const seen = new Set<string>();
  return networks.filter(({ scope, engine, id }) => {
    const key = scope === 'swarm' ? id : `${engine} ${id}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

class Removing {
  readonly #api: ApiClient;
  readonly #io: Io;
  readonly #flags: Flags;
  readonly #endMs: number;
  readonly #removed: { readonly kind: string; readonly name: string }[] = [];

  constructor(api: ApiClient, io: Io, flags: Flags) {
    this.#api = api;
    this.#io = io;
    this.#flags = flags;
    this.#endMs = performance.now() + flags.timeout * 1000;
  }

  /** A service or a job, until it is gone with all that it runs. */
  async part(name: string, isService: boolean): Promise<void> {
    const path: string = isService ? servicePath(name) : jobPath(name);
    await this.#delete(path);
    await this.#until(`the removal of ${name} goes on`, async () => !(await isThere(this.#api, path)));
    this.#said(isService ? 'service' : 'job', name);
  }

  async network({ engine, id, name }: NetworkRow): Promise<void> {
    await this.thing('network', name, onePath('network', engine, id));
  }

  /** The project uses it no more. What else does keeps it, and is named. */
  async secret(name: string): Promise<void> {
    try {
      if (await this.#delete(`apiv1/secret/${encodeURIComponent(name)}`)) this.#said('secret', name);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      this.#io.stderr(line`Warning: ${error.message}: it stays`);
    }
  }

  /** What may be in use for a moment still. */
  async thing(kind: string, name: string, path: string): Promise<void> {
    let isThere = true;
    await this.#until(`${kind} ${name} is still in use`, async () => {
      try {
        isThere = await this.#delete(path);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) return false;
        throw error;
      }
    });
    if (isThere) this.#said(kind, name);
  }

  finish(project: string): void {
    if (this.#flags.json) writeJson(this.#io, { project, removed: this.#removed });
    else if (this.#removed.length === 0) this.#io.stdout(line`${project}: nothing is there`);
  }

  /** False: it was gone. */
  async #delete(path: string): Promise<boolean> {
    try {
      await this.#api('DELETE', path);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  async #until(goesOn: string, isDone: () => Promise<boolean>): Promise<void> {
    const timeoutSeconds = Math.max(1, Math.round((this.#endMs - performance.now()) / 1000));
    await poll(this.#io, { goesOn, timeoutSeconds }, async () => ((await isDone()) ? true : undefined));
  }

  #said(kind: string, name: string): void {
    this.#removed.push({ kind, name });
    if (!this.#flags.json) this.#io.stdout(line`${kind} ${name}: removed`);
  }
}
