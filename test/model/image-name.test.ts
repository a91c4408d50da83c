import test from 'ava';
import { canonicalImageName, imageBaseName, imageNames } from '../../src/model/image-name.ts';

const names = test.macro((t, given: string, canonical: string, base: string) => {
  t.is(canonicalImageName(given), canonical);
  t.is(imageBaseName(given), base);
});

test('the default tag is latest', names, 'redis', 'redis:latest', 'redis');
test('the default registry is removed', names, 'docker.io/library/redis:7', 'redis:7', 'redis');
test('a port is not a tag', names, 'registry:5000/team/web', 'registry:5000/team/web:latest', 'web');
test('a digest is kept', names, 'web@sha256:ab', 'web@sha256:ab', 'web');
test('a digest overrides the tag', names, 'web:1.0@sha256:ab', 'web@sha256:ab', 'web');
test('a port before a digest is not a tag', names, 'registry:5000/web@sha256:ab', 'registry:5000/web@sha256:ab', 'web');

test('an image with a tag and a digest has both names', (t) => {
  t.deepEqual(imageNames('docker.io/web:1.0@sha256:ab'), ['web@sha256:ab', 'web:1.0']);
  t.deepEqual(imageNames('registry:5000/web@sha256:ab'), ['registry:5000/web@sha256:ab']);
  t.deepEqual(imageNames('web'), ['web:latest']);
});
