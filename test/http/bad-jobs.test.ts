import test from 'ava';
import { openDoor, sharedDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1' };

type Request = readonly [method: string, url: string, body: object];

let prepared: ReturnType<typeof sharedDoor> | undefined;

/** The shared door, once it has the job `nightly`. */
function withJob(): ReturnType<typeof sharedDoor> {
  prepared ??= sharedDoor().then(async (door) => {
    await door.call('POST', '/apiv1/job', { name: 'nightly', image, schedule: '@daily' });
    return door;
  });
  return prepared;
}

/** A request that is refused whole: each path that is wrong, what the sentence says, and nothing changed. */
const refused = test.macro<[Request, readonly string[], RegExp]>({
  async exec(t, [method, url, body], paths, says) {
    const { call, cluster } = await withJob();
    const before = await cluster.store.head();
    const answer = await call(method, url, body);
    t.is(answer.status, 400, JSON.stringify(answer.body));
    t.is(answer.body.code, 'invalid');
    t.deepEqual(
      answer.body.details.map(({ path }: { path: string }) => path),
      paths,
    );
    t.regex(answer.body.data, says);
    t.is(await cluster.store.head(), before, 'the store was changed');
  },
  title: (what = '', request) => `${request[0]}: ${what}`,
});

const create = (changes: object) => ['POST', '/apiv1/job', { name: 'x', image, ...changes }] as const;
const change = (changes: object) => ['PUT', '/apiv1/job/nightly', changes] as const;

for (const request of [create, change]) {
  test('an unknown field', refused, request({ retry: 1 }), ['retry'], /"retry" is not allowed/);
  test(
    'no cron',
    refused,
    request({ schedule: '61 * * * *' }),
    ['schedule'],
    /"schedule" is not a cron expression: .*61/,
  );
  test(
    'a time that never comes',
    refused,
    request({ schedule: '0 0 31 2 *' }),
    ['schedule'],
    /"schedule" never matches/,
  );
  test('no time zone', refused, request({ time_zone: '+02:00' }), ['time_zone'], /IANA name .* like Europe\/Berlin/);
  test('image and from', refused, request({ image, from: 'worker' }), [''], /give either "image" or "from"/);
  test('no policy', refused, request({ concurrency: 'queue' }), ['concurrency'], /\[forbid, allow, replace\]/);
  test('numbers as text', refused, request({ keep: '3', retries: '1' }), ['retries', 'keep'], /must be a number/);
  test('none of it', refused, request({ completions: 0 }), ['completions'], /greater than or equal to 1/);
  test('too much', refused, request({ parallelism: 501, retries: 21 }), ['parallelism', 'retries'], /501|500/);
  test('a timeout of nothing', refused, request({ timeout: 0.5 }), ['timeout'], /greater than or equal to 1/);
  test(
    'what starts a container again',
    refused,
    request({ image: { ...image, restart_policy: { name: 'always' } } }),
    [...['image.restart_policy']],
    /"retries" sets how often/,
  );
  test(
    'a name for all tasks',
    refused,
    request({ image: { ...image, container_name: 'only' } }),
    [...['image.container_name']],
    /tasks are named after their job/,
  );
  test(
    'an image with an unknown field',
    refused,
    request({ image: { ...image, cpu: 1 } }),
    ['image.cpu'],
    /not allowed/,
  );
}
test('nothing to run', refused, ['POST', '/apiv1/job', { name: 'x' }], [''], /"image" or "from" is required/);
test('no name', refused, ['POST', '/apiv1/job', { image }], ['name'], /"name" is required/);
test('a name that is none', refused, create({ name: 'a/b' }), ['name'], /"name" must begin with a letter or a digit/);
test('null where there is no such thing', refused, create({ schedule: null }), ['schedule'], /must be a string/);
test('a body for a run', refused, ['POST', '/apiv1/job/nightly/run', { args: [] }], ['args'], /not allowed/);
test('no number', refused, ['POST', '/apiv1/job/nightly/runs/last/cancel', {}], ['run'], /"run" must be a number/);

test('what is not there is 404, and says what', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/job', { name: 'nightly', image, schedule: '@daily' });
  const none = { status: 404, body: { code: 'no_such_job', data: 'No job found with name none' } };
  t.like(await call('GET', '/apiv1/job/none'), none);
  t.like(await call('GET', '/apiv1/job/none/runs'), none);
  t.like(await call('GET', '/apiv1/job/none/runs/1'), none);
  t.like(await call('PUT', '/apiv1/job/none', { keep: 1 }), none);
  t.like(await call('DELETE', '/apiv1/job/none'), none);
  t.like(await call('POST', '/apiv1/job/none/run'), none);
  t.like(await call('POST', '/apiv1/job/none/runs/1/cancel'), none);
  const noRun = { status: 404, body: { code: 'no_such_run' } };
  t.like(await call('GET', '/apiv1/job/nightly/runs/1'), noRun);
  t.like(await call('POST', '/apiv1/job/nightly/runs/1/cancel'), noRun);
  const unsaved = await call('POST', '/apiv1/job', { name: 'x', from: 'worker' });
  t.like(unsaved, { status: 404, body: { code: 'no_such_image_config' } });
});

test('a name that is there is 409, and so is another one for what is there', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/job', { name: 'nightly', image, schedule: '@daily' });
  const again = await call('POST', '/apiv1/job', { name: 'nightly', image });
  t.like(again, { status: 409, body: { code: 'job_exists' } });
  t.deepEqual((await call('GET', '/apiv1/job/nightly/runs')).body.data, []);
  const renamed = await call('PUT', '/apiv1/job/nightly', { name: 'other', keep: 1 });
  t.like(renamed, { status: 409, body: { data: 'job nightly cannot be renamed' } });
  t.is((await call('GET', '/apiv1/job/nightly')).body.data.keep, 10);
});
