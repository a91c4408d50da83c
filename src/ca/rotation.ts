import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SatsumaError } from '../model/errors.ts';
import {
  authorityFiles,
  cannotWrite,
  certificateMode,
  hasErrorCode,
  keyMode,
  readText,
  syncDirectory,
  writeWhole,
} from './files.ts';
import { authorityDays, issuePair } from './issue.ts';
import { commonName, readIssuer, type StoredIssuer, writeIssuer } from './issuer.ts';
import { checkName } from './names.ts';

/**
 * Where the replacement of an authority by another one is. `trust`: both are believed, the first one signs. `engines`: the second has
 * signed the certificates of engines. `clients`: and those of clients. `cleanup`: the first is believed no more. `abort`: all
 * certificates are the first's again, and both are believed until no engine shows one of the second.
 */
export const rotationSteps = ['trust', 'engines', 'clients', 'cleanup', 'abort'] as const;
export type RotationStep = (typeof rotationSteps)[number];

export interface Rotation {
  readonly step: RotationStep;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly first: StoredIssuer;
  readonly second: StoredIssuer;
}

/** Everything that a rotation needs is in this folder until it is over. */
const folderOf = (root: string) => join(root, 'rotation');
const partOf = (root: string, part: 'first' | 'second') => join(folderOf(root), part);
const stateOf = (folder: string) => join(folder, 'state.json');
const leftover = /^\.rotation\./;

/** Nothing where none is under way. Throws `invalid`. */
export async function readRotation(root: string): Promise<Rotation | undefined> {
  const text = await readState(stateOf(folderOf(root)));
  if (text === undefined) return undefined;
  const [first, second] = await Promise.all([
    readIssuer(partOf(root, 'first'), authorityFiles(partOf(root, 'first'))),
    readIssuer(partOf(root, 'second'), authorityFiles(partOf(root, 'second'))),
  ]);
  return { ...parseState(text, stateOf(folderOf(root))), first, second };
}

/** Makes the second authority. All of it is there, or nothing. Throws `invalid`. */
export async function beginRotation(root: string, given?: string): Promise<void> {
  const first = await readIssuer(root, authorityFiles(root));
  const name = given ?? nextName(commonName(first));
  checkName(name);
  if (name === commonName(first))
    throw new SatsumaError('invalid', `The second authority needs another name than ${name}.`);
  await removeLeftovers(root);
  const staging = join(root, `.rotation.${randomBytes(6).toString('hex')}`);
  const [firstFolder, secondFolder] = [join(staging, 'first'), join(staging, 'second')];
  const firstKey = await readText(authorityFiles(root).key, `${authorityFiles(root).key} is missing.`);
  await writeIssuer(firstFolder, authorityFiles(firstFolder), { cert: first.pem, key: firstKey });
  const pair = await issuePair({ kind: 'ca', name, hosts: [], days: authorityDays });
  await writeIssuer(secondFolder, authorityFiles(secondFolder), pair);
  await writeState(staging, { step: 'trust', startedAt: new Date().toISOString() });
  await rename(staging, folderOf(root)).catch(async (cause: unknown) => {
    await rm(staging, { recursive: true, force: true });
    throw cannotWrite(folderOf(root), cause);
  });
  await syncDirectory(root);
}

/** From now on this step is what the files are to become, whatever happens in between. */
export async function setStep(root: string, { startedAt }: Rotation, step: RotationStep): Promise<void> {
  await writeState(folderOf(root), { step, startedAt });
}

/** The one authority that is left signs in the folder; of the rotation and the other authority's key nothing stays. */
export async function endRotation(root: string, { step }: Rotation): Promise<void> {
  await putIssuer(root, step === 'abort' ? 'first' : 'second');
  const gone = join(root, `.rotation.${randomBytes(6).toString('hex')}`);
  await rename(folderOf(root), gone);
  await syncDirectory(root);
  await rm(gone, { recursive: true, force: true });
}

/** Puts its key and its certificate alone where an authority without a rotation has them. */
async function putIssuer(root: string, part: 'first' | 'second'): Promise<void> {
  const [from, to] = [authorityFiles(partOf(root, part)), authorityFiles(root)];
  await writeWhole(to.key, await readText(from.key, `${from.key} is missing.`), keyMode);
  await writeWhole(to.ca, await readText(from.ca, `${from.ca} is missing.`), certificateMode);
}

/** Who signs now, and whom everybody is to believe, the first before the second. Throws `invalid`. */
export async function activeIssuer(
  root: string,
): Promise<{ readonly issuer: StoredIssuer; readonly trusted: readonly StoredIssuer[] }> {
  const rotation = await readRotation(root);
  if (!rotation) {
    const issuer = await readIssuer(root, authorityFiles(root));
    return { issuer, trusted: [issuer] };
  }
  return { issuer: signerOf(rotation, 'engine'), trusted: trustedIn(rotation) };
}

/** Whose certificates a kind is to have in this step. */
export function signerOf({ step, first, second }: Rotation, kind: 'engine' | 'client'): StoredIssuer {
  if (step === 'trust' || step === 'abort') return first;
  return step === 'engines' && kind === 'client' ? first : second;
}

export function trustedIn({ step, first, second }: Rotation): StoredIssuer[] {
  return step === 'cleanup' ? [second] : [first, second];
}

/** `team-ca` is followed by `team-ca-2`, and that by `team-ca-3`. */
function nextName(name: string): string {
  const [, stem = name, number = '1'] = /^(.*)-([0-9]{1,6})$/.exec(name) ?? [];
  return `${stem}-${Number(number) + 1}`;
}

async function writeState(folder: string, state: Pick<Rotation, 'step' | 'startedAt'>): Promise<void> {
  await writeWhole(stateOf(folder), `${JSON.stringify(state)}\n`, certificateMode);
}

async function readState(path: string): Promise<string | undefined> {
  return await readText(path, '').catch((error: SatsumaError) => {
    if (hasErrorCode(error.cause, 'ENOENT')) return undefined;
    throw error;
  });
}

function parseState(text: string, path: string): Pick<Rotation, 'step' | 'startedAt'> {
  try {
    const { step, startedAt } = JSON.parse(text) as Partial<Rotation>;
    const known = rotationSteps.find((each) => each === step);
    if (known !== undefined && typeof startedAt === 'string') return { step: known, startedAt };
  } catch {
    // Said below.
  }
  throw new SatsumaError('invalid', `${path} is not the state of a rotation.`);
}

/** Of a rotation that never began, or whose end was cut off: there are keys in it. */
async function removeLeftovers(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => leftover.test(name));
  await Promise.all(names.map((name) => rm(join(root, name), { recursive: true, force: true })));
}
