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
 * The steps of an authority's rotation. `trust`: both are trusted, the first signs. `engines`: the second has signed
 * the engines' certificates. `clients`: and those of clients. `cleanup`: the first is no longer trusted. `abort`: all
 * certificates are signed by the first again, and both are trusted until no engine uses one of the second.
 */
const rotationSteps = ['trust', 'engines', 'clients', 'cleanup', 'abort'] as const;
export type RotationStep = (typeof rotationSteps)[number];

export interface Rotation {
  readonly step: RotationStep;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly first: StoredIssuer;
  readonly second: StoredIssuer;
}

/** Contains everything about the rotation until it ends. */
const folderOf = (root: string) => join(root, 'rotation');
const partOf = (root: string, part: 'first' | 'second') => join(folderOf(root), part);
const stateOf = (folder: string) => join(folder, 'state.json');
const leftover = /^\.rotation\./;

/** Undefined if there is none. Throws `invalid`. */
export async function readRotation(root: string): Promise<Rotation | undefined> {
  const text = await readState(stateOf(folderOf(root)));
  if (text === undefined) return undefined;
  const [first, second] = await Promise.all([
    readIssuer(partOf(root, 'first'), authorityFiles(partOf(root, 'first'))),
    readIssuer(partOf(root, 'second'), authorityFiles(partOf(root, 'second'))),
  ]);
  return { ...parseState(text, stateOf(folderOf(root))), first, second };
}

/** Creates the second authority atomically. Throws `invalid`. */
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

/** Sets the step whose state the files must reach, also after a crash. */
export async function setStep(root: string, { startedAt }: Rotation, step: RotationStep): Promise<void> {
  await writeState(folderOf(root), { step, startedAt });
}

/**
 * Makes the remaining authority the only one of the folder, and removes the rotation with the other authority's key.
 */
export async function endRotation(root: string, { step }: Rotation): Promise<void> {
  await putIssuer(root, step === 'abort' ? 'first' : 'second');
  const gone = join(root, `.rotation.${randomBytes(6).toString('hex')}`);
  await rename(folderOf(root), gone);
  await syncDirectory(root);
  await rm(gone, { recursive: true, force: true });
}

/** Moves its key and certificate to where an authority without a rotation has them. */
async function putIssuer(root: string, part: 'first' | 'second'): Promise<void> {
  const [from, to] = [authorityFiles(partOf(root, part)), authorityFiles(root)];
  await writeWhole(to.key, await readText(from.key, `${from.key} is missing.`), keyMode);
  await writeWhole(to.ca, await readText(from.ca, `${from.ca} is missing.`), certificateMode);
}

/** The current signer, and the trusted authorities, the first before the second. Throws `invalid`. */
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

/** The authority that signs certificates of this kind in this step. */
export function signerOf({ step, first, second }: Rotation, kind: 'engine' | 'client'): StoredIssuer {
  if (step === 'trust' || step === 'abort') return first;
  return step === 'engines' && kind === 'client' ? first : second;
}

export function trustedIn({ step, first, second }: Rotation): StoredIssuer[] {
  return step === 'cleanup' ? [second] : [first, second];
}

/** `team-ca` is followed by `team-ca-2`, then `team-ca-3`. */
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
    // Handled below.
  }
  throw new SatsumaError('invalid', `${path} is not the state of a rotation.`);
}

/** Removes leftovers of an interrupted start or end of a rotation, which contain keys. */
async function removeLeftovers(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => leftover.test(name));
  await Promise.all(names.map((name) => rm(join(root, name), { recursive: true, force: true })));
}
