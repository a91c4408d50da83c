import { SatsumaError } from '../../model/errors.ts';
import type { ApiTransfer } from '../api-transfer.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type ContainerPath, findDestination, findSource, putInto, readFrom } from './container-side.ts';
import { type CopyOperand, planCopy } from './copy-rules.ts';
import type { ByteCounter } from './count-bytes.ts';
import { extractFiles } from './extract-files.ts';
import { findLocalDestination, findLocalSource, requireFolder } from './local-side.ts';
import { packFiles } from './pack-files.ts';
import { renameArchive } from './rename-archive.ts';

interface Copy extends Pick<ByteCounter, 'count'> {
  readonly transfer: ApiTransfer;
  readonly io: Io;
  readonly isWhole?: boolean | undefined;
  readonly isLinkFollowed?: boolean | undefined;
}

/**
 * Copies like `docker cp`, and also between two containers. Reads the source only after the destination was resolved.
 */
export async function copyFiles(copy: Copy, source: CopyOperand, target: CopyOperand): Promise<void> {
  if (source.kind === 'container') {
    if (target.kind === 'container') return await betweenContainers(copy, source, target);
    return await (target.kind === 'stream' ? toStream(copy, source) : toLocal(copy, source, target.path));
  }
  if (target.kind !== 'container')
    throw new SatsumaError('invalid', 'one of the two must be in a container, like web:/etc/hosts');
  return await (source.kind === 'stream' ? fromStream(copy, target) : fromLocal(copy, source.path, target));
}

async function toStream({ transfer, io, count, isLinkFollowed = false }: Copy, from: ContainerPath): Promise<void> {
  if (io.terminal?.() !== undefined)
    throw new SatsumaError('invalid', 'an archive is not written to a terminal: redirect the output');
  const { path } = await findSource(transfer, from, isLinkFollowed);
  const archive = await readFrom(transfer, { ...from, path });
  for await (const bytes of count(archive)) if (!(await io.pipe(bytes))) return;
}

async function toLocal(copy: Copy, from: ContainerPath, target: string): Promise<void> {
  const { transfer, io, count, isWhole = false, isLinkFollowed = false } = copy;
  const { path, isDirectory, name: linkName } = await findSource(transfer, from, isLinkFollowed);
  const { folder, name = linkName } = planCopy({ isDirectory }, await findLocalDestination(target));
  await requireFolder(folder);
  const archive = await readFrom(transfer, { ...from, path });
  const onSkip = (skipped: string) => io.stderr(line`skipped ${skipped}: it is a device or a pipe`);
  await extractFiles(count(archive), { folder, isWhole, onSkip, ...(name !== undefined && { name }) });
}

async function fromStream({ transfer, io, count, isWhole = false }: Copy, to: ContainerPath): Promise<void> {
  const { path: folder, isDirectory } = await findDestination(transfer, to);
  if (!isDirectory) throw new SatsumaError('invalid', `${to.container}:${to.path} must be a folder`);
  if (!io.input) throw new SatsumaError('invalid', 'there is no standard input');
  try {
    await putInto(transfer, { container: to.container, folder, isWhole }, count(io.input.read()));
  } finally {
    io.input.close();
  }
}

async function fromLocal(copy: Copy, asked: string, to: ContainerPath): Promise<void> {
  const { transfer, io, count, isWhole = false, isLinkFollowed = false } = copy;
  const { path, name: ownName, isDirectory } = await findLocalSource(asked, isLinkFollowed);
  const { folder, name = ownName } = planCopy({ isDirectory }, await findDestination(transfer, to));
  const onSkip = (skipped: string) => io.stderr(line`skipped ${skipped}: it is a socket or a device`);
  await putInto(transfer, { container: to.container, folder, isWhole }, count(packFiles(path, { name, onSkip })));
}

/** Streams through this machine, with backpressure. */
async function betweenContainers(copy: Copy, from: ContainerPath, to: ContainerPath): Promise<void> {
  const { transfer, io, count, isWhole = false, isLinkFollowed = false } = copy;
  const { path, isDirectory, name: linkName } = await findSource(transfer, from, isLinkFollowed);
  const { folder, name = linkName } = planCopy({ isDirectory }, await findDestination(transfer, to));
  const archive = count(await readFrom(transfer, { ...from, path }));
  let isLossy = false;
  const onLoss = () => {
    isLossy = true;
  };
  const renamed = name === undefined ? archive : renameArchive(archive, name, onLoss);
  await putInto(transfer, { container: to.container, folder, isWhole }, renamed);
  if (isLossy) io.stderr(line`extended attributes of files were dropped: copy to an existing folder to keep them`);
}
