// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so.
import test from 'ava';
import { Problems } from '../../src/application/problems.ts';
import { readVariables } from '../../src/compose/read-variables.ts';
import { desired, plain, problemsOf, web } from './project.ts';

const yaml = (text: string, more: Readonly<Record<string, string>> = {}) => ({
  files: { 'compose.yaml': text, ...more },
});

test('a second document, the same key twice and a tag of YAML that is not done are refused', (t) => {
  t.deepEqual(problemsOf(yaml('services: {web: {image: x}}\n---\nservices: {api: {image: x}}\n')), [
    'compose.yaml:2: is a second document: put it into a file of its own, and name both with -f',
  ]);
  t.deepEqual(problemsOf(web('labels: {1: a, "1": b}')), ['compose.yaml:4: services.web.labels.1: is there twice']);
  t.regex(
    problemsOf(web('user: !!binary aGk='))[0] ?? '',
    /compose.yaml:4: services.web.user: the tag .* means nothing/,
  );
  t.deepEqual(problemsOf(web('user: !reset null')), []);
});

test('an alias means the anchor before it, and many of them take no longer than their values', (t) => {
  const names = ['a: &x 1', 'b: *x', 'c: &x 2', 'd: *x'];
  t.deepEqual(plain(yaml(`x-all: {${names.join(', ')}}\nservices: {web: {image: x}}`)), {
    'x-all': { a: 1, b: 1, c: 2, d: 2 },
    services: { web: { image: 'x' } },
  });
  t.regex(problemsOf(yaml('x-a: &a [*a]\nservices: {web: {image: x}}'))[0] ?? '', /too large or too deep/);
  t.deepEqual(problemsOf(yaml('services: {web: {image: *no}}')).length, 1);
});

test('names of members of every object are names as others', (t) => {
  const [service] = desired({
    ...web('environment: [toString, "__proto__=1", constructor]\nlabels: {a: "${valueOf:-none}"}'),
    variables: {},
  }).services;
  t.deepEqual(Object.entries(service?.spec.image.environment ?? {}), [['__proto__', '1']]);
  t.is(service?.spec.image.container_labels?.a, 'none');
  const found = readVariables({ file: '.env', text: '__proto__=1\nA=${constructor}\ntoString' }, {}, new Problems());
  t.deepEqual(Object.entries(found), [
    ['__proto__', '1'],
    ['A', ''],
  ]);
});

test('a file that includes itself over others again and again is refused', (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 14 }, (_, at) => [`${at}.yaml`, `include: [${at + 1}.yaml, ./${at + 1}.yaml]\n`]),
  );
  const found = problemsOf(yaml('include: [0.yaml]\nservices: {web: {image: x}}', { ...files, '14.yaml': '{}' }));
  t.true(
    found.some((each) => each.includes('includes too much: 500 files are read at most')),
    found.join('\n'),
  );
});

test('a chain of extends has an end, and files are parsed once', (t) => {
  const services = Array.from({ length: 100 }, (_, at) => `  s${at}: {image: x, extends: s${at + 1}}\n`);
  const found = problemsOf(yaml(`services:\n${services.join('')}  s100: {image: x}\n`));
  t.true(
    found.some((each) => each.includes('extends too deep: at most 64 services')),
    found.join('\n'),
  );
  const reads: string[] = [];
  const other = 'services:\n  a: {image: x}\n  b: {extends: {service: c, file: compose.yaml}}\n';
  const own =
    'services:\n  web: {extends: {service: b, file: other.yaml}}\n  c: {extends: {service: a, file: other.yaml}}\n';
  const given = yaml(own, { 'other.yaml': other });
  t.is(desired({ ...given, onRead: (path) => reads.push(path) }).services[0]?.spec.image.name, 'x');
  t.is(reads.filter((path) => path.endsWith('other.yaml')).length, 1);
});

test('an open quote is found after one walk through the file', (t) => {
  const problems = new Problems();
  const text = `A="\n${'B=1\n'.repeat(500_000)}`;
  t.deepEqual(readVariables({ file: '.env', text }, {}, problems), {});
  t.throws(() => problems.refuse(), { message: /\.env:1: the value of "A" has a " that does not end/ });
});
