import type { NetworkRow } from '../api/volume.ts';
import { projectLabel } from '../application/labels.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { onePath } from './engine-things.ts';
import type { Io } from './io.ts';
import { isThere } from './is-there.ts';
import { line } from './line.ts';
import { type OutputFlags, writeJson } from './output.ts';
import { poll, secondsUntil } from './poll.ts';
import { jobPath } from './wait-for-run.ts';
import { servicePath } from './wait-for-service.ts';

export interface RemovingFlags extends OutputFlags {
  /** In seconds. */
  readonly timeout: number;
}

/** A mesh network is one object, whichever engine lists it. */
export function uniqueNetworks(networks: readonly NetworkRow[]): readonly NetworkRow[] {
  const seen = new Set<string>();
  return networks.filter(({ scope, engine, id }) => {
    const key = scope === 'swarm' ? id : `${engine} ${id}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Removes parts of an application, and waits until each is gone. */
export class Removing {
  readonly #api: ApiClient;
  readonly #io: Io;
  readonly #flags: RemovingFlags;
  readonly #endMs: number;
  readonly #removed: { readonly kind: string; readonly name: string }[] = [];

  constructor(api: ApiClient, io: Io, flags: RemovingFlags) {
    this.#api = api;
    this.#io = io;
    this.#flags = flags;
    this.#endMs = performance.now() + flags.timeout * 1000;
  }

  /** Removes a service or a job, and waits until its containers are gone. */
  async part(name: string, isService: boolean): Promise<void> {
    const path: string = isService ? servicePath(name) : jobPath(name);
    await this.#delete(path);
    await this.#until(`the removal of ${name} goes on`, async () => !(await isThere(this.#api, path)));
    this.#reportRemoved(isService ? 'service' : 'job', name);
  }

  async network({ engine, id, name }: NetworkRow): Promise<void> {
    await this.thing('network', name, onePath('network', engine, id));
  }

  /** Removes a secret. If it is still in use elsewhere, it is kept, and the user is named. */
  async secret(name: string): Promise<void> {
    try {
      if (await this.#delete(`apiv1/secret/${encodeURIComponent(name)}`)) this.#reportRemoved('secret', name);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      this.#io.stderr(line`Warning: ${error.message}: it stays`);
    }
  }

  /** Removes an object that may still be in use for a moment. */
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
    if (isThere) this.#reportRemoved(kind, name);
  }

  /** Removes the volumes with the application's label, including their data. */
  async volumes(application: string): Promise<void> {
    const { data } = await this.#api('GET', 'apiv1/volumes');
    const own = data.filter(({ labels }) => labels[projectLabel] === application);
    await Promise.all(
      own.map(({ engine, name }) =>
        this.thing('volume', `${name} on engine ${engine}`, onePath('volume', engine, name)),
      ),
    );
  }

  finish(project: string): void {
    if (this.#flags.json) writeJson(this.#io, { project, removed: this.#removed });
    else if (this.#removed.length === 0) this.#io.stdout(line`${project}: nothing is there`);
  }

  /** False: it was gone already. */
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
    await poll(this.#io, { goesOn, timeoutSeconds: secondsUntil(this.#endMs) }, async () =>
      (await isDone()) ? true : undefined,
    );
  }

  #reportRemoved(kind: string, name: string): void {
    this.#removed.push({ kind, name });
    if (!this.#flags.json) this.#io.stdout(line`${kind} ${name}: removed`);
  }
}
