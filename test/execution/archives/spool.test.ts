import test from 'ava';
import { contentsOf, Spool } from '../../../src/execution/archives/spool.ts';

const mib = 2 ** 20;
const piece = Buffer.alloc(mib);

test.serial('all spools together leave 256 MB of the disk free', async (t) => {
  let free = 300 * mib;
  const freeBytes = async () => free;
  const spools = await Promise.all([Spool.open({ freeBytes }), Spool.open({ freeBytes })]);
  t.teardown(() => Promise.all(spools.map((spool) => spool.close())));
  const fill = async () => {
    for (let written = 0; written < 40; written++) {
      for (const spool of spools) {
        await spool.write(piece);
        free -= mib;
      }
    }
  };
  await t.throwsAsync(fill(), { code: 'disk_full' });
  t.true(free >= 256 * mib, `${free / mib} MB are left`);
});

test.serial('partial writes are continued', async (t) => {
  const spool = await Spool.open();
  t.teardown(() => spool.close());
  const write = spool.file.write.bind(spool.file) as (...call: unknown[]) => Promise<{ bytesWritten: number }>;
  const partly = (bytes: Buffer, offset: number, length: number, position: number) =>
    write(bytes, offset, Math.min(3, length), position);
  Object.assign(spool.file, { write: partly });
  await spool.write(Buffer.from('0123456789'));
  await spool.write(Buffer.from('abc'));
  t.is(spool.offset, 13);
  const entry = { name: 'a', type: 'file', linkName: undefined, mode: 0, modifiedAt: new Date(0) } as const;
  const read: Buffer[] = [];
  for await (const bytes of contentsOf(spool.file, { ...entry, size: 13, offset: 0 })) read.push(bytes);
  t.is(String(Buffer.concat(read)), '0123456789abc');
});

test.serial('a disk that accepts no bytes is full', async (t) => {
  const spool = await Spool.open();
  t.teardown(() => spool.close());
  Object.assign(spool.file, { write: async () => ({ bytesWritten: 0 }) });
  await t.throwsAsync(spool.write(Buffer.from('x')), { code: 'disk_full' });
});

test.serial('a ninth spool fails at once, or waits for its turn', async (t) => {
  const spools = await Promise.all(Array.from({ length: 8 }, () => Spool.open()));
  await t.throwsAsync(Spool.open(), { code: 'too_many_readers' });
  const gone = new AbortController();
  const leaver = Spool.open({ turn: gone.signal });
  const turn = new AbortController().signal;
  const first = Spool.open({ turn });
  const second = Spool.open({ turn });
  gone.abort(new Error('left'));
  await t.throwsAsync(leaver, { message: 'left' });
  await spools.pop()?.close();
  spools.push(await first);
  await t.throwsAsync(Spool.open(), { code: 'too_many_readers' }, 'whoever waits comes first');
  await spools.pop()?.close();
  spools.push(await second);
  for (const spool of spools) await spool.close();
  await (await Spool.open()).close();
});
