import { readFileSync } from 'node:fs';
import test from 'ava';
import { changelogProblem } from '../../scripts/changelog.ts';

const good = '# Changelog\n\n## 1.1.0 - 2026-01-31\n\n- A thing.\n\n## 1.0.0 - 2025-12-01\n\n- All.\n';

test('a version with a date and a sentence, on top, can be released', (t) => {
  t.is(changelogProblem(good, '1.1.0'), undefined);
});

test('a version that is missing, old, without a date or empty cannot', (t) => {
  t.regex(changelogProblem(good, '1.2.0') ?? '', /has no section/);
  t.regex(changelogProblem(good, '1.0.0') ?? '', /is not the first/);
  t.regex(changelogProblem(good.replace('2026-01-31', 'unreleased'), '1.1.0') ?? '', /has no date/);
  t.regex(changelogProblem(good.replace('- A thing.', ''), '1.1.0') ?? '', /says nothing/);
});

test('the changelog of the repository begins with the version of package.json', (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  const problem = changelogProblem(readFileSync('CHANGELOG.md', 'utf8'), version);
  t.regex(problem ?? 'has no date', /has no date/);
});
