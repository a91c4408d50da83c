import test from 'ava';
import { buildRegistry } from '../../schedulers/index.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { FleetIndex } from '../../src/placement/fleet-index.ts';
import { place } from '../../src/placement/place.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { held, imageConfig, type SnapshotChanges, snapshot } from '../placement/engines.ts';

const runs = (...keys: string[]) => ({
  held: Object.fromEntries(keys.map((key, index) => [`c${index}`, [held(key)]])),
});

/** The candidates in their order, each with its penalty. Among equals binpack takes those with fewer containers. */
function order(asked: Partial<ImageConfig>, engines: readonly SnapshotChanges[], service?: string): string[] {
  const image = imageConfig({ type: 'label', ...asked });
  const schedulers = schedulersFor(image.type, buildRegistry());
  const fleet = new FleetIndex(engines.map(snapshot));
  return place({ image, schedulers, strategy: 'binpack', fleet, turn: 0, service }).candidates.map(
    ({ engine, penalties }) => `${engine.id} ${Object.values(penalties ?? {})}`.trim(),
  );
}

const zones = [
  { id: 'a', labels: ['zone=1'], ...runs('service/web', 'service/web') },
  { id: 'b', labels: ['zone=1'] },
  { id: 'c', labels: ['zone=2'], ...runs('service/web') },
  { id: 'd', labels: ['zone=3'], ...runs('service/db', 'image/redis:latest') },
] as const;

test('zones with fewer containers of the service come first, regardless of single engines', (t) => {
  t.deepEqual(order({ spread: 'zone' }, zones, 'web'), ['d 0', 'c 1', 'b 2', 'a 2']);
});

test('without a service the containers of the image are counted', (t) => {
  t.deepEqual(order({ spread: 'zone' }, zones), ['b 0', 'c 0', 'a 0', 'd 1']);
});

test('by engine', (t) => {
  t.deepEqual(order({ spread: 'engine' }, zones, 'web'), ['b 0', 'd 0', 'c 1', 'a 2']);
});

test('without spread nothing is counted', (t) => {
  t.deepEqual(order({}, zones, 'web'), ['b', 'c', 'a', 'd']);
});

test('engines without the label form one zone', (t) => {
  const engines = [{ id: 'a', ...runs('service/web') }, { id: 'b' }, { id: 'c', labels: ['zone=1'] }];
  t.deepEqual(order({ spread: 'zone' }, engines, 'web'), ['c 0', 'b 1', 'a 1']);
});

test('an engine with two zones is ranked as the fuller one', (t) => {
  const engines = [...zones, { id: 'e', labels: ['zone=2', 'zone=3'] }];
  t.deepEqual(order({ spread: 'zone' }, engines, 'web'), ['d 0', 'e 1', 'c 1', 'b 2', 'a 2']);
});

test('containers on a lost engine do not count, on one that is down they do', (t) => {
  const [full, ...rest] = zones;
  const without = ['b 0', 'd 0', 'c 1'];
  t.deepEqual(order({ spread: 'zone' }, [{ ...full, intent: 'lost' }, ...rest], 'web'), without);
  t.deepEqual(order({ spread: 'zone' }, [{ ...full, condition: 'down' }, ...rest], 'web'), ['d 0', 'c 1', 'b 2']);
});

test('the strategy ranks engines with equal penalties', (t) => {
  const engines = [{ id: 'a' }, { id: 'b', held: { x: [held('cpu', 3000)] } }, { id: 'c', ...runs('service/web') }];
  t.deepEqual(order({ spread: 'engine', cpus: 0.5 }, engines, 'web'), ['b 0', 'a 0', 'c 1']);
});

test('soft constraints take precedence over spreading, each as one', (t) => {
  const asked = { spread: 'zone', constraints: ['zone==~1', 'service!=~web'] };
  t.deepEqual(order(asked, zones, 'web'), ['b 0,2', 'd 1,0', 'a 1,2', 'c 2,1']);
});
