import test, { type ExecutionContext } from 'ava';
import { forgetOldEventRecords } from '../../../../src/execution/images/forget-old-event-records.ts';
import { type PullRequest, pullImage } from '../../../../src/execution/images/pull-image.ts';
import { runContainer } from '../../../../src/execution/run-container.ts';
import { SatsumaError } from '../../../../src/model/errors.ts';
import type { Store } from '../../../../src/store/store.ts';
import type { FakeEngine } from '../../../engines/fake-engine.ts';
import { FakePool } from '../../../engines/fake-pool.ts';
import { startCluster, type TestCluster } from '../../../fixtures/harness.ts';
import { overlay } from '../../../fixtures/overlay.ts';
import { archiveOf, imageEntries, inPieces } from '../../archives/archives.ts';

const name = 'demo/tool:2';
const entries = imageEntries(name, ['a'.repeat(10_000), 'b']);
const id = `sha256:${entries.at(-2)?.name.slice(0, 64)}`;

interface Play {
  readonly cluster: TestCluster;
  readonly engines: readonly FakeEngine[];
  /** Engines that asked the registry, in order. */
  readonly asked: string[];
  /** Pulls that have begun wait for this. */
  readonly registry: { answer(error?: Error): void };
  /** `a` pulls first. When the others wait for it, or have asked for themselves, the registry answers. */
  pullAfter(others: readonly string[], more?: Partial<PullRequest> & { readonly error?: Error }): Promise<string[]>;
  pull(engine: string, more?: Partial<PullRequest>): Promise<string>;
}

/** Engines and a registry that answers when it is told to. */
async function play(
  t: ExecutionContext,
  platforms: Readonly<Record<string, string | undefined>> = {},
  wrap?: (store: Store) => Store,
): Promise<Play> {
  const pool = new FakePool();
  for (const each of 'abc') {
    const engine = pool.client({ id: each });
    const platform = each in platforms ? platforms[each] : 'linux/x86_64';
    engine.daemon = { ...engine.daemon, ...(platform !== undefined && { platform }) };
  }
  const settings = { imageSharing: true };
  const cluster = await startCluster(t, { engines: 3, pool, settings, ...(wrap && { wrap }) });
  const archive = await archiveOf(entries);
  const asked: string[] = [];
  let answer: (error?: Error) => void = () => undefined;
  const answered = new Promise<Error | undefined>((resolve) => {
    answer = resolve;
  });
  for (const engine of cluster.engines) {
    engine.registry.add(name);
    engine.loadable.add(name);
    engine.imageIds.set(name, id);
    engine.openImageArchive = async () => inPieces(archive);
    engine.pullImage = async (image) => {
      asked.push(engine.id);
      const error = await answered;
      // The first one only.
      if (error && asked[0] === engine.id) throw error;
      engine.images.add(image);
    };
  }
  const pull = (engine: string, more: Partial<PullRequest> = {}) =>
    pullImage(cluster, cluster.cache.engine(engine).value, { name, ...more });
  const pullAfter: Play['pullAfter'] = async (others, { error, ...more } = {}) => {
    const first = pull('a', more);
    await eventually(() => asked.length === 1);
    const waiting = new Set<string>();
    const rest = others.map((each) =>
      pull(each, {
        ...more,
        onProgress: ({ status }) => {
          if (status === 'Waiting for engine a') waiting.add(each);
        },
      }),
    );
    const all = Promise.allSettled([first, ...rest]);
    await eventually(() => waiting.size + asked.length - 1 === others.length);
    answer(error);
    return (await all).map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)));
  };
  return { cluster, engines: cluster.engines, asked, registry: { answer }, pull, pullAfter };
}

async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 3_000 && !isSo(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  if (!isSo()) throw new Error('it did not become so');
}

/** How many wait for the pull of `a`. */
function waiting() {
  let count = 0;
  const onProgress: PullRequest['onProgress'] = ({ status }) => {
    if (status === 'Waiting for engine a') count += 1;
  };
  return { waits: () => count, onProgress };
}

