import test from 'ava';
import { constraint } from '../../schedulers/constraint.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { held, imageConfig, type SnapshotChanges, snapshot } from '../placement/engines.ts';

/** What is asked of which engine, and the refusal's code and message; undefined: accepted. */
const answers = test.macro({
  exec(t, constraints: string, engine: SnapshotChanges, rejection?: string) {
    const found = constraint.prepare(imageConfig({ constraints: constraints.split(' ') }))?.(snapshot(engine));
    t.is(found && `${found.code} ${found.message}`, rejection);
  },
  title: (fact = '', constraints: string) => `${constraints}: ${fact}`,
});

const eu = { labels: ['zone=eu-1', 'ssd'] };
test('the label has the value', answers, 'zone==eu-1', eu);
test('a glob of the value', answers, 'zone==eu-*', eu);
test('a regular expression', answers, 'zone==/^eu-[0-9]$/', eu);
test('another value', answers, 'zone==us-*', eu, "constraint_unmet zone==us-* is not met: the engine's zone is eu-1");
test('no such label', answers, 'rack==1', eu, 'constraint_unmet rack==1 is not met: the engine has no rack');
test('no such label is none that matches', answers, 'rack!=1', eu);
test('a negated value', answers, 'zone!=eu-1', eu, "constraint_unmet zone!=eu-1 is not met: the engine's zone is eu-1");
test('a label without a value is true', answers, 'ssd==true', eu);
test('any value', answers, 'ssd==*', eu);
test('two values of one key', answers, 'zone==b', { labels: ['zone=a', 'zone=b'] });
test(
  'all must be met',
  answers,
  'zone==eu-1 ssd!=true',
  eu,
  "constraint_unmet ssd!=true is not met: the engine's ssd is true",
);
test('a soft constraint refuses no engine', answers, 'zone==~us-1', eu);

test('a given engine', answers, 'node==one', {});
test('any engine but one', answers, 'node!=o*', {}, 'constraint_unmet node!=o* is not met: the engine is one');

const shared = { held: { 'web.1.aa': [held('service/web'), held('image/nginx:1')], db: [held('image/redis:latest')] } };
test('a service on the engine', answers, 'service==web', shared);
test(
  'a service that is not on the engine',
  answers,
  'service==api',
  shared,
  'affinity_unmet service==api is not met: no such service is there',
);
test(
  'anti-affinity to a service',
  answers,
  'service!=w*',
  shared,
  'affinity_unmet service!=w* is not met: service web is there already',
);
test('an image in another spelling', answers, 'image==docker.io/library/redis', shared);
test(
  'anti-affinity to an image',
  answers,
  'image!=nginx:*',
  shared,
  'affinity_unmet image!=nginx:* is not met: image nginx:1 is there already',
);
test('another tag', answers, 'image!=nginx:2', shared);
test('a container by name', answers, 'container==db', shared);
test(
  'anti-affinity to a container',
  answers,
  'container!=/^web/',
  shared,
  'affinity_unmet container!=/^web/ is not met: container web.1.aa is there already',
);
test('a container of this engine', answers, 'container==one/d*', shared);
test('anti-affinity to a container of another engine', answers, 'container!=two/db', shared);
test(
  'a container of another engine',
  answers,
  'container==two/db',
  shared,
  'affinity_unmet container==two/db is not met: no such container is there',
);
test(
  'anti-affinity to a container of this engine',
  answers,
  'container!=one//^web/',
  shared,
  'affinity_unmet container!=one//^web/ is not met: container web.1.aa is there already',
);

const ofShop = { ...shared, project: 'shop' };
test('a service of the project', answers, 'service@shop==web', ofShop);
test('an image of the project', answers, 'image@shop==redis', ofShop);
test('anti-affinity within another project', answers, 'service@blog!=web image@blog!=redis container@blog!=db', ofShop);
test(
  'a container of another project',
  answers,
  'container@blog==db',
  ofShop,
  'affinity_unmet container@blog==db is not met: no such container is there',
);
test(
  'what belongs to no project',
  answers,
  'image@default==redis',
  shared,
  'affinity_unmet image@default==redis is not met: no such image is there',
);

test('the rejection for a service or image has the claim key, for naming its holder', (t) => {
  const check = constraint.prepare(imageConfig({ constraints: ['service!=web'] }));
  t.is(check?.(snapshot(shared))?.key, 'service/web');
});

const replica = { service: 'web', slot: '1', generation: 1, copy: 1 };
const claims = (asked: Partial<ImageConfig>, of?: typeof replica) =>
  claimsOn(snapshot(), imageConfig(asked), [constraint], of);

test('anti-affinity to itself claims an exclusive slot', (t) => {
  t.deepEqual(claims({ constraints: ['image!=redis'] }), [held('image/redis:latest', 1, 1)]);
  t.deepEqual(claims({ constraints: ['service!=w*'] }, replica), [held('service/web', 1, 1)]);
});

test('anti-affinity to itself within a project leaves room beside what others hold', (t) => {
  const image = imageConfig({ constraints: ['image@shop!=redis'], project: 'shop' });
  const claim = (changes: SnapshotChanges) =>
    claimsOn(snapshot(changes), image, [constraint]).filter(({ key }) => key.startsWith('image/'));
  t.deepEqual(claim({ ...shared, project: 'blog' }), [held('image/redis:latest', 1, 2)]);
  t.deepEqual(claim({ ...shared, project: 'shop' }), [held('image/redis:latest', 1, 1)]);
});

test('anti-affinity to others, soft anti-affinity, and affinity to itself claim no exclusive slot', (t) => {
  for (const each of ['image!=nginx', 'image!=~redis', 'image==redis', 'image==nginx', 'zone!=redis']) {
    t.deepEqual(claims({ constraints: [each] }), [], each);
  }
  t.deepEqual(claims({ constraints: ['service!=db'] }, replica), [held('service/web', 1, null)]);
});
