import { SatsumaError } from '../../model/errors.ts';
import { isDirectory, isLink, isRegularFile, type PathStat } from '../../model/path-stat.ts';
import { ApiError } from '../api-client.ts';
import type { ApiTransfer } from '../api-transfer.ts';
import { type Destination, followLink, splitPath } from './copy-rules.ts';

/** A file or a folder of a container. */
interface ContainerSource {
  /** The path to read. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** The name of its first entry in the archive, if it is not its own. */
  readonly name?: string;
}

export interface ContainerPath {
  readonly container: string;
  readonly path: string;
}

const archivePath = (container: string, query: Readonly<Record<string, string>>) =>
  `apiv1/container/${encodeURIComponent(container)}/archive?${new URLSearchParams(query)}`;

/** The type of a path in a container. Undefined: it does not exist, or the server cannot tell. */
async function statOf(transfer: ApiTransfer, container: string, path: string): Promise<PathStat | undefined> {
  try {
    return toStat((await transfer('HEAD', archivePath(container, { path }))).headers);
  } catch (error) {
    // The next request returns the reason.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function toStat(headers: Readonly<Record<string, string | string[] | undefined>>): PathStat {
  const header = headers['x-docker-container-path-stat'];
  return JSON.parse(Buffer.from(String(header), 'base64').toString()) as PathStat;
}

/** Resolves the source, following links if requested. Throws the server's error if it does not exist. */
export async function findSource(
  transfer: ApiTransfer,
  { container, path: asked }: ContainerPath,
  isLinkFollowed: boolean,
): Promise<ContainerSource> {
  const stat = await statOf(transfer, container, asked);
  // HEAD answers have no error message, so the error comes from a GET.
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

/**
 * Resolves the destination, following links. Throws `invalid` for a device, a pipe or a socket, and the server's error
 * for an unknown container.
 */
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

/** Checks that the container can be accessed, by its root folder. Throws the server's error. */
async function refuseAbsent(transfer: ApiTransfer, container: string): Promise<void> {
  const path = '/';
  try {
    await transfer('HEAD', archivePath(container, { path }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A caller with write permission may lack read permission. Other errors are in the answer to GET.
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
