import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from './lab-error.ts';
import type { ProcessIdentity } from './processes.ts';
import { projectRoot } from './project-root.ts';

/** The stored state of a lab, besides what the kernel shows: its options. */
export interface LabState {
  /** Not `up`: its creation was interrupted. */
  readonly phase: 'starting' | 'up';
  readonly engines: number;
  readonly hasRegistry: boolean;
  /** The operating system of the engines' hosts, if it is not the machine's own. */
  readonly systemRoot?: string;
  /** The N of 10.213.N.0/24; unknown at first. */
  readonly network?: number;
  /** The process with which an attached lab ends. */
  readonly owner?: ProcessIdentity;
}

const root = join(projectRoot, '.lab');

/** Throws `bad_request` for an invalid name. */
export function folderOf(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) return join(root, name);
  throw new LabError(
    'bad_request',
    `"${name}" is no name for a lab: use up to 31 lower case letters, digits and dashes.`,
  );
}

/** Undefined if the lab does not exist, or was not even begun. */
export async function readState(dir: string): Promise<LabState | undefined> {
  try {
    return parseState(await readFile(join(dir, 'state.json'), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written to a temporary file and renamed: readers and crashes see the old or the new state. */
export async function writeState(dir: string, state: LabState): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'state.json');
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** An invalid state (after a full disk, or a manual edit) counts as a lab that was only begun. */
export function parseState(text: string): LabState {
  const begun: LabState = { phase: 'starting', engines: 0, hasRegistry: false };
  const value = parseJson(text);
  if (!isRecord(value)) return begun;
  const { phase, engines, hasRegistry, systemRoot, network, owner } = value;
  if ((phase !== 'starting' && phase !== 'up') || !isCount(engines) || typeof hasRegistry !== 'boolean') return begun;
  return {
    phase,
    engines,
    hasRegistry,
    ...(typeof systemRoot === 'string' ? { systemRoot } : {}),
    ...(isCount(network) ? { network } : {}),
    ...(isRecord(owner) && isCount(owner.pid) && isCount(owner.startTicks)
      ? { owner: { pid: owner.pid, startTicks: owner.startTicks } }
      : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
