import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../../temporary-folder.ts';

/** TypeScript or compiled, as this file is. */
const program = fileURLToPath(new URL(`./full-disk-child${extname(import.meta.url)}`, import.meta.url));
const isFull = /^store_unavailable: The store in \S+ could not write; its disk is full\.$/;

/** Runs the child on a disk of 4 MB, in a mount namespace of its own: the disk goes with the process. */
async function onSmallDisk(t: ExecutionContext, ...args: string[]): Promise<[event: string, detail: unknown][]> {
  const mount = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"';
  const node = [process.execPath, ...process.execArgv, program];
  const dir = temporaryFolder(t);
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', mount, dir, ...node, dir, ...args]);
  const said: [string, unknown][] = stdout
    .split('\n')
    .filter((line) => line.startsWith('['))
    .map((line) => JSON.parse(line));
  t.deepEqual(said.at(-1), ['end', ''], 'the process ended by itself');
  return said;
}

test.serial('a full disk: writes are refused whole, reads go on, and writes too once there is room', async (t) => {
  const said = await onSmallDisk(t, 'live');
  const detailsOf = (event: string) => said.filter(([each]) => each === event).map(([, detail]) => detail);
  for (const refusals of detailsOf('refused') as string[][]) for (const each of refusals) t.regex(each, isFull);
  const [{ before, after }] = detailsOf('kept') as [{ before: unknown; after: unknown }];
  t.deepEqual(after, before);
  t.like(before, { engines: 1, sums: { cpu: 1, 'port/tcp/80': 1 } });
  t.deepEqual(detailsOf('again'), ['']);
  t.deepEqual(detailsOf('engines'), [2]);
  const [closedMs] = detailsOf('closed') as [number];
  t.true(closedMs < 4_000, `closing took ${Math.round(closedMs)} ms`);
});

test.serial('a store opens on a disk that became full, and can be read', async (t) => {
  t.deepEqual(await onSmallDisk(t, 'reopen'), [
    ['engines', 1],
    ['end', ''],
  ]);
});

for (const freeBytes of [0, 4_096, 8_192, 16_384, 65_536, 524_288]) {
  test.serial(`a new store on a disk with ${freeBytes} bytes is refused, and takes no harm`, async (t) => {
    const [opened, ...rest] = await onSmallDisk(t, 'nearly-full', String(freeBytes));
    t.regex(
      String(opened?.[1]),
      /^store_unavailable: The store could not be opened in the folder .*(disk is full|ENOSPC)/,
    );
    t.deepEqual(rest, [
      ['engines', 1],
      ['end', ''],
    ]);
  });
}