const loads = ({ engines }: Play) => engines.map((engine) => engine.loads.length);

test('of engines that pull one image concurrently, one uses the registry, and the others receive it', async (t) => {
  const stage = await play(t);
  t.deepEqual(await stage.pullAfter(['b', 'c']), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(stage.asked, ['a']);
  t.deepEqual(loads(stage), [0, 1, 1]);
  t.true(stage.engines.every(({ images }) => images.has(name)));
});

test('without the setting, every engine uses the registry', async (t) => {
  const stage = await play(t);
  Object.assign(stage.cluster.settings, { imageSharing: false });
  stage.registry.answer();
  await Promise.all(['a', 'b', 'c'].map((each) => stage.pull(each)));
  t.deepEqual(stage.asked.sort(), ['a', 'b', 'c']);
  t.deepEqual(await stage.cluster.store.list('image-share'), []);
});

test('a concurrent run of a container receives the image as well', async (t) => {
  let looks = 0;
  const wrap = (store: Store) =>
    overlay(store, {
      read: async (...call: Parameters<Store['read']>) => {
        if (call[0] === 'image-share') looks += 1;
        return await store.read(...call);
      },
    } as Partial<Store>);
  const stage = await play(t, {}, wrap);
  const first = stage.pull('a');
  await eventually(() => stage.asked.length === 1);
  const image = { name, type: 'label', labels: ['on-b'], restart_policy: {} } as const;
  const run = runContainer(stage.cluster, image);
  // It joined, and looked for the end.
  await eventually(() => looks >= 3);
  stage.registry.answer();
  await Promise.all([first, run]);
  t.deepEqual(stage.asked, ['a']);
  t.is(stage.engines[1]?.containers.size, 1);
});

test('an engine that has the image receives nothing', async (t) => {
  const stage = await play(t);
  stage.engines[1]?.images.add(name);
  t.deepEqual(await stage.pullAfter(['b']), ['pulled', 'current']);
  t.deepEqual(loads(stage), [0, 0, 0]);
});

const apart = test.macro(async (t, platforms: Readonly<Record<string, string | undefined>>, wanted: string[]) => {
  const stage = await play(t, platforms);
  t.deepEqual(await stage.pullAfter(['b', 'c']), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(stage.asked, wanted);
});
test('an engine of another platform pulls separately', apart, { b: 'linux/aarch64' }, ['a', 'b']);
test('an engine of unknown platform pulls separately', apart, { b: undefined }, ['a', 'b']);

test('with a requested platform, all engines share', async (t) => {
  const stage = await play(t, { b: 'linux/aarch64', c: undefined });
  t.deepEqual(await stage.pullAfter(['b', 'c'], { platform: 'linux/arm64' }), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(stage.asked, ['a']);
});

test('if the leading pull fails, the others pull separately', async (t) => {
  const stage = await play(t);
  t.deepEqual(await stage.pullAfter(['b', 'c'], { error: new SatsumaError('engine_unreachable', 'it broke') }), [
    'SatsumaError: it broke',
    'pulled',
    'pulled',
  ]);
  t.deepEqual(stage.asked.sort(), ['a', 'b', 'c']);
});

test('if the leading pull hangs, or its server died, the others pull separately', async (t) => {
  const stage = await play(t);
  const first = stage.pull('a');
  await eventually(() => stage.asked.length === 1);
  const { waits, onProgress } = waiting();
  const rest = ['b', 'c'].map((each) => stage.pull(each, { onProgress }));
  await eventually(() => waits() === 2);
  stage.cluster.clock.turn(31_000);
  await eventually(() => stage.asked.length === 3);
  stage.registry.answer();
  t.deepEqual(await Promise.all([first, ...rest]), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(loads(stage), [0, 0, 0]);
});

test('an engine that receives an incomplete image uses the registry', async (t) => {
  const stage = await play(t);
  stage.engines[1]?.fail('loadImages', 'engine_failed');
  t.deepEqual(await stage.pullAfter(['b', 'c']), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(stage.asked, ['a', 'b']);
});

test('a late engine receives the layers, and asks the registry for the current image', async (t) => {
  const stage = await play(t);
  const first = stage.pull('a');
  await eventually(() => stage.asked.length === 1);
  stage.cluster.clock.turn(11_000);
  const { waits, onProgress } = waiting();
  const second = stage.pull('b', { onProgress });
  await eventually(() => waits() === 1);
  stage.registry.answer();
  t.deepEqual(await Promise.all([first, second]), ['pulled', 'pulled']);
  t.deepEqual(stage.asked, ['a', 'b']);
  t.deepEqual(loads(stage), [0, 1, 0]);
});

test('a pull after the shared one is a new one', async (t) => {
  const stage = await play(t);
  stage.registry.answer();
  await stage.pull('a');
  await stage.pull('b');
  t.deepEqual(stage.asked, ['a', 'b']);
  t.deepEqual(loads(stage), [0, 0, 0]);
});

test('an unavailable store only prevents sharing', async (t) => {
  const wrap = (store: Store) =>
    overlay(store, {
      write: async (...call: Parameters<Store['write']>) => {
        const isShare = call[0].some(({ kind }) => kind === 'image-share');
        if (isShare) throw new SatsumaError('store_unavailable', 'the store is full');
        return await store.write(...call);
      },
    });
  const stage = await play(t, {}, wrap);
  stage.registry.answer();
  t.deepEqual(await Promise.all(['a', 'b', 'c'].map((each) => stage.pull(each))), ['pulled', 'pulled', 'pulled']);
  t.deepEqual(stage.asked.sort(), ['a', 'b', 'c']);
});

test('an aborted waiter ends immediately, and the others receive the image', async (t) => {
  const stage = await play(t);
  const gone = new AbortController();
  const first = stage.pull('a');
  await eventually(() => stage.asked.length === 1);
  const { waits, onProgress } = waiting();
  const second = stage.pull('b', { signal: gone.signal, onProgress });
  const third = stage.pull('c', { onProgress });
  await eventually(() => waits() === 2);
  gone.abort(new SatsumaError('engine_timeout', 'gone'));
  await t.throwsAsync(second, { message: 'gone' });
  stage.registry.answer();
  t.deepEqual(await Promise.all([first, third]), ['pulled', 'pulled']);
  t.deepEqual(stage.asked, ['a']);
});

test('a dead server’s shared pull is taken over, and removed', async (t) => {
  const stage = await play(t);
  stage.registry.answer();
  await stage.pull('a');
  stage.cluster.clock.turn(30 * 60_000);
  await forgetOldEventRecords(stage.cluster);
  t.deepEqual(await stage.cluster.store.list('image-share'), []);
});

test('an aborted waiter does not affect other waiters of the same engine', async (t) => {
  const stage = await play(t);
  const { waits, onProgress } = waiting();
  const b = stage.engines[1];
  if (!b) throw new Error('no engine b');
  const load = b.loadImages.bind(b);
  let isSending = false;
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  b.loadImages = async (...call) => {
    isSending = true;
    const signal = call.at(-1) as AbortSignal | undefined;
    await Promise.race([
      held,
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    ]);
    return await load(...call);
  };
  const gone = new AbortController();
  const first = stage.pull('a');
  await eventually(() => stage.asked.length === 1);
  const leaves = stage.pull('b', { onProgress, signal: gone.signal });
  await eventually(() => waits() === 1);
  const stays = stage.pull('b', { onProgress });
  await eventually(() => waits() === 2);
  const ends = Promise.allSettled([leaves, stays]);
  stage.registry.answer();
  await first;
  await eventually(() => isSending);
  await new Promise((resolve) => setTimeout(resolve, 300));
  gone.abort();
  goOn();
  const [left, stayed] = await ends;
  t.is(left?.status, 'rejected');
  t.deepEqual(stayed, { status: 'fulfilled', value: 'pulled' });
});
