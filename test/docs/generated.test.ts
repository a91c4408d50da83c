import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { buildRegistry } from '../../schedulers/index.ts';
import { commandLinePage } from '../../scripts/command-line-page.ts';
import { dashboard } from '../../scripts/dashboard.ts';
import { codeOfStatus, statusOfCode } from '../../src/api/error-status.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { eventKinds } from '../../src/model/cluster-event.ts';
import type { EngineStatus } from '../../src/model/engine.ts';
import { strategyNames } from '../../src/model/image-config.ts';
import { openDoor } from '../http/open-door.ts';
import { readPage } from './markdown.ts';

test('docs/command-line.md is what `npm run docs` writes', (t) => {
  const page = readFileSync('docs/command-line.md', 'utf8');
  t.is(page, commandLinePage(page));
});

test('example/monitoring/dashboard.json is what `npm run docs` writes, from the metrics that there are', async (t) => {
  const text = readFileSync('example/monitoring/dashboard.json', 'utf8');
  t.is(text, await dashboard(t));
  for (const name of await metricsOf(t)) t.true(text.includes(name), name);
});

test('docs/operations.md describes the metrics that there are', async (t) => {
  const described = wordsIn(readPage('docs/operations.md').text, '| metric |').filter((name) => /^satsuma_/.test(name));
  t.deepEqual(described, [...(await metricsOf(t))].sort());
});

test('docs/command-line.md lists the exit codes that there are', (t) => {
  const { text } = readPage('docs/command-line.md');
  const listed = /\| code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(text)?.[1];
  const rows = Object.entries(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |\n`);
  t.is(listed, rows.join(''));
});

test('docs/error-codes.md has every code with its status, and a remedy for each', (t) => {
  const { text } = readPage('docs/error-codes.md');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$/gm)];
  const early = Object.entries(codeOfStatus).map(([status, code]) => [code, Number(status)]);
  const all = { ...Object.fromEntries(early), ...statusOfCode };
  t.deepEqual(Object.fromEntries(rows.map(([, code = '', status]) => [code, Number(status)])), all);
  t.is(rows.length, Object.keys(all).length);
});

test('the codes of docs/error-codes.md stand under the heading of their status', (t) => {
  const { text } = readPage('docs/error-codes.md');
  const headings: Readonly<Record<string, RegExp>> = {
    'The request is wrong': /^4(?!09|22)/,
    'It does not exist': /^404/,
    'It conflicts with the state': /^409/,
    'There is no room': /^422/,
    'Something else failed': /^5/,
  };
  const sections = text.split(/^## /m).slice(1);
  t.deepEqual(
    sections.map((section) => section.split('\n')[0]),
    Object.keys(headings),
  );
  const misplaced = sections.flatMap((section) => {
    const [heading = ''] = section.split('\n');
    const rows = [...section.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    return rows.flatMap(([, code, status = '']) => (headings[heading]?.test(status) ? [] : [`${heading}: ${code}`]));
  });
  t.deepEqual(misplaced, []);
});

test('docs/http-api.md lists the routes that there are', async (t) => {
  const { server } = await openDoor(t);
  const { text } = readPage('docs/http-api.md');
  const rows = text.split('\n').filter((line) => /^\| `[A-Z]+ \//.test(line));
  const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z]+ \S+)`/g)]);
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path.replace('*', '')}`);
  t.deepEqual(listed.map(([, route = '']) => route).sort(), routes.sort());
});

test('docs/http-api.md has the kinds of events that there are', (t) => {
  t.deepEqual(wordsIn(readPage('docs/http-api.md').text, '| kind | actions |'), [...eventKinds].sort());
});

const engineStatuses = ['pending', 'down', 'maintenance', 'draining', 'lost'] satisfies Exclude<EngineStatus, 'ok'>[];

test('docs/scheduling.md has the types, the strategies, and the codes of all reasons of engines', (t) => {
  const { text } = readPage('docs/scheduling.md');
  t.deepEqual(wordsIn(text, '| type |'), [...buildRegistry().types.keys()].sort());
  t.deepEqual(wordsIn(text, '| strategy |'), [...strategyNames].sort());
  const sources = [
    ...[...readdirSync('schedulers'), ...readdirSync('src/placement').map((name) => `../src/placement/${name}`)]
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join('schedulers', name)),
    ...['src/state/containers/beside-known.ts', 'src/execution/scheduler-for-named-resources.ts'],
    'src/decisions/domains/kept-for-routers.ts',
  ];
  const codes = new Set([...sources.flatMap(codesIn), ...engineStatuses.map((status) => `engine_${status}`)]);
  t.deepEqual(wordsIn(text, '| code | the engine |'), [...codes].sort());
});

test('docs/services.md has the codes of all reasons for which a rebalance leaves a replica where it is', (t) => {
  const files = readdirSync('src/simulation/rebalance').map((name) => join('src/simulation/rebalance', name));
  const codes = new Set([...files.flatMap(codesIn), 'quota_exceeded']);
  t.deepEqual(wordsIn(readPage('docs/services.md').text, '| code | the replica stays'), [...codes].sort());
});

async function metricsOf(t: ExecutionContext): Promise<string[]> {
  const { call } = await openDoor(t, { engines: 1 });
  const { status, body } = await call('GET', '/metrics');
  t.is(status, 200);
  return [...String(body).matchAll(/^# TYPE (satsuma_\w+)/gm)].map(([, name = '']) => name);
}

/** The quoted words in the first column of the table with this head, sorted. */
function wordsIn(text: string, head: string): string[] {
  const [, table = ''] = text.split(head);
  const [rows = ''] = table.split('\n\n');
  const cells = rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)).sort();
}

/** Codes that a file gives: `code: 'port_taken'`, or either of `code = isCpu ? 'cpus_short' : 'memory_short'`. */
function codesIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const single = [...text.matchAll(/\bcode: '(\w+)'/g)].map(([, code = '']) => code);
  const either = [...text.matchAll(/\bcode = [^;]+? \? '(\w+)' : '(\w+)'/g)].flatMap(([, a = '', b = '']) => [a, b]);
  return [...single, ...either];
}
