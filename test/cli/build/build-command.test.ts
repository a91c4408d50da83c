import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { withDigests } from '../../../src/cli/compose/build-images.ts';
import { desired, web } from '../../compose/project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { terminal } from '../terminal.ts';

test('a name alone has the value of the shell as an argument, and without one there is none', async (t) => {
  const { type, cluster } = await terminal(t);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM demo/busybox:1\n');
  process.env.SATSUMA_TEST_WHO = 'somebody';
  t.teardown(() => delete process.env.SATSUMA_TEST_WHO);
  const names = ['SATSUMA_TEST_WHO', 'SATSUMA_TEST_NOBODY', 'EMPTY=', 'A=1=2'];
  const { code, err } = await type(['build', '-t', 'web:1', ...names.flatMap((each) => ['--build-arg', each]), folder]);
  t.is(code, 0, err);
  const [request] = cluster.engines.flatMap(({ builds }) => builds.map((each) => each.request));
  t.deepEqual(request?.args, { SATSUMA_TEST_WHO: 'somebody', EMPTY: '', A: '1=2' });
});

test('an image of a Compose file that is built again is another one, with base images as they are now', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM demo/busybox:1\n');
  const file = desired(web(`build: ${folder}`));
  const once = async (isRenewed: boolean) => {
    const [service] = (await withDigests(file, { isRenewed })).services;
    return { name: service?.spec.image.name, pull: service?.build?.query.pull };
  };
  const first = await once(false);
  t.deepEqual(await once(false), first);
  t.is(first.pull, undefined);
  const again = await once(true);
  t.true(again.pull);
  t.not(again.name, first.name);
});
