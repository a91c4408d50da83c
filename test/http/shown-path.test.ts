import { server as hapi } from '@hapi/hapi';
import test from 'ava';
import { makeToken } from '../../src/access/token-text.ts';
import { shownParams, shownPath } from '../../src/http/shown-path.ts';

test('what is secret of a path is in no log and in no record', async (t) => {
  const server = hapi();
  const shown: [string, string[]][] = [];
  for (const path of ['/hub/{key}', '/token/{name}'])
    server.route({
      ...{ method: 'GET', path, handler: () => '' },
      options: { plugins: path === '/hub/{key}' ? { access: 'anyone', hiddenParams: ['key'] } : { access: 'anyone' } },
    });
  server.events.on('response', (request) => shown.push([shownPath(request), shownParams(request)]));
  const token = makeToken();
  for (const url of ['/hub/geheim', '/token/ci', `/token/${token}`, `/nothing/${token}`]) await server.inject(url);
  t.deepEqual(shown, [
    ['/hub/[hidden]', ['[hidden]']],
    ['/token/ci', ['ci']],
    ['/token/[hidden]', ['[hidden]']],
    ['/nothing/[hidden]', []],
  ]);
});
