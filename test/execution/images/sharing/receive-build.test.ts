import test, { type ExecutionContext } from 'ava';
import { Spool } from '../../../../src/execution/archives/spool.ts';
import { pullImage } from '../../../../src/execution/images/pull-image.ts';
import { buildName } from '../../../../src/model/build.ts';
import { SatsumaError } from '../../../../src/model/errors.ts';
import { startCluster } from '../../../fixtures/harness.ts';
import { archiveOf, imageEntries, inPieces } from '../../archives/archives.ts';

const name = buildName('shop', 'web', 'a'.repeat(64));
const entries = imageEntries(name, ['a'.repeat(10_000), 'b']);
const id = `sha256:${entries.at(-2)?.name.slice(0, 64)}`;

/** Engine `a`, and `b` where it is told, have the build. */
async function play(t: ExecutionContext, having: readonly string[] = ['a']) {
  const cluster = await startCluster(t, { engines: 4 });
  const archive = await archiveOf(entries);
  const opened: string[] = [];
  for (const engine of cluster.engines) {
    engine.loadable.add(name);
    engine.imageIds.set(name, id);
    if (having.includes(engine.id)) engine.images.add(name);
    engine.openImageArchive = async () => {
      opened.push(engine.id);
      return inPieces(archive);
    };
  }
  const pull = (engine: string, signal = new AbortController().signal) =>
    pullImage(cluster, cluster.cache.engine(engine).value, { name, signal });
  return { cluster, engines: cluster.engines, opened, pull };
}

test.serial('a build is read once for all engines that want it, and comes from the engine that has it', async (t) => {
  const { engines, opened, pull } = await play(t);
  t.deepEqual(await Promise.all(['b', 'c', 'd'].map((each) => pull(each))), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(opened, ['a']);
  t.deepEqual(
    engines.map(({ loads }) => loads.length),
    [0, 1, 1, 1],
  );
});

test.serial('a build that is there is not asked for', async (t) => {
  const { engines, opened, pull } = await play(t);
  t.is(await pull('a'), 'current');
  for (const { loads } of engines) t.is(loads.length, 0);
  t.deepEqual(opened, []);
});

test.serial('an engine that cannot send a build is passed over', async (t) => {
  const { engines, opened, pull } = await play(t, ['a', 'b']);
  const [first] = engines;
  if (first) first.openImageArchive = () => Promise.reject(new SatsumaError('engine_failed', 'its disk is broken'));
  t.is(await pull('c'), 'pulled');
  t.deepEqual(opened, ['b']);
});

test.serial(
  'a build waits while this server has as many archives on its disk as it may, and leaves when it is cancelled',
  async (t) => {
    const { engines, opened, pull } = await play(t);
    const spools = await Promise.all(Array.from({ length: 8 }, () => Spool.open()));
    const gone = new AbortController();
    const left = pull('c', gone.signal);
    const waiting = pull('b');
    gone.abort(new SatsumaError('engine_timeout', 'cancelled'));
    await t.throwsAsync(left, { message: 'cancelled' });
    t.deepEqual(opened, []);
    await spools.pop()?.close();
    t.is(await waiting, 'pulled');
    t.deepEqual(
      engines.map(({ loads }) => loads.length),
      [0, 1, 0, 0],
    );
    for (const spool of spools) await spool.close();
  },
);
