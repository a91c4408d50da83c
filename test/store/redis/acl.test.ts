import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { aclRule, neededCommands } from '../../../src/store/redis/errors.ts';

const folder = 'src/store/redis/scripts';

function commandsIn(file: string): Set<string> {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  return new Set([...text.matchAll(/redis\.call\('([A-Z]+)'/g)].map(([, command = '']) => command.toLowerCase()));
}

const scripts = readdirSync(folder);
const trial = commandsIn('trial-5.lua');

test('the rule names every command of the scripts, and the trial write runs them', (t) => {
  t.true(scripts.length > 10);
  for (const file of scripts) {
    for (const command of commandsIn(file)) {
      t.true(
        neededCommands.some((each) => each === command),
        `${file} uses ${command}, which acl.ts does not name`,
      );
      t.true(trial.has(command), `${file} uses ${command}, which trial-5.lua does not try`);
    }
  }
});

test('the documentation contains the rule', (t) => {
  const words = readFileSync('docs/several-servers.md', 'utf8').replaceAll(/\s+/g, ' ');
  t.true(words.includes(aclRule('satsuma')), aclRule('satsuma'));
});
