import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Daemon } from './daemon.ts';
import { LabError } from './lab-error.ts';
import { run } from './run.ts';
import { tlsRequest } from './tls-request.ts';

/** Imports a tar file of a file system on the engines as an image, through their API; `changes` as in a Dockerfile. */
export async function importArchive(
  archive: string,
  reference: string,
  changes: readonly string[],
  daemons: readonly Daemon[],
): Promise<void> {
  await Promise.all(daemons.map((daemon) => importOn(daemon, archive, reference, changes)));
}

/** Creates a tar file of a folder, completely or not at all, and removes the folder. */
export async function packFolder(root: string, archive: string): Promise<void> {
  await run('tar', ['--numeric-owner', '--owner=0', '--group=0', '-C', root, '-cf', `${archive}.new`, '.']);
  await rename(`${archive}.new`, archive);
  await rm(root, { recursive: true, force: true });
}

async function importOn(
  { id, addr, client }: Daemon,
  archive: string,
  reference: string,
  changes: readonly string[],
): Promise<void> {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  const [repo, tag] = colon < 0 ? [reference, 'latest'] : [reference.slice(0, colon), reference.slice(colon + 1)];
  const query = new URLSearchParams([
    ['fromSrc', '-'],
    ['repo', repo],
    ['tag', tag],
  ]);
  for (const change of changes) query.append('changes', change);
  const answer = await tlsRequest(addr, client, {
    method: 'POST',
    path: `/images/create?${query}`,
    headers: { 'content-type': 'application/x-tar' },
    body: createReadStream(archive),
    timeoutMs: 60_000,
  }).catch((cause: Error) => {
    throw new LabError('engine_failed', `${id} did not take the image ${reference}: ${cause.message}.`, { cause });
  });
  // Once the answer has begun, dockerd can report a failure only in the text.
  if (answer.status === 200 && !answer.body.includes('"errorDetail"')) return;
  throw new LabError('engine_failed', `${id} did not take the image ${reference}: ${answer.body.trim()}`);
}
