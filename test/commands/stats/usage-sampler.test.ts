import test from 'ava';
import { UsageSampler } from '../../../src/commands/stats/usage-sampler.ts';
import { startCluster } from '../../fixtures/harness.ts';

async function start(t: Parameters<typeof startCluster>[0]) {
  const cluster = await startCluster(t, { engines: 1 });
  const [fake] = cluster.engines;
  if (!fake) throw new Error('no engine');
  const asked = () => fake.calls.filter((call) => call.startsWith('sampleUsage')).length;
  return { fake, asked, engine: cluster.cache.engine('a').value, sampler: new UsageSampler(cluster) };
}

test('readers at the same moment share one question to the engine', async (t) => {
  const { fake, asked, engine, sampler } = await start(t);
  const id = fake.runForeign('web');
  fake.latencyMs.set('sampleUsage', 20);
  const answers = await Promise.all(Array.from({ length: 50 }, () => sampler.read(engine, id)));
  t.is(asked(), 1);
  t.is(new Set(answers).size, 1);
  t.is(answers[0]?.cpuPercent, 10);
  await sampler.read(engine, id);
  t.is(asked(), 1, 'the answer is fresh');
});

test('without a count of before there is a second sample, and the share is what came in between', async (t) => {
  const { fake, asked, engine, sampler } = await start(t);
  const id = fake.runForeign('web');
  fake.usages.set(id, { previousCpu: { containerNs: 0, systemNs: 0 } });
  const usages = [1, 2].map((n) => ({ containerNs: n * 1e9, systemNs: n * 2e9 }));
  const sample = fake.sampleUsage.bind(fake);
  fake.sampleUsage = async (container) => {
    const { previousCpu: _, ...rest } = await sample(container);
    return { ...rest, cpu: usages.shift() ?? rest.cpu };
  };
  t.is((await sampler.read(engine, id)).cpuPercent, 200, 'half of 4 CPUs');
  t.is(asked(), 2);
});

test('an engine is asked by 16 at a time', async (t) => {
  const { fake, engine, sampler } = await start(t);
  const ids = Array.from({ length: 40 }, (_, n) => fake.runForeign(`web-${n}`));
  let running = 0;
  let most = 0;
  const sample = fake.sampleUsage.bind(fake);
  fake.sampleUsage = async (container) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    return await sample(container);
  };
  await Promise.all(ids.map((id) => sampler.read(engine, id)));
  t.is(most, 16);
});

test('a container that does not run is said to be so, and is not remembered', async (t) => {
  const { fake, engine, sampler } = await start(t);
  const id = fake.runForeign('web');
  fake.exit('web');
  await t.throwsAsync(sampler.read(engine, id), { code: 'wrong_state' });
  t.is(sampler.last('a', id), undefined);
});
