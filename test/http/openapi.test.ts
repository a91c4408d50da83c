import { setImmediate } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { answerSchemas } from '../../src/http/openapi/answer-schemas.ts';
import { makeDocument } from '../../src/http/openapi/document.ts';
import { openDoor, sharedDoor } from './open-door.ts';

test('GET /openapi.json is a document of OpenAPI 3.1 with every route', async (t) => {
  const { call, server } = await sharedDoor();
  const { status, body } = await call('GET', '/openapi.json');
  t.is(status, 200);
  const validator = new Validator();
  const { valid, errors } = await validator.validate(body);
  t.true(valid, JSON.stringify(errors));
  t.is(validator.version, '3.1');
  const listed = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  t.deepEqual(listed.sort(), routes.sort());
});

test('operations have ids of their own, and references lead somewhere', async (t) => {
  const { server } = await sharedDoor();
  const document = await makeDocument(server);
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  t.deepEqual([...new Set(ids)], ids);
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref = '']) => ref);
  t.true(refs.length > 100);
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  t.deepEqual(
    refs.filter((ref) => !known.includes(ref)),
    [],
  );
});

test('every described answer has a route', async (t) => {
  const { server } = await sharedDoor();
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  t.deepEqual(
    Object.keys(answerSchemas.routes).filter((title) => !routes.includes(title)),
    [],
  );
});

test('a route without a description, a rule or an answer is refused by name', async (t) => {
  const { server } = await openDoor(t);
  server.route({ method: 'GET', path: '/apiv1/new', handler: () => 'new' });
  await t.throwsAsync(makeDocument(server), { message: /^GET \/apiv1\/new has no description/ });
});

test('the document is made in as many turns of the event loop as there are routes', async (t) => {
  const { server } = await sharedDoor();
  let turns = 0;
  let isMade = false;
  const made = makeDocument(server).finally(() => {
    isMade = true;
  });
  while (!isMade) {
    await setImmediate();
    turns++;
  }
  await made;
  t.true(turns >= server.table().length, String(turns));
});

test('what a route is asked and what it needs come from the route', async (t) => {
  const { call } = await sharedDoor();
  const { paths } = (await call('GET', '/openapi.json')).body;
  const list = paths['/apiv1/containers'].get;
  t.is(list.summary, 'List the containers of all engines');
  t.deepEqual(list['x-needs'], { verb: 'read', noun: 'container' });
  t.true(list.parameters.some(({ name }: { name: string }) => name === 'consistent'));
  t.deepEqual(paths['/healthz'].get.security, []);
  const run = paths['/apiv1/container'].post;
  t.is(run.requestBody.content['application/json'].schema.$ref, '#/components/schemas/ImageRequest');
  t.true(run.parameters.some(({ name }: { name: string }) => name === 'idempotency-key'));
  t.is(
    paths['/apiv1/service'].post.requestBody.content['application/json'].schema.properties.image.$ref,
    '#/components/schemas/ImageRequest',
  );
});

test('GET /docs is one page that loads and runs nothing', async (t) => {
  const { call } = await sharedDoor();
  const { status, body, headers } = await call('GET', '/docs');
  t.is(status, 200);
  t.regex(
    String(headers['content-security-policy']),
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
  );
  t.notRegex(body, /<script|<img|<link|<iframe| on\w+=|javascript:|src=/);
  t.deepEqual(
    [...body.matchAll(/href="([^"#][^"]*)"/g)].map(([, to]) => to),
    ['/openapi.json'],
  );
  for (const text of [
    'Run a program in a container',
    'Needs the permission to exec container.',
    'id="schema-Engine"',
  ]) {
    t.true(body.includes(text), text);
  }
});

test('GET /docs?q= has the routes with all words, and shows what was searched as text', async (t) => {
  const { call } = await sharedDoor();
  const search = async (words: string) => (await call('GET', `/docs?q=${encodeURIComponent(words)}`)).body as string;
  const sections = (page: string) => [...page.matchAll(/<span class="method">/g)].length;
  t.is(sections(await search('healthz')), 1);
  t.is(sections(await search('drain engine POST')), 1);
  t.is(sections(await search('nothing-like-it')), 0);
  const page = await search('"><script>alert(1)</script>');
  t.false(page.includes('<script'));
  t.true(page.includes('&#34;&#62;&#60;script&#62;'));
  t.is((await call('GET', `/docs?q=${'x'.repeat(129)}`)).status, 400);
});
