import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { schema } from '../../src/config/schema.ts';
import { imageConfigSchema } from '../../src/http/image-schema.ts';
import { pages } from './markdown.ts';
import { commandsIn } from './shell-lines.ts';

/** What a block may need that no test gives it. */
const needs = [
  'accounts', // a server that asks who is there
  'authority', // a CA that was made before
  'container-id', // of a container that runs
  'checkout', // a clone in which packages are installed
  'dead-engine',
  'discovery', // a server that answers DNS, and a host outside
  'docker-build', // a registry that has the base image
  'empty-store', // a server without a state, beside one that has it
  'genisys-connector', // the program that Satsuma replaces
  'hosts', // several hosts
  'redis',
  'registry', // of images, that the engines reach
  'root', // Debian packages and network namespaces
  'running-job', // a run that has not ended
  'running-rebalance',
  'systemd',
  'tag', // of the catalogue at the moment
  'terminal', // one of its own, for what does not end
];
const blocks = pages.flatMap(({ fences }) => fences);
const shell = blocks.filter(({ language }) => language === 'sh');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string> };

test('every block says what it is: sh, json, mermaid or text', (t) => {
  const others = blocks.filter(({ language }) => !['sh', 'json', 'mermaid', 'text'].includes(language));
  t.deepEqual(others, []);
});

test('a shell block names what it needs by a known word', (t) => {
  const known = new Set([
    ...needs.map((need) => `needs=${need}`),
    'door=bastion',
    'door=genisys',
    'door=deblox',
    'door=shipyard',
  ]);
  const unknown = shell.filter(({ marks }) => marks.some((mark) => !known.has(mark)));
  t.deepEqual(unknown, []);
});

test('without needs, a shell block has commands of satsuma and curl alone', (t) => {
  const programs = ['satsuma', 'curl', 'echo', 'sed', 'tail'];
  for (const { marks, text, place } of shell) {
    if (marks.some((mark) => mark.startsWith('needs='))) continue;
    const others = commandsIn(text).filter(([program = '']) => !programs.includes(program));
    t.deepEqual(others, [], place);
  }
});

test('every `npm run` names a script that there is', (t) => {
  for (const { path, text } of pages) {
    for (const [, script = ''] of text.matchAll(/npm run (?:-s |--silent )?([\w:]+)/g)) {
      t.true(script in scripts, `${path}: npm run ${script}`);
    }
  }
});

test('every JSON block is JSON; a configuration or an image config is a valid one', (t) => {
  for (const { language, marks, text, place } of blocks) {
    if (language !== 'json') continue;
    const value: unknown = JSON.parse(text);
    const { error } = marks.includes('config')
      ? schema.validate(value)
      : marks.includes('image')
        ? imageConfigSchema.validate(value)
        : {};
    t.is(error, undefined, place);
    t.true(marks.length === 0 || ['config', 'image'].includes(marks.join()), place);
  }
});

test('files that commands name by @ or a flag exist', (t) => {
  for (const { text, place } of shell) {
    for (const [, path = ''] of text.matchAll(/[@\s](example\/\S+\.json)/g))
      t.true(existsSync(path), `${place}: ${path}`);
  }
});

test('commands are told apart as a shell does', (t) => {
  t.deepEqual(commandsIn(`a 'b c' "d $(e f) g" | h \\\n  i # no\nX=1 Y=$(j k); l && m`), [
    ['e', 'f'],
    ['a', 'b c', 'd $SUBSTITUTED g'],
    ['h', 'i'],
    ['j', 'k'],
    ['l'],
    ['m'],
  ]);
});
