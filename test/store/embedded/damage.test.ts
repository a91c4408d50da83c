import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../temporary-folder.ts';

const program = resolve('test/store/embedded/damage-child.ts');
const cases = 8;

test('no damage to the file ends the process, and a sentence says what to do', async (t) => {
  t.timeout(180_000);
  const args = ['--import=tsx', program, temporaryFolder(t), '0', String(cases)];
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
