import { readFileSync } from 'node:fs';
import test from 'ava';
import { notYet } from '../../../src/http/docker/not-yet.ts';
import { openDocker } from './docker-door.ts';

const page = readFileSync('docs/doors/docker.md', 'utf8');

/** The endpoints of the page's table by what it says of them. */
function endpoints(isWanted: (answer: string) => boolean): string[] {
  const rows = page.split('\n').flatMap((line) => {
    const [, names = '', answer = ''] = /^\| (`[A-Z]+ \/.*?`) \| (yes|translated|not yet) \|/.exec(line) ?? [];
    return [...names.matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, endpoint = '']) => ({ endpoint, answer }));
  });
  return rows.flatMap(({ endpoint, answer }) => (isWanted(answer) ? [endpoint] : [])).sort();
}

test('the page lists what is served, and what is not yet', async (t) => {
  const { server } = await openDocker(t, { engines: 1 });
  const later = notYet.map(([method, path]) => `${method} ${path}`);
  t.deepEqual(
    endpoints((answer) => answer === 'not yet'),
    later.toSorted(),
  );
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  // HEAD comes to the routes of GET.
  const served = endpoints((answer) => answer !== 'not yet').filter((endpoint) => !endpoint.startsWith('HEAD'));
  t.deepEqual(served, routes.filter((route) => !later.includes(route)).sort());
});
