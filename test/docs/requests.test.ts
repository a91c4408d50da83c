import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createDoors } from '../../src/http/doors.ts';
import { openDoor } from '../http/open-door.ts';
import { codeIn, pages } from './markdown.ts';
import { commandsIn } from './shell-lines.ts';

interface Request {
  readonly method: string;
  readonly port: number;
  readonly path: string;
  readonly body?: string;
}

/** The ports of the documentation. At 8000 a container answers. */
const ofContainers = 8000;
const doorPorts = {
  docker: 2375,
  'docker-socket': 0,
  bastion: 8081,
  calzion: 5555,
  genisys: 7051,
  panamax: 7002,
  deblox: 8083,
  shipyard: 8084,
};

function requestOf(words: readonly string[]): Request {
  let method: string | undefined;
  let body: string | undefined;
  let url = '';
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    const next = () => words[++at] ?? '';
    if (word === '-X') method = next();
    else if (word.startsWith('-X')) method = word.slice(2);
    else if (word === '-d' || word === '--data') body = next();
    else if (word === '-H' || word === '-o') next();
    else if (word === '-F' && next() !== '') method ??= 'POST';
    else if (word === '-T' && next() !== '') method ??= 'PUT';
    else if (word === '-I') method = 'HEAD';
    else if (!word.startsWith('-')) url = word;
  }
  const [, port = '', path = ''] = /^(?:https?:\/\/)?[\w.]*:(\d+)([^?]*)/.exec(url) ?? [];
  const parts = { method: method ?? (body === undefined ? 'GET' : 'POST'), port: Number(port), path: path || '/' };
  return body === undefined ? parts : { ...parts, body };
}

/** The routes by the port that the documentation has them at. */
async function openServers(t: ExecutionContext): Promise<Map<number, Server>> {
  const { cluster, server } = await openDoor(t);
  const listen = { host: '127.0.0.1', port: 0 };
  const doors = await createDoors(
    cluster,
    {
      bastion: { listen },
      calzion: { listen },
      genisys: { listen, countBy: 'service' },
      panamax: { listen },
      deblox: { listen, enginePort: 1 },
      shipyard: { listen },
      docker: { listen },
    },
    [],
  );
  const servers = new Map([
    [8080, server],
    [8443, server],
  ]);
  for (const [name, door] of doors) servers.set(doorPorts[name], door);
  return servers;
}

test('every curl line asks a route that exists, with a body that is JSON', async (t) => {
  const servers = await openServers(t);
  let count = 0;
  for (const { fences } of pages) {
    for (const { language, marks, text, place } of fences) {
      if (language !== 'sh' || marks.includes('needs=genisys-connector')) continue;
      for (const words of commandsIn(text).filter(([program]) => program === 'curl')) {
        const line = `${place}: ${words.join(' ')}`;
        const { method, port, path, body } = requestOf(words);
        if (port === ofContainers) continue;
        t.truthy(
          servers.get(port)?.match(['GET', 'HEAD'].includes(method) ? 'get' : (method.toLowerCase() as 'post'), path),
          line,
        );
        if (body !== undefined && !/^@|\$/.test(body)) t.notThrows(() => JSON.parse(body), line);
        count++;
      }
    }
  }
  t.true(count > 60, String(count));
});

test('every request that is named in a sentence or a table has a route', async (t) => {
  const servers = await openServers(t);
  const all = [...servers.values()];
  for (const { path, prose } of pages) {
    for (const code of codeIn(prose)) {
      const [, method = '', target = ''] = /^(GET|POST|PUT|PATCH|DELETE) (\/[^\s?]*)/.exec(code) ?? [];
      if (method === '' || target.includes('...')) continue;
      const url = target.replaceAll(/\{[^}]*\}/g, 'x');
      const found = all.some((server) => server.match(method.toLowerCase() as 'get', url));
      t.true(found, `${path}: ${code}`);
    }
  }
});
