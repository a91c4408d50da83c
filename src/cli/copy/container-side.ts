import { SatsumaError } from '../../model/errors.ts';
import { isDirectory, isLink, isRegularFile, type PathStat } from '../../model/path-stat.ts';
import { ApiError } from '../api-client.ts';
import type { ApiTransfer } from '../api-transfer.ts';
import { type Destination, followLink, splitPath } from './copy-rules.ts';

/** A file or a folder of a container. */
export interface ContainerSource {
  /** Where it is read. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** What its first entry is to be called, where that is not its own name. */
  readonly name?: string;
}

export interface ContainerPath {
  readonly container: string;
  readonly path: string;
}

const archivePath = (container: string, query: Readonly<Record<string, string>>) =>
  `apiv1/container/${encodeURIComponent(container)}/archive?${new URLSearchParams(query)}`;

/** What is at a path of a container; undefined where there is nothing, or the server cannot tell. */
async function statOf(transfer: ApiTransfer, container: string, path: string): Promise<PathStat | undefined> {
  try {
    return toStat((await transfer('HEAD', archivePath(container, { path }))).headers);
  } catch (error) {
    // The request that follows is told why.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function toStat(headers: Readonly<Record<string, string | string[] | undefined>>): PathStat {
  const header = headers['x-docker-container-path-stat'];
  return JSON.parse(Buffer.from(String(header), 'base64').toString()) as PathStat;
}

/** What is to be copied, behind a link where links are followed. Throws what the server says of what is not there. */
export async function findSource(
  transfer: ApiTransfer,
  { container, path: asked }: ContainerPath,
  isLinkFollowed: boolean,
): Promise<ContainerSource> {
  const stat = await statOf(transfer, container, asked);
  // An answer to HEAD has no words.
  if (!stat) await drained(await readFrom(transfer, { container, path: asked }));
  if (!stat || !isLinkFollowed || !isLink(stat))
    return { path: asked, isDirectory: stat !== undefined && isDirectory(stat) };
  const path = followLink(asked, stat.linkTarget);
  const target = await statOf(transfer, container, path);
  return { path, isDirectory: target !== undefined && isDirectory(target), name: splitPath(asked).base };
}

export async function readFrom(
  transfer: ApiTransfer,
  { container, path }: ContainerPath,
): Promise<AsyncIterable<Buffer>> {
  return (await transfer('GET', archivePath(container, { path }))).bytes;
}

/** What is at the destination, behind a link. Throws `invalid` for a device, a pipe or a socket, and what the server says of a container that it does not find. */
export async function findDestination(
  transfer: ApiTransfer,
  { container, path: asked }: ContainerPath,
): Promise<Destination> {
  let path = asked;
  let stat = await statOf(transfer, container, path);
  if (stat && isLink(stat)) {
    path = followLink(path, stat.linkTarget);
    stat = await statOf(transfer, container, path);
  }
  if (!stat) {
    await refuseAbsent(transfer, container);
    return { path, exists: false, isDirectory: false };
  }
  const isFolder = isDirectory(stat);
  if (!isFolder && !isRegularFile(stat))
    throw new SatsumaError('invalid', `${container}:${asked} must be a folder or a file`);
  return { path, exists: true, isDirectory: isFolder };
}

/** Throws what the server says of a container that is not there, or cannot be asked: each has a root folder. */
async function refuseAbsent(transfer: ApiTransfer, container: string): Promise<void> {
  const path = '/';
  try {
    await transfer('HEAD', archivePath(container, { path }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Who may write may be forbidden to read. All else has words in an answer to GET.
    if (error.status === 403) return;
    for await (const _ of await readFrom(transfer, { container, path })) return;
  }
}

/** Unpacks an archive in a folder of a container. */
export async function putInto(
  transfer: ApiTransfer,
  { container, folder, isWhole }: { readonly container: string; readonly folder: string; readonly isWhole: boolean },
  archive: AsyncIterable<Buffer>,
): Promise<void> {
  const query = { path: folder, noOverwriteDirNonDir: 'true', ...(isWhole && { copyUIDGID: 'true' }) };
  const { bytes } = await transfer('PUT', archivePath(container, query), archive);
  await drained(bytes);
}

async function drained(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}
