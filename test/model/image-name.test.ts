import test from 'ava';
import { canonicalImageName, imageBaseName, imageNames } from '../../src/model/image-name.ts';

const names = test.macro((t, given: string, canonical: string, base: string) => {
  t.is(canonicalImageName(given), canonical);
  t.is(imageBaseName(given), base);
});

test('a bare name is the latest', names, 'redis', 'redis:latest', 'redis');
test('Docker’s own registry is left out', names, 'docker.io/library/redis:7', 'redis:7', 'redis');
test('a port is no tag', names, 'registry:5000/team/web', 'registry:5000/team/web:latest', 'web');
test('a digest stays', names, 'web@sha256:ab', 'web@sha256:ab', 'web');
test('with a digest the tag says nothing', names, 'web:1.0@sha256:ab', 'web@sha256:ab', 'web');
test(
  'a port is no tag before a digest either',
  names,
  'registry:5000/web@sha256:ab',
  'registry:5000/web@sha256:ab',
  'web',
);

test('an image with a tag and a digest goes by both', (t) => {
  t.deepEqual(imageNames('docker.io/web:1.0@sha256:ab'), ['web@sha256:ab', 'web:1.0']);
  t.deepEqual(imageNames('registry:5000/web@sha256:ab'), ['registry:5000/web@sha256:ab']);
  t.deepEqual(imageNames('web'), ['web:latest']);
});
