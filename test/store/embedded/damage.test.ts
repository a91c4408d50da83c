import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../../temporary-folder.ts';

/** TypeScript or compiled, as this file is. */
const program = fileURLToPath(new URL(`./damage-child${extname(import.meta.url)}`, import.meta.url));
const cases = 8;

test('no damage to the file ends the process, and the error has a remedy', async (t) => {
  t.timeout(180_000);
  const args = [...process.execArgv, program, temporaryFolder(t), '0', String(cases)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  const [code, signal] = await once(child, 'close');
  t.deepEqual([code, signal], [0, null], output.trim().split('\n').slice(-1)[0]);
  const refused = output.split('\n').filter((line) => line.includes(' refused: '));
  t.true(refused.length >= cases / 4, output);
  const remedy = /damaged \(.*\); restore it from a copy; or move it away, start anew and register the engines again/;
  const others = refused.filter((line) => !remedy.test(line) && !/is not an LMDB file/.test(line));
  t.deepEqual(others, []);
});
