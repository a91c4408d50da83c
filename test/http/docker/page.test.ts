import { readFileSync } from 'node:fs';
import test from 'ava';
import { openDocker } from './docker-door.ts';

const page = readFileSync('docs/doors/docker.md', 'utf8');

/** The endpoints of the page's table. */
function endpoints(): string[] {
  const rows = page.split('\n').flatMap((line) => {
    const [, names = ''] = /^\| (`[A-Z]+ \/.*?`) \| (?:yes|translated) \|/.exec(line) ?? [];
    return [...names.matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, endpoint = '']) => endpoint);
  });
  return rows.sort();
}

test('the page lists what is served', async (t) => {
  const { server } = await openDocker(t, { engines: 1 });
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  // HEAD comes to the routes of GET.
  const served = endpoints().filter((endpoint) => !endpoint.startsWith('HEAD'));
  t.deepEqual(served, routes.sort());
});
